// Goal: what was said of a person while a wrong link took it for another's is
// erased with the person, and nothing else of the other.
#include <string>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "tests/service/privacy_fixture.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::HasSubstr;
using testing::Not;

class MisattributedClaimsTest : public PrivacyTest {};

// What the web said of c1 while its w1 was taken for c9.
TEST_P(MisattributedClaimsTest, WhatWasSaidUnderAWrongLinkIsErasedToo) {
  Write({PutFact("c9", "name", "Another"), PutFact("c1", "tier", "gold"),
         PutLink("web", "w1", "c9")});
  Report({MakeClaim("web", "c9", "email", "nine@example.com", "nine")});
  finding_ = Report({Subject("w1", kSaid)}).results(0).finding_id();
  ASSERT_NE(finding_, "");
  clock_.Advance(absl::Hours(1));
  Write({PutLink("web", "w1", "c1")});
  const auto all_said = [&] {
    std::string said = EverythingSaid();
    for (const auto& [kind, texts] : Export("c9")) {
      for (const std::string& text : texts) said += text;
    }
    return said;
  };
  EXPECT_THAT(all_said(), HasSubstr(kSaid));
  const v1::EraseSubjectResponse erased = Erase("c1");
  EXPECT_EQ(erased.erasure().held_claims(), 1);
  EXPECT_EQ(erased.erasure().findings(), 1);
  for (int start = 0; start < 2; ++start) {
    EXPECT_THAT(all_said(), Not(HasSubstr(kSaid)));
    EXPECT_THAT(all_said(), HasSubstr("nine@example.com"));
    EXPECT_TRUE(Finding(finding_).claim().erased());
    RestartServer();
  }
  // The other's knowledge changes: of what was said nothing can be known.
  Write({PutFact("c9", "name", "Another Name")});
  EXPECT_EQ(Finding(finding_).finding().verdict(), v1::VERDICT_CONTRADICTS);
}

// c9's own claims stay, of before the id was passed on.
TEST_P(MisattributedClaimsTest, AnIdThatWasPassedOnErasesOnlyWhatWasSaidSince) {
  v1::Change first = PutLink("web", "w1", "c9");
  Write({PutFact("c9", "name", "Another"), first});
  Report({Subject("w1", "Nine")});
  clock_.Advance(absl::Hours(100));
  v1::Claim late = Subject("w1", kSaid);
  late.set_claim_id("late");
  Report({late});
  v1::Change second = PutLink("web", "w1", "c1");
  second.mutable_put_link()->mutable_valid_from()->set_seconds(
      absl::ToUnixSeconds(clock_.Now() - absl::Hours(1)));
  clock_.Advance(absl::Hours(1));
  Write({PutFact("c1", "tier", "gold"), second});
  Erase("c1");
  std::string said;
  for (const auto& [kind, texts] : Export("c9")) {
    for (const std::string& text : texts) said += text;
  }
  EXPECT_THAT(said, HasSubstr("Nine"));
  EXPECT_THAT(said, Not(HasSubstr(kSaid)));
}

CONCORDAT_ON_BOTH_ENGINES(MisattributedClaimsTest);

}  // namespace
}  // namespace concordat
