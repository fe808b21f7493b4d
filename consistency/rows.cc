#include "consistency/rows.h"

#include <optional>
#include <string>
#include <utility>

#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/key.h"
#include "graph/personal.h"
#include "graph/status_macros.h"

namespace concordat::rows {
namespace {

// First byte of every record: the version of its layout.
constexpr uint64_t kLayout = 1;
constexpr size_t kClaimKeyBytes = 16;
constexpr char kVocabularyName[] = "vocabulary";

absl::Status NewerLayout() {
  return errors::StorageVersion(
      "a record has a layout of a newer version; start that version");
}

absl::Status CheckLayout(Decoder& decoder) {
  return decoder.Unsigned() == kLayout ? absl::OkStatus() : NewerLayout();
}

}  // namespace

std::vector<Space> AllSpaces() {
  std::vector<Space> spaces(std::begin(kGraphSpaces), std::end(kGraphSpaces));
  for (const Space space :
       {kClaims, kClaimKeys, kHeld, kFindings, kFindingEvents, kFindingRanks,
        kVocabularies, kFindingLog, kHeldRuns, kHeldChanges, kHeldFilters,
        kFindingsOf, kFindingDue, kFindingChanges, kMutes, kRuleDue, kAudits,
        kScores}) {
    spaces.push_back(space);
  }
  return spaces;
}

absl::Status PutClaims(Transaction& tx, Revision revision,
                       absl::Span<const JudgedClaim> claims) {
  ClaimsEncoder row;
  for (const JudgedClaim& judged : claims) row.Add(judged);
  return PutClaims(tx, revision, row.TakeRow());
}

absl::Status PutClaims(Transaction& tx, Revision revision,
                       absl::string_view row) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyClaims));
  return tx.Put(kClaims, KeyWriter().At(revision).bytes(), row);
}

absl::StatusOr<std::vector<JudgedClaim>> ParseClaims(absl::string_view value) {
  std::vector<JudgedClaim> claims;
  ClaimsDecoder row(value);
  while (std::optional<JudgedClaim> judged = row.Next()) {
    claims.push_back(*std::move(judged));
  }
  CONCORDAT_RETURN_IF_ERROR(row.Finish());
  return claims;
}

// A personal part may lie open here, and bytes that were written bare may look
// like a row that has parts, but not like one of the store's own.
bool IsOfStore(absl::string_view row) {
  const std::optional<PersonalRow> split = SplitPersonalRow(row);
  return split.has_value() && split->parts.size() == 1 &&
         split->parts.front().subject == SubjectOfStore();
}

absl::Status PutClaimKeys(Transaction& tx, Revision revision,
                          absl::Span<const ClaimKey> keys) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyClaimKeys));
  KeyWriter bytes;
  for (const ClaimKey& key : keys) bytes.Number(key.high).Number(key.low);
  RowEncoder row;
  row.Unsigned(kLayout);
  row.Value(SubjectOfStore(), bytes.Take(), /*personal=*/true,
            /*erased=*/false);
  return tx.Put(kClaimKeys, KeyWriter().At(revision).bytes(), row.TakeRow());
}

absl::StatusOr<std::vector<ClaimKey>> ParseClaimKeys(absl::string_view row) {
  std::string value;
  if (IsOfStore(row)) {
    RowDecoder in(row);
    CONCORDAT_RETURN_IF_ERROR(CheckLayout(in));
    value = in.Value().text.value_or("");
    CONCORDAT_RETURN_IF_ERROR(in.Finish("claim_keys"));
  } else {
    value = std::string(row);
  }
  if (value.size() % kClaimKeyBytes != 0) {
    return errors::StorageCorrupt("a claim_keys record has the wrong size");
  }
  std::vector<ClaimKey> keys(value.size() / kClaimKeyBytes);
  KeyReader in(value);
  for (ClaimKey& key : keys) {
    key.high = in.Number();
    key.low = in.Number();
  }
  return keys;
}

absl::Status PutVocabulary(Transaction& tx, const VocabularyRecord& record) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyVocabulary));
  Encoder out;
  out.Unsigned(kLayout).Unsigned(record.version).String(record.yaml);
  out.String(record.file_name).Time(record.applied_at).String(record.actor);
  out.String(record.reason).Unsigned(record.revision.number());
  CONCORDAT_RETURN_IF_ERROR(tx.Put(
      kVocabularies, KeyWriter().Number(record.version).bytes(), out.bytes()));
  return tx.Put(kMeta, kVocabularyName,
                Encoder().Unsigned(record.version).bytes());
}

absl::StatusOr<std::optional<VocabularyRecord>> GetVocabulary(
    const Reader& reader, uint64_t version) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<std::string> row,
      reader.Get(kVocabularies, KeyWriter().Number(version).bytes()));
  if (!row.has_value()) return std::nullopt;
  Decoder in(*row);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(in));
  VocabularyRecord record;
  record.version = in.Unsigned();
  record.yaml = in.String();
  record.file_name = in.String();
  record.applied_at = in.Time();
  record.actor = in.String();
  record.reason = in.String();
  record.revision = Revision(in.Unsigned());
  CONCORDAT_RETURN_IF_ERROR(in.Finish("vocabulary"));
  return record;
}

absl::StatusOr<uint64_t> NewestVocabularyVersion(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(kMeta, kVocabularyName));
  if (!row.has_value()) return 0;
  Decoder in(*row);
  const uint64_t version = in.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(in.Finish("meta"));
  return version;
}

}  // namespace concordat::rows
