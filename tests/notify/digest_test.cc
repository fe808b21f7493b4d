#include "client/notify/digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/error.h"
#include "graph/rows.h"
#include "tests/service/test_server.h"

namespace concordat::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// "web name CONTRADICTS 1 opened 0 reopened ..."
std::string TextOf(const v1::DigestGroup& group) {
  return absl::StrCat(group.channel(), " ", group.attribute(), " ",
                      group.verdict(), ": +", group.opened(), " ~",
                      group.reopened(), " -", group.resolved(), " open ",
                      group.still_open(), " muted ", group.muted());
}

std::vector<std::string> Texts(const v1::FindingDigest& digest) {
  std::vector<std::string> texts;
  for (const v1::DigestGroup& group : digest.groups())
    texts.push_back(TextOf(group));
  return texts;
}

v1::Finding MakeFinding(const std::string& id, const std::string& channel,
                        double harm, int64_t first_said_at) {
  v1::Finding finding;
  finding.set_id(id);
  finding.set_channel(channel);
  finding.set_attribute("tier");
  finding.set_verdict(v1::VERDICT_STALE);
  finding.set_state(v1::FINDING_STATE_OPEN);
  finding.mutable_harm()->set_score(harm);
  finding.mutable_first_said_at()->set_seconds(first_said_at);
  return finding;
}

TEST(DigestBuilderTest, OrdersByHarmAndNamesTheWorst) {
  DigestBuilder builder(2);
  builder.AddStanding(MakeFinding("a", "web", 9, 50));
  builder.AddStanding(MakeFinding("b", "app", 7, 20));
  builder.AddStanding(MakeFinding("c", "app", 6, 10));
  builder.AddStanding(MakeFinding("d", "app", 5, 30));
  const v1::FindingDigest digest = builder.Build();
  EXPECT_THAT(Texts(digest),
              ElementsAre("web tier STALE: +0 ~0 -0 open 1 muted 0",
                          "app tier STALE: +0 ~0 -0 open 3 muted 0"));
  EXPECT_THAT(digest.groups(1).worst(), ElementsAre("b", "c"));
  EXPECT_EQ(digest.groups(1).worst_harm(), 7);
  EXPECT_EQ(digest.groups(1).oldest().seconds(), 10);
  EXPECT_EQ(digest.total().still_open(), 4u);
  EXPECT_EQ(digest.total().worst_harm(), 9);
  EXPECT_EQ(digest.total().oldest().seconds(), 10);
}

TEST(DigestBuilderTest, CountsWhatOpensAndNotWhatPeopleDo) {
  const v1::Finding finding = MakeFinding("a", "web", 1, 1);
  const auto change = [](v1::FindingState from, v1::FindingState to) {
    return StateChange{.finding_id = "a", .state = to, .previous_state = from};
  };
  DigestBuilder builder(1);
  builder.AddChange(change(v1::FINDING_STATE_OBSERVED, v1::FINDING_STATE_OPEN),
                    finding);
  // An acknowledgement that is taken back.
  builder.AddChange(
      change(v1::FINDING_STATE_ACKNOWLEDGED, v1::FINDING_STATE_OPEN), finding);
  builder.AddChange(change(v1::FINDING_STATE_OPEN, v1::FINDING_STATE_RESOLVED),
                    finding);
  builder.AddChange(
      change(v1::FINDING_STATE_RESOLVED, v1::FINDING_STATE_REOPENED), finding);
  EXPECT_THAT(Texts(builder.Build()),
              ElementsAre("web tier STALE: +1 ~1 -1 open 0 muted 0"));
}

class DigestTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    auto client = Client::Create({.address = server_->address()});
    ASSERT_TRUE(client.ok()) << client.status();
    client_ = *std::move(client);
  }

  void Claim(const std::string& channel, const std::string& customer,
             const std::string& name) {
    clock_.Advance(absl::Minutes(1));
    Report({MakeClaim(channel, customer, "name", name,
                      absl::StrCat("claim", ++claims_made_))});
  }
  v1::FindingDigest Make(absl::Time since, absl::Time until) {
    options_.since = since;
    options_.until = until;
    const auto digest = MakeDigest(*client_, options_);
    EXPECT_TRUE(digest.ok()) << digest.status();
    return digest.ok() ? *digest : v1::FindingDigest();
  }

  std::unique_ptr<Client> client_;
  DigestOptions options_;
  int claims_made_ = 0;
};

TEST_P(DigestTest, CountsChangesOfTheTimeAndWhatIsOpenNow) {
  for (const char* customer : {"c1", "c2", "c3"})
    Write({PutFact(customer, "name", "Ann")});
  Claim("web", "c1", "Bob");
  Claim("web", "c2", "Bob");
  const absl::Time evening = clock_.Now() + absl::Minutes(1);
  clock_.Advance(absl::Minutes(1));
  Claim("web", "c1", "Ann");
  Claim("app", "c3", "Bob");
  Claim("web", "c1", "Bob");
  const absl::Time morning = clock_.Now() + absl::Minutes(1);
  EXPECT_THAT(Texts(Make(evening, morning)),
              testing::UnorderedElementsAre(
                  "web name CONTRADICTS: +0 ~1 -1 open 2 muted 0",
                  "app name CONTRADICTS: +1 ~0 -0 open 1 muted 0"));
  // Since ever.
  const v1::FindingDigest all = Make(absl::UnixEpoch(), morning);
  EXPECT_EQ(TextOf(all.total()), "  : +3 ~1 -1 open 3 muted 0");
  EXPECT_EQ(all.until().seconds(), absl::ToUnixSeconds(morning));
  // The end does not count, and nothing after it.
  EXPECT_EQ(Make(absl::UnixEpoch(), evening).total().opened(), 2u);
  EXPECT_EQ(Make(absl::UnixEpoch(), evening).total().reopened(), 0u);
  EXPECT_EQ(Make(morning, morning).total().opened(), 0u);
}

TEST_P(DigestTest, MutedAndFiltered) {
  Write({PutFact("c1", "name", "Ann")});
  Claim("web", "c1", "Bob");
  Claim("app", "c1", "Rob");
  v1::PutMuteRequest mute;
  mute.mutable_scope()->add_channels("web");
  mute.set_reason("known");
  mute.set_owner("anna");
  mute.mutable_expires_at()->set_seconds(
      absl::ToUnixSeconds(clock_.Now() + absl::Hours(1)));
  ASSERT_TRUE(client_->PutMute(mute).ok());
  options_.filter.add_channels("web");
  EXPECT_THAT(Texts(Make(absl::UnixEpoch(), clock_.Now() + absl::Hours(1))),
              ElementsAre("web name CONTRADICTS: +1 ~0 -0 open 0 muted 1"));
  options_.filter.add_verdicts(v1::VERDICT_STALE);
  EXPECT_THAT(Make(absl::UnixEpoch(), clock_.Now()).groups(), IsEmpty());
}

TEST_P(DigestTest, SaysWhereTheLogDoesNotGoBackSoFar) {
  Write({PutFact("c1", "name", "Ann")});
  const Revision oldest(NumberOf(Info().revision()));
  ASSERT_TRUE(store()
                  .Write([&](Transaction& tx) {
                    const absl::Status status = rows::PutOldest(tx, oldest);
                    return status.ok() ? rows::PutLogStart(tx, oldest) : status;
                  })
                  .ok());
  const absl::Time now = clock_.Now() + absl::Minutes(1);
  const auto digest = MakeDigest(
      *client_, {.filter = {}, .since = absl::UnixEpoch(), .until = now});
  EXPECT_EQ(DetailsOf(digest.status()).reason, "REVISION_COMPACTED");
  Claim("web", "c1", "Bob");
  Claim("web", "c1", "Ann");
  EXPECT_THAT(Make(clock_.Now(), now + absl::Hours(1)).groups(), SizeIs(1));
}

CONCORDAT_ON_BOTH_ENGINES(DigestTest);

}  // namespace
}  // namespace concordat::client
