#include "server/rpc/finding_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/consistency_reader.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/call.h"
#include "server/rpc/filter_values.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

// `is_valid` says which numbers the enumeration has.
absl::Status CheckNumbers(absl::string_view field,
                          const google::protobuf::RepeatedField<int>& numbers,
                          bool (*is_valid)(int)) {
  CONCORDAT_RETURN_IF_ERROR(CheckFilterCount(field, numbers.size()));
  for (int i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != 0 && is_valid(numbers[i])) continue;
    return errors::InvalidField(absl::StrCat(field, "[", i, "]"),
                                "is not one of the values");
  }
  return absl::OkStatus();
}

absl::Status CheckFilter(const v1::FindingFilter& wire,
                         const Vocabulary* vocabulary) {
  CONCORDAT_RETURN_IF_ERROR(
      CheckChannels("filter.channels", wire.channels(), vocabulary));
  CONCORDAT_RETURN_IF_ERROR(
      CheckAttributes("filter.attributes", wire.attributes(), vocabulary));
  CONCORDAT_RETURN_IF_ERROR(
      CheckNumbers("filter.verdicts", wire.verdicts(), v1::Verdict_IsValid));
  CONCORDAT_RETURN_IF_ERROR(
      CheckNumbers("filter.states", wire.states(), v1::FindingState_IsValid));
  CONCORDAT_RETURN_IF_ERROR(CheckNumbers("filter.families", wire.families(),
                                         v1::FindingFamily_IsValid));
  if (!wire.has_entity()) return absl::OkStatus();
  return CheckEntity("filter.entity", wire.entity(), vocabulary);
}

absl::StatusOr<FindingFilter> ReadFilter(const v1::FindingFilter& wire,
                                         const Identity& identity) {
  FindingFilter filter;
  filter.channels.assign(wire.channels().begin(), wire.channels().end());
  filter.attributes.assign(wire.attributes().begin(), wire.attributes().end());
  for (const int verdict : wire.verdicts()) {
    filter.verdicts.push_back(static_cast<Verdict>(verdict));
  }
  for (const int state : wire.states()) {
    filter.states.push_back(static_cast<FindingState>(state));
  }
  for (const int family : wire.families()) {
    filter.families.push_back(static_cast<FindingFamily>(family));
  }
  if (wire.has_entity()) {
    CONCORDAT_ASSIGN_OR_RETURN(Cluster cluster,
                               identity.ClusterOf(FromWire(wire.entity())));
    filter.entities = std::move(cluster.members);
  }
  return filter;
}

// The finding under the canonical id of its entity.
absl::Status Show(const ServiceContext& context, const Identity& identity,
                  const Finding& finding, v1::Finding* wire) {
  ToWire(finding, *context.tokens, wire);
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
  CONCORDAT_RETURN_IF_ERROR(CheckFilter(request.filter(), vocabulary.get()));
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), name, start));
  const Identity identity = session.identity();
  CONCORDAT_ASSIGN_OR_RETURN(const FindingFilter filter,
                             ReadFilter(request.filter(), identity));
  CONCORDAT_ASSIGN_OR_RETURN(
      FindingPage page, ListFindings(session.reader(), filter, start, limit));
  for (const Finding& finding : page.findings) {
    CONCORDAT_RETURN_IF_ERROR(
        Show(context, identity, finding, response->add_findings()));
  }
  const size_t kept = CutToAnswer(response->mutable_findings());
  if (kept < page.findings.size()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        page, ListFindings(session.reader(), filter, start, kept));
  }
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, name));
  }
  if (request.count_total()) {
    CONCORDAT_ASSIGN_OR_RETURN(const int64_t total,
                               CountFindings(session.reader(), filter));
    response->set_total(total);
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

// The evidence is not stored: judging the same claim at the same revision under
// the same vocabulary gives it again, unless that history was compacted.
absl::Status AddEvidence(const ServiceContext& context,
                         const ReadSession& session, const Finding& finding,
                         v1::GetFindingResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision oldest,
                             rows::ReadOldest(session.reader()));
  if (finding.judged_at < oldest) {
    response->set_evidence_compacted(true);
    return absl::OkStatus();
  }
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Version(
                                 session.reader(), finding.vocabulary_version));
  StoredKnowledge knowledge(session.reader(), finding.judged_at, *vocabulary,
                            nullptr);
  CONCORDAT_ASSIGN_OR_RETURN(
      const Judgement judgement,
      Judge(finding.claim, *vocabulary, knowledge, Trace::kOn));
  ToWire(finding.claim, judgement, *context.tokens,
         response->mutable_judgement());
  // As it was known then, like all of the judgement.
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             knowledge.ClusterOf(finding.subject.entity));
  convert::ShowCanonical(cluster.canonical, response->mutable_judgement());
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
  CONCORDAT_RETURN_IF_ERROR(
      Show(context, session.identity(), *finding, response->mutable_finding()));
  ToWire(finding->claim, response->mutable_claim());

  if (!finding->erased) {
    CONCORDAT_RETURN_IF_ERROR(
        AddEvidence(context, session, *finding, response));
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

}  // namespace concordat
