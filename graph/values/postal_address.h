// A postal address by component.
#ifndef CONCORDAT_GRAPH_VALUES_POSTAL_ADDRESS_H_
#define CONCORDAT_GRAPH_VALUES_POSTAL_ADDRESS_H_

#include <compare>
#include <string>

namespace concordat {

struct PostalAddress {
  std::string folded;
  friend auto operator<=>(const PostalAddress&, const PostalAddress&) = default;
};

// The canonical writing, equal for equal values.
void AppendCanonical(const PostalAddress& address, std::string* out);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_POSTAL_ADDRESS_H_
