#include "client/simulate/oracle.h"

#include <optional>
#include <ostream>
#include <string>

#include "client/simulate/attributes.h"
#include "client/simulate/channels.h"
#include "client/simulate/verdicts.h"
#include "client/simulate/writing.h"
#include "gtest/gtest.h"

namespace concordat::simulate {
namespace {

constexpr size_t kWeb = 0;  // skew 5 s, promise 15 min
constexpr int64_t kHour = 3600;
constexpr int64_t kT0 = 1'750'000'000;
constexpr int64_t kChange = kT0 + 100 * kHour;
constexpr int64_t kEnd = kT0 + 200 * kHour;

// Berlin, then Hamburg, then none; billed to Bremen since ever.
Entity MakeEntity() {
  Entity entity;
  const auto timeline = [&](Attr attribute) -> Timeline& {
    return entity.timelines[static_cast<size_t>(attribute)];
  };
  timeline(Attr::kDeliveryCity) = {
      {kT0, "Berlin"}, {kChange, "Hamburg"}, {kEnd, "", true}};
  timeline(Attr::kBillingCity) = {{kSinceEver, "Bremen"}};
  timeline(Attr::kMarketingConsent) = {{kT0, ""}, {kChange, "true"}};
  timeline(Attr::kTier) = {{kSinceEver, "gold"}};
  timeline(Attr::kPhone) = {{kSinceEver, "+4915112345678"}};
  timeline(Attr::kInterests) = {{kSinceEver, "garden; books"}};
  timeline(Attr::kPreferredContactTime) = {{kSinceEver, "14:30"}};
  return entity;
}

struct Case {
  std::string name;
  Attr attribute;
  int64_t said_at_s;
  std::string value;
  // nullopt: too close to call.
  std::optional<Verdict> expected;
  bool of_another = false;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class OracleTest : public testing::TestWithParam<Case> {};

TEST_P(OracleTest, Expects) {
  const Entity entity = MakeEntity();
  const Case& c = GetParam();
  Statement statement;
  statement.channel = &ChannelAt(kWeb);
  statement.entity = &entity;
  statement.attribute = c.attribute;
  statement.said_at_s = c.said_at_s;
  statement.value = c.value;
  statement.of_another = c.of_another;
  EXPECT_EQ(Expect(statement), c.expected);
}

using enum Verdict;

INSTANTIATE_TEST_SUITE_P(
    Cities, OracleTest,
    testing::Values(
        Case{"truth", Attr::kDeliveryCity, kT0 + kHour, "Berlin", kAgrees},
        Case{"within_promise", Attr::kDeliveryCity, kChange + 600, "Berlin",
             kPropagating},
        Case{"near_promise", Attr::kDeliveryCity, kChange + 900, "Berlin",
             std::nullopt},
        Case{"past_promise", Attr::kDeliveryCity, kChange + kHour, "Berlin",
             kStale},
        Case{"near_the_change", Attr::kDeliveryCity, kChange + 3, "Berlin",
             std::nullopt},
        Case{"ahead", Attr::kDeliveryCity, kChange - kHour, "Hamburg", kAhead},
        Case{"ahead_of_silence", Attr::kDeliveryCity, kT0 - kHour, "Hamburg",
             kAhead},
        Case{"silence", Attr::kDeliveryCity, kT0 - kHour, "Bremen",
             kUnverifiable},
        Case{"no_facts", Attr::kFamilyName, kChange, "Weber", kUnverifiable},
        Case{"confused", Attr::kDeliveryCity, kChange - kHour, "Bremen",
             kMeaning},
        Case{"never_true", Attr::kDeliveryCity, kChange - kHour, "Essen",
             kContradicts},
        Case{"after_the_end", Attr::kDeliveryCity, kEnd + kHour, "Essen",
             kExtra},
        Case{"old_after_the_end", Attr::kDeliveryCity, kEnd + kHour, "Hamburg",
             kStale},
        Case{"none_after_the_end", Attr::kDeliveryCity, kEnd + kHour, "",
             kAgrees}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Others, OracleTest,
    testing::Values(Case{"required_absent", Attr::kTier, kT0, "", kMissing},
                    Case{"optional_absent", Attr::kPhone, kT0, "", kPartial},
                    Case{"absent_within_promise", Attr::kMarketingConsent,
                         kChange + 200, "", kPropagating},
                    Case{"absent_past_promise", Attr::kMarketingConsent,
                         kChange + kHour, "", kStale},
                    Case{"value_before_there_is_one", Attr::kMarketingConsent,
                         kChange - kHour, "false", kExtra},
                    Case{"of_another", Attr::kPhone, kT0, "+4915187654321",
                         kMisidentified, true},
                    Case{"subset", Attr::kInterests, kT0, "books", kPartial},
                    Case{"superset", Attr::kInterests, kT0,
                         "books; garden; toys", kPartial},
                    Case{"other_set", Attr::kInterests, kT0, "books; toys",
                         kContradicts},
                    Case{"finer_time", Attr::kPreferredContactTime, kT0,
                         "14:30:20", kPartial},
                    Case{"other_time", Attr::kPreferredContactTime, kT0,
                         "14:35", kContradicts}),
    [](const auto& test) { return test.param.name; });

struct WritingCase {
  std::string name;
  size_t channel;
  Attr attribute;
  std::string value;
  std::string written;
};

void PrintTo(const WritingCase& c, std::ostream* out) { *out << c.name; }

class WritingTest : public testing::TestWithParam<WritingCase> {};

TEST_P(WritingTest, FollowsTheHabits) {
  const WritingCase& c = GetParam();
  Random random(1);
  EXPECT_EQ(WriteValue(ChannelAt(c.channel), c.attribute, c.value, random),
            c.written);
}

INSTANTIATE_TEST_SUITE_P(
    Channels, WritingTest,
    testing::Values(
        WritingCase{"web_date", 0, Attr::kBirthDate, "1985-04-13",
                    "13.04.1985"},
        WritingCase{"web_points", 0, Attr::kLoyaltyPoints, "15358", "15.358"},
        WritingCase{"app_date", 1, Attr::kDeliveryDate, "2026-04-13",
                    "2026-04-13"},
        WritingCase{"call_centre_date", 2, Attr::kBirthDate, "1985-04-13",
                    "13/04/1985"},
        WritingCase{"call_centre_noon", 2, Attr::kPreferredContactTime, "12:05",
                    "12:05 PM"},
        WritingCase{"call_centre_night", 2, Attr::kPreferredContactTime,
                    "00:05:20", "12:05:20 AM"},
        WritingCase{"call_centre_none", 2, Attr::kPhone, "", "n/a"},
        WritingCase{"partner_date", 3, Attr::kDeliveryDate, "2026-04-13",
                    "04/13/2026"},
        WritingCase{"shop_date", 4, Attr::kBirthDate, "1985-04-13", "13.04.85"},
        WritingCase{"shop_tier", 4, Attr::kTier, "gold", "G"},
        WritingCase{"shop_name", 4, Attr::kFamilyName, "Weißmüller",
                    "WEISSMÜLLER"},
        WritingCase{"shop_rate", 4, Attr::kDiscountRate, "7.5", "7,5"},
        WritingCase{"billing_country", 5, Attr::kCountry, "DE", "DE"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace concordat::simulate
