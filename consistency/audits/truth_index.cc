#include "consistency/audits/truth_index.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "graph/link_timeline.h"
#include "graph/timeline.h"

namespace concordat::audits {
namespace {

// Of readings that are dear and come again.
constexpr size_t kReadingBytesMax = 4 << 20;

// What is known of an attribute for good: what holds without an end.
struct LastValue {
  const FactRecord* fact = nullptr;
  absl::Time since;
};

std::optional<LastValue> LastValueOf(absl::Span<const FactRecord> records,
                                     const Timeline& timeline) {
  // Of one record, as almost all are, no timeline need be made.
  if (records.size() == 1) {
    const FactRecord& only = records.front();
    if (only.retraction || only.valid.to != absl::InfiniteFuture() ||
        only.valid.from == absl::InfiniteFuture()) {
      return std::nullopt;
    }
    return LastValue{&only, only.valid.from};
  }
  if (timeline.spans().empty()) return std::nullopt;
  const TimelineSpan& last = timeline.spans().back();
  if (last.valid.to != absl::InfiniteFuture()) return std::nullopt;
  return LastValue{&timeline.FactOf(last), last.valid.from};
}

// The first minute all of which is at or after `since`.
int32_t WholeMinuteSince(absl::Time since) {
  const int32_t minute = MinuteOf(since);
  const bool is_whole = since == absl::InfinitePast() ||
                        absl::FromUnixSeconds(int64_t{minute} * 60) == since;
  return is_whole || minute == std::numeric_limits<int32_t>::max() ? minute
                                                                   : minute + 1;
}

// What an entity and a link take at least, beside their names.
constexpr size_t kEntityBytesMin = 40;
constexpr size_t kLinkBytesMin = 48;

// How many of them there may be for this much memory, by numbers of 32 bits.
size_t PlacesFor(size_t bytes_max, size_t bytes_each) {
  return std::min<size_t>(bytes_max / bytes_each + 1, UINT32_MAX - 1);
}

}  // namespace

int32_t MinuteOf(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);  // saturates; floors
  const int64_t minute = seconds / 60 - (seconds % 60 < 0 ? 1 : 0);
  return static_cast<int32_t>(
      std::clamp<int64_t>(minute, std::numeric_limits<int32_t>::min(),
                          std::numeric_limits<int32_t>::max()));
}

TruthIndex::TruthIndex(const Vocabulary* vocabulary, size_t bytes_max,
                       uint64_t reading_seed)
    : vocabulary_(vocabulary),
      bytes_max_(bytes_max),
      reading_seed_(reading_seed),
      entities_(PlacesFor(bytes_max, kEntityBytesMin)),
      of_(PlacesFor(bytes_max, kEntityBytesMin)),
      truths_(PlacesFor(bytes_max, sizeof(Truth))),
      link_names_(PlacesFor(bytes_max, kLinkBytesMin)),
      links_(PlacesFor(bytes_max, kLinkBytesMin)),
      readings_(kReadingBytesMax) {
  for (const auto& [name, type] : vocabulary->schema.entity_types) {
    if (types_.size() == kNoType) break;
    const auto number = static_cast<TypeNumber>(types_.size());
    TypeEntry entry{&type, PrintOfBytes(name, 0), {}};
    for (const auto& [attribute_name, attribute] : type.attributes) {
      if (attributes_.size() == kNoAttribute) break;
      const auto attribute_number =
          static_cast<AttributeNumber>(attributes_.size());
      attributes_.push_back({&attribute, number});
      entry.by_name.emplace(attribute_name, attribute_number);
    }
    for (const auto& [alias, attribute_name] : type.attribute_aliases) {
      const auto found = entry.by_name.find(attribute_name);
      if (found != entry.by_name.end()) {
        entry.by_name.emplace(alias, found->second);
      }
    }
    types_.push_back(std::move(entry));
  }
}

TruthIndex::TypeNumber TruthIndex::FindType(absl::string_view name) const {
  const auto found = std::find_if(
      types_.begin(), types_.end(),
      [&](const TypeEntry& entry) { return entry.type->name == name; });
  return found == types_.end()
             ? kNoType
             : static_cast<TypeNumber>(found - types_.begin());
}

TruthIndex::AttributeNumber TruthIndex::FindAttribute(
    TypeNumber type, absl::string_view name_or_alias) const {
  const auto& by_name = types_[type].by_name;
  const auto found = by_name.find(name_or_alias);
  return found == by_name.end() ? kNoAttribute : found->second;
}

TruthIndex::EntityNumber TruthIndex::FindEntity(const EntityId& entity) const {
  const TypeNumber type = FindType(entity.type);
  return type == kNoType ? kNoEntity : entities_.Find(PrintOf(type, entity.id));
}

EntityId TruthIndex::IdOf(EntityNumber number) const {
  return {types_[entities_.KindAt(number)].type->name,
          std::string(entities_.NameAt(number))};
}

const TruthIndex::Truth* TruthIndex::FindTruth(
    EntityNumber number, AttributeNumber attribute) const {
  for (const Truth& truth : TruthsOf(number)) {
    if (truth.attribute == attribute) return &truth;
  }
  return nullptr;
}

NameTable::Kind TruthIndex::FindChannel(absl::string_view channel) const {
  const auto found = std::find(channels_.begin(), channels_.end(), channel);
  return found == channels_.end()
             ? kNoChannel
             : static_cast<NameTable::Kind>(found - channels_.begin());
}

TruthIndex::EntityNumber TruthIndex::Add(TypeNumber type,
                                         const EntityId& entity) {
  const uint64_t print = PrintOf(type, entity.id);
  const EntityNumber known = entities_.Find(print);
  if (known != kNoEntity) return known;
  if (entities_.is_full() || !of_.has_room(1)) return kNoEntity;
  of_.push_back({});
  return entities_.Add(print, type, entity.id);
}

TruthIndex::Truth TruthIndex::TruthOf(AttributeNumber attribute,
                                      absl::Span<const FactRecord> records) {
  const Attribute& known = *attributes_[attribute].attribute;
  Revision newest;
  for (const FactRecord& record : records) {
    newest = std::max(newest, record.recorded.revision);
  }
  Truth truth{.writing = kNoPrint,
              .reading = kNoPrint,
              .revision = newest.number(),
              .attribute = attribute,
              .since_minute = 0};
  const Timeline timeline =
      records.size() == 1
          ? Timeline()
          : Timeline({records.begin(), records.end()}, known.survivorship);
  const std::optional<LastValue> last = LastValueOf(records, timeline);
  if (!last.has_value() || !last->fact->value.has_value() ||
      last->fact->erased) {
    return truth;
  }
  const std::string& raw = *last->fact->value;
  truth.since_minute = WholeMinuteSince(last->since);
  truth.reading = PrintOfReading(
      known, readings_.Read(known, raw, vocabulary_->schema.habits),
      reading_seed_);
  // What the store must be asked for by its reading, it must by any writing.
  if (truth.reading != kNoPrint) {
    truth.writing = PrintOfWriting(known.type, raw);
  }
  return truth;
}

bool TruthIndex::Set(const EntityId& entity,
                     absl::Span<const FactRecord> records) {
  const TypeNumber type = FindType(entity.type);
  if (type == kNoType) return true;
  const EntityNumber number = Add(type, entity);
  if (number == kNoEntity) return false;
  Truths& of = of_[number];
  scratch_.clear();
  size_t begin = 0;
  while (begin < records.size()) {
    size_t end = begin + 1;
    while (end < records.size() &&
           records[end].attribute == records[begin].attribute) {
      ++end;
    }
    const AttributeNumber attribute =
        FindAttribute(type, records[begin].attribute);
    if (attribute != kNoAttribute) {
      scratch_.push_back(
          TruthOf(attribute, records.subspan(begin, end - begin)));
      if (of.merged) {
        scratch_.back().writing = kNoPrint;
        scratch_.back().reading = kNoPrint;
      }
    }
    begin = end;
  }
  if (scratch_.size() > of.count) {
    if (!HasRoom() || !truths_.has_room(scratch_.size())) {
      left_out_ += scratch_.size();
      of.count = 0;
      return true;
    }
    of.begin = static_cast<uint32_t>(truths_.Append(scratch_));
  } else {
    std::copy(scratch_.begin(), scratch_.end(), &truths_[of.begin]);
  }
  of.count = static_cast<uint16_t>(scratch_.size());
  return true;
}

bool TruthIndex::SetMerged(const EntityId& entity) {
  const TypeNumber type = FindType(entity.type);
  if (type == kNoType) return true;
  const EntityNumber number = Add(type, entity);
  if (number == kNoEntity) return false;
  Truths& of = of_[number];
  of.merged = true;
  for (size_t i = 0; i < of.count; ++i) {
    truths_[of.begin + i].writing = kNoPrint;
    truths_[of.begin + i].reading = kNoPrint;
  }
  return true;
}

bool TruthIndex::SetLink(absl::string_view channel, absl::string_view subject,
                         std::vector<LinkRecord> records) {
  const uint64_t print = PrintOfLink(SaltOf(channel), subject);
  LinkNumber number = link_names_.Find(print);
  if (number == NameTable::kNone) {
    NameTable::Kind kind = FindChannel(channel);
    if (kind == kNoChannel) {
      if (channels_.size() == kNoChannel) return true;
      kind = static_cast<NameTable::Kind>(channels_.size());
      channels_.emplace_back(channel);
    }
    if (!HasRoom() || link_names_.is_full() || !links_.has_room(1)) {
      ++left_out_;
      return true;
    }
    links_.push_back({});
    number = link_names_.Add(print, kind, subject);
  }
  Link& link = links_[number];
  link = {.entity = kNoEntity, .since_minute = 0, .revision = 0};
  for (const LinkRecord& record : records) {
    link.revision = std::max(link.revision, record.recorded.revision.number());
  }
  const LinkTimeline timeline(std::move(records));
  if (timeline.spans().empty()) return true;
  const TimelineSpan& last = timeline.spans().back();
  if (last.valid.to != absl::InfiniteFuture()) return true;
  const EntityId& entity = timeline.links()[last.fact].entity;
  const TypeNumber type = FindType(entity.type);
  if (type == kNoType) return true;
  link.since_minute = WholeMinuteSince(last.valid.from);
  link.entity = Add(type, entity);
  return link.entity != kNoEntity;
}

size_t TruthIndex::bytes() const {
  return entities_.bytes() + of_.bytes() + truths_.bytes() +
         link_names_.bytes() + links_.bytes();
}

}  // namespace concordat::audits
