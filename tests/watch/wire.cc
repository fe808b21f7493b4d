#include "tests/watch/wire.h"

#include <gtest/gtest.h>

#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "consistency/rows.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/convert/findings.h"
#include "server/convert/knowledge.h"
#include "server/security/sealed_store.h"
#include "tests/service/test_server.h"

namespace concordat::watch {
namespace {

// Labels are a map, whose order must not matter.
std::string Bytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

std::string Text(const EntityId& entity) {
  return absl::StrCat(entity.type, "/", entity.id);
}

// Makes the events of a log, in the order of its revisions.
class LogMaker {
 public:
  LogMaker(const Reader& reader, const TokenMint& tokens)
      : reader_(reader), tokens_(tokens) {}

  Event Of(const Change& change) {
    Event event =
        std::visit([&](const auto& record) { return About(record); }, change);
    v1::RecordedChange wire;
    convert::ToWire(change, tokens_, &wire);
    event.content = Bytes(wire);
    return event;
  }

  Event Of(const rows::JudgedClaim& judged) {
    Event event{"claim", {}, judged.attribute, judged.claim.channel, ""};
    v1::WatchedClaim wire;
    convert::ToWire(judged.claim, wire.mutable_claim());
    if (judged.about.has_value()) {
      event.entities.push_back(Text(*judged.about));
      convert::ToWire(*judged.about, wire.mutable_entity());
    }
    wire.set_attribute(judged.attribute);
    convert::ToWire(judged.claim.received_at, wire.mutable_received_at());
    wire.set_verdict(static_cast<v1::Verdict>(judged.verdict));
    if (judged.further.has_value()) {
      wire.set_further_verdict(static_cast<v1::Verdict>(*judged.further));
    }
    event.content = Bytes(wire);
    return event;
  }

  Event Of(const rows::LoggedFindingEvent& logged) {
    const auto finding = rows::GetFinding(reader_, logged.finding_id);
    const auto history = rows::GetFindingEvents(reader_, logged.finding_id);
    EXPECT_TRUE(finding.ok() && finding->has_value() && history.ok());
    if (!finding.ok() || !finding->has_value() || !history.ok()) return {};
    // Numbered from 1.
    const FindingEvent& change = history->at(logged.number - 1);
    const FindingSubject& subject = (*finding)->subject;
    v1::WatchedFinding wire;
    wire.set_id(logged.finding_id);
    convert::ToWire(subject.entity, wire.mutable_entity());
    wire.set_attribute(subject.attribute);
    wire.set_channel(subject.channel);
    wire.set_family(static_cast<v1::FindingFamily>(subject.family));
    v1::FindingEvent event;
    convert::ToWire(change, tokens_, &event);
    wire.set_state(event.state());
    wire.set_verdict(event.verdict());
    *wire.mutable_at() = event.at();
    wire.set_actor(event.actor());
    wire.set_revision(event.revision());
    if (logged.number > 1) {
      wire.set_previous_state(
          static_cast<v1::FindingState>(history->at(logged.number - 2).state));
    }
    return {"finding",
            {Text(subject.entity)},
            subject.attribute,
            subject.channel,
            Bytes(wire)};
  }

 private:
  Event About(const FactRecord& fact) {
    return {"fact", {Text(fact.entity)}, fact.attribute, "", ""};
  }
  Event About(const RelationRecord& relation) {
    return {"relation",
            {Text(relation.from), Text(relation.to)},
            relation.relation,
            "",
            ""};
  }
  // Also of whom it named before.
  Event About(const LinkRecord& link) {
    std::set<std::string>& named = named_[{link.channel, link.subject}];
    if (!link.entity.id.empty()) named.insert(Text(link.entity));
    return {"link", {named.begin(), named.end()}, "", link.channel, ""};
  }
  Event About(const MergeRecord& merge) {
    return {
        "identity", {Text(merge.duplicate), Text(merge.survivor)}, "", "", ""};
  }
  Event About(const DistinctRecord& distinct) {
    return {"identity", {Text(distinct.a), Text(distinct.b)}, "", "", ""};
  }

  const Reader& reader_;
  const TokenMint& tokens_;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> named_;
};

// Of a commit: who wrote it, when, and under which id.
std::string HeadOf(const v1::WatchedCommit& commit) {
  return absl::StrCat(commit.actor(), "|", commit.request_id(), "|",
                      commit.recorded_at().ShortDebugString());
}

template <typename T>
T Read(absl::StatusOr<T> result) {
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : T();
}

}  // namespace

Filter FilterOf(const v1::WatchFilter& wire) {
  Filter filter;
  for (const int kind : wire.kinds()) {
    const std::string name = v1::WatchKind_Name(kind);
    filter.kinds.insert(
        absl::AsciiStrToLower(name.substr(name.rfind('_') + 1)));
  }
  filter.types.insert(wire.entity_types().begin(), wire.entity_types().end());
  filter.attributes.insert(wire.attributes().begin(), wire.attributes().end());
  filter.channels.insert(wire.channels().begin(), wire.channels().end());
  for (const v1::EntityRef& entity : wire.entities()) {
    filter.entities.insert(absl::StrCat(entity.type(), "/", entity.id()));
  }
  return filter;
}

std::string ContentOf(const v1::WatchEvent& event) {
  if (event.has_change()) return Bytes(event.change());
  if (event.has_claim()) return Bytes(event.claim());
  return Bytes(event.finding());
}

Step StepOf(const v1::WatchResponse& response) {
  Step step;
  if (!response.revision().empty()) {
    step.revision = NumberOf(response.revision());
  }
  for (const v1::WatchedCommit& commit : response.commits()) {
    Part part{NumberOf(commit.revision()), {}, commit.partial()};
    for (const v1::WatchEvent& event : commit.events()) {
      part.events.push_back(
          {event.ordinal(), absl::StrCat(HeadOf(commit), ContentOf(event))});
    }
    step.parts.push_back(std::move(part));
  }
  return step;
}

WrittenLog LogOf(Store& store) {
  WrittenLog log;
  // Personal values are opened with their keys, which are in the store.
  SealedStore open(&store, rows::kPersonalSpaces);
  const auto snapshot = open.Snapshot();
  EXPECT_TRUE(snapshot.ok()) << snapshot.status();
  if (!snapshot.ok()) return log;
  const Reader& reader = **snapshot;
  const TokenMint tokens(Read(rows::ReadStoreId(reader)));
  log.head = Read(rows::ReadHead(reader)).number();
  LogMaker make(reader, tokens);
  std::map<uint64_t, std::string> heads;
  // Within a revision: changes or claims, then findings.
  EXPECT_TRUE(
      reader
          .Scan(rows::kCommits, "", "",
                [&](absl::string_view key, absl::string_view value) {
                  const auto commit = Read(rows::ParseCommit(key, value));
                  log.events[commit.revision.number()];
                  v1::WatchedCommit head;
                  head.set_actor(commit.actor);
                  head.set_request_id(commit.request_id);
                  convert::ToWire(commit.at, head.mutable_recorded_at());
                  heads[commit.revision.number()] = HeadOf(head);
                  if (!commit.request_id.empty()) {
                    log.requests[commit.request_id] = commit.revision.number();
                  }
                  return true;
                })
          .ok());
  EXPECT_TRUE(reader
                  .Scan(rows::kChanges, "", "",
                        [&](absl::string_view key, absl::string_view value) {
                          for (const Change& change :
                               Read(rows::ParseChanges(key, value))) {
                            log.events[KeyReader(key).At().number()].push_back(
                                make.Of(change));
                          }
                          return true;
                        })
                  .ok());
  EXPECT_TRUE(reader
                  .Scan(rows::kClaims, "", "",
                        [&](absl::string_view key, absl::string_view value) {
                          for (const rows::JudgedClaim& judged :
                               Read(rows::ParseClaims(value))) {
                            log.events[KeyReader(key).At().number()].push_back(
                                make.Of(judged));
                          }
                          return true;
                        })
                  .ok());
  std::vector<std::pair<uint64_t, rows::LoggedFindingEvent>> findings;
  EXPECT_TRUE(reader
                  .Scan(rows::kFindingLog, "", "",
                        [&](absl::string_view key, absl::string_view) {
                          findings.emplace_back(
                              KeyReader(key).At().number(),
                              Read(rows::ParseFindingLogKey(key)));
                          return true;
                        })
                  .ok());
  for (const auto& [revision, logged] : findings) {
    log.events[revision].push_back(make.Of(logged));
  }
  for (auto& [revision, events] : log.events) {
    for (Event& event : events) event.content.insert(0, heads[revision]);
  }
  return log;
}

}  // namespace concordat::watch
