// References to other entities.
#include <string>

#include "absl/strings/string_view.h"
#include "graph/limits.h"
#include "graph/readers/readers.h"

namespace concordat::readers {

Outcome ReadReference(absl::string_view writing, const Context& context) {
  if (writing.size() > static_cast<size_t>(limits::kIdBytesMax)) {
    return Outcome::Problem("reference: the id is too long");
  }
  const std::string& target = context.attribute.target;
  const size_t slash = writing.find('/');
  if (slash == absl::string_view::npos) {
    return Scalar(
        Reference{context.habits.own_ids ? "" : target, std::string(writing)});
  }
  const absl::string_view type = writing.substr(0, slash);
  const absl::string_view id = writing.substr(slash + 1);
  if (id.empty()) return Outcome::Problem("reference: TYPE/ID expected");
  if (type != absl::string_view(target)) {
    return Outcome::Problem("reference: an entity of type " + target +
                            " expected");
  }
  return Scalar(Reference{std::string(type), std::string(id)});
}

}  // namespace concordat::readers
