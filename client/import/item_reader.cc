#include "client/import/item_reader.h"

#include <google/protobuf/util/json_util.h>

#include <utility>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/import/csv_reader.h"
#include "client/import/long_rows.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

// How much of a file is looked at to tell JSON lines from CSV.
constexpr size_t kPeekBytes = 64;

class CsvItemReader final : public ItemReader {
 public:
  CsvItemReader(std::unique_ptr<LineReader> lines_arg, std::string fingerprint,
                char delimiter, std::unique_ptr<RowMapper> mapper)
      : ItemReader(std::move(lines_arg), std::move(fingerprint)),
        csv_(&lines(), delimiter),
        mapper_(std::move(mapper)) {}

  absl::Status ReadHeader() {
    CLIENT_ASSIGN_OR_RETURN(const CsvReader::Event event, csv_.Next());
    switch (event) {
      case CsvReader::Event::kRow:
        return mapper_->Bind(csv_.row().cells);
      case CsvReader::Event::kBad:
        return absl::InvalidArgumentError(
            absl::StrCat("the header cannot be read: ", csv_.problem()));
      case CsvReader::Event::kEnd:
        break;
    }
    return absl::InvalidArgumentError("the file is empty; it needs a header");
  }

  absl::StatusOr<Event> Next(Batch& batch) override {
    CLIENT_ASSIGN_OR_RETURN(const CsvReader::Event event, csv_.Next());
    switch (event) {
      case CsvReader::Event::kEnd:
        return Event::kEnd;
      case CsvReader::Event::kBad:
        problem_ = {csv_.bad_line(), "", csv_.problem()};
        return Event::kBad;
      case CsvReader::Event::kRow:
        break;
    }
    if (mapper_->Map(csv_.row(), batch, problem_)) return Event::kRow;
    problem_.line = csv_.row().line;
    return Event::kBad;
  }

 private:
  CsvReader csv_;
  const std::unique_ptr<RowMapper> mapper_;
};

// The field that a message of the JSON library starts with: `(said_at): …` or
// `chanel: …`; empty: none.
std::string PathOf(absl::string_view message) {
  absl::string_view path = message.substr(0, message.find(": "));
  if (path.size() == message.size() || path.size() > 64) return "";
  absl::ConsumePrefix(&path, "(");
  absl::ConsumeSuffix(&path, ")");
  for (const char c : path)
    if (!absl::ascii_isalnum(c) &&
        absl::string_view("_.[]").find(c) == absl::string_view::npos)
      return "";
  return std::string(path);
}

class JsonItemReader final : public ItemReader {
 public:
  JsonItemReader(std::unique_ptr<LineReader> lines_arg, std::string fingerprint,
                 ItemKind kind)
      : ItemReader(std::move(lines_arg), std::move(fingerprint)), kind_(kind) {}

  absl::StatusOr<Event> Next(Batch& batch) override {
    absl::string_view text;
    while (text.empty()) {
      CLIENT_ASSIGN_OR_RETURN(const LineReader::Event event, lines().Next());
      if (event == LineReader::Event::kEnd) return Event::kEnd;
      problem_ = {position().line, "", ""};
      if (event == LineReader::Event::kTooLong) {
        problem_.reason =
            absl::StrCat("the line is longer than ", kRecordBytesMax, " bytes");
        return Event::kBad;
      }
      text = absl::StripAsciiWhitespace(lines().line());
    }
    problem_.reason = std::string(TextProblem(text));
    if (!problem_.reason.empty() || !Parse(text, batch)) return Event::kBad;
    return Event::kRow;
  }

 private:
  bool Parse(absl::string_view text, Batch& batch) {
    const size_t before = batch.size();
    const int64_t line = problem_.line;
    if (kind_ == ItemKind::kClaims) {
      v1::Claim& claim = *batch.AddClaim(line);
      if (!ParseMessage(text, claim)) {
        batch.Truncate(before);
        return false;
      }
      IdentifyClaim(fingerprint(), line, claim);
      return true;
    }
    v1::Change& change = *batch.AddChange(line);
    google::protobuf::Message* message = nullptr;
    if (kind_ == ItemKind::kFacts) message = change.mutable_put_fact();
    if (kind_ == ItemKind::kRelations) message = change.mutable_put_relation();
    if (kind_ == ItemKind::kLinks) message = change.mutable_put_link();
    if (ParseMessage(text, *message)) return true;
    batch.Truncate(before);
    return false;
  }

  // The library's message may quote the value, which may be personal; only the
  // path before it is kept.
  bool ParseMessage(absl::string_view text,
                    google::protobuf::Message& message) {
    const auto status = google::protobuf::util::JsonStringToMessage(
        google::protobuf::StringPiece(text.data(), text.size()), &message);
    if (status.ok()) return true;
    problem_.reason = absl::StrCat("not a JSON object with the fields of ",
                                   message.GetDescriptor()->full_name());
    problem_.column = PathOf(
        absl::string_view(status.message().data(), status.message().size()));
    return false;
  }

  const ItemKind kind_;
};

std::string FingerprintOf(const ByteSource& source,
                          const ItemReaderOptions& options) {
  std::string content = source.fingerprint();
  if (content.empty()) {
    absl::BitGen random;
    content = absl::StrCat(absl::Uniform<uint64_t>(random),
                           absl::Uniform<uint64_t>(random));
  }
  return StableHash(
      absl::StrCat(content, ":", NameOf(options.kind), ":",
                   options.mapping.has_value() ? options.mapping->yaml : ""));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ItemReader>> ItemReader::Open(
    ItemReaderOptions options) {
  CLIENT_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                          ByteSource::Open(options.path));
  return Open(std::move(options), std::move(source));
}

absl::StatusOr<std::unique_ptr<ItemReader>> ItemReader::Open(
    ItemReaderOptions options, std::unique_ptr<ByteSource> source) {
  std::string fingerprint = FingerprintOf(*source, options);
  auto lines = std::make_unique<LineReader>(std::move(source));
  CLIENT_ASSIGN_OR_RETURN(absl::string_view start, lines->Peek(kPeekBytes));
  absl::ConsumePrefix(&start, "\xEF\xBB\xBF");
  start = absl::StripLeadingAsciiWhitespace(start);
  if (!options.mapping.has_value() && absl::StartsWith(start, "{"))
    return std::make_unique<JsonItemReader>(
        std::move(lines), std::move(fingerprint), options.kind);
  char delimiter = ',';
  std::unique_ptr<RowMapper> mapper;
  if (options.mapping.has_value()) {
    delimiter = options.mapping->delimiter;
    mapper = NewWideRowMapper(*std::move(options.mapping), fingerprint);
  } else {
    mapper = NewLongRowMapper(options.kind,
                              {std::move(options.entity_types), fingerprint,
                               std::move(options.channel)});
  }
  auto reader = std::make_unique<CsvItemReader>(
      std::move(lines), std::move(fingerprint), delimiter, std::move(mapper));
  CLIENT_RETURN_IF_ERROR(reader->ReadHeader());
  return reader;
}

}  // namespace concordat::client
