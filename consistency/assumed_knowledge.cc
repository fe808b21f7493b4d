#include "consistency/assumed_knowledge.h"

#include <algorithm>
#include <utility>

#include "graph/errors.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// A stretch of a timeline that is being put together.
struct Piece {
  FactRecord fact;
  Reading reading;
};

KnownAttribute FromPieces(const Attribute& attribute,
                          std::vector<Piece> pieces) {
  std::vector<FactRecord> facts;
  facts.reserve(pieces.size());
  for (const Piece& piece : pieces) facts.push_back(piece.fact);
  // They do not overlap, so each is in force and none comes before another.
  KnownAttribute known(attribute, Timeline(std::move(facts)));
  for (size_t i = 0; i < pieces.size(); ++i) {
    known.SetReading(i, std::move(pieces[i].reading));
  }
  return known;
}

// How an authority would write it: words that only the channel has for a code
// or a text mean nothing to others.
std::optional<std::string> WrittenPlainly(const Claim& claim,
                                          const Reading& reading) {
  if (reading.absent || !reading.value.has_value()) return std::nullopt;
  const bool is_text =
      reading.value->members().size() == 1 &&
      (std::holds_alternative<Text>(reading.value->members().front()) ||
       std::holds_alternative<Code>(reading.value->members().front()));
  return is_text ? reading.value->Canonical() : claim.value;
}

// Whether a channel that is judged so says something else than is known: not
// where it agrees, nor where nobody can tell what it says.
bool SaysOtherwise(const Judgement& judgement) {
  const Verdict verdict = judgement.substance();
  return !judgement.erased_at.has_value() && judgement.claimed.readable() &&
         (IsDisagreement(verdict) || verdict == Verdict::kUnverifiable);
}

}  // namespace

absl::StatusOr<std::optional<AssumedKnowledge::Said>>
AssumedKnowledge::IfOtherwise(const HeldClaim& held) {
  Said said;
  said.claim = held.judged.claim;
  said.claim.entity = held.entity();
  if (said.claim.erased) return std::nullopt;
  absl::StatusOr<Judgement> judgement = Judge(said.claim, vocabulary_, known_);
  if (IsBeyondLimits(judgement.status())) return std::nullopt;
  CONCORDAT_RETURN_IF_ERROR(judgement.status());
  if (!SaysOtherwise(*judgement)) return std::nullopt;
  said.attribute = vocabulary_.schema.FindEntityType(held.entity().type)
                       ->FindAttribute(judgement->attribute);
  said.reading = std::move(judgement->claimed);
  return said;
}

// Of several ids of one entity the newest counts.
absl::StatusOr<std::vector<AssumedKnowledge::Said>>
AssumedKnowledge::SaidOtherwise(const Cluster& cluster) {
  std::map<std::string, HeldClaim> newest;
  for (const EntityId& member : cluster.members) {
    const std::string begin = KeyWriter().Entity(member).Take();
    CONCORDAT_RETURN_IF_ERROR(held_.Visit(
        begin, PrefixEnd(begin), [&](absl::string_view, const HeldClaim& held) {
          if (held.channel() != assumption_.channel) return true;
          const auto [place, is_new] = newest.emplace(held.attribute(), held);
          if (!is_new &&
              place->second.judged.claim.said_at < held.judged.claim.said_at) {
            place->second = held;
          }
          return true;
        }));
  }
  std::vector<Said> otherwise;
  for (const auto& entry : newest) {
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<Said> said,
                               IfOtherwise(entry.second));
    if (said.has_value()) otherwise.push_back(*std::move(said));
  }
  return otherwise;
}

void AssumedKnowledge::AssumeSaid(const Said& said) {
  const Attribute& attribute = *said.attribute;
  FactRecord fact;
  fact.entity = *said.claim.entity;
  fact.attribute = attribute.name;
  fact.value = WrittenPlainly(said.claim, said.reading);
  fact.personal = said.claim.personal;
  fact.recorded.source = assumption_.channel;
  fact.recorded.recorded_at = said.claim.said_at;
  std::vector<Piece> pieces;
  const auto found = about_.find(attribute.name);
  if (found != about_.end()) {
    const KnownAttribute& known = found->second;
    for (const TimelineSpan& span : known.timeline().spans()) {
      if (span.valid.Covers(said.claim.said_at)) {
        fact.valid = span.valid;
        fact.recorded = known.timeline().FactOf(span).recorded;
        continue;
      }
      if (span.valid.to <= said.claim.said_at) {
        fact.valid.from = span.valid.to;
      } else {
        fact.valid.to = std::min(fact.valid.to, span.valid.from);
      }
      Piece piece{known.timeline().FactOf(span),
                  known.ReadingOf(span, vocabulary_.schema.habits)};
      piece.fact.valid = span.valid;
      pieces.push_back(std::move(piece));
    }
  }
  pieces.push_back({std::move(fact), said.reading});
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
    return a.fact.valid.from < b.fact.valid.from;
  });
  about_.insert_or_assign(attribute.name,
                          FromPieces(attribute, std::move(pieces)));
  assumed_.insert(attribute.name);
}

void AssumedKnowledge::AssumeSource(const KnownEntity& known) {
  for (const auto& [name, of_attribute] : known) {
    const std::vector<FactRecord>& facts = of_attribute.timeline().facts();
    std::vector<FactRecord> own;
    std::vector<Reading> readings;
    for (size_t i = 0; i < facts.size(); ++i) {
      if (facts[i].recorded.source != assumption_.source) continue;
      own.push_back(facts[i]);
      readings.push_back(of_attribute.ReadingOf(
          {.valid = facts[i].valid, .fact = i}, vocabulary_.schema.habits));
    }
    if (own.empty() || own.size() == facts.size()) continue;
    KnownAttribute assumed(of_attribute.attribute(), Timeline(std::move(own)));
    for (size_t i = 0; i < readings.size(); ++i) {
      assumed.SetReading(i, std::move(readings[i]));
    }
    about_.insert_or_assign(name, std::move(assumed));
    assumed_.insert(name);
  }
}

absl::Status AssumedKnowledge::Load(const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster, known_.ClusterOf(entity));
  if (entity_ == cluster.canonical) return absl::OkStatus();
  entity_.reset();
  std::vector<Said> said;
  if (!assumption_.channel.empty() &&
      vocabulary_.FindChannel(assumption_.channel) != nullptr) {
    CONCORDAT_ASSIGN_OR_RETURN(said, SaidOtherwise(cluster));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* const known,
                             known_.About(entity));
  about_ = *known;
  assumed_.clear();
  for (const Said& one : said) AssumeSaid(one);
  if (!assumption_.source.empty()) AssumeSource(*known);
  entity_ = cluster.canonical;
  return absl::OkStatus();
}

absl::StatusOr<bool> AssumedKnowledge::Differs(const EntityId& entity) {
  CONCORDAT_RETURN_IF_ERROR(Load(entity));
  return !assumed_.empty();
}

absl::StatusOr<const KnownEntity*> AssumedKnowledge::About(
    const EntityId& entity) {
  CONCORDAT_RETURN_IF_ERROR(Load(entity));
  return &about_;
}

absl::StatusOr<std::vector<FactRecord>> AssumedKnowledge::RecordsOf(
    const EntityId& entity, const Attribute& attribute) {
  CONCORDAT_RETURN_IF_ERROR(Load(entity));
  if (!assumed_.contains(attribute.name)) {
    return known_.RecordsOf(entity, attribute);
  }
  if (assumption_.source.empty()) {
    return about_.find(attribute.name)->second.timeline().facts();
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> records,
                             known_.RecordsOf(entity, attribute));
  std::erase_if(records, [this](const FactRecord& record) {
    const bool of_all = record.retraction && !record.one_source;
    return !of_all && record.recorded.source != assumption_.source;
  });
  return records;
}

}  // namespace concordat
