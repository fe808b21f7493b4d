#include "tests/conformance/mutant_store.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr DefectName kDefects[] = {
    {Defect::kNone, "None"},
    {Defect::kLosesAPutInEveryFifthCommit, "LosesAPutInEveryFifthCommit"},
    {Defect::kLosesTheLastPutOfALargeCommit, "LosesTheLastPutOfALargeCommit"},
    {Defect::kIgnoresDeletes, "IgnoresDeletes"},
    {Defect::kDeleteTakesTheNextRowToo, "DeleteTakesTheNextRowToo"},
    {Defect::kDeleteOfNothingFails, "DeleteOfNothingFails"},
    {Defect::kPutKeepsTheOldValue, "PutKeepsTheOldValue"},
    {Defect::kLosesAPutAfterADelete, "LosesAPutAfterADelete"},
    {Defect::kIgnoresTheEmptyKey, "IgnoresTheEmptyKey"},
    {Defect::kWritesOneSpaceOnly, "WritesOneSpaceOnly"},
    {Defect::kEmptyValueIsAbsent, "EmptyValueIsAbsent"},
    {Defect::kCutsKeysAtNul, "CutsKeysAtNul"},
    {Defect::kCutsValuesAtNul, "CutsValuesAtNul"},
    {Defect::kCutsLongKeys, "CutsLongKeys"},
    {Defect::kCutsLongValues, "CutsLongValues"},
    {Defect::kFoldsCase, "FoldsCase"},
    {Defect::kMixesSpaces, "MixesSpaces"},
    {Defect::kGetTakesAPrefix, "GetTakesAPrefix"},
    {Defect::kScanSkipsItsBegin, "ScanSkipsItsBegin"},
    {Defect::kScanIncludesItsEnd, "ScanIncludesItsEnd"},
    {Defect::kScanDropsTheLastRow, "ScanDropsTheLastRow"},
    {Defect::kScanGoesBackwards, "ScanGoesBackwards"},
    {Defect::kScanOrdersBytesAsSigned, "ScanOrdersBytesAsSigned"},
    {Defect::kScanToTheEndFindsNothing, "ScanToTheEndFindsNothing"},
    {Defect::kScanDoesNotStop, "ScanDoesNotStop"},
    {Defect::kScanStopsAfterManyRows, "ScanStopsAfterManyRows"},
    {Defect::kScanTurnsBoundsRound, "ScanTurnsBoundsRound"},
    {Defect::kSnapshotSeesLaterCommits, "SnapshotSeesLaterCommits"},
    {Defect::kSnapshotIsOneCommitOld, "SnapshotIsOneCommitOld"},
    {Defect::kOldSnapshotsMoveOn, "OldSnapshotsMoveOn"},
    {Defect::kSnapshotIsFixedByItsFirstRead, "SnapshotIsFixedByItsFirstRead"},
    {Defect::kSnapshotSeesARunningWrite, "SnapshotSeesARunningWrite"},
    {Defect::kOwnPutsAreInvisible, "OwnPutsAreInvisible"},
    {Defect::kScanMissesOwnWrites, "ScanMissesOwnWrites"},
    {Defect::kFailedWorkIsCommitted, "FailedWorkIsCommitted"},
    {Defect::kFailedDeletesStay, "FailedDeletesStay"},
    {Defect::kSwallowsTheErrorOfTheWork, "SwallowsTheErrorOfTheWork"},
    {Defect::kReplacesTheErrorOfTheWork, "ReplacesTheErrorOfTheWork"},
    {Defect::kCommitsInTwoHalves, "CommitsInTwoHalves"},
    {Defect::kWritersDoNotTakeTurns, "WritersDoNotTakeTurns"},
};

constexpr size_t kLongKey = 1000;
constexpr size_t kLongValue = 100'000;
constexpr size_t kManyRows = 5000;
constexpr int64_t kManyCommits = 100;

using RowList = std::vector<std::pair<std::string, std::string>>;
using Change = MutantStore::Change;
using Visit = absl::FunctionRef<bool(absl::string_view, absl::string_view)>;

// The defects of single rows, on the way in and on the way out.
struct Bytes {
  Defect defect;

  Space In(Space space) const {
    // The second space is kept in the first.
    if (defect == Defect::kMixesSpaces && space.id == 1) space.id = 0;
    return space;
  }
  std::string Key(absl::string_view key) const {
    if (defect == Defect::kCutsKeysAtNul) key = key.substr(0, key.find('\0'));
    if (defect == Defect::kCutsLongKeys) key = key.substr(0, kLongKey);
    if (defect == Defect::kFoldsCase) return absl::AsciiStrToLower(key);
    return std::string(key);
  }
  std::string Value(absl::string_view value) const {
    if (defect == Defect::kCutsValuesAtNul) {
      value = value.substr(0, value.find('\0'));
    }
    if (defect == Defect::kCutsLongValues) value = value.substr(0, kLongValue);
    return std::string(value);
  }
  bool Hides(absl::string_view value) const {
    return defect == Defect::kEmptyValueIsAbsent && value.empty();
  }
};

bool SignedLess(const std::string& a, const std::string& b) {
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return static_cast<signed char>(x) < static_cast<signed char>(y);
      });
}

absl::StatusOr<std::optional<std::string>> BadGet(const Reader& rows,
                                                  const Bytes& bytes,
                                                  Space space,
                                                  absl::string_view key) {
  const std::string wanted = bytes.Key(key);
  auto value = rows.Get(bytes.In(space), wanted);
  if (!value.ok()) return value;
  if (value->has_value() && bytes.Hides(**value)) return std::nullopt;
  if (bytes.defect == Defect::kGetTakesAPrefix && !value->has_value()) {
    std::optional<std::string> found;
    CONCORDAT_RETURN_IF_ERROR(
        rows.Scan(space, wanted, "",
                  [&](absl::string_view other, absl::string_view content) {
                    if (absl::StartsWith(other, wanted)) found.emplace(content);
                    return false;
                  }));
    return found;
  }
  return value;
}

absl::Status BadScan(const Reader& rows, const Bytes& bytes, Space space,
                     absl::string_view begin, absl::string_view end,
                     Visit visit) {
  const Defect defect = bytes.defect;
  if (defect == Defect::kScanTurnsBoundsRound && !end.empty() && begin > end) {
    std::swap(begin, end);
  }
  if (defect == Defect::kScanToTheEndFindsNothing && end.empty()) {
    return absl::OkStatus();
  }
  std::string limit(end);
  if (defect == Defect::kScanIncludesItsEnd && !end.empty()) {
    limit.push_back('\0');
  }
  RowList found;
  CONCORDAT_RETURN_IF_ERROR(
      rows.Scan(bytes.In(space), begin, limit,
                [&](absl::string_view key, absl::string_view value) {
                  if (!bytes.Hides(value)) {
                    found.emplace_back(std::string(key), std::string(value));
                  }
                  return true;
                }));
  if (defect == Defect::kScanSkipsItsBegin && !found.empty() &&
      !begin.empty() && found.front().first == begin) {
    found.erase(found.begin());
  }
  if (defect == Defect::kScanDropsTheLastRow && !found.empty()) {
    found.pop_back();
  }
  if (defect == Defect::kScanStopsAfterManyRows && found.size() > kManyRows) {
    found.resize(kManyRows);
  }
  if (defect == Defect::kScanGoesBackwards) {
    std::reverse(found.begin(), found.end());
  }
  if (defect == Defect::kScanOrdersBytesAsSigned) {
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return SignedLess(a.first, b.first);
    });
  }
  for (const auto& [key, value] : found) {
    if (!visit(key, value) && defect != Defect::kScanDoesNotStop) break;
  }
  return absl::OkStatus();
}

// Reads `base` with `changes` laid over it.
class Overlay final : public Reader {
 public:
  Overlay(const Reader& base, const std::vector<Change>& changes)
      : base_(base), changes_(changes) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
      if (change->space.id == space.id && change->key == key) {
        return change->value;
      }
    }
    return base_.Get(space, key);
  }

  absl::Status Scan(Space space, absl::string_view begin, absl::string_view end,
                    Visit visit) const override {
    std::map<std::string, std::string> rows;
    CONCORDAT_RETURN_IF_ERROR(base_.Scan(
        space, begin, end, [&](absl::string_view key, absl::string_view value) {
          rows[std::string(key)] = std::string(value);
          return true;
        }));
    for (const Change& change : changes_) {
      if (change.space.id != space.id || change.key < begin ||
          (!end.empty() && change.key >= end)) {
        continue;
      }
      if (change.value.has_value()) {
        rows[change.key] = *change.value;
      } else {
        rows.erase(change.key);
      }
    }
    for (const auto& [key, value] : rows) {
      if (!visit(key, value)) break;
    }
    return absl::OkStatus();
  }

 private:
  const Reader& base_;
  const std::vector<Change>& changes_;
};

// Collects the changes of a piece of work over a state that does not move.
class MutantTransaction final : public Transaction {
 public:
  MutantTransaction(const Reader& base, Defect defect,
                    std::function<void(const Change&)> changed)
      : base_(base), bytes_{defect}, changed_(std::move(changed)) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    if (bytes_.defect == Defect::kOwnPutsAreInvisible) {
      return BadGet(base_, bytes_, space, key);
    }
    return BadGet(Overlay(base_, changes_), bytes_, space, key);
  }

  absl::Status Scan(Space space, absl::string_view begin, absl::string_view end,
                    Visit visit) const override {
    if (bytes_.defect == Defect::kScanMissesOwnWrites) {
      return BadScan(base_, bytes_, space, begin, end, visit);
    }
    return BadScan(Overlay(base_, changes_), bytes_, space, begin, end, visit);
  }

  absl::Status Put(Space space, absl::string_view key,
                   absl::string_view value) override {
    space = bytes_.In(space);
    const std::string stored = bytes_.Key(key);
    const Overlay now(base_, changes_);
    if (bytes_.defect == Defect::kIgnoresTheEmptyKey && key.empty()) {
      return absl::OkStatus();
    }
    if (bytes_.defect == Defect::kWritesOneSpaceOnly && !changes_.empty() &&
        changes_.front().space.id != space.id) {
      return absl::OkStatus();
    }
    if (bytes_.defect == Defect::kPutKeepsTheOldValue &&
        now.Get(space, stored)->has_value()) {
      return absl::OkStatus();
    }
    if (bytes_.defect == Defect::kLosesAPutAfterADelete) {
      for (const Change& change : changes_) {
        if (change.key == stored && !change.value) return absl::OkStatus();
      }
    }
    return Add({space, stored, bytes_.Value(value)});
  }

  absl::Status Delete(Space space, absl::string_view key) override {
    space = bytes_.In(space);
    const std::string stored = bytes_.Key(key);
    const Overlay now(base_, changes_);
    if (bytes_.defect == Defect::kIgnoresDeletes) return absl::OkStatus();
    if (bytes_.defect == Defect::kDeleteOfNothingFails &&
        !now.Get(space, stored)->has_value()) {
      return absl::NotFoundError("no such row");
    }
    if (bytes_.defect == Defect::kDeleteTakesTheNextRowToo) {
      std::optional<std::string> next;
      CONCORDAT_RETURN_IF_ERROR(now.Scan(space, stored + '\0', "",
                                         [&](absl::string_view other, auto) {
                                           next = std::string(other);
                                           return false;
                                         }));
      if (next.has_value()) {
        CONCORDAT_RETURN_IF_ERROR(Add({space, *next, std::nullopt}));
      }
    }
    return Add({space, stored, std::nullopt});
  }

  std::vector<Change>& changes() { return changes_; }

 private:
  absl::Status Add(Change change) {
    changed_(change);
    changes_.push_back(std::move(change));
    return absl::OkStatus();
  }

  const Reader& base_;
  const Bytes bytes_;
  const std::function<void(const Change&)> changed_;
  std::vector<Change> changes_;
};

// What is lost of the changes of an acknowledged commit.
void Lose(Defect defect, int64_t commit, std::vector<Change>& changes) {
  const auto is_put = [](const Change& c) { return c.value.has_value(); };
  if (defect == Defect::kLosesAPutInEveryFifthCommit && commit % 5 == 0) {
    const auto put = std::find_if(changes.begin(), changes.end(), is_put);
    if (put != changes.end()) changes.erase(put);
  }
  if (defect == Defect::kLosesTheLastPutOfALargeCommit &&
      changes.size() > 1000) {
    changes.pop_back();
  }
}

}  // namespace

absl::Span<const DefectName> AllDefects() { return kDefects; }

std::optional<Defect> FindDefect(absl::string_view name) {
  for (const DefectName& row : kDefects) {
    if (row.name == name) return row.defect;
  }
  return std::nullopt;
}

// Reads a state, or with some defects another one than it should.
class MutantReader final : public Reader {
 public:
  MutantReader(MutantStore* store, std::shared_ptr<const Reader> state,
               int64_t commits)
      : store_(store), state_(std::move(state)), commits_(commits) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    return BadGet(*State(), {store_->defect_}, space, key);
  }

  absl::Status Scan(Space space, absl::string_view begin, absl::string_view end,
                    Visit visit) const override {
    return BadScan(*State(), {store_->defect_}, space, begin, end, visit);
  }

 private:
  std::shared_ptr<const Reader> State() const {
    MutexLock lock(&store_->mutex_);
    const auto newest = [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return std::shared_ptr<const Reader>(*store_->rows_.Snapshot());
    };
    switch (store_->defect_) {
      case Defect::kSnapshotSeesLaterCommits:
        return newest();
      case Defect::kOldSnapshotsMoveOn:
        return store_->commits_ - commits_ > kManyCommits ? newest() : state_;
      case Defect::kSnapshotIsFixedByItsFirstRead:
        if (!read_) state_ = newest();
        read_ = true;
        return state_;
      case Defect::kSnapshotSeesARunningWrite: {
        // Kept alive by the pair that owns both.
        struct Both {
          Both(std::shared_ptr<const Reader> state, std::vector<Change> running)
              : base(std::move(state)), changes(std::move(running)) {}
          const std::shared_ptr<const Reader> base;
          const std::vector<Change> changes;
          const Overlay overlay{*base, changes};
        };
        if (store_->running_.empty()) return state_;
        auto both = std::make_shared<Both>(state_, store_->running_);
        return std::shared_ptr<const Reader>(both, &both->overlay);
      }
      default:
        return state_;
    }
  }

  MutantStore* const store_;
  mutable std::shared_ptr<const Reader> state_;
  mutable bool read_ = false;
  const int64_t commits_;
};

absl::StatusOr<std::unique_ptr<Reader>> MutantStore::Snapshot() {
  MutexLock lock(&mutex_);
  std::shared_ptr<const Reader> state = *rows_.Snapshot();
  if (defect_ == Defect::kSnapshotIsOneCommitOld && before_ != nullptr) {
    state = before_;
  }
  return std::make_unique<MutantReader>(this, std::move(state), commits_);
}

absl::Status MutantStore::Apply(absl::Span<const Change> changes) {
  return rows_.Write([&](Transaction& transaction) {
    for (const Change& change : changes) {
      CONCORDAT_RETURN_IF_ERROR(
          change.value.has_value()
              ? transaction.Put(change.space, change.key, *change.value)
              : transaction.Delete(change.space, change.key));
    }
    return absl::OkStatus();
  });
}

absl::Status MutantStore::WriteWithoutTurns(
    absl::FunctionRef<absl::Status(Transaction&)> work) {
  const std::unique_ptr<Reader> state = *rows_.Snapshot();
  MutantTransaction transaction(*state, defect_, [](const Change&) {});
  CONCORDAT_RETURN_IF_ERROR(work(transaction));
  // Lets the others read the same state before it moves.
  std::this_thread::yield();
  return Apply(transaction.changes());
}

absl::Status MutantStore::Write(
    absl::FunctionRef<absl::Status(Transaction&)> work) {
  if (defect_ == Defect::kWritersDoNotTakeTurns) return WriteWithoutTurns(work);
  MutexLock turn(&turn_);
  std::shared_ptr<const Reader> state = *rows_.Snapshot();
  MutantTransaction transaction(*state, defect_, [&](const Change& change) {
    MutexLock lock(&mutex_);
    running_.push_back(change);
  });
  absl::Status status = work(transaction);
  std::vector<Change>& changes = transaction.changes();
  {
    MutexLock lock(&mutex_);
    running_.clear();
  }
  if (!status.ok()) {
    if (defect_ == Defect::kFailedDeletesStay) {
      std::erase_if(changes, [](const Change& c) { return c.value; });
      Apply(changes).IgnoreError();
    }
    if (defect_ == Defect::kFailedWorkIsCommitted) Apply(changes).IgnoreError();
    if (defect_ == Defect::kSwallowsTheErrorOfTheWork) return absl::OkStatus();
    if (defect_ == Defect::kReplacesTheErrorOfTheWork) {
      return absl::AbortedError("something went wrong");
    }
    return status;
  }
  int64_t commit = 0;
  {
    MutexLock lock(&mutex_);
    before_ = state;
    commit = ++commits_;
  }
  Lose(defect_, commit, changes);
  absl::Span<const Change> rest = changes;
  if (defect_ == Defect::kCommitsInTwoHalves) {
    CONCORDAT_RETURN_IF_ERROR(Apply(rest.subspan(0, rest.size() / 2)));
    rest.remove_prefix(rest.size() / 2);
    std::this_thread::yield();
  }
  return Apply(rest);
}

}  // namespace concordat
