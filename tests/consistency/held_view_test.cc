// What channels hold, against a map that is brought up to date at once.
#include "consistency/held_view.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "consistency/held_reader.h"
#include "consistency/held_upgrade.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

absl::Time Second(uint64_t second) {
  return absl::UnixEpoch() + absl::Seconds(second);
}

using Model = std::map<std::string, HeldClaim>;

std::string Text(const HeldClaim& held) {
  const Claim& claim = held.judged.claim;
  return absl::StrCat(claim.subject, " ", claim.value.value_or("none"), " ",
                      VerdictName(held.judged.verdict), " ",
                      held.revision.number(), " ", held.judged_at.number(), " ",
                      ToStoredMicros(claim.said_at), " ", claim.claim_id, " ",
                      claim.personal, claim.erased, " ", claim.labels.size());
}

// A store of which every nth reader is refused; 0: none.
class StoreOfFewReaders final : public Store {
 public:
  explicit StoreOfFewReaders(Store* store) : store_(*store) {}
  void RefuseEach(int nth) { nth_ = nth; }

  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override {
    if (nth_ > 0 && ++readers_ % nth_ == 0) return errors::Overloaded(64, 64);
    return store_.Snapshot();
  }
  absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) override {
    return store_.Write(work);
  }
  absl::string_view engine() const override { return store_.engine(); }

 private:
  Store& store_;
  int nth_ = 0;
  int readers_ = 0;
};

// A store whose every commit is of claims, and now and then of verdicts.
class Random {
 public:
  Random(uint64_t seed, HeldView::Options options)
      : random_(seed),
        prepares_(options.behind_max > 0),
        view_(std::make_unique<HeldView>(options)) {
    EXPECT_TRUE(view_->Load(**store_.Snapshot()).ok());
  }

  void Commit(bool fails) {
    const Revision revision = head_.Next();
    const Model before = model_;
    const absl::Status status =
        store_.Write([&](Transaction& tx) -> absl::Status {
          if (view_->must_load()) CONCORDAT_RETURN_IF_ERROR(view_->Load(tx));
          CONCORDAT_RETURN_IF_ERROR(Below(5) == 0 ? Rejudge(tx, revision)
                                                  : Report(tx, revision));
          CONCORDAT_RETURN_IF_ERROR(rows::PutHead(tx, revision));
          // Beside the commit, which it cannot see.
          Prepare();
          if (Below(3) == 0) {
            CONCORDAT_RETURN_IF_ERROR(view_->Of(tx, Entity(0)).status());
          }
          Prepare();
          CONCORDAT_RETURN_IF_ERROR(view_->KeepUp(tx));
          Prepare();
          return fails ? absl::InternalError("abandoned") : absl::OkStatus();
        });
    fails = fails || view_->must_load();
    ASSERT_TRUE(status.ok() || fails) << status;
    if (!status.ok()) {
      model_ = before;
      Reload();
    } else {
      head_ = revision;
    }
    Prepare();
  }
  // Whoever prepares finds no reader each nth time.
  void RefuseEach(int nth) { readers_.RefuseEach(nth); }
  void Reload() { ASSERT_TRUE(view_->Load(**store_.Snapshot()).ok()); }
  void WorkWhileIdle() {
    while (view_->Prepare(store_, /*idle=*/true).value_or(false) ||
           view_->has_prepared()) {
      ASSERT_TRUE(
          store_.Write([&](Transaction& tx) { return view_->KeepUp(tx); })
              .ok());
    }
  }
  void ApplyAll() {
    ASSERT_TRUE(
        store_.Write([&](Transaction& tx) { return view_->ApplyAll(tx); })
            .ok());
    EXPECT_EQ(view_->behind(), 0u);
    EXPECT_EQ(ReadHeldManifest(**store_.Snapshot())->applied, head_);
  }

  void Check() {
    const std::unique_ptr<Reader> reader = *store_.Snapshot();
    const absl::StatusOr<HeldReader> held = HeldReader::Open(*reader);
    ASSERT_TRUE(held.ok()) << held.status();
    std::map<std::string, std::string> is;
    std::map<std::string, std::string> should_be;
    ASSERT_TRUE(held->Visit("", "",
                            [&](absl::string_view key, const HeldClaim& one) {
                              EXPECT_EQ(key, KeyOf(one));
                              is[std::string(key)] = Text(one);
                              return true;
                            })
                    .ok());
    for (const auto& [key, one] : model_) should_be[key] = Text(one);
    ASSERT_EQ(is, should_be);
    ASSERT_TRUE(store_
                    .Write([&](Transaction& tx) {
                      CheckView(tx, should_be);
                      return absl::OkStatus();
                    })
                    .ok());
  }

  absl::StatusOr<bool> PrepareOnce() {
    return view_->Prepare(store_, /*idle=*/true);
  }
  size_t runs() { return ReadHeldManifest(**store_.Snapshot())->runs.size(); }
  uint64_t Below(uint64_t end) { return random_() % end; }
  MemoryStore& store() { return store_; }
  uint64_t behind() const { return view_->behind(); }
  int broken() const { return broken_; }

 private:
  static constexpr int kEntities = 12;
  static EntityId Entity(uint64_t number) {
    return {"customer", absl::StrCat("c", number)};
  }

  void Prepare() {
    if (!prepares_) return;
    for (uint64_t left = Below(4); left > 0; --left) {
      const auto prepared = view_->Prepare(readers_, /*idle=*/Below(4) == 0);
      if (view_->must_load()) ++broken_;
      ASSERT_TRUE(prepared.ok() || absl::IsResourceExhausted(prepared.status()))
          << prepared.status();
    }
  }

  void CheckView(Transaction& tx,
                 std::map<std::string, std::string> should_be) {
    for (const auto& [key, one] : model_) {
      const auto got =
          view_->SaidSince(tx, one.judged.claim.said_at, one.entity(),
                           one.channel(), one.attribute());
      ASSERT_TRUE(got.ok() && got->has_value());
      ASSERT_EQ(Text(**got), Text(one));
      const auto later =
          view_->SaidSince(tx, one.judged.claim.said_at + absl::Microseconds(1),
                           one.entity(), one.channel(), one.attribute());
      ASSERT_TRUE(later.ok() && !later->has_value());
    }
    for (int i = 0; i < kEntities; ++i) {
      const auto of_entity = view_->Of(tx, Entity(i));
      ASSERT_TRUE(of_entity.ok());
      for (const HeldClaim& one : *of_entity) {
        ASSERT_EQ(Text(one), should_be[KeyOf(one)]);
        should_be.erase(KeyOf(one));
      }
    }
    EXPECT_TRUE(should_be.empty());
  }

  rows::JudgedClaim AnyClaim() {
    rows::JudgedClaim judged;
    Claim& claim = judged.claim;
    claim.channel = Below(2) == 0 ? "web" : "shop";
    judged.about = Entity(Below(kEntities));
    judged.attribute = Below(2) == 0 ? "tier" : "city";
    claim.attribute = Below(4) == 0 ? "alias" : judged.attribute;
    if (Below(2) == 0) {
      claim.entity = judged.about;
    } else {
      claim.subject = absl::StrCat("s", Below(3));
    }
    if (Below(5) > 0) claim.value = absl::StrCat("value ", Below(100));
    claim.personal = true;
    if (claim.value.has_value()) claim.personal = Below(2) == 0;
    claim.said_at = Second(Below(50));
    claim.said_at_given = Below(2) == 0;
    claim.received_at = Second(head_.number());
    if (Below(3) == 0) claim.claim_id = absl::StrCat("id", Below(1000));
    if (Below(6) == 0) claim.labels = {{"team", "a"}};
    judged.verdict = Below(2) == 0 ? Verdict::kAgrees : Verdict::kStale;
    return judged;
  }

  absl::Status Report(Transaction& tx, Revision revision) {
    rows::ClaimsEncoder row;
    const uint64_t claims = Below(6) + 1;
    absl::Time newest = absl::InfinitePast();
    for (uint64_t left = claims; left > 0; --left) {
      const rows::JudgedClaim judged = AnyClaim();
      row.Add(judged);
      newest = std::max(newest, judged.claim.said_at);
      const HeldClaim held{judged, revision, revision};
      const auto [known, is_new] = model_.try_emplace(KeyOf(held), held);
      if (!is_new && !(held.stamp() < known->second.stamp())) {
        known->second = held;
      }
    }
    view_->Recorded(claims, newest);
    return rows::PutClaims(tx, revision, row.TakeRow());
  }

  absl::Status Rejudge(Transaction& tx, Revision revision) {
    std::vector<HeldClaim> changed;
    for (auto& entry : model_) {
      if (Below(4) != 0) continue;
      entry.second.judged.verdict = Verdict::kContradicts;
      entry.second.judged_at = revision;
      changed.push_back(entry.second);
    }
    return view_->Change(tx, revision, changed);
  }

  std::mt19937_64 random_;
  const bool prepares_;
  MemoryStore store_;
  StoreOfFewReaders readers_{&store_};
  int broken_ = 0;
  std::unique_ptr<HeldView> view_;
  Model model_;
  Revision head_;
};

// A third does all work with commits, a third beside them, and a third may not
// be far behind.
TEST(HeldViewTest, HoldsWhatAMapWouldWhateverLiesWhere) {
  size_t most_runs = 0;
  uint64_t most_behind = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const uint64_t behind_max[] = {0, 1'000'000, 10};
    Random world(
        seed, {.run_claims = 1 + seed % 7, .behind_max = behind_max[seed % 3]});
    for (int step = 0; step < 150; ++step) {
      world.Commit(/*fails=*/world.Below(20) == 0);
      if (world.Below(25) == 0) world.Reload();
      if (world.Below(40) == 0) world.ApplyAll();
      most_runs = std::max(most_runs, world.runs());
      most_behind = std::max(most_behind, world.behind());
      if (step % 5 == 0) world.Check();
      if (testing::Test::HasFatalFailure()) return;
    }
  }
  EXPECT_GT(most_runs, 3u);
  EXPECT_GT(most_behind, 10u);
}

TEST(HeldViewTest, LosesNothingWhereThereIsNoReaderLeftToPrepare) {
  int broken = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    Random world(seed, {.run_claims = 1 + seed % 7,
                        .behind_max = seed % 2 == 0 ? 10u : 1000u});
    world.RefuseEach(static_cast<int>(5 + seed));
    for (int step = 0; step < 150; ++step) {
      world.Commit(/*fails=*/world.Below(20) == 0);
      if (step % 5 == 0) world.Check();
      if (testing::Test::HasFatalFailure()) return;
    }
    broken += world.broken();
  }
  EXPECT_GT(broken, 20);
}

TEST(HeldViewTest, RunsAreMergedAndWhatTheyWereIsRemoved) {
  Random world(1, {.run_claims = 2, .behind_max = 0});
  for (int step = 0; step < 400; ++step) world.Commit(/*fails=*/false);
  EXPECT_LE(world.runs(), 65u);
  world.WorkWhileIdle();
  world.Check();
  EXPECT_LT(world.runs(), 20u);
  // 48 keys, of which each run has each at most once.
  size_t claims = 0;
  const auto reader = *world.store().Snapshot();
  ASSERT_TRUE(reader
                  ->Scan(rows::kHeldRuns, "", "",
                         [&](absl::string_view, absl::string_view block) {
                           claims += rows::ParseHeld(block)->size();
                           return true;
                         })
                  .ok());
  EXPECT_LT(claims, 500u);
}

// As the server has it: a thread prepares all the time.
TEST(HeldViewTest, IsPreparedWhileCommitsGoOn) {
  Random world(7, {.run_claims = 5, .behind_max = 200});
  std::atomic<bool> stopping = false;
  std::thread preparing([&] {
    while (!stopping) EXPECT_TRUE(world.PrepareOnce().ok());
  });
  for (int step = 0; step < 2000; ++step) {
    world.Commit(/*fails=*/step % 100 == 99);
    if (step % 100 == 50) world.Check();
    if (testing::Test::HasFatalFailure()) break;
  }
  stopping = true;
  preparing.join();
  world.WorkWhileIdle();
  world.Check();
}

// A commit that did the work itself may not be over.
TEST(HeldBookTest, DoesNotMergeRunsThatAreNotWritten) {
  MemoryStore store;
  HeldBook book(/*run_claims=*/1);
  ASSERT_TRUE(book.Load(**store.Snapshot()).ok());
  const auto add_run = [&](Transaction& tx, uint64_t number) -> absl::Status {
    rows::JudgedClaim judged;
    judged.claim.channel = "web";
    judged.about = {"customer", absl::StrCat("c", number)};
    judged.attribute = judged.claim.attribute = "tier";
    judged.claim.said_at = Second(number);
    rows::ClaimsEncoder row;
    row.Add(judged);
    CONCORDAT_RETURN_IF_ERROR(
        rows::PutClaims(tx, Revision(number), row.TakeRow()));
    CONCORDAT_RETURN_IF_ERROR(book.Follow(tx).status());
    return book.ApplyAll(tx);
  };
  uint64_t number = 0;
  while (!book.HasWork()) {  // until there are enough to be merged
    const HeldManifest before = *ReadHeldManifest(**store.Snapshot());
    ASSERT_TRUE(store
                    .Write([&](Transaction& tx) -> absl::Status {
                      CONCORDAT_RETURN_IF_ERROR(add_run(tx, ++number));
                      if (!book.HasWork()) return absl::OkStatus();
                      EXPECT_FALSE(book.CanStep(before));
                      // Begins the merge.
                      CONCORDAT_RETURN_IF_ERROR(book.Step(tx, 1));
                      EXPECT_FALSE(book.CanStep(before));
                      return absl::OkStatus();
                    })
                    .ok());
    ASSERT_LT(number, 100u);
  }
  EXPECT_TRUE(book.CanStep(*ReadHeldManifest(**store.Snapshot())));
}

TEST(HeldUpgradeTest, RowsOfBuildsBeforeBecomeARun) {
  MemoryStore store;
  const EntityId ada = {"customer", "ada"};
  Claim claim;
  claim.channel = "web";
  claim.subject = "w1";
  claim.attribute = "tier";
  claim.value = "gold";
  claim.said_at = Second(7);
  ASSERT_TRUE(
      store
          .Write([&](Transaction& tx) -> absl::Status {
            RowEncoder row;
            row.Unsigned(1).Unsigned(1).String("tier").Bool(true).Bool(false);
            EncodeClaim(claim, SubjectOf(ada), row);
            row.Unsigned(static_cast<uint64_t>(Verdict::kStale)).Unsigned(0);
            CONCORDAT_RETURN_IF_ERROR(tx.Put(
                rows::kHeld, KeyWriter().Entity(ada).String("web").bytes(),
                row.TakeRow()));
            return rows::PutHead(tx, Revision(9));
          })
          .ok());
  for (int again = 0; again < 2; ++again) {
    ASSERT_TRUE(EnsureHeldRuns(store).ok());
    const std::unique_ptr<Reader> reader = *store.Snapshot();
    const auto held = HeldOf(*reader, ada);
    ASSERT_TRUE(held.ok()) << held.status();
    ASSERT_EQ(held->size(), 1u);
    EXPECT_EQ(Text(held->front()), "w1 gold STALE 0 0 7000000  10 0");
    EXPECT_EQ(ReadHeldManifest(*reader)->applied, Revision(9));
  }
}

}  // namespace
}  // namespace concordat
