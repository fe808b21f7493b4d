#include "client/simulate/world.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "client/simulate/people.h"

namespace concordat::simulate {
namespace {

constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 24 * kHour;

// How an attribute of customers comes and goes, in cases per 1000.
struct Habit {
  Attr attribute;
  uint32_t present;
  // Known for ever, not only since the customer joined.
  bool since_ever;
  // Starts as "known to have none".
  uint32_t none_first;
  // Changes at least once; and once more, of those.
  uint32_t changes;
  uint32_t changes_again;
  // The last fact ends and nothing follows.
  uint32_t ends;
};

constexpr Habit kHabits[] = {
    {Attr::kGivenName, 1000, true, 0, 0, 0, 0},
    {Attr::kFamilyName, 1000, true, 0, 120, 0, 0},
    {Attr::kEmail, 950, false, 30, 250, 200, 0},
    {Attr::kPhone, 850, false, 80, 250, 200, 20},
    {Attr::kBirthDate, 500, true, 0, 0, 0, 0},
    {Attr::kLoyaltyNumber, 700, false, 200, 0, 0, 30},
    {Attr::kTier, 950, false, 0, 550, 350, 0},
    {Attr::kLoyaltyPoints, 400, false, 0, 700, 400, 0},
    {Attr::kBalanceDue, 450, false, 100, 500, 300, 0},
    {Attr::kDeliveryCity, 850, false, 0, 300, 150, 20},
    {Attr::kBillingCity, 600, false, 0, 200, 0, 0},
    {Attr::kCountry, 400, false, 0, 0, 0, 0},
    {Attr::kMarketingConsent, 700, false, 0, 300, 0, 0},
    {Attr::kPreferredLanguage, 350, false, 0, 100, 0, 0},
    {Attr::kInterests, 350, false, 0, 0, 0, 0},
    {Attr::kCustomerSince, 400, true, 0, 0, 0, 0},
    {Attr::kLastLogin, 300, false, 0, 600, 0, 0},
    {Attr::kPreferredContactTime, 300, false, 0, 150, 0, 100},
    {Attr::kDiscountRate, 250, false, 200, 300, 0, 100},
};

std::string FormatMoney(int64_t cents, size_t market) {
  return absl::StrCat(cents / 100, ".", absl::Dec(cents % 100, absl::kZeroPad2),
                      " ", MarketAt(market).currency);
}

// The amount before 19 % of tax, of an amount as facts write it.
std::string NetOf(const std::string& gross, size_t market) {
  if (gross.empty()) return "";
  int64_t cents = 0;
  for (const char c : gross) {
    if (c >= '0' && c <= '9') cents = cents * 10 + (c - '0');
  }
  return FormatMoney(cents * 100 / 119, market);
}

std::string MakeInterests(Random& random) {
  const absl::Span<const CodeName> codes = InfoOf(Attr::kInterests).codes;
  // Every second bit at least, in the order of the code list.
  std::string set;
  const uint32_t bits = random.Below(1U << codes.size()) | 0b00100100U;
  for (size_t i = 0; i < codes.size(); ++i) {
    if ((bits >> i & 1U) == 0) continue;
    absl::StrAppend(&set, set.empty() ? "" : "; ", codes[i].code);
  }
  return set;
}

// Draws are statements of their own: compilers differ in the order in which
// they evaluate arguments.
std::string MakeTimeOfDay(Random& random) {
  const uint32_t hour = 8 + random.Below(12);
  const uint32_t minute = 5 * random.Below(12);
  return absl::StrCat(absl::Dec(hour, absl::kZeroPad2), ":",
                      absl::Dec(minute, absl::kZeroPad2));
}

std::string MakePercentage(Random& random) {
  const uint32_t whole = random.Below(20);
  const uint32_t tenths = 1 + random.Below(9);
  return absl::StrCat(whole, ".", tenths);
}

std::string MakeIdentifier(Attr attribute, const Customer& customer,
                           uint64_t ticket) {
  if (attribute == Attr::kPhone) return MakePhone(customer.market, ticket);
  if (attribute == Attr::kLoyaltyNumber) return MakeLoyaltyNumber(ticket);
  return MakeEmail(customer.entity.Of(Attr::kGivenName).front().value, ticket);
}

// Any possible value of an attribute that does not identify.
std::string MakeValue(Attr attribute, size_t market,
                      const WorldOptions& options, Random& random) {
  const AttributeInfo& info = InfoOf(attribute);
  switch (info.type) {
    case ValueType::kText:
      if (attribute == Attr::kGivenName) return MakeGivenName(random);
      if (attribute == Attr::kFamilyName) return MakeFamilyName(random);
      return MakeCity(market, random);
    case ValueType::kCode:
      if (attribute == Attr::kCountry) return MarketAt(market).country;
      return info.codes[random.Below(static_cast<uint32_t>(info.codes.size()))]
          .code;
    case ValueType::kCodeSet:
      return MakeInterests(random);
    case ValueType::kInteger:
      return absl::StrCat(random.Below(20'000));
    case ValueType::kDecimal:
      return MakePercentage(random);
    case ValueType::kMoney:
      return FormatMoney(random.Between(100, 250'000), market);
    case ValueType::kBoolean:
      return random.PerMille(600) ? "true" : "false";
    case ValueType::kDate:
      if (attribute == Attr::kBirthDate) {
        return FormatDate(random.Between(-30 * 365, 38 * 365) * kDay);
      }
      return FormatDate(
          random.Between(options.start_s - 2000 * kDay, options.end_s));
    case ValueType::kTimeOfDay:
      return MakeTimeOfDay(random);
    case ValueType::kInstant:
      return FormatInstant(random.Between(options.start_s, options.end_s));
    case ValueType::kPhone:
    case ValueType::kEmail:
      break;
  }
  return "";
}

bool Contains(const Timeline& timeline, const std::string& value) {
  return std::any_of(timeline.begin(), timeline.end(),
                     [&](const Span& span) { return span.value == value; });
}

// Appends a value that the timeline does not have yet; false where none was
// found.
bool AppendNew(Attr attribute, const Customer& customer, int64_t from_s,
               const WorldOptions& options, Random& random,
               Timeline& timeline) {
  constexpr int kTries = 8;
  for (int i = 0; i < kTries; ++i) {
    std::string value =
        InfoOf(attribute).identifying
            ? MakeIdentifier(
                  attribute, customer,
                  customer.index * kTicketsPerCustomer + timeline.size())
            : MakeValue(attribute, customer.market, options, random);
    if (Contains(timeline, value)) continue;
    timeline.push_back({from_s, std::move(value)});
    return true;
  }
  return false;
}

Timeline MakeTimeline(const Habit& habit, const Customer& customer,
                      const WorldOptions& options, Random& random) {
  Timeline timeline;
  if (!random.PerMille(habit.present)) return timeline;
  // When the value is set, up to three times, and when it ends.
  const int64_t first_s = std::max(options.start_s, customer.joined_s) + kDay;
  std::array<int64_t, 4> times;
  for (int64_t& time : times) time = random.Between(first_s, options.end_s);
  std::sort(times.begin(), times.end());
  const int64_t begin_s = habit.since_ever ? kSinceEver : customer.joined_s;
  size_t next = 0;
  // Two changes within an hour would be one.
  const auto later = [&](uint32_t per_mille) {
    return random.PerMille(per_mille) && next < times.size() &&
           (next == 0 || times[next] - times[next - 1] > kHour);
  };
  if (later(habit.none_first)) {
    timeline.push_back({begin_s, ""});
    AppendNew(habit.attribute, customer, times[next++], options, random,
              timeline);
  } else {
    AppendNew(habit.attribute, customer, begin_s, options, random, timeline);
  }
  for (const uint32_t per_mille : {habit.changes, habit.changes_again}) {
    if (!later(per_mille)) break;
    AppendNew(habit.attribute, customer, times[next++], options, random,
              timeline);
  }
  if (later(habit.ends)) timeline.push_back({times[next], "", true});
  return timeline;
}

Timeline MakeNet(const Timeline& gross, size_t market) {
  Timeline net = gross;
  for (Span& span : net) span.value = NetOf(span.value, market);
  return net;
}

Timeline MakeStatus(int64_t placed_s, const WorldOptions& options,
                    Random& random) {
  constexpr const char* kSteps[] = {"placed", "paid", "shipped", "delivered",
                                    "returned"};
  Timeline timeline;
  int64_t time_s = placed_s;
  for (const char* step : kSteps) {
    if (time_s > options.end_s) break;
    if (step == kSteps[4] && !random.PerMille(100)) break;
    timeline.push_back({time_s, step});
    time_s += random.Between(6 * kHour, 5 * kDay);
    if (timeline.size() <= 2 && time_s <= options.end_s &&
        random.PerMille(40)) {
      timeline.push_back({time_s, "cancelled"});
      break;
    }
  }
  return timeline;
}

Order MakeOrder(const Customer& customer, size_t number,
                const WorldOptions& options, Random& random) {
  Order order;
  order.placed_s = random.Between(std::max(options.start_s, customer.joined_s),
                                  options.end_s - kDay);
  order.entity.type = "order";
  order.entity.id = absl::StrCat(
      "O", absl::Dec(customer.index + 1, absl::kZeroPad8), "-", number + 1);
  if (!customer.subjects[kBilling].empty()) {
    order.billing_id = absl::StrCat("INV-", order.entity.id);
  }
  const auto timeline = [&](Attr attribute) -> Timeline& {
    return order.entity.timelines[static_cast<size_t>(attribute)];
  };
  timeline(Attr::kStatus) = MakeStatus(order.placed_s, options, random);
  const std::string total =
      FormatMoney(random.Between(500, 50'000), customer.market);
  timeline(Attr::kTotal).push_back({order.placed_s, total});
  timeline(Attr::kTotalNet)
      .push_back({order.placed_s, NetOf(total, customer.market)});
  const int64_t due_s = order.placed_s + random.Between(3, 20) * kDay;
  timeline(Attr::kDeliveryDate).push_back({order.placed_s, FormatDate(due_s)});
  const int64_t moved_s = order.placed_s + random.Between(kHour, 3 * kDay);
  if (random.PerMille(350) && moved_s < options.end_s) {
    timeline(Attr::kDeliveryDate)
        .push_back({moved_s, FormatDate(due_s + random.Between(1, 9) * kDay)});
  }
  timeline(Attr::kPlacedAt)
      .push_back({order.placed_s, FormatInstant(order.placed_s)});
  return order;
}

// The channel's own id: a bijection of 32 bits, other for each channel.
std::string MakeSubject(size_t channel, uint32_t index) {
  const uint32_t scattered =
      (index * 2654435761U) ^ static_cast<uint32_t>(Mix(channel + 1));
  return absl::StrCat(ChannelAt(channel).prefix,
                      absl::Hex(scattered, absl::kZeroPad8));
}

size_t MakeMarket(Random& random) {
  const uint32_t draw = random.Below(100);
  return draw < 60 ? 0 : draw < 75 ? 1 : draw < 87 ? 2 : 3;
}

int64_t MakeJoined(const WorldOptions& options, Random& random) {
  if (random.PerMille(700)) {
    return options.start_s - random.Between(1, 3000 * kDay);
  }
  return options.start_s +
         random.Between(0, (options.end_s - options.start_s) / 2);
}

}  // namespace

Customer MakeCustomer(const WorldOptions& options, uint64_t index) {
  Random random(Mix(options.seed ^ Mix(index + 0x9e3779b97f4a7c15ULL)));
  Customer customer;
  customer.index = index;
  customer.entity.type = "customer";
  customer.entity.id = absl::StrCat("C", absl::Dec(index + 1, absl::kZeroPad8));
  customer.market = MakeMarket(random);
  customer.joined_s = MakeJoined(options, random);
  for (size_t channel = 0; channel < kChannels; ++channel) {
    if (random.PerMille(ChannelAt(channel).reach_per_mille)) {
      customer.subjects[channel] =
          MakeSubject(channel, static_cast<uint32_t>(index));
    }
  }
  for (const Habit& habit : kHabits) {
    customer.entity.timelines[static_cast<size_t>(habit.attribute)] =
        MakeTimeline(habit, customer, options, random);
  }
  auto& timelines = customer.entity.timelines;
  timelines[static_cast<size_t>(Attr::kBalanceNet)] =
      MakeNet(customer.entity.Of(Attr::kBalanceDue), customer.market);
  for (Span& span : timelines[static_cast<size_t>(Attr::kCustomerSince)]) {
    span.value = FormatDate(customer.joined_s);
  }
  constexpr size_t kOrdersByDraw[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2};
  const size_t orders = kOrdersByDraw[random.Below(std::size(kOrdersByDraw))];
  for (size_t i = 0; i < orders; ++i) {
    customer.orders.push_back(MakeOrder(customer, i, options, random));
  }
  customer.household =
      absl::StrCat("H", absl::Dec(index / 2 + 1, absl::kZeroPad8));
  if (random.PerMille(80)) {
    customer.organisation =
        absl::StrCat("G", absl::Dec(index / 50 + 1, absl::kZeroPad7));
  }
  return customer;
}

std::string MakeOtherValue(Attr attribute, const Customer& customer,
                           const WorldOptions& options, Random& random) {
  if (InfoOf(attribute).identifying) {
    return MakeIdentifier(attribute, customer,
                          kFreeTicket + random.Below(kFreeTicket));
  }
  const size_t market =
      attribute == Attr::kCountry ? random.Below(kMarkets) : customer.market;
  return MakeValue(attribute, market, options, random);
}

std::string MakeUnlinkedSubject(size_t channel, uint64_t index) {
  return MakeSubject(channel, static_cast<uint32_t>(index) | 0x80000000U);
}

std::string FormatDate(int64_t time_s) {
  const absl::CivilDay day(absl::CivilSecond(1970, 1, 1) + time_s);
  return absl::StrCat(absl::Dec(day.year(), absl::kZeroPad4), "-",
                      absl::Dec(day.month(), absl::kZeroPad2), "-",
                      absl::Dec(day.day(), absl::kZeroPad2));
}

std::string FormatInstant(int64_t time_s) {
  const absl::CivilSecond second = absl::CivilSecond(1970, 1, 1) + time_s;
  return absl::StrCat(FormatDate(time_s), "T",
                      absl::Dec(second.hour(), absl::kZeroPad2), ":",
                      absl::Dec(second.minute(), absl::kZeroPad2), ":",
                      absl::Dec(second.second(), absl::kZeroPad2), "Z");
}

}  // namespace concordat::simulate
