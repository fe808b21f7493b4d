#include "consistency/finding_scope.h"

#include <algorithm>

namespace concordat {
bool FindingScope::Matches(const Finding& finding) const {
  const bool labelled =
      labels.empty() ||
      std::any_of(labels.begin(), labels.end(), [&](const auto& label) {
        const auto& of_claim = finding.claim.labels;
        return std::find(of_claim.begin(), of_claim.end(), label) !=
               of_claim.end();
      });
  return labelled && Allows(ids, finding.id) &&
         Allows(channels, finding.subject.channel) &&
         Allows(attributes, finding.subject.attribute) &&
         Allows(verdicts, finding.verdict) &&
         Allows(families, finding.subject.family) &&
         Allows(entities, finding.subject.entity);
}

bool FindingScope::empty() const {
  return ids.empty() && channels.empty() && attributes.empty() &&
         verdicts.empty() && families.empty() && entities.empty() &&
         labels.empty();
}

}  // namespace concordat
