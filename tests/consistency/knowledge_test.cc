#include "consistency/knowledge.h"

#include <string>

#include "gtest/gtest.h"

namespace concordat {
namespace {

TEST(GenerationCacheTest, KeepsWhatIsUsedOnceAGeneration) {
  GenerationCache<int, std::string> cache(4);
  cache.Insert(0, "kept");
  for (int key = 1; key < 100; ++key) {
    cache.Insert(key, "passing");
    ASSERT_NE(cache.Find(0), nullptr) << "after " << key;
  }
  EXPECT_EQ(*cache.Find(0), "kept");
  EXPECT_EQ(cache.Find(1), nullptr);
}

TEST(GenerationCacheTest, WhatIsReplacedOrErasedHasNoWeight) {
  GenerationCache<int, int> cache(4);
  cache.Insert(1, 10, 2);
  for (int i = 0; i < 10; ++i) cache.Insert(2, i, 2);
  EXPECT_EQ(cache.weight(), 4u);
  cache.Erase(2);
  EXPECT_EQ(cache.weight(), 2u);
  cache.Insert(3, 30, 2);
  ASSERT_NE(cache.Find(1), nullptr);
  EXPECT_EQ(*cache.Find(3), 30);
}

TEST(GenerationCacheTest, HoldsAtMostTwoGenerations) {
  GenerationCache<int, int> cache(4);
  for (int key = 0; key < 100; ++key) cache.Insert(key, key);
  int found = 0;
  for (int key = 0; key < 100; ++key) found += cache.Find(key) != nullptr;
  EXPECT_GE(found, 4);
  EXPECT_LE(found, 8);
}

TEST(GenerationCacheTest, AHeavyEntryMakesRoomForItself) {
  GenerationCache<int, int> cache(4);
  for (int key = 0; key < 4; ++key) cache.Insert(key, key);
  cache.Insert(4, 4, 100);
  ASSERT_NE(cache.Find(4), nullptr);
  cache.Insert(5, 5);
  cache.Insert(6, 6, 4);
  EXPECT_EQ(cache.Find(4), nullptr);
  EXPECT_NE(cache.Find(6), nullptr);
}

TEST(GenerationCacheTest, ErasedIsGoneFromBothGenerations) {
  GenerationCache<int, int> cache(2);
  cache.Insert(1, 1);
  cache.Insert(2, 2);
  cache.Insert(3, 3);  // 1 and 2 are old now
  cache.Erase(1);
  cache.Erase(3);
  EXPECT_EQ(cache.Find(1), nullptr);
  EXPECT_EQ(cache.Find(3), nullptr);
  EXPECT_NE(cache.Find(2), nullptr);
  cache.Clear();
  EXPECT_EQ(cache.Find(2), nullptr);
}

}  // namespace
}  // namespace concordat
