// The ways in which a claim of the simulated world goes wrong: one function a
// kind.
#ifndef CONCORDAT_CLIENT_SIMULATE_PLANTS_H_
#define CONCORDAT_CLIENT_SIMULATE_PLANTS_H_

#include <string>

#include "absl/types/span.h"
#include "client/simulate/oracle.h"
#include "client/simulate/random.h"
#include "client/simulate/verdicts.h"
#include "client/simulate/world.h"

namespace concordat::simulate {

// A claim in the making.
struct Draft {
  size_t channel = 0;
  // Set where the claim is about an order.
  const Order* order = nullptr;
  Statement statement;
  // Overrides the channel's writing of the value where not empty.
  std::string written;
  // The channel's own id links to nobody.
  bool unlinked = false;
  // The contract names the attribute.
  bool entitled = true;
};

struct PlantContext {
  const WorldOptions& options;
  const Customer& customer;
};

struct Plant {
  const char* kind;
  Verdict verdict;
  uint32_t weight;
  const char* note;
  // Turns a draft with place and time into one of this kind. False: not with
  // this place; draw another. The planner checks the outcome with Expect.
  bool (*shape)(const PlantContext& context, Random& random, Draft& draft);
};

// The kinds, every verdict but AGREES at least once.
absl::Span<const Plant> AllPlants();

// A place and a time: a channel that knows the customer, an attribute (of the
// channel's contract, or outside of it), the customer or an order of theirs.
// False: not this time; draw again.
bool DrawPlace(const PlantContext& context, bool entitled, Random& random,
               Draft& draft);

}  // namespace concordat::simulate

#endif  // CONCORDAT_CLIENT_SIMULATE_PLANTS_H_
