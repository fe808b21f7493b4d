#include "client/values/explanation.h"

#include "client/values/context.h"
#include "client/values/pair.h"
#include "graph/status_macros.h"

namespace concordat::values {
namespace {

const char* NameOf(Likeness likeness) {
  switch (likeness) {
    case Likeness::kSame:
      return "SAME";
    case Likeness::kCoarser:
      return "COARSER";
    case Likeness::kFiner:
      return "FINER";
    case Likeness::kOverlapping:
      return "OVERLAPPING";
    case Likeness::kDifferent:
      return "DIFFERENT";
    case Likeness::kUndecided:
      break;
  }
  return "UNDECIDED";
}

ExplainedSide InWords(Reading reading) {
  ExplainedSide side;
  if (reading.value.has_value()) side.normal = reading.value->Canonical();
  side.problem = std::move(reading.problem);
  for (ReadingStep& step : reading.steps) {
    side.steps.emplace_back(std::move(step.rule), std::move(step.result));
  }
  return side;
}

}  // namespace

absl::StatusOr<Explanation> ExplainPair(absl::string_view type,
                                        absl::string_view context,
                                        absl::string_view a,
                                        absl::string_view b) {
  CONCORDAT_ASSIGN_OR_RETURN(const PairContext parsed,
                             ParseContext(type, context));
  PairJudgement judgement = JudgePair(parsed, a, b, Trace::kOn);
  return Explanation{.likeness = NameOf(judgement.likeness),
                     .reason = std::move(judgement.reason),
                     .a = InWords(std::move(judgement.a)),
                     .b = InWords(std::move(judgement.b))};
}

}  // namespace concordat::values
