#include "server/rpc/access_service.h"

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/access/access_log.h"
#include "server/access/discloser.h"
#include "server/convert/common.h"
#include "server/rpc/access_control.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/call.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

v1::Role ToWireRole(Role role) {
  switch (role) {
    case Role::kChannel:
      return v1::ROLE_CHANNEL;
    case Role::kQa:
      return v1::ROLE_QA;
    case Role::kSteward:
      return v1::ROLE_STEWARD;
    case Role::kAdmin:
      return v1::ROLE_ADMIN;
    case Role::kAuditor:
      return v1::ROLE_AUDITOR;
  }
  return v1::ROLE_UNSPECIFIED;
}

void AddSights(const Vocabulary& vocabulary, const Entitlement& entitlement,
               v1::GetCallerResponse* response) {
  for (const auto& [type, entity_type] : vocabulary.schema.entity_types) {
    for (const auto& [name, attribute] : entity_type.attributes) {
      v1::AttributeSight* const wire = response->add_sees();
      const Sight sight = entitlement.everything()
                              ? Sight::kFull
                              : entitlement.Most(type, name);
      wire->set_entity_type(type);
      wire->set_attribute(name);
      wire->set_withheld(WithheldBy(sight));
      wire->set_hidden(sight == Sight::kNothing);
      wire->set_some_rows(entitlement.DependsOnRows(type));
    }
  }
}

absl::Status GetCallerNow(const ServiceContext& context, const ServedCall& call,
                          v1::GetCallerResponse* response) {
  const Caller& caller = *call.call.caller;
  response->set_name(caller.name);
  for (const Role role : kRoles) {
    if (caller.roles.Has(role)) response->add_roles(ToWireRole(role));
  }
  response->set_channel(caller.channel);
  response->set_recognised_by(std::string(RecognisedByName(caller.by)));
  response->set_purpose(call.call.purpose);
  response->set_development(caller.development);
  const std::shared_ptr<const Vocabulary> vocabulary =
      context.vocabularies->Current();
  if (vocabulary == nullptr) return absl::OkStatus();
  const Entitlement entitlement(*vocabulary, call.call.asker());
  for (const std::string& grant : entitlement.grants()) {
    response->add_grants(grant);
  }
  for (const auto& [purpose, meaning] : vocabulary->access.purposes) {
    response->add_purposes(purpose);
  }
  AddSights(*vocabulary, entitlement, response);
  return CheckAnswerBytes(*response);
}

void Show(const AccessRecord& record, v1::Access* wire) {
  wire->set_number(record.number);
  ToWire(record.time, wire->mutable_time());
  wire->set_caller(record.caller);
  wire->set_channel(record.channel);
  wire->set_purpose(record.purpose);
  wire->set_method(record.method);
  wire->set_changed(record.changed);
  wire->set_revision(record.revision);
  wire->set_trace_id(record.trace_id);
  for (const AccessedEntity& entity : record.entities) {
    v1::AccessedEntity* const of_entity = wire->add_entities();
    ToWire(entity.entity, of_entity->mutable_entity());
    for (const auto& [attribute, sight] : entity.attributes) {
      v1::AccessedAttribute* const one = of_entity->add_attributes();
      one->set_attribute(attribute);
      one->set_withheld(WithheldBy(sight));
    }
  }
}

absl::StatusOr<AccessFilter> ReadFilter(const v1::ListAccessesRequest& request,
                                        const Identity& identity) {
  AccessFilter filter;
  filter.caller = request.caller();
  if (request.has_entity()) {
    CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                               identity.ClusterOf(FromWire(request.entity())));
    filter.entities = cluster.members;
  }
  if (request.has_start_time()) {
    CONCORDAT_ASSIGN_OR_RETURN(filter.from,
                               FromWire(request.start_time(), "start_time"));
  }
  if (request.has_end_time()) {
    CONCORDAT_ASSIGN_OR_RETURN(filter.before,
                               FromWire(request.end_time(), "end_time"));
  }
  return filter;
}

absl::Status ListAccessesNow(const ServiceContext& context,
                             const v1::ListAccessesRequest& request,
                             v1::ListAccessesResponse* response) {
  v1::ListAccessesRequest unpaged = request;
  unpaged.clear_page_token();
  unpaged.clear_page_size();
  const std::string name = absl::StrCat(
      "accesses/", absl::Base64Escape(unpaged.SerializeAsString()));
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), name, start));
  CONCORDAT_ASSIGN_OR_RETURN(const AccessFilter filter,
                             ReadFilter(request, session.identity()));
  uint64_t before = 0;
  if (!start.empty() && !absl::SimpleAtoi(start, &before)) {
    return errors::MalformedToken("page_token");
  }
  CONCORDAT_ASSIGN_OR_RETURN(const AccessPage page,
                             context.access->log().List(filter, before, limit));
  uint64_t next = page.next;
  size_t bytes = 0;
  for (const AccessRecord& record : page.records) {
    v1::Access* const wire = response->add_accesses();
    Show(record, wire);
    bytes += wire->ByteSizeLong() + 8;  // and its tag and length
    if (bytes <= static_cast<size_t>(kAnswerBytesMax)) continue;
    // The page ends before it, but for a record that is larger by itself.
    if (response->accesses_size() > 1)
      response->mutable_accesses()->RemoveLast();
    next = response->accesses(response->accesses_size() - 1).number();
    break;
  }
  if (next != 0) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), absl::StrCat(next)}, name));
  }
  return absl::OkStatus();
}

absl::Status VerifyAccessLogNow(const ServiceContext& context,
                                v1::VerifyAccessLogResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const AccessChain chain,
                             context.access->log().Verify());
  response->set_records(chain.records);
  response->set_head(absl::BytesToHexString(chain.head));
  if (chain.records == 0) return absl::OkStatus();
  ToWire(chain.first_time, response->mutable_first_time());
  ToWire(chain.last_time, response->mutable_last_time());
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* AccessServiceHandlers::GetCaller(
    grpc::CallbackServerContext* rpc, const v1::GetCallerRequest* request,
    v1::GetCallerResponse* response) {
  return RunCall(context_, rpc, "GetCaller", request, [this, rpc, response] {
    return GetCallerNow(context_, ServedCall::Of(*rpc), response);
  });
}

grpc::ServerUnaryReactor* AccessServiceHandlers::ListAccesses(
    grpc::CallbackServerContext* rpc, const v1::ListAccessesRequest* request,
    v1::ListAccessesResponse* response) {
  return RunCall(context_, rpc, "ListAccesses", request,
                 [this, request, response] {
                   return ListAccessesNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* AccessServiceHandlers::VerifyAccessLog(
    grpc::CallbackServerContext* rpc, const v1::VerifyAccessLogRequest* request,
    v1::VerifyAccessLogResponse* response) {
  return RunCall(context_, rpc, "VerifyAccessLog", request, [this, response] {
    return VerifyAccessLogNow(context_, response);
  });
}

}  // namespace concordat
