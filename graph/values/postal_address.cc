#include "graph/values/postal_address.h"

namespace concordat {

void AppendCanonical(const PostalAddress& address, std::string* out) {
  out->append(address.folded);
}

}  // namespace concordat
