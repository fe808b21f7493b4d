#include "server/rpc/answer_service.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/answers.h"
#include "consistency/customer_view.h"
#include "consistency/knowledge.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/answers.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/convert/status.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/call.h"
#include "server/rpc/filter_values.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

std::string ItemField(int item) { return absl::StrCat("items[", item, "]"); }

// The claims that the items would be, with the number of each: of those that
// could be checked.
struct CheckedItems {
  std::vector<int> numbers;
  std::vector<Claim> claims;
};

absl::Status CheckItem(const ServiceContext& context, const Claim& claim,
                       const Vocabulary& vocabulary, Knowledge& knowledge,
                       v1::AnswerCheck* wire) {
  CONCORDAT_ASSIGN_OR_RETURN(const AnswerCheck check,
                             CheckAnswer(claim, vocabulary, knowledge));
  ToWire(claim, check, *context.tokens, wire);
  if (check.judgement.entity.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                               knowledge.CanonicalOf(*check.judgement.entity));
    ToWire(canonical, wire->mutable_entity());
  }
  return absl::OkStatus();
}

// A status of the whole call only where the store fails or nobody waits any
// more; else of the item, in the response.
absl::Status CheckAnswerNow(const ServiceContext& context,
                            const grpc::CallbackServerContext& rpc,
                            const v1::CheckAnswerRequest& request,
                            v1::CheckAnswerResponse* response,
                            CheckedItems* checked) {
  CONCORDAT_RETURN_IF_ERROR(convert::CheckRequest(request));
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  const auto channel = vocabulary->RequireChannel(request.channel());
  if (!channel.ok()) return channel.status();
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::Open(context, request.consistency()));
  StoredKnowledge knowledge(session.reader(), session.revision(), *vocabulary,
                            nullptr);
  const absl::Time now = context.clock->Now();
  for (int i = 0; i < request.items_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(CheckStillWanted(rpc));
    v1::AnswerCheck* const wire = response->add_checks();
    absl::StatusOr<Claim> claim =
        convert::ClaimOf(request, request.items(i), *vocabulary, now);
    absl::Status status = claim.status();
    if (status.ok()) {
      status = CheckItem(context, *claim, *vocabulary, knowledge, wire);
    }
    if (!status.ok() && status.code() != absl::StatusCode::kInvalidArgument &&
        !IsBeyondLimits(status)) {
      return status;
    }
    if (!status.ok()) {
      *wire->mutable_error() =
          convert::ToRpcStatus(WithField(ItemField(i), status));
    } else if (checked != nullptr) {
      checked->numbers.push_back(i);
      checked->claims.push_back(*std::move(claim));
    }
  }
  ToWire(now, response->mutable_as_of());
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  response->set_vocabulary_version(vocabulary->version);
  return CheckAnswerBytes(*response);
}

// Reports what was checked, which stays until it is recorded.
void RecordAnswer(const ServiceContext& context,
                  grpc::CallbackServerContext* rpc,
                  const std::string& answer_id, CheckedItems checked,
                  v1::CheckAnswerResponse* response,
                  grpc::ServerUnaryReactor* reactor) {
  struct Recording {
    CheckedItems items;
    std::vector<PreparedClaim> claims;  // views of the items
  };
  auto recording = std::make_shared<Recording>();
  recording->items = std::move(checked);
  for (size_t i = 0; i < recording->items.claims.size(); ++i) {
    Claim& claim = recording->items.claims[i];
    if (!answer_id.empty()) {
      claim.claim_id =
          absl::StrCat(answer_id, "/", recording->items.numbers[i]);
    }
    recording->claims.emplace_back(ViewOf(claim));
  }
  absl::Span<PreparedClaim> claims = absl::MakeSpan(recording->claims);
  context.committer->Report(
      claims, [&context, rpc, reactor, response,
               recording](absl::StatusOr<ReportReply> reply) {
        for (size_t i = 0; reply.ok() && i < reply->outcomes.size(); ++i) {
          const int number = recording->items.numbers[i];
          ClaimOutcome& outcome = reply->outcomes[i];
          outcome.error = WithField(ItemField(number), outcome.error);
          ToWire(outcome, response->mutable_checks(number));
        }
        if (reply.ok()) {
          response->set_recorded_revision(
              context.tokens->RevisionToken(reply->revision));
        }
        FinishCall(context, rpc, "CheckAnswer", reactor, reply.status());
      });
}

// Of which attributes to tell: by canonical name, in order.
absl::StatusOr<std::vector<std::string>> AttributesOf(
    const v1::GetCustomerViewRequest& request, const EntityType& type,
    const Channel& channel, v1::GetCustomerViewResponse* response) {
  std::vector<std::string> attributes;
  if (request.attributes().empty()) {
    if (const auto terms = channel.contract.find(type.name);
        terms != channel.contract.end()) {
      for (const auto& [name, unused] : terms->second) {
        attributes.push_back(name);
      }
    }
  }
  for (int i = 0; i < request.attributes_size(); ++i) {
    const auto attribute = type.RequireAttribute(request.attributes(i));
    if (!attribute.ok()) {
      return AtField(absl::StrCat("attributes[", i, "]"), attribute.status());
    }
    if (channel.FindTerms(type.name, (*attribute)->name) == nullptr) {
      response->add_not_entitled((*attribute)->name);
    } else {
      attributes.push_back((*attribute)->name);
    }
  }
  std::sort(attributes.begin(), attributes.end());
  attributes.erase(std::unique(attributes.begin(), attributes.end()),
                   attributes.end());
  return attributes;
}

// Whom the channel asks about, by the id that it names. Errors: NOT_FOUND,
// ERASED.
absl::StatusOr<EntityId> WhomOf(const v1::GetCustomerViewRequest& request,
                                const Vocabulary& vocabulary,
                                StoredKnowledge& knowledge, absl::Time now) {
  const bool by_entity = request.has_entity();
  Claim asked;
  asked.channel = request.channel();
  asked.said_at = now;
  if (by_entity) {
    asked.entity = FromWire(request.entity());
    const auto type = vocabulary.schema.RequireEntityType(asked.entity->type);
    if (!type.ok()) return WithField("entity", type.status());
  } else if (request.subject().empty()) {
    return errors::InvalidField("subject", "subject or entity must be set");
  } else {
    asked.subject = request.subject();
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<EntityId> entity,
                             knowledge.Resolve(asked));
  if (!entity.has_value()) {
    return WithField(
        by_entity ? "entity" : "subject",
        errors::NotFound(by_entity ? "this entity" : "an entity of this id"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<absl::Time> erased_at,
                             knowledge.ErasedAt(*entity));
  if (erased_at.has_value()) return errors::Erased();
  return *entity;
}

constexpr int64_t kLookbackSecondsMax = 366 * 24 * 3600;
constexpr int64_t kLookbackSecondsDefault = 30 * 24 * 3600;

absl::StatusOr<absl::Duration> LookbackOf(
    const v1::GetCustomerViewRequest& request) {
  const int64_t seconds = request.lookback_seconds();
  if (seconds < 0 || seconds > kLookbackSecondsMax) {
    return errors::InvalidField("lookback_seconds",
                                "must be 0 (30 days) to 31622400 (a year)");
  }
  return absl::Seconds(seconds == 0 ? kLookbackSecondsDefault : seconds);
}

absl::Status CheckRequest(const v1::GetCustomerViewRequest& request) {
  if (request.consistency().has_exactly_at()) {
    return errors::InvalidField(
        "consistency.exactly_at",
        "cannot be had: what was told wrongly is as of now; choose latest or "
        "at_least_as_fresh");
  }
  return CheckFilterCount("attributes", request.attributes_size());
}

absl::Status GetCustomerViewNow(const ServiceContext& context,
                                const v1::GetCustomerViewRequest& request,
                                v1::GetCustomerViewResponse* response) {
  CONCORDAT_RETURN_IF_ERROR(CheckRequest(request));
  CONCORDAT_ASSIGN_OR_RETURN(const absl::Duration lookback,
                             LookbackOf(request));
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  const auto channel = vocabulary->RequireChannel(request.channel());
  if (!channel.ok()) return channel.status();
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::Open(context, request.consistency()));
  const absl::Time now = context.clock->Now();
  StoredKnowledge knowledge(session.reader(), session.revision(), *vocabulary,
                            nullptr);
  CONCORDAT_ASSIGN_OR_RETURN(const EntityId entity,
                             WhomOf(request, *vocabulary, knowledge, now));
  CONCORDAT_ASSIGN_OR_RETURN(const EntityType* type,
                             vocabulary->schema.RequireEntityType(entity.type));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> attributes,
                             AttributesOf(request, *type, **channel, response));
  CustomerView view;
  CONCORDAT_RETURN_IF_ERROR(
      ViewFacts(*vocabulary, knowledge, entity, attributes, now, view));
  CONCORDAT_RETURN_IF_ERROR(
      ViewCorrections(session.reader(), *vocabulary, knowledge, **channel,
                      entity, attributes, now, now - lookback, view));
  for (const KnownValue& known : view.facts) {
    ToWire(known, *context.tokens, response->add_facts());
  }
  for (std::string& attribute : view.unknown_attributes) {
    response->add_unknown_attributes(std::move(attribute));
  }
  for (const Correction& correction : view.corrections) {
    ToWire(correction, *context.tokens, response->add_corrections());
  }
  CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                             knowledge.CanonicalOf(entity));
  ToWire(canonical, response->mutable_entity());
  ToWire(now, response->mutable_as_of());
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  response->set_vocabulary_version(vocabulary->version);
  return CheckAnswerBytes(*response);
}

}  // namespace

grpc::ServerUnaryReactor* AnswerServiceHandlers::CheckAnswer(
    grpc::CallbackServerContext* rpc, const v1::CheckAnswerRequest* request,
    v1::CheckAnswerResponse* response) {
  if (!request->record()) {
    return RunCall(
        context_, rpc, "CheckAnswer", request, [this, rpc, request, response] {
          return CheckAnswerNow(context_, *rpc, *request, response, nullptr);
        });
  }
  return OnExecutor(
      context_, rpc, "CheckAnswer", request,
      [this, rpc, request, response](grpc::ServerUnaryReactor* reactor) {
        CheckedItems checked;
        const absl::Status status =
            CheckAnswerNow(context_, *rpc, *request, response, &checked);
        if (!status.ok() || checked.claims.empty()) {
          FinishCall(context_, rpc, "CheckAnswer", reactor, status);
          return;
        }
        RecordAnswer(context_, rpc, request->answer_id(), std::move(checked),
                     response, reactor);
      });
}

grpc::ServerUnaryReactor* AnswerServiceHandlers::GetCustomerView(
    grpc::CallbackServerContext* rpc, const v1::GetCustomerViewRequest* request,
    v1::GetCustomerViewResponse* response) {
  return RunCall(context_, rpc, "GetCustomerView", request,
                 [this, request, response] {
                   return GetCustomerViewNow(context_, *request, response);
                 });
}

}  // namespace concordat
