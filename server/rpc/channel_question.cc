#include "server/rpc/channel_question.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consistency/answers.h"
#include "consistency/judge.h"
#include "consistency/sides.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/convert/status.h"
#include "server/probe/probe_book.h"

namespace concordat {
namespace {

constexpr int kWaitSecondsMax = 120;
constexpr int kWaitSecondsDefault = 15;
constexpr size_t kAskIdBytesMax = 128;

absl::Status CheckBytes(absl::string_view field, absl::string_view limit,
                        const std::string& text, int64_t most) {
  const auto bytes = static_cast<int64_t>(text.size());
  if (bytes <= most) return absl::OkStatus();
  return errors::LimitExceeded(limit, bytes, most, field);
}

}  // namespace

void SetDuration(absl::Duration duration, google::protobuf::Duration* wire) {
  absl::Duration rest;
  wire->set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  wire->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

void ChannelQuestion::Ask(const ServiceContext& context,
                          const v1::AskChannelsRequest& request,
                          v1::AskChannelsResponse* response, Done done) {
  const std::shared_ptr<ChannelQuestion> question(
      new ChannelQuestion(context, request, response, std::move(done)));
  if (const absl::Status ready = question->Prepare(); !ready.ok()) {
    return question->done_(ready);
  }
  question->AskAll();
}

absl::Status ChannelQuestion::CheckRequest() const {
  CONCORDAT_RETURN_IF_ERROR(CheckBytes("question", "probe_question_bytes_max",
                                       request_.question(),
                                       limits::kProbeQuestionBytesMax));
  if (request_.ask_id().size() > kAskIdBytesMax) {
    return errors::InvalidField("ask_id", "must have 128 bytes at most");
  }
  if (request_.wait_seconds() < 0 ||
      request_.wait_seconds() > kWaitSecondsMax) {
    return errors::InvalidField("wait_seconds", "must be 0 (15) to 120");
  }
  if (!v1::Exposure_IsValid(request_.exposure())) {
    return errors::InvalidField("exposure", "is not one of the known ones");
  }
  if (request_.channels_size() > limits::kProbesMax) {
    return errors::LimitExceeded("probes_max", request_.channels_size(),
                                 limits::kProbesMax, "channels");
  }
  if (request_.attribute().empty()) {
    return errors::InvalidField("attribute", "is required");
  }
  return absl::OkStatus();
}

absl::Status ChannelQuestion::FindChannels() {
  std::set<std::string> names(request_.channels().begin(),
                              request_.channels().end());
  if (names.empty()) {
    for (const auto& [channel, client] : context_.probes->clients()) {
      if (vocabulary_->FindChannel(channel) != nullptr) names.insert(channel);
    }
  }
  if (names.empty()) {
    return errors::PreconditionFailed(
        "no channel of the vocabulary has a probe: start concordatd with "
        "--probe CHANNEL=HOST:PORT");
  }
  for (const std::string& name : names) {
    const absl::Status known = vocabulary_->RequireChannel(name).status();
    if (!known.ok()) return AtField("channels", known);
    absl::StatusOr<ProbeClient*> client = context_.probes->Require(name);
    if (!client.ok()) return AtField("channels", client.status());
    asked_.emplace_back().client = *client;
  }
  return absl::OkStatus();
}

absl::Status ChannelQuestion::FindSubject(const ReadSession& session) {
  const Identity identity = session.identity();
  CONCORDAT_ASSIGN_OR_RETURN(
      const Cluster cluster,
      identity.ClusterOf(convert::FromWire(request_.entity())));
  CONCORDAT_ASSIGN_OR_RETURN(const bool exists, identity.Exists(cluster));
  if (!exists) return AtField("entity", errors::NotFound("this entity"));
  entity_ = cluster.canonical;
  StoredKnowledge knowledge(session.reader(), session.revision(), *vocabulary_,
                            nullptr);
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<absl::Time> erased,
                             knowledge.ErasedAt(entity_));
  if (erased.has_value()) return errors::Erased();
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LinkRecord> links,
                             identity.LinksAt(cluster, now_));
  for (Asked& asked : asked_) {
    asked.subject.entity = entity_;
    std::vector<std::string>& own_ids = asked.subject.own_ids;
    for (const LinkRecord& link : links) {
      if (link.channel != asked.client->channel()) continue;
      if (own_ids.size() == limits::kProbeOwnIdsMax) break;
      own_ids.push_back(link.subject);
    }
  }
  return absl::OkStatus();
}

absl::Status ChannelQuestion::Prepare() {
  CONCORDAT_RETURN_IF_ERROR(CheckRequest());
  CONCORDAT_ASSIGN_OR_RETURN(vocabulary_, context_.vocabularies->Require());
  const auto type =
      vocabulary_->schema.RequireEntityType(request_.entity().type());
  if (!type.ok()) return AtField("entity.type", type.status());
  const auto attribute = (*type)->RequireAttribute(request_.attribute());
  if (!attribute.ok()) return AtField("attribute", attribute.status());
  attribute_ = *attribute;
  now_ = context_.clock->Now();
  CONCORDAT_RETURN_IF_ERROR(FindChannels());
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context_));
  return FindSubject(session);
}

void ChannelQuestion::AskAll() {
  {
    MutexLock lock(&mutex_);
    waiting_ = asked_.size();
  }
  const int seconds = request_.wait_seconds() == 0 ? kWaitSecondsDefault
                                                   : request_.wait_seconds();
  // Replies may come while others are asked: each has its place.
  for (Asked& asked : asked_) {
    v1::WouldSayRequest request;
    ToWire(asked.subject, request.mutable_subject());
    request.set_attribute(attribute_->name);
    request.set_question(request_.question());
    asked.client->WouldSay(std::move(request), now_ + absl::Seconds(seconds),
                           [self = shared_from_this(),
                            &asked](ProbeReply<v1::WouldSayResponse> reply) {
                             asked.reply.emplace(std::move(reply));
                             self->OnReply();
                           });
  }
}

void ChannelQuestion::OnReply() {
  {
    MutexLock lock(&mutex_);
    if (--waiting_ > 0) return;
  }
  const bool taken = context_.executor->TrySubmit([self = shared_from_this()] {
    const absl::Status judged = self->Judge();
    if (!judged.ok() || !self->request_.record()) {
      return self->done_(judged);
    }
    self->Record();
  });
  if (taken) return;
  const auto places = static_cast<int64_t>(context_.executor->queue_max());
  done_(errors::Overloaded(places, places));
}

absl::StatusOr<v1::ProbeOutcome> ChannelQuestion::ReadAnswer(
    Asked& asked) const {
  CONCORDAT_RETURN_IF_ERROR(asked.reply->response.status());
  const v1::WouldSayResponse& said = *asked.reply->response;
  CONCORDAT_RETURN_IF_ERROR(CheckBytes("spoken", "probe_spoken_bytes_max",
                                       said.spoken(),
                                       limits::kProbeSpokenBytesMax));
  if (said.declines()) return v1::PROBE_OUTCOME_DECLINED;
  if (said.unknown_subject()) return v1::PROBE_OUTCOME_UNKNOWN_SUBJECT;
  if (!said.has_claim()) {
    return errors::InvalidField("answer", "is required, and true if a bool");
  }
  const EntityType& type = *vocabulary_->schema.FindEntityType(entity_.type);
  v1::Claim wire = said.claim();
  if (!wire.attribute().empty() &&
      type.FindAttribute(wire.attribute()) != attribute_) {
    return errors::InvalidField("claim.attribute", "is not what was asked");
  }
  wire.set_attribute(attribute_->name);
  absl::StatusOr<Claim> claim = ClaimOfAnswer(
      asked.client->channel(), asked.subject, wire, context_.clock->Now());
  absl::Status valid = claim.status();
  if (valid.ok()) {
    valid = ValidateClaim(*vocabulary_, ViewOf(*claim), context_.clock->Now());
  }
  if (!valid.ok()) return WithField("claim", valid);
  asked.claim = *std::move(claim);
  return v1::PROBE_OUTCOME_ANSWERED;
}

absl::Status ChannelQuestion::JudgeOne(Asked& asked, StoredKnowledge& knowledge,
                                       v1::ChannelAnswer* answer) {
  answer->set_channel(asked.client->channel());
  answer->set_attempts(asked.reply->attempts);
  SetDuration(asked.reply->took, answer->mutable_latency());
  const absl::StatusOr<v1::ProbeOutcome> outcome = ReadAnswer(asked);
  if (!outcome.ok()) {
    answer->set_outcome(v1::PROBE_OUTCOME_FAILED);
    *answer->mutable_error() = convert::ToRpcStatus(outcome.status());
    return absl::OkStatus();
  }
  answer->set_outcome(*outcome);
  answer->set_spoken(asked.reply->response->spoken());
  if (!asked.claim.has_value()) return absl::OkStatus();
  Claim& claim = *asked.claim;
  claim.received_at = now_;
  convert::ToWire(claim, answer->mutable_claim());
  absl::StatusOr<Judgement> judgement =
      concordat::Judge(claim, *vocabulary_, knowledge, Trace::kOn);
  CONCORDAT_RETURN_IF_ERROR(judgement.status());
  asked.says_none = !claim.value.has_value() || judgement->claimed.absent;
  convert::ToWire(claim, *judgement, *context_.tokens,
                  answer->mutable_judgement());
  return absl::OkStatus();
}

absl::Status ChannelQuestion::Compare(StoredKnowledge& knowledge) {
  std::vector<Claim> claims;
  int answered = 0;
  int none = 0;
  for (const Asked& asked : asked_) {
    if (!asked.claim.has_value()) continue;
    ++answered;
    if (asked.says_none) {
      ++none;
    } else {
      claims.push_back(*asked.claim);
    }
  }
  CONCORDAT_ASSIGN_OR_RETURN(const Sides sides,
                             CompareSides(claims, *vocabulary_, knowledge));
  std::map<std::string, int> number_of;
  for (const Side& side : sides.sides) {
    if (!side.value.has_value()) continue;
    number_of[side.claim.channel] = static_cast<int>(*side.value) + 1;
  }
  for (v1::ChannelAnswer& answer : *response_.mutable_answers()) {
    const auto number = number_of.find(answer.channel());
    if (number != number_of.end()) answer.set_value_number(number->second);
  }
  const bool is_one_value =
      none == 0 && number_of.size() == claims.size() &&
      std::all_of(number_of.begin(), number_of.end(),
                  [](const auto& number) { return number.second == 1; });
  response_.set_answered(answered);
  response_.set_all_agree(answered > 1 && (none == answered || is_one_value));
  return absl::OkStatus();
}

absl::Status ChannelQuestion::ShowTruth(StoredKnowledge& knowledge) {
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known,
                             knowledge.About(entity_));
  const auto found = known->find(attribute_->name);
  if (found == known->end()) return absl::OkStatus();
  const std::optional<KnownValue> value =
      KnownAt(found->second, now_, vocabulary_->schema.habits);
  if (value.has_value()) {
    convert::ToWire(value->raw, value->reading, response_.mutable_truth());
  }
  return absl::OkStatus();
}

absl::Status ChannelQuestion::Judge() {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context_));
  StoredKnowledge knowledge(session.reader(), session.revision(), *vocabulary_,
                            nullptr);
  for (Asked& asked : asked_) {
    CONCORDAT_RETURN_IF_ERROR(
        JudgeOne(asked, knowledge, response_.add_answers()));
  }
  CONCORDAT_RETURN_IF_ERROR(Compare(knowledge));
  CONCORDAT_RETURN_IF_ERROR(ShowTruth(knowledge));
  convert::ToWire(now_, response_.mutable_as_of());
  response_.set_revision(context_.tokens->RevisionToken(session.revision()));
  response_.set_vocabulary_version(vocabulary_->version);
  CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                             knowledge.CanonicalOf(entity_));
  convert::ToWire(canonical, response_.mutable_entity());
  response_.set_attribute(attribute_->name);
  return absl::OkStatus();
}

void ChannelQuestion::Record() {
  for (size_t i = 0; i < asked_.size(); ++i) {
    if (!asked_[i].claim.has_value()) continue;
    Claim& claim = *asked_[i].claim;
    claim.exposure = request_.exposure() == v1::EXPOSURE_UNSPECIFIED
                         ? Exposure::kHeld
                         : static_cast<Exposure>(request_.exposure());
    claim.claim_id.clear();
    if (!request_.ask_id().empty()) {
      claim.claim_id = absl::StrCat(request_.ask_id(), "/", claim.channel);
    }
    prepared_for_.push_back(static_cast<int>(i));
  }
  for (const int place : prepared_for_) {
    prepared_.emplace_back(ViewOf(*asked_[static_cast<size_t>(place)].claim));
  }
  if (prepared_.empty()) return done_(absl::OkStatus());
  context_.committer->Report(
      absl::MakeSpan(prepared_),
      [self = shared_from_this()](absl::StatusOr<ReportReply> reply) {
        for (size_t i = 0; reply.ok() && i < reply->outcomes.size(); ++i) {
          v1::ChannelAnswer* const answer =
              self->response_.mutable_answers(self->prepared_for_[i]);
          convert::ToWire(reply->outcomes[i], answer->mutable_recorded());
        }
        if (reply.ok()) {
          self->response_.set_recorded_revision(
              self->context_.tokens->RevisionToken(reply->revision));
        }
        self->done_(reply.status());
      });
}

}  // namespace concordat
