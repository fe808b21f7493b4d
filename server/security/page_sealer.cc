#include "server/security/page_sealer.h"

#include <utility>

namespace concordat {
namespace {

constexpr char kContext[] = "page token";

}  // namespace

void PageSealer::Start(absl::string_view key) {
  const MutexLock lock(&mutex_);
  key_ = SubjectKey::From(key);
}

std::string PageSealer::Seal(absl::string_view plain) const {
  const MutexLock lock(&mutex_);
  if (!key_.has_value()) return "";
  // Where there is no randomness, no page follows this one: an empty token is
  // refused when it comes back.
  return cipher_.Seal(*key_, kContext, plain).value_or("");
}

std::optional<std::string> PageSealer::Open(absl::string_view sealed) const {
  const MutexLock lock(&mutex_);
  if (!key_.has_value()) return std::nullopt;
  absl::StatusOr<std::string> plain = cipher_.Open(*key_, kContext, sealed);
  if (!plain.ok()) return std::nullopt;
  return *std::move(plain);
}

}  // namespace concordat
