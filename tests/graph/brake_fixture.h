// One brake on over-merging after the other: what was recorded before, what is
// refused then, and what of it can be overridden.
#ifndef CONCORDAT_TESTS_GRAPH_BRAKE_FIXTURE_H_
#define CONCORDAT_TESTS_GRAPH_BRAKE_FIXTURE_H_

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/facts.h"
#include "graph/schema.h"
#include "gtest/gtest.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {

inline const EntityId kA{"customer", "a"};
inline const EntityId kB{"customer", "b"};
inline const EntityId kC{"customer", "c"};
inline const EntityId kD{"customer", "d"};

// "DECLARED_DISTINCT", or "MERGE_REFUSED max_values of email: 3 > 2".
inline std::string RefusalText(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return status.ok() ? "OK" : status.ToString();
  std::string text(ErrorReasonName(detail->reason));
  std::string brake, of, actual, allowed;
  for (const auto& [name, value] : detail->metadata) {
    (name == "brake" || name == "limit" ? brake
     : name == "of"                     ? of
     : name == "actual"                 ? actual
                                        : allowed) = value;
  }
  if (!brake.empty()) absl::StrAppend(&text, " ", brake);
  if (!of.empty()) absl::StrAppend(&text, " of ", of);
  if (actual != "0" && !actual.empty()) {
    absl::StrAppend(&text, ": ", actual, " > ", allowed);
  }
  return text;
}

struct BrakeCase {
  const char* name;
  std::function<void(Schema&)> declare;
  // Written one after another, a day apart, from the first of January; after
  // facts that make a, b, c and d known.
  std::vector<std::vector<Change>> before;
  // Refused as `refusal` says; the whole of it with override_brakes as
  // `overridden` says.
  std::vector<Change> change;
  std::string refusal;
  std::string overridden;
};
inline void PrintTo(const BrakeCase& test, std::ostream* out) {
  *out << test.name;
}

class BrakeTest : public testing::TestWithParam<BrakeCase> {
 protected:
  void SetUp() override {
    if (GetParam().declare) GetParam().declare(graph_.mutable_schema());
    graph_.Write({MakeFact(kA, "visits", "1"), MakeFact(kB, "visits", "2"),
                  MakeFact(kC, "visits", "3"), MakeFact(kD, "visits", "4"),
                  MakeFact({"order", "o"}, "status", "open")});
    int day = 1;
    for (const std::vector<Change>& changes : GetParam().before) {
      graph_.SetNow(Day(1, day++));
      graph_.Write(changes);
    }
    graph_.SetNow(Day(1, day));
  }

  std::string Try(std::vector<Change> changes, bool override_brakes) {
    WriteBatch batch;
    for (Change& change : changes) {
      if (auto* merge = std::get_if<MergeRecord>(&change)) {
        merge->overrides_brakes = override_brakes;
        if (override_brakes) merge->recorded.reason = "seen both passports";
      }
    }
    batch.changes = std::move(changes);
    return RefusalText(graph_.TryWrite(batch).status());
  }

  TestGraph graph_;
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_GRAPH_BRAKE_FIXTURE_H_
