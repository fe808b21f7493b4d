#include "client/values/pair.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace concordat::values {
namespace {

PairVerdict VerdictOf(Likeness likeness) {
  switch (likeness) {
    case Likeness::kSame:
      return PairVerdict::kSame;
    case Likeness::kCoarser:
    case Likeness::kFiner:
    case Likeness::kOverlapping:
      return PairVerdict::kPartial;
    case Likeness::kDifferent:
      return PairVerdict::kDifferent;
    case Likeness::kUndecided:
      break;
  }
  return PairVerdict::kUndecided;
}

}  // namespace

const char* PairVerdictName(PairVerdict verdict) {
  switch (verdict) {
    case PairVerdict::kSame:
      return "SAME";
    case PairVerdict::kDifferent:
      return "DIFFERENT";
    case PairVerdict::kPartial:
      return "PARTIAL";
    case PairVerdict::kUndecided:
      break;
  }
  return "UNDECIDED";
}

PairJudgement JudgePair(const PairContext& context, absl::string_view a,
                        absl::string_view b, Trace trace) {
  PairJudgement judgement;
  judgement.a = ReadValue(context.attribute, a, context.a, trace);
  judgement.b = ReadValue(context.attribute, b, context.b, trace);
  if (!judgement.a.readable()) {
    judgement.reason = absl::StrCat("a: ", judgement.a.problem);
  } else if (!judgement.b.readable()) {
    judgement.reason = absl::StrCat("b: ", judgement.b.problem);
  } else if (judgement.a.absent || judgement.b.absent) {
    const bool both = judgement.a.absent && judgement.b.absent;
    judgement.verdict = both ? PairVerdict::kSame : PairVerdict::kDifferent;
    judgement.reason =
        both ? "both say that there is none" : "one says that there is none";
  } else {
    const Comparison comparison =
        Compare(*judgement.a.value, *judgement.b.value,
                {context.attribute, context.a, context.b});
    judgement.verdict = VerdictOf(comparison.likeness);
    judgement.reason = std::string(comparison.reason);
  }
  return judgement;
}

}  // namespace concordat::values
