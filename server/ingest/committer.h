#ifndef CONCORDAT_SERVER_INGEST_COMMITTER_H_
#define CONCORDAT_SERVER_INGEST_COMMITTER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "consistency/checker.h"
#include "consistency/vocabulary.h"
#include "graph/clock.h"
#include "graph/facts.h"
#include "graph/mutex.h"
#include "graph/store.h"
#include "server/ingest/held_worker.h"
#include "server/vocabulary_registry.h"

namespace concordat {

// What is asked for by ApplyVocabulary.
struct VocabularyApplication {
  std::string yaml;
  std::string file_name;
  std::string actor;
  std::string reason;
  std::optional<uint64_t> expected_version;
};

struct AppliedVocabulary {
  uint64_t version = 0;
  bool unchanged = false;
  Revision revision;
};

struct ReportReply {
  std::vector<ClaimOutcome> outcomes;  // one a claim, in order
  // That they were recorded at, together with those of other callers; where
  // nothing was recorded the newest before it.
  Revision revision;
  uint64_t vocabulary_version = 0;
};

struct ErasureReply {
  ErasureOutcome outcome;
  // No file of the store holds what was erased (Store::Scrub).
  bool scrubbed = false;
};

// The only writer of a store. Whatever waits when a commit has finished goes
// into the next one together (group commit): one fsync for all of it, answered
// when it is durable, in the order in which it came. Thread-safe.
class Committer {
 public:
  // All must outlive this.
  Committer(Store* store, const Clock* clock, VocabularyRegistry* vocabularies,
            const CheckerOptions& options = {});
  // Stop() must have been called.
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Reads what the checker must remember, then starts the thread.
  absl::Status Start();
  // Finishes what waits, refuses what comes, joins. Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // Each: `done` is called once, from the committer's thread, or at once from
  // the caller's where the request is refused (OVERLOADED, SHUTTING_DOWN,
  // NO_VOCABULARY, INVALID_ARGUMENT). It must not block.
  void Write(WriteBatch batch,
             std::function<void(absl::StatusOr<WriteOutcome>)> done);
  // The claims must outlive the call of `done`.
  void Report(absl::Span<PreparedClaim> claims,
              std::function<void(absl::StatusOr<ReportReply>)> done);
  void Erase(ErasureRequest request,
             std::function<void(absl::StatusOr<ErasureReply>)> done);
  // Does to findings what `plan` finds to be done in the state of the commit;
  // where that is nothing, or it refuses, nothing is recorded. Gives the
  // revision that it was recorded at, or the newest.
  using FindingPlan = std::function<absl::StatusOr<rows::FindingChanges>(
      const Reader& reader, CommitStamp stamp)>;
  void ChangeFindings(std::string actor, FindingPlan plan,
                      std::function<void(absl::StatusOr<Revision>)> done);
  // Writes what is no commit of knowledge and has no revision: `work` runs in
  // the transaction of a group, with the time of now.
  void WriteAside(std::function<absl::Status(Transaction&, absl::Time)> work,
                  std::function<void(const absl::Status&)> done);

  // Called after each commit with the newest revision and whether something
  // that was recorded before was erased, from the committer's thread, before
  // the requests are answered. It must be quick. Set it before Start.
  void OnCommit(std::function<void(Revision head, bool erased)> listener) {
    on_commit_ = std::move(listener);
  }

  // What was read lately; from here only its counts may be asked for.
  const ReadingCache& readings() const { return checker_.readings(); }
  // Claims that wait to be brought into the view of what channels hold.
  uint64_t held_behind() { return checker_.held().behind(); }

  // Why the last commit failed by the store's fault, such as `STORAGE_FULL`;
  // empty: it did not.
  std::string write_failure() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Blocks until done.
  absl::StatusOr<AppliedVocabulary> Apply(VocabularyApplication application);

  // A request on its way through a commit.
  class Job {
   public:
    virtual ~Job() = default;
    // Does its work in the transaction; sets `used` if it recorded something
    // at the stamp's revision. A refusal that is not the store's failure
    // leaves the transaction as it was.
    virtual absl::Status Run(Transaction&, CommitStamp, bool& /*used*/) {
      return absl::OkStatus();
    }
    // After the commit: OK, or why it failed. Without a call of Run before,
    // `status` is an error.
    virtual void Finish(const absl::Status& status) = 0;
    // Changes the vocabulary, or erases: goes alone.
    virtual bool exclusive() const { return false; }
    // Takes away something that was recorded before; known after Run.
    virtual bool erases() const { return false; }
    // What it records comes from another store's log. Only of jobs that go
    // alone.
    virtual bool follows() const { return false; }
    // How many claims it has. Where it has any, it has nothing else, and Report
    // and then Reported are called in the place of Run: claims of several jobs
    // go into one commit. Errors: only the transaction's.
    virtual size_t claims() const { return 0; }
    virtual absl::Status Report(ClaimReport&) { return absl::OkStatus(); }
    virtual void Reported(Revision, uint64_t /*vocabulary_version*/) {}
    // The newest revision that Run recorded, where it used `first`.
    virtual Revision newest(Revision first) const { return first; }
    // A refusal by Run leaves traces: the transaction is abandoned. Only of
    // jobs that go alone.
    virtual bool refuses_all() const { return false; }
  };

  // Whose a job is: what the server itself has to go on with, a few at most, is
  // taken though the queue is full.
  enum class Origin : uint8_t { kCaller, kServer };

  // Hands over what `make` makes for the checker, which is the job's within Run
  // and Finish only. Errors: OVERLOADED, SHUTTING_DOWN; then Finish is not
  // called.
  absl::Status Submit(absl::FunctionRef<std::unique_ptr<Job>(Checker*)> make,
                      Origin origin = Origin::kCaller);

 private:
  absl::Status Enqueue(std::unique_ptr<Job> job,
                       Origin origin = Origin::kCaller)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Loop() ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsDone() ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasWaiting() ABSL_LOCKS_EXCLUDED(mutex_);
  // Empty where there is something else to do, or nothing any more.
  std::vector<std::unique_ptr<Job>> TakeGroup() ABSL_LOCKS_EXCLUDED(mutex_);
  void CommitGroup(std::vector<std::unique_ptr<Job>> group);
  void ScrubIfDue();
  // Waits a moment for as many requests as the last commit had.
  void Gather() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether there is something to write behind the log while nobody waits.
  bool HasWorkBehind();
  void WorkBehind();
  // Whether time has brought something to findings, and it is this store that
  // says so: one that follows another's log hears of it from there.
  bool IsDue();
  absl::Status SettleDue(Transaction& tx, bool idle, Revision& head);
  size_t RejudgedMax(bool idle);
  void OnPrepared() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status LoadIfStale(Transaction& tx);
  // Makes one commit of the claims of the jobs [begin, end).
  absl::Status RunReports(Transaction& tx,
                          std::vector<std::unique_ptr<Job>>& group,
                          size_t begin, size_t end, Revision& head);
  absl::Status RunGroup(Transaction& tx,
                        std::vector<std::unique_ptr<Job>>& group,
                        std::vector<absl::Status>& statuses, Revision& head);

  Store* const store_;
  const Clock* const clock_;
  VocabularyRegistry* const vocabularies_;
  std::function<void(Revision, bool)> on_commit_;
  Checker checker_;  // the committer's thread only, after Start
  // A commit failed and the checker may remember what was not written.
  bool checker_is_stale_ = false;
  Revision head_;
  bool follows_ = false;  // see rows::ReadFollowed
  // The store's files may still hold what an erasure has deleted: of this
  // process, or of one that ended before it had scrubbed.
  bool scrub_is_due_ = true;

  mutable Mutex mutex_;
  std::string write_failure_ ABSL_GUARDED_BY(mutex_);
  CondVar wake_;
  std::deque<std::unique_ptr<Job>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // When the last step of a Rejudgement was; the committer's thread only.
  std::chrono::steady_clock::time_point rejudged_at_;
  size_t last_group_ = 0;  // of requests; the committer's thread only
  std::thread thread_;
  // Where claims may wait for it.
  std::optional<HeldWorker> held_worker_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_INGEST_COMMITTER_H_
