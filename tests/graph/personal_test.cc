// Goal: personal values lie apart from their row, one part a person; they come
// back as they were, or as erased; and nothing that is cut, left over or still
// sealed passes for a good row.
#include "graph/personal.h"

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "gtest/gtest.h"
#include "tests/conformance/rows.h"

namespace concordat {
namespace {

const EntityId kAda{"customer", "ada"};
const EntityId kBob{"customer", "bob"};

// A row as it is after `change` was done to its parts.
template <typename F>
std::string WithParts(const std::string& row, F change) {
  std::optional<PersonalRow> split = SplitPersonalRow(row);
  EXPECT_TRUE(split.has_value());
  if (!split.has_value()) return row;
  for (PersonalPart& part : split->parts) change(part);
  return JoinPersonalRow(*split);
}

TEST(PersonalTest, ARowWithoutPersonalValuesIsItsBody) {
  RowEncoder row;
  row.Unsigned(1);
  row.Value("", "gold", /*personal=*/false, /*erased=*/false);
  row.Value("", std::nullopt, /*personal=*/true, /*erased=*/false);
  const std::string bytes = row.TakeRow();
  EXPECT_FALSE(HasPersonalParts(bytes));
  // As it was before there were parts.
  EXPECT_EQ(bytes, Encoder()
                       .Unsigned(1)
                       .OptionalString("gold")
                       .OptionalString(std::nullopt)
                       .bytes());
  RowDecoder read(bytes);
  EXPECT_EQ(read.Unsigned(), 1u);
  const StoredValue gold = read.Value();
  EXPECT_EQ(gold.text, "gold");
  EXPECT_FALSE(gold.personal);
  EXPECT_EQ(read.Value().text, std::nullopt);
  EXPECT_TRUE(read.Finish("test").ok());
}

TEST(PersonalTest, APersonsValuesAreInOnePartAndNowhereElse) {
  RowEncoder row;
  row.Unsigned(1);
  row.Value(SubjectOf(kAda), "ada's mail", true, false);
  row.Value(SubjectOf(kBob), "bob's mail", true, false);
  row.Value(SubjectOf(kAda), "ada's phone", true, false);
  const std::string bytes = row.TakeRow();
  const std::optional<PersonalRow> split = SplitPersonalRow(bytes);
  ASSERT_TRUE(split.has_value());
  ASSERT_EQ(split->parts.size(), 2u);
  EXPECT_EQ(split->parts[0].subject, SubjectOf(kAda));
  EXPECT_EQ(split->parts[1].subject, SubjectOf(kBob));
  EXPECT_EQ(split->body.find("mail"), absl::string_view::npos);
  EXPECT_EQ(split->parts[1].content.find("ada"), absl::string_view::npos);
  RowDecoder read(bytes);
  EXPECT_EQ(read.Unsigned(), 1u);
  EXPECT_EQ(read.Value().text, "ada's mail");
  EXPECT_EQ(read.Value().text, "bob's mail");
  EXPECT_EQ(read.Value().text, "ada's phone");
  EXPECT_TRUE(read.Finish("test").ok());
}

TEST(PersonalTest, WhatIsErasedIsKnownToHaveBeen) {
  RowEncoder row;
  row.Unsigned(1);
  row.Value(SubjectOf(kAda), "ada's mail", true, false);
  row.Value(SubjectOf(kBob), "bob's mail", true, false);
  row.Value(SubjectOf(kBob), std::nullopt, true, /*erased=*/true);
  const std::string erased = WithParts(row.TakeRow(), [](PersonalPart& part) {
    if (part.subject != SubjectOf(kAda)) return;
    part.state = PartState::kErased;
    part.content = {};
  });
  EXPECT_EQ(erased.find("ada's"), std::string::npos);
  RowDecoder read(erased);
  read.Unsigned();
  const StoredValue ada = read.Value();
  EXPECT_TRUE(ada.erased);
  EXPECT_TRUE(ada.personal);
  EXPECT_EQ(ada.text, std::nullopt);
  EXPECT_EQ(read.Value().text, "bob's mail");
  EXPECT_TRUE(read.Value().erased);
  EXPECT_TRUE(read.Finish("test").ok());
}

TEST(PersonalTest, ASealedPartIsNotReadAsIfItWereNothing) {
  RowEncoder row;
  row.Unsigned(1);
  row.Value(SubjectOf(kAda), "ada's mail", true, false);
  const std::string sealed = WithParts(row.TakeRow(), [](PersonalPart& part) {
    part.state = PartState::kSealed;
    part.content = "?";
  });
  RowDecoder read(sealed);
  read.Unsigned();
  EXPECT_EQ(read.Value().text, std::nullopt);
  const auto detail = DetailOf(read.Finish("test"));
  ASSERT_TRUE(detail.has_value());
  EXPECT_EQ(detail->reason, ErrorReason::kStorageCorrupt);
}

TEST(PersonalTest, WhatIsLeftInAPartIsNoticed) {
  RowEncoder row;
  row.Unsigned(1);
  row.Value(SubjectOf(kAda), "ada's mail", true, false);
  const std::string longer = WithParts(
      row.TakeRow(), [](PersonalPart& part) { part.content = "\1a\1b"; });
  RowDecoder read(longer);
  read.Unsigned();
  EXPECT_EQ(read.Value().text, "a");
  EXPECT_FALSE(read.Finish("test").ok());
}

TEST(PersonalTest, SubjectsNeverShareAName) {
  EXPECT_NE(SubjectOf(kAda), SubjectOf(kBob));
  EXPECT_NE(SubjectOf(EntityId{"web", "1"}), SubjectOf("web", "1"));
  EXPECT_NE(SubjectOf("web", "1"), SubjectOf("app", "1"));
}

// Any mixture of values of any subjects comes back; any cut is refused.
TEST(PersonalTest, RandomRowsComeBackAndCutsDoNot) {
  const uint64_t seed = TestSeed(20261122);
  SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    struct Written {
      std::optional<std::string> text;
      bool personal;
      bool erased;
    };
    std::vector<Written> values;
    RowEncoder row;
    row.Unsigned(1);
    for (uint64_t i = Below(random, 12) + 1; i > 0; --i) {
      Written value{std::nullopt, Below(random, 2) == 0, false};
      if (Below(random, 4) != 0) {
        value.text = std::string(Below(random, 200), static_cast<char>(i));
      } else {
        value.erased = Below(random, 2) == 0;
      }
      row.Value(SubjectOf("web", absl::StrCat(Below(random, 4))), value.text,
                value.personal, value.erased);
      values.push_back(value);
    }
    const std::string bytes = row.TakeRow();
    const auto read_all = [&](absl::string_view from, bool compare) {
      RowDecoder read(from);
      if (read.Unsigned() != 1) return false;
      for (const Written& value : values) {
        const StoredValue got = read.Value();
        if (!compare) continue;
        EXPECT_EQ(got.text, value.text);
        EXPECT_EQ(got.erased, value.erased);
        if (value.text.has_value()) {
          EXPECT_EQ(got.personal, value.personal);
        }
      }
      return read.Finish("test").ok();
    };
    ASSERT_TRUE(read_all(bytes, true));
    for (size_t size = 0; size < bytes.size(); ++size) {
      ASSERT_FALSE(read_all(absl::string_view(bytes).substr(0, size), false))
          << size << " of " << bytes.size();
    }
  }
}

}  // namespace
}  // namespace concordat
