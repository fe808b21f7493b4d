#include "consistency/access/grants.h"

#include "absl/strings/str_cat.h"

namespace concordat {

std::string RoleSet::Names() const {
  std::string names;
  for (const Role role : kRoles) {
    if (!Has(role)) continue;
    absl::StrAppend(&names, names.empty() ? "" : ", ", RoleName(role));
  }
  return names;
}

}  // namespace concordat
