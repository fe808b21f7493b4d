#include "server/rpc/identity_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/identity.h"
#include "graph/identity_explanation.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/convert/identity.h"
#include "server/convert/knowledge.h"
#include "server/rpc/call.h"
#include "server/rpc/filter_values.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

absl::StatusOr<IdentityParty> ReadParty(const Vocabulary& vocabulary,
                                        const v1::IdentityParty& wire,
                                        absl::string_view field) {
  absl::StatusOr<IdentityParty> party = FromWire(wire);
  if (!party.ok()) return WithField(field, party.status());
  absl::Status known;
  if (const auto* entity = std::get_if<EntityId>(&*party)) {
    known = WithField(
        "entity", vocabulary.schema.RequireEntityType(entity->type).status());
  } else {
    const auto& subject = std::get<ChannelSubject>(*party);
    known = WithField("subject",
                      vocabulary.RequireChannel(subject.channel).status());
  }
  if (!known.ok()) return WithField(field, known);
  return party;
}

absl::Status ExplainIdentityNow(const ServiceContext& context,
                                const v1::ExplainIdentityRequest& request,
                                v1::ExplainIdentityResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::Open(context, request.consistency()));
  CONCORDAT_ASSIGN_OR_RETURN(const IdentityParty a,
                             ReadParty(*vocabulary, request.a(), "a"));
  CONCORDAT_ASSIGN_OR_RETURN(const IdentityParty b,
                             ReadParty(*vocabulary, request.b(), "b"));
  CONCORDAT_ASSIGN_OR_RETURN(
      const IdentityExplanation explanation,
      ExplainIdentity(vocabulary->schema, session.identity(), a, b,
                      context.clock->Now()));
  ToWire(explanation, *context.tokens, response);
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

// The merges, splits and declarations of one entity, oldest first.
absl::StatusOr<std::vector<Change>> HistoryOf(const Identity& identity,
                                              const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster, identity.ClusterOf(entity));
  CONCORDAT_ASSIGN_OR_RETURN(const bool known, identity.Exists(cluster));
  if (!known) return errors::NotFound("this entity");
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<MergeRecord> merges,
                             identity.HistoryOf(cluster));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<DistinctRecord> distinct,
                             identity.DistinctHistoryOf(cluster));
  std::vector<Change> history(merges.begin(), merges.end());
  history.insert(history.end(), distinct.begin(), distinct.end());
  std::sort(history.begin(), history.end(),
            [](const Change& x, const Change& y) {
              const Provenance& a = RecordedOf(x);
              const Provenance& b = RecordedOf(y);
              return a.revision != b.revision ? a.revision < b.revision
                                              : a.ordinal < b.ordinal;
            });
  return history;
}

// A page of `history`: at a pinned revision it is the same for every page, so
// that a page starts at a number.
absl::StatusOr<GraphReader::Page<Change>> PageOf(std::vector<Change> history,
                                                 const std::string& start,
                                                 size_t limit) {
  size_t begin = 0;
  if (!start.empty() &&
      (!absl::SimpleAtoi(start, &begin) || begin > history.size())) {
    return errors::MalformedToken("page token");
  }
  GraphReader::Page<Change> page;
  const size_t end = std::min(history.size(), begin + limit);
  page.items.assign(std::make_move_iterator(history.begin() + begin),
                    std::make_move_iterator(history.begin() + end));
  if (end < history.size()) page.next = absl::StrCat(end);
  return page;
}

absl::StatusOr<GraphReader::Page<Change>> ReadPage(
    const v1::ListMergesRequest& request, const ReadSession& session,
    const std::string& start, size_t limit) {
  if (request.has_entity()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        std::vector<Change> history,
        HistoryOf(session.identity(), FromWire(request.entity())));
    return PageOf(std::move(history), start, limit);
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      GraphReader::Page<MergeRecord> merges,
      session.graph().ListMerges(request.type(), start, limit));
  GraphReader::Page<Change> page;
  page.items.assign(merges.items.begin(), merges.items.end());
  page.next = std::move(merges.next);
  return page;
}

absl::Status ListMergesNow(const ServiceContext& context,
                           const v1::ListMergesRequest& request,
                           v1::ListMergesResponse* response) {
  const auto vocabulary = context.vocabularies->Current();
  CONCORDAT_RETURN_IF_ERROR(
      CheckEntityType("type", request.type(), vocabulary.get()));
  const std::string name = absl::StrCat("merges/", request.type(), "/",
                                        request.entity().ShortDebugString());
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenPage(context, request.consistency(),
                            request.page_token(), name, start));
  CONCORDAT_ASSIGN_OR_RETURN(GraphReader::Page<Change> page,
                             ReadPage(request, session, start, limit));
  for (const Change& change : page.items) {
    ToWire(change, *context.tokens, response->add_merges());
  }
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, name));
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* IdentityServiceHandlers::ExplainIdentity(
    grpc::CallbackServerContext* rpc, const v1::ExplainIdentityRequest* request,
    v1::ExplainIdentityResponse* response) {
  return RunCall(context_, rpc, "ExplainIdentity", request,
                 [this, request, response] {
                   return ExplainIdentityNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* IdentityServiceHandlers::ListMerges(
    grpc::CallbackServerContext* rpc, const v1::ListMergesRequest* request,
    v1::ListMergesResponse* response) {
  return RunCall(context_, rpc, "ListMerges", request,
                 [this, request, response] {
                   return ListMergesNow(context_, *request, response);
                 });
}

}  // namespace concordat
