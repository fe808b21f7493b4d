#include "server/convert/scorecards.h"

#include <cstddef>
#include <cstdint>

#include "google/protobuf/duration.pb.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"

namespace concordat::convert {
namespace {

constexpr int64_t kDefaultHours = 28 * kHoursPerDay;

absl::Time TimeOfHour(int64_t hour) {
  return absl::UnixEpoch() + absl::Hours(hour);
}

void ToWire(absl::Duration duration, google::protobuf::Duration* wire) {
  wire->set_seconds(absl::ToInt64Seconds(duration));
}

void ToWire(const DurationHistogram& histogram, v1::DurationQuantiles* wire) {
  wire->set_count(histogram.count());
  ToWire(histogram.Quantile(0.5), wire->mutable_p50());
  ToWire(histogram.Quantile(0.95), wire->mutable_p95());
  ToWire(histogram.Quantile(0.99), wire->mutable_p99());
  ToWire(histogram.max(), wire->mutable_max());
}

absl::Status SetGroups(const v1::GetScorecardRequest& request,
                       ScorecardQuery& query) {
  if (request.group_by().empty()) query.by_channel = true;
  for (const int dimension : request.group_by()) {
    switch (dimension) {
      case v1::SCORECARD_DIMENSION_CHANNEL:
        query.by_channel = true;
        break;
      case v1::SCORECARD_DIMENSION_ATTRIBUTE:
        query.by_attribute = true;
        break;
      case v1::SCORECARD_DIMENSION_LABEL:
        query.label = request.label();
        break;
      case v1::SCORECARD_DIMENSION_HOUR:
        query.hours_each = 1;
        break;
      case v1::SCORECARD_DIMENSION_DAY:
        query.hours_each = kHoursPerDay;
        break;
      default:
        return errors::InvalidField("group_by", "is no dimension");
    }
  }
  if (query.label.has_value() == request.label().empty()) {
    return errors::InvalidField(
        "label", "is required where `group_by` has LABEL, and only there");
  }
  if (query.label.has_value() && query.hours_each == 1) {
    return errors::InvalidField(
        "group_by", "labels are counted by day: ask for DAY in place of HOUR");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ScorecardQuery> FromWire(const v1::GetScorecardRequest& request,
                                        absl::Time now) {
  ScorecardQuery query;
  query.channels.insert(request.channels().begin(), request.channels().end());
  query.attributes.insert(request.attributes().begin(),
                          request.attributes().end());
  query.end = HoursOf(now) + 1;
  if (request.has_end_time()) {
    CONCORDAT_ASSIGN_OR_RETURN(const absl::Time end,
                               FromWire(request.end_time(), "end_time"));
    // An hour that has begun is counted.
    query.end = HoursOf(end + absl::Hours(1) - absl::Nanoseconds(1));
  }
  query.begin = query.end - kDefaultHours;
  if (request.has_start_time()) {
    CONCORDAT_ASSIGN_OR_RETURN(const absl::Time start,
                               FromWire(request.start_time(), "start_time"));
    query.begin = HoursOf(start);
  }
  if (query.begin >= query.end) {
    return errors::InvalidField("start_time", "must lie before `end_time`");
  }
  CONCORDAT_RETURN_IF_ERROR(SetGroups(request, query));
  const double objective = request.objective().agreement();
  if (request.has_objective() && !(objective > 0 && objective < 1)) {
    return errors::InvalidField("objective.agreement",
                                "must be over 0 and below 1, as 0.995");
  }
  return query;
}

void ToWire(const ScorecardRow& row, const ScorecardQuery& query,
            std::optional<double> objective, v1::ScorecardRow* wire) {
  wire->set_channel(row.of.channel);
  wire->set_entity_type(row.of.entity_type);
  wire->set_attribute(row.of.attribute);
  wire->set_label_value(row.of.value);
  if (query.hours_each != 0) {
    ToWire(TimeOfHour(row.of.hour), wire->mutable_start_time());
  }
  int64_t claims = 0;
  for (size_t i = 0; i < row.claims.counts.size(); ++i) {
    if (row.claims.counts[i] == 0) continue;
    claims += row.claims.counts[i];
    v1::VerdictCount* count = wire->add_verdicts();
    count->set_verdict(static_cast<v1::Verdict>(i));
    count->set_claims(row.claims.counts[i]);
  }
  wire->set_claims(claims);
  const Agreement agreement = AgreementOf(row.claims.counts);
  const Share share = agreement.share();
  v1::Agreement* agreed = wire->mutable_agreement();
  agreed->set_agree(agreement.agree);
  agreed->set_contradict(agreement.contradict);
  agreed->set_undecided(agreement.undecided);
  agreed->set_rate(share.rate);
  agreed->set_low(share.low);
  agreed->set_high(share.high);
  if (!query.label.has_value()) {
    const FindingCounts& findings = row.findings;
    ToWire(row.claims.lag, wire->mutable_lag());
    wire->set_findings_opened(findings.opened);
    wire->set_findings_reopened(findings.reopened);
    wire->set_findings_resolved(findings.resolved);
    wire->set_repeat_rate(
        ShareOf(findings.reopened, findings.opened + findings.reopened).rate);
    ToWire(findings.time_to_fix, wire->mutable_time_to_fix());
  }
  if (!objective.has_value()) return;
  const ObjectiveStatus status = StatusOf(row, *objective);
  v1::ObjectiveStatus* kept = wire->mutable_objective();
  kept->mutable_objective()->set_agreement(*objective);
  kept->set_budget(status.budget);
  kept->set_spent(status.spent);
  kept->set_remaining(status.remaining);
  kept->set_burn_rate_hour(status.burn_rates[0]);
  kept->set_burn_rate_6_hours(status.burn_rates[1]);
  kept->set_burn_rate_3_days(status.burn_rates[2]);
}

void ToWire(const Concord& concord, v1::ConcordRow* wire) {
  const Share share = ShareOf(concord.agreed, concord.held_by_several);
  wire->set_held_by_several(concord.held_by_several);
  wire->set_agreed(concord.agreed);
  wire->set_phi(share.rate);
  wire->set_low(share.low);
  wire->set_high(share.high);
}

}  // namespace concordat::convert
