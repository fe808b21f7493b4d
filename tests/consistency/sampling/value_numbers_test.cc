// Values that are told apart, and what becomes of those for which there is no
// room.
#include "consistency/sampling/value_numbers.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace concordat::sampling {
namespace {

TEST(ValueNumbersTest, TheSameValueHasTheSamePlace) {
  ValueNumbers numbers(10);
  EXPECT_EQ(numbers.Of("gold", {}), 0U);
  EXPECT_EQ(numbers.Of("", {}), 1U);
  EXPECT_EQ(numbers.Of("gold", {}), 0U);
  numbers.Count(0);
  numbers.Count(0);
  EXPECT_EQ(numbers.values()[0].entities, 2);
  EXPECT_EQ(numbers.values()[1].entities, 0);
}

TEST(ValueNumbersTest, WithoutRoomNumbersAreInTheClassTheyWouldBeIn) {
  ValueNumbers numbers(3);
  for (const int number : {20, 10, 30}) {
    numbers.Of(absl::StrCat(number), number);
  }
  struct Case {
    double number;
    uint32_t place;
  };
  for (const Case& test :
       {Case{10, 1}, Case{19.9, 1}, Case{20.5, 0}, Case{31, 2}, Case{-5, 1}}) {
    EXPECT_EQ(numbers.Of(absl::StrCat("new ", test.number), test.number),
              test.place)
        << test.number;
  }
  EXPECT_EQ(numbers.values().size(), 3U);
}

TEST(ValueNumbersTest, WithoutRoomAllThatAreNoNumbersAreOne) {
  ValueNumbers numbers(2);
  numbers.Of("a", {});
  numbers.Of("b", {});
  EXPECT_EQ(numbers.Of("c", {}), 2U);
  EXPECT_EQ(numbers.Of("d", {}), 2U);
  // Nor is there a number to be beside.
  EXPECT_EQ(numbers.Of("5", 5), 2U);
  EXPECT_EQ(numbers.Of("a", {}), 0U);
  EXPECT_EQ(numbers.values()[2].text, kOtherStrata);
}

}  // namespace
}  // namespace concordat::sampling
