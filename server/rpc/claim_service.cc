#include "server/rpc/claim_service.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/consistency_reader.h"
#include "consistency/coverage.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/claim_wire.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/rpc/access_control.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/call.h"
#include "server/rpc/filter_values.h"
#include "server/rpc/ordered_stream.h"
#include "server/rpc/read_session.h"
#include "server/rpc/refused_stream.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

// What is answered, in bytes, or why nothing could be recorded.
using Answer = std::function<void(absl::Status, grpc::ByteBuffer)>;

grpc::ByteBuffer ResultsOf(const ServiceContext& context,
                           const convert::ClaimBatch& batch,
                           const ReportReply& reply) {
  const grpc::Slice bytes(convert::WriteResults(
      batch.refused, reply.outcomes,
      context.tokens->RevisionToken(reply.revision), reply.vocabulary_version));
  return grpc::ByteBuffer(&bytes, 1);
}

// Of a batch of which nothing could be converted: nothing is written.
void AnswerRefused(const ServiceContext& context,
                   const convert::ClaimBatch& batch, const Answer& answer) {
  const auto vocabulary = context.vocabularies->Require();
  if (!vocabulary.ok()) return answer(vocabulary.status(), {});
  const absl::StatusOr<ReadSession> session = ReadSession::OpenLatest(context);
  if (!session.ok()) return answer(session.status(), {});
  answer(absl::OkStatus(),
         ResultsOf(context, batch,
                   {.outcomes = {},
                    .revision = session->revision(),
                    .vocabulary_version = (*vocabulary)->version}));
}

// Who speaks for a channel reports what that one says, and no other.
void KeepOwn(const Caller& caller, convert::ClaimBatch& batch) {
  if (caller.judges_channels()) return;
  std::vector<PreparedClaim> own;
  size_t next = 0;
  for (size_t i = 0; i < batch.refused.size(); ++i) {
    if (!batch.refused[i].ok()) continue;
    PreparedClaim& claim = batch.claims[next++];
    if (claim.claim.channel == caller.channel) {
      own.push_back(std::move(claim));
    } else {
      batch.refused[i] = errors::OtherChannel("channel", caller.channel);
    }
  }
  batch.claims = std::move(own);
}

// Of what a channel may not know it is not told whether it was right.
void HideJudgement(ReportReply& reply) {
  for (ClaimOutcome& outcome : reply.outcomes) {
    outcome.further.reset();
    if (outcome.verdict == Verdict::kNotEntitled) outcome.finding_id.clear();
  }
}

// Reports what could be converted of a request.
void RecordClaims(const ServiceContext& context, const Call& call,
                  const grpc::ByteBuffer& request, Answer answer) {
  // The claims are views of it.
  struct Received {
    grpc::Slice bytes;
    convert::ClaimBatch batch;
  };
  auto received = std::make_shared<Received>();
  if (!request.DumpToSingleSlice(&received->bytes).ok()) {
    return answer(errors::UnreadableMessage(), {});
  }
  absl::StatusOr<convert::ClaimBatch> batch = convert::ReadClaims(
      {reinterpret_cast<const char*>(received->bytes.begin()),
       received->bytes.size()});
  if (!batch.ok()) return answer(batch.status(), {});
  received->batch = *std::move(batch);
  const auto items = static_cast<int64_t>(received->batch.refused.size());
  if (const absl::Status spent = context.access->Spend(call, items);
      !spent.ok()) {
    return answer(spent, {});
  }
  KeepOwn(*call.caller, received->batch);
  if (received->batch.claims.empty() && !received->batch.refused.empty()) {
    return AnswerRefused(context, received->batch, answer);
  }
  absl::Span<PreparedClaim> claims = absl::MakeSpan(received->batch.claims);
  context.committer->Report(
      claims, [&context, received = std::move(received),
               judges = call.caller->judges_channels(),
               answer = std::move(answer)](absl::StatusOr<ReportReply> reply) {
        if (!reply.ok()) return answer(reply.status(), {});
        if (!judges) HideJudgement(*reply);
        answer(absl::OkStatus(), ResultsOf(context, received->batch, *reply));
      });
}

absl::Status CheckClaimNow(const ServiceContext& context,
                           const v1::CheckClaimRequest& request,
                           v1::CheckClaimResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::Open(context, request.consistency()));
  absl::StatusOr<Claim> claim = FromWire(request.claim());
  if (!claim.ok()) return WithField("claim", claim.status());
  const absl::Time now = context.clock->Now();
  claim->received_at = now;
  if (!claim->said_at_given) claim->said_at = now;
  if (const absl::Status valid =
          ValidateClaim(*vocabulary, ViewOf(*claim), now);
      !valid.ok()) {
    return WithField("claim", valid);
  }
  StoredKnowledge knowledge(session.reader(), session.revision(), *vocabulary,
                            nullptr);
  CONCORDAT_ASSIGN_OR_RETURN(const Judgement judgement,
                             Judge(*claim, *vocabulary, knowledge, Trace::kOn));
  ToWire(*claim, judgement, *context.tokens, response->mutable_judgement());
  if (judgement.entity.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                               knowledge.ClusterOf(*judgement.entity));
    convert::ShowCanonical(cluster.canonical, response->mutable_judgement());
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

// The ids of the one entity that a list is of; none: it is of all.
template <typename Request>
absl::StatusOr<std::vector<EntityId>> EntitiesOf(const Identity& identity,
                                                 const Request& request) {
  if (!request.has_entity()) return std::vector<EntityId>();
  CONCORDAT_ASSIGN_OR_RETURN(Cluster cluster,
                             identity.ClusterOf(FromWire(request.entity())));
  return std::move(cluster.members);
}

absl::Status ListHeldClaimsNow(const ServiceContext& context,
                               const v1::ListHeldClaimsRequest& request,
                               v1::ListHeldClaimsResponse* response) {
  const std::string name = absl::StrCat("held/", request.channel(), "/",
                                        request.entity().ShortDebugString());
  const auto vocabulary = context.vocabularies->Current();
  CONCORDAT_RETURN_IF_ERROR(
      CheckChannel("channel", request.channel(), vocabulary.get()));
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), name, start));
  const Identity identity = session.identity();
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<EntityId> entities,
                             EntitiesOf(identity, request));
  CONCORDAT_ASSIGN_OR_RETURN(const HeldReader held,
                             HeldReader::Open(session.reader(), entities));
  CONCORDAT_ASSIGN_OR_RETURN(
      HeldClaimPage page,
      ListHeldClaims(session.reader(), held, request.channel(), entities, start,
                     limit));
  for (const HeldClaimPage::Item& item : page.items) {
    v1::HeldClaim* const wire = response->add_claims();
    ToWire(item, wire);
    CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                               identity.CanonicalOf(item.held.entity()));
    convert::ShowCanonical(canonical, wire);
  }
  const size_t kept = CutToAnswer(response->mutable_claims());
  if (kept < page.items.size()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        page, ListHeldClaims(session.reader(), held, request.channel(),
                             entities, start, kept));
  }
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, name));
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

absl::Status ListUnconfirmedNow(const ServiceContext& context,
                                const v1::ListUnconfirmedRequest& request,
                                v1::ListUnconfirmedResponse* response) {
  const std::string name = absl::StrCat("unconfirmed/", request.channel(), "/",
                                        request.entity().ShortDebugString());
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_RETURN_IF_ERROR(
      CheckChannel("channel", request.channel(), vocabulary.get()));
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), name, start));
  const Identity identity = session.identity();
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<EntityId> entities,
                             EntitiesOf(identity, request));
  StoredKnowledge knowledge(session.reader(), session.revision(), *vocabulary,
                            nullptr);
  CONCORDAT_ASSIGN_OR_RETURN(
      UnconfirmedPage page,
      ListUnconfirmed(session.reader(), *vocabulary, knowledge,
                      context.clock->Now(), request.channel(), entities, start,
                      limit));
  for (const Unconfirmed& item : page.items) {
    v1::Unconfirmed* const wire = response->add_unconfirmed();
    ToWire(HeldClaimPage::Item{item.held, ""}, wire->mutable_held());
    CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                               identity.CanonicalOf(item.held.entity()));
    convert::ShowCanonical(canonical, wire->mutable_held());
    ToWire(item.changed_at, wire->mutable_changed_at());
    ToWire(item.due_at, wire->mutable_due_at());
  }
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, name));
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return CheckAnswerBytes(*response);
}

}  // namespace

grpc::ServerUnaryReactor* ClaimServiceHandlers::ReportClaims(
    grpc::CallbackServerContext* rpc, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  if (const absl::Status& admission = ServedCall::Of(*rpc).admission;
      !admission.ok()) {
    return FinishCall(context_, rpc, "ReportClaims", reactor, admission);
  }
  RecordClaims(context_, ServedCall::Of(*rpc).call, *request,
               [this, rpc, reactor, response](absl::Status status,
                                              grpc::ByteBuffer results) {
                 response->Swap(&results);
                 FinishCall(context_, rpc, "ReportClaims", reactor, status);
               });
  return reactor;
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*
ClaimServiceHandlers::StreamClaims(grpc::CallbackServerContext* rpc) {
  const ServedCall& call = ServedCall::Of(*rpc);
  if (!call.admission.ok()) {
    return new RefusedStream<
        grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>>(
        context_, *rpc, "StreamClaims", call.admission);
  }
  return new OrderedStream(
      context_.logger, "StreamClaims", TraceIdOf(*rpc),
      [this, call = call.call](const grpc::ByteBuffer& request,
                               OrderedStream::Answer answer) {
        RecordClaims(context_, call, request, std::move(answer));
      });
}

grpc::ServerUnaryReactor* ClaimServiceHandlers::CheckClaim(
    grpc::CallbackServerContext* rpc, const v1::CheckClaimRequest* request,
    v1::CheckClaimResponse* response) {
  return RunCall(context_, rpc, "CheckClaim", request,
                 [this, request, response] {
                   return CheckClaimNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* ClaimServiceHandlers::ListHeldClaims(
    grpc::CallbackServerContext* rpc, const v1::ListHeldClaimsRequest* request,
    v1::ListHeldClaimsResponse* response) {
  return RunCall(context_, rpc, "ListHeldClaims", request,
                 [this, request, response] {
                   return ListHeldClaimsNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* ClaimServiceHandlers::ListUnconfirmed(
    grpc::CallbackServerContext* rpc, const v1::ListUnconfirmedRequest* request,
    v1::ListUnconfirmedResponse* response) {
  return RunCall(context_, rpc, "ListUnconfirmed", request,
                 [this, request, response] {
                   return ListUnconfirmedNow(context_, *request, response);
                 });
}

}  // namespace concordat
