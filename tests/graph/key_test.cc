#include "graph/key.h"

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

TEST(KeyTest, PartsComeBackInOrder) {
  KeyWriter writer;
  writer.String("a").Entity({"customer", "c 1"}).Number(7).Short(9);
  writer.Time(absl::FromUnixMicros(-5)).At(Revision(3));
  const std::string key = writer.Take();
  KeyReader reader(key);
  EXPECT_EQ(reader.String(), "a");
  EXPECT_EQ(reader.Entity(), (EntityId{"customer", "c 1"}));
  EXPECT_EQ(reader.Number(), 7u);
  EXPECT_EQ(reader.Short(), 9u);
  EXPECT_EQ(reader.Time(), absl::FromUnixMicros(-5));
  EXPECT_EQ(reader.At(), Revision(3));
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.rest().empty());
}

TEST(KeyTest, EveryTruncationIsNoticed) {
  KeyWriter writer;
  writer.String("abc").Number(1).Short(2).Time(absl::UnixEpoch());
  const std::string whole = writer.Take();
  for (size_t size = 0; size <= whole.size(); ++size) {
    KeyReader reader(absl::string_view(whole).substr(0, size));
    reader.String();
    reader.Number();
    reader.Short();
    reader.Time();
    EXPECT_EQ(reader.ok(), size == whole.size()) << size;
  }
}

TEST(KeyTest, EarlierTimesSortFirst) {
  const absl::Time times[] = {
      absl::InfinitePast(),
      absl::FromCivil(absl::CivilDay(1, 1, 1), absl::UTCTimeZone()),
      absl::FromUnixMicros(-256),
      absl::FromUnixMicros(-1),
      absl::UnixEpoch(),
      absl::FromUnixMicros(1),
      absl::FromUnixMicros(256),
      absl::FromCivil(absl::CivilDay(9999, 12, 31), absl::UTCTimeZone()),
      absl::InfiniteFuture(),
  };
  for (size_t i = 0; i + 1 < std::size(times); ++i) {
    EXPECT_LT(KeyWriter().Time(times[i]).bytes(),
              KeyWriter().Time(times[i + 1]).bytes())
        << i;
  }
}

// Property: keys compare as the tuples of their parts do.
TEST(KeyTest, OrderOfKeysIsOrderOfParts) {
  using Parts = std::tuple<std::string, int64_t, uint64_t, uint32_t>;
  std::mt19937_64 random(20261121);
  const auto text = [&random] {
    std::string bytes(random() % 4, ' ');
    for (char& c : bytes) c = "ab\x01\x7f\xff "[random() % 6];
    return bytes;
  };
  const auto number = [&random] {
    const uint64_t bits = random();
    switch (random() % 3) {
      case 0:
        return bits % 3;
      case 1:
        return std::numeric_limits<uint64_t>::max() - bits % 3;
      default:
        return bits;
    }
  };
  const auto key_of = [](const Parts& parts) {
    KeyWriter key;
    key.String(std::get<0>(parts));
    key.Time(absl::FromUnixMicros(std::get<1>(parts)));
    key.Number(std::get<2>(parts)).Short(std::get<3>(parts));
    return key.Take();
  };
  const auto draw = [&]() -> Parts {
    // Times that FromUnixMicros can hold and that are not the infinities.
    return {text(), static_cast<int64_t>(number()) / 2, number(),
            static_cast<uint32_t>(number())};
  };
  for (int round = 0; round < 20000; ++round) {
    const Parts a = draw();
    Parts b = draw();
    if (random() % 2 == 0) std::get<0>(b) = std::get<0>(a);
    if (random() % 2 == 0) std::get<1>(b) = std::get<1>(a);
    EXPECT_EQ(a < b, key_of(a) < key_of(b));
    EXPECT_EQ(a == b, key_of(a) == key_of(b));
  }
}

TEST(KeyTest, AShorterIdIsNoPrefixOfALongerOne) {
  const std::string a = KeyWriter().Entity({"customer", "1"}).Take();
  const std::string b = KeyWriter().Entity({"customer", "10"}).Take();
  EXPECT_NE(b.substr(0, a.size()), a);
  EXPECT_LT(a, b);
}

TEST(KeyTest, PrefixEndIsTheLeastKeyAboveThePrefix) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd(std::string("a\0", 2)), "a\x01");
  EXPECT_EQ(PrefixEnd("a\xff"), "b");
  EXPECT_EQ(PrefixEnd("a\xff\xff"), "b");
  EXPECT_EQ(PrefixEnd("\xff\xff"), "");
  EXPECT_EQ(PrefixEnd(""), "");
}

TEST(KeyTest, PrefixEndIsAboveEveryKeyWithThePrefix) {
  std::mt19937 random(7);
  for (int round = 0; round < 5000; ++round) {
    std::string prefix(1 + random() % 3, ' ');
    for (char& c : prefix) c = "a\xfe\xff"[random() % 3];
    const std::string end = PrefixEnd(prefix);
    const std::string longest = prefix + std::string(8, '\xff');
    if (end.empty()) {
      EXPECT_EQ(prefix, std::string(prefix.size(), '\xff'));
      continue;
    }
    EXPECT_LT(longest, end);
    // Nothing without the prefix lies between.
    EXPECT_NE(end.substr(0, prefix.size()), prefix);
    std::string below = end;
    --below.back();
    EXPECT_EQ(below, prefix.substr(0, below.size()));
  }
}

}  // namespace
}  // namespace concordat
