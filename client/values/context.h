// What both writers of a pair of values declare, as it is given on the command
// line and in files of pairs: "region=DE;b.currency=EUR".
#ifndef CONCORDAT_CLIENT_VALUES_CONTEXT_H_
#define CONCORDAT_CLIENT_VALUES_CONTEXT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/schema.h"

namespace concordat::values {

// The two writers of a pair, and the attribute that both speak of. Movable;
// thread-compatible.
struct PairContext {
  Attribute attribute;
  WritingHabits a;
  WritingHabits b;
  // The codes that `aliases` name; attribute.code_list points to it.
  std::unique_ptr<CodeList> code_list;
};

// The names that ParseContext takes for `type`: those of the value types that
// can be compared without a graph, and "set".
std::string PairTypeNames();

// Reads `context`, which is "key=value;key=value" and may be empty, for values
// of `type`. A key with the prefix "a." or "b." holds for that side only; what
// a key says of the attribute (nicknames, ordered, ...) always holds for both,
// and so do the codes that "aliases" names: only the words for them differ.
// INVALID_ARGUMENT that names the key and what would be right.
absl::StatusOr<PairContext> ParseContext(absl::string_view type,
                                         absl::string_view context);

}  // namespace concordat::values

#endif  // CONCORDAT_CLIENT_VALUES_CONTEXT_H_
