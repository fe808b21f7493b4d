// Goal: what crosses the wire means the same on both sides.
#include <limits>
#include <optional>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "concordat/v1/claims.pb.h"
#include "concordat/v1/knowledge.pb.h"
#include "graph/errors.h"
#include "graph/revision_token.h"
#include "gtest/gtest.h"
#include "server/convert/claim_wire.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/convert/knowledge.h"

namespace concordat {
namespace {

std::string ReasonOf(const absl::Status& status) {
  if (status.ok()) return "OK";
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return status.ToString();
  return absl::StrCat(ErrorReasonName(detail->reason), " ", detail->field);
}

struct TimeCase {
  const char* name;
  int64_t seconds;
  int32_t nanos;
  bool valid;
};
void PrintTo(const TimeCase& test, std::ostream* out) { *out << test.name; }

class ConvertTimeTest : public testing::TestWithParam<TimeCase> {};

TEST_P(ConvertTimeTest, IsWithinTheYears) {
  const TimeCase& test = GetParam();
  google::protobuf::Timestamp wire;
  wire.set_seconds(test.seconds);
  wire.set_nanos(test.nanos);
  const auto time = convert::FromWire(wire, "when");
  EXPECT_EQ(ReasonOf(time.status()), test.valid ? "OK" : "INVALID_FIELD when");
  if (!time.ok()) return;
  google::protobuf::Timestamp back;
  convert::ToWire(*time, &back);
  EXPECT_EQ(back.seconds(), test.seconds);
  // To the microsecond.
  EXPECT_EQ(back.nanos(), test.nanos / 1000 * 1000);
}

constexpr int64_t kYearOne = -62135596800;
constexpr int64_t kYearTenThousand = 253402300800;

INSTANTIATE_TEST_SUITE_P(
    All, ConvertTimeTest,
    testing::Values(
        TimeCase{"Epoch", 0, 0, true}, TimeCase{"Nanos", 1, 999'999'999, true},
        TimeCase{"BeforeTheEpoch", -1, 1000, true},
        TimeCase{"YearOne", kYearOne, 0, true},
        TimeCase{"BeforeYearOne", kYearOne - 1, 999'999'999, false},
        TimeCase{"LastOf9999", kYearTenThousand - 1, 999'999'999, true},
        TimeCase{"Year10000", kYearTenThousand, 0, false},
        TimeCase{"NegativeNanos", 0, -1, false},
        TimeCase{"TooManyNanos", 0, 1'000'000'000, false},
        TimeCase{"Least", std::numeric_limits<int64_t>::min(), 0, false},
        TimeCase{"Greatest", std::numeric_limits<int64_t>::max(), 0, false}),
    [](const auto& test) { return std::string(test.param.name); });

v1::Claim WireClaim() {
  v1::Claim wire;
  wire.set_channel("web");
  wire.set_subject("w1");
  wire.set_attribute("tier");
  wire.set_value("gold");
  wire.mutable_said_at()->set_seconds(100);
  wire.mutable_as_of()->set_seconds(50);
  wire.set_as_of_revision("token");
  wire.set_exposure(v1::EXPOSURE_TOLD);
  wire.set_claim_id("c1");
  (*wire.mutable_labels())["team"] = "b";
  (*wire.mutable_labels())["region"] = "eu";
  return wire;
}

TEST(ConvertClaimTest, ComesBack) {
  const v1::Claim wire = WireClaim();
  const auto claim = convert::FromWire(wire);
  ASSERT_TRUE(claim.ok()) << claim.status();
  EXPECT_EQ(claim->exposure, Exposure::kTold);
  // In order, so that equal claims are stored as equal bytes.
  ASSERT_EQ(claim->labels.size(), 2u);
  EXPECT_EQ(claim->labels[0].first, "region");
  v1::Claim back;
  convert::ToWire(*claim, &back);
  EXPECT_EQ(back.DebugString(), wire.DebugString());
}

TEST(ConvertClaimTest, WhatIsUnsetHasItsDefault) {
  v1::Claim wire;
  wire.mutable_entity()->set_type("customer");
  wire.mutable_entity()->set_id("ada");
  const auto claim = convert::FromWire(wire);
  ASSERT_TRUE(claim.ok()) << claim.status();
  EXPECT_EQ(claim->entity, (EntityId{"customer", "ada"}));
  EXPECT_EQ(claim->value, std::nullopt);
  EXPECT_FALSE(claim->said_at_given);
  EXPECT_EQ(claim->as_of, absl::InfinitePast());
  EXPECT_EQ(claim->exposure, Exposure::kHeld);
}

TEST(ConvertClaimTest, AnEmptyValueIsNotNoValue) {
  v1::Claim wire = WireClaim();
  wire.set_value("");
  EXPECT_EQ(convert::FromWire(wire)->value, "");
}

TEST(ConvertClaimTest, RefusesWhatItCannotSay) {
  v1::Claim nobody = WireClaim();
  nobody.clear_about();
  EXPECT_EQ(ReasonOf(convert::FromWire(nobody).status()),
            "INVALID_FIELD subject");
  v1::Claim unheard_of = WireClaim();
  unheard_of.set_exposure(static_cast<v1::Exposure>(9));
  EXPECT_EQ(ReasonOf(convert::FromWire(unheard_of).status()),
            "INVALID_FIELD exposure");
  v1::Claim timeless = WireClaim();
  timeless.mutable_said_at()->set_seconds(kYearTenThousand);
  EXPECT_EQ(ReasonOf(convert::FromWire(timeless).status()),
            "INVALID_FIELD said_at");
}

TEST(ConvertClaimTest, EveryVerdictHasTheSameNameOnTheWire) {
  for (int number = 1; number < kVerdictsMax; ++number) {
    EXPECT_EQ(
        v1::Verdict_Name(static_cast<v1::Verdict>(number)),
        absl::StrCat("VERDICT_", VerdictName(static_cast<Verdict>(number))));
  }
  EXPECT_EQ(v1::Verdict_MAX, kVerdictsMax - 1);
}

TEST(ConvertClaimTest, EveryStateHasTheSameNameOnTheWire) {
  for (int number = 1; number <= v1::FindingState_MAX; ++number) {
    EXPECT_EQ(
        v1::FindingState_Name(static_cast<v1::FindingState>(number)),
        absl::StrCat("FINDING_STATE_",
                     FindingStateName(static_cast<FindingState>(number))));
  }
}

TEST(ConvertKnowledgeTest, NamesTheFieldThatIsWrong) {
  const TokenMint tokens(1);
  v1::WriteKnowledgeRequest request;
  v1::Fact* fact = request.add_changes()->mutable_put_fact();
  fact->mutable_valid_to()->set_seconds(kYearTenThousand);
  EXPECT_EQ(ReasonOf(convert::FromWire(request, tokens).status()),
            "INVALID_FIELD changes[0].put_fact.valid_to");
  fact->clear_valid_to();
  request.add_changes();
  EXPECT_EQ(ReasonOf(convert::FromWire(request, tokens).status()),
            "INVALID_FIELD changes[1].change");
  request.mutable_changes()->RemoveLast();
  request.add_preconditions();
  EXPECT_EQ(ReasonOf(convert::FromWire(request, tokens).status()),
            "INVALID_FIELD preconditions[0].condition");
  request.mutable_preconditions(0)->mutable_unchanged_since()->set_revision(
      TokenMint(2).RevisionToken(Revision(1)));
  EXPECT_EQ(ReasonOf(convert::FromWire(request, tokens).status()),
            "FOREIGN_TOKEN preconditions[0].revision");
}

TEST(ConvertKnowledgeTest, UnsetTimesAreUnbounded) {
  v1::WriteKnowledgeRequest request;
  request.add_changes()->mutable_put_fact()->set_value("");
  const auto batch = convert::FromWire(request, TokenMint(1));
  ASSERT_TRUE(batch.ok()) << batch.status();
  const FactRecord& fact = std::get<FactRecord>(batch->changes[0]);
  EXPECT_EQ(fact.valid.from, absl::InfinitePast());
  EXPECT_EQ(fact.valid.to, absl::InfiniteFuture());
  EXPECT_EQ(fact.value, "");
}

}  // namespace
}  // namespace concordat
