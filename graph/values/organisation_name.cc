#include "graph/values/organisation_name.h"

#include "absl/strings/str_cat.h"

namespace concordat {

void AppendCanonical(const OrganisationName& name, std::string* out) {
  absl::StrAppend(out, name.key, "|", name.legal_form);
}

}  // namespace concordat
