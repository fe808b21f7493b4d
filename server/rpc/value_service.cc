#include "server/rpc/value_service.h"

#include "consistency/pair_comparison.h"
#include "graph/status_macros.h"
#include "server/convert/values.h"
#include "server/rpc/call.h"

namespace concordat {
namespace {

absl::Status ExplainNow(const ServiceContext& context,
                        const v1::ExplainValuesRequest& request,
                        v1::ExplainValuesResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_ASSIGN_OR_RETURN(const convert::WrittenPair written,
                             convert::FromWire(request, *vocabulary));
  const PairComparison compared =
      ComparePair({*written.attribute, *written.writer_a, *written.writer_b},
                  written.a, written.b, Trace::kOn);
  convert::ToWire(written, compared, response);
  response->set_vocabulary_version(vocabulary->version);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ValueServiceHandlers::ExplainValues(
    grpc::CallbackServerContext* rpc, const v1::ExplainValuesRequest* request,
    v1::ExplainValuesResponse* response) {
  return RunCall(context_, rpc, "ExplainValues", request,
                 [this, request, response] {
                   return ExplainNow(context_, *request, response);
                 });
}

}  // namespace concordat
