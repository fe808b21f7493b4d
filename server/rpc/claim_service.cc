#include "server/rpc/claim_service.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/consistency_reader.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/call.h"
#include "server/rpc/filter_values.h"
#include "server/rpc/ordered_stream.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

// A batch from the wire: the claims that could be converted, and for each item
// of the batch why not, so that one bad item does not touch the others.
struct ConvertedBatch {
  std::vector<Claim> claims;
  std::vector<absl::Status> refused;  // one an item; OK: it is in `claims`
};

template <typename Request>
ConvertedBatch Convert(const Request& request) {
  ConvertedBatch batch;
  batch.claims.reserve(request.claims_size());
  batch.refused.resize(request.claims_size());
  for (int i = 0; i < request.claims_size(); ++i) {
    absl::StatusOr<Claim> claim = FromWire(request.claims(i));
    if (claim.ok()) {
      batch.claims.push_back(*std::move(claim));
    } else {
      batch.refused[i] = claim.status();
    }
  }
  return batch;
}

// Puts the committer's outcomes and the items refused before together again.
template <typename Response>
void Fill(const ServiceContext& context,
          const std::vector<absl::Status>& refused, const ReportReply& reply,
          Response* response) {
  size_t next = 0;
  for (size_t i = 0; i < refused.size(); ++i) {
    ClaimOutcome outcome{.error = refused[i]};
    if (refused[i].ok()) outcome = reply.outcome.claims[next++];
    outcome.error = WithField(absl::StrCat("claims[", i, "]"), outcome.error);
    ToWire(outcome, response->add_results());
  }
  response->set_revision(context.tokens->RevisionToken(reply.revision));
  response->set_vocabulary_version(reply.vocabulary_version);
}

// Reports what could be converted. `done` gets OK and a filled response, or
// why nothing could be recorded.
template <typename Response, typename Request>
void Report(const ServiceContext& context, const Request& request,
            std::function<void(absl::Status, Response)> done) {
  // Here, because the committer sees only what could be converted.
  if (request.claims_size() > limits::kClaimsPerBatchMax) {
    return done(
        errors::LimitExceeded("claims_per_batch_max", request.claims_size(),
                              limits::kClaimsPerBatchMax, "claims"),
        {});
  }
  ConvertedBatch batch = Convert(request);
  if (batch.claims.empty() && !batch.refused.empty()) {
    Response response;
    const auto vocabulary = context.vocabularies->Require();
    if (!vocabulary.ok()) return done(vocabulary.status(), {});
    absl::StatusOr<ReadSession> session = ReadSession::OpenLatest(context);
    if (!session.ok()) return done(session.status(), {});
    Fill(context, batch.refused,
         {.outcome = {},
          .revision = session->revision(),
          .vocabulary_version = (*vocabulary)->version},
         &response);
    return done(absl::OkStatus(), std::move(response));
  }
  context.committer->Report(
      std::move(batch.claims),
      [&context, refused = std::move(batch.refused),
       done = std::move(done)](absl::StatusOr<ReportReply> reply) {
        Response response;
        if (!reply.ok()) return done(reply.status(), {});
        Fill(context, refused, *reply, &response);
        done(absl::OkStatus(), std::move(response));
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
  if (const absl::Status valid = ValidateClaim(*vocabulary, *claim, now);
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
  std::vector<EntityId> entities;
  if (request.has_entity()) {
    CONCORDAT_ASSIGN_OR_RETURN(Cluster cluster,
                               identity.ClusterOf(FromWire(request.entity())));
    entities = std::move(cluster.members);
  }
  CONCORDAT_ASSIGN_OR_RETURN(HeldClaimPage page,
                             ListHeldClaims(session.reader(), request.channel(),
                                            entities, start, limit));
  for (const HeldClaimPage::Item& item : page.items) {
    v1::HeldClaim* const wire = response->add_claims();
    ToWire(item.entity, item.held, wire);
    CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                               identity.CanonicalOf(item.entity));
    convert::ShowCanonical(canonical, wire);
  }
  const size_t kept = CutToAnswer(response->mutable_claims());
  if (kept < page.items.size()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        page, ListHeldClaims(session.reader(), request.channel(), entities,
                             start, kept));
  }
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, name));
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ClaimServiceHandlers::ReportClaims(
    grpc::CallbackServerContext* rpc, const v1::ReportClaimsRequest* request,
    v1::ReportClaimsResponse* response) {
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  Report<v1::ReportClaimsResponse>(
      context_, *request,
      [this, rpc, reactor, response](absl::Status status,
                                     v1::ReportClaimsResponse filled) {
        *response = std::move(filled);
        FinishCall(context_, rpc, "ReportClaims", reactor, status);
      });
  return reactor;
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*
ClaimServiceHandlers::StreamClaims(grpc::CallbackServerContext* rpc) {
  using Stream =
      OrderedStream<v1::StreamClaimsRequest, v1::StreamClaimsResponse>;
  return new Stream(
      context_.logger, "StreamClaims", TraceIdOf(*rpc),
      [this](const v1::StreamClaimsRequest& request, Stream::Answer answer) {
        Report<v1::StreamClaimsResponse>(context_, request, std::move(answer));
      });
}

grpc::ServerUnaryReactor* ClaimServiceHandlers::CheckClaim(
    grpc::CallbackServerContext* rpc, const v1::CheckClaimRequest* request,
    v1::CheckClaimResponse* response) {
  return RunCall(context_, rpc, "CheckClaim", [this, request, response] {
    return CheckClaimNow(context_, *request, response);
  });
}

grpc::ServerUnaryReactor* ClaimServiceHandlers::ListHeldClaims(
    grpc::CallbackServerContext* rpc, const v1::ListHeldClaimsRequest* request,
    v1::ListHeldClaimsResponse* response) {
  return RunCall(context_, rpc, "ListHeldClaims", [this, request, response] {
    return ListHeldClaimsNow(context_, *request, response);
  });
}

}  // namespace concordat
