#include "consistency/harm.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "graph/key.h"

namespace concordat {
namespace {

// What gives no points at all still has its place among its like.
constexpr double kPointsMin = 1e-3;

}  // namespace

absl::string_view HarmTermName(HarmTerm term) {
  switch (term) {
    case HarmTerm::kExposure:
      return "exposure";
    case HarmTerm::kVerdict:
      return "verdict";
    case HarmTerm::kAttribute:
      return "attribute";
    case HarmTerm::kMoney:
      return "money";
    case HarmTerm::kCustomerValue:
      return "customer_value";
    case HarmTerm::kLegal:
      return "legal";
  }
  return "unspecified";
}

double Harm::points() const {
  double sum = 0;
  for (const HarmPart& part : parts) sum += part.points();
  return sum;
}

double Harm::RecencyAt(absl::Time now) const {
  if (half_life == absl::InfiniteDuration() || now <= as_of) return 1;
  return std::exp2(-absl::FDivDuration(now - as_of, half_life));
}

Harm MakeHarm(std::vector<HarmPart> parts, absl::Time as_of,
              absl::Duration half_life) {
  Harm harm;
  harm.parts = std::move(parts);
  // What is stored is read back the same.
  constexpr double kDigits = 1e4;
  for (HarmPart& part : harm.parts) {
    part.share = std::round(part.share * kDigits) / kDigits;
  }
  std::erase_if(harm.parts,
                [](const HarmPart& part) { return part.points() <= 0; });
  std::stable_sort(harm.parts.begin(), harm.parts.end(),
                   [](const HarmPart& a, const HarmPart& b) {
                     return a.points() > b.points();
                   });
  harm.as_of = as_of;
  harm.half_life = half_life;
  harm.order = std::log2(std::max(harm.points(), kPointsMin));
  if (half_life != absl::InfiniteDuration()) {
    harm.order += absl::FDivDuration(as_of - absl::UnixEpoch(), half_life);
  }
  return harm;
}

// The bits of an IEEE 754 number sort as the number does, those of a negative
// one the other way round; and all of them are wanted the other way round.
std::string DescendingKey(double number) {
  constexpr uint64_t kSign = uint64_t{1} << 63;
  uint64_t bits = 0;
  std::memcpy(&bits, &number, sizeof(bits));
  bits = (bits & kSign) != 0 ? ~bits : bits | kSign;
  return KeyWriter().Number(~bits).Take();
}

}  // namespace concordat
