#include "client/simulate/people.h"

#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace concordat::simulate {
namespace {

constexpr Market kAllMarkets[kMarkets] = {
    {"DE", "EUR"}, {"AT", "EUR"}, {"GB", "GBP"}, {"US", "USD"}};

constexpr const char* kGivenNames[] = {
    "Anna",       "Ben",      "Clara",    "David",  "Emine",     "Felix",
    "Grace",      "Hannah",   "Ibrahim",  "Jürgen", "Käthe",     "Liam",
    "Marie",      "Noah",     "Olivia",   "Paul",   "Quentin",   "René",
    "Sofia",      "Thomas",   "Ursula",   "Viktor", "Wanda",     "Xaver",
    "Yusuf",      "Zoë",      "Amelia",   "Björn",  "Charlotte", "Dieter",
    "Ella",       "François", "Günther",  "Helena", "Isabel",    "Jack",
    "Karl-Heinz", "Leonie",   "Mohammed", "Nina"};
constexpr const char* kFamilyNames[] = {
    "Müller",   "Schmidt",  "Fischer",  "Weber",        "Wagner",   "Becker",
    "Schulz",   "Hoffmann", "Koch",     "Richter",      "Klein",    "Wolf",
    "Schröder", "Neumann",  "Schwarz",  "Weiß",         "Krüger",   "Hartmann",
    "Lange",    "Yılmaz",   "Smith",    "Jones",        "Taylor",   "Brown",
    "Wilson",   "Evans",    "O'Neill",  "Johnson",      "Williams", "Garcia",
    "Miller",   "Davis",    "Huber",    "Gruber",       "Steiner",  "Moser",
    "Novák",    "Rossi",    "van Dijk", "Meyer-Landrut"};
constexpr const char* kCities[kMarkets][12] = {
    {"Berlin", "Hamburg", "München", "Köln", "Leipzig", "Dresden", "Nürnberg",
     "Bremen", "Essen", "Gießen", "Freiburg", "Lübeck"},
    {"Wien", "Graz", "Linz", "Salzburg", "Innsbruck", "Klagenfurt", "Villach",
     "Wels", "Sankt Pölten", "Dornbirn", "Steyr", "Bregenz"},
    {"London", "Leeds", "Bristol", "Glasgow", "Cardiff", "Belfast", "York",
     "Oxford", "Kingston upon Hull", "Exeter", "Derby", "Bath"},
    {"New York", "Boston", "Chicago", "Denver", "Seattle", "Austin", "Atlanta",
     "St. Louis", "Portland", "Phoenix", "Salt Lake City", "Miami"},
};

// Area codes of the USA, each with numbers 200-0000 to 999-9999.
constexpr const char* kAreaCodes[] = {"202", "206", "212", "213", "303",
                                      "305", "312", "404", "415", "512",
                                      "602", "617", "718"};
constexpr uint64_t kNumbersPerArea = 8'000'000;
constexpr uint64_t kFirstNumber = 2'000'000;

template <size_t N>
const char* Pick(const char* const (&table)[N], Random& random) {
  return table[random.Below(N)];
}

// A bijection of 0 ... 10^8 - 1, so that neighbours look unrelated: the factor
// shares no divisor with 10^8.
uint64_t Scatter(uint64_t ticket) {
  return (ticket * 61'803'399 + 31'415'926) % kTicketsMax;
}

// The letters a to z of a name; others are left out.
std::string AsciiLetters(const std::string& name) {
  std::string letters;
  for (const char c : name) {
    if (absl::ascii_isalpha(static_cast<unsigned char>(c))) {
      letters.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    }
  }
  return letters;
}

}  // namespace

const Market& MarketAt(size_t market) { return kAllMarkets[market]; }

std::string MakeGivenName(Random& random) { return Pick(kGivenNames, random); }

std::string MakeFamilyName(Random& random) {
  return Pick(kFamilyNames, random);
}

std::string MakeCity(size_t market, Random& random) {
  return Pick(kCities[market], random);
}

std::string MakePhone(size_t market, uint64_t ticket) {
  const uint64_t number = Scatter(ticket);
  const std::string digits = absl::StrCat(absl::Dec(number, absl::kZeroPad8));
  switch (market) {
    case 0:
      return absl::StrCat("+49151", digits);
    case 1:
      return absl::StrCat("+43664", digits);
    case 2:
      return absl::StrCat("+4473", digits);
    default:
      return absl::StrCat("+1", kAreaCodes[number / kNumbersPerArea],
                          kFirstNumber + number % kNumbersPerArea);
  }
}

std::string MakeLoyaltyNumber(uint64_t ticket) {
  return absl::StrCat("LC-", absl::Dec(Scatter(ticket), absl::kZeroPad8));
}

std::string MakeEmail(const std::string& given_name, uint64_t ticket) {
  constexpr const char* kDomains[] = {"example.com", "example.net",
                                      "example.org"};
  return absl::StrCat(AsciiLetters(given_name), ".", ticket, "@",
                      kDomains[ticket % std::size(kDomains)]);
}

}  // namespace concordat::simulate
