// History that is forgotten by itself, and the view that is written beside the
// commits.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "consistency/rows.h"
#include "graph/rows.h"
#include "grpcpp/grpcpp.h"
#include "tests/conformance/rows.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

class RetentionTest : public ServiceTest {
 protected:
  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    options.retention = {.kept = absl::Hours(24),
                         .every = absl::Milliseconds(1)};
    return options;
  }

  std::string TierAt(const std::string& revision) {
    grpc::ClientContext context;
    v1::GetEntityRequest request;
    v1::GetEntityResponse response;
    *request.mutable_entity() = Customer("1");
    *request.mutable_consistency() = ExactlyAt(revision);
    const grpc::Status status =
        v1::KnowledgeService::NewStub(server_->InProcessChannel())
            ->GetEntity(&context, request, &response);
    return status.ok() ? response.facts(0).fact().value() : Summary(status);
  }
};

TEST_P(RetentionTest, WhatIsOlderIsForgottenAndWhatHoldsNowIsNot) {
  const std::string silver = Write({PutFact("1", "tier", "silver")});
  Report({MakeClaim("web", "1", "tier", "silver", "a")});
  const std::string gold = Write({PutFact("1", "tier", "gold")});
  EXPECT_EQ(TierAt(silver), "silver");

  clock_.Advance(absl::Hours(48));
  const std::string later = Write({PutFact("2", "tier", "silver")});
  const absl::Time until = absl::Now() + kPatience;
  while (TierAt(silver) == "silver" && absl::Now() < until) {
  }
  EXPECT_EQ(TierAt(silver), "OUT_OF_RANGE REVISION_COMPACTED");
  EXPECT_EQ(TierAt(gold), "gold");
  EXPECT_EQ(TierAt(later), "gold");
  ASSERT_EQ(HeldClaims().claims_size(), 1);
  EXPECT_EQ(HeldClaims().claims(0).claim().value(), "silver");
  // The log has let go of all that is older.
  while (ScanRows(store(), rows::kCommits).size() > 1 && absl::Now() < until) {
  }
  EXPECT_EQ(ScanRows(store(), rows::kClaims).size(), 0u);
  EXPECT_EQ(ScanRows(store(), rows::kClaimKeys).size(), 0u);
  EXPECT_EQ(ScanRows(store(), rows::kChanges).size(), 1u);
  EXPECT_EQ(ScanRows(store(), rows::kCommits).size(), 1u);
}

// Reads miss nothing, however far it is behind; and it catches up by itself.
TEST_P(RetentionTest, WhatIsHeldIsReadWhileTheViewIsBehind) {
  constexpr int kCustomers = 6000;
  constexpr int kBatch = 500;
  std::set<std::string> said;
  for (int begin = 0; begin < kCustomers; begin += kBatch) {
    // Of a half nothing is known, so nobody holds anything about them.
    std::vector<v1::Change> facts;
    std::vector<v1::Claim> claims;
    for (int i = begin; i < begin + kBatch; ++i) {
      const std::string id = absl::StrCat(i);
      claims.push_back(MakeClaim("web", id, "tier", "gold", "c" + id));
      if (i % 2 != 0) continue;
      facts.push_back(PutFact(id, "tier", "gold"));
      said.insert(id);
    }
    Write(facts);
    Report(claims);
  }
  std::set<std::string> held;
  v1::ListHeldClaimsRequest request;
  do {
    grpc::ClientContext context;
    v1::ListHeldClaimsResponse response;
    ASSERT_TRUE(claims_->ListHeldClaims(&context, request, &response).ok());
    for (const v1::HeldClaim& one : response.claims()) {
      held.insert(one.entity().id());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(held.size(), said.size());

  const absl::Time until = absl::Now() + kPatience;
  const auto behind = [this] {
    return Info().counters().at("held_claims_behind");
  };
  // The last few wait for more.
  while (behind() > kCustomers / 2 && absl::Now() < until) {
  }
  EXPECT_LE(behind(), kCustomers / 2);
}

CONCORDAT_ON_BOTH_ENGINES(RetentionTest);

}  // namespace
}  // namespace concordat
