// What all fault tests found, in one table: `./run faults` prints it.
#ifndef CONCORDAT_TESTS_FAULTS_FAULT_TABLE_H_
#define CONCORDAT_TESTS_FAULTS_FAULT_TABLE_H_

#include <cstdint>
#include <string>

namespace concordat {

// What was found after a fault, against what was acknowledged before it.
enum class Found {
  kRight,
  kLost,     // An acknowledged write is not there.
  kHalf,     // A state that no number of whole writes gives.
  kDoubled,  // A write is there twice.
  kWrong,    // Damage was served as if it were data.
};

// The rounds of one kind of fault.
struct FaultCounts {
  int64_t rounds = 0;
  int64_t struck = 0;  // Rounds in which the fault happened.
  int64_t lost = 0;
  int64_t half = 0;
  int64_t doubled = 0;
  int64_t wrong = 0;

  void Add(Found found);
};

// Prints the row and, where CONCORDAT_FAULT_TABLE names a file, appends it
// there: `kind`, a tab and the six counts between tabs, which is what ./run
// reads. Fails the test unless all but the first two counts are 0.
void ReportFaults(const std::string& kind, const FaultCounts& counts);

}  // namespace concordat

#endif  // CONCORDAT_TESTS_FAULTS_FAULT_TABLE_H_
