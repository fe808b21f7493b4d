#include "server/rpc/reliability_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "consistency/answers.h"
#include "consistency/held_reader.h"
#include "consistency/knowledge.h"
#include "consistency/sides.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/call.h"
#include "server/rpc/entity_facts.h"
#include "server/rpc/filter_values.h"
#include "server/rpc/read_session.h"
#include "server/rpc/suggestions.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

// Less is no copy worth a mention.
constexpr double kSharedMin = 0.1;

void AddChannel(const ReliabilityModel& model, size_t index,
                v1::ListReliabilityResponse* response) {
  const ReliabilityModel::Channel& channel = model.channels[index];
  v1::ChannelReliability* wire = response->add_channels();
  wire->set_channel(channel.name);
  wire->set_reliability(channel.overall.mean());
  wire->set_samples(channel.overall.samples);
  for (const ReliabilityModel::OfAttribute& of : channel.attributes) {
    const std::pair<std::string, std::string> name = absl::StrSplit(
        model.attributes[of.attribute].name, absl::MaxSplits('.', 1));
    v1::AttributeReliability* attribute = wire->add_attributes();
    attribute->set_entity_type(name.first);
    attribute->set_attribute(name.second);
    attribute->set_reliability(of.reliability.mean());
    attribute->set_samples(of.reliability.samples);
  }
  for (const ReliabilityModel::Shared& shared : model.shared) {
    const bool first = shared.first == index;
    if ((!first && shared.second != index) || shared.probability < kSharedMin) {
      continue;
    }
    v1::SharedWitness* witness = wire->add_shared();
    witness->set_channel(
        model.channels[first ? shared.second : shared.first].name);
    witness->set_probability(shared.probability);
  }
}

absl::Status ListReliabilityNow(const ServiceContext& context,
                                const v1::ListReliabilityRequest& request,
                                v1::ListReliabilityResponse* response) {
  const auto vocabulary = context.vocabularies->Current();
  CONCORDAT_RETURN_IF_ERROR(
      CheckFilterCount("channels", request.channels_size()));
  CONCORDAT_RETURN_IF_ERROR(
      CheckChannels("channels", request.channels(), vocabulary.get()));
  if (request.learn()) CONCORDAT_RETURN_IF_ERROR(context.reliability->Learn());
  const std::shared_ptr<const LearnedReliability> learned =
      context.reliability->Current();
  const ReliabilityModel& model = learned->model;
  const auto& wanted = request.channels();
  for (size_t i = 0; i < model.channels.size(); ++i) {
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(),
                                    model.channels[i].name) != wanted.end()) {
      AddChannel(model, i, response);
    }
  }
  response->set_items(static_cast<int64_t>(model.items));
  response->set_known_items(static_cast<int64_t>(model.known_items));
  if (learned->at != absl::InfinitePast()) {
    ToWire(learned->at, response->mutable_learned_at());
  }
  return CheckAnswerBytes(*response);
}

// Of all ids that are one entity.
absl::StatusOr<std::vector<Claim>> ClaimsAbout(const Reader& reader,
                                               const Cluster& cluster,
                                               const std::string& attribute) {
  NewestClaims newest;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<HeldClaim> held,
                               HeldOf(reader, member));
    AddNewest(held, attribute, newest);
  }
  return ClaimsOf(std::move(newest));
}

absl::Status SuggestValueNow(const ServiceContext& context,
                             const v1::SuggestValueRequest& request,
                             v1::SuggestValueResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  const EntityId entity = FromWire(request.entity());
  CONCORDAT_ASSIGN_OR_RETURN(
      const EntityType* type,
      RequireEntity(*vocabulary, session.graph(), entity));
  const auto attribute = type->RequireAttribute(request.attribute());
  if (!attribute.ok()) return AtField("attribute", attribute.status());
  StoredKnowledge knowledge(session.reader(), session.revision(), *vocabulary,
                            nullptr);
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             knowledge.ClusterOf(entity));
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<Claim> claims,
      ClaimsAbout(session.reader(), cluster, (*attribute)->name));
  CONCORDAT_ASSIGN_OR_RETURN(const Sides sides,
                             CompareSides(claims, *vocabulary, knowledge));
  CONCORDAT_RETURN_IF_ERROR(Suggest(
      *context.reliability->Current(), entity, sides,
      vocabulary->TermsOf(entity.type, (*attribute)->name).compare_within,
      response->mutable_sides(), response->mutable_suggestion()));
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known, knowledge.About(entity));
  if (const auto found = known->find((*attribute)->name);
      found != known->end()) {
    const std::optional<KnownValue> value =
        KnownAt(found->second, context.clock->Now(), vocabulary->schema.habits);
    if (value.has_value()) {
      ToWire(value->raw, value->reading, response->mutable_known());
    }
  }
  ToWire(cluster.canonical, response->mutable_entity());
  response->set_attribute((*attribute)->name);
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return CheckAnswerBytes(*response);
}

}  // namespace

grpc::ServerUnaryReactor* ReliabilityServiceHandlers::ListReliability(
    grpc::CallbackServerContext* rpc, const v1::ListReliabilityRequest* request,
    v1::ListReliabilityResponse* response) {
  return RunCall(context_, rpc, "ListReliability", request,
                 [this, request, response] {
                   return ListReliabilityNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* ReliabilityServiceHandlers::SuggestValue(
    grpc::CallbackServerContext* rpc, const v1::SuggestValueRequest* request,
    v1::SuggestValueResponse* response) {
  return RunCall(context_, rpc, "SuggestValue", request,
                 [this, request, response] {
                   return SuggestValueNow(context_, *request, response);
                 });
}

}  // namespace concordat
