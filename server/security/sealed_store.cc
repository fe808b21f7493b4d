#include "server/security/sealed_store.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/personal.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// A generation's keys: with both about 60 MiB.
constexpr size_t kCachedKeysMax = 1 << 18;
// A scan that misses keys is likely to be a long one, and keys sort as the
// rows of their entities do: so it reads many at once.
constexpr size_t kKeysAhead = 256;

using KeyMap = absl::flat_hash_map<std::string, KnownKey>;

uint32_t BitsOf(absl::Span<const Space> spaces) {
  uint32_t bits = 0;
  for (const Space space : spaces) bits |= uint32_t{1} << space.id;
  return bits;
}

absl::StatusOr<KnownKey> ParseKey(absl::string_view row) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string bytes,
                             rows::ParseSubjectKey(row));
  if (bytes.empty()) return KnownKey();
  KnownKey key = SubjectKey::From(bytes);
  if (key.has_value()) return key;
  return errors::StorageCorrupt("a subject's key has the wrong size");
}

// What the part is bound to.
std::string ContextOf(Space space, absl::string_view row_key,
                      absl::string_view subject) {
  std::string context;
  context.reserve(row_key.size() + subject.size() + 9);
  context.push_back(static_cast<char>(space.id));
  for (size_t size = row_key.size(), i = 0; i < 8; ++i, size >>= 8) {
    context.push_back(static_cast<char>(size));
  }
  context.append(row_key.data(), row_key.size());
  context.append(subject.data(), subject.size());
  return context;
}

bool HasSealedPart(const PersonalRow& row) {
  for (const PersonalPart& part : row.parts) {
    if (part.state == PartState::kSealed) return true;
  }
  return false;
}

// Opens what an inner reader gives.
class Opener {
 public:
  Opener(const Reader& inner, KeyRing& ring, uint32_t spaces,
         const KeyMap* changed)
      : inner_(inner), ring_(ring), spaces_(spaces), changed_(changed) {}

  bool Seals(Space space) const { return (spaces_ >> space.id & 1) != 0; }
  bool MayHaveParts(Space space, absl::string_view value) const {
    return Seals(space) && HasPersonalParts(value);
  }

  // nullopt where the store has to be asked.
  std::optional<KnownKey> FindKey(absl::string_view subject) {
    if (changed_ != nullptr) {
      if (const auto it = changed_->find(subject); it != changed_->end()) {
        return it->second;
      }
    }
    return ring_.Find(subject);
  }

  // Whether the subject has a key or was erased; none of both: the inner
  // nullopt is "no row".
  absl::StatusOr<std::optional<KnownKey>> LoadKey(absl::string_view subject) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                               inner_.Get(rows::kSubjectKeys, subject));
    if (!row.has_value()) return std::optional<KnownKey>();
    CONCORDAT_ASSIGN_OR_RETURN(const KnownKey key, ParseKey(*row));
    return std::optional<KnownKey>(ring_.Remember(subject, key));
  }

  absl::StatusOr<std::string> Open(Space space, absl::string_view row_key,
                                   std::string value) {
    const std::optional<PersonalRow> row = SplitPersonalRow(value);
    if (!row.has_value() || !HasSealedPart(*row)) return value;
    KeyMap loaded;
    for (const PersonalPart& part : row->parts) {
      if (part.state != PartState::kSealed) continue;
      if (FindKey(part.subject).has_value()) continue;
      CONCORDAT_ASSIGN_OR_RETURN(const std::optional<KnownKey> key,
                                 LoadKey(part.subject));
      loaded[part.subject] = key.value_or(KnownKey());
    }
    return OpenWith(space, row_key, *row, loaded);
  }

  // Visits with opened values. A scan may not read other rows, so it stops
  // where a key is missing, reads it, and goes on from there.
  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) {
    std::string from(begin);
    bool missed_before = false;
    while (true) {
      std::vector<std::string> missing;
      std::string stopped_at;  // `from` is the scan's while it runs
      absl::Status problem;
      CONCORDAT_RETURN_IF_ERROR(inner_.Scan(
          space, from, end,
          [&](absl::string_view key, absl::string_view value) {
            if (!HasPersonalParts(value)) return visit(key, value);
            const std::optional<PersonalRow> row = SplitPersonalRow(value);
            if (!row.has_value() || !HasSealedPart(*row)) {
              return visit(key, value);
            }
            const std::vector<std::string> needed = NeededBy(*row);
            if (!IsAhead(needed)) {
              missing = needed;
              stopped_at = std::string(key);
              return false;
            }
            absl::StatusOr<std::string> opened =
                OpenWith(space, key, *row, ahead_);
            problem = opened.status();
            return problem.ok() && visit(key, *opened);
          }));
      CONCORDAT_RETURN_IF_ERROR(problem);
      if (missing.empty()) return absl::OkStatus();
      from = std::move(stopped_at);
      CONCORDAT_RETURN_IF_ERROR(LoadAhead(missing, missed_before));
      missed_before = true;
    }
  }

 private:
  // Whose keys the row needs that are not in the ring.
  std::vector<std::string> NeededBy(const PersonalRow& row) {
    std::vector<std::string> needed;
    for (const PersonalPart& part : row.parts) {
      if (part.state == PartState::kSealed &&
          !FindKey(part.subject).has_value()) {
        needed.emplace_back(part.subject);
      }
    }
    return needed;
  }

  bool IsAhead(const std::vector<std::string>& needed) const {
    return std::all_of(
        needed.begin(), needed.end(),
        [this](const std::string& name) { return ahead_.contains(name); });
  }

  // All that one row needs, so that the scan gets past it. What was read ahead
  // for it before is kept.
  absl::Status LoadAhead(const std::vector<std::string>& missing, bool many) {
    KeyMap kept;
    for (const std::string& subject : missing) {
      const auto it = ahead_.find(subject);
      if (it != ahead_.end()) kept.insert(*it);
    }
    ahead_ = std::move(kept);
    if (many && missing.size() == 1) {
      absl::Status problem;
      CONCORDAT_RETURN_IF_ERROR(
          inner_.Scan(rows::kSubjectKeys, missing.front(), "",
                      [&](absl::string_view subject, absl::string_view row) {
                        absl::StatusOr<KnownKey> key = ParseKey(row);
                        problem = key.status();
                        if (!key.ok()) return false;
                        ahead_[subject] = *key;
                        return ahead_.size() < kKeysAhead;
                      }));
      CONCORDAT_RETURN_IF_ERROR(problem);
    }
    for (const std::string& subject : missing) {
      if (ahead_.contains(subject)) continue;
      CONCORDAT_ASSIGN_OR_RETURN(const std::optional<KnownKey> key,
                                 LoadKey(subject));
      ahead_[subject] = key.value_or(KnownKey());
    }
    return absl::OkStatus();
  }

  // Every key is known, or in `loaded`.
  absl::StatusOr<std::string> OpenWith(Space space, absl::string_view row_key,
                                       const PersonalRow& row,
                                       const KeyMap& loaded) {
    PersonalRow opened = row;
    std::vector<std::string> contents(row.parts.size());
    for (size_t i = 0; i < row.parts.size(); ++i) {
      PersonalPart& part = opened.parts[i];
      if (part.state != PartState::kSealed) continue;
      std::optional<KnownKey> key = FindKey(part.subject);
      if (!key.has_value()) {
        const auto it = loaded.find(part.subject);
        key = it == loaded.end() ? KnownKey() : it->second;
      }
      if (!key->has_value()) {
        part.state = PartState::kErased;
        part.content = {};
        continue;
      }
      CONCORDAT_ASSIGN_OR_RETURN(
          contents[i],
          cipher_.Open(**key, ContextOf(space, row_key, part.subject),
                       part.content));
      part.state = PartState::kOpen;
      part.content = contents[i];
    }
    return JoinPersonalRow(opened);
  }

  const Reader& inner_;
  KeyRing& ring_;
  const uint32_t spaces_;
  const KeyMap* const changed_;
  KeyMap ahead_;
  PartCipher cipher_;
};

class SealedReader final : public Reader {
 public:
  SealedReader(std::unique_ptr<Reader> inner, std::shared_ptr<KeyRing> ring,
               uint32_t spaces)
      : inner_(std::move(inner)),
        ring_(std::move(ring)),
        opener_(*inner_, *ring_, spaces, nullptr) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<std::string> value,
                               inner_->Get(space, key));
    if (!value.has_value() || !opener_.MayHaveParts(space, *value)) {
      return value;
    }
    return opener_.Open(space, key, *std::move(value));
  }

  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit)
      const override {
    if (!opener_.Seals(space)) return inner_->Scan(space, begin, end, visit);
    return opener_.Scan(space, begin, end, visit);
  }

 private:
  const std::unique_ptr<Reader> inner_;
  const std::shared_ptr<KeyRing> ring_;
  mutable Opener opener_;
};

class SealedTransaction final : public Transaction {
 public:
  SealedTransaction(Transaction& inner, KeyRing& ring, uint32_t spaces,
                    PartCipher& cipher)
      : inner_(inner),
        cipher_(cipher),
        opener_(inner, ring, spaces, &changed_) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<std::string> value,
                               inner_.Get(space, key));
    if (!value.has_value() || !opener_.MayHaveParts(space, *value)) {
      return value;
    }
    return opener_.Open(space, key, *std::move(value));
  }

  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit)
      const override {
    if (!opener_.Seals(space)) return inner_.Scan(space, begin, end, visit);
    return opener_.Scan(space, begin, end, visit);
  }

  absl::Status Put(Space space, absl::string_view key,
                   absl::string_view value) override {
    if (space.id == rows::kSubjectKeys.id) {
      CONCORDAT_ASSIGN_OR_RETURN(changed_[key], ParseKey(value));
      return inner_.Put(space, key, value);
    }
    const std::optional<PersonalRow> row = opener_.MayHaveParts(space, value)
                                               ? SplitPersonalRow(value)
                                               : std::nullopt;
    if (!row.has_value()) return inner_.Put(space, key, value);
    CONCORDAT_ASSIGN_OR_RETURN(const std::string sealed,
                               Seal(space, key, *row));
    return inner_.Put(space, key, sealed);
  }

  absl::Status Delete(Space space, absl::string_view key) override {
    if (space.id != rows::kSubjectKeys.id) return inner_.Delete(space, key);
    return errors::Internal("a subject's key is erased by an empty one");
  }

  KeyMap TakeChanged() { return std::move(changed_); }

 private:
  absl::StatusOr<KnownKey> KeyOf(absl::string_view subject) {
    if (const auto known = opener_.FindKey(subject); known.has_value()) {
      return *known;
    }
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<KnownKey> stored,
                               opener_.LoadKey(subject));
    if (stored.has_value()) return *stored;
    CONCORDAT_ASSIGN_OR_RETURN(const SubjectKey key, SubjectKey::Random());
    CONCORDAT_RETURN_IF_ERROR(rows::PutSubjectKey(*this, subject, key.bytes()));
    return KnownKey(key);
  }

  absl::StatusOr<std::string> Seal(Space space, absl::string_view row_key,
                                   const PersonalRow& row) {
    PersonalRow sealed = row;
    std::vector<std::string> contents(row.parts.size());
    for (size_t i = 0; i < row.parts.size(); ++i) {
      PersonalPart& part = sealed.parts[i];
      if (part.state != PartState::kOpen) continue;
      CONCORDAT_ASSIGN_OR_RETURN(const KnownKey key, KeyOf(part.subject));
      if (!key.has_value()) {
        part.state = PartState::kErased;
        part.content = {};
        continue;
      }
      CONCORDAT_ASSIGN_OR_RETURN(
          contents[i],
          cipher_.Seal(*key, ContextOf(space, row_key, part.subject),
                       part.content));
      part.state = PartState::kSealed;
      part.content = contents[i];
    }
    return JoinPersonalRow(sealed);
  }

  Transaction& inner_;
  PartCipher& cipher_;
  KeyMap changed_;  // keys made or erased here
  mutable Opener opener_;
};

}  // namespace

KeyRing::KeyRing() : keys_(kCachedKeysMax) {}

std::optional<KnownKey> KeyRing::Find(absl::string_view subject) {
  MutexLock lock(&mutex_);
  if (erased_.contains(subject)) return KnownKey();
  const KnownKey* known = keys_.Find(subject);
  if (known == nullptr) return std::nullopt;
  return *known;
}

KnownKey KeyRing::Remember(absl::string_view subject, const KnownKey& found) {
  MutexLock lock(&mutex_);
  if (erased_.contains(subject)) return KnownKey();
  if (keys_.Find(subject) == nullptr) {
    keys_.Insert(std::string(subject), found);
  }
  return found;
}

void KeyRing::Publish(const std::string& subject, const KnownKey& key) {
  MutexLock lock(&mutex_);
  if (key.has_value()) {
    keys_.Insert(subject, key);
  } else {
    erased_.insert(subject);
    keys_.Erase(subject);
  }
}

SealedStore::SealedStore(Store* store, absl::Span<const Space> spaces)
    : store_(store),
      spaces_(BitsOf(spaces)),
      ring_(std::make_shared<KeyRing>()) {}

absl::StatusOr<std::unique_ptr<Reader>> SealedStore::Snapshot() {
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Reader> inner, store_->Snapshot());
  return std::make_unique<SealedReader>(std::move(inner), ring_, spaces_);
}

absl::Status SealedStore::Write(
    absl::FunctionRef<absl::Status(Transaction&)> work) {
  KeyMap changed;
  const absl::Status written = store_->Write([&](Transaction& inner) {
    SealedTransaction transaction(inner, *ring_, spaces_, cipher_);
    absl::Status status = work(transaction);
    changed = transaction.TakeChanged();
    return status;
  });
  CONCORDAT_RETURN_IF_ERROR(written);
  for (const auto& [subject, key] : changed) ring_->Publish(subject, key);
  return absl::OkStatus();
}

}  // namespace concordat
