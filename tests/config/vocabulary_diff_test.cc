#include "config/vocabulary_diff.h"

#include <ostream>
#include <string>
#include <vector>

#include "concordat/v1/vocabulary.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/yaml_reader.h"

namespace concordat {

void PrintTo(const VocabularyDifference& difference, std::ostream* out) {
  *out << difference.field << ": " << difference.before << " -> "
       << difference.after;
}

namespace {

struct DiffCase {
  const char* name;
  const char* before;
  const char* after;
  std::vector<VocabularyDifference> differences;
};
void PrintTo(const DiffCase& test, std::ostream* out) { *out << test.name; }

v1::Vocabulary Read(const char* yaml) {
  v1::Vocabulary message;
  EXPECT_THAT(ReadYaml(yaml, message).problems, testing::IsEmpty());
  return message;
}

class DiffTest : public testing::TestWithParam<DiffCase> {};

TEST_P(DiffTest, ListsDifferencesInOrderOfPath) {
  EXPECT_THAT(DiffVocabularies(Read(GetParam().before), Read(GetParam().after)),
              testing::ElementsAreArray(GetParam().differences));
}

TEST_P(DiffTest, IsReversedBetweenTheSameTwo) {
  std::vector<VocabularyDifference> reversed;
  for (const auto& [field, before, after] : GetParam().differences) {
    reversed.push_back({field, after, before});
  }
  EXPECT_THAT(DiffVocabularies(Read(GetParam().after), Read(GetParam().before)),
              testing::ElementsAreArray(reversed));
}

INSTANTIATE_TEST_SUITE_P(
    All, DiffTest,
    testing::Values(
        DiffCase{"Same", "name: a", "name: a", {}},
        DiffCase{"DefaultIsUnset",
                 "channels: {a: {partner: false}}",
                 "channels: {a: {}}",
                 {}},
        DiffCase{"Scalar", "name: a", "name: b", {{"name", "a", "b"}}},
        DiffCase{"RelationRules",
                 "relation_types: {r: {from: [a], to: [b]}}",
                 "relation_types: {r: {from: [a], to: [b], acyclic: true,\n"
                 "  cardinality: one_to_one, inverse: i}}",
                 {{"relation_types.r.acyclic", "", "true"},
                  {"relation_types.r.cardinality", "", "one_to_one"},
                  {"relation_types.r.inverse", "", "i"}}},
        DiffCase{"List",
                 "sources: [a]",
                 "sources: [a, b]",
                 {{"sources", "[a]", "[a, b]"}}},
        DiffCase{"ListGone",
                 "name: x\nsources: [a]",
                 "name: x",
                 {{"sources", "[a]", ""}}},
        DiffCase{"Duration",
                 "channels: {web: {promise: 90m}}",
                 "channels: {web: {promise: 1d}}",
                 {{"channels.web.promise", "1h30m", "1d"}}},
        DiffCase{"ZeroDurationIsDeclared",
                 "channels: {web: {partner: true}}",
                 "channels: {web: {partner: true, promise: 0s}}",
                 {{"channels.web.promise", "", "0s"}}},
        DiffCase{"EmptyEntryAdded",
                 "channels: {web: {partner: true}}",
                 "channels: {web: {partner: true}, app: {}}",
                 {{"channels.app", "", "{}"}}},
        DiffCase{"EmptyEntryFilled",
                 "channels: {web: {}}",
                 "channels: {web: {partner: true}}",
                 {{"channels.web.partner", "", "true"}}},
        DiffCase{"EntryChangedAndAdded",
                 "code_lists: {t: {codes: {gold: {description: x}}}}",
                 "code_lists: {t: {codes: {gold: {description: y},"
                 " a b: {aliases: [c]}}}}",
                 {{"code_lists.t.codes.gold.description", "x", "y"},
                  {"code_lists.t.codes[\"a b\"].aliases", "", "[c]"}}},
        DiffCase{"NumberAndMapOfText",
                 "writing: {two_digit_year_pivot: 2030, code_aliases: {a: b}}",
                 "writing: {two_digit_year_pivot: 2040, code_aliases: {a: c}}",
                 {{"writing.code_aliases.a", "b", "c"},
                  {"writing.two_digit_year_pivot", "2030", "2040"}}}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace concordat
