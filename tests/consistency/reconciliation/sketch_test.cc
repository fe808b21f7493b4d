#include "consistency/reconciliation/sketch.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "gtest/gtest.h"
#include "tests/consistency/reconciliation/sets.h"

namespace concordat::reconciliation {
namespace {

constexpr SymbolRange kRanges[] = {{0, 0},    {0, 1},     {0, 31},   {0, 32},
                                   {0, 33},   {0, 100},   {5, 20},   {31, 33},
                                   {32, 32},  {32, 33},   {32, 400}, {33, 34},
                                   {70, 900}, {899, 900}, {900, 900}};

void ExpectSame(const Sketch& a, const Sketch& b) {
  EXPECT_EQ(a.Serialize(), b.Serialize());
}

std::optional<ErrorReason> ReasonOf(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return std::nullopt;
  return detail->reason;
}

TEST(LadderTest, ARangeHasTheCellsOfTheWholeThatLieInIt) {
  std::mt19937_64 random(1);
  for (const Item item : RandomItems(500, random)) {
    std::vector<size_t> all;
    CellRange(0, 3000).ForEach(item, [&](size_t at) { all.push_back(at); });
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    EXPECT_LE(all.size(), CellRange(0, 3000).cells_max());
    const size_t begin = random() % 3000;
    const size_t end = begin + random() % (3001 - begin);
    std::vector<size_t> some;
    CellRange(begin, end).ForEach(item, [&](size_t at) { some.push_back(at); });
    std::vector<size_t> expected;
    for (const size_t at : all) {
      if (at >= begin && at < end) expected.push_back(at);
    }
    EXPECT_EQ(some, expected) << begin << " " << end;
  }
}

// What is on the wire must not change within a version: these were written by
// it.
TEST(SketchTest, SymbolsStayWhatTheyAre) {
  const Sketch sketch =
      SketchOf({*Item::FromNumber(1), Item::FromHash(UINT64_MAX)}, {0, 200});
  uint64_t sum = 0;
  for (const char byte : sketch.Serialize()) {
    sum = Mix(sum + static_cast<uint8_t>(byte));
  }
  EXPECT_EQ(sum, 9045444039044001855u);
}

TEST(SketchTest, WhatIsInsertedAndRemovedIsAsIfMadeAnew) {
  for (const SymbolRange& range : kRanges) {
    std::mt19937_64 random(range.end);
    Sketch kept = *Sketch::Create(range);
    std::vector<Item> items;
    for (int step = 0; step < 2000; ++step) {
      if (!items.empty() && random() % 3 == 0) {
        std::swap(items[random() % items.size()], items.back());
        kept.Remove(items.back());
        items.pop_back();
      } else {
        items.push_back(Item::FromHash(random()));
        kept.Insert(items.back());
      }
    }
    EXPECT_EQ(kept.summary().items, items.size());
    ExpectSame(kept, SketchOf(items, range));
    for (const Item item : items) kept.Remove(item);
    ExpectSame(kept, *Sketch::Create(range));
  }
}

TEST(SketchTest, ThatOfAWholeIsTheSumOfItsParts) {
  for (const SymbolRange& range : kRanges) {
    std::mt19937_64 random(2);
    const std::vector<Item> a = RandomItems(100, random);
    const std::vector<Item> b = RandomItems(150, random);
    std::vector<Item> both = a;
    both.insert(both.end(), b.begin(), b.end());
    Sketch sum = SketchOf(a, range);
    ASSERT_TRUE(sum.Add(SketchOf(b, range)).ok());
    ExpectSame(sum, SketchOf(both, range));
    ASSERT_TRUE(sum.Subtract(SketchOf(a, range)).ok());
    ExpectSame(sum, SketchOf(b, range));
  }
}

TEST(SketchTest, APartIsAsIfMadeByItself) {
  std::mt19937_64 random(3);
  const std::vector<Item> items = RandomItems(300, random);
  const Sketch whole = SketchOf(items, {0, 900});
  for (const SymbolRange& range : kRanges) {
    ExpectSame(*whole.Slice(range), SketchOf(items, range));
  }
  const Sketch middle = SketchOf(items, {40, 500});
  ExpectSame(*middle.Slice({100, 200}), SketchOf(items, {100, 200}));
}

TEST(SketchTest, OtherSymbolsAreRefused) {
  Sketch sketch = *Sketch::Create({10, 100});
  const Sketch other = *Sketch::Create({10, 101});
  const size_t max = limits::kReconciliationSymbolsMax;
  const struct {
    const char* name;
    absl::Status status;
    ErrorReason reason;
  } cases[] = {
      {"added", sketch.Add(other), ErrorReason::kInvalidField},
      {"subtracted", sketch.Subtract(other), ErrorReason::kInvalidField},
      {"begins before", sketch.Slice({9, 20}).status(),
       ErrorReason::kInvalidField},
      {"ends after", sketch.Slice({20, 101}).status(),
       ErrorReason::kInvalidField},
      {"ends before it begins", Sketch::Create({2, 1}).status(),
       ErrorReason::kInvalidField},
      {"too many", Sketch::Create({0, max + 1}).status(),
       ErrorReason::kLimitExceeded},
      {"far too many", Sketch::Create({SIZE_MAX, SIZE_MAX}).status(),
       ErrorReason::kLimitExceeded},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(ReasonOf(test.status), test.reason) << test.name;
  }
  EXPECT_TRUE(Sketch::Create({max - 1, max}).ok());
}

TEST(SketchTest, IsReadAsItWasWritten) {
  std::mt19937_64 random(4);
  const Sides sides = RandomSides(200, random);
  for (const SymbolRange& range : kRanges) {
    // Counts below zero as well.
    for (const Sketch& sketch :
         {SketchOf(sides.theirs, range), sides.Symbols(range)}) {
      const std::string bytes = sketch.Serialize();
      const auto read = Sketch::Parse(bytes);
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_EQ(read->range(), range);
      EXPECT_EQ(read->summary(), sketch.summary());
      ExpectSame(*read, sketch);
    }
  }
}

TEST(SketchTest, TakesAsManyBytesAsItSays) {
  EXPECT_LE(Sketch::Create({0, 0})->Serialize().size(), 39u);
  const auto bytes = [](SymbolRange range) {
    return Sketch::Create(range)->Serialize().size() -
           Sketch::Create({range.end, range.end})->Serialize().size();
  };
  EXPECT_EQ(bytes({0, 32}), 32 * 8u);
  EXPECT_EQ(bytes({32, 100}), 68 * 12u);
}

TEST(SketchTest, WhatWasCutOffOrGrewIsRefused) {
  std::mt19937_64 random(5);
  const std::string bytes =
      SketchOf(RandomItems(50, random), {10, 60}).Serialize();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(ReasonOf(Sketch::Parse(bytes.substr(0, size)).status()),
              ErrorReason::kInvalidField)
        << size;
  }
  EXPECT_EQ(ReasonOf(Sketch::Parse(absl::StrCat(bytes, "x")).status()),
            ErrorReason::kInvalidField);
}

TEST(SketchTest, BytesThatAreNoneAreRefused) {
  const std::string check(8, '\0');
  const std::string large(8, '\xff');
  const struct {
    const char* name;
    std::string bytes;
    ErrorReason reason;
  } cases[] = {
      {"nothing", "", ErrorReason::kInvalidField},
      {"version 0", absl::StrCat(std::string(4, '\0'), check),
       ErrorReason::kInvalidField},
      {"version 2", absl::StrCat(std::string("\2\0\0\0", 4), check),
       ErrorReason::kInvalidField},
      {"ends before it begins", absl::StrCat(std::string("\1\2\1\0", 4), check),
       ErrorReason::kInvalidField},
      {"a number without an end", std::string("\1") + std::string(20, '\x80'),
       ErrorReason::kInvalidField},
      {"a power sum beyond the field",
       absl::StrCat(std::string("\1\0\1\0", 4), check, large),
       ErrorReason::kInvalidField},
      {"more symbols than there may be",
       absl::StrCat(std::string("\1\0\xff\xff\xff\xff\x7f\0", 8), check),
       ErrorReason::kLimitExceeded},
      {"as many symbols as there may be, and none of them",
       absl::StrCat(std::string("\1\0\x80\x80\x40\0", 6), check),
       ErrorReason::kInvalidField},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(ReasonOf(Sketch::Parse(test.bytes).status()), test.reason)
        << test.name;
  }
}

}  // namespace
}  // namespace concordat::reconciliation
