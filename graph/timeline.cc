#include "graph/timeline.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace concordat {
namespace {

bool StartTogether(const FactRecord& a, const FactRecord& b) {
  return a.valid.from == b.valid.from && a.attribute == b.attribute;
}

// Marks what is in force of records[begin, end), which start together: the
// newest record of each source, unless it, or one newer that speaks of every
// source, is a retraction.
void MarkInForce(const std::vector<FactRecord>& records, size_t begin,
                 size_t end, std::vector<bool>& in_force) {
  if (end - begin == 1) {
    in_force[begin] = !records[begin].retraction;
    return;
  }
  absl::flat_hash_set<absl::string_view> decided;
  for (size_t i = end; i > begin; --i) {
    const FactRecord& record = records[i - 1];
    if (record.retraction && !record.one_source) return;
    const bool newest = decided.insert(record.recorded.source).second;
    in_force[i - 1] = newest && !record.retraction;
  }
}

// Keeps the marked ones, in order.
void KeepMarked(const std::vector<bool>& marked,
                std::vector<FactRecord>& facts) {
  size_t kept = 0;
  for (size_t i = 0; i < facts.size(); ++i) {
    if (!marked[i]) continue;
    if (kept != i) facts[kept] = std::move(facts[i]);
    ++kept;
  }
  facts.resize(kept);
}

}  // namespace

bool InFactOrder(const FactRecord& a, const FactRecord& b) {
  return std::tie(a.attribute, a.valid.from, a.recorded.revision,
                  a.recorded.ordinal) < std::tie(b.attribute, b.valid.from,
                                                 b.recorded.revision,
                                                 b.recorded.ordinal);
}

std::vector<FactRecord> FactsInForce(std::vector<FactRecord> records) {
  if (records.size() == 1 && !records.front().retraction) return records;
  if (!std::is_sorted(records.begin(), records.end(), InFactOrder)) {
    std::sort(records.begin(), records.end(), InFactOrder);
  }
  std::vector<bool> in_force(records.size(), false);
  for (size_t begin = 0; begin < records.size();) {
    size_t end = begin + 1;
    while (end < records.size() &&
           StartTogether(records[begin], records[end])) {
      ++end;
    }
    MarkInForce(records, begin, end, in_force);
    begin = end;
  }
  KeepMarked(in_force, records);
  return records;
}

void KeepSaidAt(absl::Time instant, std::vector<FactRecord>& facts) {
  std::erase_if(facts, [instant](const FactRecord& fact) {
    return !fact.valid.Covers(instant);
  });
  // A later start hides what the same source said before.
  std::vector<bool> said(facts.size(), false);
  absl::flat_hash_set<absl::string_view> sources;
  for (size_t i = facts.size(); i > 0; --i) {
    const FactRecord& fact = facts[i - 1];
    if (i < facts.size() && facts[i].attribute != fact.attribute) {
      sources.clear();
    }
    said[i - 1] = sources.insert(fact.recorded.source).second;
  }
  KeepMarked(said, facts);
}

Timeline::Timeline(std::vector<FactRecord> records, const Survivorship& rule)
    : facts_(FactsInForce(std::move(records))),
      spans_(Survivors(facts_, rule)) {}

Timeline::State Timeline::StateAt(absl::Time t) const {
  if (const TimelineSpan* span = At(t); span != nullptr) {
    const FactRecord& fact = FactOf(*span);
    return fact.value.has_value() || fact.erased ? State::kValue : State::kNone;
  }
  const bool ended = !spans_.empty() && spans_.front().valid.to <= t;
  return ended ? State::kNone : State::kSilent;
}

}  // namespace concordat
