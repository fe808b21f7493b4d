#include "consistency/personal_rows.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "consistency/rows.h"
#include "graph/codec.h"
#include "graph/erasure.h"
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

// What the rows were made to be: of rules before, only the personal values of
// facts and of claims of personal attributes lay in parts.
enum class Rule : uint64_t { kNone = 0, kAttributes = 1, kAll = 2 };

absl::Status PutMark(Transaction& tx, Rule rule) {
  return tx.Put(rows::kMeta, kName,
                Encoder().Unsigned(static_cast<uint64_t>(rule)).bytes());
}

bool HasPersonalAttribute(const EntityType& type) {
  return std::any_of(type.attributes.begin(), type.attributes.end(),
                     [](const auto& entry) { return entry.second.personal; });
}

// True where the claim's value lay open and is personal, and is marked so now.
bool Mark(const Schema& schema, const std::optional<EntityId>& about,
          Claim& claim) {
  if (claim.personal || !IsClaimPersonal(schema, about)) return false;
  return claim.personal = true;
}

absl::Status RewriteFacts(Transaction& tx, const Schema& schema,
                          const Row& row) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> facts,
                             rows::ParseFacts(row.key, row.value));
  bool changed = false;
  std::vector<const FactRecord*> pointers;
  for (FactRecord& fact : facts) {
    changed |= MarkPersonal(schema, fact);
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
    changed |= fact != nullptr && MarkPersonal(schema, *fact);
  }
  return changed ? rows::PutChanges(tx, changes) : absl::OkStatus();
}

// A value is sealed as that of whom the claim was found to be about; claims of
// builds that did not record it, as that of the name by which it was told,
// which goes with the person.
absl::Status RewriteClaims(Transaction& tx, const Schema& schema,
                           const Row& row) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<rows::JudgedClaim> claims,
                             rows::ParseClaims(row.value));
  bool changed = false;
  for (rows::JudgedClaim& judged : claims) {
    changed |= Mark(schema, judged.about, judged.claim);
  }
  if (!changed) return absl::OkStatus();
  return rows::PutClaims(tx, KeyReader(row.key).At(), claims);
}

absl::Status RewriteHeld(Transaction& tx, Space space, const Schema& schema,
                         const Row& row) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<HeldClaim> held,
                             rows::ParseHeld(row.value));
  bool changed = false;
  for (HeldClaim& claim : held) {
    changed |= Mark(schema, claim.judged.about, claim.judged.claim);
  }
  if (!changed) return absl::OkStatus();
  return tx.Put(space, row.key, rows::EncodeHeld(held));
}
absl::Status RewriteHeldRuns(Transaction& tx, const Schema& schema,
                             const Row& row) {
  return RewriteHeld(tx, rows::kHeldRuns, schema, row);
}
absl::Status RewriteHeldChanges(Transaction& tx, const Schema& schema,
                                const Row& row) {
  return RewriteHeld(tx, rows::kHeldChanges, schema, row);
}

// Its explanation is always personal, so writing it anew is enough.
absl::Status RewriteFinding(Transaction& tx, const Schema& schema,
                            const Row& row) {
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                             rows::GetFinding(tx, row.key));
  if (!finding.has_value()) return absl::OkStatus();
  Mark(schema, finding->subject.entity, finding->claim);
  if (finding->told.has_value()) {
    Mark(schema, finding->subject.entity, *finding->told);
  }
  return rows::PutFinding(tx, *finding, finding);
}

// Neither has a value; builds before wrote both bare. What is sealed is left,
// since sealing it anew would change the bytes that tie archives together.
absl::Status RewriteRequest(Transaction& tx, const Schema&, const Row& row) {
  if (rows::IsOfStore(row.value)) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const rows::RequestRecord request,
                             rows::ParseRequest(row.value));
  return rows::PutRequest(tx, row.key, request);
}
absl::Status RewriteClaimKeys(Transaction& tx, const Schema&, const Row& row) {
  if (rows::IsOfStore(row.value)) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<ClaimKey> keys,
                             rows::ParseClaimKeys(row.value));
  return rows::PutClaimKeys(tx, KeyReader(row.key).At(), keys);
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

bool IsClaimPersonal(const Schema& schema,
                     const std::optional<EntityId>& about) {
  if (!about.has_value()) return true;
  const EntityType* type = schema.FindEntityType(about->type);
  return type == nullptr || HasPersonalAttribute(*type);
}

absl::StatusOr<bool> HasPersonalRows(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(rows::kMeta, kName));
  if (!row.has_value()) return false;
  Decoder in(*row);
  const auto rule = static_cast<Rule>(in.Unsigned());
  CONCORDAT_RETURN_IF_ERROR(in.Finish("meta"));
  return rule == Rule::kAll;
}

absl::Status NoteChangedSchema(Transaction& tx, const Schema& before,
                               const Schema& after) {
  for (const auto& [name, type] : after.entity_types) {
    const EntityType* earlier = before.FindEntityType(name);
    if (earlier == nullptr) continue;
    if (HasPersonalAttribute(type) && !HasPersonalAttribute(*earlier)) {
      return PutMark(tx, Rule::kNone);
    }
    for (const auto& [attribute_name, attribute] : type.attributes) {
      const Attribute* was = earlier->FindAttribute(attribute_name);
      if (attribute.personal && was != nullptr && !was->personal) {
        return PutMark(tx, Rule::kNone);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status MakeRowsPersonal(Store& store, const Vocabulary& vocabulary) {
  const Schema& schema = vocabulary.schema;
  const std::pair<Space, Rewrite> steps[] = {
      {rows::kFacts, RewriteFacts},
      {rows::kChanges, RewriteChanges},
      {rows::kClaims, RewriteClaims},
      {rows::kHeldRuns, RewriteHeldRuns},
      {rows::kHeldChanges, RewriteHeldChanges},
      {rows::kFindings, RewriteFinding},
      {rows::kRequests, RewriteRequest},
      {rows::kClaimKeys, RewriteClaimKeys},
  };
  for (const auto& [space, rewrite] : steps) {
    CONCORDAT_RETURN_IF_ERROR(RewriteSpace(store, space, schema, rewrite));
  }
  return store.Write([](Transaction& tx) { return PutMark(tx, Rule::kAll); });
}

}  // namespace concordat
