#include "client/simulate/csv.h"

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace concordat::simulate {
namespace {

constexpr size_t kBufferBytes = size_t{1} << 20;
constexpr int kEndOfFile = -1;

bool NeedsQuotes(absl::string_view field) {
  if (field.empty()) return false;
  if (field.front() == ' ' || field.back() == ' ') return true;
  for (const char c : field) {
    if (c == ',' || c == '"' || c == '\n' || c == '\r') return true;
  }
  return false;
}

void AppendField(absl::string_view field, std::string& out) {
  if (!NeedsQuotes(field)) {
    out.append(field.data(), field.size());
    return;
  }
  out.push_back('"');
  for (const char c : field) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace

CsvWriter::CsvWriter(std::string path, File file)
    : path_(std::move(path)), file_(std::move(file)) {
  std::setvbuf(file_.get(), nullptr, _IONBF, 0);
  buffer_.reserve(kBufferBytes + (kBufferBytes >> 3));
}

absl::StatusOr<std::unique_ptr<CsvWriter>> CsvWriter::Create(
    const std::string& path, absl::string_view header) {
  File file(std::fopen(path.c_str(), "wb"));
  if (file == nullptr) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  }
  std::unique_ptr<CsvWriter> writer(new CsvWriter(path, std::move(file)));
  writer->buffer_.append(header.data(), header.size());
  writer->buffer_.push_back('\n');
  return writer;
}

void CsvWriter::Row(std::initializer_list<absl::string_view> fields) {
  bool first = true;
  for (const absl::string_view field : fields) {
    if (!first) buffer_.push_back(',');
    first = false;
    AppendField(field, buffer_);
  }
  buffer_.push_back('\n');
  ++rows_;
  if (buffer_.size() >= kBufferBytes) Flush();
}

void CsvWriter::Flush() {
  if (status_.ok() && !buffer_.empty() &&
      std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) !=
          buffer_.size()) {
    status_ = absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path_));
  }
  buffer_.clear();
}

absl::Status CsvWriter::Finish() {
  Flush();
  if (std::fclose(file_.release()) != 0 && status_.ok()) {
    status_ = absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path_));
  }
  return status_;
}

CsvReader::CsvReader(std::string path, File file)
    : path_(std::move(path)), file_(std::move(file)), buffer_(kBufferBytes) {}

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(
    const std::string& path) {
  File file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
  }
  std::unique_ptr<CsvReader> reader(new CsvReader(path, std::move(file)));
  absl::StatusOr<bool> header = reader->ReadRow(reader->header_);
  if (!header.ok()) return header.status();
  if (!*header) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": empty; expected a header line"));
  }
  return reader;
}

absl::StatusOr<size_t> CsvReader::Column(absl::string_view name) const {
  for (size_t i = 0; i < header_.size(); ++i) {
    if (name == header_[i]) return i;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(path_, ": no column ", name, " in the header"));
}

int CsvReader::Get() {
  if (position_ == size_) {
    size_ = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
    position_ = 0;
    if (size_ == 0) return kEndOfFile;
  }
  return static_cast<unsigned char>(buffer_[position_++]);
}

absl::StatusOr<bool> CsvReader::AtEnd() const {
  if (std::ferror(file_.get()) == 0) return false;
  return absl::DataLossError(absl::StrCat("cannot read ", path_));
}

absl::StatusOr<bool> CsvReader::ReadRow(std::vector<std::string>& fields) {
  // Strings are reused from row to row.
  size_t count = 0;
  const auto next_field = [&]() -> std::string& {
    if (count == fields.size()) fields.emplace_back();
    fields[count].clear();
    return fields[count++];
  };
  int c = Get();
  if (c == kEndOfFile) return AtEnd();
  const int64_t line = line_;
  std::string* field = &next_field();
  bool quoted = false;
  while (quoted || (c != '\n' && c != kEndOfFile)) {
    if (c == kEndOfFile) {
      return absl::InvalidArgumentError(
          absl::StrCat(path_, ":", line, ": a quote is never closed"));
    }
    if (c == '\n') ++line_;
    if (c == '"') {
      const int next = Get();
      if (quoted && next == '"') {
        field->push_back('"');
      } else {
        quoted = !quoted;
        c = next;
        continue;
      }
    } else if (quoted) {
      field->push_back(static_cast<char>(c));
    } else if (c == ',') {
      field = &next_field();
    } else if (c != '\r') {
      field->push_back(static_cast<char>(c));
    }
    c = Get();
  }
  ++line_;
  fields.resize(count);
  return true;
}

absl::StatusOr<bool> CsvReader::Next(std::vector<std::string>& fields) {
  const int64_t line = line_;
  absl::StatusOr<bool> more = ReadRow(fields);
  if (!more.ok() || !*more) return more;
  if (fields.size() != header_.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_, ":", line, ": ", fields.size(),
                     " fields; the header has ", header_.size()));
  }
  return true;
}

}  // namespace concordat::simulate
