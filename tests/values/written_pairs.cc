#include "tests/values/written_pairs.h"

#include <cstddef>
#include <iterator>
#include <random>
#include <vector>

#include "client/values/context.h"
#include "consistency/comparison.h"
#include "graph/reading.h"

namespace concordat::values {
namespace {

constexpr const char* kPieces[] = {"john",
                                   "Smith",
                                   "van",
                                   "der",
                                   "de",
                                   " ",
                                   "-",
                                   ".",
                                   ",",
                                   "'",
                                   "|",
                                   "||",
                                   "jr",
                                   "III",
                                   "Dr.",
                                   "Mr",
                                   "J.",
                                   "мария",
                                   "Иванов",
                                   "ё",
                                   "王",
                                   "小明",
                                   "김민",
                                   "たろう",
                                   "タ",
                                   "محمد",
                                   "יוסף",
                                   "สมชาย",
                                   "ß",
                                   "ü",
                                   "ae",
                                   "oe",
                                   "ue",
                                   "sh",
                                   "ch",
                                   "kh",
                                   "zh",
                                   "y",
                                   "j",
                                   "ii",
                                   "ou",
                                   "uu",
                                   "x",
                                   "w",
                                   "ov",
                                   "skiy",
                                   "gmbh",
                                   "& Co. KG",
                                   "Ltd",
                                   "株式会社",
                                   "ООО",
                                   "(",
                                   ")",
                                   "mc",
                                   "st",
                                   "O'",
                                   "ñ",
                                   "û",
                                   "\xe2\x80\x8d",
                                   "\xcc\x81",
                                   "1",
                                   "2",
                                   "and",
                                   "the",
                                   "co",
                                   "dj",
                                   "aa",
                                   "Γιώ",
                                   "ργος",
                                   "გი",
                                   "र",
                                   "ा",
                                   "А.",
                                   "и",
                                   "ъ",
                                   "ø",
                                   "Nguyen",
                                   "Al",
                                   "-ben-",
                                   "PhD",
                                   "M.",
                                   "é",
                                   "ﾀ",
                                   "々"};

}  // namespace

void ExpectVerdict(const char* type, const WrittenPair& pair) {
  const absl::StatusOr<PairContext> context = ParseContext(type, pair.context);
  ASSERT_TRUE(context.ok()) << context.status();
  const PairJudgement judgement = JudgePair(*context, pair.a, pair.b);
  EXPECT_STREQ(PairVerdictName(judgement.verdict),
               PairVerdictName(pair.verdict))
      << pair.a << " / " << pair.b << ": " << judgement.reason;
  PairContext turned;
  turned.attribute = context->attribute;
  turned.a = context->b;
  turned.b = context->a;
  EXPECT_EQ(JudgePair(turned, pair.b, pair.a).verdict, judgement.verdict)
      << "turned around";
}

void ExpectStableReadings(const char* type) {
  const PairContext context = *ParseContext(type, "");
  const Sides sides{context.attribute, context.a, context.b};
  std::mt19937 random(7);
  std::vector<Value> values;
  for (int i = 0; i < 3000; ++i) {
    std::string writing;
    const size_t pieces = 1 + random() % 7;
    for (size_t k = 0; k < pieces; ++k) {
      writing += kPieces[random() % std::size(kPieces)];
    }
    const Reading reading = ReadValue(context.attribute, writing, context.a);
    if (!reading.value.has_value()) continue;
    const std::string canonical = reading.value->Canonical();
    const Reading again = ReadValue(context.attribute, canonical, context.a);
    ASSERT_TRUE(again.value.has_value()) << canonical << again.problem;
    EXPECT_EQ(*again.value, *reading.value) << writing << " " << canonical;
    EXPECT_EQ(Compare(*again.value, *reading.value, sides).likeness,
              Likeness::kSame);
    if (!values.empty()) {
      const Value& other = values[random() % values.size()];
      EXPECT_EQ(Compare(*reading.value, other, sides).likeness,
                Mirrored(Compare(other, *reading.value, sides).likeness))
          << canonical;
    }
    values.push_back(*reading.value);
  }
  // As long as a value may be, of letters that cost most.
  for (const char* piece : {"a", "j.", "van ", "王", "é", "ا", "-", "ae"}) {
    std::string writing;
    while (writing.size() + 4 < 4096) writing += piece;
    ReadValue(context.attribute, writing, context.a);
  }
}

}  // namespace concordat::values
