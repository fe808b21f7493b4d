#include "consistency/agreements.h"

#include <algorithm>
#include <limits>
#include <random>

#include "absl/hash/hash.h"
#include "graph/codec.h"
#include "xxhash.h"

namespace concordat {
namespace {

// A power of two: 4 MiB.
constexpr size_t kEpochs = 1 << 20;
// What a channel says of one subject; more than it can mean is not remembered.
constexpr size_t kStatementsMax = 256;

uint64_t Seed() {
  static const uint64_t kSeed = [] {
    std::random_device device;
    return (uint64_t{device()} << 32) | device();
  }();
  return kSeed;
}

int32_t Clamp(int64_t minute) {
  return static_cast<int32_t>(
      std::clamp<int64_t>(minute, std::numeric_limits<int32_t>::min(),
                          std::numeric_limits<int32_t>::max()));
}

int64_t MinuteOf(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);  // saturates; floors
  const int64_t minute = seconds / 60;
  return seconds % 60 < 0 ? minute - 1 : minute;
}

// Where it stands among the few that there are.
template <typename T>
uint16_t NumberIn(std::vector<T>& known, const T& one) {
  const auto found = std::find(known.begin(), known.end(), one);
  const auto number = static_cast<uint16_t>(found - known.begin());
  if (found == known.end()) known.push_back(one);
  return number;
}

}  // namespace

// Strings have their length, for a claim that was not checked yet may hold any
// bytes.
StatementPrint PrintOf(const ReportedClaim& claim) {
  Encoder& subject = EmptyEncoder();
  subject.String(claim.channel).Bool(claim.names_entity);
  if (claim.names_entity) {
    subject.String(claim.entity_type).String(claim.entity_id);
  } else {
    subject.String(claim.subject);
  }
  const XXH128_hash_t about = XXH3_128bits_withSeed(
      subject.bytes().data(), subject.bytes().size(), Seed());
  Encoder& statement = EmptyEncoder();
  statement.String(claim.attribute);
  if (claim.value.has_value()) statement.String(*claim.value);
  return {.subject_high = about.high64,
          .subject_low = about.low64,
          .said = XXH3_64bits_withSeed(statement.bytes().data(),
                                       statement.bytes().size(), Seed())};
}

Agreements::Agreements(size_t bytes_max)
    : subjects_(bytes_max / 2), epochs_(kEpochs) {}

size_t Agreements::PlaceOf(const EntityId& entity) const {
  return absl::HashOf(entity) & (kEpochs - 1);
}

std::optional<Agreements::Agreement> Agreements::Find(
    const StatementPrint& print, absl::Time said_at) {
  const SubjectPrint key{print.subject_high, print.subject_low};
  SubjectPtr* found = subjects_.Find(key);
  if (found == nullptr) return std::nullopt;
  Subject& subject = **found;
  if (subject.epoch != epochs_[subject.epoch_place]) {
    subjects_.Erase(key);
    return std::nullopt;
  }
  const auto high = static_cast<uint32_t>(print.said >> 32);
  const auto low = static_cast<uint32_t>(print.said);
  const int64_t minute = MinuteOf(said_at);
  const Statement* const end = subject.statements() + subject.count;
  for (const Statement* said = subject.statements(); said != end; ++said) {
    if (said->said_low != low || said->said_high != high ||
        minute < said->from_minute || minute >= said->to_minute) {
      continue;
    }
    found_.type = entity_types_[subject.entity_type];
    found_.id.assign(subject.id(), subject.id_size);
    return Agreement{found_, *attributes_[said->attribute], subject.personal};
  }
  return std::nullopt;
}

void Agreements::Remember(const StatementPrint& print, const EntityId& entity,
                          const std::string& attribute, bool personal,
                          ValidTime over) {
  // The first minute that lies within it, and the first after it that does not.
  const int64_t from = over.from == absl::InfinitePast()
                           ? std::numeric_limits<int32_t>::min()
                           : MinuteOf(over.from) + 1;
  const int64_t to = over.to == absl::InfiniteFuture()
                         ? std::numeric_limits<int32_t>::max()
                         : MinuteOf(over.to);
  const Statement statement{
      .said_high = static_cast<uint32_t>(print.said >> 32),
      .said_low = static_cast<uint32_t>(print.said),
      .from_minute = Clamp(from),
      .to_minute = Clamp(to),
      .attribute = NumberOf(attribute)};
  if (statement.from_minute >= statement.to_minute) return;
  const SubjectPrint key{print.subject_high, print.subject_low};
  SubjectPtr* found = subjects_.Find(key);
  if (found == nullptr || !IsAbout(**found, entity)) {
    found = &Insert(key, MakeSubject(entity, personal, 1));
  } else if ((*found)->count >= kStatementsMax) {
    (*found)->count = 0;
  } else if ((*found)->count == (*found)->capacity) {
    found = &Insert(key, Grow(**found));
  }
  Subject& subject = **found;
  subject.statements()[subject.count++] = statement;
}

bool Agreements::IsAbout(Subject& subject, const EntityId& entity) const {
  return subject.epoch == epochs_[subject.epoch_place] &&
         absl::string_view(subject.id(), subject.id_size) == entity.id &&
         entity_types_[subject.entity_type] == entity.type;
}

Agreements::SubjectPtr Agreements::MakeSubject(const EntityId& entity,
                                               bool personal,
                                               uint16_t capacity) {
  const size_t place = PlaceOf(entity);
  const Subject head{.epoch = epochs_[place],
                     .epoch_place = static_cast<uint32_t>(place),
                     .entity_type = NumberOfType(entity.type),
                     .id_size = static_cast<uint16_t>(entity.id.size()),
                     .count = 0,
                     .capacity = capacity,
                     .personal = personal};
  void* const memory = std::malloc(head.bytes());
  if (memory == nullptr) std::abort();  // as `new` would
  SubjectPtr subject(new (memory) Subject(head));
  std::memcpy(subject->id(), entity.id.data(), entity.id.size());
  return subject;
}

Agreements::SubjectPtr Agreements::Grow(Subject& subject) {
  Subject head = subject;
  head.capacity = static_cast<uint16_t>(2 * subject.capacity);
  void* const memory = std::malloc(head.bytes());
  if (memory == nullptr) std::abort();
  SubjectPtr grown(new (memory) Subject(head));
  std::memcpy(grown->statements(), subject.statements(),
              subject.count * sizeof(Statement));
  std::memcpy(grown->id(), subject.id(), subject.id_size);
  return grown;
}

// With the map's slots, which are two thirds full.
Agreements::SubjectPtr& Agreements::Insert(const SubjectPrint& key,
                                           SubjectPtr subject) {
  constexpr size_t kSlotBytes = 64;
  const size_t bytes = subject->bytes() + kSlotBytes;
  return subjects_.Insert(key, std::move(subject), bytes);
}

uint16_t Agreements::NumberOf(const std::string& attribute) {
  return NumberIn<const std::string*>(attributes_, &attribute);
}
uint16_t Agreements::NumberOfType(const std::string& entity_type) {
  return NumberIn(entity_types_, entity_type);
}

void Agreements::ForgetSubject(const std::string& channel,
                               const std::string& subject) {
  const StatementPrint print =
      PrintOf({.channel = channel, .subject = subject});
  subjects_.Erase({print.subject_high, print.subject_low});
}

void Agreements::Clear() {
  subjects_.Clear();
  attributes_.clear();
  entity_types_.clear();
}

}  // namespace concordat
