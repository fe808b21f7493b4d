// What a channel is about to tell a customer, held against what is true, before
// it says so.
#ifndef CONCORDAT_CONSISTENCY_ANSWERS_H_
#define CONCORDAT_CONSISTENCY_ANSWERS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/claims.h"
#include "consistency/judge.h"
#include "consistency/vocabulary.h"
#include "graph/facts.h"
#include "graph/reading.h"
#include "graph/revision.h"

namespace concordat {

// What to do with a statement. Values are those of concordat.v1.Advice.
enum class Advice : uint8_t {
  kSay = 1,     // it is so
  kSayInstead,  // it is not so, and what is true may be said
  kDoNotSay,    // the channel may not speak of it, right or wrong
  kUnknown,     // whether it is so cannot be told
};

// What is known of an attribute at an instant.
struct KnownValue {
  // Canonical name.
  std::string attribute;
  // As the authority writes it; nullopt: it is known that there is none.
  std::optional<std::string> raw;
  Reading reading;
  ValidTime valid;
  // At which it was recorded.
  Revision revision;
};

// nullopt where the graph is silent about that instant. `authority` is how the
// systems of record write.
std::optional<KnownValue> KnownAt(const KnownAttribute& known, absl::Time at,
                                  const WritingHabits& authority);

struct AnswerCheck {
  Advice advice = Advice::kUnknown;
  // On what is said; of CheckAnswer, as the channel may know it.
  Verdict verdict = Verdict::kUndecided;
  Judgement judgement;
  // What is true. Only for kSay and kSayInstead.
  std::optional<KnownValue> truth;
};

// The verdict on what was said, whoever said it, as the channel may know it:
// that it is true of another attribute is only for those who may know that.
Verdict VerdictFor(const Channel& channel, const Judgement& judgement);

// Holds what is said at claim.said_at, by our own clock, against what is true,
// whether or not its channel may say so. `claim` is valid. Errors: those of
// `knowledge`.
absl::StatusOr<AnswerCheck> CheckSubstance(const Claim& claim,
                                           const Vocabulary& vocabulary,
                                           Knowledge& knowledge);

// The same for a channel that is about to say it: where it may not, kDoNotSay
// and nothing that it may not know.
absl::StatusOr<AnswerCheck> CheckAnswer(const Claim& claim,
                                        const Vocabulary& vocabulary,
                                        Knowledge& knowledge);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_ANSWERS_H_
