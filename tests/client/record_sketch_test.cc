#include "client/reconcile/record_sketch.h"

#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace concordat::client {
namespace {

constexpr char kVocabulary[] = R"(
name: record_sketch_test
code_lists:
  tier:
    codes:
      silver: {}
      gold: {aliases: [Gold Member]}
entity_types:
  customer:
    attributes:
      name: {type: person_name}
      email: {type: email}
      phone: {type: phone, aliases: [tel]}
      born: {type: date}
      owed: {type: money}
      tier: {type: code, code_list: tier}
      secret: {type: text}
  firm:
    attributes:
      phone: {type: phone}
channels:
  web:
    subject_type: customer
    writing: {locale: de_DE, currency: EUR}
    contract:
      customer:
        attributes:
          name: {}
          email: {}
          phone: {}
          born: {}
          owed: {}
          tier: {}
      firm:
        attributes:
          phone: {}
)";

v1::SketchTerms WireTerms(char key = 'k') {
  v1::SketchTerms terms;
  terms.set_channel("web");
  terms.set_key(std::string(24, key));
  terms.set_forms("f");
  terms.set_vocabulary_version(1);
  terms.set_vocabulary_yaml(kVocabulary);
  terms.set_normal_forms_version(kNormalFormsVersion);
  terms.set_record_items_version(audits::kRecordItemsVersion);
  return terms;
}

std::shared_ptr<const SketchTerms> Terms(char key = 'k') {
  const auto terms = SketchTerms::Create(WireTerms(key));
  EXPECT_TRUE(terms.ok()) << terms.status();
  return *terms;
}

RecordSketch Empty(size_t symbols = 64) {
  return *RecordSketch::Create(Terms(), symbols);
}

RecordKey Own(absl::string_view attribute, absl::string_view subject = "w-1") {
  return {.entity_type = {}, .subject = subject, .attribute = attribute};
}

std::string Bytes(const RecordSketch& sketch) {
  return sketch.symbols().Serialize();
}

struct WritingCase {
  const char* name;
  const char* attribute;
  const char* a;
  const char* b;
  bool same;
};

class WritingTest : public testing::TestWithParam<WritingCase> {};

TEST_P(WritingTest, WhatMeansTheSameIsOneItem) {
  const WritingCase& test = GetParam();
  RecordSketch sketch = Empty();
  EXPECT_EQ(sketch.ItemOf(Own(test.attribute), test.a) ==
                sketch.ItemOf(Own(test.attribute), test.b),
            test.same);
}

INSTANTIATE_TEST_SUITE_P(
    Writings, WritingTest,
    testing::Values(
        WritingCase{"Phone", "phone", "+49 30 901820", "030 / 90 18 20", true},
        WritingCase{"OtherPhone", "phone", "030 901820", "030 901821", false},
        WritingCase{"PhoneByAlias", "tel", "+4930901820", "030901820", true},
        WritingCase{"Email", "email", "A.B@Example.org", "a.b@example.org",
                    true},
        WritingCase{"Date", "born", "03.04.1990", "1990-04-03", true},
        WritingCase{"OtherDate", "born", "03.04.1990", "1990-03-04", false},
        WritingCase{"Money", "owed", "1.234,50 EUR", "1234,5", true},
        WritingCase{"OtherMoney", "owed", "12,50", "12,51", false},
        WritingCase{"Code", "tier", "GOLD member", "gold", true},
        WritingCase{"OtherCode", "tier", "gold", "silver", false},
        WritingCase{"NotInTheContract", "secret", "a", "A", false},
        WritingCase{"Unreadable", "born", "soon", "later", false}),
    [](const testing::TestParamInfo<WritingCase>& of) {
      return of.param.name;
    });

TEST(RecordSketchTest, ItemsAreOfTheSubjectTheAttributeAndTheKey) {
  RecordSketch sketch = Empty();
  const RecordItem item = sketch.ItemOf(Own("tier"), "gold");
  EXPECT_NE(item, sketch.ItemOf(Own("tier", "w-2"), "gold"));
  EXPECT_NE(item, sketch.ItemOf(Own("name"), "gold"));
  EXPECT_NE(item, sketch.ItemOf({"customer", "w-1", "tier"}, "gold"));
  EXPECT_NE(sketch.ItemOf({"customer", "w-1", "phone"}, "030 901820"),
            sketch.ItemOf({"firm", "w-1", "phone"}, "030 901820"));
  RecordSketch other = *RecordSketch::Create(Terms('x'), 64);
  EXPECT_NE(item, other.ItemOf(Own("tier"), "gold"));
  // An alias names the attribute; so does it for an entity.
  EXPECT_EQ(sketch.ItemOf({"customer", "1", "tel"}, "030 901820"),
            sketch.ItemOf({"customer", "1", "phone"}, "030 901820"));
}

TEST(RecordSketchTest, UpdateIsRemoveAndInsert) {
  RecordSketch updated = Empty();
  updated.Insert(Own("tier"), "gold");
  updated.Insert(Own("born"), "03.04.1990");
  updated.Update(Own("tier"), "Gold", "silver");
  RecordSketch made = Empty();
  made.Insert(Own("born"), "1990-04-03");
  made.Insert(Own("tier"), "silver");
  EXPECT_EQ(Bytes(updated), Bytes(made));
  updated.Remove(Own("tier"), "SILVER");
  updated.Remove(Own("born"), "3.4.1990");
  EXPECT_EQ(Bytes(updated), Bytes(Empty()));
  EXPECT_EQ(updated.records(), 0);
}

// A channel's life at random, beside a map of what it holds.
TEST(RecordSketchTest, FollowsARandomLife) {
  std::mt19937_64 random(11);
  const std::vector<std::string> attributes = {"tier", "born", "email", "phone",
                                               "secret"};
  const auto value = [&] {
    return absl::StrCat("0", 1 + random() % 9, ".0", 1 + random() % 9, ".199",
                        random() % 10);
  };
  std::map<std::pair<std::string, std::string>, std::string> held;
  RecordSketch sketch = Empty(300);
  for (int step = 0; step < 20'000; ++step) {
    const std::pair<std::string, std::string> at = {
        absl::StrCat("w-", random() % 200),
        attributes[random() % attributes.size()]};
    const RecordKey key = Own(at.second, at.first);
    const auto found = held.find(at);
    if (found == held.end()) {
      sketch.Insert(key, held[at] = value());
    } else if (random() % 3 == 0) {
      sketch.Remove(key, found->second);
      held.erase(found);
    } else {
      const std::string now = value();
      sketch.Update(key, found->second, now);
      found->second = now;
    }
  }
  RecordSketch made = Empty(300);
  for (const auto& [at, text] : held) {
    made.Insert(Own(at.second, at.first), text);
  }
  EXPECT_EQ(sketch.records(), static_cast<int64_t>(held.size()));
  EXPECT_EQ(Bytes(sketch), Bytes(made));
}

TEST(RecordSketchTest, SurvivesARestart) {
  RecordSketch sketch = Empty();
  sketch.Insert(Own("tier"), "gold");
  sketch.Insert({"customer", "1", "born"}, "03.04.1990");
  sketch.Insert({"customer", "2", "born"}, "03.04.1990");
  absl::StatusOr<RecordSketch> read = RecordSketch::Parse(sketch.Serialize());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(Bytes(*read), Bytes(sketch));
  EXPECT_TRUE(read->names_entities());
  EXPECT_EQ(read->terms()->forms(), "f");
  read->Remove({"customer", "2", "born"}, "1990-04-03");
  read->Remove({"customer", "1", "born"}, "1990-04-03");
  EXPECT_FALSE(read->names_entities());
  EXPECT_EQ(read->records(), 1);
}

TEST(RecordSketchTest, NonsenseIsNoSketch) {
  const std::string bytes = Empty().Serialize();
  EXPECT_TRUE(absl::IsInvalidArgument(RecordSketch::Parse("x").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(RecordSketch::Parse("").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      RecordSketch::Parse(bytes.substr(0, bytes.size() / 2)).status()));
  v1::SketchTerms terms = WireTerms();
  terms.set_key("short");
  EXPECT_TRUE(absl::IsInvalidArgument(SketchTerms::Create(terms).status()));
  terms = WireTerms();
  terms.set_channel("nobody");
  EXPECT_TRUE(absl::IsInvalidArgument(SketchTerms::Create(terms).status()));
  terms = WireTerms();
  terms.set_vocabulary_yaml("{");
  EXPECT_TRUE(absl::IsInvalidArgument(SketchTerms::Create(terms).status()));
  EXPECT_FALSE(RecordSketch::Create(Terms(), size_t{1} << 19).ok());
}

}  // namespace
}  // namespace concordat::client
