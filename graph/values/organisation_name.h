// The name of an organisation.
#ifndef CONCORDAT_GRAPH_VALUES_ORGANISATION_NAME_H_
#define CONCORDAT_GRAPH_VALUES_ORGANISATION_NAME_H_

#include <compare>
#include <string>

namespace concordat {

struct OrganisationName {
  std::string folded;
  friend auto operator<=>(const OrganisationName&,
                          const OrganisationName&) = default;
};

// The canonical writing, equal for equal values.
void AppendCanonical(const OrganisationName& name, std::string* out);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_ORGANISATION_NAME_H_
