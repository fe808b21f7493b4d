#include "consistency/scorecards/concord.h"

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "consistency/held_claims.h"
#include "consistency/held_reader.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr int64_t kAskEvery = 1 << 14;

// What is held of one entity, as it comes: by channel and attribute.
class EntityConcord {
 public:
  explicit EntityConcord(ConcordByAttribute& all) : all_(all) {}

  bool Is(absl::string_view type, absl::string_view id) const {
    return type == type_ && id == id_;
  }
  void Begin(absl::string_view type, absl::string_view id) {
    type_ = std::string(type);
    id_ = std::string(id);
    size_ = 0;
  }
  void Add(absl::string_view attribute, bool agrees,
           const StoredValueView& value) {
    for (size_t i = 0; i < size_; ++i) {
      Held& held = held_[i];
      if (held.attribute != attribute) continue;
      ++held.channels;
      held.agree = held.agree && agrees;
      held.same = held.same && held.value == value.text;
      return;
    }
    // What was there keeps its memory.
    if (size_ == held_.size()) held_.emplace_back();
    Held& held = held_[size_++];
    held.attribute = std::string(attribute);
    held.value.reset();
    if (value.text.has_value()) held.value.emplace(*value.text);
    held.channels = 1;
    held.agree = agrees;
    held.same = true;
  }
  void End() {
    for (size_t i = 0; i < size_; ++i) {
      const Held& held = held_[i];
      if (held.channels < 2) continue;
      Concord& concord = all_[{type_, held.attribute}];
      ++concord.held_by_several;
      if (held.agree || held.same) ++concord.agreed;
    }
    size_ = 0;
  }

 private:
  struct Held {
    std::string attribute;
    std::optional<std::string> value;
    int channels = 0;
    bool agree = false;
    bool same = false;
  };

  ConcordByAttribute& all_;
  std::string type_;
  std::string id_;
  std::vector<Held> held_;
  size_t size_ = 0;
};

}  // namespace

absl::StatusOr<ConcordByAttribute> MeasureConcord(
    const Reader& reader, const std::set<std::string, std::less<>>& channels,
    absl::FunctionRef<bool()> go_on) {
  CONCORDAT_ASSIGN_OR_RETURN(const HeldReader held, HeldReader::Open(reader));
  ConcordByAttribute all;
  EntityConcord entity(all);
  absl::Status problem;
  int64_t seen = 0;
  CONCORDAT_RETURN_IF_ERROR(
      held.VisitEntries("", "", [&](const HeldEntry& entry) {
        if (++seen % kAskEvery == 0 && !go_on()) {
          problem = absl::CancelledError();
          return false;
        }
        KeyReader key(entry.key);
        const absl::string_view type = key.View();
        const absl::string_view id = key.View();
        const absl::string_view channel = key.View();
        if (!entity.Is(type, id)) {
          entity.End();
          entity.Begin(type, id);
        }
        if (!channels.empty() && !channels.contains(channel)) return true;
        // What an erased one said nobody knows.
        if (entry.value.erased) return true;
        const absl::StatusOr<Verdict> verdict = VerdictOf(entry);
        problem = verdict.status();
        if (problem.ok()) {
          entity.Add(key.View(), *verdict == Verdict::kAgrees, entry.value);
        }
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  entity.End();
  return all;
}

}  // namespace concordat
