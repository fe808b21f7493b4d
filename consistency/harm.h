// Harm: how much a contradiction hurts, so that the worst is seen first. A sum
// of terms that are listed one by one, fading with time.
#ifndef CONCORDAT_CONSISTENCY_HARM_H_
#define CONCORDAT_CONSISTENCY_HARM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/schema.h"

namespace concordat {

// Values are those of concordat.v1.HarmTerm.
enum class HarmTerm : uint8_t {
  kExposure = 1,   // told over shown over held
  kVerdict,        // a stranger's data over what heals by itself
  kAttribute,      // how much the attribute matters
  kMoney,          // what is at stake: by how much two amounts differ
  kCustomerValue,  // what the customer is worth to the company
  kLegal,          // consent and what the law asks for
};
inline constexpr size_t kHarmTerms = 6;

// "exposure", "customer_value" ...: as vocabularies write it.
absl::string_view HarmTermName(HarmTerm term);

// What a customer is worth, read from an attribute of the customer: from its
// code, or from how near its number comes to `full_at`.
struct CustomerValueRule {
  std::string attribute;
  ByName<int> percent_of_code;  // 0 to 100
  std::optional<Decimal> full_at;
};

// How a vocabulary ranks.
struct HarmRules {
  // Points that each term gives at most, by HarmTerm - 1; each 0 to 100.
  std::array<int, kHarmTerms> weights = {30, 20, 20, 10, 10, 10};
  // After so long without being said again a finding counts half. Infinite: it
  // never fades.
  absl::Duration half_life = absl::Hours(24 * 30);
  // The difference of two amounts, in whatever currency they are, from which on
  // the term of money is full.
  Decimal full_money = {100, 0};
  // By entity type.
  ByName<CustomerValueRule> customer_value;

  int WeightOf(HarmTerm term) const {
    return weights[static_cast<size_t>(term) - 1];
  }
};

// One term of a score.
struct HarmPart {
  HarmTerm term = HarmTerm::kExposure;
  // Points that it gives at most.
  double weight = 0;
  // How much of that it gives, 0 to 1; to four digits.
  double share = 0;

  double points() const { return weight * share; }
};

// How harmful a finding is, as of the newest claim that showed it. It fades as
// a whole, so which of two is worse does not change with time: forward decay
// (Cormode, Shkapenyuk, Srivastava, Xu: Forward Decay, ICDE 2009).
struct Harm {
  std::vector<HarmPart> parts;  // those that give something, worst first
  absl::Time as_of = absl::UnixEpoch();
  absl::Duration half_life = absl::InfiniteDuration();
  // Greater is worse, whenever it is asked.
  double order = 0;

  // Points as of `as_of`: the sum of the parts.
  double points() const;
  // What of them is left at `now`, 0 to 1: halved each half_life.
  double RecencyAt(absl::Time now) const;
};

// Sorts the parts and works out the order. `half_life` > 0.
Harm MakeHarm(std::vector<HarmPart> parts, absl::Time as_of,
              absl::Duration half_life);

// 8 bytes; of a greater number they sort before those of a smaller one.
std::string DescendingKey(double number);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HARM_H_
