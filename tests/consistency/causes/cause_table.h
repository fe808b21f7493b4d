// Observations written by hand, by the names of their values.
#ifndef CONCORDAT_TESTS_CONSISTENCY_CAUSES_CAUSE_TABLE_H_
#define CONCORDAT_TESTS_CONSISTENCY_CAUSES_CAUSE_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "consistency/causes/cause.h"
#include "consistency/causes/cause_observations.h"
#include "consistency/causes/dimensions.h"
#include "consistency/causes/find_causes.h"

namespace concordat {

// The dimensions are channel, attribute, app, region and team, which are
// shared, kind (a detail), and code_map and change (origins).
class CauseTable {
 public:
  CauseTable();

  // That a value is a part of another, which is added if it is new.
  void AddPart(const std::string& dimension, const std::string& value,
               const std::string& whole);
  // As many of each. What is not named has no value.
  void Add(const CauseConditions& values, int64_t findings, int64_t agreements);
  void AddFindings(const CauseConditions& values, int64_t findings);

  const Dimensions& dimensions() const { return dimensions_; }
  // It must not outlive the table.
  CauseObservations Observe() const;
  FoundCauses Find(const CauseOptions& options = {}) const;

 private:
  struct Row {
    std::vector<DimensionValue> tuple;
    int64_t findings = 0;
    int64_t agreements = 0;
  };

  Dimensions dimensions_;
  std::vector<Row> rows_;
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_CONSISTENCY_CAUSES_CAUSE_TABLE_H_
