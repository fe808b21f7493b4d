#ifndef CONCORDAT_CONSISTENCY_AUDITS_MISSING_FINDER_H_
#define CONCORDAT_CONSISTENCY_AUDITS_MISSING_FINDER_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "consistency/audits/audit_finding.h"
#include "consistency/audits/audit_plan.h"
#include "consistency/audits/coverage.h"
#include "consistency/audits/tally.h"
#include "consistency/knowledge.h"

namespace concordat::audits {

// What an export lacks once all of its rows were audited: entities of which the
// graph has something that the channel's contract requires, and of those that
// it has, required attributes. Not thread-safe; several may work on other
// entities.
class MissingFinder {
 public:
  // All must outlive this. `knowledge` is of the plan's revision and
  // vocabulary.
  MissingFinder(const AuditPlan* plan, const Coverage* coverage,
                StoredKnowledge* knowledge);

  // Looks at the entities [begin, end). Nobody may write to the index
  // meanwhile. Errors: the knowledge's.
  absl::Status Find(TruthIndex::EntityNumber begin,
                    TruthIndex::EntityNumber end);

  const Tally& tally() const { return tally_; }
  std::vector<AuditFinding>& findings() { return findings_; }

 private:
  using EntityNumber = TruthIndex::EntityNumber;
  using AttributeNumber = TruthIndex::AttributeNumber;

  absl::Status FindOf(EntityNumber number);
  // The ids that are one entity with this one; none where another stands for
  // it.
  absl::StatusOr<std::vector<EntityNumber>> MembersOf(EntityNumber number);
  absl::StatusOr<bool> HasTruth(EntityNumber number, AttributeNumber attribute);
  void Add(EntityNumber number, const Attribute* attribute);

  const AuditPlan& plan_;
  const TruthIndex& index_;
  const Coverage& coverage_;
  StoredKnowledge& knowledge_;
  const int32_t as_at_minute_;
  Tally tally_;
  std::vector<AuditFinding> findings_;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_MISSING_FINDER_H_
