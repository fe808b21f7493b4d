// concordat.v1.AdminService: backups and histories as files, compaction.
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/archive/archive_file.h"
#include "client/archive/history_import.h"
#include "client/client.h"
#include "client/error.h"
#include "concordat/v1/admin.grpc.pb.h"
#include "gmock/gmock.h"
#include "graph/limits.h"
#include "graph/memory_store.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::HasSubstr;

// A server with an empty store and a clock of its own.
struct AnotherServer {
  AnotherServer() {
    auto started = Server::Start({.listen_address = "127.0.0.1:0"}, &store,
                                 &clock, &logger);
    EXPECT_TRUE(started.ok()) << started.status();
    server = *std::move(started);
    client = *client::Client::Create({.address = server->address()});
  }
  ~AnotherServer() { server->Shutdown(absl::Now()); }

  TestClock clock;
  std::ostringstream log;
  Logger logger{&log, &clock};
  MemoryStore store;
  std::unique_ptr<Server> server;
  std::unique_ptr<client::Client> client;
};

class AdminTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    admin_ = v1::AdminService::NewStub(server_->InProcessChannel());
    client_ = *client::Client::Create({.address = server_->address()});
  }

  // The last response; `status` gets how it ended.
  v1::CompactResponse Compact(const v1::CompactRequest& request,
                              grpc::Status* status) {
    grpc::ClientContext context;
    const auto stream = admin_->Compact(&context, request);
    v1::CompactResponse response;
    while (stream->Read(&response)) {
    }
    *status = stream->Finish();
    return response;
  }
  v1::CompactResponse CompactTo(const std::string& revision,
                                bool dry_run = false) {
    v1::CompactRequest request;
    request.set_revision(revision);
    request.set_dry_run(dry_run);
    grpc::Status status;
    v1::CompactResponse response = Compact(request, &status);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(response.done());
    return response;
  }

  grpc::Status Read(const v1::ReadConsistency& at,
                    v1::GetTimelineResponse* response) {
    grpc::ClientContext context;
    v1::GetTimelineRequest request;
    *request.mutable_entity() = Customer("c1");
    request.set_attribute("name");
    *request.mutable_consistency() = at;
    return knowledge_->GetTimeline(&context, request, response);
  }

  absl::StatusOr<client::ArchiveSummary> Save(const std::string& path) {
    return client::SaveArchive(
        path, [this](const client::Client::ByteSink& sink) {
          return client_->Backup(v1::BackupRequest(), sink);
        });
  }
  absl::StatusOr<client::ArchiveSummary> SaveLog(
      const std::string& path, const v1::ArchiveLogRequest& request) {
    return client::SaveArchive(path, [&](const client::Client::ByteSink& sink) {
      return client_->ArchiveLog(request, sink);
    });
  }

  TemporaryDirectory files_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
  std::unique_ptr<client::Client> client_;
};

TEST_P(AdminTest, ABackupIsAFileThatProvesWhole) {
  Write({PutFact("c1", "name", "Ann"), PutLink("web", "s1", "c1")});
  Report({MakeClaim("web", "c1", "name", "Bob", "1")});
  const std::string path = files_.Sub("backup");
  const auto saved = Save(path);
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_EQ(saved->header.revision(), Info().revision_number());
  EXPECT_EQ(saved->header.store_id(), Info().store_id());
  EXPECT_EQ(saved->header.vocabulary_version(), 1u);
  const auto verified = client::VerifyArchiveFile(path);
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->footer.SerializeAsString(),
            saved->footer.SerializeAsString());
  // A file is never replaced, and no part of one is left.
  EXPECT_EQ(Save(path).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_FALSE(std::ifstream(path + ".part").good());
}

TEST_P(AdminTest, AServerThatIsGoneLeavesNoFile) {
  server_->Shutdown(absl::Now());
  const std::string path = files_.Sub("backup");
  EXPECT_TRUE(client::IsUnreachable(Save(path).status()));
  EXPECT_FALSE(std::ifstream(path).good());
  EXPECT_FALSE(std::ifstream(path + ".part").good());
}

TEST_P(AdminTest, TheLogGoesOnWhereAFileEnds) {
  const std::string first = Write({PutFact("c1", "name", "Ann")});
  const auto all = SaveLog(files_.Sub("1"), {});
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->footer.commits(), 2u);
  Write({PutFact("c1", "name", "Eve")});
  v1::ArchiveLogRequest on;
  on.set_after_number(all->footer.last_revision());
  on.set_tie(all->footer.last_tie());
  const auto rest = SaveLog(files_.Sub("2"), on);
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->footer.commits(), 1u);
  EXPECT_EQ(rest->header.tie(), all->footer.last_tie());
  v1::ArchiveLogRequest after;
  after.set_after_revision(first);
  EXPECT_EQ(SaveLog(files_.Sub("3"), after)->footer.commits(), 1u);
  on.set_tie(std::string(32, 'x'));
  EXPECT_EQ(SaveLog(files_.Sub("4"), on).status().code(),
            absl::StatusCode::kFailedPrecondition);
  after.set_after_revision(FutureToken());
  EXPECT_EQ(client::DetailsOf(SaveLog(files_.Sub("5"), after).status()).reason,
            "FUTURE_REVISION");
}

TEST_P(AdminTest, AnImportedHistoryIsThatHistory) {
  Write({PutFact("c1", "name", "Ann"), PutOrder("c1", "o1")});
  Report({MakeClaim("web", "c1", "name", "Bob", "1")});
  const std::string path = files_.Sub("history");
  ASSERT_TRUE(SaveLog(path, {}).ok());
  // The same again is no harm.
  auto imported = client::ImportHistory(*client_, path, [](uint64_t) {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->recorded, 0u);
  // More than the server has is recorded, with its times.
  AnotherServer other;
  uint64_t told = 0;
  imported = client::ImportHistory(
      *other.client, path, [&told](uint64_t recorded) { told = recorded; });
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->recorded, 3u);
  EXPECT_EQ(told, 3u);
  v1::ListFindingsRequest request;
  EXPECT_EQ(other.client->ListFindings(request)->findings_size(), 1);
  const auto info = other.client->GetServerInfo();
  EXPECT_EQ(info->revision_number(), Info().revision_number());
  EXPECT_EQ(info->vocabulary_version(), 1u);
  // Exported again: the same bytes.
  const std::string again = files_.Sub("again");
  ASSERT_TRUE(
      client::SaveArchive(again, [&](const client::Client::ByteSink& sink) {
        return other.client->ArchiveLog({}, sink);
      }).ok());
  std::stringstream one;
  std::stringstream two;
  one << std::ifstream(path).rdbuf();
  two << std::ifstream(again).rdbuf();
  EXPECT_EQ(one.str(), two.str());
  // Another history is not mixed with it.
  v1::WriteKnowledgeRequest write;
  *write.add_changes() = PutFact("c9", "name", "Zoe");
  ASSERT_TRUE(other.client->WriteKnowledge(write).ok());
  Write({PutFact("c8", "name", "Yan")});
  const std::string grown = files_.Sub("grown");
  ASSERT_TRUE(SaveLog(grown, {}).ok());
  EXPECT_EQ(
      client::DetailsOf(
          client::ImportHistory(*other.client, grown, [](uint64_t) {}).status())
          .reason,
      "STORE_NOT_EMPTY");
}

// File after file, and never onto another history.
TEST_P(AdminTest, AHistoryIsContinuedWhereAFileEnds) {
  AnotherServer other;
  const auto import = [&](const std::string& path) {
    return client::ImportHistory(*other.client, path, [](uint64_t) {});
  };
  const auto save_after = [&](const std::string& path,
                              const std::string& before) {
    v1::ArchiveLogRequest request;
    EXPECT_TRUE(client::ContinueFrom(before, &request).ok());
    EXPECT_TRUE(SaveLog(path, request).ok());
  };
  Write({PutFact("c1", "name", "Ann")});
  const std::string first = files_.Sub("first");
  ASSERT_TRUE(SaveLog(first, {}).ok());
  Write({PutFact("c1", "name", "Eve")});
  const std::string second = files_.Sub("second");
  save_after(second, first);
  EXPECT_FALSE(import(second).ok()) << "the first is missing";
  ASSERT_TRUE(import(first).ok());
  const auto imported = import(second);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->recorded, 1u);
  EXPECT_EQ(other.client->GetServerInfo()->revision_number(),
            Info().revision_number());

  // Both write, and what comes after is no longer the same history.
  Write({PutFact("c1", "name", "Ida")});
  const std::string third = files_.Sub("third");
  save_after(third, second);
  Write({PutFact("c1", "name", "Zoe")});
  const std::string fourth = files_.Sub("fourth");
  save_after(fourth, third);
  // Files are tied by when and by whom commits were made, not by their values.
  other.clock.Advance(absl::Seconds(1));
  v1::WriteKnowledgeRequest write;
  *write.add_changes() = PutFact("c9", "name", "Yan");
  ASSERT_TRUE(other.client->WriteKnowledge(write).ok());
  EXPECT_EQ(client::DetailsOf(import(fourth).status()).reason,
            "PRECONDITION_FAILED");
}

TEST_P(AdminTest, WhatWasCompactedIsRefusedAndSaysFromWhereItCanBeRead) {
  const std::string first = Write({PutFact("c1", "name", "Ann")});
  const std::string second = Write({PutFact("c1", "name", "Eve")});
  const std::string third = Write({PutFact("c1", "name", "Ida")});
  v1::GetTimelineResponse before;
  ASSERT_TRUE(Read(ExactlyAt(second), &before).ok());

  const v1::CompactResponse would = CompactTo(second, true);
  EXPECT_EQ(would.records_removed(), 1u);
  v1::GetTimelineResponse response;
  EXPECT_TRUE(Read(ExactlyAt(first), &response).ok());

  const v1::CompactResponse did = CompactTo(second);
  EXPECT_EQ(did.records_removed(), 1u);
  EXPECT_EQ(did.rows_removed(), would.rows_removed());
  EXPECT_EQ(did.revision(), second);
  const WireError error = ErrorOf(Read(ExactlyAt(first), &response));
  EXPECT_EQ(error.summary, "OUT_OF_RANGE REVISION_COMPACTED");
  EXPECT_EQ(error.metadata.at("oldest"), absl::StrCat(NumberOf(second)));
  v1::GetTimelineResponse after;
  ASSERT_TRUE(Read(ExactlyAt(second), &after).ok());
  EXPECT_EQ(after.spans(0).SerializeAsString(),
            before.spans(0).SerializeAsString());
  ASSERT_TRUE(Read(ExactlyAt(third), &after).ok());
  EXPECT_EQ(after.spans(0).fact().fact().value(), "Ida");
  // The log goes on after it.
  EXPECT_EQ(client::DetailsOf(SaveLog(files_.Sub("1"), {}).status()).reason,
            "REVISION_COMPACTED");
  v1::ArchiveLogRequest rest;
  rest.set_after_revision(second);
  EXPECT_EQ(SaveLog(files_.Sub("2"), rest)->footer.commits(), 1u);
  // To compact to an earlier revision is done already.
  EXPECT_EQ(CompactTo(first).revision(), second);
}

TEST_P(AdminTest, AFindingThatWasJudgedBeforeKeepsAllButItsEvidence) {
  Write({PutFact("c1", "name", "Ann")});
  const auto reported = Report({MakeClaim("web", "c1", "name", "Bob", "1")});
  const std::string third = Write({PutFact("c1", "tier", "gold")});
  EXPECT_EQ(CompactTo(third).findings_without_evidence(), 1u);
  grpc::ClientContext context;
  v1::GetFindingRequest request;
  v1::GetFindingResponse found;
  request.set_id(reported.results(0).finding_id());
  ASSERT_TRUE(findings_->GetFinding(&context, request, &found).ok());
  EXPECT_TRUE(found.evidence_compacted());
  EXPECT_FALSE(found.has_judgement());
  EXPECT_EQ(found.claim().value(), "Bob");
  EXPECT_THAT(found.finding().explanation(), HasSubstr("Ann"));
  EXPECT_EQ(found.history_size(), 1);
}

TEST_P(AdminTest, WhatMakesNoSenseIsRefused) {
  const std::string future = FutureToken();
  const std::vector<
      std::pair<std::function<void(v1::CompactRequest&)>, std::string>>
      cases = {{[](auto&) {}, "INVALID_ARGUMENT INVALID_FIELD before"},
               {[](auto& r) { r.set_revision("rubbish"); },
                "INVALID_ARGUMENT MALFORMED_TOKEN"},
               {[&](auto& r) { r.set_revision(future); },
                "OUT_OF_RANGE FUTURE_REVISION"},
               {[](auto& r) { r.mutable_age()->set_seconds(-1); },
                "INVALID_ARGUMENT INVALID_FIELD age"}};
  for (const auto& [fill, error] : cases) {
    v1::CompactRequest request;
    fill(request);
    grpc::Status status;
    Compact(request, &status);
    EXPECT_EQ(Summary(status), error);
  }
}

TEST_P(AdminTest, AnAgeKeepsWhatWasKnownThen) {
  Write({PutFact("c1", "name", "Ann")});
  clock_.Advance(absl::Hours(24));
  const std::string second = Write({PutFact("c1", "name", "Eve")});
  clock_.Advance(absl::Hours(24));
  Write({PutFact("c1", "name", "Ida")});
  v1::CompactRequest request;
  request.mutable_age()->set_seconds(3600);
  grpc::Status status;
  EXPECT_EQ(Compact(request, &status).revision(), second);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

CONCORDAT_ON_BOTH_ENGINES(AdminTest);

// Backups whose clients do not read them.
class StalledBackupTest : public AdminTest {
 protected:
  ServerOptions Options() const override {
    ServerOptions options = AdminTest::Options();
    options.byte_stream_patience = absl::Seconds(2);
    return options;
  }
  // More than gRPC takes off a server's hands for a client that does not read.
  void WriteMuch() {
    for (int i = 0; i < 20; ++i) {
      std::vector<v1::Change> changes;
      changes.reserve(300);
      for (int j = 0; j < 300; ++j) {
        changes.push_back(
            PutFact(absl::StrCat("c", j), "name", std::string(3900, 'x')));
      }
      Write(changes);
    }
  }
};

struct StalledBackup {
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReader<v1::BackupResponse>> stream;
};

TEST_P(StalledBackupTest, AFewMayBeAndTheyAreCut) {
  WriteMuch();
  const auto stub = v1::AdminService::NewStub(NetworkChannel());
  std::vector<std::unique_ptr<StalledBackup>> stalled;
  for (int64_t i = 0; i < limits::kByteStreamsMax; ++i) {
    stalled.push_back(std::make_unique<StalledBackup>());
    stalled.back()->stream =
        stub->Backup(&stalled.back()->context, v1::BackupRequest());
    v1::BackupResponse first;
    ASSERT_TRUE(stalled.back()->stream->Read(&first));
  }
  EXPECT_EQ(client::DetailsOf(Save(files_.Sub("1")).status()).reason,
            "OVERLOADED");
  // Without an end of theirs.
  absl::Status saved;
  int tries = 0;
  do {
    saved = Save(files_.Sub(absl::StrCat("2", ++tries))).status();
  } while (client::DetailsOf(saved).reason == "OVERLOADED");
  EXPECT_TRUE(saved.ok()) << saved;
  for (const auto& backup : stalled) {
    v1::BackupResponse response;
    while (backup->stream->Read(&response)) {
    }
    EXPECT_FALSE(backup->stream->Finish().ok());
  }
}

CONCORDAT_ON_BOTH_ENGINES(StalledBackupTest);

}  // namespace
}  // namespace concordat
