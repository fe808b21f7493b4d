#include "server/watch/snapshot_rows.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "consistency/consistency_reader.h"
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
  for (int pages = 0; !done() && out.size() < bytes && pages < kPagesMax;
       ++pages) {
    CONCORDAT_ASSIGN_OR_RETURN(start_, steps_.front()(start_, out));
    if (start_.empty()) steps_.pop_front();
  }
  return absl::OkStatus();
}

void SnapshotRows::AddChange(const Change& change,
                             convert::WatchResponseWriter& out) const {
  if (!filter_.Matches(EventSubjectOf(change, {}))) return;
  out.AddRow(convert::RowBytes(change, tokens_));
}

void SnapshotRows::PlanFacts() {
  if (!filter_.channels.empty()) return;
  for (const EntityId& entity : filter_.entities) {
    steps_.push_back(
        [this, entity](
            const std::string&,
            convert::WatchResponseWriter& out) -> absl::StatusOr<std::string> {
          CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> facts,
                                     graph_.FactsInForceOf(entity));
          for (FactRecord& fact : facts) AddChange(std::move(fact), out);
          return "";
        });
  }
  if (!filter_.entities.empty()) return;
  std::vector<std::string> types(filter_.types.begin(), filter_.types.end());
  if (types.empty()) types.emplace_back();  // all
  for (const std::string& type : types) {
    steps_.push_back(
        [this, type](
            const std::string& start,
            convert::WatchResponseWriter& out) -> absl::StatusOr<std::string> {
          CONCORDAT_ASSIGN_OR_RETURN(GraphReader::Page<FactRecord> page,
                                     graph_.ListFacts(type, start, kPageRows));
          for (FactRecord& fact : page.items) AddChange(std::move(fact), out);
          return std::move(page.next);
        });
  }
}

void SnapshotRows::PlanRelations() {
  if (!filter_.channels.empty()) return;
  for (const EntityId& entity : filter_.entities) {
    steps_.push_back(
        [this, entity](
            const std::string&,
            convert::WatchResponseWriter& out) -> absl::StatusOr<std::string> {
          CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> relations,
                                     graph_.RelationsOf(entity));
          for (RelationRecord& relation : relations) {
            // One between two that are both asked for comes with its origin.
            if (relation.from != entity &&
                filter_.entities.contains(relation.from)) {
              continue;
            }
            AddChange(std::move(relation), out);
          }
          return "";
        });
  }
  if (!filter_.entities.empty()) return;
  steps_.push_back(
      [this](const std::string& start,
             convert::WatchResponseWriter& out) -> absl::StatusOr<std::string> {
        CONCORDAT_ASSIGN_OR_RETURN(GraphReader::Page<RelationRecord> page,
                                   graph_.ListRelations(start, kPageRows));
        for (RelationRecord& relation : page.items) {
          AddChange(std::move(relation), out);
        }
        return std::move(page.next);
      });
}

void SnapshotRows::PlanLinks() {
  if (!filter_.attributes.empty()) return;
  for (const EntityId& entity : filter_.entities) {
    steps_.push_back(
        [this, entity](
            const std::string&,
            convert::WatchResponseWriter& out) -> absl::StatusOr<std::string> {
          CONCORDAT_ASSIGN_OR_RETURN(std::vector<LinkRecord> links,
                                     graph_.LinksOf(entity));
          for (LinkRecord& link : links) AddChange(std::move(link), out);
          return "";
        });
  }
  if (!filter_.entities.empty()) return;
  std::vector<std::string> channels(filter_.channels.begin(),
                                    filter_.channels.end());
  if (channels.empty()) channels.emplace_back();  // all
  for (const std::string& channel : channels) {
    steps_.push_back([this, channel](const std::string& start,
                                     convert::WatchResponseWriter& out)
                         -> absl::StatusOr<std::string> {
      CONCORDAT_ASSIGN_OR_RETURN(GraphReader::Page<LinkRecord> page,
                                 graph_.ListLinks(channel, start, kPageRows));
      for (LinkRecord& link : page.items) AddChange(std::move(link), out);
      return std::move(page.next);
    });
  }
}

// Merges are few beside facts: all are looked through, whatever the filter.
void SnapshotRows::PlanIdentity() {
  if (!filter_.attributes.empty() || !filter_.channels.empty()) return;
  steps_.push_back(
      [this](const std::string& start,
             convert::WatchResponseWriter& out) -> absl::StatusOr<std::string> {
        CONCORDAT_ASSIGN_OR_RETURN(GraphReader::Page<MergeRecord> page,
                                   graph_.ListMerges("", start, kPageRows));
        for (MergeRecord& merge : page.items) AddChange(std::move(merge), out);
        return std::move(page.next);
      });
  steps_.push_back(
      [this](const std::string& start,
             convert::WatchResponseWriter& out) -> absl::StatusOr<std::string> {
        CONCORDAT_ASSIGN_OR_RETURN(GraphReader::Page<DistinctRecord> page,
                                   graph_.ListDistinct(start, kPageRows));
        for (DistinctRecord& distinct : page.items) {
          AddChange(std::move(distinct), out);
        }
        return std::move(page.next);
      });
}

void SnapshotRows::PlanClaims() {
  std::vector<EntityId> entities(filter_.entities.begin(),
                                 filter_.entities.end());
  std::sort(entities.begin(), entities.end());
  steps_.push_back(
      [this, entities](
          const std::string& start,
          convert::WatchResponseWriter& out) -> absl::StatusOr<std::string> {
        CONCORDAT_ASSIGN_OR_RETURN(
            HeldClaimPage page,
            ListHeldClaims(*reader_, "", entities, start, kPageRows));
        for (const HeldClaimPage::Item& item : page.items) {
          if (!filter_.Matches(EventSubjectOf(item.entity, item.held)))
            continue;
          out.AddRow(convert::RowBytes(item.entity, item.held));
        }
        return std::move(page.next);
      });
}

void SnapshotRows::PlanFindings() {
  FindingFilter wanted;
  wanted.channels.assign(filter_.channels.begin(), filter_.channels.end());
  wanted.attributes.assign(filter_.attributes.begin(),
                           filter_.attributes.end());
  wanted.states = {FindingState::kObserved, FindingState::kOpen,
                   FindingState::kAcknowledged, FindingState::kMuted,
                   FindingState::kReopened};
  wanted.entities.assign(filter_.entities.begin(), filter_.entities.end());
  steps_.push_back(
      [this, wanted](
          const std::string& start,
          convert::WatchResponseWriter& out) -> absl::StatusOr<std::string> {
        CONCORDAT_ASSIGN_OR_RETURN(
            FindingPage page, ListFindings(*reader_, wanted, start, kPageRows));
        for (const Finding& finding : page.findings) {
          if (!filter_.Matches(EventSubjectOf(finding.subject))) continue;
          out.AddRow(convert::RowBytes(finding, tokens_));
        }
        return std::move(page.next);
      });
}

}  // namespace concordat
