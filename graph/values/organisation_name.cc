#include "graph/values/organisation_name.h"

namespace concordat {

void AppendCanonical(const OrganisationName& name, std::string* out) {
  out->append(name.folded);
}

}  // namespace concordat
