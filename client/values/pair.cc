#include "client/values/pair.h"

#include <utility>

#include "consistency/pair_comparison.h"

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
  PairComparison pair =
      ComparePair({context.attribute, context.a, context.b}, a, b, trace);
  return {.verdict = VerdictOf(pair.likeness),
          .likeness = pair.likeness,
          .reason = std::move(pair.reason),
          .a = std::move(pair.a),
          .b = std::move(pair.b)};
}

}  // namespace concordat::values
