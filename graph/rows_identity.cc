#include <optional>
#include <string>
#include <utility>

#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/key.h"
#include "graph/row_parts.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat::rows {
namespace {

constexpr uint64_t kLayout = 1;

std::string KeyOf(const Identifier& identifier) {
  KeyWriter key;
  key.String(identifier.entity.type).String(identifier.attribute);
  key.String(identifier.normal).String(identifier.entity.id);
  return key.Take();
}

std::string ReverseKeyOf(const Identifier& identifier) {
  KeyWriter key;
  key.String("").Entity(identifier.entity).String(identifier.attribute);
  key.String(identifier.normal);
  return key.Take();
}

absl::Status CheckWhole(const KeyReader& keys) {
  if (keys.ok() && keys.rest().empty()) return absl::OkStatus();
  return errors::StorageCorrupt("a key of identifiers has the wrong shape");
}

}  // namespace

absl::Status PutIdentifier(Transaction& tx, const Identifier& identifier,
                           Revision revision) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyIdentifier));
  const std::string key = KeyOf(identifier);
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             tx.Get(kIdentifiers, key));
  if (row.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(const Revision first, ParseIdentifier(*row));
    if (first <= revision) return absl::OkStatus();
  }
  CONCORDAT_RETURN_IF_ERROR(
      tx.Put(kIdentifiers, key, Encoder().Unsigned(revision.number()).bytes()));
  return PutIdentifierReverse(tx, identifier);
}

absl::Status PutIdentifierReverse(Transaction& tx,
                                  const Identifier& identifier) {
  return tx.Put(kIdentifiers, ReverseKeyOf(identifier), "");
}

absl::Status DeleteIdentifier(Transaction& tx, const Identifier& identifier) {
  CONCORDAT_RETURN_IF_ERROR(tx.Delete(kIdentifiers, KeyOf(identifier)));
  return tx.Delete(kIdentifiers, ReverseKeyOf(identifier));
}

absl::StatusOr<Identifier> ParseIdentifierKey(absl::string_view key) {
  KeyReader keys(key);
  Identifier identifier;
  identifier.entity.type = keys.String();
  identifier.attribute = keys.String();
  identifier.normal = keys.String();
  identifier.entity.id = keys.String();
  CONCORDAT_RETURN_IF_ERROR(CheckWhole(keys));
  return identifier;
}

absl::StatusOr<Identifier> ParseIdentifierReverse(absl::string_view key) {
  KeyReader keys(key);
  Identifier identifier;
  keys.View();
  identifier.entity = keys.Entity();
  identifier.attribute = keys.String();
  identifier.normal = keys.String();
  CONCORDAT_RETURN_IF_ERROR(CheckWhole(keys));
  return identifier;
}

std::string IdentifiersByEntity() { return KeyWriter().String("").Take(); }

std::string IdentifiersByEntity(const EntityId& entity) {
  return KeyWriter().String("").Entity(entity).Take();
}

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
