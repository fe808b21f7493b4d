#include "server/whatif/scratch_store.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// A row beside its bytes, as a node of the tree in memory.
constexpr int64_t kRowBytes = 160;

bool StaysInMemory(Space space) { return space.id == rows::kIdentifiers.id; }

// What a sealed value is bound to.
std::string ContextOf(Space space, absl::string_view key) {
  return absl::StrCat(absl::string_view(space.name), "/", key);
}

// Opens what is read. An empty value is not sealed: it tells nothing.
class Opener {
 public:
  explicit Opener(const SubjectKey& key) : key_(key) {}

  absl::StatusOr<std::string> Open(Space space, absl::string_view key,
                                   absl::string_view value) const {
    if (value.empty()) return std::string();
    return cipher_.Open(key_, ContextOf(space, key), value);
  }

  absl::StatusOr<std::optional<std::string>> Get(const Reader& sealed,
                                                 Space space,
                                                 absl::string_view key) const {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                               sealed.Get(space, key));
    if (!value.has_value()) return std::optional<std::string>();
    CONCORDAT_ASSIGN_OR_RETURN(std::string opened, Open(space, key, *value));
    return std::optional<std::string>(std::move(opened));
  }

  absl::Status Scan(
      const Reader& sealed, Space space, absl::string_view begin,
      absl::string_view end,
      absl::FunctionRef<bool(absl::string_view key, absl::string_view value)>
          visit) const {
    absl::Status problem;
    CONCORDAT_RETURN_IF_ERROR(sealed.Scan(
        space, begin, end, [&](absl::string_view key, absl::string_view value) {
          const absl::StatusOr<std::string> opened = Open(space, key, value);
          problem = opened.status();
          return problem.ok() && visit(key, *opened);
        }));
    return problem;
  }

  absl::StatusOr<std::string> Seal(Space space, absl::string_view key,
                                   absl::string_view value) {
    if (value.empty()) return std::string();
    return cipher_.Seal(key_, ContextOf(space, key), value);
  }

 private:
  const SubjectKey key_;
  // Readers are const, and not thread-safe.
  mutable PartCipher cipher_;
};

class ScratchReader final : public Reader {
 public:
  ScratchReader(std::unique_ptr<Reader> sealed,
                std::unique_ptr<Reader> identifiers, const SubjectKey& key)
      : sealed_(std::move(sealed)),
        identifiers_(std::move(identifiers)),
        opener_(key) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    if (StaysInMemory(space)) return identifiers_->Get(space, key);
    return opener_.Get(*sealed_, space, key);
  }
  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view key, absl::string_view value)>
          visit) const override {
    if (StaysInMemory(space)) {
      return identifiers_->Scan(space, begin, end, visit);
    }
    return opener_.Scan(*sealed_, space, begin, end, visit);
  }

 private:
  const std::unique_ptr<Reader> sealed_;
  const std::unique_ptr<Reader> identifiers_;
  const Opener opener_;
};

class ScratchTransaction final : public Transaction {
 public:
  ScratchTransaction(Transaction& sealed, Transaction& identifiers,
                     const SubjectKey& key)
      : sealed_(sealed), identifiers_(identifiers), opener_(key) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    if (StaysInMemory(space)) return identifiers_.Get(space, key);
    return opener_.Get(sealed_, space, key);
  }
  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view key, absl::string_view value)>
          visit) const override {
    if (StaysInMemory(space)) {
      return identifiers_.Scan(space, begin, end, visit);
    }
    return opener_.Scan(sealed_, space, begin, end, visit);
  }
  absl::Status Put(Space space, absl::string_view key,
                   absl::string_view value) override {
    if (StaysInMemory(space)) {
      put_bytes_ += static_cast<int64_t>(key.size() + value.size()) + kRowBytes;
      return identifiers_.Put(space, key, value);
    }
    CONCORDAT_ASSIGN_OR_RETURN(const std::string sealed,
                               opener_.Seal(space, key, value));
    return sealed_.Put(space, key, sealed);
  }
  absl::Status Delete(Space space, absl::string_view key) override {
    return StaysInMemory(space) ? identifiers_.Delete(space, key)
                                : sealed_.Delete(space, key);
  }

  // Of identifiers; replaced ones count again.
  int64_t put_bytes() const { return put_bytes_; }

 private:
  Transaction& sealed_;
  Transaction& identifiers_;
  Opener opener_;
  int64_t put_bytes_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ScratchStore>> ScratchStore::Create(
    std::unique_ptr<Store> store, int64_t identifier_bytes_max) {
  CONCORDAT_ASSIGN_OR_RETURN(const SubjectKey key, SubjectKey::Random());
  return std::unique_ptr<ScratchStore>(
      new ScratchStore(std::move(store), key, identifier_bytes_max));
}

absl::StatusOr<std::unique_ptr<Reader>> ScratchStore::Snapshot() {
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Reader> sealed,
                             store_->Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Reader> identifiers,
                             identifiers_.Snapshot());
  return std::make_unique<ScratchReader>(std::move(sealed),
                                         std::move(identifiers), key_);
}

absl::Status ScratchStore::Write(
    absl::FunctionRef<absl::Status(Transaction&)> work) {
  return identifiers_.Write([&](Transaction& identifiers) {
    return store_->Write([&](Transaction& sealed) {
      ScratchTransaction tx(sealed, identifiers, key_);
      CONCORDAT_RETURN_IF_ERROR(work(tx));
      identifier_bytes_ += tx.put_bytes();
      if (identifier_bytes_ <= identifier_bytes_max_) return absl::OkStatus();
      return errors::LimitExceeded("backtest_identifier_bytes_max",
                                   identifier_bytes_, identifier_bytes_max_);
    });
  });
}

}  // namespace concordat
