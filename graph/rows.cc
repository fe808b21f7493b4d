#include "graph/rows.h"

#include <optional>
#include <utility>

#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat::rows {
namespace {

// First byte of every record: the version of its layout.
constexpr uint64_t kLayout = 1;

constexpr char kHeadName[] = "head";
constexpr char kStoreIdName[] = "store_id";
constexpr char kIndexedFormsName[] = "indexed_forms";

absl::Status CheckLayout(Decoder& decoder) {
  if (decoder.Unsigned() == kLayout) return absl::OkStatus();
  return errors::StorageVersion(
      "a record has a layout of a newer version; start that version");
}

void EncodeProvenance(const Provenance& recorded, Encoder& encoder) {
  encoder.String(recorded.source).String(recorded.actor);
  encoder.String(recorded.reason).Time(recorded.recorded_at);
}

void DecodeProvenance(Decoder& decoder, Provenance& recorded) {
  recorded.source = decoder.String();
  recorded.actor = decoder.String();
  recorded.reason = decoder.String();
  recorded.recorded_at = decoder.Time();
}

void WriteAt(const Provenance& recorded, KeyWriter& key) {
  key.At(recorded.revision).Short(recorded.ordinal);
}

void ReadAt(KeyReader& key, Provenance& recorded) {
  recorded.revision = key.At();
  recorded.ordinal = key.Short();
}

absl::Status CheckKey(const KeyReader& key) {
  if (key.ok() && key.rest().empty()) return absl::OkStatus();
  return errors::StorageCorrupt("a key has the wrong shape");
}

absl::StatusOr<uint64_t> ReadMetaNumber(const Reader& reader,
                                        absl::string_view name) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(kMeta, name));
  if (!row.has_value()) return 0;
  Decoder decoder(*row);
  const uint64_t number = decoder.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("meta"));
  return number;
}

absl::Status PutMetaNumber(Transaction& tx, absl::string_view name,
                           uint64_t number) {
  return tx.Put(kMeta, name, Encoder().Unsigned(number).bytes());
}

}  // namespace

absl::Status PutFacts(Transaction& tx,
                      absl::Span<const FactRecord* const> facts) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyFacts));
  const FactRecord& first = *facts.front();
  KeyWriter key;
  key.Entity(first.entity).At(first.recorded.revision);
  Encoder value;
  value.Unsigned(kLayout).String(first.recorded.actor);
  value.Time(first.recorded.recorded_at).Unsigned(facts.size());
  const Provenance* before = nullptr;
  for (const FactRecord* fact : facts) {
    value.Unsigned(fact->recorded.ordinal).String(fact->attribute);
    value.Bool(fact->retraction).OptionalString(fact->value);
    value.Time(fact->valid.from).Time(fact->valid.to);
    // Facts of one commit mostly share source and reason.
    const bool same = before != nullptr &&
                      before->source == fact->recorded.source &&
                      before->reason == fact->recorded.reason;
    value.Bool(same);
    if (!same) {
      value.String(fact->recorded.source).String(fact->recorded.reason);
    }
    before = &fact->recorded;
  }
  return tx.Put(kFacts, key.bytes(), value.bytes());
}

absl::StatusOr<std::vector<FactRecord>> ParseFacts(absl::string_view key,
                                                   absl::string_view value) {
  KeyReader keys(key);
  FactRecord fact;
  fact.entity = keys.Entity();
  fact.recorded.revision = keys.At();
  CONCORDAT_RETURN_IF_ERROR(CheckKey(keys));
  Decoder decoder(value);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(decoder));
  fact.recorded.actor = decoder.String();
  fact.recorded.recorded_at = decoder.Time();
  std::vector<FactRecord> facts;
  for (uint64_t left = decoder.Unsigned(); left > 0 && !decoder.failed();
       --left) {
    fact.recorded.ordinal = static_cast<uint32_t>(decoder.Unsigned());
    fact.attribute = decoder.String();
    fact.retraction = decoder.Bool();
    fact.value = decoder.OptionalString();
    fact.valid.from = decoder.Time();
    fact.valid.to = decoder.Time();
    const bool same_as_before = decoder.Bool();
    if (!same_as_before) {
      fact.recorded.source = decoder.String();
      fact.recorded.reason = decoder.String();
    }
    facts.push_back(fact);
  }
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("facts"));
  return facts;
}

absl::Status PutRelation(Transaction& tx, const RelationRecord& relation) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyRelation));
  KeyWriter key;
  key.Entity(relation.from).String(relation.relation).Entity(relation.to);
  key.Time(relation.valid.from);
  WriteAt(relation.recorded, key);
  Encoder value;
  value.Unsigned(kLayout).Bool(relation.retraction).Time(relation.valid.to);
  EncodeProvenance(relation.recorded, value);
  CONCORDAT_RETURN_IF_ERROR(tx.Put(kRelations, key.bytes(), value.bytes()));
  KeyWriter reverse;
  reverse.Entity(relation.to).String(relation.relation).Entity(relation.from);
  return tx.Put(kRelationsTo, reverse.bytes(), "");
}

absl::StatusOr<RelationRecord> ParseRelation(absl::string_view key,
                                             absl::string_view value) {
  RelationRecord relation;
  KeyReader keys(key);
  relation.from = keys.Entity();
  relation.relation = keys.String();
  relation.to = keys.Entity();
  relation.valid.from = keys.Time();
  ReadAt(keys, relation.recorded);
  CONCORDAT_RETURN_IF_ERROR(CheckKey(keys));
  Decoder decoder(value);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(decoder));
  relation.retraction = decoder.Bool();
  relation.valid.to = decoder.Time();
  DecodeProvenance(decoder, relation.recorded);
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("relation"));
  return relation;
}

absl::Status PutLink(Transaction& tx, const LinkRecord& link) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyLink));
  KeyWriter key;
  key.String(link.channel).String(link.subject);
  WriteAt(link.recorded, key);
  Encoder value;
  value.Unsigned(kLayout).Bool(link.retraction);
  value.String(link.entity.type).String(link.entity.id);
  EncodeProvenance(link.recorded, value);
  CONCORDAT_RETURN_IF_ERROR(tx.Put(kLinks, key.bytes(), value.bytes()));
  if (link.retraction) return absl::OkStatus();
  KeyWriter reverse;
  reverse.Entity(link.entity).String(link.channel).String(link.subject);
  return tx.Put(kLinksTo, reverse.bytes(), "");
}

absl::StatusOr<LinkRecord> ParseLink(absl::string_view key,
                                     absl::string_view value) {
  LinkRecord link;
  KeyReader keys(key);
  link.channel = keys.String();
  link.subject = keys.String();
  ReadAt(keys, link.recorded);
  CONCORDAT_RETURN_IF_ERROR(CheckKey(keys));
  Decoder decoder(value);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(decoder));
  link.retraction = decoder.Bool();
  link.entity.type = decoder.String();
  link.entity.id = decoder.String();
  DecodeProvenance(decoder, link.recorded);
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("link"));
  return link;
}

absl::Status PutIdentifier(Transaction& tx, absl::string_view key,
                           Revision revision) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyIdentifier));
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             tx.Get(kIdentifiers, key));
  if (row.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(const Revision first, ParseIdentifier(*row));
    if (first <= revision) return absl::OkStatus();
  }
  return tx.Put(kIdentifiers, key,
                Encoder().Unsigned(revision.number()).bytes());
}

absl::StatusOr<Revision> ParseIdentifier(absl::string_view value) {
  Decoder decoder(value);
  const Revision first(decoder.Unsigned());
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("identifier"));
  return first;
}

absl::Status PutCommit(Transaction& tx, const CommitRecord& commit) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyCommit));
  Encoder value;
  value.Unsigned(kLayout).Unsigned(static_cast<uint64_t>(commit.kind));
  value.Time(commit.at).String(commit.actor).String(commit.request_id);
  value.Unsigned(commit.items);
  return tx.Put(kCommits, KeyWriter().At(commit.revision).bytes(),
                value.bytes());
}

absl::Status PutRequest(Transaction& tx, absl::string_view request_id,
                        const RequestRecord& request) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyRequest));
  Encoder value;
  value.Unsigned(kLayout).Unsigned(request.revision.number());
  value.String(request.fingerprint);
  return tx.Put(kRequests, request_id, value.bytes());
}

absl::StatusOr<RequestRecord> ParseRequest(absl::string_view value) {
  Decoder decoder(value);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(decoder));
  RequestRecord request;
  request.revision = Revision(decoder.Unsigned());
  request.fingerprint = decoder.String();
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("request"));
  return request;
}

absl::StatusOr<Revision> ReadHead(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t number,
                             ReadMetaNumber(reader, kHeadName));
  return Revision(number);
}

absl::Status PutHead(Transaction& tx, Revision head) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyHead));
  return PutMetaNumber(tx, kHeadName, head.number());
}

absl::StatusOr<uint64_t> ReadIndexedForms(const Reader& reader) {
  return ReadMetaNumber(reader, kIndexedFormsName);
}

absl::Status PutIndexedForms(Transaction& tx, uint64_t version) {
  return PutMetaNumber(tx, kIndexedFormsName, version);
}

absl::StatusOr<uint64_t> ReadStoreId(const Reader& reader) {
  return ReadMetaNumber(reader, kStoreIdName);
}

absl::Status PutStoreId(Transaction& tx, uint64_t store_id) {
  return PutMetaNumber(tx, kStoreIdName, store_id);
}

}  // namespace concordat::rows
