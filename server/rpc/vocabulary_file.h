// The file of a vocabulary, as calls take it.
#ifndef CONCORDAT_SERVER_RPC_VOCABULARY_FILE_H_
#define CONCORDAT_SERVER_RPC_VOCABULARY_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace concordat {

// An actor, a reason, or the name of a file. Errors: LIMIT_EXCEEDED.
absl::Status CheckReason(absl::string_view field, const std::string& text);

// The text and its name, in the fields `yaml` and `file_name`. Errors:
// INVALID_FIELD where there is no text, LIMIT_EXCEEDED.
absl::Status CheckVocabularyFile(const std::string& yaml,
                                 const std::string& file_name);

// The name that messages call the file by.
std::string VocabularyFileName(const std::string& file_name);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_VOCABULARY_FILE_H_
