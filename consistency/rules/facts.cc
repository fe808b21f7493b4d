#include "consistency/rules/facts.h"

#include <algorithm>

namespace concordat::rules {
namespace {

using Spans = std::vector<TimelineSpan>;

// The stretch without a span around `at`.
ValidTime GapAround(const Spans& spans, absl::Time at) {
  ValidTime gap;
  for (const TimelineSpan& span : spans) {
    if (span.valid.to <= at) gap.from = std::max(gap.from, span.valid.to);
    if (span.valid.from > at) gap.to = std::min(gap.to, span.valid.from);
  }
  return gap;
}

// Neighbouring facts may say the same: a value that is confirmed did not
// change.
absl::Time ChangedAt(const KnownAttribute& known, const WritingHabits& habits,
                     const TimelineSpan& holding) {
  const Spans& spans = known.timeline().spans();
  const Reading& reading = known.ReadingOf(holding, habits);
  absl::Time since = holding.valid.from;
  for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
    if (span->valid.to > since) continue;
    if (span->valid.to < since || !reading.value.has_value()) break;
    const FactRecord& fact = known.timeline().FactOf(*span);
    if (!fact.value.has_value() ||
        known.ReadingOf(*span, habits).value != reading.value) {
      break;
    }
    since = span->valid.from;
  }
  return since;
}

}  // namespace

AttributeAt AttributeAtOf(const KnownAttribute* known,
                          const WritingHabits& habits, absl::Time at) {
  AttributeAt found;
  if (known == nullptr) return found;
  const Timeline& timeline = known->timeline();
  const TimelineSpan* span = timeline.At(at);
  found.state = timeline.StateAt(at);
  if (span == nullptr) {
    found.valid = GapAround(timeline.spans(), at);
    return found;
  }
  const FactRecord& fact = timeline.FactOf(*span);
  found.valid = span->valid;
  found.revision = fact.recorded.revision;
  found.source = fact.recorded.source;
  found.erased = fact.erased;
  if (found.state != Timeline::State::kValue) return found;
  found.changed_at = span->valid.from;
  if (found.erased) return found;
  found.reading = known->ReadingOf(*span, habits);
  found.changed_at = ChangedAt(*known, habits, *span);
  if (found.reading.absent) found.state = Timeline::State::kNone;
  return found;
}

}  // namespace concordat::rules
