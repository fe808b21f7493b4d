// Verdicts with their evidence, in words.
#ifndef CONCORDAT_CLIENT_CLI_JUDGEMENT_TEXT_H_
#define CONCORDAT_CLIENT_CLI_JUDGEMENT_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/claims.pb.h"

namespace concordat::client {

// `STALE`; empty where there is none.
std::string VerdictText(v1::Verdict verdict);

// The verdict, what was said and what is true with every step of reading, and
// the facts used.
std::string JudgementText(const v1::Judgement& judgement);

// What --fail-on asks for.
class FailOn {
 public:
  // `any`: every verdict that is not right; otherwise names of verdicts. A
  // usage error names the one that is none.
  static absl::StatusOr<FailOn> Parse(const std::vector<std::string>& names);

  // Whether a claim or finding with these verdicts is something to act on.
  bool Matches(v1::Verdict verdict, v1::Verdict further) const;
  bool is_set() const { return any_ || !verdicts_.empty(); }

 private:
  bool any_ = false;
  std::vector<v1::Verdict> verdicts_;
};

// A verdict by its name, in any case. A usage error where it is none.
absl::StatusOr<v1::Verdict> ParseVerdict(const std::string& name);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_JUDGEMENT_TEXT_H_
