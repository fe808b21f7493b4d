// GraphReader: links, and the history of an entity.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "graph/errors.h"
#include "graph/graph_reader.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/record_scan.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

using rows::kLinks;
using rows::kLinksTo;

absl::Status AppendLink(absl::string_view key, absl::string_view value,
                        Revision at, std::vector<LinkRecord>& links) {
  CONCORDAT_ASSIGN_OR_RETURN(LinkRecord link, rows::ParseLink(key, value));
  if (link.recorded.revision > at) return absl::OkStatus();
  links.push_back(std::move(link));
  return CheckRecordCount(links.size());
}

// Which of one id's links, given in order of revision, bear on an entity.
class LinksBearingOn {
 public:
  explicit LinksBearingOn(const EntityId& entity) : entity_(entity) {}

  // Whether `link` gives the entity the name, or may take it away or give it
  // back: it takes back or replaces a link that names it, or what starts
  // within one.
  bool Bears(const LinkRecord& link) {
    const absl::Time start = link.valid.from;
    if (link.retraction && start == absl::InfinitePast()) {
      const bool named = !naming_.empty();
      naming_.clear();
      ends_.clear();
      return named;
    }
    const bool named = StopNaming(start);
    if (link.retraction || link.entity != entity_) {
      return named || StartsWithin(start);
    }
    naming_.emplace(start, link.valid.to);
    ends_.insert(link.valid.to);
    return true;
  }

 private:
  // Whether a link in force that starts there named the entity.
  bool StopNaming(absl::Time start) {
    const auto link = naming_.find(start);
    if (link == naming_.end()) return false;
    ends_.erase(ends_.find(link->second));
    naming_.erase(link);
    return true;
  }
  bool StartsWithin(absl::Time start) const {
    return !naming_.empty() && naming_.begin()->first <= start &&
           start < *ends_.rbegin();
  }

  const EntityId& entity_;
  // Start -> end of the links in force that name the entity.
  std::map<absl::Time, absl::Time> naming_;
  // Theirs alone: what was replaced or taken back may have been compacted.
  std::multiset<absl::Time> ends_;
};

bool RecordedBefore(const Change& a, const Change& b) {
  const Provenance& first = RecordedOf(a);
  const Provenance& second = RecordedOf(b);
  return std::tie(first.revision, first.ordinal) <
         std::tie(second.revision, second.ordinal);
}

}  // namespace

absl::StatusOr<std::vector<LinkRecord>> GraphReader::RecordsOfLink(
    absl::string_view channel, absl::string_view subject) const {
  std::vector<LinkRecord> links;
  absl::Status problem;
  const std::string prefix = KeyWriter().String(channel).String(subject).Take();
  CONCORDAT_RETURN_IF_ERROR(
      reader_.Scan(kLinks, prefix, PrefixEnd(prefix),
                   [&](absl::string_view key, absl::string_view value) {
                     problem = AppendLink(key, value, at_, links);
                     return problem.ok();
                   }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return links;
}

absl::StatusOr<LinkTimeline> GraphReader::LinkTimelineOf(
    absl::string_view channel, absl::string_view subject) const {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<LinkRecord> records,
                             RecordsOfLink(channel, subject));
  return LinkTimeline(std::move(records));
}

absl::StatusOr<std::optional<EntityId>> GraphReader::ResolveLink(
    absl::string_view channel, absl::string_view subject,
    absl::Time valid_at) const {
  CONCORDAT_ASSIGN_OR_RETURN(const LinkTimeline timeline,
                             LinkTimelineOf(channel, subject));
  const LinkRecord* link = timeline.At(valid_at);
  if (link == nullptr) return std::nullopt;
  return link->entity;
}

absl::StatusOr<std::vector<GraphReader::LinkName>> GraphReader::NamesOnceOf(
    const EntityId& entity) const {
  std::vector<LinkName> names;
  absl::Status problem;
  const std::string prefix = KeyWriter().Entity(entity).Take();
  CONCORDAT_RETURN_IF_ERROR(
      reader_.Scan(kLinksTo, prefix, PrefixEnd(prefix),
                   [&](absl::string_view key, absl::string_view) {
                     KeyReader keys(key);
                     keys.Entity();
                     std::string channel = keys.String();
                     names.emplace_back(std::move(channel), keys.String());
                     problem = CheckRecordCount(names.size());
                     return problem.ok();
                   }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return names;
}

absl::StatusOr<std::vector<LinkRecord>> GraphReader::LinksOf(
    const EntityId& entity) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LinkName> names,
                             NamesOnceOf(entity));
  std::vector<LinkRecord> links;
  for (const auto& [channel, subject] : names) {
    CONCORDAT_ASSIGN_OR_RETURN(const LinkTimeline timeline,
                               LinkTimelineOf(channel, subject));
    std::copy_if(timeline.links().begin(), timeline.links().end(),
                 std::back_inserter(links),
                 [&](const LinkRecord& link) { return link.entity == entity; });
  }
  return links;
}

absl::StatusOr<std::vector<LinkRecord>> GraphReader::LinksAt(
    const EntityId& entity, absl::Time valid_at) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LinkName> names,
                             NamesOnceOf(entity));
  std::vector<LinkRecord> links;
  for (const auto& [channel, subject] : names) {
    CONCORDAT_ASSIGN_OR_RETURN(const LinkTimeline timeline,
                               LinkTimelineOf(channel, subject));
    const LinkRecord* link = timeline.At(valid_at);
    if (link != nullptr && link->entity == entity) links.push_back(*link);
  }
  return links;
}

absl::StatusOr<std::vector<LinkRecord>> GraphReader::LinkChangesOf(
    const EntityId& entity) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LinkName> names,
                             NamesOnceOf(entity));
  std::vector<LinkRecord> changes;
  for (const auto& [channel, subject] : names) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<LinkRecord> links,
                               RecordsOfLink(channel, subject));
    LinksBearingOn bearing(entity);
    for (LinkRecord& link : links) {
      if (bearing.Bears(link)) changes.push_back(std::move(link));
    }
  }
  return changes;
}

// A page starts at a place among the links in force of a channel's id; at a
// pinned revision these do not change.
absl::StatusOr<GraphReader::Page<LinkRecord>> GraphReader::ListLinks(
    absl::string_view channel, absl::string_view start, size_t limit,
    ValidAt valid_at) const {
  Page<LinkRecord> page;
  LinkName collected;
  std::vector<LinkRecord> records;  // of `collected`
  size_t skip = 0;
  int64_t rows = 0;
  const std::string prefix =
      channel.empty() ? "" : KeyWriter().String(channel).Take();
  std::string begin = prefix;
  if (!start.empty()) {
    KeyReader place(start);
    const std::string of_channel = place.String();
    begin = KeyWriter().String(of_channel).String(place.String()).Take();
    skip = place.Short();
    if (!place.ok()) return errors::MalformedToken("page token");
  }
  // Adds the links of the id that is complete; false where the page is full.
  const auto finish_id = [&] {
    const LinkTimeline timeline(std::exchange(records, {}));
    const LinkRecord* holding =
        valid_at.has_value() ? timeline.At(*valid_at) : nullptr;
    for (size_t i = std::exchange(skip, 0); i < timeline.links().size(); ++i) {
      const LinkRecord& link = timeline.links()[i];
      if (valid_at.has_value() && &link != holding) continue;
      if (page.items.size() == limit) {
        page.next = KeyWriter()
                        .String(link.channel)
                        .String(link.subject)
                        .Short(static_cast<uint32_t>(i))
                        .Take();
        return false;
      }
      page.items.push_back(link);
    }
    return true;
  };
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader_.Scan(
      kLinks, begin, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view value) {
        KeyReader keys(key);
        const absl::string_view of_channel = keys.View();
        const absl::string_view name = keys.View();
        if (of_channel != collected.first || name != collected.second) {
          if (!records.empty() && !finish_id()) return false;
          collected = {std::string(of_channel), std::string(name)};
          if (rows >= limits::kListRowsMax) {
            page.next =
                KeyWriter().String(of_channel).String(name).Short(0).Take();
            return false;
          }
        }
        ++rows;
        problem = AppendLink(key, value, at_, records);
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  if (page.next.empty()) finish_id();
  return page;
}

absl::StatusOr<GraphReader::Page<Change>> GraphReader::HistoryOf(
    const EntityId& entity, absl::string_view start, size_t limit) const {
  Revision first;
  uint32_t first_ordinal = 0;
  if (!start.empty()) {
    KeyReader place(start);
    first = place.At();
    first_ordinal = place.Short();
    if (!place.ok()) return errors::MalformedToken("page token");
  }
  std::vector<Change> changes;
  const auto add = [&](auto records) {
    for (auto& record : records) {
      if (std::tie(record.recorded.revision, record.recorded.ordinal) >=
          std::tie(first, first_ordinal)) {
        changes.push_back(std::move(record));
      }
    }
  };
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> facts, FactsOf(entity));
  add(std::move(facts));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> edges,
                             EdgesOf(entity));
  add(std::move(edges));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<LinkRecord> links,
                             LinkChangesOf(entity));
  add(std::move(links));
  std::sort(changes.begin(), changes.end(), RecordedBefore);
  Page<Change> page;
  if (changes.size() > limit) {
    const Provenance& next = RecordedOf(changes[limit]);
    page.next = KeyWriter().At(next.revision).Short(next.ordinal).Take();
    changes.resize(limit);
  }
  page.items = std::move(changes);
  return page;
}

}  // namespace concordat
