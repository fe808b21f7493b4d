#include "client/notify/state_file.h"

#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

// Notifications that wait, with all the findings that they list.
constexpr int64_t kBytesMax = int64_t{256} << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<StateFile>> StateFile::Open(std::string path) {
  CLIENT_ASSIGN_OR_RETURN(std::unique_ptr<FileLock> lock,
                          FileLock::Take(absl::StrCat(path, ".lock")));
  return std::unique_ptr<StateFile>(
      new StateFile(std::move(path), std::move(lock)));
}

absl::StatusOr<v1::NotifyState> StateFile::Load() const {
  CLIENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path_, kBytesMax));
  v1::NotifyState state;
  if (!google::protobuf::util::JsonStringToMessage(text, &state).ok())
    return absl::DataLossError(absl::StrCat(
        path_, " is no state of `findings notify`; delete it to start anew"));
  return state;
}

absl::Status StateFile::Save(const v1::NotifyState& state) const {
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(state, &text).ok())
    return absl::InternalError("the state cannot be written as JSON");
  return ReplaceFile(path_, text + "\n", Durability::kPower);
}

}  // namespace concordat::client
