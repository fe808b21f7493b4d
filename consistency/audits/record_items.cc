#include "consistency/audits/record_items.h"

#include <algorithm>

#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat::audits {
namespace {

constexpr size_t kNumberBytes = 8;
// Names that there are not are anybody's to invent.
constexpr size_t kNamedMax = 4096;
// Keeps what is not read apart from what is.
constexpr uint64_t kUnread = 0x756e72656164;

uint64_t NumberAt(absl::string_view bytes, size_t at) {
  uint64_t number = 0;
  for (size_t i = 0; i < kNumberBytes; ++i) {
    number |= uint64_t{static_cast<uint8_t>(bytes[at * kNumberBytes + i])}
              << (8 * i);
  }
  return number;
}

}  // namespace

std::string ItemKey::Serialize() const {
  std::string bytes;
  for (const uint64_t number : {subjects, attributes, readings}) {
    for (size_t i = 0; i < kNumberBytes; ++i) {
      bytes.push_back(static_cast<char>(number >> (8 * i)));
    }
  }
  return bytes;
}

absl::StatusOr<ItemKey> ItemKey::Parse(absl::string_view bytes) {
  if (bytes.size() != kBytes) {
    return errors::InvalidField("key", "must have 24 bytes");
  }
  return ItemKey{NumberAt(bytes, 0), NumberAt(bytes, 1), NumberAt(bytes, 2)};
}

RecordItems::RecordItems(const Vocabulary* vocabulary, const Channel* channel,
                         const ItemKey& key)
    : vocabulary_(vocabulary),
      channel_(channel),
      key_(key),
      printer_(key.readings) {}

absl::StatusOr<RecordItems> RecordItems::Create(const Vocabulary* vocabulary,
                                                absl::string_view channel,
                                                const ItemKey& key) {
  CONCORDAT_ASSIGN_OR_RETURN(const Channel* const known,
                             vocabulary->RequireChannel(channel));
  return RecordItems(vocabulary, known, key);
}

bool RecordItems::FindIn(absl::string_view entity_type, Named& named) const {
  const EntityType* const type =
      vocabulary_->schema.FindEntityType(entity_type);
  const Attribute* const attribute =
      type == nullptr ? nullptr : type->FindAttribute(named.name);
  if (attribute == nullptr) return false;
  const AttributeTerms* const terms =
      channel_->FindTerms(entity_type, attribute->name);
  if (terms == nullptr) return false;
  named.attribute = attribute;
  named.terms = terms;
  return true;
}

// One's own id does not say of which type it is: that of the channel's
// subjects, or the first that has the attribute. Where that is the wrong one,
// the record differs, and is judged.
const RecordItems::Named& RecordItems::NamedAs(absl::string_view entity_type,
                                               absl::string_view name) {
  const auto is_it = [&](const Named& named) {
    return named.name == name && named.entity_type == entity_type;
  };
  // Mostly the one that comes after the last.
  for (const size_t near : {last_ + 1, size_t{0}, last_}) {
    if (near < named_.size() && is_it(named_[near])) {
      last_ = near;
      return named_[near];
    }
  }
  auto known = std::find_if(named_.begin(), named_.end(), is_it);
  if (known == named_.end()) {
    if (named_.size() == kNamedMax) named_.clear();
    Named named{.entity_type = std::string(entity_type),
                .name = std::string(name)};
    bool found =
        FindIn(entity_type.empty() ? channel_->subject_type : named.entity_type,
               named);
    if (entity_type.empty()) {
      for (auto type = channel_->contract.begin();
           type != channel_->contract.end() && !found; ++type) {
        found = FindIn(type->first, named);
      }
    }
    named.print =
        PrintWithSeed(found ? absl::string_view(named.attribute->name) : name,
                      key_.attributes);
    // Tells apart what one printer prints.
    named.salt = next_salt_++;
    known = named_.insert(named_.end(), std::move(named));
  }
  last_ = static_cast<size_t>(known - named_.begin());
  return *known;
}

uint64_t RecordItems::SeedOf(absl::string_view entity_type) {
  for (const auto& [type, seed] : seeds_) {
    if (type == entity_type) return seed;
  }
  const uint64_t seed = SubjectSeed(key_, entity_type);
  if (seeds_.size() == kNamedMax) seeds_.clear();
  seeds_.emplace_back(entity_type, seed);
  return seed;
}

reconciliation::Item RecordItems::Of(const RecordKey& record,
                                     absl::string_view value) {
  const Named& named = NamedAs(record.entity_type, record.attribute);
  uint64_t reading = kNoPrint;
  if (named.terms != nullptr) {
    reading = printer_.Print(*named.attribute, named.terms->habits, named.salt,
                             value);
  }
  if (reading == kNoPrint) {
    reading = PrintWithSeed(value, key_.readings ^ kUnread);
  }
  return ItemOf(PrintWithSeed(record.subject, SeedOf(record.entity_type)),
                named.print, reading);
}

}  // namespace concordat::audits
