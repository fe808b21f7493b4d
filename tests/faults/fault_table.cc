#include "tests/faults/fault_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"

namespace concordat {

void FaultCounts::Add(Found found) {
  lost += found == Found::kLost ? 1 : 0;
  half += found == Found::kHalf ? 1 : 0;
  doubled += found == Found::kDoubled ? 1 : 0;
  wrong += found == Found::kWrong ? 1 : 0;
}

void ReportFaults(const std::string& kind, const FaultCounts& counts) {
  const std::string row = absl::StrCat(
      kind, "\t", counts.rounds, "\t", counts.struck, "\t", counts.lost, "\t",
      counts.half, "\t", counts.doubled, "\t", counts.wrong, "\n");
  std::cout << row;
  if (const char* path = std::getenv("CONCORDAT_FAULT_TABLE");
      path != nullptr) {
    std::ofstream(path, std::ios::app) << row;
  }
  EXPECT_EQ(counts.lost, 0) << kind;
  EXPECT_EQ(counts.half, 0) << kind;
  EXPECT_EQ(counts.doubled, 0) << kind;
  EXPECT_EQ(counts.wrong, 0) << kind;
}

}  // namespace concordat
