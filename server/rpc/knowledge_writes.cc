// What KnowledgeService writes.
#include <functional>
#include <utility>

#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/convert/knowledge.h"
#include "server/rpc/access_control.h"
#include "server/rpc/call.h"
#include "server/rpc/knowledge_service.h"
#include "server/rpc/ordered_stream.h"
#include "server/rpc/refused_stream.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

void FillWritten(const WriteOutcome& outcome, const TokenMint& tokens,
                 v1::WriteKnowledgeResponse* response) {
  response->set_revision(tokens.RevisionToken(outcome.revision));
  response->set_replayed(outcome.replayed);
  ToWire(outcome.at, response->mutable_committed_at());
}

absl::Status AdmitWrite(const ServiceContext& context,
                        const grpc::CallbackServerContext& rpc,
                        const v1::WriteKnowledgeRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(Admit(context, rpc, request));
  return context.access->Spend(ServedCall::Of(rpc).call,
                               request.changes_size());
}

// Notes that personal values were changed, then goes on. What was written stays
// written where that cannot be noted: its commit says by whom.
void NoteWritten(const ServiceContext& context, const ServedCall& call,
                 const ShownAttributes& personal,
                 const absl::StatusOr<WriteOutcome>& outcome,
                 std::function<void()> then) {
  if (!outcome.ok() || personal.empty()) return then();
  context.access->Note(
      call, personal, /*changed=*/true,
      context.tokens->RevisionToken(outcome->revision),
      [then = std::move(then)](const absl::Status&) { then(); });
}

}  // namespace

grpc::ServerUnaryReactor* KnowledgeServiceHandlers::WriteKnowledge(
    grpc::CallbackServerContext* rpc, const v1::WriteKnowledgeRequest* request,
    v1::WriteKnowledgeResponse* response) {
  static constexpr absl::string_view kMethod = "WriteKnowledge";
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  if (const absl::Status admitted = AdmitWrite(context_, *rpc, *request);
      !admitted.ok()) {
    return FinishCall(context_, rpc, kMethod, reactor, admitted);
  }
  absl::StatusOr<WriteBatch> batch = FromWire(*request, *context_.tokens);
  if (!batch.ok()) {
    return FinishCall(context_, rpc, kMethod, reactor, batch.status());
  }
  const ServedCall& call = ServedCall::Of(*rpc);
  context_.committer->Write(
      *std::move(batch),
      [this, rpc, reactor, response, &call,
       personal = context_.access->PersonalIn(call, *request)](
          const absl::StatusOr<WriteOutcome>& outcome) {
        if (outcome.ok()) FillWritten(*outcome, *context_.tokens, response);
        NoteWritten(context_, call, personal, outcome,
                    [this, rpc, reactor, status = outcome.status()] {
                      FinishCall(context_, rpc, kMethod, reactor, status);
                    });
      });
  return reactor;
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*
KnowledgeServiceHandlers::StreamKnowledge(grpc::CallbackServerContext* rpc) {
  using Stream =
      MessageStream<v1::StreamKnowledgeRequest, v1::StreamKnowledgeResponse>;
  if (const absl::Status& admission = ServedCall::Of(*rpc).admission;
      !admission.ok()) {
    return new RefusedStream<
        grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>>(
        context_, *rpc, "StreamKnowledge", admission);
  }
  return Stream::Start(
      context_.logger, "StreamKnowledge", TraceIdOf(*rpc),
      [this, rpc](const v1::StreamKnowledgeRequest& request,
                  Stream::Answer answer) {
        // A write that fails is answered; the stream goes on.
        const auto failed = [](const absl::Status& status) {
          v1::StreamKnowledgeResponse response;
          *response.mutable_failure() = convert::ToRpcStatus(status);
          return response;
        };
        if (const absl::Status admitted =
                AdmitWrite(context_, *rpc, request.write());
            !admitted.ok()) {
          return answer(absl::OkStatus(), failed(admitted));
        }
        absl::StatusOr<WriteBatch> batch =
            FromWire(request.write(), *context_.tokens);
        if (!batch.ok()) {
          return answer(absl::OkStatus(), failed(batch.status()));
        }
        context_.committer->Write(
            *std::move(batch),
            [this, rpc, answer, failed,
             personal = context_.access->PersonalIn(ServedCall::Of(*rpc),
                                                    request.write())](
                const absl::StatusOr<WriteOutcome>& outcome) {
              if (!outcome.ok()) {
                return answer(absl::OkStatus(), failed(outcome.status()));
              }
              v1::StreamKnowledgeResponse response;
              FillWritten(*outcome, *context_.tokens,
                          response.mutable_written());
              NoteWritten(context_, ServedCall::Of(*rpc), personal, outcome,
                          [answer, response = std::move(response)] {
                            answer(absl::OkStatus(), response);
                          });
            });
      });
}

}  // namespace concordat
