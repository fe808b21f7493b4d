// What a channel holds against what is true, by sketches of both.
#ifndef CONCORDAT_SERVER_AUDIT_SET_COMPARISON_H_
#define CONCORDAT_SERVER_AUDIT_SET_COMPARISON_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/audits/record_items.h"
#include "consistency/audits/truth_items.h"
#include "consistency/reconciliation/pace.h"
#include "consistency/reconciliation/reconciler.h"
#include "consistency/reconciliation/sketch.h"
#include "server/audit/audit_run.h"
#include "server/executor.h"

namespace concordat {

// Finds which records of a channel differ from the truth, from the symbols that
// it sends, and counts those that do not. The differing ones are then judged as
// rows are. One thread at a time.
class SetComparison {
 public:
  struct Theirs {
    audits::ItemKey key;
    bool names_entities = false;
    // How many the channel has, with those to come.
    size_t symbols_max = 0;
  };
  // What is to come next.
  struct Wanted {
    enum class Kind : uint8_t {
      kSymbols,  // those of `range`
      kRecords,  // of the items items()
      kAll,      // every record: `why`
    };
    Kind kind = Kind::kSymbols;
    reconciliation::SymbolRange range;
    std::string why;
  };

  // Both must outlive this; the truth of `run` is loaded.
  static absl::StatusOr<SetComparison> Create(AuditRun* run, Theirs theirs,
                                              Executor* executor);
  SetComparison(SetComparison&&) = default;

  // The next symbols: those that were wanted, or the first. Once it wants
  // records, what agrees is counted. Errors: INVALID_FIELD of others than were
  // wanted, or of another set; CANCELLED.
  absl::StatusOr<Wanted> Take(reconciliation::Sketch theirs);

  // What only the channel has, to be sent, in ascending order; how many only
  // the truth has; symbols so far.
  const std::vector<reconciliation::Item>& items() const {
    return reconciler_.difference().only_theirs;
  }
  size_t only_truth() const {
    return reconciler_.difference().only_ours.size();
  }
  size_t symbols() const { return reconciler_.symbols(); }

  // A record came.
  void Saw(const audits::RecordKey& record, absl::string_view value) {
    awaited_.erase(items_.Of(record, value).number());
  }
  // Of items() those that did not come.
  size_t awaited() const { return awaited_.size(); }

 private:
  SetComparison(AuditRun* run, const Theirs& theirs, Executor* executor,
                audits::RecordItems items);

  size_t symbols_max() const;
  absl::Status Check(const reconciliation::Sketch& theirs) const;
  // Takes in what of theirs was not yet. False: the truth has changed under it,
  // and it begins anew.
  absl::StatusOr<bool> Catch(Wanted& wanted);
  // Ours, from what there is up to `end` at least. False: as Catch.
  absl::StatusOr<bool> Extend(size_t end);
  void BeginAnew();
  // Goes through the items of the truth, on several threads.
  using Visit = std::function<void(size_t worker, size_t begin, size_t end)>;
  absl::Status ForEachPart(const Visit& visit) const;
  // What the truth and the channel both have. False: as Catch.
  absl::StatusOr<bool> CountAgreeing();
  Wanted All(std::string why) const;

  AuditRun& run_;
  const Theirs of_;
  Executor& executor_;
  const audits::TruthItems truth_;
  // In order, without gaps.
  std::vector<reconciliation::Sketch> theirs_;
  std::vector<reconciliation::Sketch> ours_;
  size_t wanted_end_ = 0;
  reconciliation::Reconciler reconciler_;
  reconciliation::Pace pace_;
  audits::RecordItems items_;
  absl::flat_hash_set<uint64_t> awaited_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_AUDIT_SET_COMPARISON_H_
