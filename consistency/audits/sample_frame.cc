#include "consistency/audits/sample_frame.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "consistency/answers.h"
#include "consistency/sampling/allocation.h"
#include "consistency/sampling/sample_order.h"
#include "consistency/sampling/strata.h"
#include "consistency/sampling/value_numbers.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat::audits {
namespace {

using sampling::SamplingPlan;
using sampling::StratumCount;

constexpr TruthIndex::EntityNumber kAskEvery = 1 << 14;
// Different values that strata are made of; what comes beyond is one.
constexpr size_t kValuesMax = 100'000;
constexpr uint32_t kNotAsked = UINT32_MAX;
// Neyman's pilot is so many-th part of the sample.
constexpr int64_t kPilotPart = 5;

// What a number is among others of its attribute; nullopt: it is none. Of
// money, `currency` is that of the first.
std::optional<double> NumberOf(const Scalar& scalar, std::string& currency) {
  const auto of = [](const Decimal& decimal) {
    return static_cast<double>(decimal.unscaled) *
           std::pow(10.0, -decimal.scale);
  };
  if (const auto* integer = std::get_if<Integer>(&scalar)) {
    return static_cast<double>(integer->number);
  }
  if (const auto* decimal = std::get_if<Decimal>(&scalar)) return of(*decimal);
  const auto* const money = std::get_if<Money>(&scalar);
  if (money == nullptr) return std::nullopt;
  if (currency.empty()) currency = money->currency;
  if (money->currency != currency) return std::nullopt;
  return of(money->amount);
}

}  // namespace

// Makes a frame: goes through the index twice.
class SampleFrame::Maker {
 public:
  Maker(const AuditPlan& plan, StoredKnowledge& knowledge)
      : plan_(plan), index_(plan.index()), knowledge_(knowledge) {}

  // Whom to ask about, by number, and the value of each.
  absl::Status Collect(const std::string& stratify_by,
                       absl::FunctionRef<bool()> go_on);
  std::vector<uint32_t>& value_of() { return value_of_; }
  const std::vector<sampling::ValueCount>& values() const {
    return values_.values();
  }
  int64_t population() const { return population_; }
  uint64_t PlaceOf(uint64_t seed, TruthIndex::EntityNumber number) const {
    return sampling::PlaceOf(
        seed, index_.TypeOf(index_.entities().KindAt(number)).name,
        index_.entities().NameAt(number));
  }

 private:
  using EntityNumber = TruthIndex::EntityNumber;
  using AttributeNumber = TruthIndex::AttributeNumber;

  absl::Status FindAttributes(const std::string& stratify_by);
  absl::StatusOr<bool> IsToBeAsked(EntityNumber number);
  absl::StatusOr<uint32_t> ValueOf(EntityNumber number);
  absl::StatusOr<uint32_t> StoredValueOf(EntityNumber number,
                                         AttributeNumber attribute);

  const AuditPlan& plan_;
  const TruthIndex& index_;
  StoredKnowledge& knowledge_;
  // By type; kNoAttribute: it has none of the name.
  std::vector<AttributeNumber> stratify_by_;
  std::vector<uint32_t> value_of_;  // by entity
  sampling::ValueNumbers values_{kValuesMax};
  // Of what the index knows: a reading's print, and the value that it is.
  absl::flat_hash_map<std::pair<AttributeNumber, uint64_t>, uint32_t> by_print_;
  std::string currency_;
  int64_t population_ = 0;
};

absl::Status SampleFrame::Maker::FindAttributes(
    const std::string& stratify_by) {
  stratify_by_.assign(index_.types(), TruthIndex::kNoAttribute);
  if (stratify_by.empty()) return absl::OkStatus();
  bool found = false;
  absl::Status problem =
      errors::InvalidField("stratify_by", "there is no entity type in scope");
  for (size_t i = 0; i < index_.types(); ++i) {
    const auto type = static_cast<TruthIndex::TypeNumber>(i);
    if (!plan_.InScope(type)) continue;
    stratify_by_[type] = index_.FindAttribute(type, stratify_by);
    const bool has = stratify_by_[type] != TruthIndex::kNoAttribute;
    found = found || has;
    if (!has) {
      problem = index_.TypeOf(type).RequireAttribute(stratify_by).status();
    }
  }
  return found ? absl::OkStatus() : AtField("stratify_by", problem);
}

absl::Status SampleFrame::Maker::Collect(const std::string& stratify_by,
                                         absl::FunctionRef<bool()> go_on) {
  CONCORDAT_RETURN_IF_ERROR(FindAttributes(stratify_by));
  const auto entities = static_cast<EntityNumber>(index_.entities().size());
  value_of_.assign(entities, kNotAsked);
  for (EntityNumber number = 0; number < entities; ++number) {
    if (number % kAskEvery == 0 && !go_on()) return absl::CancelledError();
    CONCORDAT_ASSIGN_OR_RETURN(const bool asked, IsToBeAsked(number));
    if (!asked) continue;
    ++population_;
    CONCORDAT_ASSIGN_OR_RETURN(value_of_[number], ValueOf(number));
    values_.Count(value_of_[number]);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> SampleFrame::Maker::IsToBeAsked(EntityNumber number) {
  const TruthIndex::TypeNumber type = index_.entities().KindAt(number);
  if (!plan_.InScope(type)) return false;
  const auto is_ours = [&](AttributeNumber attribute) {
    const AuditPlan::AttributePlan& of = plan_.PlanOf(attribute);
    return of.in_scope && of.terms != nullptr;
  };
  const EntityId id = index_.IdOf(number);
  bool is_sure = index_.left_out() == 0;
  if (index_.IsMerged(number)) {
    CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                               knowledge_.CanonicalOf(id));
    if (canonical != id) return false;
    is_sure = false;
  } else {
    for (const TruthIndex::Truth& truth : index_.TruthsOf(number)) {
      const auto attribute = static_cast<AttributeNumber>(truth.attribute);
      if (!is_ours(attribute)) continue;
      if (truth.revision <= plan_.request().at.number()) return true;
      is_sure = false;  // it may have had one before
    }
  }
  if (is_sure) return false;
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known, knowledge_.About(id));
  return std::any_of(known->begin(), known->end(), [&](const auto& named) {
    const AttributeNumber attribute = index_.FindAttribute(type, named.first);
    return attribute != TruthIndex::kNoAttribute && is_ours(attribute);
  });
}

absl::StatusOr<uint32_t> SampleFrame::Maker::StoredValueOf(
    EntityNumber number, AttributeNumber attribute) {
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known,
                             knowledge_.About(index_.IdOf(number)));
  const auto found = known->find(index_.AttributeOf(attribute).name);
  if (found == known->end()) return values_.Of("", std::nullopt);
  const std::optional<KnownValue> value = KnownAt(
      found->second, plan_.request().as_at, plan_.vocabulary().schema.habits);
  if (!value.has_value() || !value->reading.value.has_value()) {
    return values_.Of("", std::nullopt);
  }
  const Value& is = *value->reading.value;
  std::optional<double> as_number;
  if (!is.is_many()) as_number = NumberOf(is.scalar(), currency_);
  return values_.Of(is.Canonical(), as_number);
}

absl::StatusOr<uint32_t> SampleFrame::Maker::ValueOf(EntityNumber number) {
  const AttributeNumber attribute =
      stratify_by_[index_.entities().KindAt(number)];
  if (attribute == TruthIndex::kNoAttribute) {
    return values_.Of("", std::nullopt);
  }
  const TruthIndex::Truth* const truth =
      index_.IsMerged(number) ? nullptr : index_.FindTruth(number, attribute);
  const bool index_knows =
      truth != nullptr && truth->reading != kNoPrint &&
      truth->revision <= plan_.request().at.number() &&
      truth->since_minute <= MinuteOf(plan_.request().as_at);
  if (!index_knows) {
    const bool is_none =
        truth == nullptr && index_.left_out() == 0 && !index_.IsMerged(number);
    if (is_none) return values_.Of("", std::nullopt);
    return StoredValueOf(number, attribute);
  }
  const std::pair<AttributeNumber, uint64_t> print(attribute, truth->reading);
  const auto known = by_print_.find(print);
  if (known != by_print_.end()) return known->second;
  CONCORDAT_ASSIGN_OR_RETURN(const uint32_t value,
                             StoredValueOf(number, attribute));
  by_print_[print] = value;
  return value;
}

absl::StatusOr<SampleFrame> SampleFrame::Make(
    const AuditPlan& plan, const std::optional<SamplingPlan>& sampling,
    StoredKnowledge& knowledge, absl::FunctionRef<bool()> go_on) {
  Maker maker(plan, knowledge);
  CONCORDAT_RETURN_IF_ERROR(maker.Collect(
      sampling.has_value() ? sampling->stratify_by : std::string(), go_on));
  SampleFrame frame;
  frame.sampling_ = sampling;
  frame.population_ = maker.population();
  frame.size_ = frame.population_;
  if (sampling.has_value()) {
    CONCORDAT_RETURN_IF_ERROR(frame.Choose(maker, go_on));
    return frame;
  }
  std::vector<Asked>& all = frame.order_.emplace_back();
  const std::vector<uint32_t>& value_of = maker.value_of();
  for (size_t i = 0; i < value_of.size(); ++i) {
    if (value_of[i] == kNotAsked) continue;
    all.push_back({static_cast<TruthIndex::EntityNumber>(i), 0});
  }
  frame.given_ = {0};
  frame.targets_ = {frame.size_};
  return frame;
}

void SampleFrame::SetSize() {
  const int64_t most = sampling_->entities_max == 0
                           ? limits::kSampledEntitiesMax
                           : sampling_->entities_max;
  size_ = std::min(population_, most);
  if (sampling_->precision > 0 && !sampling_->sequential) {
    size_ = std::min(size_,
                     sampling::SampleSizeFor(population_, sampling_->precision,
                                             sampling_->confidence));
  }
}

absl::Status SampleFrame::Choose(Maker& maker,
                                 absl::FunctionRef<bool()> go_on) {
  SetSize();
  const sampling::Strata strata = sampling::GroupValues(maker.values());
  for (size_t i = 0; i < strata.names.size(); ++i) {
    strata_.push_back({strata.names[i], strata.populations[i], 0, 0});
  }
  // A sequential sample has one order, whatever the strata.
  const bool is_one = sampling_->sequential;
  std::vector<sampling::FirstInOrder> first;
  for (size_t i = 0; i < (is_one ? 1 : strata_.size()); ++i) {
    // Each stratum has two, though the sample be smaller than that.
    first.emplace_back(static_cast<size_t>(
        std::min(is_one ? population_ : strata.populations[i],
                 std::max<int64_t>(size_, 2))));
  }
  std::vector<uint32_t>& value_of = maker.value_of();
  for (size_t i = 0; i < value_of.size(); ++i) {
    if (i % kAskEvery == 0 && !go_on()) return absl::CancelledError();
    if (value_of[i] == kNotAsked) continue;
    value_of[i] = strata.of[value_of[i]];
    const auto number = static_cast<TruthIndex::EntityNumber>(i);
    first[is_one ? 0 : value_of[i]].Offer(
        maker.PlaceOf(sampling_->seed, number), number);
  }
  for (sampling::FirstInOrder& one : first) {
    std::vector<Asked>& order = order_.emplace_back();
    for (const uint32_t number : one.Take()) {
      order.push_back({number, value_of[number]});
    }
  }
  given_.assign(order_.size(), 0);
  SetTargets();
  return absl::OkStatus();
}

void SampleFrame::SetTargets() {
  if (sampling_->sequential) {
    targets_ = {size_};
    if (population_ > 0) {
      sequence_.emplace(population_, sampling_->confidence);
    }
    return;
  }
  is_pilot_ = sampling_->allocation == sampling::Allocation::kNeyman;
  targets_ = sampling::DivideProportionally(
      strata_, is_pilot_ ? size_ / kPilotPart : size_);
  if (is_pilot_) return;
  size_ = std::accumulate(targets_.begin(), targets_.end(), int64_t{0});
}

std::vector<SampleFrame::Asked> SampleFrame::Next(size_t entities_max) {
  std::vector<Asked> next;
  const auto left = [&](size_t i) {
    return std::min(targets_[i], static_cast<int64_t>(order_[i].size())) -
           given_[i];
  };
  for (size_t i = 0; i < order_.size(); ++i) {
    while (left(i) > 0 && next.size() < entities_max) {
      next.push_back(order_[i][static_cast<size_t>(given_[i]++)]);
    }
  }
  return next;
}

void SampleFrame::EndPilot() {
  if (!is_pilot_) return;
  is_pilot_ = false;
  targets_ = sampling::DivideAsNeyman(strata_, size_);
  for (size_t i = 0; i < targets_.size(); ++i) {
    targets_[i] = std::max(targets_[i], given_[i]);
  }
}

void SampleFrame::Note(const Asked& asked, bool is_wrong) {
  if (strata_.empty()) return;
  StratumCount& stratum = strata_[asked.stratum];
  ++stratum.sampled;
  if (is_wrong) ++stratum.hits;
  if (sequence_.has_value()) sequence_->Add(1, is_wrong ? 1 : 0);
}

bool SampleFrame::IsDecided() const {
  if (!sequence_.has_value() || sequence_->drawn() == 0) return false;
  const sampling::Interval interval = sequence_->interval();
  const double rate = sampling_->decide_rate;
  return (sampling_->precision > 0 &&
          interval.half_width() <= sampling_->precision) ||
         (rate > 0 && (interval.high < rate || interval.low > rate));
}

std::optional<sampling::Estimate> SampleFrame::EstimateNow() const {
  if (!sampling_.has_value()) return std::nullopt;
  sampling::Estimate estimate;
  estimate.confidence = sampling_->confidence;
  estimate.population = population_;
  for (const StratumCount& stratum : strata_) {
    estimate.sampled += stratum.sampled;
    estimate.hits += stratum.hits;
  }
  if (estimate.sampled > 0) {
    estimate.rate = static_cast<double>(estimate.hits) /
                    static_cast<double>(estimate.sampled);
  }
  if (sequence_.has_value()) {
    estimate.interval = sequence_->interval();
    estimate.stopped_early = IsDecided() && estimate.sampled < size_;
  } else if (strata_.size() > 1) {
    const sampling::StratifiedRate of =
        sampling::EstimateStratified(strata_, estimate.confidence);
    estimate.rate = of.rate;
    estimate.interval = of.interval;
  } else {
    estimate.interval = sampling::WilsonOf(estimate.hits, estimate.sampled,
                                           population_, estimate.confidence);
  }
  if (strata_.size() > 1) estimate.strata = strata_;
  return estimate;
}

}  // namespace concordat::audits
