#include "tests/consistency/causes/cause_table.h"

#include <cstdlib>
#include <utility>

namespace concordat {
namespace {

template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) std::abort();
  return *std::move(value);
}

void Must(const absl::Status& status) {
  if (!status.ok()) std::abort();
}

}  // namespace

CauseTable::CauseTable() {
  for (const char* name : {"channel", "attribute", "app", "region", "team"}) {
    Must(dimensions_.AddDimension(name, DimensionRole::kShared));
  }
  Must(dimensions_.AddDimension("kind", DimensionRole::kDetail));
  Must(dimensions_.AddDimension("code_map", DimensionRole::kOrigin));
  Must(dimensions_.AddDimension("change", DimensionRole::kOrigin));
}

void CauseTable::AddPart(const std::string& dimension, const std::string& value,
                         const std::string& whole) {
  const size_t d = dimensions_.FindDimension(dimension);
  DimensionValue parent = dimensions_.Find(d, whole);
  if (parent == kNoDimensionValue)
    parent = Must(dimensions_.AddValue(d, whole));
  Must(dimensions_.AddValue(d, value, parent));
}

void CauseTable::Add(const CauseConditions& values, int64_t findings,
                     int64_t agreements) {
  Row row;
  row.tuple.resize(dimensions_.size());
  for (const CauseCondition& one : values) {
    const size_t d = dimensions_.FindDimension(one.dimension);
    const DimensionValue known = dimensions_.Find(d, one.value);
    row.tuple[d] = known != kNoDimensionValue
                       ? known
                       : Must(dimensions_.AddValue(d, one.value));
  }
  row.findings = findings;
  row.agreements = agreements;
  rows_.push_back(std::move(row));
}

void CauseTable::AddFindings(const CauseConditions& values, int64_t findings) {
  Add(values, findings, 0);
}

CauseObservations CauseTable::Observe() const {
  CauseObservations observations(dimensions_);
  for (const Row& row : rows_) {
    if (row.findings > 0)
      Must(observations.AddFindings(row.tuple, row.findings));
    if (row.agreements > 0) {
      Must(observations.AddAgreements(row.tuple, row.agreements));
    }
  }
  return observations;
}

FoundCauses CauseTable::Find(const CauseOptions& options) const {
  return Must(FindCauses(Observe(), options));
}

}  // namespace concordat
