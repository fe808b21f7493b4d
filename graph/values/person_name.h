// The name of a person.
#ifndef CONCORDAT_GRAPH_VALUES_PERSON_NAME_H_
#define CONCORDAT_GRAPH_VALUES_PERSON_NAME_H_

#include <compare>
#include <string>

namespace concordat {

struct PersonName {
  std::string folded;
  friend auto operator<=>(const PersonName&, const PersonName&) = default;
};

// The canonical writing, equal for equal values.
void AppendCanonical(const PersonName& name, std::string* out);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_PERSON_NAME_H_
