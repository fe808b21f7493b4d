#include "server/rpc/probe_service.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "graph/errors.h"
#include "graph/limits.h"
#include "server/convert/common.h"
#include "server/probe/probe_book.h"
#include "server/rpc/call.h"
#include "server/rpc/channel_question.h"

namespace concordat {
namespace {

void ToWire(const std::string& channel, const ProbeClient::State& state,
            v1::Probe* wire) {
  wire->set_channel(channel);
  wire->set_address(state.address);
  wire->set_requests_per_second_max(state.per_second);
  wire->set_concurrent_requests_max(state.concurrent_max);
  wire->set_subjects_per_request_max(state.subjects_max);
  SetDuration(state.deadline, wire->mutable_deadline());
  wire->set_failures(state.failures);
  if (state.rests_until != absl::InfinitePast()) {
    convert::ToWire(state.rests_until, wire->mutable_rests_until());
  }
  wire->set_calls(static_cast<int32_t>(state.calls));
}

}  // namespace

grpc::ServerUnaryReactor* ProbeServiceHandlers::AskChannels(
    grpc::CallbackServerContext* rpc, const v1::AskChannelsRequest* request,
    v1::AskChannelsResponse* response) {
  return OnExecutor(
      context_, rpc, "AskChannels", request,
      [this, rpc, request, response](grpc::ServerUnaryReactor* reactor) {
        const int64_t others = asking_++;
        const auto done = [this, rpc, reactor](const absl::Status& status) {
          --asking_;
          FinishCall(context_, rpc, "AskChannels", reactor, status);
        };
        if (others >= limits::kProbeAsksMax) {
          return done(errors::Overloaded(others, limits::kProbeAsksMax));
        }
        ChannelQuestion::Ask(context_, *request, response, done);
      });
}

grpc::ServerUnaryReactor* ProbeServiceHandlers::ListProbes(
    grpc::CallbackServerContext* rpc, const v1::ListProbesRequest* request,
    v1::ListProbesResponse* response) {
  return RunCall(context_, rpc, "ListProbes", request, [this, response] {
    for (const auto& [channel, client] : context_.probes->clients()) {
      ToWire(channel, client->state(), response->add_probes());
    }
    return absl::OkStatus();
  });
}

}  // namespace concordat
