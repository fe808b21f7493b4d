#include "graph/staged_transaction.h"

#include <cstdint>
#include <string_view>

#include "graph/status_macros.h"

namespace concordat {
namespace {

// What std::map compares keys with.
std::string_view KeyOf(absl::string_view key) {
  return std::string_view(key.data(), key.size());
}

}  // namespace

absl::StatusOr<std::optional<std::string>> StagedTransaction::Get(
    Space space, absl::string_view key) const {
  const Rows& rows = staged_[space.id];
  const auto found = rows.find(KeyOf(key));
  if (found != rows.end()) return found->second;
  return base_.Get(space, key);
}

absl::Status StagedTransaction::Scan(
    Space space, absl::string_view begin, absl::string_view end,
    absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const {
  if (!end.empty() && end <= begin) return absl::OkStatus();
  const Rows& rows = staged_[space.id];
  auto next = rows.lower_bound(KeyOf(begin));
  const auto last = end.empty() ? rows.end() : rows.lower_bound(KeyOf(end));
  bool goes_on = true;
  // Visits the staged rows before `key`; of all that are left where there is
  // no key.
  const auto visit_staged = [&](std::optional<absl::string_view> key) {
    while (goes_on && next != last &&
           (!key.has_value() || absl::string_view(next->first) < *key)) {
      if (next->second.has_value()) goes_on = visit(next->first, *next->second);
      ++next;
    }
  };
  CONCORDAT_RETURN_IF_ERROR(base_.Scan(
      space, begin, end, [&](absl::string_view key, absl::string_view value) {
        visit_staged(key);
        if (!goes_on) return false;
        if (next != last && absl::string_view(next->first) == key) {
          if (next->second.has_value()) goes_on = visit(key, *next->second);
          ++next;
        } else {
          goes_on = visit(key, value);
        }
        return goes_on;
      }));
  visit_staged(std::nullopt);
  return absl::OkStatus();
}

absl::Status StagedTransaction::Put(Space space, absl::string_view key,
                                    absl::string_view value) {
  names_[space.id] = space.name;
  staged_[space.id][std::string(key)] = std::string(value);
  return absl::OkStatus();
}

absl::Status StagedTransaction::Delete(Space space, absl::string_view key) {
  names_[space.id] = space.name;
  staged_[space.id][std::string(key)] = std::nullopt;
  return absl::OkStatus();
}

absl::Status StagedTransaction::Apply() {
  for (size_t id = 0; id < staged_.size(); ++id) {
    const Space space{static_cast<uint8_t>(id), names_[id]};
    for (const auto& [key, value] : staged_[id]) {
      CONCORDAT_RETURN_IF_ERROR(value.has_value()
                                    ? base_.Put(space, key, *value)
                                    : base_.Delete(space, key));
    }
  }
  return absl::OkStatus();
}

}  // namespace concordat
