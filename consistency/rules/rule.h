// A rule over related attributes and entities, as a vocabulary declares it.
#ifndef CONCORDAT_CONSISTENCY_RULES_RULE_H_
#define CONCORDAT_CONSISTENCY_RULES_RULE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/rules/expression.h"
#include "consistency/rules/reads.h"
#include "graph/schema.h"

namespace concordat::rules {

// A piece of a message for people: text, or what an expression comes to.
struct MessagePart {
  std::string text;
  std::optional<Expression> value;
};

// Immutable once built (config/rule_builder.h builds it); points into the
// schema. Thread-safe.
struct Rule {
  std::string name;
  std::string description;
  // The entity type that it is on: each entity of it is checked.
  std::string on;
  // Where it applies; everywhere where there is none.
  std::optional<Expression> when;
  // What must hold where it applies.
  Expression require;
  // What to tell people of a violation.
  std::vector<MessagePart> message;
  // How much harm a violation does, 0 to 1.
  double weight = 0.5;
  // How long a violation may last before it is shown; >= 0.
  absl::Duration settle = absl::ZeroDuration();
  // What `when` and `require` read.
  Reads reads;
};

// The parts of a message in which expressions stand between braces; `{{` and
// `}}` are braces. INVALID_FIELD with the column where one is not valid.
absl::StatusOr<std::vector<MessagePart>> CompileMessage(absl::string_view text,
                                                        const EntityType& on,
                                                        const Schema& schema);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_RULE_H_
