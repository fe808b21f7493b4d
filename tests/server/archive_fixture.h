// A store with its committer, without a server around it, and a history.
#ifndef CONCORDAT_TESTS_SERVER_ARCHIVE_FIXTURE_H_
#define CONCORDAT_TESTS_SERVER_ARCHIVE_FIXTURE_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/mutes.h"
#include "graph/clock.h"
#include "graph/memory_store.h"
#include "graph/store.h"
#include "server/archive/archive_jobs.h"
#include "server/archive/archive_source.h"
#include "server/ingest/committer.h"
#include "server/vocabulary_registry.h"
#include "tests/consistency/stored_rows.h"

namespace concordat {

// Goes on by a second each time it is asked.
class TickingClock final : public Clock {
 public:
  explicit TickingClock(int64_t seconds) : seconds_(seconds) {}
  absl::Time Now() const override { return absl::FromUnixSeconds(++seconds_); }
  int64_t seconds() const { return seconds_; }
  void Advance(absl::Duration by) { seconds_ += absl::ToInt64Seconds(by); }

 private:
  mutable std::atomic<int64_t> seconds_;
};

// Every row, by space and key, but the identity of the store.
using AllRows = StoredRows;
AllRows RowsOf(Store& store);
// The keys of rows that differ; empty: none does.
std::string Differences(const AllRows& is, const AllRows& should_be);

// "REASON" of an error, "OK" of none.
std::string Reason(const absl::Status& status);

// A store that says it is out of order from its nth write on; 0: never.
class FailingStore final : public Store {
 public:
  explicit FailingStore(Store* store) : store_(*store) {}
  void FailFrom(int write) { left_ = write; }

  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override {
    return store_.Snapshot();
  }
  absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) override;
  absl::string_view engine() const override { return store_.engine(); }

 private:
  Store& store_;
  int left_ = 0;
};

// One store and who writes to it.
class Instance {
 public:
  // A new store in memory with an identity.
  Instance();
  // The clock goes on from `seconds`.
  explicit Instance(std::unique_ptr<Store> store,
                    int64_t seconds = kFirstSecond);
  ~Instance();

  Store& store() { return *store_; }
  Revision head();
  int64_t seconds() const { return clock_.seconds(); }
  void Advance(absl::Duration by) { clock_.Advance(by); }

  // One random commit of the test's world: facts, relations, links, claims or
  // another vocabulary; the first is always a vocabulary. The same random
  // numbers on the same state make the same commit.
  void Commit(std::mt19937_64& random);

  // One commit of what is given, which must be recorded.
  void Apply(const std::string& yaml);
  // What people do to some of the findings that there are. No mutes: while one
  // may expire the clock is asked more often, and goes on.
  void ChangeFindings(std::mt19937_64& random);
  void PutMute(Mute mute);
  void Write(WriteBatch batch);
  void Report(std::vector<Claim> claims);
  // Erases a person.
  void Erase(const EntityId& entity, const std::string& request_id = "");

  absl::StatusOr<Replayed> Import(v1::ArchiveLog commits);
  // How many commits took away what was recorded before.
  int erasing() const { return erasing_; }

  // The bytes of files.
  std::string Backup();
  absl::StatusOr<std::string> Log(Revision after);

 private:
  void Start();
  static constexpr int64_t kFirstSecond = 1'767'268'800;
  TickingClock clock_;
  std::unique_ptr<Store> store_;
  VocabularyRegistry vocabularies_;
  std::atomic<int> erasing_ = 0;
  std::unique_ptr<Committer> committer_;
};

// The vocabulary of these stores; its versions differ by a comment.
std::string VocabularyText(uint64_t number);

// A fact of a customer, by crm.
FactRecord CustomerFact(const std::string& id, const std::string& attribute,
                        const std::string& value);

absl::StatusOr<std::string> AllOf(
    absl::StatusOr<std::unique_ptr<ArchiveSource>> source);

void WriteBytes(const std::string& path, const std::string& bytes);

}  // namespace concordat

#endif  // CONCORDAT_TESTS_SERVER_ARCHIVE_FIXTURE_H_
