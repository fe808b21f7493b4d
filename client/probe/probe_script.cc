#include "client/probe/probe_script.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/files.h"
#include "client/import/csv_reader.h"
#include "client/import/line_reader.h"
#include "client/status_macros.h"
#include "proto/yaml_reader.h"

namespace concordat::client {
namespace {

constexpr size_t kProblemsMax = 20;
constexpr int64_t kScriptBytesMax = 16 << 20;

absl::Status StatusOf(const std::vector<std::string>& problems) {
  if (problems.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(problems, "\n"));
}

// What is wrong with a question; empty: nothing.
std::string ProblemOf(const v1::ScriptedQuestion& question) {
  const size_t slash = question.subject().find('/');
  if (slash == std::string::npos || slash == 0 ||
      slash + 1 == question.subject().size()) {
    return "subject: write TYPE/ID, such as customer/4711";
  }
  if (question.attribute().empty()) return "attribute: is required";
  return "";
}

absl::StatusOr<v1::ProbeScript> ParseYaml(const std::string& file_name) {
  CLIENT_ASSIGN_OR_RETURN(const std::string text,
                          ReadFile(file_name, kScriptBytesMax));
  v1::ProbeScript script;
  const YamlResult read = ReadYaml(text, script);
  std::vector<std::string> problems;
  for (const YamlProblem& problem : read.problems) {
    problems.push_back(WriteYamlProblem(file_name, problem));
  }
  for (int i = 0; i < script.questions_size() && read.ok(); ++i) {
    const std::string problem = ProblemOf(script.questions(i));
    if (problem.empty() || problems.size() >= kProblemsMax) continue;
    const std::string path = absl::StrCat("questions[", i, "]");
    problems.push_back(absl::StrCat(file_name, ":", read.LineOf(path), ": ",
                                    path, ".", problem));
  }
  if (problems.empty() && script.questions().empty()) {
    problems.push_back(absl::StrCat(file_name, ": questions: has none"));
  }
  CLIENT_RETURN_IF_ERROR(StatusOf(problems));
  return script;
}

// Which cell of a row has what; npos: none.
struct Columns {
  size_t subject = std::string::npos;
  size_t attribute = std::string::npos;
  size_t question = std::string::npos;
  size_t channels = std::string::npos;
};

absl::StatusOr<Columns> ReadHeader(absl::Span<const absl::string_view> cells,
                                   absl::string_view file_name) {
  Columns columns;
  for (size_t i = 0; i < cells.size(); ++i) {
    size_t* const column = cells[i] == "subject"     ? &columns.subject
                           : cells[i] == "attribute" ? &columns.attribute
                           : cells[i] == "question"  ? &columns.question
                           : cells[i] == "channels"  ? &columns.channels
                                                     : nullptr;
    if (column == nullptr || *column != std::string::npos) {
      return absl::InvalidArgumentError(absl::StrCat(
          file_name, ":1: column `", cells[i],
          "`: there are subject, attribute, question and channels, each once"));
    }
    *column = i;
  }
  if (columns.subject == std::string::npos ||
      columns.attribute == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        file_name, ":1: write the header subject,attribute[,question]"));
  }
  return columns;
}

v1::ScriptedQuestion QuestionOf(const Columns& columns,
                                absl::Span<const absl::string_view> cells) {
  const auto cell = [&](size_t column) {
    return column < cells.size() ? std::string(cells[column]) : std::string();
  };
  v1::ScriptedQuestion question;
  question.set_subject(cell(columns.subject));
  question.set_attribute(cell(columns.attribute));
  question.set_question(cell(columns.question));
  const std::string channels = cell(columns.channels);
  for (const absl::string_view channel :
       absl::StrSplit(channels, ' ', absl::SkipEmpty())) {
    question.add_channels(std::string(channel));
  }
  return question;
}

absl::StatusOr<v1::ProbeScript> ParseCsv(const std::string& file_name) {
  CLIENT_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                          ByteSource::Open(file_name));
  LineReader lines(std::move(source));
  CsvReader reader(&lines, ',');
  v1::ProbeScript script;
  std::vector<std::string> problems;
  Columns columns;
  bool has_header = false;
  while (problems.size() < kProblemsMax &&
         script.questions_size() <= kScriptQuestionsMax) {
    CLIENT_ASSIGN_OR_RETURN(const CsvReader::Event event, reader.Next());
    if (event == CsvReader::Event::kEnd) break;
    if (event == CsvReader::Event::kBad) {
      problems.push_back(absl::StrCat(file_name, ":", reader.bad_line(), ": ",
                                      reader.problem()));
      continue;
    }
    if (!has_header) {
      CLIENT_ASSIGN_OR_RETURN(columns,
                              ReadHeader(reader.row().cells, file_name));
      has_header = true;
      continue;
    }
    v1::ScriptedQuestion question = QuestionOf(columns, reader.row().cells);
    const std::string problem = ProblemOf(question);
    if (!problem.empty()) {
      problems.push_back(
          absl::StrCat(file_name, ":", reader.row().line, ": ", problem));
    }
    *script.add_questions() = std::move(question);
  }
  if (problems.empty() && script.questions().empty()) {
    problems.push_back(absl::StrCat(file_name, ": has no question"));
  }
  CLIENT_RETURN_IF_ERROR(StatusOf(problems));
  return script;
}

}  // namespace

absl::StatusOr<v1::ProbeScript> ReadProbeScript(const std::string& path) {
  const bool is_csv =
      absl::EndsWith(path, ".csv") || absl::EndsWith(path, ".csv.gz");
  CLIENT_ASSIGN_OR_RETURN(v1::ProbeScript script,
                          is_csv ? ParseCsv(path) : ParseYaml(path));
  if (script.questions_size() > kScriptQuestionsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": has ", script.questions_size(),
                     " questions; at most ", kScriptQuestionsMax));
  }
  return script;
}

}  // namespace concordat::client
