#include "consistency/sampling/sample_order.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/sampling/sampling_plan.h"
#include "graph/errors.h"
#include "gtest/gtest.h"

namespace concordat::sampling {
namespace {

std::vector<uint32_t> FirstOf(uint64_t seed, size_t size, uint32_t population) {
  FirstInOrder first(size);
  for (uint32_t i = 0; i < population; ++i) {
    first.Offer(PlaceOf(seed, "customer", absl::StrCat("c", i)), i);
  }
  return first.Take();
}

TEST(SampleOrderTest, IsTheSameForTheSameSeedWhateverTheOrderOfOffers) {
  FirstInOrder backwards(100);
  for (uint32_t i = 5000; i-- > 0;) {
    backwards.Offer(PlaceOf(1, "customer", absl::StrCat("c", i)), i);
  }
  EXPECT_EQ(backwards.Take(), FirstOf(1, 100, 5000));
  EXPECT_NE(FirstOf(2, 100, 5000), FirstOf(1, 100, 5000));
}

// So it stays when the server, the machine or the version is another.
TEST(SampleOrderTest, PlacesAreFixedForEver) {
  EXPECT_EQ(PlaceOf(0, "customer", "a"), PlaceOf(0, "customer", "a"));
  EXPECT_NE(PlaceOf(0, "customer", "a"), PlaceOf(1, "customer", "a"));
  EXPECT_NE(PlaceOf(0, "customer", "a"), PlaceOf(0, "organisation", "a"));
  EXPECT_EQ(FirstOf(42, 4, 1000), (std::vector<uint32_t>{737, 259, 326, 238}));
}

TEST(SampleOrderTest, ALargerSampleBeginsWithTheSmaller) {
  const std::vector<uint32_t> all = FirstOf(1, 5000, 5000);
  for (const size_t size : {0, 1, 10, 777, 4999}) {
    const std::vector<uint32_t> some = FirstOf(1, size, 5000);
    EXPECT_EQ(some,
              std::vector<uint32_t>(
                  all.begin(), all.begin() + static_cast<ptrdiff_t>(size)));
  }
  EXPECT_EQ(std::set<uint32_t>(all.begin(), all.end()).size(), 5000);
}

// Of each thousand in a row as many as of the others: chi squared of 9 degrees
// of freedom is above 27.9 once in a thousand seeds.
TEST(SampleOrderTest, EveryEntityHasTheSameChance) {
  std::vector<double> counts(10);
  for (const uint32_t one : FirstOf(9, 2000, 10'000)) {
    ++counts[one / 1000];
  }
  double chi_squared = 0;
  for (const double count : counts) {
    chi_squared += (count - 200) * (count - 200) / 200;
  }
  EXPECT_LT(chi_squared, 27.9);
}

TEST(SamplingPlanTest, SaysWhichNumberIsWrong) {
  const SamplingPlan good = {.precision = 0.01};
  struct Row {
    SamplingPlan plan;
    std::string field;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Row& row : std::vector<Row>{
           {good, ""},
           {{.entities_max = 10}, ""},
           {{.sequential = true, .decide_rate = 0.1}, ""},
           {{}, "precision"},
           {{.precision = 0.6}, "precision"},
           {{.precision = -1}, "precision"},
           {{.precision = nan}, "precision"},
           {{.precision = 0.1, .confidence = 1}, "confidence"},
           {{.precision = 0.1, .confidence = nan}, "confidence"},
           {{.entities_max = -1}, "entities_max"},
           {{.entities_max = 1'000'001}, "entities_max"},
           {{.precision = 0.1, .decide_rate = 0.5}, "decide_rate"},
           {{.precision = 0.1, .sequential = true, .decide_rate = 2},
            "decide_rate"},
           {{.precision = 0.1, .allocation = Allocation::kNeyman},
            "allocation"},
           {{.precision = 0.1,
           .stratify_by = "tier",
           .allocation = Allocation::kNeyman,
           .sequential = true},
            "allocation"},
           {{.precision = 0.1, .allocation = static_cast<Allocation>(7)},
            "allocation"},
       }) {
    const absl::Status status = Validate(row.plan);
    const std::optional<ErrorDetail> detail = DetailOf(status);
    EXPECT_EQ(detail.has_value() ? detail->field : "", row.field) << status;
    EXPECT_EQ(status.ok(), row.field.empty());
  }
}

}  // namespace
}  // namespace concordat::sampling
