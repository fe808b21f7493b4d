// What was noted, is found again, and cannot be changed unseen.
#include "server/access/access_log.h"

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/memory_store.h"
#include "gtest/gtest.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Space kRecords = AccessLog::Spaces()[0];

// Refuses writes while it is told to.
class FullStore final : public Store {
 public:
  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override {
    return below_.Snapshot();
  }
  absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) override {
    return full ? errors::StorageFull() : below_.Write(work);
  }
  absl::string_view engine() const override { return "full"; }

  bool full = false;

 private:
  MemoryStore below_;
};

class AccessLogTest : public testing::Test {
 protected:
  void SetUp() override { Open(); }

  void Open() {
    log_ = std::make_unique<AccessLog>(&store_, &clock_);
    ASSERT_TRUE(log_->Start().ok());
  }

  absl::Status Append(const std::string& caller,
                      const std::vector<std::string>& ids) {
    AccessRecord record;
    record.caller = caller;
    record.method = "KnowledgeService/GetEntity";
    record.purpose = "support";
    for (const std::string& id : ids) {
      record.entities.push_back(
          {{"customer", id},
           {{"name", Sight::kFull}, {"iban", Sight::kLast4}}});
    }
    std::promise<absl::Status> done;
    log_->Append(record, [&done](absl::Status s) { done.set_value(s); });
    return done.get_future().get();
  }

  // "1 anna c-1,c-2": of each record that is found.
  std::vector<std::string> Find(const AccessFilter& filter, size_t limit = 100,
                                uint64_t before = 0) {
    const auto page = log_->List(filter, before, limit);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> found;
    for (const AccessRecord& record : page->records) {
      std::string ids;
      for (const AccessedEntity& entity : record.entities) {
        absl::StrAppend(&ids, ids.empty() ? "" : ",", entity.entity.id);
      }
      found.push_back(
          absl::StrCat(record.number, " ", record.caller, " ", ids));
    }
    next_ = page->next;
    return found;
  }

  // The number that a chain is found to be broken at; 0: it is whole.
  uint64_t BrokenAt() {
    const auto chain = log_->Verify();
    if (chain.ok()) return 0;
    uint64_t number = 0;
    EXPECT_TRUE(absl::SimpleAtoi(
        DetailOf(chain.status())->metadata.front().second, &number));
    return number;
  }

  void Change(const std::function<absl::Status(Transaction&)>& work) {
    ASSERT_TRUE(store_.Write(work).ok());
  }

  TestClock clock_;
  FullStore store_;
  std::unique_ptr<AccessLog> log_;
  uint64_t next_ = 0;
};

TEST_F(AccessLogTest, WhoSawMyDataAndWhatDidHeSee) {
  ASSERT_TRUE(Append("anna", {"c-1", "c-2"}).ok());
  ASSERT_TRUE(Append("bob", {"c-2"}).ok());
  ASSERT_TRUE(Append("anna", {"c-3"}).ok());
  EXPECT_THAT(Find({}),
              ElementsAre("3 anna c-3", "2 bob c-2", "1 anna c-1,c-2"));
  // Only what was seen of him, not of others in the same answer.
  EXPECT_THAT(Find({.entities = {{"customer", "c-2"}}}),
              ElementsAre("2 bob c-2", "1 anna c-2"));
  EXPECT_THAT(Find({.entities = {{"order", "c-2"}}}), IsEmpty());
  EXPECT_THAT(Find({.caller = "anna"}),
              ElementsAre("3 anna c-3", "1 anna c-1,c-2"));
  const auto page = log_->List({.caller = "bob"}, 0, 1);
  ASSERT_TRUE(page.ok());
  const AccessRecord& record = page->records.front();
  EXPECT_EQ(record.time, clock_.Now());
  EXPECT_EQ(record.purpose, "support");
  EXPECT_THAT(record.entities.front().attributes,
              ElementsAre(testing::Pair("name", Sight::kFull),
                          testing::Pair("iban", Sight::kLast4)));
}

TEST_F(AccessLogTest, TimesAndPages) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Append("anna", {"c-1"}).ok());
    clock_.Advance(absl::Hours(1));
  }
  const absl::Time first = clock_.Now() - absl::Hours(5);
  EXPECT_THAT(Find({.from = first + absl::Hours(3)}),
              ElementsAre("5 anna c-1", "4 anna c-1"));
  EXPECT_THAT(Find({.before = first + absl::Hours(1)}),
              ElementsAre("1 anna c-1"));
  EXPECT_THAT(Find({}, 2), ElementsAre("5 anna c-1", "4 anna c-1"));
  EXPECT_THAT(Find({}, 2, next_), ElementsAre("3 anna c-1", "2 anna c-1"));
  EXPECT_THAT(Find({}, 2, next_), ElementsAre("1 anna c-1"));
  EXPECT_EQ(next_, 0);
}

TEST_F(AccessLogTest, GoesOnAfterARestartAndOverBlocks) {
  for (int i = 0; i < 2100; ++i) {
    ASSERT_TRUE(
        Append(i == 700 ? "bob" : "anna", {absl::StrCat("c-", i % 100)}).ok());
    if (i % 1000 == 999) Open();
  }
  EXPECT_EQ(log_->records(), 2100);
  EXPECT_EQ(BrokenAt(), 0);
  EXPECT_THAT(Find({.caller = "bob"}), ElementsAre("701 bob c-0"));
  EXPECT_EQ(Find({.entities = {{"customer", "c-7"}}}).size(), 21);
  EXPECT_THAT(Find({.entities = {{"customer", "c-100"}}}), IsEmpty());
}

TEST_F(AccessLogTest, WhatIsChangedShows) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Append("anna", {"c-1"}).ok());
  EXPECT_EQ(BrokenAt(), 0);
  const std::string third = KeyWriter().Number(3).Take();
  std::string row;
  Change([&](Transaction& tx) {
    row = **tx.Get(kRecords, third);
    std::string changed = row;
    changed[12] ^= 1;
    return tx.Put(kRecords, third, changed);
  });
  EXPECT_EQ(BrokenAt(), 3);
  Change([&](Transaction& tx) { return tx.Delete(kRecords, third); });
  EXPECT_EQ(BrokenAt(), 3);
  // Another's in its place.
  Change([&](Transaction& tx) {
    return tx.Put(kRecords, third,
                  **tx.Get(kRecords, KeyWriter().Number(2).Take()));
  });
  EXPECT_EQ(BrokenAt(), 3);
  Change([&](Transaction& tx) { return tx.Put(kRecords, third, row); });
  EXPECT_EQ(BrokenAt(), 0);
}

// Whoever cuts off the end leaves a whole chain; its head tells.
TEST_F(AccessLogTest, WhatIsCutOffShowsInTheHead) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Append("anna", {"c-1"}).ok());
  const auto before = log_->Verify();
  Change([](Transaction& tx) {
    return tx.Delete(kRecords, KeyWriter().Number(3).Take());
  });
  const auto after = log_->Verify();
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(after->records, 2);
  EXPECT_NE(after->head, before->head);
}

TEST_F(AccessLogTest, WhatCannotBeNotedIsSaidAndLeavesNoGap) {
  ASSERT_TRUE(Append("anna", {"c-1"}).ok());
  store_.full = true;
  EXPECT_EQ(DetailOf(Append("anna", {"c-1"}))->reason,
            ErrorReason::kAccessLogUnavailable);
  EXPECT_TRUE(log_->failing());
  store_.full = false;
  EXPECT_TRUE(Append("bob", {"c-2"}).ok());
  EXPECT_FALSE(log_->failing());
  EXPECT_EQ(BrokenAt(), 0);
  EXPECT_THAT(Find({}), ElementsAre("2 bob c-2", "1 anna c-1"));
  log_->Stop();
  EXPECT_EQ(DetailOf(Append("anna", {"c-1"}))->reason,
            ErrorReason::kAccessLogUnavailable);
}

}  // namespace
}  // namespace concordat
