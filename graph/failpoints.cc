#include "graph/failpoints.h"

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace internal {

std::atomic<bool> failpoints_active = false;

}  // namespace internal

namespace {

constexpr FailpointInfo kFailpoints[] = {
    {Failpoint::kCommitBeforeRun, "commit.before_run", true},
    {Failpoint::kCommitBegin, "commit.begin", true},
    {Failpoint::kCommitAfterRun, "commit.after_run", true},
    {Failpoint::kCommitBeforeSync, "commit.before_sync", true},
    {Failpoint::kCommitAfterSync, "commit.after_sync", false},
    {Failpoint::kCommitBeforeAnswer, "commit.before_answer", false},
    {Failpoint::kApplyFacts, "apply.facts", true},
    {Failpoint::kApplyRelation, "apply.relation", true},
    {Failpoint::kApplyLink, "apply.link", true},
    {Failpoint::kApplyIdentifier, "apply.identifier", true},
    {Failpoint::kApplyRequest, "apply.request", true},
    {Failpoint::kApplyCommit, "apply.commit", true},
    {Failpoint::kApplyHead, "apply.head", true},
    {Failpoint::kApplyHeld, "apply.held", true},
    {Failpoint::kApplyFinding, "apply.finding", true},
    {Failpoint::kApplyClaims, "apply.claims", true},
    {Failpoint::kApplyClaimKeys, "apply.claim_keys", true},
    {Failpoint::kApplyVocabulary, "apply.vocabulary", true},
    {Failpoint::kCheckpointBefore, "checkpoint.before", false},
    {Failpoint::kCheckpointAfter, "checkpoint.after", false},
    {Failpoint::kMigrationBeforeStep, "migration.before_step", true},
    {Failpoint::kMigrationAfterStep, "migration.after_step", true},
    {Failpoint::kMigrationBeforeReplace, "migration.before_replace", true},
    {Failpoint::kMigrationAfterReplace, "migration.after_replace", true},
    {Failpoint::kMigrationBeforeTables, "migration.before_tables", true},
    {Failpoint::kCompactionPageBegin, "compaction.page_begin", true},
    {Failpoint::kCompactionPageEnd, "compaction.page_end", true},
    {Failpoint::kCompactionBeforeMark, "compaction.before_mark", true},
    {Failpoint::kWatchSnapshotPage, "watch.snapshot_page", true},
    {Failpoint::kWatchBeforeSend, "watch.before_send", true},
    {Failpoint::kWatchAfterSend, "watch.after_send", false},
};
constexpr size_t kCount = std::size(kFailpoints);

const FailpointInfo& InfoOf(Failpoint point) {
  return kFailpoints[static_cast<size_t>(point)];
}

struct State {
  std::atomic<int64_t> hits = 0;
  // The hit at which it happens; 0 where nothing is armed.
  std::atomic<int64_t> at_hit = 0;
  std::atomic<FailpointAction> action = FailpointAction::kError;
};

State& StateOf(Failpoint point) {
  static std::array<State, kCount> states;
  return states[static_cast<size_t>(point)];
}

absl::Status ArmOne(absl::string_view text) {
  const std::vector<absl::string_view> sides = absl::StrSplit(text, '=');
  if (sides.size() != 2) {
    return errors::InvalidField(
        "failpoints", absl::StrCat("'", text, "' is not NAME=ACTION[@HIT]"));
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(sides[1], '@');
  int64_t at_hit = 1;
  const bool counted =
      parts.size() == 1 ||
      (parts.size() == 2 && absl::SimpleAtoi(parts[1], &at_hit));
  if (!counted || (parts[0] != "error" && parts[0] != "crash")) {
    return errors::InvalidField(
        "failpoints",
        absl::StrCat("'", sides[1], "' is not error, crash or either @HIT"));
  }
  for (const FailpointInfo& info : kFailpoints) {
    if (info.name != sides[0]) continue;
    return ArmFailpoint(
        info.point,
        parts[0] == "crash" ? FailpointAction::kCrash : FailpointAction::kError,
        at_hit);
  }
  return errors::InvalidField(
      "failpoints", absl::StrCat("there is no failpoint '", sides[0], "'"));
}

}  // namespace

absl::Span<const FailpointInfo> AllFailpoints() { return kFailpoints; }

absl::Status ArmFailpoint(Failpoint point, FailpointAction action,
                          int64_t at_hit) {
  const FailpointInfo& info = InfoOf(point);
  if (at_hit < 1) {
    return errors::InvalidField("failpoints", "hits are counted from 1");
  }
  if (action == FailpointAction::kError && !info.fails) {
    return errors::InvalidField(
        "failpoints", absl::StrCat(info.name, " cannot fail; use crash"));
  }
  State& state = StateOf(point);
  state.hits = 0;
  state.action = action;
  state.at_hit = at_hit;
  internal::failpoints_active = true;
  return absl::OkStatus();
}

absl::Status ArmFailpoints(absl::string_view list) {
  for (const absl::string_view text : absl::StrSplit(list, ',')) {
    CONCORDAT_RETURN_IF_ERROR(ArmOne(text));
  }
  return absl::OkStatus();
}

void CountFailpoints() { internal::failpoints_active = true; }

void DisarmFailpoints() {
  internal::failpoints_active = false;
  for (const FailpointInfo& info : kFailpoints) {
    State& state = StateOf(info.point);
    state.at_hit = 0;
    state.hits = 0;
  }
}

int64_t FailpointHits(Failpoint point) { return StateOf(point).hits; }

absl::Status internal::HitActiveFailpoint(Failpoint point) {
  State& state = StateOf(point);
  const int64_t hit = ++state.hits;
  if (hit != state.at_hit) return absl::OkStatus();
  if (state.action == FailpointAction::kCrash) {
    std::raise(SIGKILL);
    std::abort();
  }
  return errors::StorageUnavailable(
      absl::StrCat("failpoint ", InfoOf(point).name));
}

}  // namespace concordat
