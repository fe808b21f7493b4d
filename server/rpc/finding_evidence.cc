#include "server/rpc/finding_evidence.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "consistency/cross_keeper.h"
#include "consistency/explanation.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "consistency/rows.h"
#include "consistency/rules/evaluation.h"
#include "consistency/sides.h"
#include "consistency/stored_rule_facts.h"
#include "graph/status_macros.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/convert/findings.h"
#include "server/rpc/suggestions.h"

namespace concordat {
namespace {

using convert::ToWire;

// A finding's judgement, made again.
struct Replayed {
  Judgement judgement;
  // The entity's canonical id then.
  EntityId canonical;
};

// The evidence is not stored: judging the same claim at the same revision under
// the same vocabulary gives it again. nullopt where that history was compacted.
absl::StatusOr<std::optional<Replayed>> JudgeAgain(
    const ServiceContext& context, const Reader& reader, Revision oldest,
    const Finding& finding, Trace trace) {
  if (finding.judged_at < oldest) return std::nullopt;
  CONCORDAT_ASSIGN_OR_RETURN(
      const auto vocabulary,
      context.vocabularies->Version(reader, finding.vocabulary_version));
  StoredKnowledge knowledge(reader, finding.judged_at, *vocabulary, nullptr);
  Replayed replayed;
  CONCORDAT_ASSIGN_OR_RETURN(
      replayed.judgement, Judge(finding.claim, *vocabulary, knowledge, trace));
  CONCORDAT_ASSIGN_OR_RETURN(Cluster cluster,
                             knowledge.ClusterOf(finding.subject.entity));
  replayed.canonical = std::move(cluster.canonical);
  return std::optional<Replayed>(std::move(replayed));
}

// The same for a rule.
absl::StatusOr<std::optional<rules::Evaluation>> EvaluateAgain(
    const Reader& reader, Revision oldest, const Vocabulary& vocabulary,
    const Finding& finding, Trace trace, std::string* message) {
  const auto rule = vocabulary.rules.find(finding.subject.attribute);
  if (finding.judged_at < oldest || rule == vocabulary.rules.end()) {
    return std::nullopt;
  }
  StoredKnowledge knowledge(reader, finding.judged_at, vocabulary, nullptr);
  StoredRuleFacts facts(reader, vocabulary, knowledge);
  const absl::Time at = finding.claim.said_at;
  CONCORDAT_ASSIGN_OR_RETURN(
      rules::Evaluation evaluation,
      rules::EvaluateRule(rule->second, finding.subject.entity, at, facts,
                          trace));
  if (message != nullptr) {
    CONCORDAT_ASSIGN_OR_RETURN(
        *message,
        rules::WriteMessage(rule->second, finding.subject.entity, at, facts));
  }
  return std::optional<rules::Evaluation>(std::move(evaluation));
}

absl::Status AddRuleEvidence(const ServiceContext& context,
                             const ReadSession& session, const Finding& finding,
                             v1::GetFindingResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision oldest,
                             rows::ReadOldest(session.reader()));
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Version(
                                 session.reader(), finding.vocabulary_version));
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<rules::Evaluation> evaluation,
      EvaluateAgain(session.reader(), oldest, *vocabulary, finding, Trace::kOn,
                    nullptr));
  if (!evaluation.has_value()) {
    response->set_evidence_compacted(true);
    return absl::OkStatus();
  }
  v1::RuleEvidence* evidence = response->mutable_rule_evidence();
  convert::ToWire(vocabulary->rules.find(finding.subject.attribute)->second,
                  *evaluation, *context.tokens, evidence);
  ToWire(finding.claim.said_at, evidence->mutable_evaluated_at());
  evidence->set_revision(context.tokens->RevisionToken(finding.judged_at));
  evidence->set_vocabulary_version(finding.vocabulary_version);
  return absl::OkStatus();
}

absl::Status AddClaimEvidence(const ServiceContext& context,
                              const ReadSession& session,
                              const Finding& finding,
                              v1::GetFindingResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision oldest,
                             rows::ReadOldest(session.reader()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<Replayed> replayed,
      JudgeAgain(context, session.reader(), oldest, finding, Trace::kOn));
  if (!replayed.has_value()) {
    response->set_evidence_compacted(true);
    return absl::OkStatus();
  }
  ToWire(finding.claim, replayed->judgement, *context.tokens,
         response->mutable_judgement());
  convert::ShowCanonical(replayed->canonical, response->mutable_judgement());
  return absl::OkStatus();
}

// What a finding's verdict is called: of a disclosure not what was said, but
// that it was.
Verdict VerdictOf(const Finding& finding, const Judgement& judgement) {
  return finding.subject.family == FindingFamily::kDisclosure
             ? judgement.verdict
             : judgement.substance();
}

void AddDifference(const Finding& finding, Verdict replayed,
                   absl::string_view explanation,
                   v1::ReplayFindingsResponse* response) {
  const bool same_verdict = replayed == finding.verdict;
  if (same_verdict && explanation == finding.explanation) return;
  v1::ReplayDifference* difference = response->add_differences();
  difference->set_id(finding.id);
  difference->set_recorded(static_cast<v1::Verdict>(finding.verdict));
  difference->set_replayed(static_cast<v1::Verdict>(replayed));
  difference->set_only_explanation(same_verdict);
}

// The sides of a finding about several channels, held against one another
// again.
struct ComparedAgain {
  std::shared_ptr<const Vocabulary> vocabulary;
  Sides sides;  // points into it
};
absl::StatusOr<std::optional<ComparedAgain>> CompareAgain(
    const ServiceContext& context, const Reader& reader, Revision oldest,
    const Finding& finding) {
  if (finding.judged_at < oldest) return std::nullopt;
  ComparedAgain again;
  CONCORDAT_ASSIGN_OR_RETURN(
      again.vocabulary,
      context.vocabularies->Version(reader, finding.vocabulary_version));
  StoredKnowledge knowledge(reader, finding.judged_at, *again.vocabulary,
                            nullptr);
  CONCORDAT_ASSIGN_OR_RETURN(
      again.sides,
      CompareSides(SidesOfFinding(finding), *again.vocabulary, knowledge));
  return std::optional<ComparedAgain>(std::move(again));
}

absl::Status AddSides(const ServiceContext& context, const ReadSession& session,
                      const Finding& finding,
                      v1::GetFindingResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision oldest,
                             rows::ReadOldest(session.reader()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<ComparedAgain> again,
      CompareAgain(context, session.reader(), oldest, finding));
  if (!again.has_value()) {
    response->set_evidence_compacted(true);
    return absl::OkStatus();
  }
  const FindingSubject& subject = finding.subject;
  return Suggest(
      *context.reliability->Current(), subject.entity, again->sides,
      again->vocabulary->TermsOf(subject.entity.type, subject.attribute)
          .compare_within,
      response->mutable_sides(), response->mutable_suggestion());
}

absl::StatusOr<bool> ReplayClaim(const ServiceContext& context,
                                 const Reader& reader, Revision oldest,
                                 const Finding& finding,
                                 v1::ReplayFindingsResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<Replayed> replayed,
      JudgeAgain(context, reader, oldest, finding, Trace::kOff));
  if (!replayed.has_value()) return false;
  const Verdict verdict = VerdictOf(finding, replayed->judgement);
  if (finding.verdict == Verdict::kMisidentified &&
      verdict != finding.verdict) {
    // Nothing identifies any more whom it may have been true of.
    CONCORDAT_ASSIGN_OR_RETURN(const bool erased, rows::HoldsErasures(reader));
    if (erased) return false;
  }
  AddDifference(finding, verdict, Explain(finding.claim, replayed->judgement),
                response);
  return true;
}

absl::StatusOr<bool> ReplayRule(const ServiceContext& context,
                                const Reader& reader, Revision oldest,
                                const Finding& finding,
                                v1::ReplayFindingsResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const auto vocabulary,
      context.vocabularies->Version(reader, finding.vocabulary_version));
  std::string message;
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<rules::Evaluation> evaluation,
                             EvaluateAgain(reader, oldest, *vocabulary, finding,
                                           Trace::kOff, &message));
  if (!evaluation.has_value()) return false;
  AddDifference(finding,
                evaluation->outcome == rules::RuleOutcome::kViolated
                    ? Verdict::kContradicts
                    : Verdict::kAgrees,
                message, response);
  return true;
}

absl::StatusOr<bool> ReplaySides(const ServiceContext& context,
                                 const Reader& reader, Revision oldest,
                                 const Finding& finding,
                                 v1::ReplayFindingsResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<ComparedAgain> again,
                             CompareAgain(context, reader, oldest, finding));
  if (!again.has_value()) return false;
  const SidesOutcome outcome =
      OutcomeOf(finding.subject, again->sides, *again->vocabulary);
  AddDifference(finding,
                outcome == SidesOutcome::kShown ? Verdict::kContradicts
                                                : Verdict::kAgrees,
                ExplainSides(again->sides), response);
  return true;
}

}  // namespace

absl::Status AddEvidence(const ServiceContext& context,
                         const ReadSession& session, const Finding& finding,
                         v1::GetFindingResponse* response) {
  const FindingFamily family = finding.subject.family;
  const bool of_claim = family != FindingFamily::kRule && !IsCross(family);
  if (of_claim) ToWire(finding.claim, response->mutable_claim());
  if (finding.erased) return absl::OkStatus();
  if (of_claim) return AddClaimEvidence(context, session, finding, response);
  return IsCross(family) ? AddSides(context, session, finding, response)
                         : AddRuleEvidence(context, session, finding, response);
}

absl::StatusOr<bool> ReplayFinding(const ServiceContext& context,
                                   const Reader& reader, Revision oldest,
                                   const Finding& finding,
                                   v1::ReplayFindingsResponse* response) {
  if (finding.erased) return false;
  if (finding.subject.family == FindingFamily::kRule) {
    return ReplayRule(context, reader, oldest, finding, response);
  }
  return IsCross(finding.subject.family)
             ? ReplaySides(context, reader, oldest, finding, response)
             : ReplayClaim(context, reader, oldest, finding, response);
}

}  // namespace concordat
