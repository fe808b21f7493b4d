#include "graph/identifiers.h"

#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/erasure.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/reading.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// An index of layout 0 had no entries under whom they name.
constexpr uint64_t kIndexLayout = 1;
constexpr uint64_t kIndexVersion = kIndexLayout << 32 | kNormalFormsVersion;
constexpr size_t kRowsAtOnce = 1000;

// nullptr for a fact without a value, or of an attribute that is gone.
const Attribute* AttributeOf(const Schema& schema, const FactRecord& fact) {
  if (fact.retraction || !fact.value.has_value()) return nullptr;
  const EntityType* type = schema.FindEntityType(fact.entity.type);
  return type == nullptr ? nullptr : type->FindAttribute(fact.attribute);
}

// The keys from `begin` on, and before `end`, that one step handles.
absl::StatusOr<std::vector<std::string>> NextKeys(const Reader& reader,
                                                  absl::string_view begin,
                                                  absl::string_view end) {
  std::vector<std::string> keys;
  keys.reserve(kRowsAtOnce);
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(rows::kIdentifiers, begin, end,
                  [&](absl::string_view key, absl::string_view) {
                    keys.emplace_back(key);
                    return keys.size() < kRowsAtOnce;
                  }));
  return keys;
}

// Writes the entries under whom they name that an older build did not. Those
// of people who are erased it had forgotten to take out.
absl::Status AddReverse(Transaction& tx) {
  std::string begin = PrefixEnd(rows::IdentifiersByEntity());
  while (true) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                               NextKeys(tx, begin, ""));
    if (keys.empty()) return absl::OkStatus();
    for (const std::string& key : keys) {
      CONCORDAT_ASSIGN_OR_RETURN(const rows::Identifier identifier,
                                 rows::ParseIdentifierKey(key));
      CONCORDAT_ASSIGN_OR_RETURN(const std::optional<ErasureRecord> erased,
                                 rows::GetErasure(tx, identifier.entity));
      CONCORDAT_RETURN_IF_ERROR(
          erased.has_value() ? tx.Delete(rows::kIdentifiers, key)
                             : rows::PutIdentifierReverse(tx, identifier));
    }
    begin = keys.back() + '\0';
  }
}

}  // namespace

absl::Status IndexFact(Transaction& tx, const Schema& schema,
                       const FactRecord& fact) {
  const Attribute* attribute = AttributeOf(schema, fact);
  if (attribute == nullptr || !attribute->identifying) return absl::OkStatus();
  const Reading reading = ReadValue(*attribute, *fact.value, schema.habits);
  if (!reading.value.has_value()) return absl::OkStatus();
  // Each member of a set names the entity.
  for (const Scalar& member : reading.value->members()) {
    CONCORDAT_RETURN_IF_ERROR(
        rows::PutIdentifier(tx,
                            {.entity = fact.entity,
                             .attribute = fact.attribute,
                             .normal = Value(member).Canonical()},
                            fact.recorded.revision));
  }
  return absl::OkStatus();
}

absl::Status IndexIdentifiers(Transaction& tx, const Schema& schema) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t indexed,
                             rows::ReadIndexedForms(tx));
  if (indexed >> 32 < kIndexLayout) CONCORDAT_RETURN_IF_ERROR(AddReverse(tx));
  // Every record, not only those in force: a replay at an older revision asks
  // who a value named then. Page by page, as a scan may not write.
  std::string next;
  bool at_end = false;
  while (!at_end) {
    std::vector<FactRecord> page;
    absl::Status problem;
    const std::string begin = next;  // the scan's while it runs
    at_end = true;
    CONCORDAT_RETURN_IF_ERROR(tx.Scan(
        rows::kFacts, begin, "",
        [&](absl::string_view key, absl::string_view value) {
          absl::StatusOr<std::vector<FactRecord>> facts =
              rows::ParseFacts(key, value);
          problem = facts.status();
          if (!facts.ok()) return false;
          std::move(facts->begin(), facts->end(), std::back_inserter(page));
          next = std::string(key) + '\0';
          at_end = static_cast<int64_t>(page.size()) < limits::kPageSizeMax;
          return at_end;
        }));
    CONCORDAT_RETURN_IF_ERROR(problem);
    for (const FactRecord& fact : page) {
      CONCORDAT_RETURN_IF_ERROR(IndexFact(tx, schema, fact));
    }
  }
  return rows::PutIndexedForms(tx, kIndexVersion);
}

absl::StatusOr<bool> NeedsIndexing(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t indexed,
                             rows::ReadIndexedForms(reader));
  return indexed != kIndexVersion;
}

absl::Status DeleteIdentifiers(Transaction& tx, const EntityId& entity) {
  const std::string prefix = rows::IdentifiersByEntity(entity);
  while (true) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                               NextKeys(tx, prefix, PrefixEnd(prefix)));
    if (keys.empty()) return absl::OkStatus();
    for (const std::string& key : keys) {
      CONCORDAT_ASSIGN_OR_RETURN(const rows::Identifier identifier,
                                 rows::ParseIdentifierReverse(key));
      CONCORDAT_RETURN_IF_ERROR(rows::DeleteIdentifier(tx, identifier));
    }
  }
}

}  // namespace concordat
