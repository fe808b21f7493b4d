// Rows as the storage tests write and compare them.
#ifndef CONCORDAT_TESTS_CONFORMANCE_ROWS_H_
#define CONCORDAT_TESTS_CONFORMANCE_ROWS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "graph/status_macros.h"
#include "graph/store.h"

namespace concordat {

inline constexpr Space kApples = {0, "apples"};
inline constexpr Space kPears = {1, "pears"};
inline constexpr Space kLast = {kSpacesMax - 1, "the_last"};
inline constexpr Space kTestSpaces[] = {kApples, kPears, kLast};

using Rows = std::vector<std::pair<std::string, std::string>>;

inline Rows ScanRows(const Reader& reader, Space space,
                     absl::string_view begin = "", absl::string_view end = "") {
  Rows rows;
  const absl::Status status = reader.Scan(
      space, begin, end, [&](absl::string_view key, absl::string_view value) {
        rows.emplace_back(std::string(key), std::string(value));
        return true;
      });
  EXPECT_TRUE(status.ok()) << status;
  return rows;
}

inline Rows ScanRows(Store& store, Space space, absl::string_view begin = "",
                     absl::string_view end = "") {
  auto reader = store.Snapshot();
  EXPECT_TRUE(reader.ok()) << reader.status();
  return reader.ok() ? ScanRows(**reader, space, begin, end) : Rows{};
}

// The value, or nullopt; an error fails the test.
inline std::optional<std::string> GetRow(const Reader& reader, Space space,
                                         absl::string_view key) {
  auto value = reader.Get(space, key);
  EXPECT_TRUE(value.ok()) << value.status();
  return value.ok() ? *value : std::nullopt;
}

inline std::optional<std::string> GetRow(Store& store, Space space,
                                         absl::string_view key) {
  auto reader = store.Snapshot();
  EXPECT_TRUE(reader.ok()) << reader.status();
  return reader.ok() ? GetRow(**reader, space, key) : std::nullopt;
}

inline absl::Status PutRows(Store& store, Space space, const Rows& rows) {
  return store.Write([&](Transaction& transaction) {
    for (const auto& [key, value] : rows) {
      CONCORDAT_RETURN_IF_ERROR(transaction.Put(space, key, value));
    }
    return absl::OkStatus();
  });
}

inline absl::Status DeleteRow(Store& store, Space space,
                              absl::string_view key) {
  return store.Write(
      [&](Transaction& transaction) { return transaction.Delete(space, key); });
}

// CONCORDAT_TEST_SEED, or `seed` where it is not set. Printed with every
// failure in the scope by SCOPED_TRACE.
inline uint64_t TestSeed(uint64_t seed) {
  const char* text = std::getenv("CONCORDAT_TEST_SEED");
  return text == nullptr ? seed : std::strtoull(text, nullptr, 10);
}

// A number in [0, bound), the same for a seed on every platform, unlike that
// of std::uniform_int_distribution.
inline uint64_t Below(std::mt19937_64& random, uint64_t bound) {
  return random() % bound;
}

}  // namespace concordat

#endif  // CONCORDAT_TESTS_CONFORMANCE_ROWS_H_
