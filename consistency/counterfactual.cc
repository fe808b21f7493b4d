#include "consistency/counterfactual.h"

#include <algorithm>

#include "consistency/cross_keeper.h"
#include "consistency/explanation.h"
#include "consistency/finding_keeper.h"
#include "consistency/sides.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// What a page starts with: what it goes on in, and then where.
constexpr char kInFindings = 'f';
constexpr char kInHeld = 'h';

// Whether a scope can have a finding about what a channel holds that there is
// not yet: it says nothing of findings as they are.
bool MayOpenIn(const FindingScope& scope) {
  const bool of_attributes = scope.rules.empty() || !scope.attributes.empty();
  return of_attributes && scope.ids.empty() &&
         Allows(scope.families, FindingFamily::kDisagreement);
}

bool MayOpen(const FindingScope& scope, const HeldClaim& held) {
  const auto& of_claim = held.judged.claim.labels;
  const bool labelled =
      scope.labels.empty() ||
      std::any_of(scope.labels.begin(), scope.labels.end(),
                  [&](const auto& label) {
                    return std::find(of_claim.begin(), of_claim.end(), label) !=
                           of_claim.end();
                  });
  return labelled && Allows(scope.channels, held.channel()) &&
         Allows(scope.attributes, held.attribute());
}

// nullopt where nobody can judge it.
absl::StatusOr<std::optional<Judgement>> JudgeIfPossible(
    const Claim& claim, const Vocabulary& vocabulary, Knowledge& knowledge,
    Trace trace = Trace::kOff) {
  absl::StatusOr<Judgement> judgement =
      Judge(claim, vocabulary, knowledge, trace);
  if (IsBeyondLimits(judgement.status())) return std::nullopt;
  CONCORDAT_RETURN_IF_ERROR(judgement.status());
  return std::optional<Judgement>(*std::move(judgement));
}

}  // namespace

absl::StatusOr<Supposed> Counterfactual::Suppose(const Finding& finding) {
  Supposed supposed{.subject = finding.subject,
                    .finding_id = finding.id,
                    .verdict = finding.verdict};
  Claim claim = finding.claim;
  if (IsCross(finding.subject.family)) return SupposeSides(finding);
  if (finding.erased || finding.subject.family == FindingFamily::kRule ||
      vocabulary_.FindChannel(claim.channel) == nullptr) {
    return supposed;
  }
  claim.entity = finding.subject.entity;
  // With a trace, for a plain agreement does not say what it agrees with.
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<Judgement> judgement,
      JudgeIfPossible(claim, vocabulary_, assumed_, Trace::kOn));
  if (!judgement.has_value()) return supposed;
  using Bearing = FindingKeeper::Bearing;
  const FindingFamily family = finding.subject.family;
  const Bearing bearing = FindingKeeper::BearingOn(
      family, *judgement, FindingKeeper::Trigger::kChangedTruth);
  supposed.assumed = family == FindingFamily::kDisclosure
                         ? judgement->verdict
                         : judgement->substance();
  supposed.explanation = Explain(claim, *judgement);
  if (bearing == Bearing::kAgreement) {
    supposed.outcome = SupposedOutcome::kCloses;
  } else if (bearing == Bearing::kContradiction) {
    supposed.outcome = SupposedOutcome::kStays;
  }
  return supposed;
}

absl::StatusOr<Supposed> Counterfactual::SupposeSides(const Finding& finding) {
  Supposed supposed{.subject = finding.subject,
                    .finding_id = finding.id,
                    .verdict = finding.verdict};
  if (finding.erased) return supposed;
  CONCORDAT_ASSIGN_OR_RETURN(
      const Sides sides,
      CompareSides(SidesOfFinding(finding), vocabulary_, assumed_));
  const SidesOutcome outcome = OutcomeOf(finding.subject, sides, vocabulary_);
  supposed.explanation = ExplainSides(sides);
  if (outcome == SidesOutcome::kGone) {
    supposed.outcome = SupposedOutcome::kCloses;
  } else if (outcome == SidesOutcome::kShown) {
    supposed.outcome = SupposedOutcome::kStays;
  }
  return supposed;
}

absl::StatusOr<std::optional<Supposed>> Counterfactual::SupposeHeld(
    const HeldClaim& held) {
  Claim claim = held.judged.claim;
  claim.entity = held.entity();
  if (claim.erased || vocabulary_.FindChannel(claim.channel) == nullptr) {
    return std::nullopt;
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Judgement> assumed,
                             JudgeIfPossible(claim, vocabulary_, assumed_));
  if (!assumed.has_value() || !IsDisagreement(assumed->substance())) {
    return std::nullopt;
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Judgement> today,
                             JudgeIfPossible(claim, vocabulary_, known_));
  if (!today.has_value() || IsDisagreement(today->substance())) {
    return std::nullopt;
  }
  Supposed supposed{.outcome = SupposedOutcome::kOpens,
                    .subject = {.entity = held.entity(),
                                .attribute = held.attribute(),
                                .channel = held.channel(),
                                .family = FindingFamily::kDisagreement},
                    .verdict = today->substance(),
                    .assumed = assumed->substance(),
                    .explanation = Explain(claim, *assumed)};
  supposed.finding_id = FingerprintOf(supposed.subject);
  return supposed;
}

void Counterfactual::Add(Supposed supposed, SupposedPage& page) const {
  FindingGroup group{.family = supposed.subject.family,
                     .channel = supposed.subject.channel,
                     .attribute = supposed.subject.attribute,
                     .verdict = supposed.verdict};
  if (supposed.outcome == SupposedOutcome::kOpens) {
    group.verdict = *supposed.assumed;
  }
  ++page.counts[{supposed.outcome, std::move(group)}];
  const auto shown = std::count_if(
      page.examples.begin(), page.examples.end(),
      [&](const Supposed& one) { return one.outcome == supposed.outcome; });
  if (static_cast<size_t>(shown) < examples_) {
    page.examples.push_back(std::move(supposed));
  }
}

absl::Status Counterfactual::LookAtFindings(const FindingFilter& filter,
                                            absl::string_view start,
                                            size_t limit, SupposedPage& page) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const FindingPage findings,
      ListFindings(reader_, mutes_, filter, start, limit));
  for (const Finding& finding : findings.findings) {
    CONCORDAT_ASSIGN_OR_RETURN(Supposed supposed, Suppose(finding));
    Add(std::move(supposed), page);
  }
  page.findings = static_cast<int64_t>(findings.findings.size());
  if (!findings.next.empty()) {
    page.next = kInFindings + findings.next;
  } else if (MayOpenIn(filter.scope)) {
    page.next = kInHeld;
  }
  return absl::OkStatus();
}

absl::Status Counterfactual::LookAtHeld(const FindingScope& scope,
                                        absl::string_view start, size_t limit,
                                        SupposedPage& page) {
  std::vector<HeldClaim> looked_at;
  std::vector<std::string> prefixes;
  for (const EntityId& entity : scope.entities) {
    prefixes.push_back(KeyWriter().Entity(entity).Take());
  }
  if (prefixes.empty()) prefixes.emplace_back();
  std::string next;
  for (const std::string& prefix : prefixes) {
    const std::string end = PrefixEnd(prefix);
    if (!next.empty() || (!end.empty() && end <= start)) continue;
    CONCORDAT_RETURN_IF_ERROR(
        held_.Visit(std::max<absl::string_view>(prefix, start), end,
                    [&](absl::string_view key, const HeldClaim& held) {
                      if (looked_at.size() == limit) {
                        next = std::string(key);
                        return false;
                      }
                      looked_at.push_back(held);
                      return true;
                    }));
  }
  for (const HeldClaim& held : looked_at) {
    if (!MayOpen(scope, held) || held.channel() == assumption_.channel) {
      continue;
    }
    const absl::StatusOr<bool> differs = assumed_.Differs(held.entity());
    if (IsBeyondLimits(differs.status())) continue;
    CONCORDAT_RETURN_IF_ERROR(differs.status());
    if (!*differs) continue;
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<Supposed> supposed,
                               SupposeHeld(held));
    if (supposed.has_value() && Allows(scope.verdicts, *supposed->assumed)) {
      Add(*std::move(supposed), page);
    }
  }
  page.claims = static_cast<int64_t>(looked_at.size());
  if (!next.empty()) page.next = kInHeld + next;
  return absl::OkStatus();
}

absl::StatusOr<SupposedPage> Counterfactual::Look(const FindingFilter& filter,
                                                  absl::string_view start,
                                                  size_t findings_max,
                                                  size_t claims_max,
                                                  size_t examples) {
  examples_ = examples;
  SupposedPage page;
  const char part = start.empty() ? kInFindings : start.front();
  if (!start.empty()) start.remove_prefix(1);
  if (part == kInHeld) {
    CONCORDAT_RETURN_IF_ERROR(
        LookAtHeld(filter.scope, start, claims_max, page));
    return page;
  }
  if (part != kInFindings) return errors::MalformedToken("page_token");
  CONCORDAT_RETURN_IF_ERROR(LookAtFindings(filter, start, findings_max, page));
  return page;
}

}  // namespace concordat
