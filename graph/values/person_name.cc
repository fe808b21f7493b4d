#include "graph/values/person_name.h"

#include "absl/strings/str_cat.h"

namespace concordat {

void AppendCanonical(const PersonName& name, std::string* out) {
  bool first = true;
  for (const NamePart& part : name.parts) {
    if (!first) out->push_back('|');
    first = false;
    switch (part.kind) {
      case NamePartKind::kName:
        out->append(part.key);
        break;
      case NamePartKind::kInitial:
        absl::StrAppend(out, part.key, ".");
        break;
      case NamePartKind::kGeneration:
        absl::StrAppend(out, "(", part.key, ")");
        break;
    }
  }
  if (name.parts.size() == 1) out->push_back('|');
}

}  // namespace concordat
