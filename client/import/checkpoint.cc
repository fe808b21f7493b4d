#include "client/import/checkpoint.h"

#include <google/protobuf/util/json_util.h>

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/files.h"
#include "client/status_macros.h"

namespace concordat::client {

absl::StatusOr<v1::ImportCheckpoint> LoadCheckpoint(const std::string& path) {
  CLIENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, 1 << 16));
  v1::ImportCheckpoint checkpoint;
  if (!google::protobuf::util::JsonStringToMessage(text, &checkpoint).ok())
    return absl::DataLossError(
        absl::StrCat(path, " is no checkpoint; delete it to start anew"));
  return checkpoint;
}

absl::Status SaveCheckpoint(const std::string& path,
                            const v1::ImportCheckpoint& checkpoint) {
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(checkpoint, &text).ok())
    return absl::InternalError("the checkpoint cannot be written as JSON");
  return ReplaceFile(path, text + "\n");
}

void RemoveCheckpoint(const std::string& path) { std::remove(path.c_str()); }

}  // namespace concordat::client
