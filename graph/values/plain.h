// Text, codes, truth values and references to other entities.
#ifndef CONCORDAT_GRAPH_VALUES_PLAIN_H_
#define CONCORDAT_GRAPH_VALUES_PLAIN_H_

#include <compare>
#include <string>

namespace concordat {

// Folded (graph/text.h); the same punctuation of different scripts is one
// mark; where the attribute asks for it, characters that look alike are one.
// Diacritics count.
struct Text {
  std::string folded;
  friend auto operator<=>(const Text&, const Text&) = default;
};

// The canonical code of a code list; without a list, the folded writing.
struct Code {
  std::string code;
  friend auto operator<=>(const Code&, const Code&) = default;
};

struct Boolean {
  bool truth = false;
  friend auto operator<=>(const Boolean&, const Boolean&) = default;
};

// Another entity: "customer/C-17".
struct Reference {
  std::string type;  // empty: `id` is its writer's own, not resolved yet
  std::string id;
  friend auto operator<=>(const Reference&, const Reference&) = default;
};

// The canonical writing, equal for equal values.
void AppendCanonical(const Text& text, std::string* out);
void AppendCanonical(const Code& code, std::string* out);
void AppendCanonical(const Boolean& boolean, std::string* out);
void AppendCanonical(const Reference& reference, std::string* out);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_PLAIN_H_
