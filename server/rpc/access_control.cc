#include "server/rpc/access_control.h"

#include <grpc/grpc_security_constants.h>

#include <tuple>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/errors.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "grpcpp/security/auth_context.h"
#include "proto/sha256.h"
#include "server/access/api_services.h"
#include "server/rpc/call.h"

namespace concordat {
namespace {

constexpr char kAuthorization[] = "authorization";
constexpr char kPurpose[] = "concordat-purpose";
// Set by a front server: the call comes from somewhere else.
constexpr char kForwardedFor[] = "x-forwarded-for";
// Views that are remembered; more, and all are made anew.
constexpr size_t kViewsMax = 1'000;
// Of a keyed hash that stands for a value.
constexpr size_t kHashBytes = 8;

absl::string_view HeaderOf(const grpc::ServerContextBase& rpc,
                           const char* name) {
  const auto found = rpc.client_metadata().find(name);
  if (found == rpc.client_metadata().end()) return "";
  return absl::string_view(found->second.data(), found->second.size());
}

bool IsFromThisMachine(absl::string_view peer) {
  return absl::StartsWith(peer, "unix:") ||
         absl::StartsWith(peer, "ipv4:127.") ||
         absl::StartsWith(peer, "ipv6:[::1]") ||
         absl::StartsWith(peer, "ipv6:%5B::1%5D");
}

std::string PropertyOf(const grpc::AuthContext& context, const char* name) {
  const auto values = context.FindPropertyValues(name);
  return values.empty()
             ? ""
             : std::string(values.front().data(), values.front().size());
}

// There is nobody to withhold anything from, or to hold to account.
bool IsNobody(const Caller& caller) {
  return caller.development || caller.by == RecognisedBy::kInProcess;
}

// Whoever has the server in his own process has it whole.
const std::shared_ptr<const Caller>& Embedder() {
  static const auto* const embedder = [] {
    auto caller = std::make_shared<Caller>();
    caller->name = "in_process";
    for (const Role role : kRoles) {
      if (role != Role::kChannel) caller->roles.Add(role);
    }
    caller->by = RecognisedBy::kInProcess;
    return new std::shared_ptr<const Caller>(std::move(caller));
  }();
  return *embedder;
}

}  // namespace

AccessControl::AccessControl(const Surroundings& with) : with_(with) {
  for (const auto* const service : ApiServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const google::protobuf::MethodDescriptor* const method =
          service->method(i);
      methods_[absl::StrCat("/", service->full_name(), "/", method->name())] = {
          .descriptor = method,
          .roles = RolesOf(*method),
          .is_cut = !plans_.Of(method->output_type()).only_judgement};
    }
  }
}

void AccessControl::Start(std::string hash_key) {
  hash_ = [key = std::move(hash_key)](absl::string_view value) {
    return absl::BytesToHexString(HmacSha256(key, value).substr(0, kHashBytes));
  };
}

void AccessControl::Begin(absl::string_view path, ServedCall& call) const {
  call.admission = Admit(path, call);
}

absl::StatusOr<std::shared_ptr<const Caller>> AccessControl::CallerOf(
    const ServedCall& call) const {
  Credentials shown;
  shown.authorization = HeaderOf(call, kAuthorization);
  const std::shared_ptr<const grpc::AuthContext> context = call.auth_context();
  // Every connection has a kind; what comes by none is of this process.
  if (shown.authorization.empty() && context != nullptr &&
      PropertyOf(*context, GRPC_TRANSPORT_SECURITY_TYPE_PROPERTY_NAME)
          .empty()) {
    return Embedder();
  }
  std::string certificate;
  std::string chain;
  if (context != nullptr) {
    certificate = PropertyOf(*context, GRPC_X509_PEM_CERT_PROPERTY_NAME);
    chain = PropertyOf(*context, GRPC_X509_PEM_CERT_CHAIN_PROPERTY_NAME);
  }
  shown.certificate = certificate;
  shown.chain = chain;
  shown.from_this_machine =
      IsFromThisMachine(call.peer()) && HeaderOf(call, kForwardedFor).empty();
  return with_.authenticator->Recognise(shown);
}

absl::Status AccessControl::StillAdmitted(const ServedCall& call) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const Caller> caller,
                             CallerOf(call));
  const RoleSet roles = call.method->roles;
  if (roles.HasAnyOf(caller->roles) &&
      caller->channel == call.call.caller->channel) {
    return absl::OkStatus();
  }
  return errors::NotPermitted(caller->name, caller->roles.Names(),
                              roles.Names());
}

bool AccessControl::SeesPart(const ServedCall& call) const {
  return !IsNobody(*call.call.caller) &&
         !ViewOf(call.call.asker())->entitlement().everything();
}

absl::Status AccessControl::Admit(absl::string_view path,
                                  ServedCall& call) const {
  const auto method = methods_.find(path);
  if (method == methods_.end()) return errors::NotFound("this method");
  call.method = &method->second;
  CONCORDAT_ASSIGN_OR_RETURN(call.call.caller, CallerOf(call));
  const Caller& caller = *call.call.caller;
  if (!call.method->roles.HasAnyOf(caller.roles)) {
    return errors::NotPermitted(caller.name, caller.roles.Names(),
                                call.method->roles.Names());
  }
  call.call.purpose = std::string(HeaderOf(call, kPurpose));
  if (!call.call.purpose.empty()) {
    const auto view = ViewOf(call.call.asker());
    const auto& purposes = view->vocabulary().access.purposes;
    if (purposes.find(call.call.purpose) == purposes.end()) {
      return errors::UnknownPurpose(NamesOf(purposes));
    }
  }
  if (caller.by == RecognisedBy::kInProcess) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(with_.memory->Admit());
  if (caller.development) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(with_.quotas->Begin(caller));
  call.quotas = with_.quotas;
  return absl::OkStatus();
}

std::shared_ptr<const AccessView> AccessControl::ViewOf(
    const Asker& asker) const {
  std::shared_ptr<const Vocabulary> vocabulary = with_.vocabularies->Current();
  if (vocabulary == nullptr) {
    static const auto* const none =
        new std::shared_ptr<const Vocabulary>(std::make_shared<Vocabulary>());
    vocabulary = *none;
  }
  const ViewKey key{vocabulary->version, asker.roles.Names(), asker.channel,
                    asker.purpose};
  const MutexLock lock(&mutex_);
  if (views_.size() >= kViewsMax) views_.clear();
  std::shared_ptr<const AccessView>& view = views_[key];
  if (view == nullptr) {
    view = std::make_shared<AccessView>(std::move(vocabulary), asker);
  }
  return view;
}

template <typename Work>
absl::Status AccessControl::WithSurroundings(const ServedCall& call,
                                             const Work& work) const {
  // Anew each time: under a vocabulary that came meanwhile less may be seen.
  const auto view = ViewOf(call.call.asker());
  const Vocabulary& vocabulary = view->vocabulary();
  const Entitlement& entitlement = view->entitlement();
  Discloser::Surroundings with{.plans = &plans_,
                               .vocabulary = &vocabulary,
                               .entitlement = &entitlement,
                               .rows = nullptr,
                               .caller = call.call.caller.get(),
                               .hash = &hash_};
  if (entitlement.everything()) return work(with);
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             with_.store->Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(*reader));
  RowReader row_reader(*reader, head, vocabulary, entitlement,
                       with_.clock->Now());
  with.rows = &row_reader;
  return work(with);
}

absl::Status AccessControl::Check(
    const ServedCall& call, const google::protobuf::Message& request) const {
  if (IsNobody(*call.call.caller) ||
      plans_.Of(request.GetDescriptor()).empty()) {
    return absl::OkStatus();
  }
  return WithSurroundings(call, [&](const Discloser::Surroundings& with) {
    return CheckRequest(request, with);
  });
}

absl::Status AccessControl::Spend(const Call& call, int64_t items) const {
  if (IsNobody(*call.caller)) return absl::OkStatus();
  return with_.quotas->Spend(*call.caller, items);
}

absl::Status AccessControl::CheckSeesAll(const ServedCall& call,
                                         absl::string_view field) const {
  return SeesPart(call) ? errors::Withheld(field) : absl::OkStatus();
}

bool AccessControl::Concerns(const ServedCall& call) const {
  return call.method->is_cut && !IsNobody(*call.call.caller);
}

absl::StatusOr<ShownAttributes> AccessControl::Cut(
    const ServedCall& call, google::protobuf::Message& response) const {
  ShownAttributes shown;
  CONCORDAT_RETURN_IF_ERROR(
      WithSurroundings(call, [&](const Discloser::Surroundings& with) {
        Discloser discloser(with);
        absl::Status cut = discloser.Cut(response);
        shown = discloser.shown();
        return cut;
      }));
  return shown;
}

ShownAttributes AccessControl::PersonalIn(
    const ServedCall& call, const v1::WriteKnowledgeRequest& request) const {
  ShownAttributes personal;
  if (IsNobody(*call.call.caller)) return personal;
  const std::shared_ptr<const Vocabulary> vocabulary =
      with_.vocabularies->Current();
  const auto add = [&](const auto& fact) {
    const EntityType* const type =
        vocabulary->schema.FindEntityType(fact.entity().type());
    const Attribute* const attribute =
        type == nullptr ? nullptr : type->FindAttribute(fact.attribute());
    if (attribute == nullptr || !attribute->personal) return;
    personal[{fact.entity().type(), fact.entity().id()}][attribute->name] =
        Sight::kFull;
  };
  if (vocabulary == nullptr) return personal;
  for (const v1::Change& change : request.changes()) {
    if (change.has_put_fact()) add(change.put_fact());
    if (change.has_retract_fact()) add(change.retract_fact());
    if (change.has_end_fact()) add(change.end_fact());
  }
  return personal;
}

void AccessControl::Note(const ServedCall& call,
                         const ShownAttributes& attributes, bool changed,
                         std::string revision,
                         std::function<void(absl::Status)> done) const {
  const Caller& caller = *call.call.caller;
  AccessRecord record{
      .caller = caller.name,
      .channel = caller.channel,
      .purpose = call.call.purpose,
      .method = absl::StrCat(call.method->descriptor->service()->name(), "/",
                             call.method->descriptor->name()),
      .changed = changed,
      .revision = std::move(revision),
      .trace_id = TraceIdOf(call),
      .entities = {}};
  for (const auto& [entity, of_entity] : attributes) {
    record.entities.push_back({entity, {of_entity.begin(), of_entity.end()}});
  }
  with_.log->Append(std::move(record), std::move(done));
}

}  // namespace concordat
