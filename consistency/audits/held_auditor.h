#ifndef CONCORDAT_CONSISTENCY_AUDITS_HELD_AUDITOR_H_
#define CONCORDAT_CONSISTENCY_AUDITS_HELD_AUDITOR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "consistency/audits/audit_finding.h"
#include "consistency/audits/audit_plan.h"
#include "consistency/audits/coverage.h"
#include "consistency/audits/tally.h"
#include "consistency/held_claims.h"
#include "graph/store.h"

namespace concordat::audits {

// Keys that cut what is held into so many parts of about one size: the first
// key of each but the first.
std::vector<std::string> HeldParts(const TruthIndex& index, size_t parts);

// Audits what a channel's claims said last. They are judged already, and again
// whenever what they are about changes, so that counting them is reading them.
// Not thread-safe.
class HeldAuditor {
 public:
  // All must outlive this. `reader` is at the plan's revision.
  HeldAuditor(const AuditPlan* plan, Coverage* coverage, const Reader* reader);

  // Asked now and then, and told how many more there were.
  using GoOn = absl::FunctionRef<bool(int64_t more)>;
  // Takes findings, and leaves none.
  using TakeFindings =
      absl::FunctionRef<absl::Status(std::vector<AuditFinding>& findings)>;

  // Goes through those with keys (HeldKey) from `begin` to before `end`; empty:
  // from the first on, to the last. Nobody may write to the index meanwhile.
  // Errors: the reader's, those of `take_findings`, CANCELLED.
  absl::Status Audit(absl::string_view begin, absl::string_view end, GoOn go_on,
                     TakeFindings take_findings);

  const Tally& tally() const { return tally_; }

 private:
  // What one is about.
  struct About {
    TruthIndex::TypeNumber type = TruthIndex::kNoType;
    absl::string_view id;
    TruthIndex::AttributeNumber attribute = TruthIndex::kNoAttribute;
    absl::string_view attribute_name;
  };

  absl::Status Take(const HeldEntry& entry, TakeFindings take_findings);
  About AboutOf(absl::string_view type, absl::string_view id,
                absl::string_view attribute);
  void List(const About& about, Verdict verdict);
  // What the listed ones say, and why they are wrong.
  absl::Status LookUp(TakeFindings take_findings);

  const AuditPlan& plan_;
  const TruthIndex& index_;
  Coverage& coverage_;
  const Reader& reader_;
  Tally tally_;
  std::vector<AuditFinding> listed_;
  // Of the entry before: most are like it.
  absl::string_view type_name_;
  TruthIndex::TypeNumber type_ = TruthIndex::kNoType;
  TruthIndex::EntityNumber entity_ = TruthIndex::kNoEntity;
  struct Named {
    std::string name;
    TruthIndex::TypeNumber type;
    TruthIndex::AttributeNumber number;
  };
  std::vector<Named> named_;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_HELD_AUDITOR_H_
