#include "graph/rows.h"

#include <optional>
#include <utility>

#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/key.h"
#include "graph/personal.h"
#include "graph/row_parts.h"
#include "graph/status_macros.h"

namespace concordat::rows {
namespace {

// First byte of every record: the version of its layout.
constexpr uint64_t kLayout = 1;
// Facts: 2 adds validation, 3 retractions of one source (2, where 1 is one of
// every source and 0 none).
constexpr uint64_t kFactsLayout = 3;
// Links: 2 adds valid time.
constexpr uint64_t kLinksLayout = 2;
// Changes: 2 is the first; 3 is of facts of layout 3 and links of layout 2.
constexpr uint64_t kChangesLayout = 3;
// Requests: 2 has the fingerprint as a personal value.
constexpr uint64_t kRequestsLayout = 2;

constexpr char kHeadName[] = "head";
constexpr char kStoreIdName[] = "store_id";
constexpr char kIndexedFormsName[] = "indexed_forms";
constexpr char kLogStartName[] = "log_start";
constexpr char kOldestName[] = "oldest";
constexpr char kFollowedName[] = "followed";

// Source and reason, which most changes of a commit share with the one before.
void EncodeSaid(const Provenance& recorded, const Provenance* before,
                Encoder& out) {
  const bool same = before != nullptr && before->source == recorded.source &&
                    before->reason == recorded.reason;
  out.Bool(same);
  if (!same) out.String(recorded.source).String(recorded.reason);
}

void DecodeSaid(Decoder& in, Provenance& recorded) {
  const bool same_as_before = in.Bool();
  if (same_as_before) return;
  recorded.source = in.String();
  recorded.reason = in.String();
}

// What a fact says, besides of whom and by whom.
void EncodeBody(const FactRecord& fact, absl::string_view subject,
                RowEncoder& out) {
  out.Unsigned(fact.retraction ? 1 + uint64_t{fact.one_source} : 0);
  out.Value(subject, fact.value, fact.personal, fact.erased);
  out.Time(fact.valid.from).Time(fact.valid.to);
  out.Unsigned(static_cast<uint64_t>(fact.validation));
}

void DecodeBody(RowDecoder& in, uint64_t layout, FactRecord& fact) {
  const uint64_t retraction = in.Unsigned();
  fact.retraction = retraction > 0;
  fact.one_source = retraction == 2;
  in.Value(fact.value, fact.personal, fact.erased);
  fact.valid.from = in.Time();
  fact.valid.to = in.Time();
  if (layout >= 2) fact.validation = static_cast<Validation>(in.Unsigned());
}

void EncodeChange(const FactRecord& fact, RowEncoder& out) {
  EncodeEntity(fact.entity, out);
  out.String(fact.attribute);
  EncodeBody(fact, fact.personal ? SubjectOf(fact.entity) : "", out);
}
void EncodeChange(const RelationRecord& relation, RowEncoder& out) {
  EncodeEntity(relation.from, out);
  out.String(relation.relation);
  EncodeEntity(relation.to, out);
  out.Bool(relation.retraction);
  out.Time(relation.valid.from).Time(relation.valid.to);
}
void EncodeChange(const LinkRecord& link, RowEncoder& out) {
  out.String(link.channel).String(link.subject);
  EncodeEntity(link.entity, out);
  out.Bool(link.retraction).Time(link.valid.from).Time(link.valid.to);
}

void EncodeChange(const MergeRecord& merge, RowEncoder& out) {
  EncodeEntity(merge.duplicate, out);
  EncodeEntity(merge.survivor, out);
  out.Bool(merge.retraction).Bool(merge.overrides_brakes);
}
void EncodeChange(const DistinctRecord& distinct, RowEncoder& out) {
  EncodeEntity(distinct.a, out);
  EncodeEntity(distinct.b, out);
  out.Bool(distinct.retraction);
}

void DecodeChange(RowDecoder& in, uint64_t layout, FactRecord& fact) {
  fact.entity = DecodeEntity(in);
  fact.attribute = in.String();
  DecodeBody(in, layout, fact);
}
void DecodeChange(RowDecoder& in, uint64_t, RelationRecord& relation) {
  relation.from = DecodeEntity(in);
  relation.relation = in.String();
  relation.to = DecodeEntity(in);
  relation.retraction = in.Bool();
  relation.valid.from = in.Time();
  relation.valid.to = in.Time();
}
void DecodeChange(RowDecoder& in, uint64_t layout, LinkRecord& link) {
  link.channel = in.String();
  link.subject = in.String();
  link.entity = DecodeEntity(in);
  link.retraction = in.Bool();
  if (layout < 3) return;
  link.valid.from = in.Time();
  link.valid.to = in.Time();
}

void DecodeChange(RowDecoder& in, uint64_t, MergeRecord& merge) {
  merge.duplicate = DecodeEntity(in);
  merge.survivor = DecodeEntity(in);
  merge.retraction = in.Bool();
  merge.overrides_brakes = in.Bool();
}
void DecodeChange(RowDecoder& in, uint64_t, DistinctRecord& distinct) {
  distinct.a = DecodeEntity(in);
  distinct.b = DecodeEntity(in);
  distinct.retraction = in.Bool();
}

// A change with the tag, without value; nullopt for a tag of a newer version.
template <size_t kIndex = 0>
std::optional<Change> MakeChange(uint64_t tag) {
  if constexpr (kIndex == std::variant_size_v<Change>) {
    return std::nullopt;
  } else {
    return tag == kIndex ? Change(std::in_place_index<kIndex>)
                         : MakeChange<kIndex + 1>(tag);
  }
}

absl::StatusOr<std::optional<uint64_t>> FindMetaNumber(const Reader& reader,
                                                       absl::string_view name) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(kMeta, name));
  if (!row.has_value()) return std::nullopt;
  Decoder decoder(*row);
  const uint64_t number = decoder.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("meta"));
  return number;
}

absl::StatusOr<uint64_t> ReadMetaNumber(const Reader& reader,
                                        absl::string_view name) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<uint64_t> number,
                             FindMetaNumber(reader, name));
  return number.value_or(0);
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
  const std::string subject = SubjectOf(first.entity);
  RowEncoder value;
  value.Unsigned(kFactsLayout).String(first.recorded.actor);
  value.Time(first.recorded.recorded_at).Unsigned(facts.size());
  const Provenance* before = nullptr;
  for (const FactRecord* fact : facts) {
    value.Unsigned(fact->recorded.ordinal).String(fact->attribute);
    EncodeBody(*fact, subject, value);
    EncodeSaid(fact->recorded, before, value);
    before = &fact->recorded;
  }
  return tx.Put(kFacts, key.bytes(), value.TakeRow());
}

absl::StatusOr<std::vector<FactRecord>> ParseFacts(absl::string_view key,
                                                   absl::string_view value) {
  KeyReader keys(key);
  FactRecord fact;
  fact.entity = keys.Entity();
  fact.recorded.revision = keys.At();
  CONCORDAT_RETURN_IF_ERROR(CheckKey(keys));
  RowDecoder decoder(value);
  const uint64_t layout = decoder.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(layout, kFactsLayout));
  fact.recorded.actor = decoder.String();
  fact.recorded.recorded_at = decoder.Time();
  std::vector<FactRecord> facts;
  for (uint64_t left = decoder.Unsigned(); left > 0 && !decoder.failed();
       --left) {
    fact.recorded.ordinal = static_cast<uint32_t>(decoder.Unsigned());
    fact.attribute = decoder.String();
    DecodeBody(decoder, layout, fact);
    DecodeSaid(decoder, fact.recorded);
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
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(decoder.Unsigned(), kLayout));
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
  value.Unsigned(kLinksLayout).Bool(link.retraction);
  value.String(link.entity.type).String(link.entity.id);
  value.Time(link.valid.from).Time(link.valid.to);
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
  const uint64_t layout = decoder.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(layout, kLinksLayout));
  link.retraction = decoder.Bool();
  link.entity.type = decoder.String();
  link.entity.id = decoder.String();
  if (layout >= 2) {
    link.valid.from = decoder.Time();
    link.valid.to = decoder.Time();
  }
  DecodeProvenance(decoder, link.recorded);
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("link"));
  return link;
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

absl::StatusOr<CommitRecord> ParseCommit(absl::string_view key,
                                         absl::string_view value) {
  CommitRecord commit;
  KeyReader keys(key);
  commit.revision = keys.At();
  CONCORDAT_RETURN_IF_ERROR(CheckKey(keys));
  Decoder decoder(value);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(decoder.Unsigned(), kLayout));
  commit.kind = static_cast<CommitRecord::Kind>(decoder.Unsigned());
  commit.at = decoder.Time();
  commit.actor = decoder.String();
  commit.request_id = decoder.String();
  commit.items = decoder.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("commit"));
  return commit;
}

absl::StatusOr<std::optional<CommitRecord>> GetCommit(const Reader& reader,
                                                      Revision revision) {
  const std::string key = KeyWriter().At(revision).Take();
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(kCommits, key));
  if (!row.has_value()) return std::nullopt;
  return ParseCommit(key, *row);
}

absl::Status PutChanges(Transaction& tx, absl::Span<const Change> changes) {
  const Provenance& first = RecordedOf(changes.front());
  RowEncoder value;
  value.Unsigned(kChangesLayout).String(first.actor).Time(first.recorded_at);
  value.Unsigned(changes.size());
  const Provenance* before = nullptr;
  for (const Change& change : changes) {
    value.Unsigned(change.index());
    std::visit([&](const auto& record) { EncodeChange(record, value); },
               change);
    EncodeSaid(RecordedOf(change), before, value);
    before = &RecordedOf(change);
  }
  return tx.Put(kChanges, KeyWriter().At(first.revision).bytes(),
                value.TakeRow());
}

absl::StatusOr<std::vector<Change>> ParseChanges(absl::string_view key,
                                                 absl::string_view value) {
  Provenance recorded;
  KeyReader keys(key);
  recorded.revision = keys.At();
  CONCORDAT_RETURN_IF_ERROR(CheckKey(keys));
  RowDecoder decoder(value);
  const uint64_t layout = decoder.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(layout, kChangesLayout));
  recorded.actor = decoder.String();
  recorded.recorded_at = decoder.Time();
  std::vector<Change> changes;
  for (uint64_t left = decoder.Unsigned(); left > 0 && !decoder.failed();
       --left) {
    std::optional<Change> change = MakeChange(decoder.Unsigned());
    if (!change.has_value()) {
      return errors::StorageVersion(
          "the log has a change of a newer version; start that version");
    }
    std::visit(
        [&](auto& record) {
          DecodeChange(decoder, layout, record);
          DecodeSaid(decoder, recorded);
          record.recorded = recorded;
        },
        *change);
    ++recorded.ordinal;
    changes.push_back(*std::move(change));
  }
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish("changes"));
  if (changes.empty()) {
    return errors::StorageCorrupt("the log has a commit that changed nothing");
  }
  return changes;
}

absl::StatusOr<std::vector<Change>> GetChanges(const Reader& reader,
                                               Revision revision) {
  const std::string key = KeyWriter().At(revision).Take();
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(kChanges, key));
  if (!row.has_value()) return std::vector<Change>();
  return ParseChanges(key, *row);
}

absl::Status PutRequest(Transaction& tx, absl::string_view request_id,
                        const RequestRecord& request) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyRequest));
  RowEncoder value;
  value.Unsigned(kRequestsLayout).Unsigned(request.revision.number());
  value.Value(SubjectOfStore(), request.fingerprint,
              /*personal=*/!request.fingerprint.empty(), request.lost);
  return tx.Put(kRequests, request_id, value.TakeRow());
}

absl::StatusOr<RequestRecord> ParseRequest(absl::string_view value) {
  const std::optional<PersonalRow> split = SplitPersonalRow(value);
  RowDecoder decoder(value);
  const uint64_t layout = decoder.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(layout, kRequestsLayout));
  RequestRecord request;
  request.revision = Revision(decoder.Unsigned());
  if (layout == 1) {
    request.fingerprint = decoder.String();
  } else {
    StoredValue fingerprint = decoder.Value();
    request.fingerprint = std::move(fingerprint.text).value_or("");
    request.lost = fingerprint.erased;
  }
  // Archives are read past the store that has the keys, for the revision.
  const bool sealed =
      split.has_value() && split->parts.front().state == PartState::kSealed;
  CONCORDAT_RETURN_IF_ERROR(sealed ? decoder.Decoder::Finish("request")
                                   : decoder.Finish("request"));
  return request;
}

absl::StatusOr<std::optional<RequestRecord>> GetRequest(
    const Reader& reader, absl::string_view request_id) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(kRequests, request_id));
  if (!row.has_value()) return std::nullopt;
  return ParseRequest(*row);
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

absl::StatusOr<std::optional<Revision>> ReadLogStart(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<uint64_t> number,
                             FindMetaNumber(reader, kLogStartName));
  if (!number.has_value()) return std::nullopt;
  return Revision(*number);
}

absl::Status PutLogStart(Transaction& tx, Revision start) {
  return PutMetaNumber(tx, kLogStartName, start.number());
}

absl::StatusOr<Revision> ReadOldest(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t number,
                             ReadMetaNumber(reader, kOldestName));
  return Revision(number);
}

absl::Status PutOldest(Transaction& tx, Revision oldest) {
  return PutMetaNumber(tx, kOldestName, oldest.number());
}

absl::StatusOr<uint64_t> ReadStoreId(const Reader& reader) {
  return ReadMetaNumber(reader, kStoreIdName);
}

absl::StatusOr<Revision> ReadFollowed(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t number,
                             ReadMetaNumber(reader, kFollowedName));
  return Revision(number);
}

absl::Status PutFollowed(Transaction& tx, Revision followed) {
  return PutMetaNumber(tx, kFollowedName, followed.number());
}

absl::Status PutStoreId(Transaction& tx, uint64_t store_id) {
  return PutMetaNumber(tx, kStoreIdName, store_id);
}

}  // namespace concordat::rows
