// Where the names, cities and identifiers of the simulated people come from.
#ifndef CONCORDAT_CLIENT_SIMULATE_PEOPLE_H_
#define CONCORDAT_CLIENT_SIMULATE_PEOPLE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "client/simulate/random.h"

namespace concordat::simulate {

// Germany, Austria, Britain, the USA.
inline constexpr size_t kMarkets = 4;

struct Market {
  const char* country;
  const char* currency;
};

const Market& MarketAt(size_t market);

std::string MakeGivenName(Random& random);
std::string MakeFamilyName(Random& random);
std::string MakeCity(size_t market, Random& random);

// Identifiers by ticket: different tickets give different ones. Tickets below
// kTicketsMax; every customer owns kTicketsPerCustomer in a row, and tickets
// from kFreeTicket on belong to nobody. The phone numbers are made up but may
// exist: do not call them.
inline constexpr uint64_t kTicketsMax = 100'000'000;
inline constexpr uint64_t kTicketsPerCustomer = 4;
inline constexpr uint64_t kFreeTicket = 50'000'000;

// E.164.
std::string MakePhone(size_t market, uint64_t ticket);
std::string MakeLoyaltyNumber(uint64_t ticket);
std::string MakeEmail(const std::string& given_name, uint64_t ticket);

}  // namespace concordat::simulate

#endif  // CONCORDAT_CLIENT_SIMULATE_PEOPLE_H_
