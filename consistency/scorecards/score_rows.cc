#include "consistency/scorecards/score_rows.h"

#include <optional>

#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {

void FindingCounts::Add(const FindingCounts& other) {
  opened += other.opened;
  reopened += other.reopened;
  resolved += other.resolved;
  time_to_fix.Add(other.time_to_fix);
}

void ClaimScore::Add(const ClaimScore& other) {
  for (size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  lag.Add(other.lag);
}

int64_t HoursOf(absl::Time time) {
  return absl::ToInt64Hours(time - absl::UnixEpoch());
}

namespace rows {
namespace {

constexpr char kClaims = 'c';
constexpr char kLabels = 'l';
constexpr char kFindings = 'f';
constexpr uint64_t kLayout = 1;

std::string PrefixOf(char kind, int64_t hour) {
  std::string key(1, kind);
  return key.append(KeyWriter().Number(static_cast<uint64_t>(hour)).bytes());
}

int64_t HourOfKey(absl::string_view key) {
  return static_cast<int64_t>(KeyReader(key.substr(1)).Number());
}

absl::Status CheckLayout(Decoder& in) {
  if (in.Unsigned() == kLayout) return absl::OkStatus();
  return errors::StorageVersion(
      "scores were written by a newer version of Concordat");
}

std::string Encode(const ClaimScores& scores) {
  Encoder out;
  out.Unsigned(kLayout).Unsigned(scores.size());
  for (const auto& [cell, score] : scores) {
    out.String(cell.channel).String(cell.entity_type).String(cell.attribute);
    out.String(cell.label).String(cell.value);
    for (size_t i = 0; i < score.counts.size(); ++i) {
      if (score.counts[i] != 0) out.Unsigned(i).Signed(score.counts[i]);
    }
    // No verdict is 0.
    out.Unsigned(0);
    score.lag.Encode(out);
  }
  return out.Take();
}

absl::Status VisitEncoded(
    int64_t hour, absl::string_view row,
    absl::FunctionRef<void(const ScoreCell& cell, const ClaimScore& score)>
        visit) {
  Decoder in(row);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(in));
  ScoreCell cell{.hour = hour, .label = {}, .value = {}};
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    cell.channel = in.String();
    cell.entity_type = in.String();
    cell.attribute = in.String();
    cell.label = in.String();
    cell.value = in.String();
    ClaimScore score;
    for (uint64_t verdict = in.Unsigned(); verdict != 0 && !in.failed();
         verdict = in.Unsigned()) {
      const int64_t count = in.Signed();
      if (verdict < score.counts.size()) score.counts[verdict] += count;
    }
    score.lag = DurationHistogram::Decode(in);
    if (!in.failed()) visit(cell, score);
  }
  return in.Finish("scores of claims");
}

std::string Encode(const FindingCounts& counts) {
  Encoder out;
  out.Unsigned(kLayout).Signed(counts.opened).Signed(counts.reopened);
  out.Signed(counts.resolved);
  counts.time_to_fix.Encode(out);
  return out.Take();
}

absl::Status AddEncoded(absl::string_view row, FindingCounts& counts) {
  Decoder in(row);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(in));
  FindingCounts read;
  read.opened = in.Signed();
  read.reopened = in.Signed();
  read.resolved = in.Signed();
  read.time_to_fix = DurationHistogram::Decode(in);
  CONCORDAT_RETURN_IF_ERROR(in.Finish("counts of findings"));
  counts.Add(read);
  return absl::OkStatus();
}

}  // namespace

absl::Status PutClaimScores(Transaction& tx, Revision through,
                            const ClaimScores& scores) {
  if (scores.empty()) return absl::OkStatus();
  const ScoreCell& cell = scores.front().first;
  return tx.Put(kScores,
                PrefixOf(cell.label.empty() ? kClaims : kLabels, cell.hour)
                    .append(KeyWriter().At(through).bytes()),
                Encode(scores));
}

absl::Status AddFindingCounts(Transaction& tx, const ScoreCell& cell,
                              const FindingCounts& counts) {
  const std::string key = PrefixOf(kFindings, cell.hour)
                              .append(KeyWriter()
                                          .String(cell.channel)
                                          .String(cell.entity_type)
                                          .String(cell.attribute)
                                          .bytes());
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             tx.Get(kScores, key));
  FindingCounts sum = counts;
  if (row.has_value()) CONCORDAT_RETURN_IF_ERROR(AddEncoded(*row, sum));
  return tx.Put(kScores, key, Encode(sum));
}

absl::Status VisitClaimScores(
    const Reader& reader, bool by_label, int64_t begin, int64_t end,
    absl::FunctionRef<void(const ScoreCell& cell, const ClaimScore& score)>
        visit) {
  const char kind = by_label ? kLabels : kClaims;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(kScores, PrefixOf(kind, begin), PrefixOf(kind, end),
                  [&](absl::string_view key, absl::string_view value) {
                    problem = VisitEncoded(HourOfKey(key), value, visit);
                    return problem.ok();
                  }));
  return problem;
}

absl::Status VisitFindingCounts(
    const Reader& reader, int64_t begin, int64_t end,
    absl::FunctionRef<void(const ScoreCell& cell, const FindingCounts& counts)>
        visit) {
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(kScores, PrefixOf(kFindings, begin), PrefixOf(kFindings, end),
                  [&](absl::string_view key, absl::string_view value) {
                    KeyReader in(key.substr(1));
                    ScoreCell cell{.hour = static_cast<int64_t>(in.Number()),
                                   .label = {},
                                   .value = {}};
                    cell.channel = in.String();
                    cell.entity_type = in.String();
                    cell.attribute = in.String();
                    FindingCounts counts;
                    problem = AddEncoded(value, counts);
                    if (problem.ok()) visit(cell, counts);
                    return problem.ok();
                  }));
  return problem;
}

absl::StatusOr<std::optional<int64_t>> FirstHourCounted(const Reader& reader) {
  std::optional<int64_t> first;
  const std::string prefix(1, kClaims);
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(kScores, prefix, PrefixEnd(prefix),
                  [&](absl::string_view key, absl::string_view) {
                    first = HourOfKey(key);
                    return false;
                  }));
  return first;
}

}  // namespace rows
}  // namespace concordat
