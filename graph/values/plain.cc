#include "graph/values/plain.h"

#include "absl/strings/str_cat.h"

namespace concordat {

void AppendCanonical(const Text& text, std::string* out) {
  out->append(text.folded);
}

void AppendCanonical(const Code& code, std::string* out) {
  out->append(code.code);
}

void AppendCanonical(const Boolean& boolean, std::string* out) {
  out->append(boolean.truth ? "true" : "false");
}

void AppendCanonical(const Reference& reference, std::string* out) {
  if (!reference.type.empty()) absl::StrAppend(out, reference.type, "/");
  out->append(reference.id);
}

}  // namespace concordat
