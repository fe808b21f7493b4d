// Stored rows. Whatever bytes a disk gives back, a decoder says DATA_LOSS or
// STORAGE_VERSION, or gives a record; a record that is written again reads
// back as the same bytes, so nothing is lost by keeping it; and a record that
// was cut off is refused, wherever the cut is.
//
// Input: a decoder, a key with its length before it, then the value.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "tests/fuzz/input.h"

namespace concordat {
namespace {

// Places where a record is cut: enough to cut every field of a short one.
constexpr size_t kCutsMax = 256;

// Keeps the one row that a record is written as; rows of indexes are dropped.
class OneRow final : public Transaction {
 public:
  explicit OneRow(Space space) : space_(space) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view) const override {
    return space.id == space_.id ? std::optional<std::string>(value_)
                                 : std::nullopt;
  }
  absl::Status Scan(
      Space space, absl::string_view, absl::string_view,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit)
      const override {
    if (space.id == space_.id) visit(key_, value_);
    return absl::OkStatus();
  }
  absl::Status Put(Space space, absl::string_view key,
                   absl::string_view value) override {
    if (space.id == space_.id) {
      key_ = std::string(key);
      value_ = std::string(value);
    }
    return absl::OkStatus();
  }
  absl::Status Delete(Space, absl::string_view) override {
    return absl::OkStatus();
  }

  const std::string& key() const { return key_; }
  const std::string& value() const { return value_; }

 private:
  const Space space_;
  std::string key_;
  std::string value_;
};

void CheckRefusal(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  CONCORDAT_FUZZ_CHECK(detail.has_value());
  CONCORDAT_FUZZ_CHECK(detail->reason == ErrorReason::kStorageCorrupt ||
                       detail->reason == ErrorReason::kStorageVersion);
}

// `parse` reads a record from a key and a value; `put` writes it.
template <typename Parse, typename Put>
void CheckRow(Space space, absl::string_view key, absl::string_view value,
              Parse parse, Put put) {
  auto record = parse(key, value);
  if (!record.ok()) return CheckRefusal(record.status());
  OneRow once(space);
  CONCORDAT_FUZZ_CHECK(put(once, *record).ok());
  if (once.value().empty()) return;
  auto again = parse(once.key(), once.value());
  CONCORDAT_FUZZ_CHECK(again.ok());
  OneRow twice(space);
  CONCORDAT_FUZZ_CHECK(put(twice, *again).ok());
  CONCORDAT_FUZZ_CHECK(twice.key() == once.key());
  CONCORDAT_FUZZ_CHECK(twice.value() == once.value());
  // 16 bytes each and nothing else: a shorter one is a good one.
  if (space.id == rows::kClaimKeys.id) return;
  for (size_t size = 0; size < std::min(once.value().size(), kCutsMax);
       ++size) {
    CONCORDAT_FUZZ_CHECK(!parse(key, once.value().substr(0, size)).ok());
  }
}

void CheckGraphRow(uint8_t decoder, absl::string_view key,
                   absl::string_view value) {
  switch (decoder) {
    case 0:
      return CheckRow(
          rows::kFacts, key, value, rows::ParseFacts,
          [](Transaction& tx, const std::vector<FactRecord>& facts) {
            // A row without facts is never written.
            if (facts.empty()) return absl::OkStatus();
            std::vector<const FactRecord*> pointers;
            for (const FactRecord& fact : facts) pointers.push_back(&fact);
            return rows::PutFacts(tx, pointers);
          });
    case 1:
      return CheckRow(rows::kRelations, key, value, rows::ParseRelation,
                      rows::PutRelation);
    case 2:
      return CheckRow(rows::kLinks, key, value, rows::ParseLink, rows::PutLink);
    case 11:
      return CheckRow(rows::kMerges, key, value, rows::ParseMerge,
                      rows::PutMerge);
    case 12:
      return CheckRow(rows::kDistinct, key, value, rows::ParseDistinct,
                      rows::PutDistinct);
    default:
      return CheckRow(
          rows::kRequests, key, value,
          [](absl::string_view, absl::string_view bytes) {
            return rows::ParseRequest(bytes);
          },
          [](Transaction& tx, const rows::RequestRecord& request) {
            return rows::PutRequest(tx, "request", request);
          });
  }
}

void CheckConsistencyRow(uint8_t decoder, absl::string_view key,
                         absl::string_view value) {
  switch (decoder) {
    case 4:
      return CheckRow(
          rows::kClaims, key, value,
          [](absl::string_view, absl::string_view bytes) {
            return rows::ParseClaims(bytes);
          },
          [](Transaction& tx, const std::vector<rows::JudgedClaim>& claims) {
            return rows::PutClaims(tx, Revision(1), claims);
          });
    case 5:
      return CheckRow(
          rows::kClaimKeys, key, value,
          [](absl::string_view, absl::string_view bytes) {
            return rows::ParseClaimKeys(bytes);
          },
          [](Transaction& tx, const std::vector<ClaimKey>& keys) {
            return rows::PutClaimKeys(tx, Revision(1), keys);
          });
    default:
      return CheckRow(
          rows::kHeldRuns, key, value,
          [](absl::string_view, absl::string_view bytes) {
            return rows::ParseHeld(bytes);
          },
          [](Transaction& tx, const std::vector<HeldClaim>& held) {
            return tx.Put(rows::kHeldRuns, "run", rows::EncodeHeld(held));
          });
  }
}

// Records that are read through a reader only.
void CheckReads(uint8_t decoder, absl::string_view value) {
  const Space space = decoder == 7    ? rows::kFindings
                      : decoder == 8  ? rows::kFindingEvents
                      : decoder == 9  ? rows::kVocabularies
                      : decoder == 13 ? rows::kFindingChanges
                      : decoder == 14 ? rows::kMutes
                                      : rows::kMeta;
  OneRow row(space);
  CONCORDAT_FUZZ_CHECK(row.Put(space, "id", value).ok());
  const auto check = [](const absl::Status& status) {
    if (!status.ok()) CheckRefusal(status);
  };
  switch (decoder) {
    case 7:
      return check(rows::GetFinding(row, "id").status());
    case 8:
      return check(rows::GetFindingEvents(row, "id").status());
    case 9:
      return check(rows::GetVocabulary(row, 1).status());
    case 13:
      return check(rows::ParseFindingChanges(value).status());
    case 14:
      return check(rows::GetMutes(row, /*ended=*/true).status());
    default:
      check(rows::ReadHead(row).status());
      check(rows::ReadStoreId(row).status());
      return check(rows::NewestVocabularyVersion(row).status());
  }
}

}  // namespace
}  // namespace concordat

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  fuzz::Input input(data, size);
  const uint8_t decoder = input.Byte() % 15;
  const absl::string_view key = input.Text();
  if (decoder < 4 || (decoder > 10 && decoder < 13)) {
    CheckGraphRow(decoder, key, input.Rest());
  } else if (decoder < 7) {
    CheckConsistencyRow(decoder, key, input.Rest());
  } else {
    CheckReads(decoder, input.Rest());
  }
  return 0;
}
