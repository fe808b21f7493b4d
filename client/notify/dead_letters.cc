#include "client/notify/dead_letters.h"

#include <google/protobuf/util/json_util.h>

#include "client/files.h"

namespace concordat::client {

absl::Status DeadLetters::Add(const v1::DeadLetter& letter) const {
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(letter, &text).ok())
    return absl::InternalError("a dead letter cannot be written as JSON");
  return AppendToFile(path_, text + "\n");
}

}  // namespace concordat::client
