#include "client/reconcile/export_records.h"

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat::client {
namespace {

constexpr char kVocabulary[] = R"(
name: export_records_test
entity_types:
  customer:
    attributes:
      email: {type: email}
channels:
  web:
    subject_type: customer
    contract: {customer: {attributes: {email: {}}}}
)";

class ExportRecordsTest : public testing::Test {
 protected:
  static std::shared_ptr<const SketchTerms> Terms(const std::string& forms) {
    v1::SketchTerms terms;
    terms.set_channel("web");
    terms.set_key(std::string(24, 'k'));
    terms.set_forms(forms);
    terms.set_vocabulary_yaml(kVocabulary);
    return *SketchTerms::Create(terms);
  }

  void Put(const std::string& rows) {
    std::ofstream(file_) << "subject,attribute,value,channel\n" << rows;
  }
  ExportRecords Records(const std::string& subject_type = "") {
    ExportRecordsOptions options;
    options.input.path = file_;
    options.input.kind = ItemKind::kClaims;
    options.input.channel = "web";
    options.input.entity_types = {"customer"};
    options.subject_type = subject_type;
    options.symbols = 64;
    options.sketch_file = directory_.Sub("sketch");
    return ExportRecords(std::move(options));
  }
  // "subject value" of what is found.
  static std::vector<std::string> Found(ExportRecords& records,
                                        const WantedItems& items) {
    std::vector<std::string> found;
    EXPECT_TRUE(records
                    .Find(items,
                          [&](v1::Claim claim) {
                            found.push_back(absl::StrCat(claim.subject(),
                                                         claim.entity().id(),
                                                         " ", claim.value()));
                            return true;
                          })
                    .ok());
    return found;
  }

  const TemporaryDirectory directory_;
  const std::string file_ = directory_.Sub("export.csv");
};

using Strings = std::vector<std::string>;

TEST_F(ExportRecordsTest, WhatIsInNoSketchIsAlwaysFound) {
  Put("a,email,a@x.org,\nb,email,,\na,email,A@X.org,web\n"
      "c,email,c@x.org,shop\nd,email,d@x.org,\n");
  ExportRecords records = Records();
  ASSERT_TRUE(records.Open(Terms("f")).ok());
  RecordSketch sketch = *records.Sketch();
  EXPECT_EQ(sketch.records(), 2);
  const Strings always = {"b ", "a A@X.org", "c c@x.org"};
  EXPECT_EQ(Found(records, {}), always);
  const RecordItem d = sketch.ItemOf({{}, "d", "email"}, "D@x.org");
  EXPECT_EQ(Found(records, {d.number()}),
            (Strings{"b ", "a A@X.org", "c c@x.org", "d d@x.org"}));
  const RecordItem a = sketch.ItemOf({{}, "a", "email"}, "a@x.org");
  EXPECT_EQ(Found(records, {a.number()}).size(), 4U);
}

TEST_F(ExportRecordsTest, SubjectsCanBeIdsOfTheGraph) {
  Put("a,email,a@x.org,\ncustomer/b,email,b@x.org,\n");
  ExportRecords records = Records("customer");
  ASSERT_TRUE(records.Open(Terms("f")).ok());
  EXPECT_TRUE(records.Sketch()->names_entities());
  RecordSketch made = *RecordSketch::Create(Terms("f"), 64);
  made.Insert({"customer", "b", "email"}, "b@x.org");
  made.Insert({"customer", "a", "email"}, "a@x.org");
  EXPECT_EQ(records.Sketch()->symbols().Serialize(),
            made.symbols().Serialize());
}

TEST_F(ExportRecordsTest, TheSketchIsKeptForTheSameFileAndTerms) {
  Put("a,email,a@x.org,\na,email,a@x.org,\n");
  ExportRecords first = Records();
  ASSERT_TRUE(first.Open(Terms("f")).ok());
  EXPECT_FALSE(first.was_kept());
  ExportRecords again = Records();
  ASSERT_TRUE(again.Open(Terms("f")).ok());
  EXPECT_TRUE(again.was_kept());
  EXPECT_EQ(again.Sketch()->Serialize(), first.Sketch()->Serialize());
  EXPECT_EQ(Found(again, {}), (Strings{"a a@x.org"}));
  ExportRecords other_terms = Records();
  ASSERT_TRUE(other_terms.Open(Terms("g")).ok());
  EXPECT_FALSE(other_terms.was_kept());
  Put("a,email,b@x.org,\n");
  ExportRecords other_file = Records();
  ASSERT_TRUE(other_file.Open(Terms("g")).ok());
  EXPECT_FALSE(other_file.was_kept());
  EXPECT_EQ(other_file.Sketch()->records(), 1);
  std::ofstream(directory_.Sub("sketch")) << "nonsense";
  EXPECT_TRUE(absl::IsInvalidArgument(Records().Open(Terms("g"))));
}

}  // namespace
}  // namespace concordat::client
