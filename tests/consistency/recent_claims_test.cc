#include "consistency/recent_claims.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include "consistency/rows.h"
#include "graph/memory_store.h"
#include "graph/rows.h"

namespace concordat {
namespace {

ClaimKey Key(uint64_t number) { return {number * 0x9e3779b97f4a7c15, number}; }

TEST(RecentClaimsTest, AClaimThatCameBeforeIsKnown) {
  RecentClaims recent(8);
  EXPECT_TRUE(recent.Add(Key(1)));
  EXPECT_FALSE(recent.Add(Key(1)));
  EXPECT_TRUE(recent.Add(Key(2)));
  recent.RemoveNewest();
  EXPECT_TRUE(recent.Add(Key(2)));
  EXPECT_FALSE(recent.Add(Key(1)));
}

// Held against a queue that is looked through, at sizes at which the ring is
// written over many times and the table doubles.
TEST(RecentClaimsTest, RemembersTheNewestAsAQueueWould) {
  for (const size_t keys_max : {size_t{4}, size_t{64}, size_t{4096}}) {
    std::mt19937_64 random(keys_max);
    RecentClaims recent(keys_max);
    std::deque<uint64_t> queue;
    for (int step = 0; step < 40'000; ++step) {
      const uint64_t number = random() % (2 * keys_max) + 1;
      const bool known =
          std::find(queue.begin(), queue.end(), number) != queue.end();
      ASSERT_EQ(recent.Add(Key(number)), !known) << step;
      if (known) continue;
      queue.push_back(number);
      if (queue.size() > keys_max) queue.pop_front();
      if (random() % 8 != 0) continue;
      recent.RemoveNewest();
      queue.pop_back();
    }
  }
}

TEST(RecentClaimsTest, IsReadFromTheLogNewestFirst) {
  MemoryStore store;
  constexpr uint64_t kCommits = 10'000;  // more than one step back
  ASSERT_TRUE(store
                  .Write([](Transaction& tx) {
                    for (uint64_t i = 1; i <= kCommits; ++i) {
                      const ClaimKey keys[] = {Key(i)};
                      const absl::Status put =
                          rows::PutClaimKeys(tx, Revision(i), keys);
                      if (!put.ok()) return put;
                    }
                    return rows::PutHead(tx, Revision(kCommits));
                  })
                  .ok());
  RecentClaims recent(1024);
  ASSERT_TRUE(recent.Load(**store.Snapshot()).ok());
  EXPECT_FALSE(recent.Add(Key(kCommits)));
  EXPECT_FALSE(recent.Add(Key(kCommits - 1023)));
  EXPECT_TRUE(recent.Add(Key(1)));
}

}  // namespace
}  // namespace concordat
