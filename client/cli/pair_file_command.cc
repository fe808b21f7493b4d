// concordat values compare
#include <cstdio>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/values_text.h"
#include "client/import/line_reader.h"
#include "client/status_macros.h"
#include "client/values/pair_file.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {
namespace {

using values::PairVerdict;

constexpr PairVerdict kVerdicts[] = {PairVerdict::kSame, PairVerdict::kPartial,
                                     PairVerdict::kDifferent,
                                     PairVerdict::kUndecided};

// Rows of a table that are aligned, and shown, together.
constexpr int kPageRows = 1000;
// Different contexts that are kept read.
constexpr size_t kContextsMax = 10'000;

struct Flags {
  std::string file;
  bool only_missed = false;
  bool summary = false;
};

// Judges rows; what a type and a context mean is read once.
class RowJudge {
 public:
  absl::StatusOr<values::PairJudgement> Judge(const values::PairRow& row) {
    auto key = std::make_pair(row.type, row.context);
    auto found = contexts_.find(key);
    if (found == contexts_.end()) {
      CLIENT_ASSIGN_OR_RETURN(values::PairContext context, Parse(row));
      if (contexts_.size() >= kContextsMax) contexts_.clear();
      found = contexts_.emplace(std::move(key), std::move(context)).first;
    }
    return values::JudgePair(found->second, row.a, row.b);
  }

 private:
  static absl::StatusOr<values::PairContext> Parse(const values::PairRow& row) {
    absl::StatusOr<values::PairContext> context =
        values::ParseContext(row.type, row.context);
    if (context.ok()) return context;
    // Which of the two columns it is: a known type without context is fine.
    const bool type_is_known = values::ParseContext(row.type, "").ok();
    return values::PairFileError(row.line, type_is_known ? "context" : "type",
                                 context.status().message());
  }

  std::map<std::pair<std::string, std::string>, values::PairContext> contexts_;
};

// Prints pairs as they are judged, but for JSON and YAML, which are one object.
class Report {
 public:
  Report(OutputFormat format, const Flags& flags)
      : format_(format),
        flags_(flags),
        printer_(format, {"ID", "TYPE", "VERDICT", "LABEL", "REASON"}) {}

  void Add(const values::PairRow& row, const values::PairJudgement& judgement) {
    const bool missed = row.label.has_value() && row.label != judgement.verdict;
    if (row.label.has_value())
      confusion_[row.type].Add(*row.label, judgement.verdict);
    if (flags_.summary || (flags_.only_missed && !missed)) return;
    v1::JudgedPair pair;
    pair.set_id(row.id);
    pair.set_type(row.type);
    pair.set_verdict(values::PairVerdictName(judgement.verdict));
    if (row.label.has_value())
      pair.set_label(values::PairVerdictName(*row.label));
    pair.set_reason(judgement.reason);
    if (IsOneObject()) {
      *message_.add_pairs() = std::move(pair);
      return;
    }
    printer_.Add(pair, {pair.id(), pair.type(), pair.verdict(), pair.label(),
                        pair.reason()});
    if (++rows_ % kPageRows == 0) printer_.Flush();
  }

  // Prints the rest; whether a pair was missed.
  bool Finish() {
    values::Confusion all;
    for (const auto& [type, confusion] : confusion_) {
      AddConfusion(type, confusion);
      all.Add(confusion);
    }
    if (!confusion_.empty()) AddConfusion("", all);
    if (IsOneObject()) {
      PrintAnswer(format_, message_, "");
      return all.missed() > 0;
    }
    if (!flags_.summary) printer_.Flush();
    const bool is_table = format_ == OutputFormat::kTable;
    // In CSV the matrix would be no CSV.
    std::fprintf(is_table ? stdout : stderr, "%s%s",
                 is_table && !flags_.summary && !confusion_.empty() ? "\n" : "",
                 ConfusionText(message_).c_str());
    return all.missed() > 0;
  }

 private:
  bool IsOneObject() const {
    return format_ == OutputFormat::kJson || format_ == OutputFormat::kYaml;
  }

  void AddConfusion(const std::string& type,
                    const values::Confusion& confusion) {
    v1::PairConfusion* const message = message_.add_confusion();
    message->set_type(type);
    message->set_labelled(static_cast<int32_t>(confusion.total()));
    message->set_missed(static_cast<int32_t>(confusion.missed()));
    for (const PairVerdict label : kVerdicts) {
      for (const PairVerdict verdict : kVerdicts) {
        if (confusion.count(label, verdict) == 0) continue;
        v1::ConfusionCell* const cell = message->add_cells();
        cell->set_label(values::PairVerdictName(label));
        cell->set_verdict(values::PairVerdictName(verdict));
        cell->set_pairs(static_cast<int32_t>(confusion.count(label, verdict)));
      }
    }
    if (const std::optional<double> share = confusion.DifferentPrecision())
      message->set_different_precision(*share);
    if (const std::optional<double> share = confusion.DifferentRecall())
      message->set_different_recall(*share);
  }

  const OutputFormat format_;
  const Flags& flags_;
  ListPrinter printer_;
  int64_t rows_ = 0;
  v1::PairReport message_;
  std::map<std::string, values::Confusion> confusion_;
};

// Judges all pairs of the file into `report`. Every error is one of the file.
absl::Status JudgeFile(const std::string& file, Report& report) {
  CLIENT_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                          ByteSource::Open(file));
  LineReader reader(std::move(source));
  values::PairLines lines;
  RowJudge judge;
  for (;;) {
    CLIENT_ASSIGN_OR_RETURN(const LineReader::Event event, reader.Next());
    if (event == LineReader::Event::kEnd) return lines.Finish();
    const int64_t number = reader.position().line;
    if (event == LineReader::Event::kTooLong)
      return values::PairFileError(
          number, "",
          absl::StrCat("has more than the ", kRecordBytesMax,
                       " bytes that are allowed"));
    if (const absl::string_view problem = TextProblem(reader.line());
        !problem.empty())
      return values::PairFileError(number, "", problem);
    CLIENT_ASSIGN_OR_RETURN(const std::optional<values::PairRow> row,
                            lines.Next(reader.line()));
    if (!row.has_value()) continue;
    CLIENT_ASSIGN_OR_RETURN(const values::PairJudgement judgement,
                            judge.Judge(*row));
    report.Add(*row, judgement);
  }
}

absl::StatusOr<int> Compare(const App& app, const Flags& flags) {
  Report report(app.format(), flags);
  const absl::Status judged = JudgeFile(flags.file, report);
  if (!judged.ok())
    return UsageError(
        absl::StrCat(flags.file == "-" ? "standard input" : flags.file, ": ",
                     judged.message()));
  return report.Finish() ? kFound : kDone;
}

}  // namespace

void AddPairFileCommand(App& app) {
  CLI::App* const noun = app.Noun(
      "values", "What written values mean, and when they mean the same");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      noun, "compare",
      "Judge the pairs of a file without a server; where it has labels, exits "
      "with 1 if one is missed",
      "  concordat values compare pairs.tsv\n"
      "  concordat values compare pairs.tsv.gz --only-missed\n"
      "  printf 'id\\ttype\\tcontext\\ta\\tb\\n1\\tphone\\tregion=DE\\t"
      "030 123456\\t+49 30 123456\\n' |\n"
      "      concordat values compare -\n"
      "Columns are separated by tabs: id, type, context, a, b, and where "
      "there\n"
      "are labels label (SAME, PARTIAL, DIFFERENT, UNDECIDED) and reason.",
      [&app, flags] { return Compare(app, *flags); });
  verb->add_option("FILE", flags->file,
                   "Tab-separated pairs, .gz or not, - for standard input")
      ->required();
  verb->add_flag("--only-missed", flags->only_missed,
                 "Show only pairs whose label is another one");
  verb->add_flag("--summary", flags->summary,
                 "Show only verdicts against labels, no pairs");
}

}  // namespace concordat::client
