#include "consistency/opened_findings.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "consistency/finding_rows.h"
#include "consistency/findings.h"
#include "consistency/mutes.h"
#include "consistency/rejudgement.h"
#include "consistency/rule_rows.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// The first half of an id, which is 32 hexadecimal digits (FingerprintOf).
uint64_t PrefixOf(absl::string_view finding_id) {
  constexpr size_t kDigits = 16;
  uint64_t prefix = 0;
  (void)absl::SimpleHexAtoi(finding_id.substr(0, kDigits), &prefix);
  return prefix;
}

}  // namespace

// The ranks are the shortest rows that name every finding.
absl::Status OpenedFindings::Load(const Reader& reader) {
  known_.clear();
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(rows::kFindingRanks, "", "",
                  [&](absl::string_view rank, absl::string_view) {
                    Add(rank.substr(kRankBytes));
                    return true;
                  }));
  return LoadDue(reader);
}

absl::Status OpenedFindings::LoadDue(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(next_due_, rows::NextDueFinding(reader));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<Mute> mutes,
                             rows::GetMutes(reader, /*ended=*/false));
  for (const Mute& mute : mutes) NoteDue(mute.expires_at);
  CONCORDAT_ASSIGN_OR_RETURN(const absl::Time rule, rows::NextDueRule(reader));
  NoteDue(rule);
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Rejudgement> rejudgement,
                             rows::ReadRejudgement(reader));
  if (rejudgement.has_value()) NoteDue(absl::InfinitePast());
  return absl::OkStatus();
}

void OpenedFindings::NoteDue(absl::Time due) {
  next_due_ = std::min(next_due_, due);
}

bool OpenedFindings::MayHold(const EntityId& entity, absl::string_view channel,
                             absl::string_view attribute) const {
  const std::vector<FindingSubject> subjects =
      SubjectsOfClaim(entity, channel, attribute);
  return std::any_of(subjects.begin(), subjects.end(),
                     [this](const FindingSubject& subject) {
                       return MayHold(FingerprintOf(subject));
                     });
}

void OpenedFindings::Add(absl::string_view finding_id) {
  known_.insert(PrefixOf(finding_id));
}

bool OpenedFindings::MayHold(absl::string_view finding_id) const {
  return known_.contains(PrefixOf(finding_id));
}

}  // namespace concordat
