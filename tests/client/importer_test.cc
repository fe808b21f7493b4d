// The importer against a server that is only a list of answers: batches,
// broken streams, refused items, checkpoints.
#include "client/import/importer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/error.h"
#include "client/import/checkpoint.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/client/temporary_file.h"

namespace concordat::client {
namespace {

// A server that records what arrives, once per id, and fails as told.
struct FakeServer {
  // Streams break after so many writes, one number a stream; then no more.
  std::deque<int> breaks;
  // Attributes that the server refuses.
  std::string refused_attribute = "bad";
  // What BadRequest names; false: the refusal does not say which item.
  bool names_fields = true;
  absl::StatusCode refusal = absl::StatusCode::kInvalidArgument;
  // Facts that the disk has space for.
  size_t space = 1 << 20;

  int streams = 0;
  std::set<std::string> request_ids;
  std::vector<std::string> facts;   // Values, in order of recording.
  std::vector<std::string> claims;  // Values.
  std::set<std::string> claim_ids;
};

template <typename Request, typename Response>
class FakeStream : public DuplexStream<Request, Response> {
 public:
  explicit FakeStream(FakeServer* server) : server_(*server) {
    ++server_.streams;
    if (server_.breaks.empty()) return;
    left_ = server_.breaks.front();
    server_.breaks.pop_front();
  }

  bool Write(const Request& request) override {
    if (left_ == 0) return false;
    --left_;
    ready_.push_back(Answer(request));
    return true;
  }
  bool Read(Response* response) override { return TryRead(response); }
  bool TryRead(Response* response) override {
    if (ready_.empty()) return false;
    *response = ready_.front();
    ready_.pop_front();
    return true;
  }
  void WritesDone() override {}
  absl::Status Finish() override {
    return left_ == 0 ? absl::UnavailableError("gone") : absl::OkStatus();
  }

 protected:
  FakeServer& server_;

 private:
  virtual Response Answer(const Request& request) = 0;

  int left_ = 1 << 30;
  std::deque<Response> ready_;
};

class FakeClaims final
    : public FakeStream<v1::StreamClaimsRequest, v1::StreamClaimsResponse> {
 public:
  using FakeStream::FakeStream;

 private:
  v1::StreamClaimsResponse Answer(
      const v1::StreamClaimsRequest& request) override {
    v1::StreamClaimsResponse response;
    for (const v1::Claim& claim : request.claims()) {
      v1::ClaimResult& result = *response.add_results();
      if (claim.attribute() == server_.refused_attribute) {
        result.set_status(v1::CLAIM_STATUS_REJECTED);
        result.mutable_error()->set_code(3);
        result.mutable_error()->set_message("no such attribute");
      } else if (!server_.claim_ids.insert(claim.claim_id()).second) {
        result.set_status(v1::CLAIM_STATUS_DUPLICATE);
      } else {
        result.set_status(v1::CLAIM_STATUS_RECORDED);
        result.set_verdict(v1::VERDICT_AGREES);
        server_.claims.push_back(claim.value());
      }
    }
    return response;
  }
};

class FakeKnowledge final : public FakeStream<v1::StreamKnowledgeRequest,
                                              v1::StreamKnowledgeResponse> {
 public:
  using FakeStream::FakeStream;

 private:
  v1::StreamKnowledgeResponse Answer(
      const v1::StreamKnowledgeRequest& request) override {
    v1::StreamKnowledgeResponse response;
    google::rpc::BadRequest bad;
    for (int i = 0; i < request.write().changes_size(); ++i)
      if (request.write().changes(i).put_fact().attribute() ==
          server_.refused_attribute)
        bad.add_field_violations()->set_field(
            absl::StrCat("changes[", i, "].put_fact.attribute"));
    if (bad.field_violations_size() > 0) {
      response.mutable_failure()->set_code(static_cast<int>(server_.refusal));
      response.mutable_failure()->set_message("refused");
      if (server_.names_fields)
        response.mutable_failure()->add_details()->PackFrom(bad);
      return response;
    }
    if (server_.facts.size() +
            static_cast<size_t>(request.write().changes_size()) >
        server_.space) {
      response.mutable_failure()->set_code(8);
      response.mutable_failure()->set_message("the disk is full");
      return response;
    }
    v1::WriteKnowledgeResponse& written = *response.mutable_written();
    if (!server_.request_ids.insert(request.write().request_id()).second) {
      written.set_replayed(true);
      return response;
    }
    for (const v1::Change& change : request.write().changes())
      server_.facts.push_back(change.put_fact().value());
    return response;
  }
};

class ImporterTest : public testing::Test, public ImportObserver {
 protected:
  absl::StatusOr<ImportReport> Import(const std::string& path, ItemKind kind,
                                      bool resume = false) {
    problems_.clear();
    ImportOptions options;
    options.input.path = path;
    options.input.kind = kind;
    options.checkpoint_path = path + ".concordat-resume";
    options.resume = resume;
    const ImportTarget target = {
        [this] { return std::make_unique<FakeClaims>(&server_); },
        [this] { return std::make_unique<FakeKnowledge>(&server_); },
        [this](absl::Duration duration) { waited_ += duration; }};
    return ImportFile(options, target, this);
  }

  void OnProblem(const RowProblem& problem) override {
    problems_.push_back(absl::StrCat(problem.line, " ", problem.column));
  }
  void OnClaims(const v1::StreamClaimsRequest& claims,
                const v1::StreamClaimsResponse& response) override {
    EXPECT_EQ(claims.claims_size(), response.results_size());
  }
  void OnProgress(const ImportReport& report) override {
    rows_seen_ = report.rows;
  }

  // `rows` facts with the values 0, 1, 2, …; those of `bad` are refused.
  static std::string Facts(int rows, const std::set<int>& bad = {}) {
    std::string text = "entity_type,entity_id,attribute,value\n";
    for (int i = 0; i < rows; ++i)
      absl::StrAppend(&text, "c,1,", bad.count(i) > 0 ? "bad" : "a", ",", i,
                      "\n");
    return text;
  }
  static std::string Claims(int rows) {
    std::string text = "channel,subject,attribute,value\n";
    for (int i = 0; i < rows; ++i) absl::StrAppend(&text, "web,s,a,", i, "\n");
    return text;
  }
  static std::vector<std::string> Numbers(int count) {
    std::vector<std::string> numbers;
    for (int i = 0; i < count; ++i) numbers.push_back(absl::StrCat(i));
    return numbers;
  }

  FakeServer server_;
  std::vector<std::string> problems_;
  absl::Duration waited_;
  int64_t rows_seen_ = 0;
};

TEST_F(ImporterTest, SendsEveryRowOnceInOrder) {
  const TemporaryFile file(Facts(12345));
  const auto report = Import(file.path(), ItemKind::kFacts);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rows, 12345);
  EXPECT_EQ(report->recorded, 12345);
  EXPECT_EQ(rows_seen_, 12345);
  EXPECT_EQ(server_.facts, Numbers(12345));
  EXPECT_TRUE(absl::IsNotFound(
      LoadCheckpoint(file.path() + ".concordat-resume").status()));
}

TEST_F(ImporterTest, SendingAgainIsHarmless) {
  const TemporaryFile facts(Facts(2500));
  const TemporaryFile claims(Claims(2500));
  for (int round = 0; round < 2; ++round) {
    const auto first = Import(facts.path(), ItemKind::kFacts);
    const auto second = Import(claims.path(), ItemKind::kClaims);
    ASSERT_TRUE(first.ok() && second.ok());
    EXPECT_EQ(first->duplicates, round * 2500);
    EXPECT_EQ(second->duplicates, round * 2500);
  }
  EXPECT_EQ(server_.facts, Numbers(2500));
  EXPECT_EQ(server_.claims, Numbers(2500));
}

TEST_F(ImporterTest, ABrokenStreamIsOpenedAgain) {
  server_.breaks = {3, 2, 1};
  const TemporaryFile file(Facts(20000));
  const auto report = Import(file.path(), ItemKind::kFacts);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(server_.facts, Numbers(20000));
  EXPECT_EQ(server_.streams, 4);
  EXPECT_GT(waited_, absl::ZeroDuration());
}

TEST_F(ImporterTest, GivesUpAndResumes) {
  server_.breaks = {3, 0, 0, 0, 0, 0, 0};
  const TemporaryFile file(Facts(20000));
  ASSERT_TRUE(
      absl::IsUnavailable(Import(file.path(), ItemKind::kFacts).status()));
  const size_t recorded = server_.facts.size();
  EXPECT_EQ(recorded, 3000u);
  const auto checkpoint = LoadCheckpoint(file.path() + ".concordat-resume");
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->rows(), 3000);
  server_.breaks.clear();
  const auto report = Import(file.path(), ItemKind::kFacts, true);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rows, 20000);
  EXPECT_EQ(report->recorded, 17000);
  EXPECT_EQ(server_.facts, Numbers(20000));
}

// What a full disk refused is not skipped when the import goes on.
TEST_F(ImporterTest, ResumesAtTheBatchThatWasRefusedToTheEnd) {
  server_.space = 6500;
  const TemporaryFile file(Facts(20000));
  ASSERT_TRUE(absl::IsResourceExhausted(
      Import(file.path(), ItemKind::kFacts).status()));
  EXPECT_EQ(server_.facts, Numbers(6000));
  server_.space = 1 << 20;
  const auto report = Import(file.path(), ItemKind::kFacts, true);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->recorded, 14000);
  EXPECT_EQ(server_.facts, Numbers(20000));
}

TEST_F(ImporterTest, ACheckpointOfAnotherFileIsNotUsed) {
  const TemporaryFile file(Facts(3));
  v1::ImportCheckpoint checkpoint;
  checkpoint.set_fingerprint("another");
  const std::string path = file.path() + ".concordat-resume";
  ASSERT_TRUE(SaveCheckpoint(path, checkpoint).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(
      Import(file.path(), ItemKind::kFacts, true).status()));
  RemoveCheckpoint(path);
  EXPECT_TRUE(Import(file.path(), ItemKind::kFacts, true).ok());
}

TEST_F(ImporterTest, RefusedFactsDoNotTouchTheOthers) {
  const std::set<int> bad = {0, 7, 1500, 1501, 2999};
  const TemporaryFile file(Facts(3000, bad));
  for (const bool names_fields : {true, false}) {
    server_ = FakeServer();
    server_.names_fields = names_fields;
    const auto report = Import(file.path(), ItemKind::kFacts);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->refused, 5);
    EXPECT_EQ(report->recorded, 2995);
    EXPECT_EQ(server_.facts.size(), 2995u);
    std::set<std::string> lines;
    for (const std::string& problem : problems_)
      lines.insert(problem.substr(0, problem.find(' ')));
    EXPECT_EQ(lines, (std::set<std::string>{"2", "9", "1502", "1503", "3001"}));
  }
}

// Such as facts of a person who was erased.
TEST_F(ImporterTest, WhatTheStateOfTheStoreRefusesDoesNotTouchTheOthers) {
  const TemporaryFile file(Facts(3000, {7, 1500}));
  for (const absl::StatusCode refusal :
       {absl::StatusCode::kFailedPrecondition, absl::StatusCode::kNotFound}) {
    server_ = FakeServer();
    server_.refusal = refusal;
    const auto report = Import(file.path(), ItemKind::kFacts);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->refused, 2);
    EXPECT_EQ(server_.facts.size(), 2998u);
    // Where no item is named, the whole import is refused.
    server_ = FakeServer();
    server_.refusal = refusal;
    server_.names_fields = false;
    EXPECT_EQ(Import(file.path(), ItemKind::kFacts).status().code(), refusal);
  }
}

TEST_F(ImporterTest, RejectedClaimsAndBadRowsAreReportedByLine) {
  const TemporaryFile file(
      "channel,subject,attribute,value\nweb,s,a,1\nweb,s,bad,2\nweb\n"
      "web,s,a,3\n");
  const auto report = Import(file.path(), ItemKind::kClaims);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->recorded, 2);
  EXPECT_EQ(report->refused, 1);
  EXPECT_EQ(report->bad_rows, 1);
  EXPECT_THAT(problems_, testing::UnorderedElementsAre("3 ", "4 "));
}

TEST(Fields, GiveIndexAndName) {
  EXPECT_EQ(IndexOfField("changes[3].put_fact.value"), 3);
  EXPECT_EQ(IndexOfField("actor"), -1);
  EXPECT_EQ(IndexOfField("changes[x]"), -1);
  EXPECT_EQ(NameOfField("changes[3].put_fact.value"), "value");
  EXPECT_EQ(NameOfField("actor"), "actor");
}

TEST(Errors, KeepTheServersDetails) {
  google::rpc::Status error;
  error.set_code(3);
  error.set_message("unknown channel");
  google::rpc::ErrorInfo info;
  info.set_reason("UNKNOWN_CHANNEL");
  (*info.mutable_metadata())["name"] = "wep";
  error.add_details()->PackFrom(info);
  const absl::Status status = ToStatus(error);
  EXPECT_EQ(DetailsOf(status).reason, "UNKNOWN_CHANNEL");
  EXPECT_EQ(Describe(status),
            "unknown channel\n"
            "  reason: UNKNOWN_CHANNEL\n"
            "  name: wep\n"
            "  what to do: `concordat vocabulary get` shows the channels in "
            "force.");
  EXPECT_FALSE(IsUnreachable(status));
  EXPECT_TRUE(IsUnreachable(absl::UnavailableError("")));
}

}  // namespace
}  // namespace concordat::client
