// What is true of a customer, and what the graph hears of it.
#ifndef CONCORDAT_TESTS_HISTORIES_TRUTH_H_
#define CONCORDAT_TESTS_HISTORIES_TRUTH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "consistency/vocabulary.h"
#include "graph/ids.h"
#include "graph/schema.h"
#include "tests/histories/history.h"

namespace concordat::histories {

// Values of one attribute of one customer, no two the same: what is true at
// some time, or is taken to be, and what never is. Attributes that are easily
// taken for each other share them.
class Values {
 public:
  Values(const Attribute& attribute, int64_t customer, Random& random);

  // The next that is true, or that the graph takes for true.
  std::string NextTrue() { return values_[true_++]; }
  // One that never is, once all that are were given.
  std::string NeverTrue(Random& random) const;
  // Whether it may be true of this customer at some time.
  bool MayBeTrue(const std::string& value) const;

 private:
  std::vector<std::string> values_;
  size_t true_ = 0;
};

enum class Turn : uint8_t {
  kNone,
  kChange,     // another value
  kCorrected,  // another value, and the graph first hears a wrong one
  kScheduled,  // another value, which the graph knows of before
  kEnds,       // none from now on
  kBegins,     // a value, after there was none
  kFirst,      // the graph was silent; it hears of what has been true a while
};

// What becomes of one attribute in a chapter.
struct Chapter {
  absl::Time begin;
  Turn turn = Turn::kNone;
  // The graph says nothing yet.
  bool silent = false;
  // What is true before and after the turn; nullopt: there is none.
  std::optional<std::string> before;
  std::optional<std::string> after;
  // The last value that was true before `before` was.
  std::optional<std::string> earlier;
  // For kCorrected: what the graph takes for true from changes_at until
  // heard_at.
  std::string misheard;
  // That there is none was never true so far.
  bool never_none = true;
  // In the world; when the graph hears of it, which is earlier for kScheduled
  // and later where the graph is late.
  absl::Time changes_at;
  absl::Time heard_at;

  // Somebody who speaks from the graph says something else after the turn.
  bool changes() const { return turn != Turn::kNone && turn != Turn::kFirst; }
  // The graph says so, and it is so.
  absl::Time known_at() const {
    return changes_at > heard_at ? changes_at : heard_at;
  }
};

using Story = std::array<Chapter, kChapters>;

// Draws what becomes of an attribute. What the graph hears of it goes to
// `events`. `settle` is the attribute's: half of those who are late are so by
// less.
Story MakeStory(const EntityId& entity, const Attribute& attribute,
                absl::Duration settle, Values& values, Random& random,
                std::vector<Event>& events);

}  // namespace concordat::histories

#endif  // CONCORDAT_TESTS_HISTORIES_TRUTH_H_
