#include "server/rpc/knowledge_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/identity.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "graph/survivorship.h"
#include "graph/timeline.h"
#include "graph/value_explanation.h"
#include "server/convert/common.h"
#include "server/convert/knowledge.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/call.h"
#include "server/rpc/entity_facts.h"
#include "server/rpc/filter_values.h"
#include "server/rpc/read_session.h"
#include "server/rpc/walk_calls.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

// An entity that is known, by one of its ids.
struct KnownCluster {
  const EntityType* type;
  Cluster cluster;
};

// Errors: UNKNOWN_ENTITY_TYPE, NOT_FOUND.
absl::StatusOr<KnownCluster> RequireCluster(const Vocabulary& vocabulary,
                                            const Identity& identity,
                                            const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const EntityType* type,
      RequireEntity(vocabulary, identity.graph(), entity));
  CONCORDAT_ASSIGN_OR_RETURN(Cluster cluster, identity.ClusterOf(entity));
  return KnownCluster{type, std::move(cluster)};
}

// Whom the response is about, and by which id he was asked for.
template <typename Response>
void ShowEntity(const Cluster& cluster, const EntityId& asked_for,
                Response* response) {
  ToWire(cluster.canonical, response->mutable_entity());
  if (cluster.canonical != asked_for) {
    ToWire(asked_for, response->mutable_redirected_from());
  }
}

// The ids of the entity, and what made them one.
absl::Status ShowIdentity(const ServiceContext& context,
                          const Identity& identity, const Cluster& cluster,
                          v1::GetEntityResponse* response) {
  for (const EntityId& member : cluster.members) {
    ToWire(member, response->add_members());
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<MergeRecord> history,
                             identity.HistoryOf(cluster));
  const size_t shown =
      std::min(history.size(), static_cast<size_t>(limits::kPageSizeMax));
  for (auto merge = history.end() - shown; merge != history.end(); ++merge) {
    ToWire(Change(*merge), *context.tokens, response->add_merges());
  }
  return absl::OkStatus();
}

// The instant of valid time that a request names, if it does.
template <typename Request>
absl::StatusOr<GraphReader::ValidAt> ValidAtOf(const Request& request) {
  if (!request.has_valid_at()) return GraphReader::ValidAt();
  CONCORDAT_ASSIGN_OR_RETURN(const absl::Time valid_at,
                             FromWire(request.valid_at(), "valid_at"));
  return GraphReader::ValidAt(valid_at);
}

// A list's name for page tokens: one of another instant is another list.
std::string NameAt(std::string name, GraphReader::ValidAt valid_at) {
  if (valid_at.has_value()) {
    absl::StrAppend(&name, "@", absl::ToUnixMicros(*valid_at));
  }
  return name;
}

// Of GetEntity's answer: where relations are left out, and links. The merges
// that follow have at most 1.5 MiB.
constexpr size_t kRelationBytesMax = 3 << 19;
constexpr size_t kLinkBytesMax = 2 << 20;

// Adds a record while the answer has fewer `bytes`, and else counts it.
template <typename Record, typename Items>
void AddWhileBelow(size_t bytes_max, const Record& record, size_t& bytes,
                   int64_t& left_out, Items* items) {
  if (bytes >= bytes_max) {
    ++left_out;
    return;
  }
  auto* const wire = items->Add();
  ToWire(record, wire);
  bytes += wire->ByteSizeLong() + 8;  // and its tag and length
}

absl::Status GetEntityNow(const ServiceContext& context,
                          const v1::GetEntityRequest& request,
                          v1::GetEntityResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::Open(context, request.consistency()));
  CONCORDAT_ASSIGN_OR_RETURN(const GraphReader::ValidAt given,
                             ValidAtOf(request));
  const absl::Time valid_at = given.value_or(context.clock->Now());
  const EntityId entity = FromWire(request.entity());
  const Identity identity = session.identity();
  CONCORDAT_ASSIGN_OR_RETURN(const KnownCluster known,
                             RequireCluster(*vocabulary, identity, entity));

  CONCORDAT_RETURN_IF_ERROR(AddFactsAt(
      context, *vocabulary, identity.graph(), entity, valid_at,
      [](absl::string_view) { return true; }, response->mutable_facts()));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<RelationRecord> relations,
                             identity.RelationsOf(known.cluster));
  int64_t left_out = 0;
  size_t bytes = response->ByteSizeLong();
  for (const RelationRecord& relation : relations) {
    if (!relation.valid.Covers(valid_at)) continue;
    AddWhileBelow(kRelationBytesMax, relation, bytes, left_out,
                  response->mutable_relations());
  }
  response->set_relations_left_out(std::exchange(left_out, 0));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LinkRecord> links,
                             identity.LinksAt(known.cluster, valid_at));
  for (const LinkRecord& link : links) {
    AddWhileBelow(kLinkBytesMax, link, bytes, left_out,
                  response->mutable_links());
  }
  response->set_links_left_out(left_out);
  ShowEntity(known.cluster, entity, response);
  CONCORDAT_RETURN_IF_ERROR(
      ShowIdentity(context, identity, known.cluster, response));
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return CheckAnswerBytes(*response);
}

absl::Status GetTimelineNow(const ServiceContext& context,
                            const v1::GetTimelineRequest& request,
                            v1::GetTimelineResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::Open(context, request.consistency()));
  const EntityId entity = FromWire(request.entity());
  const Identity identity = session.identity();
  CONCORDAT_ASSIGN_OR_RETURN(const KnownCluster known,
                             RequireCluster(*vocabulary, identity, entity));
  CONCORDAT_ASSIGN_OR_RETURN(const Attribute* attribute,
                             known.type->RequireAttribute(request.attribute()));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> records,
                             identity.FactsOf(known.cluster, attribute->name));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> as_one,
                             identity.AsOneEntity(records));
  const Timeline timeline(std::move(as_one), attribute->survivorship);
  for (const TimelineSpan& span : timeline.spans()) {
    v1::TimelineSpan* wire = response->add_spans();
    ToWire(span.valid, wire->mutable_valid());
    AddFact(context, *vocabulary, timeline.FactOf(span), wire->mutable_fact());
  }
  std::stable_sort(records.begin(), records.end(),
                   [](const FactRecord& a, const FactRecord& b) {
                     return a.recorded.revision < b.recorded.revision;
                   });
  for (const FactRecord& record : records) {
    AddFact(context, *vocabulary, record, response->add_history());
  }
  ShowEntity(known.cluster, entity, response);
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return CheckAnswerBytes(*response);
}

absl::Status ExplainValueNow(const ServiceContext& context,
                             const v1::ExplainValueRequest& request,
                             v1::ExplainValueResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::Open(context, request.consistency()));
  CONCORDAT_ASSIGN_OR_RETURN(const GraphReader::ValidAt given,
                             ValidAtOf(request));
  const absl::Time valid_at = given.value_or(context.clock->Now());
  const EntityId entity = FromWire(request.entity());
  const Identity identity = session.identity();
  CONCORDAT_ASSIGN_OR_RETURN(const KnownCluster known,
                             RequireCluster(*vocabulary, identity, entity));
  CONCORDAT_ASSIGN_OR_RETURN(const Attribute* attribute,
                             known.type->RequireAttribute(request.attribute()));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> records,
                             identity.FactsOf(known.cluster, attribute->name));
  CONCORDAT_ASSIGN_OR_RETURN(records, identity.AsOneEntity(std::move(records)));
  const Survivorship& rule = attribute->survivorship;
  for (const ValueCandidate& candidate :
       ExplainValue(std::move(records), rule, valid_at)) {
    ToWire(candidate, ReadingOf(candidate.fact, *vocabulary), *context.tokens,
           response->add_candidates());
  }
  for (const SurvivorshipCriterion criterion : rule.by) {
    response->add_rule_by(std::string(SurvivorshipCriterionName(criterion)));
  }
  for (const std::string& source : rule.sources) {
    response->add_rule_sources(source);
  }
  ToWire(known.cluster.canonical, response->mutable_entity());
  response->set_attribute(attribute->name);
  ToWire(valid_at, response->mutable_valid_at());
  response->set_vocabulary_version(vocabulary->version);
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return CheckAnswerBytes(*response);
}

// The shape of every list of the graph: `list(graph, start, limit)` gives a
// page, `add(item)` puts an item into `items` of the response. Where the items
// are large, a page has fewer than were asked for.
template <typename Request, typename Response, typename Items, typename List,
          typename Add>
absl::Status ListNow(const ServiceContext& context, const Request& request,
                     const std::string& name, Response* response, Items* items,
                     List list, Add add) {
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenPage(context, request.consistency(),
                            request.page_token(), name, start));
  CONCORDAT_ASSIGN_OR_RETURN(auto page, list(session.graph(), start, limit));
  for (const auto& item : page.items) add(item);
  const size_t kept = CutToAnswer(items);
  if (kept < page.items.size()) {
    CONCORDAT_ASSIGN_OR_RETURN(page, list(session.graph(), start, kept));
  }
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, name));
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* KnowledgeServiceHandlers::GetEntity(
    grpc::CallbackServerContext* rpc, const v1::GetEntityRequest* request,
    v1::GetEntityResponse* response) {
  return RunCall(context_, rpc, "GetEntity", request,
                 [this, request, response] {
                   return GetEntityNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* KnowledgeServiceHandlers::GetTimeline(
    grpc::CallbackServerContext* rpc, const v1::GetTimelineRequest* request,
    v1::GetTimelineResponse* response) {
  return RunCall(context_, rpc, "GetTimeline", request,
                 [this, request, response] {
                   return GetTimelineNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* KnowledgeServiceHandlers::ListEntities(
    grpc::CallbackServerContext* rpc, const v1::ListEntitiesRequest* request,
    v1::ListEntitiesResponse* response) {
  return RunCall(
      context_, rpc, "ListEntities", request, [this, request, response] {
        if (request->type().empty()) {
          return errors::InvalidField("type", "must name an entity type");
        }
        const auto vocabulary = context_.vocabularies->Current();
        if (const absl::Status known =
                CheckEntityType("type", request->type(), vocabulary.get());
            !known.ok()) {
          return known;
        }
        return ListNow(
            context_, *request,
            absl::StrCat("entities/", request->type(),
                         request->include_merged() ? "/merged" : ""),
            response, response->mutable_entities(),
            [&](const GraphReader& graph, const std::string& start,
                size_t limit) {
              return graph.ListEntities(request->type(), start, limit,
                                        request->include_merged());
            },
            [&](const EntityId& entity) {
              ToWire(entity, response->add_entities());
            });
      });
}

grpc::ServerUnaryReactor* KnowledgeServiceHandlers::ListFacts(
    grpc::CallbackServerContext* rpc, const v1::ListFactsRequest* request,
    v1::ListFactsResponse* response) {
  return RunCall(
      context_, rpc, "ListFacts", request, [this, request, response] {
        const auto vocabulary = context_.vocabularies->Require();
        if (!vocabulary.ok()) return vocabulary.status();
        if (const absl::Status known =
                CheckEntityType("type", request->type(), vocabulary->get());
            !known.ok()) {
          return known;
        }
        const auto valid_at = ValidAtOf(*request);
        if (!valid_at.ok()) return valid_at.status();
        return ListNow(
            context_, *request,
            NameAt(absl::StrCat("facts/", request->type()), *valid_at),
            response, response->mutable_facts(),
            [&](const GraphReader& graph, const std::string& start,
                size_t limit) {
              return graph.ListFacts(request->type(), start, limit, *valid_at);
            },
            [&](const FactRecord& fact) {
              AddFact(context_, **vocabulary, fact, response->add_facts());
            });
      });
}

grpc::ServerUnaryReactor* KnowledgeServiceHandlers::ListRelations(
    grpc::CallbackServerContext* rpc, const v1::ListRelationsRequest* request,
    v1::ListRelationsResponse* response) {
  return RunCall(context_, rpc, "ListRelations", request,
                 [this, request, response] {
                   const auto valid_at = ValidAtOf(*request);
                   if (!valid_at.ok()) return valid_at.status();
                   return ListNow(
                       context_, *request, NameAt("relations", *valid_at),
                       response, response->mutable_relations(),
                       [&](const GraphReader& graph, const std::string& start,
                           size_t limit) {
                         return graph.ListRelations(start, limit, *valid_at);
                       },
                       [&](const RelationRecord& relation) {
                         ToWire(relation, response->add_relations());
                       });
                 });
}

grpc::ServerUnaryReactor* KnowledgeServiceHandlers::ListLinks(
    grpc::CallbackServerContext* rpc, const v1::ListLinksRequest* request,
    v1::ListLinksResponse* response) {
  return RunCall(
      context_, rpc, "ListLinks", request, [this, request, response] {
        const auto vocabulary = context_.vocabularies->Current();
        if (const absl::Status known =
                CheckChannel("channel", request->channel(), vocabulary.get());
            !known.ok()) {
          return known;
        }
        const auto valid_at = ValidAtOf(*request);
        if (!valid_at.ok()) return valid_at.status();
        return ListNow(
            context_, *request,
            NameAt(absl::StrCat("links/", request->channel()), *valid_at),
            response, response->mutable_links(),
            [&](const GraphReader& graph, const std::string& start,
                size_t limit) {
              return graph.ListLinks(request->channel(), start, limit,
                                     *valid_at);
            },
            [&](const LinkRecord& link) {
              ToWire(link, response->add_links());
            });
      });
}

grpc::ServerUnaryReactor* KnowledgeServiceHandlers::ExplainValue(
    grpc::CallbackServerContext* rpc, const v1::ExplainValueRequest* request,
    v1::ExplainValueResponse* response) {
  return RunCall(context_, rpc, "ExplainValue", request,
                 [this, request, response] {
                   return ExplainValueNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* KnowledgeServiceHandlers::GetHistory(
    grpc::CallbackServerContext* rpc, const v1::GetHistoryRequest* request,
    v1::GetHistoryResponse* response) {
  return RunCall(
      context_, rpc, "GetHistory", request, [this, request, response] {
        const auto vocabulary = context_.vocabularies->Require();
        if (!vocabulary.ok()) return vocabulary.status();
        const EntityId entity = FromWire(request->entity());
        return ListNow(
            context_, *request,
            absl::StrCat("history/", entity.type, "/", entity.id), response,
            response->mutable_changes(),
            [&](const GraphReader& graph, const std::string& start,
                size_t limit) -> absl::StatusOr<GraphReader::Page<Change>> {
              const Identity identity(graph.reader(), graph.revision());
              CONCORDAT_ASSIGN_OR_RETURN(
                  const KnownCluster known,
                  RequireCluster(**vocabulary, identity, entity));
              return identity.ChangesOf(known.cluster, start, limit);
            },
            [&](const Change& change) {
              ToWire(change, *context_.tokens, response->add_changes());
            });
      });
}

grpc::ServerUnaryReactor* KnowledgeServiceHandlers::GetNeighbourhood(
    grpc::CallbackServerContext* rpc,
    const v1::GetNeighbourhoodRequest* request,
    v1::GetNeighbourhoodResponse* response) {
  return RunCall(context_, rpc, "GetNeighbourhood", request,
                 [this, request, response] {
                   return GetNeighbourhoodNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* KnowledgeServiceHandlers::FindPaths(
    grpc::CallbackServerContext* rpc, const v1::FindPathsRequest* request,
    v1::FindPathsResponse* response) {
  return RunCall(context_, rpc, "FindPaths", request,
                 [this, request, response] {
                   return FindPathsNow(context_, *request, response);
                 });
}

}  // namespace concordat
