// An audit as it is kept.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_AUDIT_RECORD_H_
#define CONCORDAT_CONSISTENCY_AUDITS_AUDIT_RECORD_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "consistency/audits/audit_plan.h"
#include "consistency/audits/tally.h"
#include "consistency/causes/cause_records.h"
#include "consistency/sampling/estimate.h"
#include "consistency/sampling/sampling_plan.h"
#include "graph/revision.h"

namespace concordat::audits {

// Values are those of concordat.v1.AuditState.
enum class AuditState : uint8_t {
  kRunning = 1,
  kSucceeded,
  kFailed,
  kCancelled,
};

// Where what the channel holds comes from. Values are those of
// concordat.v1.AuditSource.
enum class AuditSource : uint8_t {
  kExport = 1,    // rows that were sent
  kHeld,          // what its claims said last
  kProbe,         // it was asked
  kDifferential,  // a sketch of all, and the records that differ
};

// What became of a contradiction from one audit to a later one. Values are
// those of concordat.v1.AuditChange.
enum class AuditChange : uint8_t {
  kNew = 1,
  kUnchanged,
  kUpdated,  // another verdict, or another value
  kGone,
  kReopened,  // it was gone
};
inline constexpr int kAuditChangesMax = 6;  // values are 1 ... 5

// How many contradictions there are of each kind; of several, sums of rows.
using ChangeCounts = std::array<VerdictCounts, kAuditChangesMax>;

// Counts of one attribute, by the names that it had then.
struct AttributeTally {
  std::string entity_type;
  std::string attribute;
  VerdictCounts verdicts{};
  int64_t missing_values = 0;
};

struct RefusedExample {
  int64_t line = 0;
  std::string reason;
  std::string message;
};

// Rows of one value of a circumstance.
struct BreakdownRow {
  std::string dimension;  // `day`, or label.NAME
  std::string value;
  int64_t agree = 0;
  int64_t contradict = 0;
};

// A cause as an audit left it.
struct AuditCause {
  CauseRecord record;
  CauseChange change = CauseChange::kNew;
  std::vector<CauseConditions> alternatives;
  // Whose main cause it is.
  int64_t findings = 0;
};

struct AuditRecord {
  uint64_t number = 0;  // from 1
  AuditState state = AuditState::kRunning;
  AuditSource source = AuditSource::kExport;
  std::string channel;
  std::string actor;
  std::string description;
  AuditScope scope;
  Revision at;
  uint64_t vocabulary_version = 0;
  absl::Time as_at;
  absl::Time started_at;
  absl::Time ended_at = absl::InfiniteFuture();
  // Why it failed; empty where it did not.
  std::string error;
  // Only once it has succeeded.
  int64_t rows = 0;
  int64_t refused_rows = 0;
  int64_t rows_out_of_scope = 0;
  int64_t entities_covered = 0;
  int64_t entities_missing = 0;
  std::vector<AttributeTally> attributes;  // those that are not all zero
  VerdictCounts others{};  // of what is about nobody who is known
  std::vector<RefusedExample> refused;
  // Contradictions: several rows can make one.
  int64_t findings = 0;
  // Of the newest audit before with this channel and scope that succeeded; 0:
  // there is none, and all is new.
  uint64_t previous = 0;
  ChangeCounts changes{};  // since that one, by the verdict of now, or of then
  // What explains them: those found, then those of audits before.
  std::vector<AuditCause> causes;
  int64_t unexplained = 0;
  std::vector<BreakdownRow> breakdown;
  // Whether circumstances were too many to be told apart.
  bool breakdown_truncated = false;
  // Of a sample: how it was taken, and what it says once it has succeeded.
  std::optional<sampling::SamplingPlan> sampling;
  std::optional<sampling::Estimate> estimate;

  VerdictCounts Totals() const;
  // Whether it is of the same channel, scope and sampling: the one follows the
  // other.
  bool IsLike(const AuditRecord& other) const {
    return channel == other.channel && scope == other.scope &&
           sampling == other.sampling;
  }
};

// Takes over the counts.
void SetTally(const Tally& tally, const TruthIndex& index, AuditRecord& record);

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_AUDIT_RECORD_H_
