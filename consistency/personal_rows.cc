#include "consistency/personal_rows.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "consistency/rows.h"
#include "graph/codec.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr char kName[] = "personal_rows";
constexpr size_t kRowsAtOnce = 1000;

struct Row {
  std::string key;
  std::string value;
};

absl::Status PutMark(Transaction& tx, bool done) {
  return tx.Put(rows::kMeta, kName, Encoder().Bool(done).bytes());
}

bool IsPersonal(const Schema& schema, const EntityId& entity,
                absl::string_view attribute) {
  const EntityType* type = schema.FindEntityType(entity.type);
  const Attribute* found =
      type == nullptr ? nullptr : type->FindAttribute(attribute);
  return found == nullptr || found->personal;
}

// Each: true where the record holds an open value that is personal, and is
// marked so now.
bool Mark(const Schema& schema, FactRecord& fact) {
  if (fact.personal || !fact.value.has_value() ||
      !IsPersonal(schema, fact.entity, fact.attribute)) {
    return false;
  }
  return fact.personal = true;
}
bool Mark(bool personal, Claim& claim) {
  if (claim.personal || !personal) return false;
  return claim.personal = true;
}

absl::Status RewriteFacts(Transaction& tx, const Schema& schema,
                          const Row& row) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> facts,
                             rows::ParseFacts(row.key, row.value));
  bool changed = false;
  std::vector<const FactRecord*> pointers;
  for (FactRecord& fact : facts) {
    changed |= Mark(schema, fact);
    pointers.push_back(&fact);
  }
  return changed ? rows::PutFacts(tx, pointers) : absl::OkStatus();
}

absl::Status RewriteChanges(Transaction& tx, const Schema& schema,
                            const Row& row) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<Change> changes,
                             rows::ParseChanges(row.key, row.value));
  bool changed = false;
  for (Change& change : changes) {
    FactRecord* fact = std::get_if<FactRecord>(&change);
    changed |= fact != nullptr && Mark(schema, *fact);
  }
  return changed ? rows::PutChanges(tx, changes) : absl::OkStatus();
}

// Whose a claim was found to be is not kept in the log, so its value is sealed
// as that of the name by which it was told, which goes with the person.
absl::Status RewriteClaims(Transaction& tx, const Schema& schema,
                           const Row& row) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<rows::JudgedClaim> claims,
                             rows::ParseClaims(row.value));
  bool changed = false;
  for (rows::JudgedClaim& judged : claims) {
    changed |=
        Mark(MayBePersonal(schema, judged.claim.attribute), judged.claim);
  }
  if (!changed) return absl::OkStatus();
  return rows::PutClaims(tx, KeyReader(row.key).At(), claims);
}

absl::Status RewriteHeld(Transaction& tx, const Schema& schema,
                         const Row& row) {
  CONCORDAT_ASSIGN_OR_RETURN(rows::HeldClaims held,
                             rows::ParseHeld(row.key, row.value));
  bool changed = false;
  for (rows::HeldClaim& claim : held.claims) {
    changed |= Mark(IsPersonal(schema, held.entity, claim.attribute),
                    claim.judged.claim);
  }
  return changed ? rows::PutHeld(tx, held) : absl::OkStatus();
}

// Its explanation is always personal, so writing it anew is enough.
absl::Status RewriteFinding(Transaction& tx, const Schema& schema,
                            const Row& row) {
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                             rows::GetFinding(tx, row.key));
  if (!finding.has_value()) return absl::OkStatus();
  Mark(IsPersonal(schema, finding->subject.entity, finding->subject.attribute),
       finding->claim);
  return rows::PutFinding(tx, *finding, finding);
}

using Rewrite = absl::Status (*)(Transaction&, const Schema&, const Row&);

absl::Status RewriteSpace(Store& store, Space space, const Schema& schema,
                          Rewrite rewrite) {
  std::string begin;
  bool at_end = false;
  while (!at_end) {
    const absl::Status written = store.Write([&](Transaction& tx) {
      // A scan may not write.
      std::vector<Row> page;
      const absl::Status scanned =
          tx.Scan(space, begin, "",
                  [&](absl::string_view key, absl::string_view value) {
                    page.push_back({std::string(key), std::string(value)});
                    return page.size() < kRowsAtOnce;
                  });
      CONCORDAT_RETURN_IF_ERROR(scanned);
      for (const Row& row : page) {
        const absl::Status rewritten = rewrite(tx, schema, row);
        CONCORDAT_RETURN_IF_ERROR(rewritten);
      }
      at_end = page.size() < kRowsAtOnce;
      if (!at_end) begin = page.back().key + '\0';
      return absl::OkStatus();
    });
    CONCORDAT_RETURN_IF_ERROR(written);
  }
  return absl::OkStatus();
}

}  // namespace

bool MayBePersonal(const Schema& schema, absl::string_view attribute) {
  bool known = false;
  for (const auto& [name, type] : schema.entity_types) {
    const Attribute* found = type.FindAttribute(attribute);
    if (found != nullptr && found->personal) return true;
    known = known || found != nullptr;
  }
  return !known;
}

absl::StatusOr<bool> HasPersonalRows(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(rows::kMeta, kName));
  if (!row.has_value()) return false;
  Decoder in(*row);
  const bool done = in.Bool();
  CONCORDAT_RETURN_IF_ERROR(in.Finish("meta"));
  return done;
}

absl::Status NoteChangedSchema(Transaction& tx, const Schema& before,
                               const Schema& after) {
  for (const auto& [name, type] : after.entity_types) {
    const EntityType* earlier = before.FindEntityType(name);
    for (const auto& [attribute_name, attribute] : type.attributes) {
      const Attribute* was =
          earlier == nullptr ? nullptr : earlier->FindAttribute(attribute_name);
      if (attribute.personal && was != nullptr && !was->personal) {
        return PutMark(tx, false);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status MakeRowsPersonal(Store& store, const Vocabulary& vocabulary) {
  const Schema& schema = vocabulary.schema;
  const std::pair<Space, Rewrite> steps[] = {
      {rows::kFacts, RewriteFacts},      {rows::kChanges, RewriteChanges},
      {rows::kClaims, RewriteClaims},    {rows::kHeld, RewriteHeld},
      {rows::kFindings, RewriteFinding},
  };
  for (const auto& [space, rewrite] : steps) {
    CONCORDAT_RETURN_IF_ERROR(RewriteSpace(store, space, schema, rewrite));
  }
  return store.Write([](Transaction& tx) { return PutMark(tx, true); });
}

}  // namespace concordat
