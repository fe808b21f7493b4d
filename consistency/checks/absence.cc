#include "consistency/checks/checks.h"

namespace concordat::checks {

bool CheckAbsence(const Case& c, Judgement& judgement) {
  if (!c.claimed.absent) {
    if (judgement.state != Timeline::State::kNone) return false;
    judgement.verdict = Verdict::kExtra;
    return true;
  }
  // The truth has a value here: CheckAgreement took every other absence.
  if (c.terms.required) {
    judgement.verdict = Verdict::kMissing;
  } else {
    judgement.verdict = Verdict::kPartial;
    judgement.note = "the contract does not require it";
  }
  return true;
}

}  // namespace concordat::checks
