#ifndef CONCORDAT_CONSISTENCY_CLAIM_REPORT_H_
#define CONCORDAT_CONSISTENCY_CLAIM_REPORT_H_

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "consistency/agreements.h"
#include "consistency/claim_records.h"
#include "consistency/claims.h"
#include "consistency/held_view.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "consistency/opened_findings.h"
#include "consistency/recent_claims.h"
#include "consistency/verdict.h"
#include "consistency/vocabulary.h"
#include "graph/graph_writer.h"
#include "graph/ids.h"
#include "graph/store.h"

namespace concordat {

// A claim on its way to the checker, with what it is looked up by: all that can
// be known of it without the store. Any thread can make it.
struct PreparedClaim {
  explicit PreparedClaim(ReportedClaim reported)
      : claim(std::move(reported)), key(KeyOf(claim)), print(PrintOf(claim)) {}

  ReportedClaim claim;
  ClaimKey key;
  StatementPrint print;
};

// What became of one claim.
struct ClaimOutcome {
  enum class Status { kRecorded, kDuplicate, kRejected };
  Status status = Status::kRejected;
  Verdict verdict = Verdict::kUndecided;
  std::optional<Verdict> further;
  // The finding it opened, confirmed or resolved; empty where none.
  std::string finding_id;
  // For kRejected; its field is a path within the claim.
  absl::Status error;
};

struct ReportOutcome {
  std::vector<ClaimOutcome> claims;  // one a claim, in order
  // How many were recorded; where none, the stamp's revision was not used.
  size_t recorded = 0;
};

// How much a checker may remember.
struct CheckerOptions {
  // Of claims that agree: past it, what was not said lately is judged again.
  size_t agreement_bytes_max = size_t{1} << 30;
  HeldView::Options held;
};

// What the checker remembers between commits. It must be told of every change.
struct CheckerMemory {
  explicit CheckerMemory(const CheckerOptions& options)
      : agreements(options.agreement_bytes_max), held(options.held) {}

  KnowledgeCache knowledge;
  Agreements agreements;
  RecentClaims recent;
  OpenedFindings opened;
  HeldView held;
};

// The claims of one commit on their way into the store. Not thread-safe.
class ClaimReport {
 public:
  // All must outlive this.
  ClaimReport(Transaction& tx, const Vocabulary& vocabulary, CommitStamp stamp,
              Admission admission, CheckerMemory& memory);

  // Judges claims, in order, and keeps what follows from them. Errors: the
  // transaction's.
  absl::Status Add(absl::Span<PreparedClaim> claims,
                   absl::Span<ClaimOutcome> outcomes);
  // Records a claim of a log again. What agreed and has no finding is not
  // judged anew. Errors: the transaction's.
  absl::Status AddAgain(const rows::JudgedView& judged, ClaimOutcome& outcome);
  // How many were recorded.
  size_t recorded() const { return recorded_; }
  // Writes what was recorded, if anything was. Errors: the transaction's.
  absl::Status Finish();

 private:
  absl::Status AddOne(PreparedClaim& prepared, ClaimOutcome& outcome);
  absl::Status JudgeAndAdd(const PreparedClaim& prepared, bool is_new,
                           ClaimOutcome& outcome);
  // Whether what a channel holds was said later, as far as it was recorded
  // here.
  bool IsOlderThanHere(const Claim& claim, const Judgement& judgement) const;
  // The finding that the judgement opened, confirmed or resolved; nullopt where
  // the claim is one that is held already.
  absl::StatusOr<std::optional<std::string>> KeepFinding(
      const PreparedClaim& prepared, const Claim& claim,
      const Judgement& judgement);
  absl::Status RememberAgreement(const PreparedClaim& prepared,
                                 const Claim& claim,
                                 const Judgement& judgement);
  // How long a change of the truth took to the channel's first claim that
  // agrees with it, where this is that.
  absl::StatusOr<std::optional<absl::Duration>> LagOf(
      const Claim& claim, const Judgement& judgement);
  absl::Status NoteCrossed(const Judgement& judgement);
  absl::Status CheckCrossed();
  void Record(const PreparedClaim& prepared, const rows::JudgedView& judged,
              ClaimOutcome& outcome);

  Transaction& tx_;
  const Vocabulary& vocabulary_;
  const CommitStamp stamp_;
  const Admission admission_;
  CheckerMemory& memory_;
  StoredKnowledge knowledge_;
  rows::ClaimsEncoder row_;
  std::vector<ClaimKey> keys_;
  // Of each claim by which channel, about what, and when.
  struct Said {
    uint64_t held_by;
    absl::Time at;
    bool agrees;
  };
  std::vector<Said> said_;
  // What other channels may say otherwise of, by entity.
  std::map<EntityId, std::set<std::string>> crossed_;
  size_t recorded_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CLAIM_REPORT_H_
