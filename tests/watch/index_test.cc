// The index of filters finds everybody whose filter matches, whoever came and
// went before.
//
// CONCORDAT_TEST_SEED repeats a run.
#include "server/watch/index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/watch/filter.h"

namespace concordat {
namespace {

using Random = std::mt19937;

unsigned Seed() {
  const char* const given = std::getenv("CONCORDAT_TEST_SEED");
  return given == nullptr ? std::random_device()()
                          : static_cast<unsigned>(std::atoll(given));
}

int Pick(Random& random, int count) {
  return std::uniform_int_distribution<int>(0, count - 1)(random);
}

std::string NameOf(Random& random) {
  return absl::StrCat("n", Pick(random, 4));
}

EntityId EntityOf(Random& random) {
  return {absl::StrCat("t", Pick(random, 2)), absl::StrCat(Pick(random, 4))};
}

WatchFilter FilterOf(Random& random) {
  WatchFilter filter;
  while (Pick(random, 3) == 0) {
    filter.kinds.insert(static_cast<WatchKind>(1 + Pick(random, 6)));
  }
  while (Pick(random, 3) == 0)
    filter.types.insert(absl::StrCat("t", Pick(random, 2)));
  while (Pick(random, 3) == 0) filter.attributes.insert(NameOf(random));
  while (Pick(random, 3) == 0) filter.channels.insert(NameOf(random));
  while (Pick(random, 3) == 0) filter.entities.insert(EntityOf(random));
  return filter;
}

TEST(WatchIndexTest, MissesNobody) {
  const unsigned seed = Seed();
  std::cout << "CONCORDAT_TEST_SEED=" << seed << "\n";
  Random random(seed);
  std::vector<WatchFilter> filters;
  for (int i = 0; i < 200; ++i) filters.push_back(FilterOf(random));
  WatchIndex<size_t> index;
  std::set<size_t> there;
  int matches = 0;
  for (int round = 0; round < 5000; ++round) {
    const auto one = static_cast<size_t>(Pick(random, 200));
    if (there.insert(one).second) {
      index.Add(filters[one], one);
    } else {
      there.erase(one);
      index.Remove(filters[one], one);
    }
    const EntityId first = EntityOf(random);
    const EntityId second = EntityOf(random);
    const std::string attribute = Pick(random, 3) == 0 ? "" : NameOf(random);
    const std::string channel = Pick(random, 3) == 0 ? "" : NameOf(random);
    EventSubject event{.kind = static_cast<WatchKind>(1 + Pick(random, 6)),
                       .entities = {&first},
                       .attribute = attribute,
                       .channel = channel};
    if (Pick(random, 2) == 0) event.entities.push_back(&second);
    std::set<size_t> found;
    index.ForEachCandidate(event, [&](size_t candidate) {
      EXPECT_EQ(there.count(candidate), 1) << "is gone";
      if (filters[candidate].Matches(event)) found.insert(candidate);
    });
    std::set<size_t> expected;
    for (const size_t candidate : there) {
      if (filters[candidate].Matches(event)) expected.insert(candidate);
    }
    ASSERT_EQ(found, expected);
    matches += static_cast<int>(expected.size());
  }
  EXPECT_GT(matches, 5000);
}

}  // namespace
}  // namespace concordat
