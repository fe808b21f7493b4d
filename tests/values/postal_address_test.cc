// What two writings of a postal address mean to each other.
#include <fstream>
#include <string>
#include <vector>

#include "client/values/context.h"
#include "client/values/pair.h"
#include "client/values/pair_file.h"
#include "gtest/gtest.h"

namespace concordat::values {
namespace {

std::string FormOf(const Reading& reading) {
  return reading.value.has_value() ? reading.value->Canonical()
                                   : reading.problem;
}

// The file has the writings of many countries; a row is a class of writings.
TEST(PostalAddressTest, EachPairHasItsVerdictInBothDirections) {
  std::ifstream file(CONCORDAT_SOURCE_DIR
                     "/tests/values/postal_address_pairs.tsv");
  const absl::StatusOr<std::vector<PairRow>> rows = ReadPairs(file);
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_GT(rows->size(), 300u);
  for (const PairRow& row : *rows) {
    SCOPED_TRACE(row.id);
    const absl::StatusOr<PairContext> context =
        ParseContext(row.type, row.context);
    ASSERT_TRUE(context.ok()) << context.status();
    const PairJudgement judgement = JudgePair(*context, row.a, row.b);
    ASSERT_TRUE(row.label.has_value());
    EXPECT_STREQ(PairVerdictName(judgement.verdict),
                 PairVerdictName(*row.label))
        << judgement.reason << "\n"
        << FormOf(judgement.a) << "\n"
        << FormOf(judgement.b);
    EXPECT_EQ(JudgePair(*context, row.b, row.a).verdict, judgement.verdict);
    for (const Reading* reading : {&judgement.a, &judgement.b}) {
      if (!reading->value.has_value()) continue;
      const Reading again = ReadValue(context->attribute,
                                      reading->value->Canonical(), context->a);
      EXPECT_EQ(FormOf(again), FormOf(*reading));
    }
  }
}

std::string Canonical(const char* context, const std::string& raw) {
  const absl::StatusOr<PairContext> pair =
      ParseContext("postal_address", context);
  EXPECT_TRUE(pair.ok()) << pair.status();
  return FormOf(ReadValue(pair->attribute, raw, pair->a));
}

TEST(PostalAddressTest, HasItsComponents) {
  EXPECT_EQ(Canonical("region=US",
                      "123 N Main St Apt 4B, Springfield, IL 62704-1234, USA"),
            "house_number=123, street=main, street_type=street, direction=n, "
            "unit=4b, postcode=627041234, locality=springfield, region=il, "
            "country=us");
  EXPECT_EQ(Canonical("region=DE", "Hauptstr. 5 a, D-80331 München"),
            "house_number=5a, street=hauptstrasse, postcode=80331, "
            "locality=munich");
  EXPECT_EQ(Canonical("region=RU", "г. Москва, пр-т Мира, д. 5, корп. 2"),
            "house_number=5, street=mira, street_type=avenue, building=2, "
            "locality=moscow");
}

TEST(PostalAddressTest, ReadsEveryLengthOfNonsense) {
  for (const char* piece : {"1 ", "a ", "12a/", "st ", "#", "-", "d-", "no ",
                            "\xe4\xb8\x80", "\xd1\x83\xd0\xbb. "}) {
    std::string raw;
    while (raw.size() + 8 < 4096) raw += piece;
    Canonical("", raw);
    Canonical("region=US", raw);
    Canonical("region=JP", raw);
  }
}

TEST(PostalAddressTest, SaysWhatWouldBeRight) {
  const char* const expected =
      "postal address expected, such as 5 Main St, Springfield, IL 62701";
  for (const char* raw : {"same as billing", "siehe oben",
                          "someone@example.com", "https://example.com", "12"}) {
    EXPECT_EQ(Canonical("", raw), expected) << raw;
  }
  // What stands in the place of any value is told so by the reading of all.
  const char* const placeholder =
      "a placeholder, not a value: declare it as an absence token if it means "
      "that there is none";
  for (const char* raw :
       {"-", "???", "n/a", "unknown", "#", "не указан", "不明"}) {
    EXPECT_EQ(Canonical("", raw), placeholder) << raw;
  }
}

TEST(PostalAddressTest, TracesTheComponents) {
  const absl::StatusOr<PairContext> pair =
      ParseContext("postal_address", "region=FR");
  ASSERT_TRUE(pair.ok());
  const Reading reading = ReadValue(
      pair->attribute, "12 bis, av. Foch, 75116 Paris", pair->a, Trace::kOn);
  std::vector<std::string> steps;
  for (const ReadingStep& step : reading.steps) {
    steps.push_back(step.rule + ": " + step.result);
  }
  EXPECT_EQ(steps,
            (std::vector<std::string>{
                "house_number: 12bis", "street: foch", "street_type: avenue",
                "postcode: 75116", "locality: paris",
                "normal form: house_number=12bis, street=foch, "
                "street_type=avenue, postcode=75116, locality=paris"}));
}

}  // namespace
}  // namespace concordat::values
