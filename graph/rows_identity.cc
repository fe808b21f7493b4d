#include <utility>

#include "graph/codec.h"
#include "graph/key.h"
#include "graph/row_parts.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat::rows {
namespace {

constexpr uint64_t kLayout = 1;

}  // namespace

absl::Status PutMerge(Transaction& tx, const MergeRecord& merge) {
  KeyWriter key;
  key.Entity(merge.duplicate);
  WriteAt(merge.recorded, key);
  Encoder value;
  value.Unsigned(kLayout).Bool(merge.retraction).Bool(merge.overrides_brakes);
  EncodeEntity(merge.survivor, value);
  EncodeProvenance(merge.recorded, value);
  CONCORDAT_RETURN_IF_ERROR(tx.Put(kMerges, key.bytes(), value.bytes()));
  KeyWriter reverse;
  reverse.Entity(merge.survivor).Entity(merge.duplicate);
  return tx.Put(kMergedInto, reverse.bytes(), "");
}

absl::StatusOr<MergeRecord> ParseMerge(absl::string_view key,
                                       absl::string_view value) {
  MergeRecord merge;
  KeyReader keys(key);
  merge.duplicate = keys.Entity();
  ReadAt(keys, merge.recorded);
  CONCORDAT_RETURN_IF_ERROR(CheckKey(keys));
  Decoder decoder(value);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(decoder.Unsigned(), kLayout));
  merge.retraction = decoder.Bool();
  merge.overrides_brakes = decoder.Bool();
  merge.survivor = DecodeEntity(decoder);
  DecodeProvenance(decoder, merge.recorded);
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("merge"));
  return merge;
}

absl::Status PutDistinct(Transaction& tx, const DistinctRecord& distinct) {
  Encoder value;
  value.Unsigned(kLayout).Bool(distinct.retraction);
  EncodeProvenance(distinct.recorded, value);
  KeyWriter key;
  key.Entity(distinct.a).Entity(distinct.b);
  WriteAt(distinct.recorded, key);
  CONCORDAT_RETURN_IF_ERROR(tx.Put(kDistinct, key.bytes(), value.bytes()));
  KeyWriter reverse;
  reverse.Entity(distinct.b).Entity(distinct.a);
  WriteAt(distinct.recorded, reverse);
  return tx.Put(kDistinct, reverse.bytes(), value.bytes());
}

absl::StatusOr<DistinctRecord> ParseDistinct(absl::string_view key,
                                             absl::string_view value) {
  DistinctRecord distinct;
  KeyReader keys(key);
  distinct.a = keys.Entity();
  distinct.b = keys.Entity();
  if (distinct.b < distinct.a) std::swap(distinct.a, distinct.b);
  ReadAt(keys, distinct.recorded);
  CONCORDAT_RETURN_IF_ERROR(CheckKey(keys));
  Decoder decoder(value);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(decoder.Unsigned(), kLayout));
  distinct.retraction = decoder.Bool();
  DecodeProvenance(decoder, distinct.recorded);
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("distinct"));
  return distinct;
}

}  // namespace concordat::rows
