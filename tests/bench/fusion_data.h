// Real data with its truth, read and grouped with the project's own readers,
// for the benchmark of fusion.
#ifndef CONCORDAT_TESTS_BENCH_FUSION_DATA_H_
#define CONCORDAT_TESTS_BENCH_FUSION_DATA_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/consistency/fusion_world.h"

namespace concordat::bench {

// One cell of a file.
struct FusionCell {
  std::string channel;
  std::string text;
  // The number of its value; nullopt where it says none: blank, declared
  // absent, unreadable, or compatible with several.
  std::optional<int> value;
  bool absent = false;
};

// An item with its truth. The numbers of values are those of the cells.
struct FusionItem {
  std::string key;
  std::string attribute;
  std::vector<FusionCell> cells;  // in the order of the file
  std::string truth_text;
  int truth = kTruthUnsaid;
  // By value: how one channel wrote it, in canonical form.
  std::vector<std::string> canonical;
};

// nullopt where the data is not there. `without`: channels that are left out.
// Prints to standard error and ends the program where the data is there and
// cannot be read.
std::optional<std::vector<FusionItem>> LoadFlights(
    const std::string& data, const std::string& vocabularies,
    const std::set<std::string>& without);

// Of several records of one customer in one system the latest counts.
std::optional<std::vector<FusionItem>> LoadCustomers(
    const std::string& data, const std::string& vocabularies);

// What the channels say, for learning. The truth is in it, for Observe to hide.
std::vector<WorldItem> SaidOf(const std::vector<FusionItem>& items);

}  // namespace concordat::bench

#endif  // CONCORDAT_TESTS_BENCH_FUSION_DATA_H_
