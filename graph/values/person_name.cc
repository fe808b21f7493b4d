#include "graph/values/person_name.h"

namespace concordat {

void AppendCanonical(const PersonName& name, std::string* out) {
  out->append(name.folded);
}

}  // namespace concordat
