// How far an import came, in a file beside the imported one.
#ifndef CONCORDAT_CLIENT_IMPORT_CHECKPOINT_H_
#define CONCORDAT_CLIENT_IMPORT_CHECKPOINT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {

// NOT_FOUND where there is none; DATA_LOSS where it cannot be read.
absl::StatusOr<v1::ImportCheckpoint> LoadCheckpoint(const std::string& path);

// Replaces the file at once: a crash leaves the old one or the new one.
absl::Status SaveCheckpoint(const std::string& path,
                            const v1::ImportCheckpoint& checkpoint);

// Fine where there is none.
void RemoveCheckpoint(const std::string& path);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_CHECKPOINT_H_
