#include "consistency/sampling/strata.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/limits.h"

namespace concordat::sampling {
namespace {

// What the values are put into at first.
struct Classes {
  std::vector<std::string> names;
  std::vector<int64_t> populations;
  std::vector<size_t> of;
};

Classes EachItsOwn(absl::Span<const ValueCount> values) {
  Classes classes;
  for (size_t i = 0; i < values.size(); ++i) {
    classes.names.push_back(values[i].text);
    classes.populations.push_back(values[i].entities);
    classes.of.push_back(i);
  }
  return classes;
}

// Whether there are more numbers than classes.
bool AreManyNumbers(absl::Span<const ValueCount> values) {
  const auto numbers = std::count_if(
      values.begin(), values.end(),
      [](const ValueCount& value) { return value.number.has_value(); });
  return static_cast<size_t>(numbers) > kNumberClasses;
}

Classes OfNumbers(absl::Span<const ValueCount> values) {
  std::vector<size_t> sorted;
  Classes classes;
  classes.of.resize(values.size());
  int64_t all = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i].number.has_value()) {
      // Those that have none, and amounts in another currency.
      classes.of[i] = classes.names.size();
      classes.names.push_back(values[i].text);
      classes.populations.push_back(values[i].entities);
      continue;
    }
    sorted.push_back(i);
    all += values[i].entities;
  }
  std::sort(sorted.begin(), sorted.end(), [&](size_t a, size_t b) {
    return std::pair(*values[a].number, a) < std::pair(*values[b].number, b);
  });
  int64_t before = 0;
  size_t made = 0;
  std::vector<size_t> first;  // value of each class
  for (const size_t i : sorted) {
    // A class begins where its part of all entities does.
    const bool is_due = before * static_cast<int64_t>(kNumberClasses) >=
                        static_cast<int64_t>(made) * all;
    if (made == 0 || (made < kNumberClasses && is_due)) {
      ++made;
      first.push_back(i);
      classes.names.emplace_back();
      classes.populations.push_back(0);
    }
    classes.of[i] = classes.names.size() - 1;
    classes.populations.back() += values[i].entities;
    before += values[i].entities;
  }
  const size_t offset = classes.names.size() - first.size();
  for (size_t i = 0; i < first.size(); ++i) {
    const bool is_last = i + 1 == first.size();
    classes.names[offset + i] =
        absl::StrCat("[", values[first[i]].text, ", ",
                     values[is_last ? sorted.back() : first[i + 1]].text,
                     is_last ? "]" : ")");
  }
  return classes;
}

}  // namespace

Strata GroupValues(absl::Span<const ValueCount> values) {
  const Classes classes =
      AreManyNumbers(values) ? OfNumbers(values) : EachItsOwn(values);
  std::vector<size_t> by_size(classes.names.size());
  std::iota(by_size.begin(), by_size.end(), size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(), [&](size_t a, size_t b) {
    return classes.populations[a] > classes.populations[b];
  });
  const auto kept_max = static_cast<size_t>(limits::kSampleStrataMax) - 1;
  Strata strata;
  std::vector<uint32_t> stratum_of(classes.names.size());
  int64_t others = 0;
  for (size_t i = 0; i < by_size.size(); ++i) {
    const size_t one = by_size[i];
    if (i < kept_max && classes.populations[one] >= kStratumEntitiesMin) {
      stratum_of[one] = static_cast<uint32_t>(strata.names.size());
      strata.names.push_back(classes.names[one]);
      strata.populations.push_back(classes.populations[one]);
    } else {
      stratum_of[one] = UINT32_MAX;
      others += classes.populations[one];
    }
  }
  const auto other = static_cast<uint32_t>(strata.names.size());
  if (others > 0) {
    strata.names.emplace_back(kOtherStrata);
    strata.populations.push_back(others);
  }
  for (const size_t of : classes.of) {
    strata.of.push_back(stratum_of[of] == UINT32_MAX ? other : stratum_of[of]);
  }
  return strata;
}

}  // namespace concordat::sampling
