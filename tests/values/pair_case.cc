#include "tests/values/pair_case.h"

#include "absl/strings/str_cat.h"
#include "client/values/context.h"
#include "graph/reading.h"

namespace concordat::values {
namespace {

// The two writers change places, and what holds for one with them.
PairContext Mirrored(absl::string_view type, absl::string_view context) {
  absl::StatusOr<PairContext> pair = ParseContext(type, context);
  std::swap(pair->a, pair->b);
  return *std::move(pair);
}

void CheckReading(const PairContext& context, const Reading& reading) {
  if (!reading.value.has_value()) return;
  WritingHabits canonical;
  canonical.date_order = DateOrder::kYearMonthDay;
  canonical.decimal_mark = '.';
  const Reading again =
      ReadValue(context.attribute, reading.value->Canonical(), canonical);
  ASSERT_TRUE(again.value.has_value()) << again.problem;
  EXPECT_EQ(*again.value, *reading.value) << again.value->Canonical();
  EXPECT_EQ(Compare(*reading.value, *again.value,
                    {context.attribute, context.a, context.b})
                .likeness,
            Likeness::kSame);
}

}  // namespace

void CheckPair(absl::string_view type, const PairCase& test) {
  const absl::StatusOr<PairContext> context = ParseContext(type, test.context);
  ASSERT_TRUE(context.ok()) << context.status();
  const PairJudgement judgement = JudgePair(*context, test.a, test.b);
  EXPECT_STREQ(PairVerdictName(judgement.verdict),
               PairVerdictName(test.verdict))
      << test.a << " | " << test.b << ": " << judgement.reason;
  const PairJudgement mirrored =
      JudgePair(Mirrored(type, test.context), test.b, test.a);
  EXPECT_STREQ(PairVerdictName(mirrored.verdict), PairVerdictName(test.verdict))
      << "mirrored: " << mirrored.reason;
  CheckReading(*context, judgement.a);
  CheckReading(*context, judgement.b);
}

std::string CanonicalOf(absl::string_view type, absl::string_view raw,
                        absl::string_view context) {
  const absl::StatusOr<PairContext> pair = ParseContext(type, context);
  if (!pair.ok()) return pair.status().ToString();
  const Reading reading = ReadValue(pair->attribute, raw, pair->a);
  if (reading.absent) return "absent";
  if (!reading.value.has_value())
    return absl::StrCat("(", reading.problem, ")");
  return reading.value->Canonical();
}

}  // namespace concordat::values
