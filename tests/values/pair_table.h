// Tables of pairs of written values and the verdicts on them.
#ifndef CONCORDAT_TESTS_VALUES_PAIR_TABLE_H_
#define CONCORDAT_TESTS_VALUES_PAIR_TABLE_H_

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "client/values/pair.h"
#include "gtest/gtest.h"

namespace concordat::values {

struct PairCase {
  const char* name;
  const char* context;
  const char* a;
  const char* b;
  PairVerdict verdict;
};
inline void PrintTo(const PairCase& test, std::ostream* out) {
  *out << test.name;
}
inline std::string NameOfPair(const testing::TestParamInfo<PairCase>& each) {
  return each.param.name;
}

// Expects the verdict on `test`, and the same one on the pair turned around.
inline void ExpectVerdict(const char* type, const PairCase& test) {
  const absl::StatusOr<PairContext> context = ParseContext(type, test.context);
  ASSERT_TRUE(context.ok()) << context.status();
  const PairJudgement judgement = JudgePair(*context, test.a, test.b);
  EXPECT_STREQ(PairVerdictName(judgement.verdict),
               PairVerdictName(test.verdict))
      << test.a << " | " << test.b << ": " << judgement.reason;
  PairContext turned;
  turned.attribute = context->attribute;
  turned.a = context->b;
  turned.b = context->a;
  EXPECT_EQ(JudgePair(turned, test.b, test.a).verdict, judgement.verdict)
      << "turned around";
}

// The canonical writing of `writing`, "" where it cannot be read.
inline std::string CanonicalOf(const char* type, const char* writing,
                               const char* context = "") {
  const absl::StatusOr<PairContext> parsed = ParseContext(type, context);
  if (!parsed.ok()) return std::string(parsed.status().message());
  const Reading reading = ReadValue(parsed->attribute, writing, parsed->a);
  return reading.value.has_value() ? reading.value->Canonical() : "";
}

// Expects that what can be read of `cases` (context, writing) has a canonical
// writing that reads as the same value without a context.
inline void ExpectStable(
    const char* type,
    const std::vector<std::pair<const char*, const char*>>& cases) {
  for (const auto& [context, writing] : cases) {
    const std::string canonical = CanonicalOf(type, writing, context);
    if (canonical.empty()) continue;
    EXPECT_EQ(CanonicalOf(type, canonical.c_str()), canonical) << writing;
  }
}

}  // namespace concordat::values

#endif  // CONCORDAT_TESTS_VALUES_PAIR_TABLE_H_
