// The simulated truth: customers, their orders and the history of what is
// known of them.
#ifndef CONCORDAT_CLIENT_SIMULATE_WORLD_H_
#define CONCORDAT_CLIENT_SIMULATE_WORLD_H_

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "client/simulate/attributes.h"
#include "client/simulate/channels.h"
#include "client/simulate/random.h"

namespace concordat::simulate {

// Before every instant of the world.
inline constexpr int64_t kSinceEver = std::numeric_limits<int64_t>::min() / 2;

// Times are seconds since 1970-01-01T00:00:00Z throughout.
struct WorldOptions {
  uint64_t seed = 1;
  uint64_t customers = 1000;
  int64_t start_s = 0;
  int64_t end_s = 0;
};

// What holds from `from_s` until the next span begins.
struct Span {
  int64_t from_s = kSinceEver;
  // As facts write it; empty: known to have none. Within a timeline no value
  // occurs twice.
  std::string value;
  // There is none because the fact before has ended, not because one says so.
  bool ended = false;
};

// In order of time; empty: the graph is silent.
using Timeline = std::vector<Span>;

struct Entity {
  std::string type;
  std::string id;
  std::array<Timeline, kAttrs> timelines;

  const Timeline& Of(Attr attribute) const {
    return timelines[static_cast<size_t>(attribute)];
  }
};

struct Order {
  Entity entity;
  int64_t placed_s = 0;
  // The own id of billing for it; empty where billing does not know it.
  std::string billing_id;
};

struct Customer {
  uint64_t index = 0;
  Entity entity;
  // "DE" ...; decides phone numbers, cities and the currency.
  size_t market = 0;
  int64_t joined_s = 0;
  std::vector<Order> orders;
  // By channel; empty where the channel does not know the customer.
  std::array<std::string, kChannels> subjects;
  std::string household;
  // Empty for most.
  std::string organisation;
};

// A pure function of (options, index): the same customer again, on every
// machine. `index` < options.customers.
Customer MakeCustomer(const WorldOptions& options, uint64_t index);

// A value of the attribute that is not, and never was, true of any customer
// where the attribute is identifying; otherwise any possible value.
std::string MakeOtherValue(Attr attribute, const Customer& customer,
                           const WorldOptions& options, Random& random);

// A channel's own id that links to nobody.
std::string MakeUnlinkedSubject(size_t channel, uint64_t index);

// "2026-04-13T09:30:00Z" and "2026-04-13".
std::string FormatInstant(int64_t time_s);
std::string FormatDate(int64_t time_s);

}  // namespace concordat::simulate

#endif  // CONCORDAT_CLIENT_SIMULATE_WORLD_H_
