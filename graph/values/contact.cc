#include "graph/values/contact.h"

#include "absl/strings/str_cat.h"

namespace concordat {

void AppendCanonical(const Phone& phone, std::string* out) {
  out->append(phone.number);
  if (!phone.extension.empty()) {
    absl::StrAppend(out, " ext. ", phone.extension);
  }
}

void AppendCanonical(const Email& email, std::string* out) {
  out->append(email.address);
}

}  // namespace concordat
