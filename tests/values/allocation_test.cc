// The ordinary claim costs no allocation: reading and comparing text, codes,
// integers and dates that agree. Counts every call of operator new.
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <ostream>
#include <string>

#include "client/values/context.h"
#include "consistency/comparison.h"
#include "consistency/prompt_agreement.h"
#include "graph/reading.h"
#include "gtest/gtest.h"

namespace {

std::atomic<int64_t> allocations{0};

void* Allocate(size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(size); memory != nullptr) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(size_t size) { return Allocate(size); }
void* operator new[](size_t size) { return Allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

namespace concordat::values {
namespace {

struct Agreement {
  const char* name;
  const char* type;
  const char* context;
  std::string claimed;
  std::string truth;
};
void PrintTo(const Agreement& test, std::ostream* out) { *out << test.name; }

class AllocationTest : public testing::TestWithParam<Agreement> {};

TEST_P(AllocationTest, AgreeingAllocatesNothing) {
  const Agreement& test = GetParam();
  const absl::StatusOr<PairContext> context =
      ParseContext(test.type, test.context);
  ASSERT_TRUE(context.ok()) << context.status();
  const Attribute& attribute = context->attribute;
  const Reading truth = ReadValue(attribute, test.truth, context->b);
  ASSERT_TRUE(truth.value.has_value()) << truth.problem;
  // As the judge does. The first time may build tables.
  bool agrees = false;
  for (int round = 0; round < 2; ++round) {
    allocations = 0;
    agrees = AgreesPromptly(attribute, test.claimed, context->a, test.truth,
                            *truth.value);
    if (!agrees) {
      const Reading claimed = ReadValue(attribute, test.claimed, context->a);
      agrees = claimed.value.has_value() &&
               Compare(claimed, truth, {attribute, context->a, context->b})
                       .likeness == Likeness::kSame;
    }
  }
  EXPECT_EQ(allocations.load(), 0);
  EXPECT_TRUE(agrees);
}

INSTANTIATE_TEST_SUITE_P(
    All, AllocationTest,
    testing::Values(
        Agreement{"SameText", "text", "", "A sentence of more than some bytes",
                  "A sentence of more than some bytes"},
        Agreement{"SameTextOfAnyScript", "text", "",
                  "Ein etwas längerer Satz mit Umlauten",
                  "Ein etwas längerer Satz mit Umlauten"},
        Agreement{"TextInAnotherWriting", "text", "",
                  "  A SENTENCE of more   than some bytes ",
                  "A sentence of more than some bytes"},
        Agreement{"SameCode", "code", "aliases=a-rather-long-code-name:x",
                  "a-rather-long-code-name", "a-rather-long-code-name"},
        Agreement{"CodeInAnotherWriting", "code", "aliases=gold:G", "GOLD",
                  "gold"},
        Agreement{"Alias", "code", "aliases=gold:Gold Member", "Gold member",
                  "gold"},
        Agreement{"Integer", "integer", "", "1234567", "1234567"},
        Agreement{"GroupedInteger", "integer", "locale=de_DE", "1.234.567",
                  "1.234.567"},
        Agreement{"Date", "date", "locale=de_DE", "3.4.2026", "2026-04-03"}),
    [](const testing::TestParamInfo<Agreement>& each) {
      return std::string(each.param.name);
    });

}  // namespace
}  // namespace concordat::values
