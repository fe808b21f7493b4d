#include "server/watch/snapshot_rows.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "consistency/consistency_reader.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr size_t kPageRows = 200;
// Pages that one call looks through where hardly anything matches.
constexpr int kPagesMax = 50;

}  // namespace

SnapshotRows::SnapshotRows(std::unique_ptr<Reader> reader, Revision at,
                           const WatchFilter* filter, const TokenMint* tokens)
    : reader_(std::move(reader)),
      at_(at),
      graph_(*reader_, at),
      filter_(*filter),
      tokens_(*tokens) {
  if (filter_.Allows(WatchKind::kFact)) PlanFacts();
  if (filter_.Allows(WatchKind::kRelation)) PlanRelations();
  if (filter_.Allows(WatchKind::kLink)) PlanLinks();
  if (filter_.Allows(WatchKind::kIdentity)) PlanIdentity();
  if (filter_.Allows(WatchKind::kClaim)) PlanClaims();
  if (filter_.Allows(WatchKind::kFinding)) PlanFindings();
}

absl::Status SnapshotRows::Fill(size_t bytes,
                                convert::WatchResponseWriter& out) {
  for (int pages = 0; !done() && pages < kPagesMax;) {
    if (pending_.empty()) {
      CONCORDAT_ASSIGN_OR_RETURN(start_, steps_.front()(start_));
      if (start_.empty()) steps_.pop_front();
      ++pages;
      continue;
    }
    if (!out.empty() && out.size() + pending_.front().size() > bytes) break;
    out.AddRow(pending_.front());
    pending_.pop_front();
  }
  return absl::OkStatus();
}

void SnapshotRows::AddChange(const Change& change) {
  if (!filter_.Matches(EventSubjectOf(change, {}))) return;
  pending_.push_back(convert::RowBytes(change, tokens_));
}

void SnapshotRows::PlanFacts() {
  if (!filter_.channels.empty()) return;
  for (const EntityId& entity : filter_.entities) {
    steps_.push_back(
        [this, entity](const std::string&) -> absl::StatusOr<std::string> {
          CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> facts,
                                     graph_.FactsInForceOf(entity));
          for (FactRecord& fact : facts) AddChange(std::move(fact));
          return "";
        });
  }
  if (!filter_.entities.empty()) return;
  std::vector<std::string> types(filter_.types.begin(), filter_.types.end());
  if (types.empty()) types.emplace_back();  // all
  for (const std::string& type : types) {
    steps_.push_back(
        [this, type](const std::string& start) -> absl::StatusOr<std::string> {
          CONCORDAT_ASSIGN_OR_RETURN(GraphReader::Page<FactRecord> page,
                                     graph_.ListFacts(type, start, kPageRows));
          for (FactRecord& fact : page.items) AddChange(std::move(fact));
          return std::move(page.next);
        });
  }
}

void SnapshotRows::PlanRelations() {
  if (!filter_.channels.empty()) return;
  for (const EntityId& entity : filter_.entities) {
    steps_.push_back(
        [this, entity](const std::string&) -> absl::StatusOr<std::string> {
          CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> relations,
                                     graph_.RelationsOf(entity));
          for (RelationRecord& relation : relations) {
            // One between two that are both asked for comes with its origin.
            if (relation.from != entity &&
                filter_.entities.contains(relation.from)) {
              continue;
            }
            AddChange(std::move(relation));
          }
          return "";
        });
  }
  if (!filter_.entities.empty()) return;
  steps_.push_back(
      [this](const std::string& start) -> absl::StatusOr<std::string> {
        CONCORDAT_ASSIGN_OR_RETURN(GraphReader::Page<RelationRecord> page,
                                   graph_.ListRelations(start, kPageRows));
        for (RelationRecord& relation : page.items) {
          AddChange(std::move(relation));
        }
        return std::move(page.next);
      });
}

void SnapshotRows::PlanLinks() {
  if (!filter_.attributes.empty()) return;
  for (const EntityId& entity : filter_.entities) {
    steps_.push_back(
        [this, entity](const std::string&) -> absl::StatusOr<std::string> {
          CONCORDAT_ASSIGN_OR_RETURN(std::vector<LinkRecord> links,
                                     graph_.LinksOf(entity));
          for (LinkRecord& link : links) AddChange(std::move(link));
          return "";
        });
  }
  if (!filter_.entities.empty()) return;
  std::vector<std::string> channels(filter_.channels.begin(),
                                    filter_.channels.end());
  if (channels.empty()) channels.emplace_back();  // all
  for (const std::string& channel : channels) {
    steps_.push_back([this, channel](const std::string& start)
                         -> absl::StatusOr<std::string> {
      CONCORDAT_ASSIGN_OR_RETURN(GraphReader::Page<LinkRecord> page,
                                 graph_.ListLinks(channel, start, kPageRows));
      for (LinkRecord& link : page.items) AddChange(std::move(link));
      return std::move(page.next);
    });
  }
}

void SnapshotRows::PlanIdentity() {
  if (!filter_.channels.empty() || !filter_.attributes.empty()) return;
  steps_.push_back(
      [this](const std::string& start) { return AddMerges(start); });
  steps_.push_back(
      [this](const std::string& start) { return AddDistinct(start); });
}

absl::StatusOr<std::string> SnapshotRows::AddMerges(const std::string& start) {
  CONCORDAT_ASSIGN_OR_RETURN(GraphReader::Page<MergeRecord> page,
                             graph_.ListMerges("", start, kPageRows));
  for (MergeRecord& merge : page.items) AddChange(std::move(merge));
  return std::move(page.next);
}

// A declaration has a row under each of the two, of which the first counts; of
// those of one pair the newest decides.
absl::StatusOr<std::string> SnapshotRows::AddDistinct(
    const std::string& start) {
  std::string next;
  std::string pair;
  size_t pairs = 0;
  std::optional<DistinctRecord> newest;
  absl::Status problem;
  const auto finish_pair = [&] {
    if (newest.has_value() && !newest->retraction) AddChange(*newest);
    newest.reset();
  };
  CONCORDAT_RETURN_IF_ERROR(reader_->Scan(
      rows::kDistinct, start, "",
      [&](absl::string_view key, absl::string_view value) {
        KeyReader keys(key);
        const EntityId first = keys.Entity();
        const EntityId second = keys.Entity();
        std::string name = KeyWriter().Entity(first).Entity(second).Take();
        if (name != pair) {
          finish_pair();
          if (pairs++ == kPageRows) {
            next = std::move(name);
            return false;
          }
          pair = std::move(name);
        }
        absl::StatusOr<DistinctRecord> record = rows::ParseDistinct(key, value);
        problem = record.status();
        if (!record.ok()) return false;
        if (record->a == first && record->recorded.revision <= at_) {
          newest = *std::move(record);
        }
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  if (next.empty()) finish_pair();
  return next;
}

void SnapshotRows::PlanClaims() {
  std::vector<std::vector<EntityId>> places;
  for (const EntityId& entity : filter_.entities) places.push_back({entity});
  if (places.empty()) places.emplace_back();  // all
  for (const std::vector<EntityId>& place : places) {
    steps_.push_back(
        [this, place](const std::string& start) -> absl::StatusOr<std::string> {
          if (!held_.has_value()) {
            CONCORDAT_ASSIGN_OR_RETURN(held_, HeldReader::Open(*reader_));
          }
          CONCORDAT_ASSIGN_OR_RETURN(
              HeldClaimPage page,
              ListHeldClaims(*reader_, *held_, "", place, start, kPageRows));
          for (const HeldClaimPage::Item& item : page.items) {
            if (!filter_.Matches(EventSubjectOf(item.held))) continue;
            pending_.push_back(convert::RowBytes(item.held));
          }
          return std::move(page.next);
        });
  }
}

void SnapshotRows::PlanFindings() {
  FindingFilter wanted;
  wanted.scope.channels.assign(filter_.channels.begin(),
                               filter_.channels.end());
  wanted.scope.attributes.assign(filter_.attributes.begin(),
                                 filter_.attributes.end());
  wanted.states = {FindingState::kObserved, FindingState::kOpen,
                   FindingState::kAcknowledged, FindingState::kReopened};
  wanted.scope.entities.assign(filter_.entities.begin(),
                               filter_.entities.end());
  steps_.push_back(
      [this, wanted](const std::string& start) -> absl::StatusOr<std::string> {
        CONCORDAT_ASSIGN_OR_RETURN(
            FindingPage page,
            ListFindings(*reader_, Mutes(), wanted, start, kPageRows));
        for (const Finding& finding : page.findings) {
          if (!filter_.Matches(EventSubjectOf(finding.subject))) continue;
          pending_.push_back(convert::RowBytes(finding, tokens_));
        }
        return std::move(page.next);
      });
}

}  // namespace concordat
