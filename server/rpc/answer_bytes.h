// How large an answer may be: a client takes no message over 4 MiB, and what is
// larger would fail for ever.
#ifndef CONCORDAT_SERVER_RPC_ANSWER_BYTES_H_
#define CONCORDAT_SERVER_RPC_ANSWER_BYTES_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "google/protobuf/repeated_field.h"
#include "graph/errors.h"
#include "graph/limits.h"

namespace concordat {

// What an answer may hold of what it lists; the rest is for what it says
// besides.
inline constexpr int64_t kAnswerBytesMax = limits::kMessageBytesMax - (1 << 19);

// Drops the last of the items where they have more bytes than an answer may;
// at least one stays. Gives how many do.
template <typename Item>
size_t CutToAnswer(google::protobuf::RepeatedPtrField<Item>* items) {
  size_t bytes = 0;
  for (int i = 0; i < items->size(); ++i) {
    bytes += (*items)[i].ByteSizeLong() + 8;  // and its tag and length
    if (i == 0 || bytes <= static_cast<size_t>(kAnswerBytesMax)) continue;
    items->DeleteSubrange(i, items->size() - i);
    break;
  }
  return static_cast<size_t>(items->size());
}

// For answers that have no pages: LIMIT_EXCEEDED where one is too large.
inline absl::Status CheckAnswerBytes(const google::protobuf::Message& answer) {
  const auto bytes = static_cast<int64_t>(answer.ByteSizeLong());
  if (bytes <= limits::kMessageBytesMax) return absl::OkStatus();
  return errors::LimitExceeded("message_bytes_max", bytes,
                               limits::kMessageBytesMax);
}

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_ANSWER_BYTES_H_
