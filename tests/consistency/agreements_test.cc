#include "consistency/agreements.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"

namespace concordat {
namespace {

constexpr size_t kBytes = 1 << 20;
const EntityId kAda = {"customer", "ada"};
const std::string& Tier() {
  static const std::string& kTier = *new std::string("tier");
  return kTier;
}

absl::Time Minute(int64_t minute) {
  return absl::UnixEpoch() + absl::Minutes(minute);
}

ReportedClaim Says(absl::string_view value, absl::string_view subject = "1") {
  return {.channel = "web",
          .subject = subject,
          .attribute = "tier",
          .value = value};
}

class AgreementsTest : public testing::Test {
 protected:
  void Remember(const ReportedClaim& claim, ValidTime over = {}) {
    agreements_.Remember(PrintOf(claim), kAda, Tier(), true, over);
  }
  bool Knows(const ReportedClaim& claim, absl::Time said_at = Minute(10)) {
    return agreements_.Find(PrintOf(claim), said_at).has_value();
  }

  Agreements agreements_{kBytes};
};

TEST_F(AgreementsTest, TheSameSaidAgainIsKnown) {
  EXPECT_FALSE(Knows(Says("gold")));
  Remember(Says("gold"));
  const auto known = agreements_.Find(PrintOf(Says("gold")), Minute(3));
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(known->entity, kAda);
  EXPECT_EQ(known->attribute, "tier");
  EXPECT_TRUE(known->personal);
}

TEST_F(AgreementsTest, AnythingElseIsNot) {
  Remember(Says("gold"));
  EXPECT_FALSE(Knows(Says("silver")));
  EXPECT_FALSE(Knows(Says("gold", "2")));
  ReportedClaim other = Says("gold");
  other.channel = "app";
  EXPECT_FALSE(Knows(other));
  other = Says("gold");
  other.attribute = "segment";
  EXPECT_FALSE(Knows(other));
  other = Says("gold");
  other.value.reset();
  EXPECT_FALSE(Knows(other));
  // What was not checked yet may hold any bytes.
  ReportedClaim entity = Says("gold");
  entity.subject = {};
  entity.names_entity = true;
  entity.entity_type = "customer";
  entity.entity_id = "ada";
  Remember(entity);
  EXPECT_FALSE(Knows(Says("gold", absl::string_view("customer\0ada", 12))));
}

TEST_F(AgreementsTest, HoldsOverTheWholeMinutesOfItsStretch) {
  const ValidTime over{Minute(5) + absl::Seconds(1),
                       Minute(9) + absl::Seconds(59)};
  Remember(Says("gold"), over);
  EXPECT_FALSE(Knows(Says("gold"), over.from));
  EXPECT_TRUE(Knows(Says("gold"), Minute(6)));
  EXPECT_TRUE(Knows(Says("gold"), Minute(9) - absl::Microseconds(1)));
  EXPECT_FALSE(Knows(Says("gold"), Minute(9)));
  Remember(Says("silver"), {Minute(-3), Minute(-1)});
  EXPECT_TRUE(Knows(Says("silver"), Minute(-2)));
  EXPECT_FALSE(Knows(Says("silver"), Minute(-3) - absl::Microseconds(1)));
  EXPECT_FALSE(Knows(Says("silver"), Minute(-1)));
}

TEST_F(AgreementsTest, IsForgottenWithWhatItRestsOn) {
  Remember(Says("gold"));
  agreements_.ForgetEntity(kAda);
  EXPECT_FALSE(Knows(Says("gold")));
  Remember(Says("gold"));
  agreements_.ForgetSubject("web", "1");
  EXPECT_FALSE(Knows(Says("gold")));
  Remember(Says("gold"));
  agreements_.Clear();
  EXPECT_FALSE(Knows(Says("gold")));
}

TEST_F(AgreementsTest, KeepsToItsBoundAndForgetsWhatIsNotSaid) {
  for (int i = 0; i < 100'000; ++i) {
    Remember(Says("gold", absl::StrCat(i)));
    if (i % 100 == 0) {
      EXPECT_TRUE(Knows(Says("gold", "0"))) << i;
    }
  }
  EXPECT_LE(agreements_.bytes(), kBytes);
  EXPECT_FALSE(Knows(Says("gold", "1")));
  EXPECT_TRUE(Knows(Says("gold", "99999")));
}

// What one subject has grown to counts against the bound.
TEST_F(AgreementsTest, ManyStatementsOfOneSubjectTakeMore) {
  Remember(Says("0"));
  const size_t few = agreements_.bytes();
  for (int i = 1; i < 200; ++i) Remember(Says(absl::StrCat(i)));
  EXPECT_GT(agreements_.bytes(), few + 200 * 20);
  EXPECT_TRUE(Knows(Says("0")));
  EXPECT_TRUE(Knows(Says("199")));
}

}  // namespace
}  // namespace concordat
