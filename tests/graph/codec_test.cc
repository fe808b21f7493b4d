#include "graph/codec.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "graph/errors.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(CodecTest, NumbersComeBack) {
  for (int bit = 0; bit < 64; ++bit) {
    for (const int64_t offset : {-1, 0, 1}) {
      const uint64_t number = (uint64_t{1} << bit) + offset;
      Encoder encoder;
      encoder.Unsigned(number).Signed(static_cast<int64_t>(number));
      Decoder decoder(encoder.bytes());
      EXPECT_EQ(decoder.Unsigned(), number);
      EXPECT_EQ(decoder.Signed(), static_cast<int64_t>(number));
      EXPECT_TRUE(decoder.Finish("test").ok());
    }
  }
}

TEST(CodecTest, EndsOfTheRangesComeBack) {
  Encoder encoder;
  encoder.Signed(kMin).Signed(kMax).Unsigned(0);
  encoder.Unsigned(std::numeric_limits<uint64_t>::max());
  Decoder decoder(encoder.bytes());
  EXPECT_EQ(decoder.Signed(), kMin);
  EXPECT_EQ(decoder.Signed(), kMax);
  EXPECT_EQ(decoder.Unsigned(), 0u);
  EXPECT_EQ(decoder.Unsigned(), std::numeric_limits<uint64_t>::max());
  EXPECT_TRUE(decoder.done());
}

TEST(CodecTest, SmallNumbersTakeOneByte) {
  EXPECT_EQ(Encoder().Unsigned(127).bytes().size(), 1u);
  EXPECT_EQ(Encoder().Unsigned(128).bytes().size(), 2u);
  EXPECT_EQ(Encoder().Signed(-64).bytes().size(), 1u);
  EXPECT_EQ(Encoder().Signed(-65).bytes().size(), 2u);
}

TEST(CodecTest, StringsAndTimesComeBack) {
  const std::string zero("a\0b", 3);
  const absl::Time before = absl::FromUnixMicros(-1);
  Encoder encoder;
  encoder.String(zero).String("").OptionalString(std::nullopt);
  encoder.OptionalString("").OptionalString("x").Bool(true).Bool(false);
  encoder.Time(before).Time(absl::InfinitePast()).Time(absl::InfiniteFuture());
  Decoder decoder(encoder.bytes());
  EXPECT_EQ(decoder.String(), zero);
  EXPECT_EQ(decoder.String(), "");
  EXPECT_EQ(decoder.OptionalString(), std::nullopt);
  EXPECT_EQ(decoder.OptionalString(), "");
  EXPECT_EQ(decoder.OptionalString(), "x");
  EXPECT_TRUE(decoder.Bool());
  EXPECT_FALSE(decoder.Bool());
  EXPECT_EQ(decoder.Time(), before);
  EXPECT_EQ(decoder.Time(), absl::InfinitePast());
  EXPECT_EQ(decoder.Time(), absl::InfiniteFuture());
  EXPECT_TRUE(decoder.Finish("test").ok());
}

TEST(CodecTest, StoredTimesAreWholeMicroseconds) {
  const absl::Time time = absl::UnixEpoch() + absl::Nanoseconds(1999);
  EXPECT_EQ(FromStoredMicros(ToStoredMicros(time)), absl::FromUnixMicros(1));
}

// Every record cut short, at every byte, is reported and not believed.
TEST(CodecTest, EveryTruncationIsNoticed) {
  Encoder encoder;
  encoder.Unsigned(300).Signed(-300).String("hello").OptionalString("you");
  encoder.Time(absl::FromUnixSeconds(1));
  const std::string whole = encoder.bytes();
  for (size_t size = 0; size <= whole.size(); ++size) {
    const std::string part = whole.substr(0, size);
    Decoder decoder(part);
    decoder.Unsigned();
    decoder.Signed();
    decoder.String();
    decoder.OptionalString();
    decoder.Time();
    const absl::Status status = decoder.Finish("test");
    EXPECT_EQ(status.ok(), size == whole.size()) << size;
    if (status.ok()) continue;
    ASSERT_TRUE(DetailOf(status).has_value());
    EXPECT_EQ(DetailOf(status)->reason, ErrorReason::kStorageCorrupt);
  }
}

TEST(CodecTest, WhatIsLeftOverIsNoticed) {
  Decoder decoder("\x01\x02");
  EXPECT_EQ(decoder.Unsigned(), 1u);
  EXPECT_FALSE(decoder.done());
  EXPECT_EQ(decoder.Finish("test").code(), absl::StatusCode::kDataLoss);
}

TEST(CodecTest, NumberWithoutEndIsNoticed) {
  const std::string endless(11, '\xff');
  Decoder decoder(endless);
  EXPECT_EQ(decoder.Unsigned(), 0u);
  EXPECT_TRUE(decoder.done());
  EXPECT_FALSE(decoder.Finish("test").ok());
}

TEST(CodecTest, AfterAFailureEverythingIsEmpty) {
  // A string that claims to be longer than the record.
  const std::string bytes("\x7fxyz", 4);
  Decoder decoder(bytes);
  EXPECT_EQ(decoder.String(), "");
  EXPECT_EQ(decoder.Unsigned(), 0u);
  EXPECT_EQ(decoder.String(), "");
  EXPECT_EQ(decoder.OptionalString(), std::nullopt);
  EXPECT_FALSE(decoder.Finish("test").ok());
}

}  // namespace
}  // namespace concordat
