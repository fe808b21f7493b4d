// What an audit found.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_AUDIT_FINDING_H_
#define CONCORDAT_CONSISTENCY_AUDITS_AUDIT_FINDING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/claims.h"
#include "consistency/findings.h"
#include "consistency/judge.h"
#include "consistency/verdict.h"
#include "graph/ids.h"

namespace concordat::audits {

// One contradiction of a channel, at the revision of the audit. It may be of
// several rows of the export, of which it has the last.
struct AuditFinding {
  // As addressed; nullopt where the subject is not known.
  std::optional<EntityId> entity;
  // The channel's own id; empty where it named the entity.
  std::string subject;
  // Canonical name. Empty where it is about the whole entity: UNKNOWN_SUBJECT,
  // and MISSING of an entity that no row is about.
  std::string attribute;
  Verdict verdict = Verdict::kContradicts;
  std::optional<Verdict> further;
  Exposure exposure = Exposure::kHeld;
  absl::Time said_at;
  // As the channel writes it, and as the graph has it; nullopt: none.
  std::optional<std::string> said;
  std::optional<std::string> truth;
  // Whether these, and the explanation, belong to the person that the entity
  // is; and whether that person was erased since, so that they are gone.
  bool personal = true;
  bool erased = false;
  // One sentence.
  std::string explanation;
  // Since when the truth has been so; InfinitePast: ever, or there is none.
  absl::Time true_since = absl::InfinitePast();
  // For STALE: how long ago it had been superseded.
  absl::Duration lag;
  std::vector<std::pair<std::string, std::string>> labels;
  // Of the last row, 0: of none; and how many there are.
  int64_t line = 0;
  int64_t rows = 1;
  // The audit that found it first, of those with the same scope: since then it
  // was found by each, or came back.
  uint64_t first_audit = 0;
  // It was found by audits before, and is gone since this one. 0: it is there.
  uint64_t gone_audit = 0;
  // Its main cause: the place among those of its audit, from 1; 0: none.
  uint32_t cause = 0;

  FindingFamily family() const {
    return verdict == Verdict::kNotEntitled ? FindingFamily::kDisclosure
                                            : FindingFamily::kDisagreement;
  }
};

// Whether an audit lists it: what contradicts, may not be known, cannot be read
// or is about nobody.
bool IsListed(Verdict verdict);

AuditFinding FindingOf(const Claim& claim, const Judgement& judgement,
                       bool personal, int64_t line);

// Of what it is about, without values: the same contradiction has the same in
// every audit, and is the id of the finding that claims of the channel open.
std::string FingerprintOf(const AuditFinding& finding,
                          absl::string_view channel);

// Whether the two are of one fingerprint, and whether the one comes first in
// the order of lists: by entity, those without one by subject; attribute,
// family.
bool IsSameContradiction(const AuditFinding& a, const AuditFinding& b);
bool ComesBefore(const AuditFinding& a, const AuditFinding& b);
// Makes one of two that are the same: of the later row, for both.
void Merge(AuditFinding&& other, AuditFinding& finding);
// Puts them in order, and makes one of those that are the same.
void SortAndMerge(std::vector<AuditFinding>& findings);

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_AUDIT_FINDING_H_
