#include "server/rpc/vocabulary_file.h"

#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr char kUnnamedFile[] = "vocabulary";

}  // namespace

absl::Status CheckReason(absl::string_view field, const std::string& text) {
  if (static_cast<int64_t>(text.size()) > limits::kReasonBytesMax) {
    return errors::LimitExceeded("reason_bytes_max", text.size(),
                                 limits::kReasonBytesMax, field);
  }
  return absl::OkStatus();
}

absl::Status CheckVocabularyFile(const std::string& yaml,
                                 const std::string& file_name) {
  CONCORDAT_RETURN_IF_ERROR(CheckReason("file_name", file_name));
  if (yaml.empty()) {
    return errors::InvalidField("yaml", "must hold the text of a vocabulary");
  }
  if (static_cast<int64_t>(yaml.size()) > limits::kVocabularyBytesMax) {
    return errors::LimitExceeded("vocabulary_bytes_max", yaml.size(),
                                 limits::kVocabularyBytesMax, "yaml");
  }
  return absl::OkStatus();
}

std::string VocabularyFileName(const std::string& file_name) {
  return file_name.empty() ? kUnnamedFile : file_name;
}

}  // namespace concordat
