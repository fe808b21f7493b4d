#include "consistency/audits/breakdown.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consistency/scorecards/score_rows.h"
#include "graph/key.h"

namespace concordat::audits {
namespace {

// A text that is longer is no code.
constexpr size_t kCodeBytesMax = 64;

std::string KeyOf(const Circumstance& circumstance) {
  std::string key =
      KeyWriter().Number(static_cast<uint64_t>(circumstance.hour)).Take();
  for (const auto& [name, value] : circumstance.labels) {
    absl::StrAppend(&key, name.size(), "=", name, value.size(), "=", value);
  }
  return key;
}

void SetKey(absl::string_view entity_type, absl::string_view attribute,
            absl::string_view code, int64_t changed, std::string& key) {
  key.clear();
  absl::StrAppend(&key, entity_type, "\n", attribute, "\n", changed, "\n",
                  code);
}

}  // namespace

Breakdown::Breakdown(const TruthIndex* index, absl::Time as_at)
    : index_(*index), lately_(HoursOf(as_at - kLately)) {
  for (size_t i = 0; i < index_.attributes(); ++i) {
    const auto number = static_cast<AttributeNumber>(i);
    Find(SaidOf{
        .entity_type = index_.TypeOf(index_.TypeOfAttribute(number)).name,
        .attribute = index_.AttributeOf(number).name,
        .code = {}});
  }
}

bool Breakdown::IsCode(AttributeNumber attribute) const {
  return index_.AttributeOf(attribute).type == ValueType::kCode;
}

// Rows have labels in the order of the file's columns, which need not be that
// of names: then none is as the one before, and all are looked up.
bool Breakdown::Is(const ReportedClaim& claim, size_t number) const {
  if (number >= circumstances_.size()) return false;
  const Circumstance& one = circumstances_[number];
  return claim.labels.size() == one.labels.size() &&
         HoursOf(claim.said_at) == one.hour &&
         std::equal(claim.labels.begin(), claim.labels.end(),
                    one.labels.begin(), [](const auto& a, const auto& b) {
                      return a.first == b.first && a.second == b.second;
                    });
}

uint32_t Breakdown::CircumstanceOfClaim(const ReportedClaim& claim) {
  if (!Is(claim, last_)) {
    Circumstance circumstance{.labels = {}, .hour = HoursOf(claim.said_at)};
    circumstance.labels.reserve(claim.labels.size());
    for (const auto& [name, value] : claim.labels) {
      circumstance.labels.emplace_back(name, value);
    }
    std::sort(circumstance.labels.begin(), circumstance.labels.end());
    last_ = Find(std::move(circumstance));
  }
  return static_cast<uint32_t>(last_);
}

uint32_t Breakdown::SaidOfClaim(const ReportedClaim& claim,
                                AttributeNumber attribute, int64_t true_since) {
  const int64_t changed = ChangedAt(true_since);
  absl::string_view code;
  if (IsCode(attribute) && claim.value.has_value() &&
      claim.value->size() <= kCodeBytesMax) {
    code = *claim.value;
  }
  if (changed == kNoHour && code.empty()) return attribute;
  const SaidOf& whole = said_of_[attribute];
  uint32_t& recent =
      recent_[(attribute * 31U + code.size() * 7U +
               (code.empty() ? 0U : static_cast<unsigned char>(code.back()))) %
              kRecentMax];
  if (const SaidOf& one = said_of_[recent];
      one.code == code && one.changed == changed &&
      one.attribute == whole.attribute &&
      one.entity_type == whole.entity_type) {
    return recent;
  }
  SetKey(whole.entity_type, whole.attribute, code, changed, key_);
  const auto known = said_of_numbers_.find(key_);
  recent = known != said_of_numbers_.end()
               ? known->second
               : Find(SaidOf{.entity_type = whole.entity_type,
                             .attribute = whole.attribute,
                             .code = std::string(code),
                             .changed = changed});
  return recent;
}

uint32_t Breakdown::Find(Circumstance circumstance) {
  std::string key = KeyOf(circumstance);
  const auto known = circumstance_numbers_.find(key);
  if (known != circumstance_numbers_.end()) return known->second;
  // Room is kept for what is coarser: half for what has no hour.
  if (circumstances_.size() >= kCircumstancesMax / 2) {
    if (circumstance.hour != kNoHour) {
      hours_whole_ = false;
      circumstance.hour = kNoHour;
      return Find(std::move(circumstance));
    }
    if (circumstances_.size() >= kCircumstancesMax &&
        !circumstance.labels.empty()) {
      labels_whole_ = false;
      return Find(Circumstance());
    }
  }
  const auto number = static_cast<uint32_t>(circumstances_.size());
  circumstance_numbers_.emplace(std::move(key), number);
  circumstances_.push_back(std::move(circumstance));
  return number;
}

uint32_t Breakdown::Find(SaidOf of) {
  SetKey(of.entity_type, of.attribute, of.code, of.changed, key_);
  const auto known = said_of_numbers_.find(key_);
  if (known != said_of_numbers_.end()) return known->second;
  // What so many share nothing of explains nothing.
  if (said_of_.size() >= kSaidOfMax &&
      (of.changed != kNoHour || !of.code.empty())) {
    of.code.clear();
    of.changed = kNoHour;
    return Find(std::move(of));
  }
  const auto number = static_cast<uint32_t>(said_of_.size());
  said_of_numbers_.emplace(key_, number);
  said_of_.push_back(std::move(of));
  return number;
}

void Breakdown::CountAgreement(const ReportedClaim& claim,
                               AttributeNumber attribute, int64_t true_since) {
  Count(attributes_only_ ? Place{Find(Circumstance()), attribute, 0}
                         : Place{CircumstanceOfClaim(claim),
                                 SaidOfClaim(claim, attribute, true_since), 0},
        1);
}

void Breakdown::Count(const Place& place, int64_t rows) {
  counts_[place] += rows;
  if (counts_.size() > kCountsMax) ForgetCircumstances();
}

void Breakdown::CountAgreements(const Tally& tally) {
  ForgetCircumstances();
  const uint32_t none = Find(Circumstance());
  for (size_t i = 0; i < tally.by_attribute.size(); ++i) {
    const int64_t rows = AgreementsOf(tally.by_attribute[i]);
    if (rows != 0) counts_[{none, static_cast<uint32_t>(i), 0}] += rows;
  }
}

void Breakdown::ForgetCircumstances() {
  attributes_only_ = true;
  hours_whole_ = false;
  labels_whole_ = false;
  const auto counts = std::exchange(counts_, {});
  for (const auto& [place, rows] : counts) {
    const SaidOf& of = said_of_[place.said_of];
    const uint32_t whole = Find(SaidOf{
        .entity_type = of.entity_type, .attribute = of.attribute, .code = {}});
    counts_[{Find(Circumstance()), whole, place.verdict}] += rows;
  }
}

// What is of no row has no like that agrees.
Circumstance Breakdown::CircumstanceOf(const AuditFinding& finding) {
  if (finding.line == 0) return {};
  Circumstance circumstance{.labels = finding.labels,
                            .hour = HoursOf(finding.said_at)};
  std::sort(circumstance.labels.begin(), circumstance.labels.end());
  return circumstance;
}

SaidOf Breakdown::SaidOfFinding(const AuditFinding& finding) const {
  SaidOf of{.entity_type = {}, .attribute = finding.attribute, .code = {}};
  if (finding.entity.has_value()) of.entity_type = finding.entity->type;
  if (finding.line == 0 || attributes_only_) return of;
  const TruthIndex::TypeNumber type = index_.FindType(of.entity_type);
  const AttributeNumber attribute =
      type == TruthIndex::kNoType ? TruthIndex::kNoAttribute
                                  : index_.FindAttribute(type, of.attribute);
  if (attribute == TruthIndex::kNoAttribute) return of;
  if (IsCode(attribute) && finding.said.has_value() &&
      finding.said->size() <= kCodeBytesMax) {
    of.code = *finding.said;
  }
  of.changed = ChangedAt(HoursOf(finding.true_since));
  return of;
}

void Breakdown::CountContradiction(const AuditFinding& finding) {
  Count(
      {attributes_only_ ? Find(Circumstance()) : Find(CircumstanceOf(finding)),
       Find(SaidOfFinding(finding)), static_cast<uint32_t>(finding.verdict)},
      1);
}

void Breakdown::Add(const Breakdown& part) {
  if (part.attributes_only_) attributes_only_ = true;
  hours_whole_ = hours_whole_ && part.hours_whole_;
  labels_whole_ = labels_whole_ && part.labels_whole_;
  std::vector<uint32_t> circumstances;
  for (const Circumstance& circumstance : part.circumstances_) {
    circumstances.push_back(Find(circumstance));
  }
  std::vector<uint32_t> said_of;
  for (const SaidOf& of : part.said_of_) said_of.push_back(Find(of));
  for (const auto& [place, rows] : part.counts_) {
    Count({circumstances[place.circumstance], said_of[place.said_of],
           place.verdict},
          rows);
  }
  if (attributes_only_) ForgetCircumstances();
}

void Breakdown::VisitAgreements(
    absl::FunctionRef<void(const Circumstance& circumstance, const SaidOf& of,
                           int64_t rows)>
        visit) const {
  for (const auto& [place, rows] : counts_) {
    if (place.verdict != 0) continue;
    visit(circumstances_[place.circumstance], said_of_[place.said_of], rows);
  }
}

void Breakdown::VisitContradictions(
    absl::FunctionRef<void(const Circumstance& circumstance, const SaidOf& of,
                           Verdict verdict, int64_t rows)>
        visit) const {
  for (const auto& [place, rows] : counts_) {
    if (place.verdict == 0) continue;
    visit(circumstances_[place.circumstance], said_of_[place.said_of],
          static_cast<Verdict>(place.verdict), rows);
  }
}

}  // namespace concordat::audits
