#include "graph/erasure.h"

#include <algorithm>

#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/identifiers.h"
#include "graph/key.h"
#include "graph/personal.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "graph/validation.h"

namespace concordat {
namespace {

constexpr uint64_t kLayout = 1;
constexpr size_t kRowsAtOnce = 1000;

// Records are under their entity; before them all, as no type has an empty
// name, the order of revisions.
std::string RevisionPrefix() { return KeyWriter().String("").Take(); }

std::string RevisionKey(Revision revision) {
  return KeyWriter().String("").At(revision).Take();
}

// Whom a change would record something new of.
std::vector<const EntityId*> NamedBy(const FactRecord& fact) {
  if (fact.retraction) return {};
  return {&fact.entity};
}
std::vector<const EntityId*> NamedBy(const RelationRecord& relation) {
  if (relation.retraction) return {};
  return {&relation.from, &relation.to};
}
std::vector<const EntityId*> NamedBy(const LinkRecord& link) {
  if (link.retraction) return {};
  return {&link.entity};
}

std::vector<const EntityId*> NamedBy(const MergeRecord& merge) {
  if (merge.retraction) return {};
  return {&merge.duplicate, &merge.survivor};
}
// That two are not one says nothing new of either.
std::vector<const EntityId*> NamedBy(const DistinctRecord&) { return {}; }

// A fingerprint of a request is a hash of its content, from which a short
// value could be guessed.
absl::Status ForgetRequest(Transaction& tx, Revision revision) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<rows::CommitRecord> commit,
                             rows::GetCommit(tx, revision));
  if (!commit.has_value() || commit->request_id.empty()) {
    return absl::OkStatus();
  }
  // Not a later request that used the id again.
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<rows::RequestRecord> request,
                             rows::GetRequest(tx, commit->request_id));
  if (!request.has_value() || request->revision != revision) {
    return absl::OkStatus();
  }
  return rows::PutRequest(tx, commit->request_id, {revision, ""});
}

// Values recorded when their attribute was not yet marked personal, or by a
// build that knew no personal parts, are put into parts now.
absl::Status CloseOpenValues(Transaction& tx, const Schema& schema,
                             std::vector<FactRecord>& facts) {
  bool changed = false;
  std::vector<const FactRecord*> pointers;
  pointers.reserve(facts.size());
  for (FactRecord& fact : facts) {
    changed |= MarkPersonal(schema, fact);
    pointers.push_back(&fact);
  }
  if (!changed) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(rows::PutFacts(tx, pointers));
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<Change> changes,
      rows::GetChanges(tx, facts.front().recorded.revision));
  if (changes.empty()) return absl::OkStatus();
  for (Change& change : changes) {
    FactRecord* fact = std::get_if<FactRecord>(&change);
    if (fact != nullptr) MarkPersonal(schema, *fact);
  }
  return rows::PutChanges(tx, changes);
}

// The facts that one commit recorded of the entity. Counts its personal values.
absl::Status EraseRow(Transaction& tx, const Schema& schema,
                      std::vector<FactRecord>& facts, uint64_t& values) {
  CONCORDAT_RETURN_IF_ERROR(CloseOpenValues(tx, schema, facts));
  for (const FactRecord& fact : facts) {
    if (fact.personal) {
      values += fact.value.has_value() ? 1 : 0;
    } else {
      // Stays readable, so it goes on identifying.
      CONCORDAT_RETURN_IF_ERROR(IndexFact(tx, schema, fact));
    }
  }
  return ForgetRequest(tx, facts.front().recorded.revision);
}

// Row by row, as an entity may have any number of them; some at once, as a scan
// may not write.
absl::Status EraseFacts(Transaction& tx, const Schema& schema,
                        const EntityId& entity, uint64_t& values) {
  const std::string prefix = KeyWriter().Entity(entity).Take();
  std::string next = prefix;
  bool at_end = false;
  while (!at_end) {
    std::vector<std::vector<FactRecord>> page;
    page.reserve(kRowsAtOnce);
    absl::Status problem;
    const std::string begin = next;  // the scan's while it runs
    at_end = true;
    CONCORDAT_RETURN_IF_ERROR(
        tx.Scan(rows::kFacts, begin, PrefixEnd(prefix),
                [&](absl::string_view key, absl::string_view value) {
                  absl::StatusOr<std::vector<FactRecord>> facts =
                      rows::ParseFacts(key, value);
                  problem = facts.status();
                  if (!facts.ok()) return false;
                  if (!facts->empty()) page.push_back(*std::move(facts));
                  next = std::string(key) + '\0';
                  at_end = page.size() < kRowsAtOnce;
                  return at_end;
                }));
    CONCORDAT_RETURN_IF_ERROR(problem);
    for (std::vector<FactRecord>& facts : page) {
      CONCORDAT_RETURN_IF_ERROR(EraseRow(tx, schema, facts, values));
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool MarkPersonal(const Schema& schema, FactRecord& fact) {
  if (fact.personal || !fact.value.has_value()) return false;
  const EntityType* type = schema.FindEntityType(fact.entity.type);
  const Attribute* attribute =
      type == nullptr ? nullptr : type->FindAttribute(fact.attribute);
  fact.personal = attribute == nullptr || attribute->personal;
  return fact.personal;
}

absl::Status CheckNotErased(const Reader& reader, const WriteBatch& batch) {
  CONCORDAT_ASSIGN_OR_RETURN(const bool any, rows::HoldsErasures(reader));
  if (!any) return absl::OkStatus();
  const EntityId* checked = nullptr;
  for (size_t i = 0; i < batch.changes.size(); ++i) {
    const std::vector<const EntityId*> named = std::visit(
        [](const auto& record) { return NamedBy(record); }, batch.changes[i]);
    for (const EntityId* entity : named) {
      if (checked != nullptr && *checked == *entity) continue;
      CONCORDAT_ASSIGN_OR_RETURN(const std::optional<ErasureRecord> erased,
                                 rows::GetErasure(reader, *entity));
      if (erased.has_value()) {
        return WithField(PathOfChange(batch, i), errors::Erased());
      }
      checked = entity;
    }
  }
  return absl::OkStatus();
}

absl::Status EraseFromGraph(Transaction& tx, const Schema& schema,
                            ErasureRecord& record) {
  CONCORDAT_RETURN_IF_ERROR(DeleteIdentifiers(tx, record.entity));
  CONCORDAT_RETURN_IF_ERROR(
      EraseFacts(tx, schema, record.entity, record.facts));
  CONCORDAT_ASSIGN_OR_RETURN(
      record.names,
      GraphReader(tx, Revision::Latest()).NamesOnceOf(record.entity));
  // The keys go last: until here the values were needed.
  return rows::EraseSubjectKeys(tx, record);
}

namespace rows {

absl::Status PutSubjectKey(Transaction& tx, absl::string_view subject,
                           absl::string_view key) {
  return tx.Put(kSubjectKeys, subject,
                Encoder().Unsigned(kLayout).String(key).bytes());
}

absl::StatusOr<std::string> ParseSubjectKey(absl::string_view value) {
  Decoder in(value);
  if (in.Unsigned() != kLayout) {
    return errors::StorageVersion(
        "a key has a layout of a newer version; start that version");
  }
  std::string key = in.String();
  CONCORDAT_RETURN_IF_ERROR(in.Finish("subject key"));
  return key;
}

absl::Status EraseSubjectKeys(Transaction& tx, const ErasureRecord& record) {
  CONCORDAT_RETURN_IF_ERROR(PutSubjectKey(tx, SubjectOf(record.entity), ""));
  for (const auto& [channel, subject] : record.names) {
    CONCORDAT_RETURN_IF_ERROR(
        PutSubjectKey(tx, SubjectOf(channel, subject), ""));
  }
  return absl::OkStatus();
}

absl::StatusOr<ErasureRecord> ParseErasure(const EntityId& entity,
                                           absl::string_view value) {
  Decoder in(value);
  if (in.Unsigned() != kLayout) {
    return errors::StorageVersion(
        "an erasure has a layout of a newer version; start that version");
  }
  ErasureRecord record{.entity = entity};
  record.revision = Revision(in.Unsigned());
  record.at = in.Time();
  record.actor = in.String();
  record.reason = in.String();
  record.request_id = in.String();
  record.facts = in.Unsigned();
  record.held_claims = in.Unsigned();
  record.findings = in.Unsigned();
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    std::string channel = in.String();
    record.names.emplace_back(std::move(channel), in.String());
  }
  CONCORDAT_RETURN_IF_ERROR(in.Finish("erasure"));
  return record;
}

std::string EncodeErasure(const ErasureRecord& record) {
  Encoder out;
  out.Unsigned(kLayout).Unsigned(record.revision.number()).Time(record.at);
  out.String(record.actor).String(record.reason).String(record.request_id);
  out.Unsigned(record.facts).Unsigned(record.held_claims);
  out.Unsigned(record.findings).Unsigned(record.names.size());
  for (const auto& [channel, subject] : record.names) {
    out.String(channel).String(subject);
  }
  return out.Take();
}

absl::Status PutErasure(Transaction& tx, const ErasureRecord& record) {
  CONCORDAT_RETURN_IF_ERROR(tx.Put(kErasures,
                                   KeyWriter().Entity(record.entity).bytes(),
                                   EncodeErasure(record)));
  return tx.Put(
      kErasures,
      RevisionKey(record.revision) + KeyWriter().Entity(record.entity).bytes(),
      "");
}

absl::StatusOr<std::optional<ErasureRecord>> GetErasure(
    const Reader& reader, const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<std::string> row,
      reader.Get(kErasures, KeyWriter().Entity(entity).bytes()));
  if (!row.has_value()) return std::nullopt;
  return ParseErasure(entity, *row);
}

absl::StatusOr<std::vector<EntityId>> ErasedAt(const Reader& reader,
                                               Revision revision) {
  const std::string prefix = RevisionKey(revision);
  std::vector<EntityId> entities;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      kErasures, prefix, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view) {
        entities.push_back(KeyReader(key.substr(prefix.size())).Entity());
        return true;
      }));
  return entities;
}

absl::StatusOr<bool> HoldsErasures(const Reader& reader) {
  bool holds = false;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(kErasures, "", "", [&](absl::string_view, absl::string_view) {
        holds = true;
        return false;
      }));
  return holds;
}

absl::StatusOr<GraphReader::Page<ErasureRecord>> ListErasures(
    const Reader& reader, Revision at, absl::string_view start, size_t limit) {
  const std::string prefix = RevisionPrefix();
  GraphReader::Page<ErasureRecord> page;
  std::vector<EntityId> entities;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(kErasures, start.empty() ? prefix : start, PrefixEnd(prefix),
                  [&](absl::string_view key, absl::string_view) {
                    KeyReader keys(key.substr(prefix.size()));
                    if (keys.At() > at) return false;
                    if (entities.size() == limit) {
                      page.next = std::string(key);
                      return false;
                    }
                    entities.push_back(keys.Entity());
                    return true;
                  }));
  for (const EntityId& entity : entities) {
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<ErasureRecord> record,
                               GetErasure(reader, entity));
    if (!record.has_value()) {
      return errors::StorageCorrupt("an erasure's record is missing");
    }
    page.items.push_back(*std::move(record));
  }
  return page;
}

}  // namespace rows
}  // namespace concordat
