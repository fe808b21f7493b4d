// What is true now, by prints: what an audit holds millions of claims against.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_TRUTH_INDEX_H_
#define CONCORDAT_CONSISTENCY_AUDITS_TRUTH_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "consistency/audits/name_table.h"
#include "consistency/audits/prints.h"
#include "consistency/audits/reserved_array.h"
#include "consistency/vocabulary.h"
#include "graph/facts.h"
#include "graph/ids.h"
#include "graph/reading_cache.h"
#include "graph/revision.h"

namespace concordat::audits {

// The whole minute that an instant lies in, saturated to 32 bits.
int32_t MinuteOf(absl::Time time);

// Holds of every attribute of every entity a print of its last value, from when
// on it holds without an end, and the revision of its newest record. A claim
// whose print is the same, said since then, agrees as of that revision and
// every later one: that takes one look and no I/O. Of everything else it says
// only that the store must be asked. So it may hold less than there is, never
// more.
//
// About 32 bytes a fact, and 50 and its id an entity or a channel's own id. Not
// thread-safe, but any number of threads may read while nobody writes.
class TruthIndex {
 public:
  // Stands for an attribute of an entity type.
  using AttributeNumber = uint16_t;
  static constexpr AttributeNumber kNoAttribute = UINT16_MAX;
  using TypeNumber = NameTable::Kind;
  static constexpr TypeNumber kNoType = UINT16_MAX;
  using EntityNumber = NameTable::Number;
  static constexpr EntityNumber kNoEntity = NameTable::kNone;
  using LinkNumber = NameTable::Number;

  // What is true of an attribute.
  struct Truth {
    // Of the fact as written, and as read; kNoPrint: ask the store.
    uint64_t writing;
    uint64_t reading;
    uint64_t revision : 48;  // of the newest record
    uint64_t attribute : 16;
    int32_t since_minute;  // all of it
  };
  // Whom a channel's own id names.
  struct Link {
    EntityNumber entity;  // kNoEntity: ask the store
    int32_t since_minute;
    uint64_t revision;
  };

  // `vocabulary` must outlive this. Where it takes more than `bytes_max`,
  // further facts are left to the store. `reading_seed`: of the prints of
  // readings.
  TruthIndex(const Vocabulary* vocabulary, size_t bytes_max,
             uint64_t reading_seed = ProcessSeed());
  TruthIndex(const TruthIndex&) = delete;
  TruthIndex& operator=(const TruthIndex&) = delete;

  const Vocabulary& vocabulary() const { return *vocabulary_; }
  uint64_t reading_seed() const { return reading_seed_; }

  // kNoType, kNoAttribute: there is none of the name, or too many.
  TypeNumber FindType(absl::string_view name) const;
  AttributeNumber FindAttribute(TypeNumber type,
                                absl::string_view name_or_alias) const;
  const EntityType& TypeOf(TypeNumber type) const { return *types_[type].type; }
  const Attribute& AttributeOf(AttributeNumber number) const {
    return *attributes_[number].attribute;
  }
  TypeNumber TypeOfAttribute(AttributeNumber number) const {
    return attributes_[number].type;
  }
  size_t types() const { return types_.size(); }
  size_t attributes() const { return attributes_.size(); }

  // Entities by their ids, of the kinds that are their types.
  const NameTable& entities() const { return entities_; }
  uint64_t PrintOf(TypeNumber type, absl::string_view id) const {
    return PrintOfBytes(id, types_[type].salt);
  }
  EntityNumber FindEntity(const EntityId& entity) const;
  EntityId IdOf(EntityNumber number) const;
  // It was one with another id at some time: its truths are the store's.
  bool IsMerged(EntityNumber number) const { return Of(number).merged; }
  // By attribute; those that are not there were never recorded, unless
  // left_out().
  absl::Span<const Truth> TruthsOf(EntityNumber number) const {
    const Truths& of = Of(number);
    return {truths_.data() + of.begin, of.count};
  }
  // nullptr: there is none.
  const Truth* FindTruth(EntityNumber number, AttributeNumber attribute) const;
  // Have memory fetched, to be there soon.
  void PrefetchEntity(EntityNumber number) const {
    __builtin_prefetch(&Of(number));
  }
  void PrefetchTruths(EntityNumber number) const {
    __builtin_prefetch(truths_.data() + Of(number).begin);
  }

  // Channels' own ids, of the kinds that are the channels' numbers.
  const NameTable& links() const { return link_names_; }
  // kNoChannel: nothing of it was ever linked.
  static constexpr NameTable::Kind kNoChannel = UINT16_MAX;
  NameTable::Kind FindChannel(absl::string_view channel) const;
  static uint64_t SaltOf(absl::string_view channel) {
    return PrintOfBytes(channel, 0);
  }
  // `channel_salt` is SaltOf the channel.
  static uint64_t PrintOfLink(uint64_t channel_salt,
                              absl::string_view subject) {
    return PrintOfBytes(subject, channel_salt);
  }
  const Link& LinkAt(LinkNumber number) const { return links_[number]; }

  // Of one entity: `records` are all that there are of its facts, in order of
  // attribute. False where the entity itself has no place any more: the index
  // is of no use then.
  bool Set(const EntityId& entity, absl::Span<const FactRecord> records);
  // It was made one with another, or split from it.
  bool SetMerged(const EntityId& entity);
  // Of one of a channel's own ids: `records` are all that there are of it.
  bool SetLink(absl::string_view channel, absl::string_view subject,
               std::vector<LinkRecord> records);

  // What it takes, and may; and how many facts were left to the store for want
  // of room.
  size_t bytes() const;
  size_t bytes_max() const { return bytes_max_; }
  size_t left_out() const { return left_out_; }

 private:
  struct TypeEntry {
    const EntityType* type;
    uint64_t salt;
    absl::flat_hash_map<std::string, AttributeNumber> by_name;
  };
  struct AttributeEntry {
    const Attribute* attribute;
    TypeNumber type;
  };
  // Where an entity's truths lie.
  struct Truths {
    uint32_t begin = 0;
    uint16_t count = 0;
    bool merged = false;
  };

  const Truths& Of(EntityNumber number) const { return of_[number]; }
  EntityNumber Add(TypeNumber type, const EntityId& entity);
  Truth TruthOf(AttributeNumber attribute,
                absl::Span<const FactRecord> records);
  bool HasRoom() const { return bytes() < bytes_max_; }

  const Vocabulary* const vocabulary_;
  const size_t bytes_max_;
  const uint64_t reading_seed_;
  std::vector<TypeEntry> types_;
  std::vector<AttributeEntry> attributes_;
  NameTable entities_;
  ReservedArray<Truths> of_;  // by entity
  // Those of an entity lie together, and the entities in their order, unless
  // one got more: then it lies at the end, and what it left is not used again.
  ReservedArray<Truth> truths_;
  std::vector<std::string> channels_;
  NameTable link_names_;
  ReservedArray<Link> links_;  // by link name
  size_t left_out_ = 0;
  ReadingCache readings_;
  std::vector<Truth> scratch_;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_TRUTH_INDEX_H_
