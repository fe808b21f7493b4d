#include "server/rpc/finding_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/consistency_reader.h"
#include "consistency/explanation.h"
#include "consistency/finding_rows.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "consistency/rows.h"
#include "consistency/rules/evaluation.h"
#include "consistency/stored_rule_facts.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/convert/findings.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/call.h"
#include "server/rpc/finding_filter.h"
#include "server/rpc/finding_updates.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

// The finding under the canonical id of its entity.
absl::Status Show(const Identity& identity, const convert::FindingView& view,
                  const Finding& finding, v1::Finding* wire) {
  ToWire(finding, view, wire);
  CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                             identity.CanonicalOf(finding.subject.entity));
  convert::ShowCanonical(canonical, wire);
  return absl::OkStatus();
}

absl::Status ListFindingsNow(const ServiceContext& context,
                             const v1::ListFindingsRequest& request,
                             v1::ListFindingsResponse* response) {
  const std::string name =
      absl::StrCat("findings/", request.filter().ShortDebugString());
  const auto vocabulary = context.vocabularies->Current();
  CONCORDAT_RETURN_IF_ERROR(
      CheckFindingFilter("filter", request.filter(), vocabulary.get()));
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), name, start));
  const Identity identity = session.identity();
  CONCORDAT_ASSIGN_OR_RETURN(const FindingFilter filter,
                             ReadFindingFilter(request.filter(), identity));
  CONCORDAT_ASSIGN_OR_RETURN(const Mutes mutes, ReadMutes(session.reader()));
  const convert::FindingView view{*context.tokens, mutes, context.clock->Now()};
  CONCORDAT_ASSIGN_OR_RETURN(
      FindingPage page,
      ListFindings(session.reader(), mutes, filter, start, limit));
  for (const Finding& finding : page.findings) {
    CONCORDAT_RETURN_IF_ERROR(
        Show(identity, view, finding, response->add_findings()));
  }
  const size_t kept = CutToAnswer(response->mutable_findings());
  if (kept < page.findings.size()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        page, ListFindings(session.reader(), mutes, filter, start, kept));
  }
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, name));
  }
  if (request.count_total()) {
    CONCORDAT_ASSIGN_OR_RETURN(const int64_t total,
                               CountFindings(session.reader(), mutes, filter));
    response->set_total(total);
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

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

absl::Status AddEvidence(const ServiceContext& context,
                         const ReadSession& session, const Finding& finding,
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

// False where it cannot be judged again.
absl::StatusOr<bool> ReplayOne(const ServiceContext& context,
                               const Reader& reader, Revision oldest,
                               const Finding& finding,
                               v1::ReplayFindingsResponse* response) {
  if (finding.erased) return false;
  if (finding.subject.family != FindingFamily::kRule) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const std::optional<Replayed> replayed,
        JudgeAgain(context, reader, oldest, finding, Trace::kOff));
    if (!replayed.has_value()) return false;
    AddDifference(finding, VerdictOf(finding, replayed->judgement),
                  Explain(finding.claim, replayed->judgement), response);
    return true;
  }
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

absl::Status ReplayFindingsNow(const ServiceContext& context,
                               const v1::ReplayFindingsRequest& request,
                               v1::ReplayFindingsResponse* response) {
  const std::string name =
      absl::StrCat("replay/", request.filter().ShortDebugString());
  const auto vocabulary = context.vocabularies->Current();
  CONCORDAT_RETURN_IF_ERROR(
      CheckFindingFilter("filter", request.filter(), vocabulary.get()));
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), name, start));
  const Reader& reader = session.reader();
  CONCORDAT_ASSIGN_OR_RETURN(
      const FindingFilter filter,
      ReadFindingFilter(request.filter(), session.identity()));
  CONCORDAT_ASSIGN_OR_RETURN(const Mutes mutes, ReadMutes(reader));
  CONCORDAT_ASSIGN_OR_RETURN(FindingPage page,
                             ListFindings(reader, mutes, filter, start, limit));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision oldest, rows::ReadOldest(reader));
  int64_t unreplayable = 0;
  for (const Finding& finding : page.findings) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const bool replayed,
        ReplayOne(context, reader, oldest, finding, response));
    if (!replayed) ++unreplayable;
  }
  response->set_unreplayable(unreplayable);
  response->set_replayed(static_cast<int64_t>(page.findings.size()) -
                         unreplayable);
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, name));
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

absl::Status GetFindingNow(const ServiceContext& context,
                           const v1::GetFindingRequest& request,
                           v1::GetFindingResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                             rows::GetFinding(session.reader(), request.id()));
  if (!finding.has_value()) return errors::NotFound("this finding");
  CONCORDAT_ASSIGN_OR_RETURN(const Mutes mutes, ReadMutes(session.reader()));
  CONCORDAT_RETURN_IF_ERROR(Show(session.identity(),
                                 {*context.tokens, mutes, context.clock->Now()},
                                 *finding, response->mutable_finding()));
  const bool of_rule = finding->subject.family == FindingFamily::kRule;
  if (!of_rule) ToWire(finding->claim, response->mutable_claim());
  if (!finding->erased) {
    CONCORDAT_RETURN_IF_ERROR(
        of_rule ? AddRuleEvidence(context, session, *finding, response)
                : AddEvidence(context, session, *finding, response));
  }

  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<FindingEvent> events,
      rows::GetFindingEvents(session.reader(), finding->id));
  for (const FindingEvent& event : events) {
    ToWire(event, *context.tokens, response->add_history());
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return CheckAnswerBytes(*response);
}

}  // namespace

grpc::ServerUnaryReactor* FindingServiceHandlers::ListFindings(
    grpc::CallbackServerContext* rpc, const v1::ListFindingsRequest* request,
    v1::ListFindingsResponse* response) {
  return RunCall(context_, rpc, "ListFindings", [this, request, response] {
    return ListFindingsNow(context_, *request, response);
  });
}

grpc::ServerUnaryReactor* FindingServiceHandlers::GetFinding(
    grpc::CallbackServerContext* rpc, const v1::GetFindingRequest* request,
    v1::GetFindingResponse* response) {
  return RunCall(context_, rpc, "GetFinding", [this, request, response] {
    return GetFindingNow(context_, *request, response);
  });
}

grpc::ServerUnaryReactor* FindingServiceHandlers::ReplayFindings(
    grpc::CallbackServerContext* rpc, const v1::ReplayFindingsRequest* request,
    v1::ReplayFindingsResponse* response) {
  return RunCall(context_, rpc, "ReplayFindings", [this, request, response] {
    return ReplayFindingsNow(context_, *request, response);
  });
}

grpc::ServerUnaryReactor* FindingServiceHandlers::UpdateFindings(
    grpc::CallbackServerContext* rpc, const v1::UpdateFindingsRequest* request,
    v1::UpdateFindingsResponse* response) {
  return StartUpdateFindings(context_, rpc, *request, response);
}

grpc::ServerUnaryReactor* FindingServiceHandlers::PutMute(
    grpc::CallbackServerContext* rpc, const v1::PutMuteRequest* request,
    v1::PutMuteResponse* response) {
  return StartPutMute(context_, rpc, *request, response);
}

grpc::ServerUnaryReactor* FindingServiceHandlers::LiftMute(
    grpc::CallbackServerContext* rpc, const v1::LiftMuteRequest* request,
    v1::LiftMuteResponse* response) {
  return StartLiftMute(context_, rpc, *request, response);
}

grpc::ServerUnaryReactor* FindingServiceHandlers::ListMutes(
    grpc::CallbackServerContext* rpc, const v1::ListMutesRequest* request,
    v1::ListMutesResponse* response) {
  return RunCall(context_, rpc, "ListMutes", [this, request, response] {
    return ListMutesNow(context_, *request, response);
  });
}

}  // namespace concordat
