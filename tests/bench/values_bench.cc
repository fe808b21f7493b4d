// Reading and comparing values: how many comparisons a second a judge could do
// if it did nothing else, by type of attribute. Each comparison reads both
// sides anew, as a channel and as a system of record write them.
#include <benchmark/benchmark.h>

#include <string>

#include "consistency/comparison.h"
#include "graph/reading.h"
#include "graph/schema.h"
#include "graph/text.h"
#include "graph/value.h"

namespace concordat {
namespace {

const CodeList& Tiers() {
  static const auto* const kTiers =
      new CodeList{.name = "tier",
                   .codes = {"silver", "gold"},
                   .by_writing = {{"silver", "silver"},
                                  {"gold", "gold"},
                                  {FoldCode("Gold Member"), "gold"},
                                  {FoldCode("Goldstatus"), "gold"}}};
  return *kTiers;
}

struct Pair {
  ValueType type;
  const char* said;
  const char* truth;
};

void ReadAndCompare(benchmark::State& state, const Pair& pair) {
  Attribute attribute;
  attribute.name = "attribute";
  attribute.type = pair.type;
  if (pair.type == ValueType::kCode) attribute.code_list = &Tiers();
  WritingHabits channel;
  channel.date_order = DateOrder::kDayMonthYear;
  channel.decimal_mark = ',';
  channel.region = "DE";
  channel.currency = "EUR";
  channel.has_time_zone = true;
  channel.time_zone = absl::UTCTimeZone();
  WritingHabits record;
  record.date_order = DateOrder::kYearMonthDay;
  record.decimal_mark = '.';
  for ([[maybe_unused]] auto step : state) {
    const Reading said = ReadValue(attribute, pair.said, channel);
    const Reading truth = ReadValue(attribute, pair.truth, record);
    if (!said.value.has_value() || !truth.value.has_value() ||
        Compare(*said.value, *truth.value, {attribute, channel, record})
                .likeness != Likeness::kSame) {
      return state.SkipWithError("the two should be the same");
    }
  }
  state.SetItemsProcessed(state.iterations());
}

// What a judgement does once the truth is in its cache.
void CompareOnly(benchmark::State& state) {
  const Value a{Scalar(Text{"annemarie müller-lüdenscheidt"})};
  const Value b = a;
  const Attribute attribute;
  const WritingHabits habits;
  for ([[maybe_unused]] auto step : state) {
    benchmark::DoNotOptimize(Compare(a, b, {attribute, habits, habits}));
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(ReadAndCompare, text,
                  Pair{ValueType::kText, "  Annemarie MÜLLER",
                       "Annemarie Müller"});
BENCHMARK_CAPTURE(ReadAndCompare, text_ascii,
                  Pair{ValueType::kText, "Anne Miller", "Anne Miller"});
BENCHMARK_CAPTURE(ReadAndCompare, code,
                  Pair{ValueType::kCode, "Gold Member", "gold"});
BENCHMARK_CAPTURE(ReadAndCompare, integer,
                  Pair{ValueType::kInteger, "12.345", "12345"});
BENCHMARK_CAPTURE(ReadAndCompare, decimal,
                  Pair{ValueType::kDecimal, "1.234,50", "1234.5"});
BENCHMARK_CAPTURE(ReadAndCompare, money,
                  Pair{ValueType::kMoney, "1.234,50 €", "1234.50 EUR"});
BENCHMARK_CAPTURE(ReadAndCompare, date,
                  Pair{ValueType::kDate, "3.4.2026", "2026-04-03"});
BENCHMARK_CAPTURE(ReadAndCompare, time_of_day,
                  Pair{ValueType::kTimeOfDay, "2:30 pm", "14:30"});
BENCHMARK_CAPTURE(ReadAndCompare, instant,
                  Pair{ValueType::kInstant, "2026-04-03 12:00:00",
                       "2026-04-03T12:00:00Z"});
BENCHMARK_CAPTURE(ReadAndCompare, phone,
                  Pair{ValueType::kPhone, "030 123456", "+4930123456"});
BENCHMARK_CAPTURE(ReadAndCompare, email,
                  Pair{ValueType::kEmail, " Anne@Example.org",
                       "anne@example.org"});
BENCHMARK(CompareOnly);

}  // namespace
}  // namespace concordat

BENCHMARK_MAIN();
