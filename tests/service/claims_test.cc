// concordat.v1.ClaimService as a channel's backend sees it.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "graph/limits.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/pump.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

// What the results say, such as "RECORDED AGREES" or "REJECTED".
std::string Text(const v1::ClaimResult& result) {
  std::string text =
      v1::ClaimStatus_Name(result.status()).substr(sizeof("CLAIM_STATUS_") - 1);
  if (result.verdict() != v1::VERDICT_UNSPECIFIED) {
    absl::StrAppend(
        &text, " ",
        v1::Verdict_Name(result.verdict()).substr(sizeof("VERDICT_") - 1));
  }
  return text;
}

template <typename Response>
std::vector<std::string> Texts(const Response& response) {
  std::vector<std::string> texts;
  for (const v1::ClaimResult& result : response.results()) {
    texts.push_back(Text(result));
  }
  return texts;
}

class ClaimTest : public ServiceTest {
 protected:
  // Makes the graph know customers, but not their names.
  void Know(const std::vector<v1::Claim>& claims) {
    std::vector<v1::Change> changes;
    for (const v1::Claim& claim : claims) {
      changes.push_back(PutFact(claim.entity().id(), "tier", "gold"));
    }
    Write(changes);
  }
};

TEST_P(ClaimTest, EachClaimGetsItsVerdictInOrder) {
  Write({PutFact("c1", "name", "Ann"), PutFact("c1", "tier", "gold"),
         PutFact("c1", "birth_date", "1980-02-03"),
         PutFact("c2", "email", "bob@example.org"),
         PutFact("c1", "email", "ann@example.org"),
         PutLink("web", "w-1", "c1")});
  v1::Claim linked = MakeClaim("web", "", "loyalty_tier", "Gold Member", "1");
  linked.set_subject("w-1");
  v1::Claim stranger = linked;
  stranger.set_subject("w-2");
  stranger.set_claim_id("2");
  v1::Claim absent = MakeClaim("web", "c1", "name", "", "3");
  absent.clear_value();
  const v1::ReportClaimsResponse response = Report(
      {linked, stranger, absent, MakeClaim("web", "c1", "name", "Bob", "4"),
       MakeClaim("web", "c1", "birth_date", "03/02/80", "5"),
       MakeClaim("shop", "c1", "email", "ann@example.org", "6"),
       MakeClaim("app", "c1", "email", "bob@example.org", "7"),
       MakeClaim("app", "c2", "name", "Bob", "8"),
       MakeClaim("wbe", "c1", "name", "Ann", "9")});
  EXPECT_EQ(
      Texts(response),
      (std::vector<std::string>{
          "RECORDED AGREES", "RECORDED UNKNOWN_SUBJECT", "RECORDED MISSING",
          "RECORDED CONTRADICTS", "RECORDED UNDECIDED", "RECORDED NOT_ENTITLED",
          "RECORDED MISIDENTIFIED", "RECORDED UNVERIFIABLE", "REJECTED"}));
  EXPECT_EQ(response.results(5).further_verdict(), v1::VERDICT_AGREES);
  EXPECT_EQ(response.vocabulary_version(), 1);
  for (const int contradiction : {2, 3, 5, 6}) {
    EXPECT_THAT(response.results(contradiction).finding_id(), SizeIs(32));
  }
  EXPECT_EQ(response.results(0).finding_id(), "");
  EXPECT_EQ(response.revision(), Info().revision());
}

TEST_P(ClaimTest, OneBadItemInAThousandLeavesTheRestAlone) {
  std::vector<v1::Claim> claims;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = absl::StrCat("c", i);
    claims.push_back(MakeClaim("web", name, "name", "N", name));
  }
  Know(claims);
  claims[500].set_attribute("nane");
  const v1::ReportClaimsResponse response = Report(claims);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(Text(response.results(i)),
              i == 500 ? "REJECTED" : "RECORDED UNVERIFIABLE")
        << i;
  }
  EXPECT_EQ(Summary(response.results(500).error()),
            "INVALID_ARGUMENT UNKNOWN_ATTRIBUTE claims[500].attribute");
  EXPECT_THAT(HeldClaims().claims(), SizeIs(999));
}

TEST_P(ClaimTest, BadItemsOfEveryKindAreNamedByTheirPlace) {
  v1::Claim about_nobody = MakeClaim("web", "c1", "name", "N", "1");
  about_nobody.clear_about();
  const v1::ReportClaimsResponse response =
      Report({about_nobody, MakeClaim("wbe", "c1", "name", "N", "2"),
              MakeClaim("web", "c1", "name", "N", "3"), about_nobody,
              MakeClaim("web", "c1", "nane", "N", "4")});
  const std::vector<std::string> expected = {
      "INVALID_ARGUMENT INVALID_FIELD claims[0].subject",
      "INVALID_ARGUMENT UNKNOWN_CHANNEL claims[1].channel", "OK",
      "INVALID_ARGUMENT INVALID_FIELD claims[3].subject",
      "INVALID_ARGUMENT UNKNOWN_ATTRIBUTE claims[4].attribute"};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Summary(response.results(i).error()), expected[i]) << i;
  }
}

TEST_P(ClaimTest, ABatchOf1001IsRefusedWhateverIsInIt) {
  std::vector<v1::Claim> claims(1001, MakeClaim("web", "c1", "name", "N", ""));
  for (const bool with_unreadable : {false, true}) {
    if (with_unreadable) claims[7].clear_about();
    const WireError error = ErrorOf(TryReport(claims));
    EXPECT_EQ(error.summary, "INVALID_ARGUMENT LIMIT_EXCEEDED claims");
    EXPECT_THAT(error.metadata,
                AllOf(Contains(Pair("limit", "claims_per_batch_max")),
                      Contains(Pair("actual", "1001")),
                      Contains(Pair("allowed", "1000"))));
  }
  EXPECT_EQ(Summary(TryReport({})), "INVALID_ARGUMENT INVALID_FIELD claims");
  EXPECT_THAT(HeldClaims().claims(), IsEmpty());
}

TEST_P(ClaimTest, RetriesAreDuplicates) {
  Write({PutFact("c1", "name", "Ann")});
  v1::Claim said = MakeClaim("web", "c1", "name", "Bob", "");
  said.mutable_said_at()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
  const std::vector<v1::Claim> claims = {
      MakeClaim("web", "c1", "name", "Bob", "1"), said};
  EXPECT_EQ(Texts(Report(claims)),
            (std::vector<std::string>{"RECORDED CONTRADICTS",
                                      "RECORDED CONTRADICTS"}));
  const std::string revision = Info().revision();
  EXPECT_EQ(Texts(Report(claims)),
            (std::vector<std::string>{"DUPLICATE", "DUPLICATE"}));
  EXPECT_EQ(Info().revision(), revision);
  // An id is the channel's: another channel may use it too.
  EXPECT_EQ(Texts(Report({MakeClaim("app", "c1", "name", "Bob", "1")})),
            (std::vector<std::string>{"RECORDED CONTRADICTS"}));
  EXPECT_EQ(
      OpenFindings().findings(0).count() + OpenFindings().findings(1).count(),
      3);
}

// --- Claims that are refused -------------------------------------------------

struct BadClaim {
  const char* name;
  std::function<void(v1::Claim&, int64_t now)> spoil;
  std::string expected;
};

std::vector<BadClaim> BadClaims() {
  using Claim = v1::Claim&;
  const std::string invalid = "INVALID_ARGUMENT INVALID_FIELD ";
  const std::string limit = "INVALID_ARGUMENT LIMIT_EXCEEDED ";
  constexpr int64_t kDay = 86'400;
  return {
      {"unknown_channel", [](Claim c, int64_t) { c.set_channel("wbe"); },
       "INVALID_ARGUMENT UNKNOWN_CHANNEL channel"},
      {"unknown_attribute", [](Claim c, int64_t) { c.set_attribute("nane"); },
       "INVALID_ARGUMENT UNKNOWN_ATTRIBUTE attribute"},
      {"unknown_type",
       [](Claim c, int64_t) { c.mutable_entity()->set_type("custmer"); },
       "INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE entity.type"},
      {"about_nobody", [](Claim c, int64_t) { c.clear_about(); },
       invalid + "subject"},
      {"empty_subject", [](Claim c, int64_t) { c.set_subject(""); },
       invalid + "subject"},
      {"control_character_in_subject",
       [](Claim c, int64_t) { c.set_subject("w\x7f"); }, invalid + "subject"},
      {"long_subject",
       [](Claim c, int64_t) { c.set_subject(std::string(257, 'x')); },
       limit + "subject"},
      {"nul_in_id",
       [](Claim c, int64_t) {
         c.mutable_entity()->set_id(std::string("c\0", 2));
       },
       invalid + "entity.id"},
      {"long_value",
       [](Claim c, int64_t) { c.set_value(std::string(4097, 'x')); },
       limit + "value"},
      {"nul_in_value",
       [](Claim c, int64_t) { c.set_value(std::string("a\0b", 3)); },
       invalid + "value"},
      {"said_two_days_ahead",
       [](Claim c, int64_t now) {
         c.mutable_said_at()->set_seconds(now + 2 * kDay);
       },
       invalid + "said_at"},
      {"said_after_the_year_9999",
       [](Claim c, int64_t) {
         c.mutable_said_at()->set_seconds(253'402'300'800);
       },
       invalid + "said_at"},
      {"said_before_the_year_1",
       [](Claim c, int64_t) {
         c.mutable_said_at()->set_seconds(-62'135'596'801);
       },
       invalid + "said_at"},
      {"as_of_ahead",
       [](Claim c, int64_t now) {
         c.mutable_as_of()->set_seconds(now + 2 * kDay);
       },
       invalid + "as_of"},
      {"bad_nanos",
       [](Claim c, int64_t) { c.mutable_as_of()->set_nanos(1'000'000'000); },
       invalid + "as_of"},
      {"unknown_exposure",
       [](Claim c, int64_t) { c.set_exposure(v1::Exposure(99)); },
       invalid + "exposure"},
      {"long_claim_id",
       [](Claim c, int64_t) { c.set_claim_id(std::string(257, 'x')); },
       limit + "claim_id"},
      {"control_character_in_claim_id",
       [](Claim c, int64_t) { c.set_claim_id("a\tb"); }, invalid + "claim_id"},
      {"too_many_labels",
       [](Claim c, int64_t) {
         for (int i = 0; i < 17; ++i)
           (*c.mutable_labels())[absl::StrCat("l", i)] = "x";
       },
       limit + "labels"},
      {"long_label",
       [](Claim c, int64_t) {
         (*c.mutable_labels())["team"] = std::string(129, 'x');
       },
       limit + "labels"},
  };
}

TEST_P(ClaimTest, ABadClaimIsRefusedPreciselyHereAndInCheckClaim) {
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  for (const BadClaim& bad : BadClaims()) {
    SCOPED_TRACE(bad.name);
    v1::Claim claim = MakeClaim("web", "c1", "name", "N", "1");
    bad.spoil(claim, now);
    const auto place = [&](const std::string& prefix) {
      std::string expected = bad.expected;
      return expected.insert(expected.rfind(' ') + 1, prefix + ".");
    };
    const v1::ReportClaimsResponse response = Report({claim});
    EXPECT_EQ(Text(response.results(0)), "REJECTED");
    EXPECT_EQ(Summary(response.results(0).error()), place("claims[0]"));

    grpc::ClientContext context;
    v1::CheckClaimRequest request;
    v1::CheckClaimResponse checked;
    *request.mutable_claim() = claim;
    *request.mutable_consistency() = Latest();
    EXPECT_EQ(Summary(claims_->CheckClaim(&context, request, &checked)),
              place("claim"));
  }
  EXPECT_THAT(HeldClaims().claims(), IsEmpty());
}

TEST_P(ClaimTest, AnUnknownChannelIsToldWhichThereAre) {
  const v1::ReportClaimsResponse response =
      Report({MakeClaim("wbe", "c1", "name", "N", "1"),
              MakeClaim("web", "c1", "nane", "N", "1")});
  EXPECT_THAT(ErrorOf(response.results(0).error()).metadata,
              AllOf(Contains(Pair("name", "wbe")),
                    Contains(Pair("known", "app, shop, web"))));
  EXPECT_THAT(ErrorOf(response.results(1).error()).metadata,
              Contains(Pair("known", "birth_date, email, name, tier")));
}

// --- CheckClaim --------------------------------------------------------------

TEST_P(ClaimTest, CheckClaimJudgesWithEvidenceAndRecordsNothing) {
  const std::string written = Write({PutFact("c1", "name", "Ann")});
  grpc::ClientContext context;
  v1::CheckClaimRequest request;
  v1::CheckClaimResponse response;
  *request.mutable_claim() = MakeClaim("web", "c1", "name", "Bob", "1");
  *request.mutable_consistency() = Latest();
  ASSERT_TRUE(claims_->CheckClaim(&context, request, &response).ok());
  const v1::Judgement& judgement = response.judgement();
  EXPECT_EQ(judgement.verdict(), v1::VERDICT_CONTRADICTS);
  EXPECT_NE(judgement.explanation(), "");
  EXPECT_EQ(judgement.claimed().raw(), "Bob");
  EXPECT_EQ(judgement.truth().raw(), "Ann");
  EXPECT_EQ(judgement.promise_seconds(), 3600);
  ASSERT_THAT(judgement.facts(), SizeIs(1));
  EXPECT_EQ(judgement.facts(0).revision(), written);
  EXPECT_EQ(response.revision(), written);

  EXPECT_THAT(HeldClaims().claims(), IsEmpty());
  EXPECT_THAT(OpenFindings().findings(), IsEmpty());
  EXPECT_EQ(Info().revision(), written);
  // The claim_id was not used up either.
  EXPECT_EQ(Texts(Report({request.claim()})),
            (std::vector<std::string>{"RECORDED CONTRADICTS"}));
}

TEST_P(ClaimTest, CheckClaimJudgesAsOfARevision) {
  const std::string first = Write({PutFact("c1", "name", "Ann")});
  Write({PutFact("c1", "name", "Bob")});
  grpc::ClientContext context;
  v1::CheckClaimRequest request;
  v1::CheckClaimResponse response;
  *request.mutable_claim() = MakeClaim("web", "c1", "name", "Bob", "");
  *request.mutable_consistency() = ExactlyAt(first);
  ASSERT_TRUE(claims_->CheckClaim(&context, request, &response).ok());
  EXPECT_EQ(response.judgement().verdict(), v1::VERDICT_CONTRADICTS);
  EXPECT_EQ(response.revision(), first);
}

// --- Held claims -------------------------------------------------------------

TEST_P(ClaimTest, TheNewestClaimIsHeldAndListed) {
  Write({PutFact("c1", "name", "Ann"), PutFact("c2", "tier", "gold")});
  v1::Claim labelled = MakeClaim("web", "c1", "name", "Bob", "1");
  labelled.set_exposure(v1::EXPOSURE_TOLD);
  (*labelled.mutable_labels())["team"] = "berlin";
  Report({labelled, MakeClaim("app", "c2", "name", "N", "1")});
  clock_.Advance(absl::Seconds(10));
  v1::Claim newer = labelled;
  newer.set_claim_id("2");
  newer.set_value("Bobby");
  Report({newer});

  grpc::ClientContext context;
  v1::ListHeldClaimsRequest request;
  v1::ListHeldClaimsResponse response;
  request.set_channel("web");
  ASSERT_TRUE(claims_->ListHeldClaims(&context, request, &response).ok());
  ASSERT_THAT(response.claims(), SizeIs(1));
  ASSERT_THAT(OpenFindings().findings(), SizeIs(1));
  const v1::HeldClaim& held = response.claims(0);
  EXPECT_EQ(held.claim().value(), "Bobby");
  EXPECT_EQ(held.claim().exposure(), v1::EXPOSURE_TOLD);
  EXPECT_EQ(held.claim().labels().at("team"), "berlin");
  EXPECT_EQ(held.claim().entity().id(), "c1");
  EXPECT_EQ(held.received_at().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_EQ(held.verdict(), v1::VERDICT_CONTRADICTS);
  EXPECT_EQ(held.finding_id(), OpenFindings().findings(0).id());

  grpc::ClientContext by_entity;
  request.clear_channel();
  *request.mutable_entity() = Customer("c2");
  ASSERT_TRUE(claims_->ListHeldClaims(&by_entity, request, &response).ok());
  ASSERT_THAT(response.claims(), SizeIs(1));
  EXPECT_EQ(response.claims(0).claim().channel(), "app");
}

TEST_P(ClaimTest, HeldClaimsArePagedToTheEnd) {
  std::vector<v1::Claim> claims;
  for (int i = 10; i < 40; ++i) {
    claims.push_back(
        MakeClaim("web", absl::StrCat("c", i), "name", "N", absl::StrCat(i)));
  }
  Know(claims);
  Report(claims);
  v1::ListHeldClaimsRequest request;
  request.set_page_size(7);
  v1::ListHeldClaimsResponse response;
  std::vector<std::string> ids;
  do {
    grpc::ClientContext context;
    const grpc::Status status =
        claims_->ListHeldClaims(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const v1::HeldClaim& held : response.claims()) {
      ids.push_back(held.claim().claim_id());
    }
    // These have no history: every page is of the newest state and says so.
    EXPECT_EQ(response.revision(), Info().revision());
    Write({PutFact("c99", "name", "N")});
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  ASSERT_THAT(ids, SizeIs(30));
  EXPECT_EQ(ids.front(), "10");
  EXPECT_EQ(ids.back(), "39");

  const auto list = [&] {
    grpc::ClientContext context;
    return Summary(claims_->ListHeldClaims(&context, request, &response));
  };
  request.clear_page_token();
  ASSERT_EQ(list(), "OK");
  request.set_page_token(response.next_page_token());
  request.set_channel("app");
  EXPECT_EQ(list(), "INVALID_ARGUMENT MALFORMED_TOKEN") << "another request";
  request.set_page_token("rubbish");
  EXPECT_EQ(list(), "INVALID_ARGUMENT MALFORMED_TOKEN");
}

// --- The stream --------------------------------------------------------------

class ClaimStreamTest : public ClaimTest {
 protected:
  using Batches = std::vector<std::vector<v1::Claim>>;

  // Sends all batches and reads all answers.
  grpc::Status Stream(const Batches& batches,
                      std::vector<v1::StreamClaimsResponse>* responses) {
    grpc::ClientContext context;
    const auto stream = claims_->StreamClaims(&context);
    *responses = Pump<v1::StreamClaimsResponse>(
        *stream, static_cast<int>(batches.size()), [&](int i) {
          v1::StreamClaimsRequest request;
          request.mutable_claims()->Assign(batches[i].begin(),
                                           batches[i].end());
          return request;
        });
    return stream->Finish();
  }

  // Batch i has i % 5 + 1 claims.
  Batches MakeBatches(int count) {
    Batches batches(count);
    for (int i = 0; i < count; ++i) {
      for (int j = 0; j <= i % 5; ++j) {
        const std::string id = absl::StrCat("c", i, "-", j);
        batches[i].push_back(MakeClaim("web", id, "name", "N", id));
      }
      Know(batches[i]);
    }
    return batches;
  }
};

TEST_P(ClaimStreamTest, AnswersComeInOrderWithRevisionsThatNeverFall) {
  Batches batches = MakeBatches(50);
  // Nothing of this batch can be converted, so it is answered without the
  // committer; it must not overtake those that wait for it.
  for (const int unreadable : {9, 10, 31}) {
    for (v1::Claim& claim : batches[unreadable]) claim.clear_about();
  }
  std::vector<v1::StreamClaimsResponse> responses;
  const grpc::Status status = Stream(batches, &responses);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_THAT(responses, SizeIs(50));
  uint64_t last = 0;
  for (int i = 0; i < 50; ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(responses[i].results_size(), batches[i].size());
    const bool refused = i == 9 || i == 10 || i == 31;
    EXPECT_THAT(Texts(responses[i]),
                testing::Each(refused ? "REJECTED" : "RECORDED UNVERIFIABLE"));
    if (refused) continue;
    const uint64_t number = NumberOf(responses[i].revision());
    // Batches that waited together are one commit.
    EXPECT_GE(number, last);
    last = number;
  }
}

TEST_P(ClaimStreamTest, AWholeStreamSentAgainIsHarmless) {
  const Batches batches = MakeBatches(20);
  std::vector<v1::StreamClaimsResponse> responses;
  ASSERT_TRUE(Stream(batches, &responses).ok());
  const std::string revision = Info().revision();
  ASSERT_TRUE(Stream(batches, &responses).ok());
  ASSERT_THAT(responses, SizeIs(20));
  for (const v1::StreamClaimsResponse& response : responses) {
    EXPECT_THAT(Texts(response), testing::Each("DUPLICATE"));
    EXPECT_EQ(response.revision(), revision);
  }
  EXPECT_THAT(HeldClaims().claims(), SizeIs(60));
}

TEST_P(ClaimStreamTest, WhatCameBeforeABadBatchIsAnswered) {
  Batches batches = MakeBatches(6);
  batches.push_back(std::vector<v1::Claim>(
      1001, MakeClaim("web", "c1", "name", "N", "too many")));
  batches.push_back({MakeClaim("web", "c1", "name", "N", "after")});
  std::vector<v1::StreamClaimsResponse> responses;
  const grpc::Status status = Stream(batches, &responses);
  EXPECT_EQ(Summary(status), "INVALID_ARGUMENT LIMIT_EXCEEDED claims");
  EXPECT_THAT(responses, SizeIs(6));
  for (const v1::StreamClaimsResponse& response : responses) {
    EXPECT_THAT(Texts(response), testing::Each("RECORDED UNVERIFIABLE"));
  }
}

TEST_P(ClaimStreamTest, AnEmptyStreamEndsWell) {
  std::vector<v1::StreamClaimsResponse> responses;
  EXPECT_TRUE(Stream({}, &responses).ok());
  EXPECT_THAT(responses, IsEmpty());
}

TEST_P(ClaimStreamTest, AStreamThatFailsEndsThoughTheClientWaits) {
  grpc::ClientContext context;
  const auto stream = claims_->StreamClaims(&context);
  // An empty batch; then the client neither sends nor closes.
  ASSERT_TRUE(stream->Write({}));
  v1::StreamClaimsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(Summary(stream->Finish()), "INVALID_ARGUMENT INVALID_FIELD claims");
}

// --- More facts than a judgement looks at ------------------------------------

TEST_P(ClaimTest, TooManyFactsOfOneEntityTouchNothingElse) {
  if (GetParam() == Engine::kSqlite) {
    GTEST_SKIP() << "the engine plays no part in it, and memory is quicker";
  }
  int64_t written = 0;
  const auto write = [&](int64_t count) {
    std::vector<v1::Change> changes;
    for (int64_t i = 0; i < count; ++i) {
      changes.push_back(PutFact("many", "name", "N"));
      // Distinct starts, a second apart.
      changes.back().mutable_put_fact()->mutable_valid_from()->set_seconds(
          ++written);
    }
    Write(changes);
  };
  while (written + 1000 < limits::kFactsPerEntityMax) write(1000);
  EXPECT_EQ(Texts(Report({MakeClaim("web", "many", "name", "N", "1")})),
            (std::vector<std::string>{"RECORDED AGREES"}));
  // The held claim cannot be judged again now; the write stands all the same.
  write(1000);
  write(1000);
  for (const bool again : {false, true}) {
    SCOPED_TRACE(again);
    const std::string id = again ? "6" : "5";
    const v1::ReportClaimsResponse response =
        Report({MakeClaim("web", "c1", "name", "N", id),
                MakeClaim("web", "many", "name", "N", "2")});
    EXPECT_EQ(Texts(response), (std::vector<std::string>{
                                   "RECORDED UNKNOWN_SUBJECT", "REJECTED"}));
    EXPECT_EQ(Summary(response.results(1).error()),
              "INVALID_ARGUMENT LIMIT_EXCEEDED claims[1]");
  }
}

CONCORDAT_ON_BOTH_ENGINES(ClaimTest);
CONCORDAT_ON_BOTH_ENGINES(ClaimStreamTest);

}  // namespace
}  // namespace concordat
