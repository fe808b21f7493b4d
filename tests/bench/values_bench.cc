// Reading and comparing values: how many comparisons a second a judge could do
// if it did nothing else, by type of attribute. Each comparison reads both
// sides anew, as a channel and as a system of record write them.
#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/comparison.h"
#include "consistency/prompt_agreement.h"
#include "graph/reading.h"
#include "graph/reading_cache.h"
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

const Attribute& AttributeOf(ValueType type) {
  static auto* const kAttributes = new std::map<ValueType, Attribute>;
  Attribute& attribute = (*kAttributes)[type];
  attribute.type = type;
  if (type == ValueType::kCode) attribute.code_list = &Tiers();
  return attribute;
}

// A claim that agrees with a truth that was read before: the judge's path.
void Agree(benchmark::State& state, const Pair& pair) {
  const Attribute& attribute = AttributeOf(pair.type);
  WritingHabits channel;
  channel.date_order = DateOrder::kDayMonthYear;
  channel.decimal_mark = ',';
  WritingHabits record;
  record.date_order = DateOrder::kYearMonthDay;
  record.decimal_mark = '.';
  const Reading truth = ReadValue(attribute, pair.truth, record);
  for ([[maybe_unused]] auto step : state) {
    if (AgreesPromptly(attribute, pair.said, channel, pair.truth,
                       *truth.value)) {
      continue;
    }
    const Reading said = ReadValue(attribute, pair.said, channel);
    if (!said.value.has_value() ||
        Compare(said, truth, {attribute, channel, record}).likeness !=
            Likeness::kSame) {
      return state.SkipWithError("the two should be the same");
    }
  }
  state.SetItemsProcessed(state.iterations());
}

// One reading, nothing remembered.
void Read(benchmark::State& state, const Pair& pair) {
  const Attribute& attribute = AttributeOf(pair.type);
  WritingHabits habits;
  habits.region = "DE";
  for ([[maybe_unused]] auto step : state) {
    benchmark::DoNotOptimize(ReadValue(attribute, pair.said, habits));
  }
  state.SetItemsProcessed(state.iterations());
}

// Raw values that come again: 10,000 different ones, so that the cache's table
// does not fit the processor's.
void ReadRemembered(benchmark::State& state, const Pair& pair) {
  const Attribute& attribute = AttributeOf(pair.type);
  WritingHabits habits;
  habits.region = "DE";
  ReadingCache cache(32 << 20);
  std::vector<std::string> raws;
  for (int i = 0; i < 10000; ++i) {
    raws.push_back(absl::StrCat(pair.said, 1000 + i));
  }
  size_t at = 0;
  for ([[maybe_unused]] auto step : state) {
    benchmark::DoNotOptimize(&cache.Read(attribute, raws[at], habits));
    at = at + 1 == raws.size() ? 0 : at + 1;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["hit_rate"] =
      static_cast<double>(cache.hits()) /
      static_cast<double>(cache.hits() + cache.misses());
}

// Time by the length of a hostile writing: linear.
void ReadLong(benchmark::State& state, ValueType type, const char* piece) {
  const Attribute& attribute = AttributeOf(type);
  const WritingHabits habits;
  std::string raw;
  while (static_cast<int64_t>(raw.size()) < state.range(0)) raw.append(piece);
  raw.resize(static_cast<size_t>(state.range(0)));
  for ([[maybe_unused]] auto step : state) {
    benchmark::DoNotOptimize(ReadValue(attribute, raw, habits));
  }
  state.SetComplexityN(state.range(0));
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
BENCHMARK_CAPTURE(ReadAndCompare, person_name,
                  Pair{ValueType::kPersonName, "LOVELACE, Ada",
                       "Dr. Ada Lovelace"});
BENCHMARK_CAPTURE(ReadAndCompare, organisation_name,
                  Pair{ValueType::kOrganisationName, "Example G.m.b.H.",
                       "EXAMPLE GmbH"});
BENCHMARK_CAPTURE(ReadAndCompare, postal_address,
                  Pair{ValueType::kPostalAddress,
                       "123 Main St, Springfield, IL 62704",
                       "123 Main Street, Springfield, IL 62704"});
BENCHMARK_CAPTURE(ReadAndCompare, quantity,
                  Pair{ValueType::kQuantity, "1,5 kg", "1500 g"});
BENCHMARK_CAPTURE(ReadAndCompare, duration,
                  Pair{ValueType::kDuration, "90 min", "PT1H30M"});
BENCHMARK_CAPTURE(ReadAndCompare, boolean,
                  Pair{ValueType::kBoolean, "Yes", "true"});
BENCHMARK_CAPTURE(Agree, text,
                  Pair{ValueType::kText, "Anne Miller", "Anne Miller"});
BENCHMARK_CAPTURE(Agree, text_in_another_case,
                  Pair{ValueType::kText, " ANNE  Miller", "Anne Miller"});
BENCHMARK_CAPTURE(Agree, text_accented,
                  Pair{ValueType::kText, "Anne Müller", "Anne Müller"});
BENCHMARK_CAPTURE(Agree, code, Pair{ValueType::kCode, "GOLD", "gold"});
BENCHMARK_CAPTURE(Agree, code_alias,
                  Pair{ValueType::kCode, "Gold Member", "gold"});
BENCHMARK_CAPTURE(Agree, integer, Pair{ValueType::kInteger, "12345", "12345"});
BENCHMARK_CAPTURE(Agree, date,
                  Pair{ValueType::kDate, "3.4.2026", "2026-04-03"});
BENCHMARK_CAPTURE(Agree, money,
                  Pair{ValueType::kMoney, "1.234,50 EUR", "1234.50 EUR"});
BENCHMARK_CAPTURE(Read, phone, Pair{ValueType::kPhone, "030 123456", ""});
BENCHMARK_CAPTURE(Read, phone_abroad,
                  Pair{ValueType::kPhone, "+39 06 698 12345", ""});
BENCHMARK_CAPTURE(ReadRemembered, phone, Pair{ValueType::kPhone, "030 12", ""});
BENCHMARK_CAPTURE(ReadRemembered, person_name,
                  Pair{ValueType::kPersonName, "Ada Lovelace", ""});
BENCHMARK_CAPTURE(ReadRemembered, postal_address,
                  Pair{ValueType::kPostalAddress, "Hauptstr. ", ""});
BENCHMARK_CAPTURE(ReadLong, person_name, ValueType::kPersonName, "J. van der ")
    ->Range(512, 4096)
    ->Complexity(benchmark::oN);
BENCHMARK_CAPTURE(ReadLong, postal_address, ValueType::kPostalAddress,
                  "5 Main St, ")
    ->Range(512, 4096)
    ->Complexity(benchmark::oN);
BENCHMARK_CAPTURE(ReadLong, text, ValueType::kText, "a\xcc\x81 ")
    ->Range(512, 4096)
    ->Complexity(benchmark::oN);
BENCHMARK(CompareOnly);

}  // namespace
}  // namespace concordat

BENCHMARK_MAIN();
