// The kinds of request that change a store. Used by the committer only.
#ifndef CONCORDAT_SERVER_INGEST_JOBS_H_
#define CONCORDAT_SERVER_INGEST_JOBS_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/ingest/committer.h"

namespace concordat {

// Whether what is stored stays readable under another schema: a type or
// attribute that has facts may not go, nor change its type. Errors:
// VOCABULARY_IN_USE, the reader's.
absl::Status CheckNothingOrphaned(const Reader& reader, const Schema& before,
                                  const Schema& after);

// Records a write.
class WriteJob final : public Committer::Job {
 public:
  using Done = std::function<void(absl::StatusOr<WriteOutcome>)>;

  // `batch` was validated under `validated_under`.
  WriteJob(Checker* checker, const VocabularyRegistry* vocabularies,
           std::shared_ptr<const Vocabulary> validated_under, WriteBatch batch,
           Done done);

  absl::Status Run(Transaction& tx, CommitStamp stamp, bool& used) override;
  void Finish(const absl::Status& status) override;

 private:
  Checker* const checker_;
  const VocabularyRegistry* const vocabularies_;
  const std::shared_ptr<const Vocabulary> validated_under_;
  WriteBatch batch_;
  WriteOutcome outcome_;
  const Done done_;
};

// Records and judges claims.
class ReportJob final : public Committer::Job {
 public:
  using Done = std::function<void(absl::StatusOr<ReportReply>)>;

  // The claims must outlive the call of `done`.
  ReportJob(absl::Span<PreparedClaim> claims, Done done)
      : claims_(claims), done_(std::move(done)) {}

  size_t claims() const override { return claims_.size(); }
  absl::Status Report(ClaimReport& report) override;
  void Reported(Revision revision, uint64_t vocabulary_version) override;
  void Finish(const absl::Status& status) override;

 private:
  const absl::Span<PreparedClaim> claims_;
  ReportReply reply_;
  const Done done_;
};

// Writes what has no revision.
class AsideJob final : public Committer::Job {
 public:
  using Work = std::function<absl::Status(Transaction&, absl::Time)>;
  using Done = std::function<void(const absl::Status&)>;

  AsideJob(Work work, Done done)
      : work_(std::move(work)), done_(std::move(done)) {}

  absl::Status Run(Transaction& tx, CommitStamp stamp, bool&) override {
    return work_(tx, stamp.at);
  }
  void Finish(const absl::Status& status) override { done_(status); }

 private:
  const Work work_;
  const Done done_;
};

// Does to findings what people decided.
class ChangeFindingsJob final : public Committer::Job {
 public:
  using Done = std::function<void(absl::StatusOr<Revision>)>;

  ChangeFindingsJob(Checker* checker, const VocabularyRegistry* vocabularies,
                    std::string actor, Committer::FindingPlan plan, Done done)
      : checker_(checker),
        vocabularies_(vocabularies),
        actor_(std::move(actor)),
        plan_(std::move(plan)),
        done_(std::move(done)) {}

  absl::Status Run(Transaction& tx, CommitStamp stamp, bool& used) override;
  void Finish(const absl::Status& status) override;

 private:
  Checker* const checker_;
  const VocabularyRegistry* const vocabularies_;
  const std::string actor_;
  const Committer::FindingPlan plan_;
  Revision revision_;
  const Done done_;
};

// Erases a person, then what is left of it in the store's files.
class EraseJob final : public Committer::Job {
 public:
  using Done = std::function<void(absl::StatusOr<ErasureReply>)>;

  // `scrub_is_due` is set where the files could not be scrubbed yet.
  EraseJob(Checker* checker, const VocabularyRegistry* vocabularies,
           Store* store, bool* scrub_is_due, ErasureRequest request, Done done);

  absl::Status Run(Transaction& tx, CommitStamp stamp, bool& used) override;
  void Finish(const absl::Status& status) override;
  bool exclusive() const override { return true; }
  bool erases() const override { return true; }
  // Half of an erasure must not be committed.
  bool refuses_all() const override { return is_too_much_; }

 private:
  Checker* const checker_;
  const VocabularyRegistry* const vocabularies_;
  Store* const store_;
  bool* const scrub_is_due_;
  bool is_too_much_ = false;
  const ErasureRequest request_;
  ErasureReply reply_;
  const Done done_;
};

// Puts a vocabulary into force.
class ApplyVocabularyJob final : public Committer::Job {
 public:
  using Done = std::function<void(absl::StatusOr<AppliedVocabulary>)>;

  ApplyVocabularyJob(Checker* checker, VocabularyRegistry* vocabularies,
                     VocabularyApplication application, Done done);

  absl::Status Run(Transaction& tx, CommitStamp stamp, bool& used) override;
  void Finish(const absl::Status& status) override;
  bool exclusive() const override { return true; }

 private:
  Checker* const checker_;
  VocabularyRegistry* const vocabularies_;
  const VocabularyApplication application_;
  AppliedVocabulary applied_;
  std::shared_ptr<const Vocabulary> next_;
  const Done done_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_INGEST_JOBS_H_
