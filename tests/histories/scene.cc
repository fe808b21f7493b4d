#include "tests/histories/scene.h"

#include <algorithm>
#include <utility>

namespace concordat::histories {

void Scene::Say(absl::Time at, std::optional<std::string> value,
                const Manner& manner) {
  constexpr Exposure kExposures[] = {Exposure::kHeld, Exposure::kShown,
                                     Exposure::kTold};
  Claim claim;
  claim.channel = cell_.channel->name;
  claim.subject = manner.subject.value_or(cell_.subject);
  if (claim.subject.empty()) claim.entity = cell_.entity;
  claim.attribute = cell_.attribute->name;
  claim.value = std::move(value);
  const double error =
      manner.clock_error.value_or((random_.Below(1801) - 900.0) / 1000);
  claim.said_at = at + absl::Trunc(error * skew(), absl::Seconds(1));
  claim.said_at_given = true;
  claim.as_of = manner.as_of;
  claim.exposure = kExposures[random_.Below(3)];

  const absl::Duration soon = Between(absl::Seconds(1), absl::Seconds(30));
  const absl::Duration late = Between(absl::Minutes(1), absl::Hours(2));
  const bool is_late = random_.PerMille(200) && !manner.promptly;
  const absl::Time arrives_at = manner.arrives_at.value_or(
      std::max(at + (is_late ? late : soon), last_arrival_));
  last_arrival_ = std::max(last_arrival_, arrives_at);
  said_.push_back({arrives_at, std::move(claim)});
}

void Scene::MaybeHeal(absl::Time mistaken_at,
                      std::optional<std::string> value) {
  if (random_.PerMille(500)) return;
  Say(mistaken_at + settle() + Between(absl::Hours(1), absl::Hours(4)),
      std::move(value));
}

}  // namespace concordat::histories
