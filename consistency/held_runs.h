// Runs: what channels hold, as it lies in a store.
#ifndef CONCORDAT_CONSISTENCY_HELD_RUNS_H_
#define CONCORDAT_CONSISTENCY_HELD_RUNS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/claim_records.h"
#include "consistency/held_claims.h"
#include "consistency/held_filter.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

namespace rows {

// run, key of the last -> a block of held claims, in order of key.
inline constexpr Space kHeldRuns{24, "held_runs"};
// run -> which entities it may hold claims about (consistency/held_filter.h).
inline constexpr Space kHeldFilters{26, "held_filters"};
// revision -> the held claims that the commit judged anew.
inline constexpr Space kHeldChanges{25, "held_changes"};

// Writes a block: its layout, then of each claim 1 + how much of its key is
// that of the one before, what is not, when it was said, recorded and judged,
// its value and its rest; and 0 at the end.
class HeldEncoder {
 public:
  HeldEncoder();

  void Add(const HeldEntry& entry);
  size_t bytes() const { return out_.bytes().size(); }
  // Of the last; empty where the block is.
  const std::string& key() const { return key_; }
  // The block; the encoder is as new.
  std::string TakeRow();

 private:
  RowEncoder out_;
  std::string key_;
};

// Reads what a HeldEncoder wrote. `block` must outlive it.
class HeldDecoder {
 public:
  explicit HeldDecoder(absl::string_view block);

  // Gives the next entry, valid until the next call; false at the end, or where
  // the block is broken: Finish tells.
  bool Next(HeldEntry& entry);
  absl::Status Finish() const;

 private:
  RowDecoder in_;
  bool known_layout_;
  std::string key_;
};

std::string EncodeHeld(const std::vector<HeldClaim>& held);
absl::StatusOr<std::vector<HeldClaim>> ParseHeld(absl::string_view block);

}  // namespace rows

// An immutable, sorted sequence of held claims.
struct HeldRun {
  uint64_t id = 0;
  uint64_t claims = 0;
  uint64_t entities = 0;
  // Of its claims the newest.
  absl::Time newest_said_at = absl::InfinitePast();

  friend bool operator==(const HeldRun&, const HeldRun&) = default;
};

// What there is of runs.
struct HeldManifest {
  // The claims of the log up to here are in the runs.
  Revision applied;
  uint64_t next_run = 1;
  std::vector<HeldRun> runs;
  // Runs whose rows are to be removed: those that were merged into another, and
  // one that is being written, for should the process end it is of no use.
  std::vector<uint64_t> discarded;

  friend bool operator==(const HeldManifest&, const HeldManifest&) = default;
};

// Of a store without claims: nothing. Errors: the reader's.
absl::StatusOr<HeldManifest> ReadHeldManifest(const Reader& reader);
absl::Status PutHeldManifest(Transaction& tx, const HeldManifest& manifest);

// Writes a run in blocks. Add in order of key; Flush at the end of each
// transaction. Not thread-safe.
class HeldRunWriter {
 public:
  // `entities_max`: about so many entities at most.
  HeldRunWriter(uint64_t run, uint64_t entities_max)
      : run_{.id = run}, filter_(entities_max) {}

  absl::Status Add(Transaction& tx, const HeldEntry& entry);
  absl::Status Flush(Transaction& tx);
  // Flush after the last, and the filter of the whole.
  absl::Status Finish(Transaction& tx);
  // What was written.
  const HeldRun& run() const { return run_; }
  HeldFilter TakeFilter() { return std::move(filter_); }

 private:
  HeldRun run_;
  HeldFilter filter_;
  rows::HeldEncoder block_;
  std::string entity_;  // of the last
};

// The filter of a run. Errors: the reader's.
absl::StatusOr<HeldFilter> ReadHeldFilter(const Reader& reader, uint64_t run);

// Held claims in order of key, each once. Not thread-safe.
class HeldSource {
 public:
  virtual ~HeldSource() = default;
  // nullptr at the end. Valid until Advance.
  virtual const HeldEntry* Current() const = 0;
  virtual absl::Status Advance() = 0;
};

// Those of one run from a key on. The reader must outlive it.
absl::StatusOr<std::unique_ptr<HeldSource>> OpenHeldRun(const Reader& reader,
                                                        uint64_t run,
                                                        absl::string_view from);

// Visits what the sources hold together before `end` (empty: to the end), of
// each key the newest, until `visit` gives false. Errors: the sources'.
absl::Status MergeHeld(const std::vector<std::unique_ptr<HeldSource>>& sources,
                       absl::string_view end,
                       absl::FunctionRef<bool(const HeldEntry& entry)> visit);

// The same, as claims. Errors: the sources', and DATA_LOSS where one is broken.
absl::Status VisitHeld(
    const std::vector<std::unique_ptr<HeldSource>>& sources,
    absl::string_view end,
    absl::FunctionRef<bool(absl::string_view key, const HeldClaim& held)>
        visit);

// Removes at most so many blocks of the run, from a key on. Returns the key to
// go on from; empty where none is left.
absl::StatusOr<std::string> RemoveHeldRun(Transaction& tx, uint64_t run,
                                          absl::string_view from,
                                          size_t blocks_max);

// Adds to the held claims that the commit of the revision judged anew.
absl::Status AddHeldChanges(Transaction& tx, Revision revision,
                            const std::vector<HeldClaim>& changed);

// Lets `change` change the entity's claims wherever they lie in runs or among
// those that were judged anew, and writes what it did: the exception to that
// nothing is changed, for what must not be kept. It must leave the stamp as it
// is.
absl::Status ChangeHeldRows(Transaction& tx, const EntityId& entity,
                            absl::FunctionRef<bool(HeldClaim& held)> change);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_RUNS_H_
