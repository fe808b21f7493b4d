// The findings of a report, which are more than fit into memory.
#ifndef CONCORDAT_CLIENT_REPORT_FINDING_SOURCE_H_
#define CONCORDAT_CLIENT_REPORT_FINDING_SOURCE_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "concordat/v1/audits.pb.h"

namespace concordat::client::report {

// Is given one finding after the other. An error ends it.
using FindingVisitor = std::function<absl::Status(const v1::AuditFinding&)>;

// The findings of one audit, also those that are GONE since its baseline, in
// order of entity and attribute; each time the same.
class FindingSource {
 public:
  virtual ~FindingSource() = default;
  // Goes through all of them. Errors: its own; the visitor's.
  virtual absl::Status ForEach(const FindingVisitor& visit) = 0;
};

// Whether people have to hear of it: it is new, reopened or updated since the
// baseline, or there is no baseline to know from.
bool IsFresh(const v1::AuditFinding& finding);

// Goes through at most `max` of the `total` findings of a source; 0: all. Where
// that is not all of them, first through those that are fresh.
absl::Status ForEachAtMost(FindingSource& source, int64_t total, int64_t max,
                           const FindingVisitor& visit);

// What stands for a personal value in a report that must not have it.
inline constexpr char kMasked[] = "(masked)";

// Takes out what says who somebody is and what is true or said of them: the
// entity's id, the subject, both values and the explanation. In the place of
// each that is there stands kMasked, whatever it is and however long; in that
// of the explanation what the verdict means. What is left are ids of findings,
// names of the vocabulary, counts, times, labels and what mutes say.
void Mask(v1::AuditFinding* finding);

// Another source's findings, masked. It must outlive this.
class MaskedFindings final : public FindingSource {
 public:
  explicit MaskedFindings(FindingSource& source) : source_(source) {}
  absl::Status ForEach(const FindingVisitor& visit) override;

 private:
  FindingSource& source_;
};

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_FINDING_SOURCE_H_
