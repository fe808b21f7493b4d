#include "consistency/audits/audit_causes.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "consistency/causes/cause_observations.h"
#include "consistency/causes/find_causes.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat::audits {
namespace {

// Causes that were not found any more and are remembered: to close, or to say
// that one is back.
constexpr size_t kEarlierCausesMax = 200;
// Dimensions beside labels.
constexpr size_t kOwnDimensions = 5;

std::string DayName(int64_t hour) {
  return absl::FormatTime("%Y-%m-%d", absl::UnixEpoch() + absl::Hours(hour),
                          absl::UTCTimeZone());
}

std::string HourName(int64_t hour) {
  return absl::FormatTime("%Y-%m-%dT%HZ", absl::UnixEpoch() + absl::Hours(hour),
                          absl::UTCTimeZone());
}

// Of a version, 4.2.1, what it is a part of, 4.2; of other values nothing.
absl::string_view WholeOf(absl::string_view value) {
  const size_t dot = value.rfind('.');
  if (dot == absl::string_view::npos || dot == 0 || dot + 1 == value.size()) {
    return "";
  }
  const bool is_version = std::all_of(value.begin(), value.end(), [](char c) {
    return c == '.' || absl::ascii_isdigit(c);
  });
  return is_version ? value.substr(0, dot) : "";
}

// A code, with the attribute that it is one of.
std::string CodeName(const SaidOf& of) {
  return of.code.empty()
             ? ""
             : absl::StrCat(of.entity_type, ".", of.attribute, " ", of.code);
}

// The tuples of a breakdown, by the numbers of one dictionary.
class Tuples {
 public:
  static absl::StatusOr<Tuples> Make(const Breakdown& breakdown);

  const Dimensions& dimensions() const { return *dimensions_; }
  const CauseObservations& observations() const { return *observations_; }
  const std::vector<std::string>& labels() const { return labels_; }

 private:
  using Tuple = std::vector<DimensionValue>;

  // What is over a limit is no value.
  DimensionValue Value(size_t dimension, absl::string_view value,
                       DimensionValue part_of = kNoDimensionValue) {
    if (value.empty()) return kNoDimensionValue;
    return dimensions_->AddValue(dimension, value, part_of)
        .value_or(kNoDimensionValue);
  }
  DimensionValue Version(size_t dimension, absl::string_view value) {
    const absl::string_view whole = WholeOf(value);
    return Value(dimension, value,
                 whole.empty() ? kNoDimensionValue : Version(dimension, whole));
  }
  DimensionValue Hour(size_t dimension, int64_t hour) {
    if (hour == kNoHour) return kNoDimensionValue;
    return Value(dimension, HourName(hour), Value(dimension, DayName(hour)));
  }
  DimensionValue Attribute(absl::string_view type, absl::string_view name) {
    const DimensionValue whole = Value(attribute_, type);
    return name.empty()
               ? whole
               : Value(attribute_, absl::StrCat(type, ".", name), whole);
  }
  absl::Status AddDimensions(const Breakdown& breakdown);
  // But for what contradictions have only.
  void Fill(const Breakdown& breakdown, const Circumstance& circumstance,
            const SaidOf& of, Tuple& tuple);
  absl::Status AddAgreements(const Breakdown& breakdown);
  absl::Status AddContradictions(const Breakdown& breakdown);

  std::unique_ptr<Dimensions> dimensions_ = std::make_unique<Dimensions>();
  std::unique_ptr<CauseObservations> observations_;
  std::vector<std::string> labels_;
  size_t attribute_ = 0;
  size_t hour_ = 0;
  size_t first_label_ = 0;
  size_t kind_ = 0;
  size_t said_ = 0;
  size_t changed_ = 0;
};

absl::Status Tuples::AddDimensions(const Breakdown& breakdown) {
  using namespace cause_dimensions;  // NOLINT(google-build-using-namespace)
  const auto add = [this](absl::string_view name, DimensionRole role,
                          size_t& index) {
    const absl::StatusOr<size_t> added = dimensions_->AddDimension(name, role);
    if (added.ok()) index = *added;
    return added.status();
  };
  CONCORDAT_RETURN_IF_ERROR(
      add(kAttribute, DimensionRole::kShared, attribute_));
  CONCORDAT_RETURN_IF_ERROR(add(kHour, DimensionRole::kShared, hour_));
  CONCORDAT_RETURN_IF_ERROR(add(kKind, DimensionRole::kDetail, kind_));
  CONCORDAT_RETURN_IF_ERROR(add(kSaid, DimensionRole::kShared, said_));
  CONCORDAT_RETURN_IF_ERROR(add(kChanged, DimensionRole::kShared, changed_));
  std::set<std::string> labels;
  for (const Circumstance& circumstance : breakdown.circumstances()) {
    for (const auto& label : circumstance.labels) labels.insert(label.first);
  }
  first_label_ = dimensions_->size();
  for (const std::string& label : labels) {
    if (!breakdown.labels_whole() ||
        labels_.size() + kOwnDimensions == limits::kCauseDimensionsMax) {
      break;
    }
    size_t index = 0;
    // A name that is too long is none.
    if (add(absl::StrCat(kLabelPrefix, label), DimensionRole::kShared, index)
            .ok()) {
      labels_.push_back(label);
    }
  }
  return absl::OkStatus();
}

void Tuples::Fill(const Breakdown& breakdown, const Circumstance& circumstance,
                  const SaidOf& of, Tuple& tuple) {
  tuple.assign(dimensions_->size(), kNoDimensionValue);
  tuple[attribute_] = Attribute(of.entity_type, of.attribute);
  tuple[said_] = Value(said_, CodeName(of));
  tuple[changed_] = Hour(changed_, of.changed);
  if (breakdown.hours_whole()) tuple[hour_] = Hour(hour_, circumstance.hour);
  for (const auto& [name, value] : circumstance.labels) {
    const auto label = std::lower_bound(labels_.begin(), labels_.end(), name);
    if (label == labels_.end() || *label != name) continue;
    const size_t at =
        first_label_ + static_cast<size_t>(label - labels_.begin());
    tuple[at] = Version(at, value);
  }
}

absl::Status Tuples::AddAgreements(const Breakdown& breakdown) {
  Tuple tuple;
  absl::Status problem;
  breakdown.VisitAgreements(
      [&](const Circumstance& circumstance, const SaidOf& of, int64_t rows) {
        Fill(breakdown, circumstance, of, tuple);
        if (problem.ok()) problem = observations_->AddAgreements(tuple, rows);
      });
  return problem;
}

absl::Status Tuples::AddContradictions(const Breakdown& breakdown) {
  Tuple tuple;
  absl::Status problem;
  breakdown.VisitContradictions([&](const Circumstance& circumstance,
                                    const SaidOf& of, Verdict verdict,
                                    int64_t rows) {
    Fill(breakdown, circumstance, of, tuple);
    tuple[kind_] = Value(kind_, VerdictName(verdict));
    if (problem.ok()) problem = observations_->AddFindings(tuple, rows);
  });
  return problem;
}

absl::StatusOr<Tuples> Tuples::Make(const Breakdown& breakdown) {
  Tuples tuples;
  CONCORDAT_RETURN_IF_ERROR(tuples.AddDimensions(breakdown));
  tuples.observations_ =
      std::make_unique<CauseObservations>(*tuples.dimensions_);
  CONCORDAT_RETURN_IF_ERROR(tuples.AddAgreements(breakdown));
  CONCORDAT_RETURN_IF_ERROR(tuples.AddContradictions(breakdown));
  return tuples;
}

int64_t RowsAbout(const Breakdown& breakdown, absl::string_view attribute) {
  int64_t rows = 0;
  const auto is_it = [attribute](const SaidOf& of) {
    return absl::StrCat(of.entity_type, ".", of.attribute) == attribute;
  };
  breakdown.VisitAgreements(
      [&](const Circumstance&, const SaidOf& of, int64_t count) {
        if (is_it(of)) rows += count;
      });
  breakdown.VisitContradictions(
      [&](const Circumstance&, const SaidOf& of, Verdict, int64_t count) {
        if (is_it(of)) rows += count;
      });
  return rows;
}

// A code that nobody says any more, though the attribute is spoken of, is not
// silent: that is what it is to be over.
void CloseUnsaid(const Breakdown& breakdown, const CauseRun& run,
                 std::vector<CauseUpdate>& updates) {
  if (breakdown.attributes_only()) return;
  for (CauseUpdate& update : updates) {
    if (update.change != CauseChange::kSilent) continue;
    for (const CauseCondition& condition : update.record.conditions) {
      if (condition.dimension != cause_dimensions::kSaid) continue;
      const absl::string_view attribute =
          absl::string_view(condition.value)
              .substr(0, condition.value.find(' '));
      if (RowsAbout(breakdown, attribute) <
          CauseFollowUp().back_observations_min) {
        continue;
      }
      update.change = CauseChange::kClosed;
      update.record.state = CauseState::kClosed;
      update.record.since = run;
    }
  }
}

// Of those that were not found, the ones that are over, or of which nothing is
// seen any more, go first; of those the oldest. Hours and releases pass, and
// the next audit has to take all that is left.
void ForgetOld(size_t found, std::vector<AuditCause>& causes) {
  const auto is_seen = [](const AuditCause& cause) {
    return cause.record.state == CauseState::kOpen &&
           cause.change != CauseChange::kSilent;
  };
  std::vector<std::pair<bool, int64_t>> order;
  for (size_t i = found; i < causes.size(); ++i) {
    order.emplace_back(is_seen(causes[i]), causes[i].record.since.number);
  }
  if (order.size() <= kEarlierCausesMax) return;
  const auto last = order.begin() + kEarlierCausesMax;
  std::nth_element(order.begin(), last, order.end(), std::greater<>());
  const std::pair<bool, int64_t> forgotten = *last;
  causes.erase(std::remove_if(
                   causes.begin() + static_cast<ptrdiff_t>(found), causes.end(),
                   [&](const AuditCause& cause) {
                     return std::pair(is_seen(cause),
                                      cause.record.since.number) <= forgotten;
                   }),
               causes.end());
}

}  // namespace

absl::StatusOr<AuditCauses> AuditCauses::Find(
    const Breakdown& breakdown, absl::Span<const AuditCause> earlier,
    const CauseRun& run) {
  CONCORDAT_ASSIGN_OR_RETURN(const Tuples tuples, Tuples::Make(breakdown));
  CONCORDAT_ASSIGN_OR_RETURN(const FoundCauses found,
                             FindCauses(tuples.observations()));
  std::vector<CauseRecord> records;
  records.reserve(earlier.size());
  for (const AuditCause& cause : earlier) records.push_back(cause.record);
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<CauseUpdate> updates,
      FollowUpCauses(records, found, tuples.observations(), run));
  CloseUnsaid(breakdown, run, updates);
  AuditCauses causes(breakdown);
  causes.labels_ = tuples.labels();
  std::vector<CauseConditions> conditions;
  for (const FoundCause& one : found.causes) {
    conditions.push_back(one.conditions);
  }
  causes.index_ =
      std::make_unique<const CauseIndex>(tuples.dimensions(), conditions);
  for (size_t i = 0; i < updates.size(); ++i) {
    AuditCause& cause = causes.causes_.emplace_back();
    cause.record = std::move(updates[i].record);
    cause.change = updates[i].change;
    if (i < found.causes.size()) {
      cause.alternatives = found.causes[i].alternatives;
    }
  }
  ForgetOld(found.causes.size(), causes.causes_);
  return causes;
}

uint32_t AuditCauses::MainCauseOf(const AuditFinding& finding) const {
  using namespace cause_dimensions;  // NOLINT(google-build-using-namespace)
  const SaidOf of = breakdown_->SaidOfFinding(finding);
  const Circumstance circumstance = Breakdown::CircumstanceOf(finding);
  // What readings are views of; no reallocation, for strings may be small.
  std::vector<std::string> names;
  names.reserve(4 + circumstance.labels.size());
  std::vector<DimensionReading> readings;
  const auto read = [&readings](absl::string_view dimension,
                                absl::string_view value) {
    if (!value.empty()) readings.push_back({dimension, value});
  };
  read(kAttribute, of.attribute.empty()
                       ? absl::string_view(of.entity_type)
                       : names.emplace_back(
                             absl::StrCat(of.entity_type, ".", of.attribute)));
  read(kSaid, names.emplace_back(CodeName(of)));
  if (of.changed != kNoHour) {
    read(kChanged, names.emplace_back(HourName(of.changed)));
  }
  if (breakdown_->hours_whole() && circumstance.hour != kNoHour) {
    read(kHour, names.emplace_back(HourName(circumstance.hour)));
  }
  for (const auto& [name, value] : circumstance.labels) {
    if (!std::binary_search(labels_.begin(), labels_.end(), name)) continue;
    read(names.emplace_back(absl::StrCat(kLabelPrefix, name)), value);
  }
  read(kKind, VerdictName(finding.verdict));
  const std::optional<size_t> main = index_->MainCauseOf(readings);
  return main.has_value() ? static_cast<uint32_t>(*main + 1) : 0;
}

std::vector<BreakdownRow> BreakdownRowsOf(const Breakdown& breakdown) {
  using namespace cause_dimensions;  // NOLINT(google-build-using-namespace)
  std::map<std::pair<std::string, std::string>, BreakdownRow> by_value;
  const auto count = [&](const Circumstance& circumstance, int64_t agree,
                         int64_t contradict) {
    const auto add = [&](std::string dimension, const std::string& value) {
      BreakdownRow& row = by_value[{std::move(dimension), value}];
      row.agree += agree;
      row.contradict += contradict;
    };
    if (breakdown.hours_whole() && circumstance.hour != kNoHour) {
      add("day", DayName(circumstance.hour));
    }
    if (!breakdown.labels_whole()) return;
    for (const auto& [name, value] : circumstance.labels) {
      add(absl::StrCat(kLabelPrefix, name), value);
    }
  };
  breakdown.VisitAgreements(
      [&](const Circumstance& circumstance, const SaidOf&, int64_t rows) {
        count(circumstance, rows, 0);
      });
  breakdown.VisitContradictions([&](const Circumstance& circumstance,
                                    const SaidOf&, Verdict verdict,
                                    int64_t rows) {
    if (IsDisagreement(verdict) || verdict == Verdict::kNotEntitled) {
      count(circumstance, 0, rows);
    }
  });
  std::vector<BreakdownRow> rows;
  for (auto& [key, row] : by_value) {
    row.dimension = key.first;
    row.value = key.second;
    rows.push_back(std::move(row));
  }
  if (rows.size() <= kBreakdownRowsMax) return rows;
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return a.agree + a.contradict > b.agree + b.contradict;
  });
  rows.resize(kBreakdownRowsMax);
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.dimension, a.value) < std::tie(b.dimension, b.value);
  });
  return rows;
}

}  // namespace concordat::audits
