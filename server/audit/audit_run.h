#ifndef CONCORDAT_SERVER_AUDIT_AUDIT_RUN_H_
#define CONCORDAT_SERVER_AUDIT_AUDIT_RUN_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/audits/audit_causes.h"
#include "consistency/audits/audit_plan.h"
#include "consistency/audits/audit_record.h"
#include "consistency/audits/breakdown.h"
#include "consistency/audits/coverage.h"
#include "consistency/audits/held_auditor.h"
#include "consistency/audits/row_auditor.h"
#include "consistency/audits/sample_frame.h"
#include "consistency/knowledge.h"
#include "graph/clock.h"
#include "graph/mutex.h"
#include "graph/store.h"
#include "server/audit/audit_rows_writer.h"
#include "server/audit/truth_keeper.h"

namespace concordat {

// What an audit works with. Everything outlives it and is thread-safe.
struct AuditContext {
  Store* store;
  const Clock* clock;
  TruthKeeper* truths;
  Committer* committer;
};

// One audit on its way from rows to what is published. Parts of the rows may be
// audited by several threads at once; Begin comes before, and Publish after.
// Thread-safe.
class AuditRun {
 public:
  // How far it is.
  enum class Phase : uint8_t {
    kLoading,
    kRows,
    kAsking,   // the channel
    kWaiting,  // for more rows, of a stream that broke off
    kMissing,
    kPublishing,
  };

  // `record` says what to do, and is RUNNING; `context` must outlive this.
  AuditRun(const AuditContext& context, audits::AuditRecord record,
           std::shared_ptr<const Vocabulary> vocabulary);
  ~AuditRun();

  // Loads the truth. Errors: CANCELLED, those of TruthKeeper and AuditPlan.
  absl::Status Begin();

  // Audits rows, which are made as they are needed: `next` fills some, valid
  // until it is called again, and gives false once there are no more. Errors:
  // CANCELLED, the store's. After one the audit has failed.
  using NextRows =
      std::function<bool(std::vector<audits::AuditRow>& rows,
                         std::vector<audits::RefusedRow>& refused)>;
  absl::Status AuditRows(const NextRows& next);

  // Audits what the channel's claims said last. Errors: as AuditRows.
  absl::Status AuditHeld();

  // For a comparison of sets (SetComparison): what it holds them against, and
  // what rows came to that need not be read.
  const KeptTruth& truth() const { return *truth_; }
  audits::Coverage& coverage() { return *coverage_; }
  void AddTally(const audits::Tally& tally) ABSL_LOCKS_EXCLUDED(mutex_);
  // The whole export comes after all. Nothing was audited yet.
  void BecomeExport() ABSL_LOCKS_EXCLUDED(mutex_);

  // Of an audit that asks the channel: whom to ask about. Once, after Begin.
  // Errors: SampleFrame's.
  absl::StatusOr<audits::SampleFrame> MakeFrame();
  // The same entities by their ids.
  std::vector<EntityId> IdsOf(
      absl::Span<const audits::SampleFrame::Asked> asked) const;
  // What the channel answered.
  struct Answers {
    // About `answered` only.
    std::vector<audits::AuditRow> rows;
    std::vector<audits::RefusedRow> refused;
    // Each once, by canonical id; and whether the channel knows it.
    std::vector<audits::TruthIndex::EntityNumber> answered;
    std::vector<bool> known;
  };
  // Audits it, and what is missing of it. Gives of each entity whether
  // something is wrong. From one thread at a time. Errors: as AuditRows.
  absl::StatusOr<std::vector<bool>> AuditAnswers(Answers answers);
  // How far the asking is, and what it says of all.
  void NoteAsked(int64_t entities, int64_t entities_max,
                 std::optional<sampling::Estimate> estimate)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Looks for what is missing, and publishes. Errors: as AuditRows.
  absl::Status Publish();
  // Ends it: `why` CANCELLED or what failed. Removes what it wrote.
  void Abandon(const absl::Status& why);

  void Cancel() { cancelled_ = true; }
  bool is_cancelled() const { return cancelled_; }

  const audits::AuditPlan& plan() const { return *plan_; }
  uint64_t number() const { return number_; }
  audits::AuditSource source() const { return source_; }
  absl::Time started_at() const { return started_at_; }
  // As it is now; the counts once it has succeeded.
  audits::AuditRecord record() const ABSL_LOCKS_EXCLUDED(mutex_);
  Phase phase() const { return phase_; }
  void set_phase(Phase phase) { phase_ = phase; }
  int64_t rows() const { return rows_; }
  int64_t asked() const { return asked_; }
  int64_t asked_max() const { return asked_max_; }
  int64_t findings() const { return findings_; }

 private:
  // What one thread audits with; handed from thread to thread.
  struct Worker {
    Worker(const audits::AuditPlan* plan, audits::Coverage* coverage)
        : auditor(plan, coverage) {}

    audits::RowAuditor auditor;
    std::unique_ptr<Reader> reader;
    std::optional<StoredKnowledge> knowledge;
    std::vector<audits::AuditRow> rows;
    std::vector<audits::RefusedRow> refused;
  };

  std::unique_ptr<Worker> TakeWorker() ABSL_LOCKS_EXCLUDED(mutex_);
  void GiveBack(std::unique_ptr<Worker> worker) ABSL_LOCKS_EXCLUDED(mutex_);
  // Readers of the newest state; gives its revision.
  absl::StatusOr<Revision> OpenHeld();
  absl::Status OpenReader(Worker& worker) const;
  absl::Status AuditSome(Worker& worker);
  absl::Status TakeFindings(std::vector<audits::AuditFinding>& findings,
                            audits::Breakdown& breakdown)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // What there is of the whole once all rows were audited.
  struct Outcome {
    explicit Outcome(const audits::AuditPlan& plan)
        : tally(plan.index().attributes()),
          breakdown(&plan.index(), plan.request().as_at) {}

    audits::Tally tally;
    audits::Breakdown breakdown;
    std::vector<audits::RefusedRow> refused;
  };
  absl::Status FindMissing(Outcome& outcome);
  void GatherWorkers(Outcome& outcome) ABSL_LOCKS_EXCLUDED(mutex_);
  void GatherHeld(Outcome& outcome);
  absl::Status WriteFindings(const Reader& reader,
                             const audits::AuditCauses& causes,
                             audits::AuditRecord& record);
  // Reports what is missing of whom there was an answer about.
  absl::Status FindMissingOf(
      const Answers& answers, Worker& worker,
      const std::function<void(const std::vector<audits::AuditFinding>&)>& note)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Of one whom the channel was not asked about, nothing is gone.
  bool WasLookedAt(const audits::AuditFinding& finding) const;

  const AuditContext context_;
  const uint64_t number_;
  std::atomic<audits::AuditSource> source_;
  const absl::Time started_at_;
  const std::shared_ptr<const Vocabulary> vocabulary_;
  std::shared_ptr<const KeptTruth> truth_;
  std::optional<audits::AuditPlan> plan_;
  std::optional<audits::Coverage> coverage_;
  AuditRowsWriter writer_;
  // Of what is held: parts of one state, and what they came to.
  struct HeldPart {
    std::unique_ptr<Reader> reader;
    std::unique_ptr<audits::HeldAuditor> auditor;
    std::unique_ptr<audits::Breakdown> breakdown;
  };
  std::vector<HeldPart> held_;
  std::atomic<bool> cancelled_ = false;
  std::atomic<Phase> phase_ = Phase::kLoading;
  std::atomic<int64_t> rows_ = 0;
  std::atomic<int64_t> findings_ = 0;
  std::atomic<int64_t> asked_ = 0;
  std::atomic<int64_t> asked_max_ = 0;
  // Of an audit that asks: about whom there was an answer.
  std::vector<bool> answered_;

  mutable Mutex mutex_;
  audits::AuditRecord record_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Worker>> workers_ ABSL_GUARDED_BY(mutex_);
  // Beside those of the workers; null: there is nothing.
  std::optional<audits::Tally> tally_ ABSL_GUARDED_BY(mutex_);
  // Those that are in no run yet.
  std::vector<audits::AuditFinding> unsorted_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_AUDIT_AUDIT_RUN_H_
