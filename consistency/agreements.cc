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

// One a thread, which keeps its capacity. Strings have their length, for a
// claim that was not checked yet may hold any bytes.
Encoder& EmptyEncoder() {
  thread_local Encoder encoder;
  encoder.Clear();
  return encoder;
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

}  // namespace

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

// With the map's slots, which are two thirds full at the most.
size_t Agreements::BytesOf(const Subject& subject) {
  constexpr size_t kSlotBytes = 64;
  const size_t capacity = subject.statements.capacity();
  const size_t apart =
      capacity > kStatementsInline ? capacity * sizeof(Statement) : 0;
  return sizeof(Subject) + subject.entity.id.size() + kSlotBytes + apart;
}

Agreements::Agreements(size_t bytes_max)
    : subjects_(bytes_max / 2), epochs_(kEpochs) {}

uint32_t& Agreements::EpochOf(const EntityId& entity) {
  return epochs_[absl::HashOf(entity) & (kEpochs - 1)];
}

std::optional<Agreements::Agreement> Agreements::Find(
    const StatementPrint& print, absl::Time said_at) {
  const SubjectPrint key{print.subject_high, print.subject_low};
  const std::unique_ptr<Subject>* found = subjects_.Find(key);
  if (found == nullptr) return std::nullopt;
  const Subject& subject = **found;
  if (subject.epoch != EpochOf(subject.entity)) {
    subjects_.Erase(key);
    return std::nullopt;
  }
  const auto high = static_cast<uint32_t>(print.said >> 32);
  const auto low = static_cast<uint32_t>(print.said);
  const int64_t minute = MinuteOf(said_at);
  for (const Statement& statement : subject.statements) {
    if (statement.said_low == low && statement.said_high == high &&
        statement.from_minute <= minute && minute < statement.to_minute) {
      return Agreement{subject.entity, *attributes_[statement.attribute],
                       subject.personal};
    }
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
  std::unique_ptr<Subject>* found = subjects_.Find(key);
  const uint32_t epoch = EpochOf(entity);
  if (found == nullptr || (*found)->epoch != epoch ||
      (*found)->entity != entity) {
    auto subject =
        std::make_unique<Subject>(Subject{entity, epoch, personal, {}});
    const size_t bytes = BytesOf(*subject);
    found = &subjects_.Insert(key, std::move(subject), bytes);
  }
  auto& statements = (*found)->statements;
  if (statements.size() >= kStatementsMax) statements.clear();
  const size_t capacity = statements.capacity();
  statements.push_back(statement);
  if (statements.capacity() == capacity) return;
  // It takes more now, so it is counted anew.
  std::unique_ptr<Subject> grown = std::move(*found);
  const size_t bytes = BytesOf(*grown);
  subjects_.Insert(key, std::move(grown), bytes);
}

uint32_t Agreements::NumberOf(const std::string& attribute) {
  const auto found =
      std::find(attributes_.begin(), attributes_.end(), &attribute);
  if (found != attributes_.end()) {
    return static_cast<uint32_t>(found - attributes_.begin());
  }
  attributes_.push_back(&attribute);
  return static_cast<uint32_t>(attributes_.size() - 1);
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
}

}  // namespace concordat
