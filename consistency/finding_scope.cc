#include "consistency/finding_scope.h"

#include <algorithm>

namespace concordat {
namespace {

// Of the finding's attribute, or of its rule.
bool AllowsAbout(const FindingScope& scope, const FindingSubject& subject) {
  if (scope.attributes.empty() && scope.rules.empty()) return true;
  const std::vector<std::string>& named =
      subject.family == FindingFamily::kRule ? scope.rules : scope.attributes;
  return !named.empty() && Allows(named, subject.attribute);
}

// Of the finding's channel, or of one of several.
bool AllowsChannel(const FindingScope& scope, const Finding& finding) {
  if (!IsCross(finding.subject.family)) {
    return Allows(scope.channels, finding.subject.channel);
  }
  return Allows(scope.channels, finding.claim.channel) ||
         std::any_of(finding.others.begin(), finding.others.end(),
                     [&](const Claim& other) {
                       return Allows(scope.channels, other.channel);
                     });
}

}  // namespace

bool FindingScope::Matches(const Finding& finding) const {
  const bool labelled =
      labels.empty() ||
      std::any_of(labels.begin(), labels.end(), [&](const auto& label) {
        const auto& of_claim = finding.claim.labels;
        return std::find(of_claim.begin(), of_claim.end(), label) !=
               of_claim.end();
      });
  return labelled && AllowsAbout(*this, finding.subject) &&
         Allows(ids, finding.id) && AllowsChannel(*this, finding) &&
         Allows(verdicts, finding.verdict) &&
         Allows(families, finding.subject.family) &&
         Allows(entities, finding.subject.entity);
}

}  // namespace concordat
