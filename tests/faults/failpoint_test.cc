// Walks every failpoint of graph/failpoints.h: where an error comes from there,
// nothing of the write is seen and the next one succeeds; where the process
// dies there, everything acknowledged is found and nothing is half there.
#include "graph/failpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/compaction.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/memory_store.h"
#include "graph/status_macros.h"
#include "server/archive/archive_jobs.h"
#include "server/ingest/committer.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/consistency/stored_rows.h"
#include "tests/faults/fault_table.h"

namespace concordat {

void PrintTo(const FailpointInfo& info, std::ostream* out) {
  *out << info.name;
}

namespace {

// Those that the walks below do not reach: the tests of what they belong to
// walk them.
constexpr Failpoint kWalkedElsewhere[] = {
    Failpoint::kWatchSnapshotPage,
    Failpoint::kWatchBeforeSend,
    Failpoint::kWatchAfterSend,
};

bool WalkedElsewhere(Failpoint point) {
  return std::find(std::begin(kWalkedElsewhere), std::end(kWalkedElsewhere),
                   point) != std::end(kWalkedElsewhere);
}

bool IsMigration(const FailpointInfo& info) {
  return info.name.substr(0, 10) == "migration.";
}

constexpr char kVocabulary[] = R"(
name: failpoints
entity_types:
  customer:
    attributes:
      name: {type: text}
      email: {type: email, identifying: true}
  order: {attributes: {status: {type: text}}}
relation_types:
  placed: {from: [customer], to: [order]}
channels:
  web:
    subject_type: customer
    contract: {customer: {attributes: {name: {}, email: {}}}}
)";

// Time stands still, so that the same requests make the same rows.
class StillClock final : public Clock {
 public:
  absl::Time Now() const override {
    return absl::FromCivil(absl::CivilSecond(2026, 1, 2, 3, 4, 5),
                           absl::UTCTimeZone());
  }
};

const EntityId kAnn = {"customer", "ann"};

FactRecord Fact(absl::string_view attribute, absl::string_view value) {
  return {.entity = kAnn,
          .attribute = std::string(attribute),
          .value = std::string(value)};
}

Claim Says(absl::string_view id, absl::string_view name) {
  return {.channel = "web",
          .entity = kAnn,
          .attribute = "name",
          .value = std::string(name),
          .said_at = StillClock().Now(),
          .said_at_given = true,
          .claim_id = std::string(id)};
}

absl::Status Apply(Committer& committer, std::string yaml) {
  return committer
      .Apply({.yaml = std::move(yaml), .file_name = "v.yaml", .actor = "test"})
      .status();
}

absl::Status Write(Committer& committer, std::string id,
                   std::vector<Change> changes) {
  std::promise<absl::Status> done;
  committer.Write(
      {.request_id = std::move(id),
       .actor = "test",
       .changes = std::move(changes)},
      [&](const auto& outcome) { done.set_value(outcome.status()); });
  return done.get_future().get();
}

absl::Status Report(Committer& committer, const std::vector<Claim>& claims) {
  std::vector<PreparedClaim> prepared;
  prepared.reserve(claims.size());
  for (const Claim& claim : claims) prepared.emplace_back(ViewOf(claim));
  std::promise<absl::Status> done;
  committer.Report(absl::MakeSpan(prepared),
                   [&](const auto& reply) { done.set_value(reply.status()); });
  return done.get_future().get();
}

// Drops what only reads before revision 5 can see: the beginning, or a step.
absl::Status BeginCompaction(Committer& committer, const Clock& clock) {
  std::promise<absl::Status> done;
  const absl::Status submitted = committer.Submit([&](Checker* checker) {
    return std::make_unique<CompactionJob>(
        checker, &clock, /*begins=*/true,
        CompactionProgress{.before = Revision(5)},
        [&](const auto& progress) { done.set_value(progress.status()); });
  });
  return submitted.ok() ? done.get_future().get() : submitted;
}
absl::Status StepCompaction(Store& store) {
  return store.Write([](Transaction& tx) -> absl::Status {
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<CompactionProgress> progress,
                               FindCompaction(tx));
    if (!progress.has_value()) return absl::NotFoundError("no compaction runs");
    return concordat::StepCompaction(tx, StillClock().Now(), 100, *progress);
  });
}

// The requests of a walk; each changes the store.
using Request = std::function<absl::Status(Committer&)>;
constexpr size_t kCompactionSteps = 8;

const std::vector<Request>& CommitterRequests() {
  static const auto* const kRequests = new std::vector<Request>{
      [](Committer& c) { return Apply(c, kVocabulary); },
      [](Committer& c) {
        return Write(
            c, "1",
            {Fact("name", "Ann"), Fact("email", "ann@example.com"),
             RelationRecord{
                 .from = kAnn, .relation = "placed", .to = {"order", "o1"}},
             LinkRecord{.channel = "web", .subject = "w1", .entity = kAnn}});
      },
      [](Committer& c) { return Report(c, {Says("c1", "Ann")}); },
      [](Committer& c) { return Report(c, {Says("c2", "Eve")}); },
      // The truth changes: the held claim is judged again, its finding ends.
      [](Committer& c) { return Write(c, "2", {Fact("name", "Eve")}); },
      [](Committer& c) {
        return Apply(c, absl::StrCat("# changed\n", kVocabulary));
      },
      [](Committer& c) {
        return Write(c, "3", {Fact("email", "eve@example.com")});
      },
      [](Committer& c) { return Report(c, {Says("c3", "Zoe")}); },
  };
  return *kRequests;
}

// And the compaction after them.
size_t RequestCount() {
  return CommitterRequests().size() + 1 + kCompactionSteps;
}

StoredRows DumpOf(Store& store) { return StoredRowsOf(**store.Snapshot()); }

// Each claim makes a run, with the commit that brings it.
constexpr CheckerOptions kOptions = {.held = {.run_claims = 1}};

// A committer on a store, as the server has it.
class Running {
 public:
  explicit Running(Store* store)
      : store_(store), committer_(store, &clock_, &vocabularies_, kOptions) {
    const absl::Status status = [&]() -> absl::Status {
      CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                                 store->Snapshot());
      CONCORDAT_RETURN_IF_ERROR(vocabularies_.Load(*reader));
      return committer_.Start();
    }();
    EXPECT_TRUE(status.ok()) << status;
  }
  ~Running() { committer_.Stop(); }

  absl::Status Do(size_t request) {
    const std::vector<Request>& requests = CommitterRequests();
    if (request < requests.size()) return requests[request](committer_);
    return request == requests.size() ? BeginCompaction(committer_, clock_)
                                      : StepCompaction(*store_);
  }

 private:
  Store* const store_;
  const StillClock clock_;
  VocabularyRegistry vocabularies_;
  Committer committer_;
};

// The states before the first request, after it, and so on.
const std::vector<StoredRows>& States() {
  static const auto* const kStates = [] {
    auto* states = new std::vector<StoredRows>;
    MemoryStore store;
    Running running(&store);
    states->push_back(DumpOf(store));
    for (size_t i = 0; i < RequestCount(); ++i) {
      const absl::Status status = running.Do(i);
      EXPECT_TRUE(status.ok()) << i << ": " << status;
      states->push_back(DumpOf(store));
    }
    return states;
  }();
  return *kStates;
}

SqliteOptions Options(const std::string& directory,
                      const std::vector<Space>& spaces) {
  SqliteOptions options;
  options.directory = directory;
  options.spaces = spaces;
  options.checkpoint_bytes = 1;  // After every commit.
  return options;
}

// How often a walk without faults hits each failpoint.
class Hits {
 public:
  explicit Hits(absl::FunctionRef<void()> walk) {
    CountFailpoints();
    walk();
    for (const FailpointInfo& info : AllFailpoints()) {
      hits_[info.point] = FailpointHits(info.point);
    }
    DisarmFailpoints();
  }
  int64_t operator[](Failpoint point) const { return hits_.at(point); }

 private:
  std::map<Failpoint, int64_t> hits_;
};

// Runs `work` in a child process, which tells by what it returns how many
// requests were acknowledged, and dies; unless it need not, for it may not get
// so far. Returns that number.
int RunUntilDeath(absl::FunctionRef<void(int acknowledged_pipe)> work,
                  bool may_live = false) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    work(ends[1]);
    _exit(0);
  }
  close(ends[1]);
  int acknowledged = 0;
  char byte = 0;
  while (read(ends[0], &byte, 1) == 1) ++acknowledged;
  close(ends[0]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  const bool lived = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  EXPECT_TRUE((may_live && lived) ||
              (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
  return acknowledged;
}

class FailpointTest : public testing::Test {
 protected:
  FailpointTest() : directory_(TemporaryDirectory::MemoryParent()) {}
  ~FailpointTest() override { DisarmFailpoints(); }

  std::unique_ptr<SqliteStore> Open() {
    auto store = SqliteStore::Open(Options(Path(), spaces_));
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  std::string Path() const { return directory_.Sub("data"); }
  void Clear() { std::filesystem::remove_all(Path()); }

  Hits HitsOfAWalk() {
    return Hits([&] {
      Clear();
      const std::unique_ptr<SqliteStore> store = Open();
      Running running(store.get());
      for (size_t i = 0; i < RequestCount(); ++i) {
        const absl::Status status = running.Do(i);
        EXPECT_TRUE(status.ok()) << i << ": " << status;
      }
      EXPECT_TRUE(DumpOf(*store) == States().back());
    });
  }

  // As an older build left it, with rows.
  void MakeLayoutOne() {
    Clear();
    SqliteOptions options = Options(Path(), spaces_);
    options.schema.migrations.clear();
    auto store = SqliteStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_TRUE(PutRows(**store, rows::kMeta, {{"a", "1"}}).ok());
  }

  const std::vector<Space> spaces_ = rows::AllSpaces();
  const TemporaryDirectory directory_;
};

TEST_F(FailpointTest, EachIsReached) {
  const Hits commits = HitsOfAWalk();
  MakeLayoutOne();
  const Hits migration([&] { EXPECT_NE(Open(), nullptr); });
  for (const FailpointInfo& info : AllFailpoints()) {
    const bool hit = commits[info.point] + migration[info.point] > 0;
    EXPECT_NE(hit, WalkedElsewhere(info.point))
        << info.name
        << ": a failpoint that is not reached here has no place in the code, "
           "or belongs in kWalkedElsewhere";
  }
}

TEST_F(FailpointTest, AnErrorLeavesNothingBehind) {
  const Hits hits = HitsOfAWalk();
  FaultCounts counts;
  for (const FailpointInfo& info : AllFailpoints()) {
    if (!info.fails || hits[info.point] == 0 || IsMigration(info)) continue;
    for (const int64_t at_hit : std::set<int64_t>{1, hits[info.point]}) {
      SCOPED_TRACE(absl::StrCat(info.name, "@", at_hit));
      Clear();
      const std::unique_ptr<SqliteStore> store = Open();
      Running running(store.get());
      ASSERT_TRUE(
          ArmFailpoint(info.point, FailpointAction::kError, at_hit).ok());
      int failures = 0;
      for (size_t i = 0; i < RequestCount(); ++i) {
        const absl::Status status = running.Do(i);
        if (status.ok()) continue;
        ++failures;
        const auto detail = DetailOf(status);
        ASSERT_TRUE(detail.has_value()) << status;
        EXPECT_EQ(detail->reason, ErrorReason::kStorageUnavailable);
        EXPECT_TRUE(DumpOf(*store) == States()[i]) << "something was written";
        EXPECT_TRUE(store->WriteHealth().ok());
        // Sent again, it is recorded once.
        const absl::Status again = running.Do(i);
        EXPECT_TRUE(again.ok()) << again;
        EXPECT_TRUE(DumpOf(*store) == States()[i + 1]);
      }
      EXPECT_EQ(failures, 1);
      EXPECT_TRUE(DumpOf(*store) == States().back());
      ++counts.rounds;
      counts.struck += failures;
      counts.half += HasFailure() ? 1 : 0;
      DisarmFailpoints();
    }
  }
  ReportFaults("failpoint, error", counts);
}

TEST_F(FailpointTest, ADeathLosesNothing) {
  const Hits hits = HitsOfAWalk();
  FaultCounts counts;
  for (const FailpointInfo& info : AllFailpoints()) {
    if (hits[info.point] == 0 || IsMigration(info)) continue;
    for (const int64_t at_hit : std::set<int64_t>{1, hits[info.point]}) {
      SCOPED_TRACE(absl::StrCat(info.name, "@", at_hit));
      Clear();
      // The engine tidies up while no request waits, so how often it does
      // depends on who is faster.
      const bool may_live = at_hit > 1;
      const int acknowledged = RunUntilDeath(
          [&](int pipe) {
            const std::unique_ptr<SqliteStore> store = Open();
            Running running(store.get());
            ArmFailpoint(info.point, FailpointAction::kCrash, at_hit)
                .IgnoreError();
            for (size_t i = 0; i < RequestCount(); ++i) {
              if (running.Do(i).ok()) std::ignore = write(pipe, "+", 1);
            }
          },
          may_live);
      const std::unique_ptr<SqliteStore> store = Open();
      ASSERT_NE(store, nullptr);
      const StoredRows found = DumpOf(*store);
      // The one that it died in may be there, whole, or not.
      size_t whole = 0;
      while (whole < States().size() && !(States()[whole] == found)) ++whole;
      Found what = Found::kRight;
      if (whole == States().size()) what = Found::kHalf;
      if (whole < static_cast<size_t>(acknowledged)) what = Found::kLost;
      if (whole > static_cast<size_t>(acknowledged) + 1 &&
          whole < States().size()) {
        what = Found::kDoubled;
      }
      EXPECT_EQ(what, Found::kRight) << whole << " of " << acknowledged;
      counts.Add(what);
      ++counts.rounds;
      ++counts.struck;
      if (what != Found::kRight) continue;
      // The rest of the requests give what they would have given.
      Running running(store.get());
      for (size_t i = whole; i < RequestCount(); ++i) {
        EXPECT_TRUE(running.Do(i).ok());
      }
      EXPECT_TRUE(DumpOf(*store) == States().back());
    }
  }
  ReportFaults("failpoint, death", counts);
}

TEST_F(FailpointTest, AMigrationIsDoneAgain) {
  FaultCounts counts;
  for (const FailpointInfo& info : AllFailpoints()) {
    if (!IsMigration(info)) continue;
    for (const bool dies : {false, true}) {
      SCOPED_TRACE(absl::StrCat(info.name, dies ? " dies" : " fails"));
      MakeLayoutOne();
      if (dies) {
        RunUntilDeath([&](int) {
          ArmFailpoint(info.point, FailpointAction::kCrash).IgnoreError();
          Open();
        });
      } else {
        ASSERT_TRUE(ArmFailpoint(info.point, FailpointAction::kError).ok());
        const absl::Status status =
            SqliteStore::Open(Options(Path(), spaces_)).status();
        EXPECT_TRUE(absl::IsUnavailable(status)) << status;
      }
      ++counts.rounds;
      ++counts.struck;
      DisarmFailpoints();
      const std::unique_ptr<SqliteStore> store = Open();
      ASSERT_NE(store, nullptr);
      const bool kept = GetRow(*store, rows::kMeta, "a") == "1";
      counts.Add(kept ? Found::kRight : Found::kLost);
      EXPECT_TRUE(PutRows(*store, rows::kMeta, {{"b", "2"}}).ok());
    }
  }
  ReportFaults("failpoint in a migration, error and death", counts);
}

struct ListCase {
  const char* name;
  const char* list;
  bool valid;
};
void PrintTo(const ListCase& c, std::ostream* out) { *out << c.name; }

class FailpointListTest : public testing::TestWithParam<ListCase> {
 protected:
  ~FailpointListTest() override { DisarmFailpoints(); }
};

TEST_P(FailpointListTest, IsReadOrRefused) {
  const absl::Status status = ArmFailpoints(GetParam().list);
  EXPECT_EQ(status.ok(), GetParam().valid) << status;
  EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status)) << status;
}

INSTANTIATE_TEST_SUITE_P(
    Lists, FailpointListTest,
    testing::Values(
        ListCase{"One", "apply.facts=error", true},
        ListCase{"Two", "apply.facts=error@2,commit.after_sync=crash", true},
        ListCase{"Empty", "", false},
        ListCase{"NoAction", "apply.facts", false},
        ListCase{"UnknownAction", "apply.facts=sleep", false},
        ListCase{"UnknownName", "apply.truth=error", false},
        ListCase{"HitIsNoNumber", "apply.facts=error@often", false},
        ListCase{"HitZero", "apply.facts=error@0", false},
        ListCase{"CannotFail", "commit.after_sync=error", false}),
    [](const auto& c) { return std::string(c.param.name); });

TEST(FailpointNamesTest, AreUniqueAndInTheirOrder) {
  std::set<std::string> names;
  for (size_t i = 0; i < AllFailpoints().size(); ++i) {
    const FailpointInfo& info = AllFailpoints()[i];
    EXPECT_EQ(static_cast<size_t>(info.point), i) << info.name;
    EXPECT_TRUE(names.insert(std::string(info.name)).second) << info.name;
    EXPECT_THAT(std::string(info.name),
                testing::MatchesRegex("[a-z]+\\.[a-z_]+"));
  }
  EXPECT_GE(names.size(), 25u);
}

TEST(FailpointHitsTest, NothingHappensUnlessArmed) {
  EXPECT_TRUE(HitFailpoint(Failpoint::kApplyFacts).ok());
  EXPECT_EQ(FailpointHits(Failpoint::kApplyFacts), 0);
  ASSERT_TRUE(
      ArmFailpoint(Failpoint::kApplyFacts, FailpointAction::kError, 2).ok());
  EXPECT_TRUE(HitFailpoint(Failpoint::kApplyFacts).ok());
  EXPECT_FALSE(HitFailpoint(Failpoint::kApplyFacts).ok());
  EXPECT_TRUE(HitFailpoint(Failpoint::kApplyFacts).ok());
  DisarmFailpoints();
  EXPECT_TRUE(HitFailpoint(Failpoint::kApplyFacts).ok());
}

}  // namespace
}  // namespace concordat
