#include "consistency/harm_terms.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>
#include <vector>

namespace concordat {
namespace {

double ToDouble(const Decimal& decimal) {
  return static_cast<double>(decimal.unscaled) * std::pow(10, -decimal.scale);
}

// How near a number comes to `full`, 0 to 1; its sign does not count.
double ShareOf(double number, const Decimal& full) {
  const double whole = std::abs(ToDouble(full));
  const double part = std::abs(number);
  if (whole == 0) return part > 0 ? 1 : 0;
  return std::min(part / whole, 1.0);
}

// Each step nearer to the customer weighs more.
double ExposureShare(Exposure exposure) {
  switch (exposure) {
    case Exposure::kTold:
      return 1;
    case Exposure::kShown:
      return 0.7;
    case Exposure::kHeld:
      return 0.4;
    case Exposure::kHeard:
      return 0.1;
  }
  return 0;
}

// A disclosure cannot be taken back, so it is as grave as can be.
double VerdictShare(const Finding& finding) {
  constexpr double kGravest = 6;
  if (finding.subject.family == FindingFamily::kDisclosure) return 1;
  return GravityOf(finding.verdict) / kGravest;
}

const Money* MoneyOf(const Reading& reading) {
  if (!reading.value.has_value() || reading.value->is_many()) return nullptr;
  return std::get_if<Money>(&reading.value->scalar());
}

// By how much what was said and what is true differ; all of it where one of
// them is not there. Amounts of two currencies cannot be held against each
// other: then it is as if all were at stake.
double MoneyShare(const Judgement& judgement, const Decimal& full) {
  const Money* said = MoneyOf(judgement.claimed);
  const Money* truth =
      judgement.truth.has_value() ? MoneyOf(judgement.truth->reading) : nullptr;
  if (said == nullptr && truth == nullptr) return 0;
  if (said == nullptr) return ShareOf(ToDouble(truth->amount), full);
  const double amount = ToDouble(said->amount);
  if (truth == nullptr || truth->currency != said->currency) {
    return ShareOf(amount, full);
  }
  return ShareOf(amount - ToDouble(truth->amount), full);
}

double NumberShare(const Scalar& scalar, const Decimal& full) {
  if (const auto* integer = std::get_if<Integer>(&scalar)) {
    return ShareOf(static_cast<double>(integer->number), full);
  }
  if (const auto* decimal = std::get_if<Decimal>(&scalar)) {
    return ShareOf(ToDouble(*decimal), full);
  }
  if (const auto* money = std::get_if<Money>(&scalar)) {
    return ShareOf(ToDouble(money->amount), full);
  }
  return 0;
}

// What the customer was worth when it was said.
double CustomerValueShare(const Finding& finding, const KnownEntity& known,
                          const Vocabulary& vocabulary) {
  const auto& rules = vocabulary.harm.customer_value;
  const auto rule = rules.find(finding.subject.entity.type);
  if (rule == rules.end()) return 0;
  const auto attribute = known.find(rule->second.attribute);
  if (attribute == known.end()) return 0;
  const TimelineSpan* span =
      attribute->second.timeline().At(finding.last_said_at);
  if (span == nullptr) return 0;
  const Reading& reading =
      attribute->second.ReadingOf(*span, vocabulary.schema.habits);
  if (!reading.value.has_value() || reading.value->is_many()) return 0;
  const Scalar& scalar = reading.value->scalar();
  if (const auto* code = std::get_if<Code>(&scalar)) {
    const auto percent = rule->second.percent_of_code.find(code->code);
    return percent == rule->second.percent_of_code.end()
               ? 0
               : percent->second / 100.0;
  }
  return rule->second.full_at.has_value()
             ? NumberShare(scalar, *rule->second.full_at)
             : 0;
}

}  // namespace

Harm HarmOf(const Finding& finding, const Judgement& judgement,
            const KnownEntity& known, const Vocabulary& vocabulary) {
  const HarmRules& rules = vocabulary.harm;
  FindingTerms terms = vocabulary.TermsOf(finding.subject.entity.type,
                                          finding.subject.attribute);
  double weight = terms.weight_percent / 100.0;
  if (finding.subject.family == FindingFamily::kRule) {
    const auto rule = vocabulary.rules.find(finding.subject.attribute);
    weight = rule == vocabulary.rules.end() ? 0 : rule->second.weight;
    terms.legal = false;
  }
  const bool discloses = finding.subject.family == FindingFamily::kDisclosure;
  const std::pair<HarmTerm, double> shares[] = {
      {HarmTerm::kExposure, ExposureShare(finding.exposure)},
      {HarmTerm::kVerdict, VerdictShare(finding)},
      {HarmTerm::kAttribute, weight},
      {HarmTerm::kMoney, MoneyShare(judgement, rules.full_money)},
      {HarmTerm::kCustomerValue,
       CustomerValueShare(finding, known, vocabulary)},
      {HarmTerm::kLegal, discloses || terms.legal ? 1.0 : 0.0},
  };
  std::vector<HarmPart> parts;
  parts.reserve(kHarmTerms);
  for (const auto& [term, share] : shares) {
    parts.push_back({term, static_cast<double>(rules.WeightOf(term)), share});
  }
  return MakeHarm(std::move(parts), finding.last_said_at, rules.half_life);
}

Harm WithExposure(const Finding& finding, const Vocabulary& vocabulary) {
  std::vector<HarmPart> parts = finding.harm.parts;
  std::erase_if(parts, [](const HarmPart& part) {
    return part.term == HarmTerm::kExposure;
  });
  parts.push_back(
      {HarmTerm::kExposure,
       static_cast<double>(vocabulary.harm.WeightOf(HarmTerm::kExposure)),
       ExposureShare(finding.exposure)});
  return MakeHarm(std::move(parts), finding.harm.as_of, finding.harm.half_life);
}

}  // namespace concordat
