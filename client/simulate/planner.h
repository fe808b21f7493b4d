// What the channels of the simulated world report of one customer, most of it
// right and some of it wrong in a known way.
#ifndef CONCORDAT_CLIENT_SIMULATE_PLANNER_H_
#define CONCORDAT_CLIENT_SIMULATE_PLANNER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "client/simulate/attributes.h"
#include "client/simulate/random.h"
#include "client/simulate/verdicts.h"
#include "client/simulate/world.h"

namespace concordat::simulate {

struct PlannedClaim {
  size_t channel = 0;
  std::string subject;
  // Of the truth; points into the customer.
  const Entity* entity = nullptr;
  Attr attribute = Attr::kNone;
  // As the channel writes it; may be empty: absent.
  std::string value;
  int64_t said_at_s = 0;
  const char* exposure = "";
  const char* app_version = "";
  const char* team = "";
  const char* region = "";
  // What was planted: "as_known" where nothing was.
  const char* kind = "";
  // One plain sentence for people.
  const char* note = "";
  Verdict verdict = Verdict::kNone;
  // For kNotEntitled.
  Verdict further = Verdict::kNone;
};

// Thread-safe.
class Planner {
 public:
  // `planted_rate`: the share of claims that do not simply agree, 0 to 1.
  Planner(const WorldOptions& options, double planted_rate);

  // The claims about the customer in order of time; a pure function of the
  // options and the customer. Their entities point into `customer`.
  std::vector<PlannedClaim> Plan(const Customer& customer) const;

 private:
  const WorldOptions options_;
  // Of 2^32 draws.
  const uint64_t planted_draws_;
};

}  // namespace concordat::simulate

#endif  // CONCORDAT_CLIENT_SIMULATE_PLANNER_H_
