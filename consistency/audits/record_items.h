// What a channel's records are in a sketch (consistency/reconciliation): items
// that a channel makes of what it holds, and Concordat of what is true, alike.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_RECORD_ITEMS_H_
#define CONCORDAT_CONSISTENCY_AUDITS_RECORD_ITEMS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/audits/prints.h"
#include "consistency/reconciliation/item.h"
#include "consistency/vocabulary.h"

namespace concordat::audits {

// Raised whenever a record becomes another item than before.
inline constexpr uint64_t kRecordItemsVersion = 1;

// What items are made with. A store has one for each of its channels, gives it
// to that channel and never changes it: `readings` is the same for all of them,
// so that one index of the truth serves all.
//
// Nobody who can choose records may know it: he could make two records that are
// one item. A channel knows its own, so a hostile one can choose what its
// sketch says, and records that differ and are one item. So it can hide what
// it has wrong, which it could as well by saying what it should; of the truth
// it learns which of its own records differ, and of other channels nothing.
struct ItemKey {
  static constexpr size_t kBytes = 24;

  uint64_t subjects = 0;
  uint64_t attributes = 0;
  uint64_t readings = 0;

  std::string Serialize() const;
  // INVALID_FIELD where it has not as many bytes.
  static absl::StatusOr<ItemKey> Parse(absl::string_view bytes);
};

// What a record is about.
struct RecordKey {
  // Type of the entity, where the channel names those of the graph; else empty.
  absl::string_view entity_type;
  // The entity's id, or else the channel's own id.
  absl::string_view subject;
  // By name or alias.
  absl::string_view attribute;
};

// Print of a subject, and what it and a value's print make.
inline uint64_t SubjectSeed(const ItemKey& key, absl::string_view entity_type) {
  return entity_type.empty() ? key.subjects
                             : PrintWithSeed(entity_type, key.subjects);
}
inline reconciliation::Item ItemOf(uint64_t subject, uint64_t attribute,
                                   uint64_t reading) {
  return reconciliation::Item::FromHash(
      reconciliation::Mix(reconciliation::Mix(subject + attribute) ^ reading));
}

// Makes items of a channel's records: of whom, of which attribute, and what the
// value means as the channel writes it; so writings of one value are one item.
// What has no one meaning (ambiguous, unreadable, a reference), or is of an
// attribute that the contract does not name, is an item that the truth does not
// have: it differs, and is judged. Not thread-safe.
class RecordItems {
 public:
  // `vocabulary` must outlive this. Errors: UNKNOWN_CHANNEL.
  static absl::StatusOr<RecordItems> Create(const Vocabulary* vocabulary,
                                            absl::string_view channel,
                                            const ItemKey& key);

  reconciliation::Item Of(const RecordKey& record, absl::string_view value);

 private:
  // What is known of an attribute as the channel names it.
  struct Named {
    std::string entity_type;
    std::string name;
    const Attribute* attribute = nullptr;   // nullptr: not in the contract
    const AttributeTerms* terms = nullptr;  // as well
    uint64_t print = 0;
    uint64_t salt = 0;
  };

  RecordItems(const Vocabulary* vocabulary, const Channel* channel,
              const ItemKey& key);
  const Named& NamedAs(absl::string_view entity_type, absl::string_view name);
  bool FindIn(absl::string_view entity_type, Named& named) const;
  uint64_t SeedOf(absl::string_view entity_type);

  const Vocabulary* vocabulary_;
  const Channel* channel_;
  ItemKey key_;
  ReadingPrinter printer_;
  std::vector<Named> named_;
  size_t last_ = 0;
  uint64_t next_salt_ = 1;
  std::vector<std::pair<std::string, uint64_t>> seeds_;  // by entity type
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_RECORD_ITEMS_H_
