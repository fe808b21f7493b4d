#include "consistency/audits/audit_rows.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

#include "consistency/audits/cause_codec.h"
#include "consistency/audits/sampling_rows.h"
#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/personal.h"
#include "graph/status_macros.h"

namespace concordat::rows {
namespace {

using audits::AttributeTally;
using audits::AuditFinding;
using audits::AuditRecord;
using audits::VerdictCounts;

constexpr char kNext[] = "n";
constexpr char kSecret[] = "k";
constexpr uint64_t kSecretLayout = 1;
constexpr char kAuditRecord = 'a';
constexpr char kAuditSampling = 'e';
constexpr char kAuditFindings = 'f';
constexpr char kAuditRuns = 's';
constexpr uint64_t kRecordLayout = 1;
constexpr uint64_t kBlockLayout = 1;

std::string KeyOf(char kind, uint64_t number) {
  std::string key(1, kind);
  return key.append(KeyWriter().Number(number).bytes());
}

absl::Status CheckLayout(uint64_t layout, uint64_t known) {
  if (layout <= known && layout != 0) return absl::OkStatus();
  return errors::StorageVersion(
      "an audit was written by a newer version of Concordat");
}

void EncodeCounts(const VerdictCounts& counts, Encoder& out) {
  for (const int64_t count : counts) out.Signed(count);
}

VerdictCounts DecodeCounts(Decoder& in) {
  VerdictCounts counts{};
  for (int64_t& count : counts) count = in.Signed();
  return counts;
}

void EncodeNames(const std::set<std::string, std::less<>>& names,
                 Encoder& out) {
  out.Unsigned(names.size());
  for (const std::string& name : names) out.String(name);
}

std::set<std::string, std::less<>> DecodeNames(Decoder& in) {
  std::set<std::string, std::less<>> names;
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    names.insert(in.String());
  }
  return names;
}

std::string EncodeRecord(const AuditRecord& record) {
  Encoder out;
  out.Unsigned(kRecordLayout).Unsigned(static_cast<uint64_t>(record.state));
  out.Unsigned(static_cast<uint64_t>(record.source));
  out.String(record.channel).String(record.actor).String(record.description);
  EncodeNames(record.scope.entity_types, out);
  EncodeNames(record.scope.attributes, out);
  out.Unsigned(record.at.number()).Unsigned(record.vocabulary_version);
  out.Time(record.as_at).Time(record.started_at).Time(record.ended_at);
  out.String(record.error);
  out.Signed(record.rows).Signed(record.refused_rows);
  out.Signed(record.rows_out_of_scope).Signed(record.entities_covered);
  out.Signed(record.entities_missing).Unsigned(record.attributes.size());
  for (const AttributeTally& tally : record.attributes) {
    out.String(tally.entity_type).String(tally.attribute);
    EncodeCounts(tally.verdicts, out);
    out.Signed(tally.missing_values);
  }
  EncodeCounts(record.others, out);
  out.Unsigned(record.refused.size());
  for (const audits::RefusedExample& example : record.refused) {
    out.Signed(example.line).String(example.reason).String(example.message);
  }
  out.Signed(record.findings).Unsigned(record.previous);
  for (const VerdictCounts& counts : record.changes) EncodeCounts(counts, out);
  EncodeCauses(record.causes, out);
  out.Signed(record.unexplained);
  out.Unsigned(record.breakdown.size());
  for (const audits::BreakdownRow& row : record.breakdown) {
    out.String(row.dimension).String(row.value);
    out.Signed(row.agree).Signed(row.contradict);
  }
  out.Bool(record.breakdown_truncated);
  return out.Take();
}

absl::StatusOr<AuditRecord> ParseRecord(uint64_t number,
                                        absl::string_view value) {
  Decoder in(value);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(in.Unsigned(), kRecordLayout));
  AuditRecord record;
  record.number = number;
  record.state = static_cast<audits::AuditState>(in.Unsigned());
  record.source = static_cast<audits::AuditSource>(in.Unsigned());
  record.channel = in.String();
  record.actor = in.String();
  record.description = in.String();
  record.scope.entity_types = DecodeNames(in);
  record.scope.attributes = DecodeNames(in);
  record.at = Revision(in.Unsigned());
  record.vocabulary_version = in.Unsigned();
  record.as_at = in.Time();
  record.started_at = in.Time();
  record.ended_at = in.Time();
  record.error = in.String();
  record.rows = in.Signed();
  record.refused_rows = in.Signed();
  record.rows_out_of_scope = in.Signed();
  record.entities_covered = in.Signed();
  record.entities_missing = in.Signed();
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    AttributeTally& tally = record.attributes.emplace_back();
    tally.entity_type = in.String();
    tally.attribute = in.String();
    tally.verdicts = DecodeCounts(in);
    tally.missing_values = in.Signed();
  }
  record.others = DecodeCounts(in);
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    audits::RefusedExample& example = record.refused.emplace_back();
    example.line = in.Signed();
    example.reason = in.String();
    example.message = in.String();
  }
  record.findings = in.Signed();
  record.previous = in.Unsigned();
  for (VerdictCounts& counts : record.changes) counts = DecodeCounts(in);
  record.causes = DecodeCauses(in);
  record.unexplained = in.Signed();
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    audits::BreakdownRow& row = record.breakdown.emplace_back();
    row.dimension = in.String();
    row.value = in.String();
    row.agree = in.Signed();
    row.contradict = in.Signed();
  }
  record.breakdown_truncated = in.Bool();
  CONCORDAT_RETURN_IF_ERROR(in.Finish("audit"));
  return record;
}

void EncodeFinding(const AuditFinding& finding, absl::string_view channel,
                   RowEncoder& out) {
  out.Bool(finding.entity.has_value());
  if (finding.entity.has_value()) {
    out.String(finding.entity->type).String(finding.entity->id);
  }
  out.String(finding.subject).String(finding.attribute);
  out.Unsigned(static_cast<uint64_t>(finding.verdict));
  out.Unsigned(finding.further.has_value()
                   ? static_cast<uint64_t>(*finding.further)
                   : 0);
  out.Unsigned(static_cast<uint64_t>(finding.exposure)).Time(finding.said_at);
  const std::string subject = finding.entity.has_value()
                                  ? SubjectOf(*finding.entity)
                                  : SubjectOf(channel, finding.subject);
  const auto value = [&](const std::optional<std::string>& text) {
    out.Value(subject, text, finding.personal, /*erased=*/false);
  };
  value(finding.said);
  value(finding.truth);
  // Of a person who was erased nothing is left; this says so.
  if (finding.erased) {
    out.Value(subject, std::nullopt, finding.personal, /*erased=*/true);
  } else {
    value(finding.explanation);
  }
  out.Time(finding.true_since);
  out.Signed(absl::ToInt64Microseconds(finding.lag));
  out.Unsigned(finding.labels.size());
  for (const auto& [name, label] : finding.labels) {
    out.String(name).String(label);
  }
  out.Signed(finding.line).Signed(finding.rows);
  out.Unsigned(finding.first_audit).Unsigned(finding.gone_audit);
  out.Unsigned(finding.cause);
}

AuditFinding DecodeFinding(RowDecoder& in) {
  AuditFinding finding;
  if (in.Bool()) {
    std::string type = in.String();
    finding.entity = EntityId{std::move(type), in.String()};
  }
  finding.subject = in.String();
  finding.attribute = in.String();
  finding.verdict = static_cast<Verdict>(in.Unsigned());
  if (const uint64_t further = in.Unsigned(); further != 0) {
    finding.further = static_cast<Verdict>(further);
  }
  finding.exposure = static_cast<Exposure>(in.Unsigned());
  finding.said_at = in.Time();
  StoredValue said = in.Value();
  finding.said = std::move(said.text);
  StoredValue truth = in.Value();
  finding.truth = std::move(truth.text);
  StoredValue explanation = in.Value();
  finding.explanation = std::move(explanation.text).value_or("");
  finding.personal = explanation.personal;
  finding.erased = explanation.erased;
  finding.true_since = in.Time();
  finding.lag = absl::Microseconds(in.Signed());
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    std::string name = in.String();
    finding.labels.emplace_back(std::move(name), in.String());
  }
  finding.line = in.Signed();
  finding.rows = in.Signed();
  finding.first_audit = in.Unsigned();
  finding.gone_audit = in.Unsigned();
  finding.cause = static_cast<uint32_t>(in.Unsigned());
  return finding;
}

}  // namespace

absl::StatusOr<uint64_t> TakeAuditNumber(Transaction& tx) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             tx.Get(kAudits, kNext));
  uint64_t next = 1;
  if (row.has_value()) {
    Decoder in(*row);
    next = in.Unsigned();
    CONCORDAT_RETURN_IF_ERROR(in.Finish("number of the next audit"));
  }
  CONCORDAT_RETURN_IF_ERROR(
      tx.Put(kAudits, kNext, Encoder().Unsigned(next + 1).bytes()));
  return next;
}

absl::StatusOr<std::string> GetAuditSecret(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(kAudits, kSecret));
  if (!row.has_value()) return std::string();
  Decoder in(*row);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(in.Unsigned(), kSecretLayout));
  std::string secret = in.String();
  CONCORDAT_RETURN_IF_ERROR(in.Finish("secret of audits"));
  return secret;
}

absl::Status PutAuditSecret(Transaction& tx, absl::string_view secret) {
  return tx.Put(kAudits, kSecret,
                Encoder().Unsigned(kSecretLayout).String(secret).bytes());
}

absl::Status PutAudit(Transaction& tx, const AuditRecord& record) {
  if (record.sampling.has_value()) {
    CONCORDAT_RETURN_IF_ERROR(tx.Put(kAudits,
                                     KeyOf(kAuditSampling, record.number),
                                     EncodeAuditSampling(record)));
  }
  return tx.Put(kAudits, KeyOf(kAuditRecord, record.number),
                EncodeRecord(record));
}

absl::StatusOr<std::optional<AuditRecord>> GetAudit(const Reader& reader,
                                                    uint64_t number) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(kAudits, KeyOf(kAuditRecord, number)));
  if (!row.has_value()) return std::optional<AuditRecord>();
  CONCORDAT_ASSIGN_OR_RETURN(AuditRecord record, ParseRecord(number, *row));
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<std::string> sampling,
      reader.Get(kAudits, KeyOf(kAuditSampling, number)));
  if (sampling.has_value()) {
    CONCORDAT_RETURN_IF_ERROR(ParseAuditSampling(*sampling, record));
  }
  return std::optional(std::move(record));
}

// Rows are read forward only. There are few audits.
absl::Status VisitAudits(
    const Reader& reader, uint64_t before,
    absl::FunctionRef<bool(const AuditRecord& record)> visit) {
  std::vector<uint64_t> numbers;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(kAudits, KeyOf(kAuditRecord, 0),
                  before == 0 ? std::string(1, kAuditRecord + 1)
                              : KeyOf(kAuditRecord, before),
                  [&](absl::string_view key, absl::string_view) {
                    numbers.push_back(KeyReader(key.substr(1)).Number());
                    return true;
                  }));
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<AuditRecord> record,
                               GetAudit(reader, *number));
    if (record.has_value() && !visit(*record)) break;
  }
  return absl::OkStatus();
}

std::string AuditBlockKey(uint64_t number, uint32_t run, uint32_t block) {
  KeyWriter place;
  if (run != 0) place.Short(run);
  place.Short(block);
  return KeyOf(run == 0 ? kAuditFindings : kAuditRuns, number)
      .append(place.bytes());
}

std::string EncodeAuditFindings(absl::Span<const AuditFinding> block,
                                absl::string_view channel) {
  RowEncoder out;
  out.Unsigned(kBlockLayout).Unsigned(block.size());
  for (const AuditFinding& finding : block) {
    EncodeFinding(finding, channel, out);
  }
  return out.TakeRow();
}

absl::StatusOr<std::vector<AuditFinding>> ParseAuditFindings(
    absl::string_view row) {
  RowDecoder in(row);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(in.Unsigned(), kBlockLayout));
  std::vector<AuditFinding> findings;
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    findings.push_back(DecodeFinding(in));
  }
  CONCORDAT_RETURN_IF_ERROR(in.Finish("findings of an audit"));
  return findings;
}

absl::StatusOr<std::vector<uint64_t>> AuditsWithBlocks(const Reader& reader,
                                                       bool runs_only) {
  std::set<uint64_t> numbers;
  for (const char kind : {kAuditRuns, kAuditFindings}) {
    if (runs_only && kind == kAuditFindings) break;
    const std::string prefix(1, kind);
    std::string from = prefix;
    for (bool more = true; more;) {
      more = false;
      CONCORDAT_RETURN_IF_ERROR(reader.Scan(
          kAudits, from, PrefixEnd(prefix),
          [&](absl::string_view key, absl::string_view) {
            const uint64_t number = KeyReader(key.substr(1)).Number();
            numbers.insert(number);
            from = PrefixEnd(KeyOf(kind, number));
            more = true;
            return false;
          }));
    }
  }
  return std::vector<uint64_t>(numbers.begin(), numbers.end());
}

absl::StatusOr<bool> RemoveAuditBlocks(Transaction& tx, uint64_t number,
                                       bool runs_only, size_t blocks_max) {
  for (const char kind : {kAuditRuns, kAuditFindings}) {
    if (runs_only && kind == kAuditFindings) break;
    const std::string prefix = KeyOf(kind, number);
    std::vector<std::string> keys;
    CONCORDAT_RETURN_IF_ERROR(
        tx.Scan(kAudits, prefix, PrefixEnd(prefix),
                [&](absl::string_view key, absl::string_view) {
                  keys.emplace_back(key);
                  return keys.size() < blocks_max;
                }));
    for (const std::string& key : keys) {
      CONCORDAT_RETURN_IF_ERROR(tx.Delete(kAudits, key));
    }
    if (!keys.empty()) return true;
  }
  return false;
}

absl::Status DeleteAudit(Transaction& tx, uint64_t number) {
  CONCORDAT_RETURN_IF_ERROR(tx.Delete(kAudits, KeyOf(kAuditSampling, number)));
  return tx.Delete(kAudits, KeyOf(kAuditRecord, number));
}

}  // namespace concordat::rows
