// What a watch may not ask for, and how one ends that costs too much.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/failpoints.h"
#include "graph/revision_token.h"
#include "tests/service/test_server.h"
#include "tests/watch/watched.h"

namespace concordat::watch {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

using WatchLimitsTest = ServiceTest;

struct RefusalCase {
  std::string name;
  std::function<void(v1::WatchRequest&)> set;  // of a request from now
  std::string summary;
};

std::vector<RefusalCase> RefusalCases() {
  using R = v1::WatchRequest;
  const std::string invalid = "INVALID_ARGUMENT INVALID_FIELD ";
  return {
      {"NoStart", [](R& r) { r.clear_start(); }, invalid + "start"},
      {"NotFromNow", [](R& r) { r.set_from_now(false); }, invalid + "from_now"},
      {"NoSnapshot", [](R& r) { r.set_snapshot(false); }, invalid + "snapshot"},
      {"MalformedToken", [](R& r) { r.set_after("x"); },
       "INVALID_ARGUMENT MALFORMED_TOKEN after"},
      {"ForeignToken",
       [](R& r) { r.set_after(TokenMint(7).RevisionToken(Revision(1))); },
       "INVALID_ARGUMENT FOREIGN_TOKEN after"},
      {"UnknownCursor", [](R& r) { r.set_after_cursor("nobody"); },
       "NOT_FOUND NOT_FOUND"},
      {"ShortInterval",
       [](R& r) { r.mutable_progress_interval()->set_nanos(99'999'999); },
       invalid + "progress_interval"},
      {"UnknownKind",
       [](R& r) {
         r.mutable_filter()->add_kinds(static_cast<v1::WatchKind>(77));
       },
       invalid + "filter.kinds[0]"},
      {"UnspecifiedKind",
       [](R& r) {
         r.mutable_filter()->add_kinds(v1::WATCH_KIND_FACT);
         r.mutable_filter()->add_kinds(v1::WATCH_KIND_UNSPECIFIED);
       },
       invalid + "filter.kinds[1]"},
      {"UnknownType", [](R& r) { r.mutable_filter()->add_entity_types("cat"); },
       "INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE filter.entity_types[0]"},
      {"UnknownAttribute",
       [](R& r) { r.mutable_filter()->add_attributes("nmae"); },
       invalid + "filter.attributes[0]"},
      {"Alias",
       [](R& r) { r.mutable_filter()->add_attributes("loyalty_tier"); },
       invalid + "filter.attributes[0]"},
      {"UnknownChannel", [](R& r) { r.mutable_filter()->add_channels("fax"); },
       "INVALID_ARGUMENT UNKNOWN_CHANNEL filter.channels[0]"},
      {"NoEntity", [](R& r) { r.mutable_filter()->add_entities(); },
       invalid + "filter.entities[0]"},
      {"EntityOfUnknownType",
       [](R& r) {
         r.mutable_filter()->add_entities()->set_type("custmer");
         r.mutable_filter()->mutable_entities(0)->set_id("c-17");
       },
       "INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE filter.entities[0].type"},
      {"LongId",
       [](R& r) {
         *r.mutable_filter()->add_entities() = Customer(std::string(257, 'c'));
       },
       "INVALID_ARGUMENT LIMIT_EXCEEDED filter.entities[0].id"},
      {"LongName",
       [](R& r) { r.mutable_filter()->add_channels(std::string(65, 'c')); },
       "INVALID_ARGUMENT LIMIT_EXCEEDED filter.channels[0]"},
      {"TooManyEntities",
       [](R& r) {
         for (int i = 0; i <= 1000; ++i) {
           *r.mutable_filter()->add_entities() = Customer("c1");
         }
       },
       "INVALID_ARGUMENT LIMIT_EXCEEDED filter.entities"},
  };
}

TEST_P(WatchLimitsTest, RefusesWhatItCannotDo) {
  for (const RefusalCase& test : RefusalCases()) {
    SCOPED_TRACE(test.name);
    v1::WatchRequest request = FromNow();
    test.set(request);
    EXPECT_EQ(Summary(Watched(*watch_, request).Finish()), test.summary);
  }
  EXPECT_EQ(Summary(Watched(*watch_, After(FutureToken())).Finish()),
            "OUT_OF_RANGE FUTURE_REVISION");
}

TEST_P(WatchLimitsTest, TellsAnAliasWhatToWatch) {
  v1::WatchRequest request = FromNow();
  request.mutable_filter()->add_attributes("loyalty_tier");
  EXPECT_THAT(Watched(*watch_, request).Finish().error_message(),
              HasSubstr("tier"));
}

// What fails in between ends the watch with its reason, and going on after the
// last revision misses nothing.
TEST_P(WatchLimitsTest, AFailureOnTheWayIsSaidAndGoneOnAfter) {
  const std::string before = Info().revision();
  const std::string head = Write({PutFact("c1", "name", "N")});
  for (const Failpoint point :
       {Failpoint::kWatchSnapshotPage, Failpoint::kWatchBeforeSend}) {
    ASSERT_TRUE(ArmFailpoint(point, FailpointAction::kError).ok());
    EXPECT_EQ(Summary(Watched(*watch_, WithSnapshot()).Finish()),
              "UNAVAILABLE STORAGE_UNAVAILABLE");
    DisarmFailpoints();
    std::string revision;
    EXPECT_EQ(Watched(*watch_, WithSnapshot()).Snapshot(&revision).size(), 1);
  }
  // The second response: the first, a bookmark, came.
  ASSERT_TRUE(
      ArmFailpoint(Failpoint::kWatchBeforeSend, FailpointAction::kError, 2)
          .ok());
  Watched broken(*watch_, After(before));
  const std::string last = broken.Next().revision();
  EXPECT_EQ(Summary(broken.Finish()), "UNAVAILABLE STORAGE_UNAVAILABLE");
  DisarmFailpoints();
  EXPECT_EQ(Watched(*watch_, After(last)).Until(head).size(), 1);
}

CONCORDAT_ON_BOTH_ENGINES(WatchLimitsTest);

// --- Too many
// -----------------------------------------------------------------

class FewWatchesTest : public ServiceTest {
 protected:
  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    options.watch.watchers_max = 2;
    options.watch.snapshots_max = 0;
    return options;
  }
};

TEST_P(FewWatchesTest, OneTooManyIsToldBothNumbers) {
  auto first = std::make_unique<Watched>(*watch_, FromNow());
  Watched second(*watch_, FromNow());
  first->Next();
  second.Next();
  const WireError error = ErrorOf(Watched(*watch_, FromNow()).Finish());
  EXPECT_EQ(error.summary, "RESOURCE_EXHAUSTED OVERLOADED");
  EXPECT_EQ(error.metadata.at("queued"), "2");
  EXPECT_EQ(error.metadata.at("allowed"), "2");
  EXPECT_TRUE(error.retryable);
  first = nullptr;
  while (Info().counters().at("watches_open") > 1) {
  }
  Watched third(*watch_, FromNow());
  EXPECT_EQ(third.Next().content(), v1::WATCH_CONTENT_BOOKMARK);
}

TEST_P(FewWatchesTest, SnapshotsHavePlacesOfTheirOwn) {
  EXPECT_EQ(Summary(Watched(*watch_, WithSnapshot()).Finish()),
            "RESOURCE_EXHAUSTED OVERLOADED");
}

CONCORDAT_ON_BOTH_ENGINES(FewWatchesTest);

// --- Too slow
// -----------------------------------------------------------------

class ImpatientTest : public ServiceTest {
 protected:
  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    options.watch.stall_timeout = absl::Milliseconds(200);
    options.watch.farewell = farewell_;
    options.watch.snapshot_max = snapshot_max_;
    return options;
  }
  // Starts the server anew with other options.
  void Restart() {
    StopServer();
    StartServer();
  }
  // More than gRPC takes off a server's hands for a client that does not read;
  // gives the newest revision.
  std::string WriteMuch() {
    std::string revision;
    for (int i = 0; i < 20; ++i) {
      std::vector<v1::Change> changes;
      for (int j = 0; j < 300; ++j) {
        changes.push_back(
            PutFact(absl::StrCat("c", j), "name", std::string(3900, 'x')));
      }
      revision = Write(changes);
    }
    return revision;
  }
  void AwaitStalled(int64_t count) {
    while (Info().counters().at("watches_stalled") < count) {
    }
  }

  absl::Duration farewell_ = absl::Milliseconds(100);
  absl::Duration snapshot_max_ = absl::Seconds(60);
};

// It is cut and what it held is freed, whether it ever reads again or not; the
// writer does not notice; what it has seen says where to go on.
TEST_P(ImpatientTest, OneThatReadsNothingIsCutAndGoesOn) {
  const std::string before = Info().revision();
  const auto stub = v1::WatchService::NewStub(NetworkChannel());
  Watched stalled(*stub, After(before));
  const std::string head = WriteMuch();
  AwaitStalled(1);
  while (Info().counters().at("watches_open") != 0) {
  }
  std::string last = before;
  size_t events = 0;
  v1::WatchResponse response;
  while (stalled.TryNext(&response)) {
    last = response.revision();
    for (const v1::WatchedCommit& commit : response.commits()) {
      if (!commit.partial()) events += 300;
    }
  }
  EXPECT_THAT(stalled.Finish().error_code(),
              AnyOf(grpc::StatusCode::CANCELLED, grpc::StatusCode::ABORTED));
  EXPECT_LT(NumberOf(last), NumberOf(head));
  events += Watched(*stub, After(last)).Until(head).size();
  EXPECT_EQ(events, 20 * 300);
}

// One that reads again in time is told why it was cut.
TEST_P(ImpatientTest, OneThatReadsAgainIsToldWhy) {
  farewell_ = absl::Minutes(5);
  Restart();
  const std::string before = Info().revision();
  const auto stub = v1::WatchService::NewStub(NetworkChannel());
  Watched stalled(*stub, After(before));
  WriteMuch();
  AwaitStalled(1);
  std::string last;
  v1::WatchResponse response;
  while (stalled.TryNext(&response)) last = response.revision();
  const WireError error = ErrorOf(stalled.Finish());
  EXPECT_EQ(error.summary, "ABORTED WATCHER_STALLED");
  EXPECT_EQ(error.metadata.at("resume_after"), last);
}

TEST_P(ImpatientTest, ASnapshotThatTakesTooLongEnds) {
  snapshot_max_ = absl::ZeroDuration();
  Restart();
  Write({PutFact("c1", "name", "N")});
  const WireError error = ErrorOf(Watched(*watch_, WithSnapshot()).Finish());
  EXPECT_EQ(error.summary, "RESOURCE_EXHAUSTED SNAPSHOT_TOO_SLOW");
  EXPECT_THAT(error.message, HasSubstr("narrow the filter"));
}

// Watches neither hold the end of a server up, nor are they left without a
// word; not even those that do not read.
TEST_P(ImpatientTest, WatchesEndWithTheServer) {
  const std::string before = Info().revision();
  const auto stub = v1::WatchService::NewStub(NetworkChannel());
  v1::WatchRequest nothing = FromNow();
  nothing.mutable_filter()->add_channels("shop");
  nothing.mutable_progress_interval()->set_seconds(60);
  Watched idle(*stub, nothing);
  idle.Next();
  Watched stalled(*stub, After(before));
  WriteMuch();
  const auto began = std::chrono::steady_clock::now();
  StopServer();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  EXPECT_EQ(Summary(idle.Finish()), "UNAVAILABLE SHUTTING_DOWN");
  EXPECT_THAT(stalled.Finish().error_code(),
              AnyOf(grpc::StatusCode::CANCELLED, grpc::StatusCode::ABORTED,
                    grpc::StatusCode::UNAVAILABLE));
}

CONCORDAT_ON_BOTH_ENGINES(ImpatientTest);

}  // namespace
}  // namespace concordat::watch
