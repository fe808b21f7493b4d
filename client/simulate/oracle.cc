#include "client/simulate/oracle.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace concordat::simulate {
namespace {

// How close to a boundary a verdict is left alone, beside the clock's skew.
constexpr int64_t kMarginSeconds = 2;

// Whether one value says less than the other without contradicting it.
bool Partial(ValueType type, const std::string& a, const std::string& b) {
  if (a.empty() || b.empty() || a == b) return false;
  if (type == ValueType::kTimeOfDay) {
    return absl::StartsWith(a, b) || absl::StartsWith(b, a);
  }
  if (type != ValueType::kCodeSet) return false;
  std::vector<std::string> left = absl::StrSplit(a, "; ");
  std::vector<std::string> right = absl::StrSplit(b, "; ");
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  return std::includes(left.begin(), left.end(), right.begin(), right.end()) ||
         std::includes(right.begin(), right.end(), left.begin(), left.end());
}

bool BoundaryNear(const Timeline& timeline, int64_t time_s, int64_t within_s) {
  return std::any_of(timeline.begin(), timeline.end(), [&](const Span& span) {
    return span.from_s != kSinceEver && span.from_s >= time_s - within_s &&
           span.from_s <= time_s + within_s;
  });
}

std::optional<Verdict> LateOrNot(int64_t lag_s, const Statement& statement) {
  const int64_t promise_s =
      statement.channel->PromiseSeconds(statement.attribute);
  if (lag_s <= promise_s - kMarginSeconds) return Verdict::kPropagating;
  // Whether the skew counts in favour of the channel is not for us to say.
  const int64_t doubt_s = 2 * statement.channel->clock_skew_s + kMarginSeconds;
  if (lag_s <= promise_s + doubt_s) return std::nullopt;
  return Verdict::kStale;
}

// The channel says that there is none, where `truth` is a value.
std::optional<Verdict> ExpectOfAbsence(const Statement& statement,
                                       const Timeline& timeline,
                                       const Span& truth) {
  const Terms* terms = statement.channel->Find(statement.attribute);
  const bool required = terms != nullptr && terms->required;
  const auto late_since = [&](const Span& span) {
    if (span.from_s == kSinceEver) return std::optional(Verdict::kStale);
    return LateOrNot(statement.said_at_s - span.from_s, statement);
  };
  if (&truth != &timeline.front() && std::prev(&truth)->value.empty()) {
    return late_since(truth);
  }
  // An earlier "none", but not the one before this truth; or a first truth so
  // new that nobody must know it: other rules could be asked first.
  const bool none_earlier =
      std::any_of(timeline.data(), &truth,
                  [](const Span& span) { return span.value.empty(); });
  if (none_earlier || late_since(timeline.front()) != Verdict::kStale ||
      late_since(truth) != Verdict::kStale) {
    return std::nullopt;
  }
  return required ? Verdict::kMissing : Verdict::kPartial;
}

// Whether the value is the truth of the attribute easily taken for this one.
// nullopt: at another time only, or nobody can tell.
std::optional<bool> Confused(const Statement& statement) {
  const Attr other = InfoOf(statement.attribute).confusable;
  if (other == Attr::kNone) return false;
  const Timeline& timeline = statement.entity->Of(other);
  const bool ever = std::any_of(
      timeline.begin(), timeline.end(),
      [&](const Span& span) { return span.value == statement.value; });
  if (!ever) return false;
  const Span* const span = SpanAt(timeline, statement.said_at_s);
  if (span == nullptr || span->value != statement.value ||
      BoundaryNear(timeline, statement.said_at_s,
                   statement.channel->clock_skew_s + kMarginSeconds)) {
    return std::nullopt;
  }
  return true;
}

// The value equals the truth at another time than `said_at`; kNone where it
// never does, nullopt where nobody can tell.
std::optional<Verdict> ExpectShifted(const Statement& statement,
                                     const Timeline& timeline,
                                     const Span* truth) {
  const ValueType type = InfoOf(statement.attribute).type;
  // Which of two equal truths a claim comes from, nobody can tell.
  if (std::count_if(timeline.begin(), timeline.end(), [&](const Span& span) {
        return span.value == statement.value;
      }) > 1) {
    return std::nullopt;
  }
  for (size_t i = 0; i < timeline.size(); ++i) {
    const Span& span = timeline[i];
    if (Partial(type, statement.value, span.value)) return std::nullopt;
    if (span.value != statement.value) continue;
    if (truth == nullptr || &span > truth) return Verdict::kAhead;
    return LateOrNot(statement.said_at_s - timeline[i + 1].from_s, statement);
  }
  return Verdict::kNone;
}

}  // namespace

const Span* SpanAt(const Timeline& timeline, int64_t time_s) {
  const Span* found = nullptr;
  for (const Span& span : timeline) {
    if (span.from_s > time_s) break;
    found = &span;
  }
  return found;
}

std::optional<Verdict> Expect(const Statement& statement) {
  if (statement.unreadable) return Verdict::kUndecided;
  const Timeline& timeline = statement.entity->Of(statement.attribute);
  if (timeline.empty()) {
    if (statement.value.empty()) return std::nullopt;
    return Verdict::kUnverifiable;
  }
  // Near a boundary both sides agree, and nothing else is certain.
  const bool near =
      BoundaryNear(timeline, statement.said_at_s,
                   statement.channel->clock_skew_s + kMarginSeconds);
  const Span* const truth = SpanAt(timeline, statement.said_at_s);
  if (truth != nullptr && truth->value == statement.value) {
    return Verdict::kAgrees;
  }
  if (near || statement.without_country) return std::nullopt;
  if (statement.value.empty()) {
    if (truth == nullptr) return std::nullopt;
    return ExpectOfAbsence(statement, timeline, *truth);
  }
  if (truth != nullptr && Partial(InfoOf(statement.attribute).type,
                                  statement.value, truth->value)) {
    return Verdict::kPartial;
  }
  const std::optional<Verdict> shifted =
      ExpectShifted(statement, timeline, truth);
  if (shifted != Verdict::kNone) return shifted;
  if (truth == nullptr) return Verdict::kUnverifiable;
  const std::optional<bool> confused = Confused(statement);
  if (!confused.has_value()) return std::nullopt;
  if (*confused) return Verdict::kMeaning;
  if (statement.of_another) return Verdict::kMisidentified;
  return truth->value.empty() ? Verdict::kExtra : Verdict::kContradicts;
}

}  // namespace concordat::simulate
