#include "consistency/causes/cause_population.h"

#include <algorithm>
#include <cmath>

namespace concordat {
namespace {

// The finaliser of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom
// number generators, OOPSLA 2014).
uint64_t Mix(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
  return bits ^ (bits >> 31);
}

}  // namespace

Conjunction Conjunction::With(uint32_t node) const {
  Conjunction more = *this;
  size_t at = more.size++;
  for (; at > 0 && more.nodes[at - 1] > node; --at) {
    more.nodes[at] = more.nodes[at - 1];
  }
  more.nodes[at] = node;
  return more;
}

Conjunction Conjunction::Without(size_t index) const {
  Conjunction less;
  for (size_t i = 0; i < size; ++i) {
    if (i != index) less.nodes[less.size++] = nodes[i];
  }
  return less;
}

CausePopulation::CausePopulation(const CauseObservations& observations,
                                 const Options& options)
    : dimensions_(observations.dimensions()), width_(dimensions_.size()) {
  for (size_t d = 0; d < width_; ++d) order_.push_back(d);
  std::sort(order_.begin(), order_.end(), [this](size_t a, size_t b) {
    if (dimensions_.is_shared(a) != dimensions_.is_shared(b)) {
      return dimensions_.is_shared(a);
    }
    return dimensions_.name(a) < dimensions_.name(b);
  });
  places_.resize(width_);
  code_of_.resize(width_);
  columns_.resize(width_);
  for (size_t i = 0; i < width_; ++i) {
    if (dimensions_.is_shared(order_[i])) ++shared_;
    AddNodes(observations, i, options.findings_min);
  }
  findings_per_row_ = static_cast<double>(
      AddRows(observations.findings(), options.finding_rows_max, &all_.events));
  AddRows(observations.agreements(), options.agreement_rows_max, &all_.others);
}

void CausePopulation::AddNodes(const CauseObservations& observations,
                               size_t dimension, int64_t findings_min) {
  const size_t d = order_[dimension];
  DimensionOrder order(dimensions_, d);
  const std::vector<int64_t> counts = CountsByPlace(observations, d, order);
  const auto first = static_cast<uint32_t>(nodes_.size());
  first_.push_back(first);
  const bool origin = dimensions_.role(d) == DimensionRole::kOrigin;
  std::vector<UsualCount> usual;
  if (origin) usual = UsualCountsOf(observations, d);
  const std::vector<size_t>& sizes = dimensions_.level_sizes(d);
  Node node;
  node.dimension = static_cast<uint16_t>(dimension);
  node.shared = dimensions_.is_shared(d);
  node.origin = origin;
  node.parent = first;
  nodes_.push_back(node);
  code_of_[dimension].resize(order.at.size());
  for (size_t place = 1; place < order.at.size(); ++place) {
    const DimensionValue value = order.at[place];
    const DimensionValue whole = dimensions_.parent(d, value);
    // Of a value that is too rare the code is that of what it is a part of.
    const uint16_t above = code_of_[dimension][whole];
    uint16_t& code = code_of_[dimension][value];
    code = above;
    if (counts[place] < findings_min || nodes_.size() - first > UINT16_MAX) {
      continue;
    }
    code = static_cast<uint16_t>(nodes_.size() - first);
    const size_t level = dimensions_.level(d, value);
    node.value = value;
    node.code = code;
    node.code_end = static_cast<uint16_t>(code + 1);
    node.parent = first + above;
    node.cost = std::log(static_cast<double>(width_ * sizes.size()) *
                         static_cast<double>(sizes[level]));
    if (origin) node.usual = usual[level];
    for (uint16_t part = above; part != 0;
         part = static_cast<uint16_t>(nodes_[first + part].parent - first)) {
      nodes_[first + part].code_end = node.code_end;
    }
    nodes_.push_back(node);
  }
  places_[dimension] = std::move(order.place_of);
}

int64_t CausePopulation::AddRows(const TupleCounts& tuples, size_t rows_max,
                                 std::vector<uint32_t>* rows) {
  const auto allowed = static_cast<int64_t>(std::max<size_t>(rows_max, 1));
  const int64_t threshold =
      tuples.size() <= rows_max ? 1 : (tuples.total() + allowed - 1) / allowed;
  for (size_t i = 0; i < tuples.size(); ++i) {
    const DimensionValue* const tuple = tuples.tuple(i);
    const int64_t count = tuples.count(i);
    if (count < threshold) {
      uint64_t hash = 0;
      for (size_t d = 0; d < width_; ++d) {
        hash = (hash ^ places_[d][tuple[order_[d]]]) * 0x9E3779B97F4A7C15;
        hash ^= hash >> 32;
      }
      if (static_cast<int64_t>(Mix(hash) % static_cast<uint64_t>(threshold)) >=
          count) {
        continue;
      }
    }
    rows->push_back(static_cast<uint32_t>(weights_.size()));
    weights_.push_back(std::max(count, threshold));
    for (size_t d = 0; d < width_; ++d) {
      codes_.push_back(code_of_[d][tuple[order_[d]]]);
      columns_[d].push_back(codes_.back());
    }
  }
  return threshold;
}

bool CausePopulation::HasPlace(const Conjunction& conjunction) const {
  return std::any_of(conjunction.begin(), conjunction.end(),
                     [&](uint32_t node) { return nodes_[node].shared; });
}

bool CausePopulation::HasEvent(const Conjunction& conjunction) const {
  return std::any_of(conjunction.begin(), conjunction.end(),
                     [&](uint32_t node) { return !nodes_[node].shared; });
}

std::vector<Conjunction> CausePopulation::Wider(
    const Conjunction& conjunction) const {
  std::vector<Conjunction> wider;
  for (size_t i = 0; i < conjunction.size; ++i) {
    const Conjunction less = conjunction.Without(i);
    const uint32_t parent = nodes_[conjunction.nodes[i]].parent;
    if (nodes_[parent].code != 0) {
      wider.push_back(less.With(parent));
    } else if (less.size > 0) {
      wider.push_back(less);
    }
  }
  return wider;
}

bool CausePopulation::Implies(const Conjunction& narrow,
                              const Conjunction& wide) const {
  return std::all_of(wide.begin(), wide.end(), [&](uint32_t whole) {
    return std::any_of(narrow.begin(), narrow.end(), [&](uint32_t part) {
      const Node& of = nodes_[whole];
      return nodes_[part].dimension == of.dimension &&
             nodes_[part].code >= of.code && nodes_[part].code < of.code_end;
    });
  });
}

CausePopulation::Tests CausePopulation::TestsOf(const Conjunction& conjunction,
                                                bool shared) const {
  Tests tests;
  for (const uint32_t node : conjunction) {
    const Node& asked = nodes_[node];
    if (asked.shared != shared) continue;
    tests.push_back({columns_[asked.dimension].data(), asked.code,
                     static_cast<uint16_t>(asked.code_end - asked.code)});
  }
  return tests;
}

bool CausePopulation::Pass(uint32_t row, const Tests& tests) {
  bool pass = true;
  for (const Test& test : tests) {
    pass &= static_cast<uint16_t>(test.column[row] - test.code) < test.codes;
  }
  return pass;
}

CauseRows CausePopulation::Select(const CauseRows& rows,
                                  const Conjunction& conjunction) const {
  const Tests place = TestsOf(conjunction, /*shared=*/true);
  const Tests event = TestsOf(conjunction, /*shared=*/false);
  CauseRows selected;
  // Written ahead, and kept where it passes: a branch would be guessed wrong
  // too often.
  selected.events.resize(rows.events.size());
  selected.others.resize(rows.events.size() + rows.others.size());
  size_t events = 0;
  size_t others = 0;
  for (const uint32_t row : rows.events) {
    const bool is_place = Pass(row, place);
    const bool is_event = Pass(row, event);
    selected.events[events] = row;
    selected.others[others] = row;
    events += static_cast<size_t>(is_place & is_event);
    others += static_cast<size_t>(is_place & !is_event);
  }
  for (const uint32_t row : rows.others) {
    selected.others[others] = row;
    others += static_cast<size_t>(Pass(row, place));
  }
  selected.events.resize(events);
  selected.others.resize(others);
  return selected;
}

CauseRows CausePopulation::Without(const CauseRows& rows,
                                   const Conjunction& conjunction) const {
  const Tests place = TestsOf(conjunction, /*shared=*/true);
  const Tests event = TestsOf(conjunction, /*shared=*/false);
  CauseRows left;
  for (const uint32_t row : rows.events) {
    if (!Pass(row, place) || !Pass(row, event)) left.events.push_back(row);
  }
  if (!event.empty()) {
    left.others = rows.others;
    return left;
  }
  for (const uint32_t row : rows.others) {
    if (!Pass(row, place)) left.others.push_back(row);
  }
  return left;
}

CauseRows CausePopulation::Outside(const CauseRows& rows,
                                   const Conjunction& conjunction) const {
  const Tests place = TestsOf(conjunction, /*shared=*/true);
  const Tests event = TestsOf(conjunction, /*shared=*/false);
  CauseRows outside;
  for (const uint32_t row : rows.events) {
    if (!place.empty() && Pass(row, place)) continue;
    (Pass(row, event) ? outside.events : outside.others).push_back(row);
  }
  for (const uint32_t row : rows.others) {
    if (place.empty() || !Pass(row, place)) outside.others.push_back(row);
  }
  return outside;
}

void CausePopulation::Accumulate(const std::vector<uint32_t>& rows,
                                 size_t dimensions,
                                 std::vector<int64_t>* sums) const {
  sums->assign(nodes_.size(), 0);
  int64_t* const at = sums->data();
  for (const uint32_t row : rows) {
    const uint16_t* const codes = codes_.data() + row * width_;
    const int64_t weight = weights_[row];
    for (size_t d = 0; d < dimensions; ++d) at[first_[d] + codes[d]] += weight;
  }
  for (size_t node = nodes_.size(); node-- > 0;) {
    const uint32_t parent = nodes_[node].parent;
    if (parent != node) at[parent] += at[node];
  }
}

void CausePopulation::Count(const CauseRows& rows, NodeCounts* counts) const {
  Accumulate(rows.events, width_, &counts->events);
  Accumulate(rows.others, shared_, &counts->others);
  // A dimension's first node now has the sum of all.
  counts->events_total = width_ > 0 ? counts->events[0] : 0;
  counts->others_total = shared_ > 0 ? counts->others[0] : 0;
  if (shared_ == 0) {
    for (const uint32_t row : rows.others)
      counts->others_total += weights_[row];
  }
}

CauseConditions CausePopulation::ConditionsOf(
    const Conjunction& conjunction) const {
  CauseConditions conditions;
  for (const uint32_t node : conjunction) {
    const size_t d = order_[nodes_[node].dimension];
    conditions.push_back(
        {dimensions_.name(d), dimensions_.value(d, nodes_[node].value)});
  }
  std::sort(conditions.begin(), conditions.end());
  return conditions;
}

}  // namespace concordat
