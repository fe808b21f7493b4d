// What must hold of every value, whatever is written: properties over random
// writings (rapidcheck). RC_PARAMS="seed=N max_success=M" looks elsewhere.
#include <rapidcheck.h>

#include <cstdlib>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "client/values/context.h"
#include "consistency/comparison.h"
#include "graph/reading.h"
#include "graph/text.h"
#include "graph/value.h"
#include "gtest/gtest.h"

namespace concordat::values {
namespace {

// Writings of a type are words with joints between them: from so few that the
// same value comes about in several ways.
struct Family {
  const char* type;
  std::vector<std::string> words;
  std::vector<std::string> joints;
  int words_max = 5;
  // Whether any character may come between. Not where one value may mix
  // scripts: across scripts, sameness is no equivalence (graph/README.md).
  bool any_character = true;
};
void PrintTo(const Family& family, std::ostream* out) { *out << family.type; }

const std::vector<Family>& Families() {
  static const auto* const kFamilies = new std::vector<Family>{
      {"text",
       {"Anne", "ANNE", "Müller", "Mu\xcc\x88ller", "ﬁne", "fine", "\"x\"",
        "«x»", "a–b", "a-b", "Straße", "STRASSE", "…", "..."},
       {" ", "  ", "\xc2\xa0", "\xc2\xad", ""}},
      {"code",
       {"gold", "GOLD", "Gold", "plus", "1", "01", "é"},
       {"", " ", "-", "_"}},
      {"boolean",
       {"true", "Yes", "ja", "0", "no", "нет", "unknown"},
       {"", " "}},
      {"integer",
       {"1", "12", "012", "-7", "+7", "1.234", "1,234", "999"},
       {"", " ", "."}},
      {"decimal",
       {"1", "1,5", "1.5", "1.234", "1,234", "-", "0", "00", "%", "e3"},
       {"", " ", ",", "."}},
      {"money",
       {"40", "40,00", "€", "EUR", "USD", "$", "-", "(", ")", "1.234,50",
        "cents", "euros"},
       {"", " "}},
      {"quantity",
       {"5", "5,0", "5000", "kg", "g", "lb", "m", "km", "ft", "°C", "°F", "h",
        "min", "90", "1"},
       {"", " "}},
      {"date",
       {"3", "03", "4", "04", "26", "2026", "März", "March", "Mar", "Tue",
        "W10", "марта"},
       {" ", "-", ".", "/", ", "}},
      {"time_of_day",
       {"2", "02", "14", "30", "05", "pm", "a.m.", "Uhr", "noon", "Z"},
       {":", " ", ".", ""}},
      {"instant",
       {"2026-03-03", "3.3.2026", "14:30", "14:30:00", "2:30 pm", "Z", "+01:00",
        "Europe/Berlin", "CET", "1772544600"},
       {" ", "T", ", ", ""}},
      {"duration",
       {"1", "90", "1.5", "h", "min", "P", "T", "D", "H", "M", "days", "30",
        "Stunden", ":"},
       {"", " "}},
      {"phone",
       {"+49", "0049", "030", "30", "123456", "1234567", "(0)", "ext. 5", "x5",
        "+1", "212", "555", "0123"},
       {" ", "-", "/", ""}},
      {"email",
       {"anne@example.org", "ANNE@EXAMPLE.org", "anne+tag@example.org",
        "a.nne@example.org", "<anne@example.org>", "mailto:anne@example.org",
        "Anne <anne@example.org>", "anne@bücher.example",
        "anne@xn--bcher-kva.example", "\"anne\"@example.org", "."},
       {"", " "},
       2},
      {"person_name",
       {"Yulia",   "Юлия",        "Yuliya", "Iuliia",  "IVANOVA",  "Ivanova",
        "Иванова", "J.",          "Y",      "Dr.",     "van der",  "Berg",
        "Müller",  "Mueller",     "Muller", "O'Brien", "OBrien",   "Jr",
        "III",     "Jean-Pierre", "Jean",   "王小明",  "Xiaoming", "Wang"},
       {" ", ", ", "-", "  "}},
      {"organisation_name",
       {"Acme", "ACME", "Müller", "Mueller", "GmbH", "G.m.b.H.", "Ltd",
        "Limited", "& Co. KG", "and", "&", "Газпром", "Gazprom", "ПАО", "The",
        "株式会社", "Bros", "Inc."},
       {" ", ", ", "-", "  "},
       5,
       false},
      {"postal_address",
       {"123",         "5a",          "Main",    "St",         "Street",
        "Hauptstraße", "Hauptstr.",   "5",       "Apt 4",      "#4",
        "Springfield", "IL",          "62704",   "62704-1234", "10115",
        "Berlin",      "Deutschland", "Germany", "DE",         "ул. Ленина",
        "Москва",      "PO Box 7",    "N",       "London",     "SW1A 1AA"},
       {" ", ", ", "\n", "  "}},
      {"set", {"red", "Red", "blue", "green", "BLUE"}, {";", "; ", ";;"}},
  };
  return *kFamilies;
}

PairContext ContextOf(const Family& family) {
  absl::StatusOr<PairContext> context =
      ParseContext(family.type,
                   "locale=de_DE;currency=EUR;timezone=Europe/Berlin;"
                   "two_digit_year_pivot=2030;unit=min");
  EXPECT_TRUE(context.ok()) << context.status();
  return *std::move(context);
}

// Now and then something from outside of the family: any character at all.
rc::Gen<std::string> WordOf(const Family& family) {
  if (!family.any_character) return rc::gen::elementOf(family.words);
  return rc::gen::weightedOneOf<std::string>(
      {{30, rc::gen::elementOf(family.words)},
       {1, rc::gen::element<std::string>(
               "\xe2\x80\x8f", "\xcc\x81", "\xf0\x9d\x94\xb8", "\xef\xbc\x95",
               "\xe0\xb8\x81", "\xd9\xa3", "\xe2\x80\xae", "\xff", "\t",
               "\xc7\x86", "\xe2\x85\xa3", "'", "\"")},
       {1, rc::gen::string<std::string>()}});
}

rc::Gen<std::string> WritingOf(const Family& family) {
  return rc::gen::exec([&family] {
    const int words = *rc::gen::inRange(1, family.words_max + 1);
    std::string writing;
    for (int i = 0; i < words; ++i) {
      if (i > 0) writing += *rc::gen::elementOf(family.joints);
      writing += *WordOf(family);
    }
    return writing;
  });
}

std::optional<Value> ReadAs(const PairContext& context,
                            const std::string& writing) {
  return ReadValue(context.attribute, writing, context.a).value;
}

Likeness LikenessOf(const PairContext& context, const Value& a,
                    const Value& b) {
  return Compare(a, b, {context.attribute, context.a, context.b}).likeness;
}

class PropertiesTest : public testing::TestWithParam<Family> {
 protected:
  static void SetUpTestSuite() {
    // The same everywhere unless asked otherwise; the fuzzers look further.
    setenv("RC_PARAMS", "seed=20261121 max_success=1000 max_discard_ratio=500",
           0);
  }

  const Family& family_ = GetParam();
  const PairContext context_ = ContextOf(GetParam());
};

// What nobody writes must read back as itself: a canonical writing.
PairContext CanonicalContextOf(const Family& family) {
  absl::StatusOr<PairContext> context = ParseContext(family.type, "");
  EXPECT_TRUE(context.ok()) << context.status();
  context->a.date_order = DateOrder::kYearMonthDay;
  context->a.decimal_mark = '.';
  return *std::move(context);
}

TEST_P(PropertiesTest, NormalisingTwiceChangesNothing) {
  const PairContext canonical = CanonicalContextOf(family_);
  const bool held = rc::check(family_.type, [&] {
    const std::optional<Value> value = ReadAs(context_, *WritingOf(family_));
    RC_PRE(value.has_value());
    const std::string writing = value->Canonical();
    RC_LOG() << "canonical: " << writing << "\n";
    const Reading again = ReadValue(canonical.attribute, writing, canonical.a);
    RC_ASSERT(again.value.has_value());
    RC_ASSERT(again.value->Canonical() == writing);
    RC_ASSERT(LikenessOf(context_, *value, *again.value) == Likeness::kSame);
  });
  EXPECT_TRUE(held);
}

TEST_P(PropertiesTest, EverythingIsTheSameAsItself) {
  const bool held = rc::check(family_.type, [&] {
    const std::optional<Value> value = ReadAs(context_, *WritingOf(family_));
    RC_PRE(value.has_value());
    RC_ASSERT(LikenessOf(context_, *value, *value) == Likeness::kSame);
  });
  EXPECT_TRUE(held);
}

// So PARTIAL is antisymmetric: what is coarser than another is never finer.
TEST_P(PropertiesTest, ComparingIsMirrored) {
  const bool held = rc::check(family_.type, [&] {
    const std::optional<Value> a = ReadAs(context_, *WritingOf(family_));
    const std::optional<Value> b = ReadAs(context_, *WritingOf(family_));
    RC_PRE(a.has_value() && b.has_value());
    RC_ASSERT(LikenessOf(context_, *b, *a) ==
              Mirrored(LikenessOf(context_, *a, *b)));
  });
  EXPECT_TRUE(held);
}

TEST_P(PropertiesTest, EqualCanonicalWritingIsTheSame) {
  const bool held = rc::check(family_.type, [&] {
    const std::string first = *WritingOf(family_);
    const std::string second =
        *rc::gen::oneOf(WritingOf(family_), rc::gen::just(FoldText(first)),
                        rc::gen::just(" " + first + "\t"));
    const std::optional<Value> a = ReadAs(context_, first);
    const std::optional<Value> b = ReadAs(context_, second);
    RC_PRE(a.has_value() && b.has_value());
    RC_PRE(a->Canonical() == b->Canonical());
    RC_LOG() << a->Canonical() << "\n";
    RC_ASSERT(LikenessOf(context_, *a, *b) == Likeness::kSame);
  });
  EXPECT_TRUE(held);
}

// With the two before: being the same is an equivalence.
TEST_P(PropertiesTest, BeingTheSameIsTransitive) {
  // Three of a handful, so that some are the same.
  const bool held = rc::check(family_.type, [&] {
    std::vector<Value> values;
    for (int i = 0; i < 24; ++i) {
      const std::optional<Value> value = ReadAs(context_, *WritingOf(family_));
      if (value.has_value()) values.push_back(*value);
    }
    for (const Value& a : values) {
      for (const Value& b : values) {
        if (LikenessOf(context_, a, b) != Likeness::kSame) continue;
        for (const Value& c : values) {
          if (LikenessOf(context_, b, c) != Likeness::kSame) continue;
          RC_ASSERT(LikenessOf(context_, a, c) == Likeness::kSame);
        }
      }
    }
  });
  EXPECT_TRUE(held);
}

INSTANTIATE_TEST_SUITE_P(All, PropertiesTest, testing::ValuesIn(Families()),
                         [](const testing::TestParamInfo<Family>& each) {
                           return std::string(each.param.type);
                         });

}  // namespace
}  // namespace concordat::values
