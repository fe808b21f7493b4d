#include "server/rpc/response_gate.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/message.h"
#include "graph/errors.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/support/byte_buffer.h"
#include "server/convert/status.h"

namespace concordat {
namespace {

using google::protobuf::Message;
using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

constexpr char kSight[] = "concordat-sight";
constexpr char kPartial[] = "partial";

// Token of the revision that a response was served at, where it names one.
std::string RevisionOf(const Message& response) {
  const auto* const field =
      response.GetDescriptor()->FindFieldByName("revision");
  if (field == nullptr || field->is_repeated() ||
      field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
    return "";
  }
  return response.GetReflection()->GetString(response, field);
}

// One a call.
class Gate final : public grpc::experimental::Interceptor {
 public:
  Gate(const AccessControl& control, ServerRpcInfo* info)
      : control_(control), info_(*info) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    using Hook = InterceptionHookPoints;
    ServedCall& call = ServedCall::Of(info_.server_context());
    if (methods->QueryInterceptionHookPoint(Hook::POST_RECV_INITIAL_METADATA)) {
      control_.Begin(info_.method(), call);
    }
    if (methods->QueryInterceptionHookPoint(Hook::PRE_SEND_INITIAL_METADATA) &&
        call.admission.ok() && control_.SeesPart(call)) {
      methods->GetSendInitialMetadata()->emplace(kSight, kPartial);
    }
    bool later = false;
    if (methods->QueryInterceptionHookPoint(Hook::PRE_SEND_MESSAGE)) {
      later = CutMessage(call, methods);
    }
    if (later) return;
    Leave(methods);
  }

 private:
  // Cuts what is about to be sent. True: the batch goes on once it is noted.
  bool CutMessage(ServedCall& call, InterceptorBatchMethods* methods) {
    absl::Status admission = call.admission;
    if (admission.ok() && info_.type() != ServerRpcInfo::Type::UNARY) {
      admission = control_.StillAdmitted(call);
    }
    if (!admission.ok()) {
      Refuse(admission, methods);
      return false;
    }
    if (!control_.Concerns(call)) return false;
    google::protobuf::Arena arena;
    Message* const response =
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(call.method->descriptor->output_type())
            ->New(&arena);
    grpc::ByteBuffer& bytes = *methods->GetSerializedSendMessage();
    // Deserialising takes the buffer's bytes.
    if (!grpc::SerializationTraits<Message>::Deserialize(&bytes, response)
             .ok()) {
      Refuse(errors::Internal("a response cannot be read"), methods);
      return false;
    }
    absl::StatusOr<ShownAttributes> shown = control_.Cut(call, *response);
    if (!shown.ok()) {
      Refuse(shown.status(), methods);
      return false;
    }
    bool owned = false;
    grpc::SerializationTraits<Message>::Serialize(*response, &bytes, &owned);
    if (shown->empty()) return false;
    control_.Note(call, *shown, /*changed=*/false, RevisionOf(*response),
                  [this, methods](const absl::Status& noted) {
                    if (!noted.ok()) Refuse(noted, methods);
                    Leave(methods);
                  });
    return true;
  }

  // Nothing of the message leaves.
  void Refuse(const absl::Status& why, InterceptorBatchMethods* methods) {
    refusal_ = why;
    *methods->GetSerializedSendMessage() = EmptyMessage();
    // Whatever a stream would go on with is refused too, so it ends.
    if (info_.type() != ServerRpcInfo::Type::UNARY) {
      info_.server_context()->TryCancel();
    }
  }

  void Leave(InterceptorBatchMethods* methods) {
    if (!refusal_.ok() && methods->QueryInterceptionHookPoint(
                              InterceptionHookPoints::PRE_SEND_STATUS)) {
      methods->ModifySendStatus(convert::ToGrpcStatus(refusal_));
    }
    methods->Proceed();
  }

  static grpc::ByteBuffer EmptyMessage() {
    const grpc::Slice nothing;
    return grpc::ByteBuffer(&nothing, 1);
  }

  const AccessControl& control_;
  ServerRpcInfo& info_;
  absl::Status refusal_;
};

class GateFactory final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit GateFactory(const AccessControl* control) : control_(*control) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      ServerRpcInfo* info) override {
    // Health and reflection are gRPC's own, and tell nothing of anybody.
    return absl::StartsWith(info->method(), "/concordat.")
               ? new Gate(control_, info)
               : nullptr;
  }

 private:
  const AccessControl& control_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
GuardResponses(const AccessControl* control) {
  return std::make_unique<GateFactory>(control);
}

}  // namespace concordat
