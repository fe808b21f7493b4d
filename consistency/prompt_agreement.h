// The ordinary case, made cheap: the claim says what the fact says.
#ifndef CONCORDAT_CONSISTENCY_PROMPT_AGREEMENT_H_
#define CONCORDAT_CONSISTENCY_PROMPT_AGREEMENT_H_

#include "absl/strings/string_view.h"
#include "graph/schema.h"
#include "graph/value.h"

namespace concordat {

// Whether it takes one look to see that `raw`, read as `writer` writes, is the
// same as `truth`, which was read from `truth_raw`; false says nothing. For
// single texts and codes only, which are then neither read nor copied.
// Allocates nothing where `raw` is ASCII or is `truth_raw` itself. Pure;
// thread-safe.
bool AgreesPromptly(const Attribute& attribute, absl::string_view raw,
                    const WritingHabits& writer, absl::string_view truth_raw,
                    const Value& truth);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_PROMPT_AGREEMENT_H_
