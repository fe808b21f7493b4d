#include "consistency/causes/cause.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace concordat {
namespace {

constexpr uint64_t kFnvBasis = 0xCBF29CE484222325;
constexpr uint64_t kFnvPrime = 0x100000001B3;

void Hash(absl::string_view text, uint64_t* hash) {
  for (const char c : text) {
    *hash = (*hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
  }
  // No name has this byte (UTF-8), so that names do not run together.
  *hash = (*hash ^ 0xFF) * kFnvPrime;
}

bool IsOfFindings(const CauseCondition& condition,
                  const Dimensions& dimensions) {
  const size_t d = dimensions.FindDimension(condition.dimension);
  return d < dimensions.size() && !dimensions.is_shared(d);
}

// 31, 3.1; no more digits than matter.
std::string Times(double ratio) {
  return ratio < 9.95 ? absl::StrFormat("%.1f", ratio)
                      : absl::StrFormat("%.0f", ratio);
}

std::string Percent(double share) {
  const double percent = 100 * share;
  if (percent >= 0.1 || percent == 0) return absl::StrFormat("%.1f%%", percent);
  return absl::StrFormat("%.2g%%", percent);
}

std::string Names(const CauseConditions& conditions) {
  return absl::StrJoin(conditions, " and ",
                       [](std::string* out, const CauseCondition& condition) {
                         absl::StrAppend(out, condition.dimension, " ",
                                         condition.value);
                       });
}

}  // namespace

std::string CauseId(const CauseConditions& conditions, int attempt) {
  uint64_t hash = kFnvBasis;
  for (const CauseCondition& condition : conditions) {
    Hash(condition.dimension, &hash);
    Hash(condition.value, &hash);
  }
  if (attempt > 0) Hash(absl::StrCat(attempt), &hash);
  return absl::StrCat("cause-", absl::Hex(hash, absl::kZeroPad16));
}

std::string CauseTitle(const CauseConditions& conditions,
                       const CauseFigures& figures,
                       const Dimensions& dimensions) {
  CauseConditions where;
  CauseConditions what;
  for (const CauseCondition& condition : conditions) {
    (IsOfFindings(condition, dimensions) ? what : where).push_back(condition);
  }
  const std::string findings = absl::StrCat(
      figures.findings, figures.findings == 1 ? " finding" : " findings");
  const std::string times = Times(figures.risk_ratio.ratio);
  if (where.empty()) {
    return absl::StrCat(Names(what), ": ", findings, ", ",
                        Percent(figures.share), " of all, ", times,
                        " times as many as is usual");
  }
  return absl::StrCat(
      Names(where), ": ", Percent(figures.rate_inside),
      what.empty() ? " contradict" : absl::StrCat(" are of ", Names(what)),
      ", ", times, " times as many as elsewhere (", findings, ")");
}

bool Implies(const CauseConditions& narrow, const CauseConditions& wide,
             const Dimensions& dimensions) {
  return std::all_of(
      wide.begin(), wide.end(), [&](const CauseCondition& condition) {
        const auto same = std::find_if(
            narrow.begin(), narrow.end(), [&](const CauseCondition& other) {
              return other.dimension == condition.dimension;
            });
        if (same == narrow.end()) return false;
        if (same->value == condition.value) return true;
        const size_t d = dimensions.FindDimension(condition.dimension);
        if (d == dimensions.size()) return false;
        const DimensionValue part = dimensions.Find(d, same->value);
        const DimensionValue whole = dimensions.Find(d, condition.value);
        return part != kNoDimensionValue && whole != kNoDimensionValue &&
               dimensions.IsWithin(d, part, whole);
      });
}

}  // namespace concordat
