#include "client/simulate/score.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/simulate/csv.h"

namespace concordat {
namespace simulate {
namespace {

// What one row says of a claim.
struct Row {
  Verdict verdict = Verdict::kNone;
  Verdict further = Verdict::kNone;
  std::string kind;  // of the truth only
};

Verdict ParseVerdict(absl::string_view name) {
  constexpr absl::string_view kPrefix = "VERDICT_";
  if (absl::StartsWith(name, kPrefix)) name.remove_prefix(kPrefix.size());
  for (int i = 1; i < kVerdicts; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (VerdictName(verdict) == name) return verdict;
  }
  return Verdict::kNone;
}

std::string Describe(const Row& row) {
  if (row.verdict == Verdict::kNone) return "not judged";
  std::string text(VerdictName(row.verdict));
  if (row.further != Verdict::kNone) {
    absl::StrAppend(&text, "/", VerdictName(row.further));
  }
  return text;
}

// One of the two files, row by row.
class RowSource {
 public:
  static absl::StatusOr<RowSource> Open(const std::string& path,
                                        bool with_kind) {
    absl::StatusOr<std::unique_ptr<CsvReader>> reader = CsvReader::Open(path);
    if (!reader.ok()) return reader.status();
    RowSource source;
    source.reader_ = *std::move(reader);
    struct Place {
      const char* name;
      size_t& place;
    };
    for (const Place& column :
         {Place{"claim_id", source.claim_id_},
          Place{"verdict", source.verdict_},
          Place{"further_verdict", source.further_},
          Place{with_kind ? "kind" : "claim_id", source.kind_}}) {
      absl::StatusOr<size_t> found = source.reader_->Column(column.name);
      if (!found.ok()) return found.status();
      column.place = *found;
    }
    source.with_kind_ = with_kind;
    return source;
  }

  // False at the end.
  absl::StatusOr<bool> Next(std::string& claim_id, Row& row) {
    absl::StatusOr<bool> more = reader_->Next(fields_);
    if (!more.ok() || !*more) return more;
    claim_id = fields_[claim_id_];
    row.verdict = ParseVerdict(fields_[verdict_]);
    row.further = ParseVerdict(fields_[further_]);
    row.kind = with_kind_ ? fields_[kind_] : "";
    return true;
  }

 private:
  std::unique_ptr<CsvReader> reader_;
  std::vector<std::string> fields_;
  size_t claim_id_ = 0;
  size_t verdict_ = 0;
  size_t further_ = 0;
  size_t kind_ = 0;
  bool with_kind_ = false;
};

using Waiting = absl::flat_hash_map<std::string, Row>;

// The row that waits for `claim_id`, taken out.
std::optional<Row> Take(Waiting& waiting, const std::string& claim_id) {
  const auto found = waiting.find(claim_id);
  if (found == waiting.end()) return std::nullopt;
  std::optional<Row> row = std::move(found->second);
  waiting.erase(found);
  return row;
}

void AddExample(const std::string& claim_id, const Row& truth,
                const std::string& judged, int examples_max, ScoreCard& card) {
  ++card.wrong_by_kind[truth.kind];
  if (static_cast<int>(card.examples.size()) < examples_max) {
    card.examples.push_back({claim_id, truth.kind, Describe(truth), judged});
  }
}

void Compare(const std::string& claim_id, const Row& truth, const Row& judged,
             int examples_max, ScoreCard& card) {
  ++card.matched;
  ++card.confusion[static_cast<size_t>(truth.verdict)]
                  [static_cast<size_t>(judged.verdict)];
  const bool same_verdict = truth.verdict == judged.verdict;
  if (same_verdict && truth.further == judged.further) return;
  ++card.mismatches;
  if (same_verdict) ++card.further_mismatches;
  AddExample(claim_id, truth, Describe(judged), examples_max, card);
}

// Claims that never found a partner, in order of their id.
void CountLeftovers(const Waiting& truths, const Waiting& results,
                    int examples_max, ScoreCard& card) {
  card.unexpected += static_cast<int64_t>(results.size());
  card.missing += static_cast<int64_t>(truths.size());
  std::vector<std::string> ids;
  for (const auto& [claim_id, row] : truths) ids.push_back(claim_id);
  std::sort(ids.begin(), ids.end());
  for (const std::string& claim_id : ids) {
    AddExample(claim_id, truths.at(claim_id), "missing", examples_max, card);
  }
}

}  // namespace
}  // namespace simulate

absl::StatusOr<ScoreCard> Score(const ScoreOptions& options) {
  using simulate::Row;
  using simulate::RowSource;
  absl::StatusOr<RowSource> truth = RowSource::Open(options.truth_path, true);
  if (!truth.ok()) return truth.status();
  absl::StatusOr<RowSource> results =
      RowSource::Open(options.results_path, false);
  if (!results.ok()) return results.status();

  ScoreCard card;
  simulate::Waiting truths_waiting;
  simulate::Waiting results_waiting;
  std::string claim_id;
  Row row;
  for (bool truth_more = true, results_more = true;
       truth_more || results_more;) {
    if (truth_more) {
      absl::StatusOr<bool> more = truth->Next(claim_id, row);
      if (!more.ok()) return more.status();
      truth_more = *more;
    }
    if (truth_more) {
      if (auto judged = simulate::Take(results_waiting, claim_id)) {
        simulate::Compare(claim_id, row, *judged, options.examples_max, card);
      } else {
        truths_waiting.insert_or_assign(claim_id, row);
      }
    }
    if (results_more) {
      absl::StatusOr<bool> more = results->Next(claim_id, row);
      if (!more.ok()) return more.status();
      results_more = *more;
    }
    if (results_more) {
      if (auto planted = simulate::Take(truths_waiting, claim_id)) {
        simulate::Compare(claim_id, *planted, row, options.examples_max, card);
      } else if (!results_waiting.emplace(claim_id, row).second) {
        ++card.unexpected;
      }
    }
  }
  simulate::CountLeftovers(truths_waiting, results_waiting,
                           options.examples_max, card);
  return card;
}

std::string ScoreCard::ToText() const {
  using simulate::kVerdictNames;
  using simulate::kVerdicts;
  constexpr int kFirst = 1;
  std::string text;
  // Columns are numbered as the rows are; only used ones are shown.
  absl::StrAppendFormat(&text, "%-19s %10s", "planted \\ judged", "planted");
  std::vector<int> columns;
  for (int judged = 0; judged < kVerdicts; ++judged) {
    int64_t count = 0;
    for (const auto& planted : confusion) {
      count += planted[static_cast<size_t>(judged)];
    }
    if (count == 0) continue;
    columns.push_back(judged);
    absl::StrAppendFormat(&text, " %9s",
                          judged == 0 ? "none" : absl::StrCat(judged));
  }
  text.push_back('\n');
  for (size_t planted = kFirst; planted < kVerdicts; ++planted) {
    int64_t total = 0;
    for (const int64_t count : confusion[planted]) total += count;
    if (total == 0) continue;
    absl::StrAppendFormat(&text, "%2d %-16s %10d", planted,
                          kVerdictNames[planted], total);
    for (const int judged : columns) {
      const int64_t count = confusion[planted][static_cast<size_t>(judged)];
      absl::StrAppendFormat(&text, " %9s",
                            count == 0 ? "." : absl::StrCat(count));
    }
    text.push_back('\n');
  }
  absl::StrAppendFormat(
      &text,
      "\n%d claims, %d judged otherwise than planted (%d of them only in the "
      "further verdict), %d missing from the results, %d unexpected\n",
      matched, mismatches, further_mismatches, missing, unexpected);
  for (const auto& [kind, count] : wrong_by_kind) {
    absl::StrAppendFormat(&text, "  wrong %-20s %10d\n", kind, count);
  }
  for (const ScoreExample& example : examples) {
    absl::StrAppend(&text, "  ", example.claim_id, " (", example.kind,
                    "): planted ", example.planted, ", judged ", example.judged,
                    "\n");
  }
  return text;
}

}  // namespace concordat
