#include "consistency/claims.h"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "graph/codec.h"
#include "graph/limits.h"
#include "gtest/gtest.h"
#include "tests/consistency/test_vocabulary.h"
#include "tests/consistency/world.h"

namespace concordat {
namespace {

using Change = std::function<void(Claim&)>;

struct KeyCase {
  const char* name;
  Change change;
  // Whether it is still the same claim: without a claim_id, and with one.
  bool same_content;
  bool same_id;
};
void PrintTo(const KeyCase& test, std::ostream* out) { *out << test.name; }

class ClaimKeyTest : public testing::TestWithParam<KeyCase> {};

TEST_P(ClaimKeyTest, TellsClaimsApart) {
  for (const bool with_id : {false, true}) {
    Claim claim = MakeClaim("web", "tier", "gold");
    claim.entity.reset();
    claim.subject = "w1";
    if (with_id) claim.claim_id = "id-1";
    const ClaimKey key = KeyOf(ViewOf(claim));
    EXPECT_TRUE(key.identifies());
    EXPECT_EQ(KeyOf(ViewOf(claim)), key);
    GetParam().change(claim);
    EXPECT_EQ(KeyOf(ViewOf(claim)) == key,
              with_id ? GetParam().same_id : GetParam().same_content);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, ClaimKeyTest,
    testing::Values(
        KeyCase{"Channel", [](Claim& c) { c.channel = "shop"; }, false, false},
        KeyCase{"ClaimId", [](Claim& c) { c.claim_id = "id-2"; }, false, false},
        KeyCase{"Subject", [](Claim& c) { c.subject = "w2"; }, false, true},
        KeyCase{"Entity", [](Claim& c) { c.entity = kAda; }, false, true},
        KeyCase{"Attribute", [](Claim& c) { c.attribute = "visits"; }, false,
                true},
        KeyCase{"Value", [](Claim& c) { c.value = "oro"; }, false, true},
        KeyCase{"NoValue", [](Claim& c) { c.value.reset(); }, false, true},
        KeyCase{"SaidAt", [](Claim& c) { c.said_at += absl::Microseconds(1); },
                false, true},
        KeyCase{"Exposure", [](Claim& c) { c.exposure = Exposure::kTold; },
                false, true},
        KeyCase{"ReceivedAt", [](Claim& c) { c.received_at += absl::Hours(1); },
                true, true},
        KeyCase{"Labels",
                [](Claim& c) {
                  c.labels = {{"region", "eu"}};
                },
                true, true}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ClaimKeyTest, WithoutIdAndTimeNothingTellsItApart) {
  Claim claim = MakeClaim("web", "tier", "gold");
  claim.said_at_given = false;
  EXPECT_FALSE(KeyOf(ViewOf(claim)).identifies());
  claim.claim_id = "id-1";
  EXPECT_TRUE(KeyOf(ViewOf(claim)).identifies());
}

TEST(ClaimKeyTest, WithoutIdAndValueNothingTellsItApart) {
  Claim claim = MakeClaim("web", "tier", "gold");
  claim.value.reset();
  EXPECT_TRUE(KeyOf(ViewOf(claim)).identifies());
  claim.erased = true;
  EXPECT_FALSE(KeyOf(ViewOf(claim)).identifies());
  claim.claim_id = "id-1";
  EXPECT_TRUE(KeyOf(ViewOf(claim)).identifies());
}

TEST(ClaimKeyTest, AnIdIsNoContent) {
  // The encoded content of one kind must not look like that of the other.
  Claim by_id = MakeClaim("web", "tier", "gold");
  by_id.claim_id = "w1";
  Claim by_content = MakeClaim("web", "tier", "gold");
  by_content.subject = "w1";
  EXPECT_NE(KeyOf(ViewOf(by_id)), KeyOf(ViewOf(by_content)));
}

struct RefusalCase {
  const char* name;
  Change spoil;
  std::string reason;
};
void PrintTo(const RefusalCase& test, std::ostream* out) { *out << test.name; }

class ValidateClaimTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(ValidateClaimTest, NamesReasonAndField) {
  Vocabulary vocabulary;
  FillTestVocabulary(vocabulary);
  Claim claim = MakeClaim("web", "tier", "gold");
  GetParam().spoil(claim);
  EXPECT_EQ(ReasonOf(ValidateClaim(vocabulary, ViewOf(claim), Noon())),
            GetParam().reason);
}

Change BySubject(const std::string& subject) {
  return [subject](Claim& c) {
    c.entity.reset();
    c.subject = subject;
  };
}

std::string Long(int64_t bytes) { return std::string(bytes, 'x'); }

absl::Time YearOne() {
  return absl::FromCivil(absl::CivilYear(1), absl::UTCTimeZone());
}

INSTANTIATE_TEST_SUITE_P(
    Fields, ValidateClaimTest,
    testing::Values(
        RefusalCase{"Good", [](Claim&) {}, "OK"},
        RefusalCase{"GoodSubject", BySubject("w1"), "OK"},
        RefusalCase{"UnknownChannel", [](Claim& c) { c.channel = "fax"; },
                    "UNKNOWN_CHANNEL channel"},
        RefusalCase{"EmptySubject", BySubject(""), "INVALID_FIELD subject"},
        RefusalCase{"ControlCharacterInSubject", BySubject("a\tb"),
                    "INVALID_FIELD subject"},
        RefusalCase{"UnknownType",
                    [](Claim& c) {
                      c.entity = EntityId{"person", "1"};
                    },
                    "UNKNOWN_ENTITY_TYPE entity.type"},
        RefusalCase{"EmptyEntityId", [](Claim& c) { c.entity->id = ""; },
                    "INVALID_FIELD entity.id"},
        RefusalCase{"UnknownAttribute", [](Claim& c) { c.attribute = "teir"; },
                    "UNKNOWN_ATTRIBUTE attribute"},
        RefusalCase{"AttributeOfAnotherType",
                    [](Claim& c) { c.attribute = "status"; },
                    "UNKNOWN_ATTRIBUTE attribute"},
        RefusalCase{"AttributeOfSomeType",
                    [](Claim& c) {
                      BySubject("w1")(c);
                      c.attribute = "status";
                    },
                    "OK"},
        RefusalCase{"AttributeOfNoType",
                    [](Claim& c) {
                      BySubject("w1")(c);
                      c.attribute = "teir";
                    },
                    "UNKNOWN_ATTRIBUTE attribute"},
        RefusalCase{"AttributeAlias",
                    [](Claim& c) { c.attribute = "loyaltyTier"; }, "OK"},
        RefusalCase{"NoValue", [](Claim& c) { c.value.reset(); }, "OK"},
        RefusalCase{"UnreadableValueIsForTheJudge",
                    [](Claim& c) { c.value = "tin"; }, "OK"},
        RefusalCase{"ValueIsNotUtf8", [](Claim& c) { c.value = "\xff"; },
                    "INVALID_FIELD value"},
        RefusalCase{"ZeroByteInValue",
                    [](Claim& c) { c.value = std::string("a\0b", 3); },
                    "INVALID_FIELD value"},
        RefusalCase{"LabelWithoutName",
                    [](Claim& c) {
                      c.labels = {{"", "x"}};
                    },
                    "INVALID_FIELD labels"},
        RefusalCase{"LabelIsNotUtf8",
                    [](Claim& c) {
                      c.labels = {{"a", "\xff"}};
                    },
                    "INVALID_FIELD labels"},
        RefusalCase{"EmptyLabel",
                    [](Claim& c) {
                      c.labels = {{"a", ""}};
                    },
                    "OK"}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Times, ValidateClaimTest,
    testing::Values(
        RefusalCase{"ADayAhead",
                    [](Claim& c) { c.said_at = Noon() + absl::Hours(24); },
                    "OK"},
        RefusalCase{"MoreThanADayAhead",
                    [](Claim& c) {
                      c.said_at =
                          Noon() + absl::Hours(24) + absl::Microseconds(1);
                    },
                    "INVALID_FIELD said_at"},
        RefusalCase{"YearOne", [](Claim& c) { c.said_at = YearOne(); }, "OK"},
        RefusalCase{
            "BeforeYearOne",
            [](Claim& c) { c.said_at = YearOne() - absl::Microseconds(1); },
            "INVALID_FIELD said_at"},
        RefusalCase{"AsOfADayAhead",
                    [](Claim& c) { c.as_of = Noon() + absl::Hours(24); }, "OK"},
        RefusalCase{"AsOfTooFarAhead",
                    [](Claim& c) { c.as_of = Noon() + absl::Hours(25); },
                    "INVALID_FIELD as_of"},
        RefusalCase{"AsOfBeforeYearOne",
                    [](Claim& c) { c.as_of = YearOne() - absl::Hours(1); },
                    "INVALID_FIELD as_of"},
        RefusalCase{"AsOfUnknown",
                    [](Claim& c) { c.as_of = absl::InfinitePast(); }, "OK"}),
    [](const auto& test) { return std::string(test.param.name); });

// Each limit at n and at n + 1.
std::vector<RefusalCase> LimitCases() {
  struct Limit {
    const char* name;
    int64_t max;
    std::function<void(Claim&, int64_t)> set;
    const char* refusal;
  };
  const Limit limits[] = {
      {"Subject", limits::kIdBytesMax,
       [](Claim& c, int64_t n) { BySubject(Long(n))(c); },
       "LIMIT_EXCEEDED subject"},
      {"EntityId", limits::kIdBytesMax,
       [](Claim& c, int64_t n) { c.entity->id = Long(n); },
       "LIMIT_EXCEEDED entity.id"},
      {"Value", limits::kValueBytesMax,
       [](Claim& c, int64_t n) { c.value = Long(n); }, "LIMIT_EXCEEDED value"},
      {"ClaimId", limits::kIdBytesMax,
       [](Claim& c, int64_t n) { c.claim_id = Long(n); },
       "LIMIT_EXCEEDED claim_id"},
      {"AsOfRevision", limits::kIdBytesMax,
       [](Claim& c, int64_t n) { c.as_of_revision = Long(n); },
       "LIMIT_EXCEEDED as_of_revision"},
      {"Labels", limits::kLabelsPerClaimMax,
       [](Claim& c, int64_t n) {
         for (int64_t i = 0; i < n; ++i) {
           c.labels.emplace_back(absl::StrCat("l", i), "");
         }
       },
       "LIMIT_EXCEEDED labels"},
      {"LabelName", limits::kLabelBytesMax,
       [](Claim& c, int64_t n) {
         c.labels = {{Long(n), ""}};
       },
       "LIMIT_EXCEEDED labels"},
      {"LabelValue", limits::kLabelBytesMax,
       [](Claim& c, int64_t n) {
         c.labels = {{"a", Long(n)}};
       },
       "LIMIT_EXCEEDED labels"},
  };
  static std::vector<std::string> names;
  names.reserve(2 * std::size(limits));
  std::vector<RefusalCase> cases;
  for (const Limit& limit : limits) {
    for (const int64_t over : {0, 1}) {
      names.push_back(absl::StrCat(limit.name, over ? "Over" : "At", "Limit"));
      const auto set = limit.set;
      const int64_t size = limit.max + over;
      cases.push_back({names.back().c_str(),
                       [set, size](Claim& claim) { set(claim, size); },
                       over ? limit.refusal : "OK"});
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Limits, ValidateClaimTest,
                         testing::ValuesIn(LimitCases()), [](const auto& test) {
                           return std::string(test.param.name);
                         });

TEST(ValidateClaimTest, ErrorsHoldNoValueAndNoSubject) {
  Vocabulary vocabulary;
  FillTestVocabulary(vocabulary);
  for (const bool by_subject : {false, true}) {
    Claim claim = MakeClaim("web", "tier", "secret\xff");
    if (by_subject) BySubject("secret\n")(claim);
    const absl::Status status =
        ValidateClaim(vocabulary, ViewOf(claim), Noon());
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.ToString().find("secret"), std::string::npos) << status;
  }
}

void ExpectComesBack(const Claim& claim) {
  RowEncoder encoder;
  EncodeClaim(claim, SubjectOf(ViewOf(claim)), encoder);
  const std::string row = encoder.TakeRow();
  RowDecoder decoder(row);
  const Claim read = DecodeClaim(decoder);
  EXPECT_TRUE(decoder.Finish("claim").ok());
  EXPECT_EQ(read.channel, claim.channel);
  EXPECT_EQ(read.subject, claim.subject);
  EXPECT_EQ(read.entity, claim.entity);
  EXPECT_EQ(read.attribute, claim.attribute);
  EXPECT_EQ(read.value, claim.value);
  EXPECT_EQ(read.personal, claim.personal);
  EXPECT_EQ(read.erased, claim.erased);
  EXPECT_EQ(read.said_at, claim.said_at);
  EXPECT_EQ(read.said_at_given, claim.said_at_given);
  EXPECT_EQ(read.as_of, claim.as_of);
  EXPECT_EQ(read.as_of_revision, claim.as_of_revision);
  EXPECT_EQ(read.received_at, claim.received_at);
  EXPECT_EQ(read.exposure, claim.exposure);
  EXPECT_EQ(read.claim_id, claim.claim_id);
  EXPECT_EQ(read.labels, claim.labels);
}

TEST(ClaimCodecTest, ComesBack) {
  Claim full = MakeClaim("web", "tier", "gold");
  full.subject = "w1";
  full.as_of = Noon() - absl::Hours(1);
  full.as_of_revision = "token";
  full.received_at = Noon() + absl::Microseconds(3);
  full.exposure = Exposure::kHeard;
  full.claim_id = "id";
  full.labels = {{"app_version", "1.2"}, {"region", ""}};
  ExpectComesBack(full);
  full.personal = false;
  ExpectComesBack(full);
  full.personal = true;
  full.entity.reset();
  full.value.reset();
  full.as_of = absl::InfinitePast();
  full.said_at_given = false;
  full.labels.clear();
  ExpectComesBack(full);
  full.erased = true;
  ExpectComesBack(full);
}

}  // namespace
}  // namespace concordat
