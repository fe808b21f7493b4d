// Pairs of writings and the verdict that each gets, with the laws that hold for
// every pair of numbers.
#ifndef CONCORDAT_TESTS_VALUES_NUMBER_CASES_H_
#define CONCORDAT_TESTS_VALUES_NUMBER_CASES_H_

#include <ostream>
#include <string>

#include "client/values/context.h"
#include "client/values/pair.h"
#include "consistency/comparison.h"
#include "graph/reading.h"
#include "gtest/gtest.h"

namespace concordat::values {

struct NumberCase {
  std::string name;
  std::string context;
  std::string a;
  std::string b;
  PairVerdict verdict = PairVerdict::kSame;
  // A part of the reason.
  std::string reason;
};

inline void PrintTo(const NumberCase& test, std::ostream* out) {
  *out << test.name;
}

inline std::string NameOf(const testing::TestParamInfo<NumberCase>& info) {
  return info.param.name;
}

// The normal form is read as what it stands for.
inline void CheckCanonical(const PairContext& context, const Reading& reading) {
  if (!reading.value.has_value()) return;
  WritingHabits machine;
  machine.decimal_mark = '.';
  const std::string canonical = reading.value->Canonical();
  const Reading again = ReadValue(context.attribute, canonical, machine);
  ASSERT_TRUE(again.value.has_value()) << canonical << ": " << again.problem;
  EXPECT_EQ(*again.value, *reading.value) << canonical;
  EXPECT_EQ(again.value->Canonical(), canonical);
}

inline void CheckNumbers(const std::string& type, const NumberCase& test) {
  const absl::StatusOr<PairContext> context = ParseContext(type, test.context);
  ASSERT_TRUE(context.ok()) << context.status();
  const PairJudgement judgement = JudgePair(*context, test.a, test.b);
  EXPECT_STREQ(PairVerdictName(judgement.verdict),
               PairVerdictName(test.verdict))
      << judgement.reason << "\n"
      << (judgement.a.value ? judgement.a.value->Canonical() : "-") << "\n"
      << (judgement.b.value ? judgement.b.value->Canonical() : "-");
  EXPECT_NE(judgement.reason.find(test.reason), std::string::npos)
      << judgement.reason;
  CheckCanonical(*context, judgement.a);
  CheckCanonical(*context, judgement.b);
  if (!judgement.a.value.has_value() || !judgement.b.value.has_value()) return;
  const Comparison mirrored =
      Compare(*judgement.b.value, *judgement.a.value,
              {context->attribute, context->b, context->a});
  EXPECT_EQ(mirrored.likeness == Likeness::kSame,
            judgement.verdict == PairVerdict::kSame);
}

inline constexpr PairVerdict kSame = PairVerdict::kSame;
inline constexpr PairVerdict kDifferent = PairVerdict::kDifferent;
inline constexpr PairVerdict kUndecided = PairVerdict::kUndecided;

}  // namespace concordat::values

#endif  // CONCORDAT_TESTS_VALUES_NUMBER_CASES_H_
