#include "server/convert/whatif.h"

#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/convert/findings.h"

namespace concordat::convert {
namespace {

constexpr int32_t kExamplesMax = 20;
constexpr int32_t kExamplesDefault = 3;

FindingSubject SubjectOf(const FindingGroup& group) {
  return {.entity = {},
          .attribute = group.attribute,
          .channel = group.channel,
          .family = group.family};
}

}  // namespace

absl::StatusOr<FindingDifferenceOptions> FromWire(
    const v1::BacktestRequest& request) {
  FindingDifferenceOptions options;
  if (request.has_since()) {
    CONCORDAT_ASSIGN_OR_RETURN(options.since,
                               FromWire(request.since(), "since"));
  }
  if (request.has_until()) {
    CONCORDAT_ASSIGN_OR_RETURN(options.until,
                               FromWire(request.until(), "until"));
  }
  if (options.until <= options.since) {
    return errors::InvalidField("until", "must be after since");
  }
  const int32_t examples =
      request.has_examples() ? request.examples() : kExamplesDefault;
  if (examples < 0) {
    return errors::InvalidField("examples", "must not be negative");
  }
  if (examples > kExamplesMax) {
    return errors::LimitExceeded("backtest_examples_max", examples,
                                 kExamplesMax, "examples");
  }
  options.examples = static_cast<size_t>(examples);
  return options;
}

void ToWire(const FindingGroup& group, const GroupDifference& counts,
            v1::BacktestGroup* wire) {
  AboutToWire(SubjectOf(group), wire);
  wire->set_verdict(static_cast<v1::Verdict>(group.verdict));
  wire->set_raised(counts.raised);
  wire->set_vanished(counts.vanished);
  wire->set_changed(counts.changed);
  wire->set_same(counts.same);
  wire->set_open_in_force(counts.open_first);
  wire->set_open_candidate(counts.open_second);
}

void ToWire(absl::Time week, const WeekVolume& volume, v1::BacktestWeek* wire) {
  wire->set_week(IsoWeek(week));
  wire->set_in_force(volume.first);
  wire->set_candidate(volume.second);
}

void ToWire(const GroupDifference& total, v1::BacktestSummary* wire) {
  wire->set_raised(total.raised);
  wire->set_vanished(total.vanished);
  wire->set_changed(total.changed);
  wire->set_same(total.same);
  wire->set_open_in_force(total.open_first);
  wire->set_open_candidate(total.open_second);
}

absl::StatusOr<Assumption> FromWire(const v1::CounterfactualRequest& request) {
  Assumption assumption;
  if (request.assumption_case() == v1::CounterfactualRequest::kChannel) {
    assumption.channel = request.channel();
    if (!assumption.channel.empty()) return assumption;
    return errors::InvalidField("channel", "must name a channel");
  }
  if (request.assumption_case() == v1::CounterfactualRequest::kSource) {
    assumption.source = request.source();
    if (!assumption.source.empty()) return assumption;
    return errors::InvalidField("source", "must name a source of facts");
  }
  return errors::InvalidField(
      "assumption",
      "say who is assumed to be right: a `channel` or a `source`");
}

void ToWire(SupposedOutcome outcome, const FindingGroup& group, int64_t count,
            v1::CounterfactualCount* wire) {
  wire->set_outcome(static_cast<v1::CounterfactualOutcome>(outcome));
  AboutToWire(SubjectOf(group), wire);
  wire->set_verdict(static_cast<v1::Verdict>(group.verdict));
  wire->set_count(count);
}

void ToWire(const Supposed& supposed, v1::CounterfactualExample* wire) {
  wire->set_outcome(static_cast<v1::CounterfactualOutcome>(supposed.outcome));
  wire->set_finding_id(supposed.finding_id);
  AboutToWire(supposed.subject, wire);
  wire->set_verdict(static_cast<v1::Verdict>(supposed.verdict));
  if (supposed.assumed.has_value()) {
    wire->set_assumed_verdict(static_cast<v1::Verdict>(*supposed.assumed));
  }
  wire->set_explanation(supposed.explanation);
}

}  // namespace concordat::convert
