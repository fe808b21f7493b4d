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
// Findings: 2 has the explanation as a personal value.
constexpr uint64_t kFindingLayout = 2;
constexpr size_t kClaimKeyBytes = 16;
constexpr char kVocabularyName[] = "vocabulary";

absl::Status NewerLayout() {
  return errors::StorageVersion(
      "a record has a layout of a newer version; start that version");
}

absl::Status CheckLayout(Decoder& decoder) {
  return decoder.Unsigned() == kLayout ? absl::OkStatus() : NewerLayout();
}

std::string RankKey(const Finding& finding) {
  std::string key(1, static_cast<char>(RankOf(finding)));
  return key + finding.id;
}

absl::StatusOr<Finding> ParseFinding(absl::string_view id,
                                     absl::string_view value) {
  RowDecoder in(value);
  const uint64_t layout = in.Unsigned();
  if (layout == 0 || layout > kFindingLayout) return NewerLayout();
  Finding finding;
  finding.id = std::string(id);
  finding.subject.entity.type = in.String();
  finding.subject.entity.id = in.String();
  finding.subject.attribute = in.String();
  finding.subject.channel = in.String();
  finding.subject.family = static_cast<FindingFamily>(in.Unsigned());
  finding.state = static_cast<FindingState>(in.Unsigned());
  finding.verdict = static_cast<Verdict>(in.Unsigned());
  finding.exposure = static_cast<Exposure>(in.Unsigned());
  finding.count = in.Signed();
  finding.first_said_at = in.Time();
  finding.last_said_at = in.Time();
  finding.settled_until = in.Time();
  finding.claim = DecodeClaim(in);
  finding.judged_at = Revision(in.Unsigned());
  finding.vocabulary_version = in.Unsigned();
  if (layout == 1) {
    finding.explanation = in.String();
  } else {
    StoredValue explanation = in.Value();
    finding.explanation = std::move(explanation.text).value_or("");
    finding.erased = explanation.erased;
  }
  finding.changed_at = Revision(in.Unsigned());
  finding.events = static_cast<uint32_t>(in.Unsigned());
  CONCORDAT_RETURN_IF_ERROR(in.Finish("finding"));
  return finding;
}

absl::StatusOr<FindingEvent> ParseFindingEvent(absl::string_view value) {
  Decoder in(value);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(in));
  FindingEvent event;
  event.state = static_cast<FindingState>(in.Unsigned());
  event.verdict = static_cast<Verdict>(in.Unsigned());
  event.at = in.Time();
  event.actor = in.String();
  event.revision = Revision(in.Unsigned());
  CONCORDAT_RETURN_IF_ERROR(in.Finish("finding event"));
  return event;
}

}  // namespace

std::vector<Space> AllSpaces() {
  std::vector<Space> spaces(std::begin(kGraphSpaces), std::end(kGraphSpaces));
  for (const Space space :
       {kClaims, kClaimKeys, kHeld, kFindings, kFindingEvents, kFindingRanks,
        kVocabularies, kFindingLog, kHeldRuns, kHeldChanges, kHeldFilters}) {
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

absl::StatusOr<std::optional<Finding>> GetFinding(const Reader& reader,
                                                  absl::string_view id) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(kFindings, id));
  if (!row.has_value()) return std::nullopt;
  return ParseFinding(id, *row);
}

absl::Status PutFinding(Transaction& tx, const Finding& finding,
                        const std::optional<Finding>& before) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyFinding));
  const FindingSubject& subject = finding.subject;
  const std::string person = SubjectOf(subject.entity);
  RowEncoder out;
  out.Unsigned(kFindingLayout)
      .String(subject.entity.type)
      .String(subject.entity.id);
  out.String(subject.attribute).String(subject.channel);
  out.Unsigned(static_cast<uint64_t>(subject.family));
  out.Unsigned(static_cast<uint64_t>(finding.state));
  out.Unsigned(static_cast<uint64_t>(finding.verdict));
  out.Unsigned(static_cast<uint64_t>(finding.exposure));
  out.Signed(finding.count).Time(finding.first_said_at);
  out.Time(finding.last_said_at).Time(finding.settled_until);
  EncodeClaim(finding.claim, person, out);
  out.Unsigned(finding.judged_at.number());
  out.Unsigned(finding.vocabulary_version);
  out.Value(person, finding.explanation, /*personal=*/true, finding.erased);
  out.Unsigned(finding.changed_at.number()).Unsigned(finding.events);
  CONCORDAT_RETURN_IF_ERROR(tx.Put(kFindings, finding.id, out.TakeRow()));
  const std::string rank = RankKey(finding);
  if (before.has_value()) {
    const std::string rank_before = RankKey(*before);
    if (rank_before == rank) return absl::OkStatus();
    CONCORDAT_RETURN_IF_ERROR(tx.Delete(kFindingRanks, rank_before));
  }
  return tx.Put(kFindingRanks, rank, "");
}

absl::Status PutFindingEvent(Transaction& tx, const Finding& finding,
                             const FindingEvent& event) {
  Encoder out;
  out.Unsigned(kLayout).Unsigned(static_cast<uint64_t>(event.state));
  out.Unsigned(static_cast<uint64_t>(event.verdict)).Time(event.at);
  out.String(event.actor).Unsigned(event.revision.number());
  CONCORDAT_RETURN_IF_ERROR(
      tx.Put(kFindingEvents,
             KeyWriter().String(finding.id).Short(finding.events).bytes(),
             out.bytes()));
  return tx.Put(kFindingLog,
                KeyWriter()
                    .At(event.revision)
                    .String(finding.id)
                    .Short(finding.events)
                    .bytes(),
                "");
}

absl::StatusOr<LoggedFindingEvent> ParseFindingLogKey(absl::string_view key) {
  KeyReader keys(key);
  keys.At();
  LoggedFindingEvent event{keys.String(), keys.Short()};
  if (keys.ok() && keys.rest().empty()) return event;
  return errors::StorageCorrupt("a key of the finding log has the wrong shape");
}

absl::StatusOr<FindingEvent> GetFindingEvent(const Reader& reader,
                                             const LoggedFindingEvent& logged) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<std::string> row,
      reader.Get(
          kFindingEvents,
          KeyWriter().String(logged.finding_id).Short(logged.number).bytes()));
  if (!row.has_value()) {
    return errors::StorageCorrupt("the finding log names an event that is not");
  }
  return ParseFindingEvent(*row);
}

absl::StatusOr<std::vector<FindingEvent>> GetFindingEvents(
    const Reader& reader, absl::string_view id) {
  std::vector<FindingEvent> events;
  absl::Status problem;
  const std::string prefix = KeyWriter().String(id).Take();
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      kFindingEvents, prefix, PrefixEnd(prefix),
      [&](absl::string_view, absl::string_view value) {
        absl::StatusOr<FindingEvent> event = ParseFindingEvent(value);
        problem = event.status();
        if (event.ok()) events.push_back(*std::move(event));
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return events;
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
