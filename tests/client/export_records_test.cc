#include "client/reconcile/export_records.h"

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/audits/record_items.h"
#include "graph/reading.h"
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
    terms.set_normal_forms_version(kNormalFormsVersion);
    terms.set_record_items_version(audits::kRecordItemsVersion);
    return *SketchTerms::Create(terms);
  }

  void Put(const std::string& rows) {
    std::ofstream(file_) << "subject,attribute,value,channel\n" << rows;
  }
  ExportRecordsOptions Options(const std::string& subject_type) const {
    ExportRecordsOptions options;
    options.input.path = file_;
    options.input.kind = ItemKind::kClaims;
    options.input.channel = "web";
    options.input.entity_types = {"customer"};
    options.subject_type = subject_type;
    options.symbols = 64;
    options.sketch_file = directory_.Sub("sketch");
    return options;
  }
  ExportRecords Records(const std::string& subject_type = "") const {
    return ExportRecords(Options(subject_type));
  }
  // "line subject value" of what is found.
  static std::vector<std::string> Found(ExportRecords& records,
                                        const WantedItems& items) {
    std::vector<std::string> found;
    EXPECT_TRUE(records
                    .Find(items,
                          [&](v1::Claim claim, int64_t line) {
                            found.push_back(absl::StrCat(
                                line, " ", claim.subject(), claim.entity().id(),
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
  const Strings always = {"3 b ", "4 a A@X.org", "5 c c@x.org"};
  EXPECT_EQ(Found(records, {}), always);
  const RecordItem d = sketch.ItemOf({{}, "d", "email"}, "D@x.org");
  EXPECT_EQ(Found(records, {d.number()}),
            (Strings{"3 b ", "4 a A@X.org", "5 c c@x.org", "6 d d@x.org"}));
  const RecordItem a = sketch.ItemOf({{}, "a", "email"}, "a@x.org");
  EXPECT_EQ(Found(records, {a.number()}).size(), 4U);
}

// A sketch is of what is said now; when a row was said, only the row tells.
TEST_F(ExportRecordsTest, WhatSaysWhenIsAlwaysSent) {
  std::ofstream(file_) << "subject,attribute,value,said_at,as_of\n"
                          "a,email,a@x.org,,\n"
                          "b,email,b@x.org,2020-01-01T00:00:00Z,\n"
                          "c,email,c@x.org,,2020-01-01T00:00:00Z\n";
  ExportRecords records = Records();
  ASSERT_TRUE(records.Open(Terms("f")).ok());
  EXPECT_EQ(records.Sketch()->records(), 1);
  EXPECT_EQ(Found(records, {}), (Strings{"3 b b@x.org", "4 c c@x.org"}));
}

TEST_F(ExportRecordsTest, RowsThatCannotBeReadStayCounted) {
  Put("a,email,a@x.org,\n\"b,email\nc,email,c@x.org,too,many\n");
  for (const bool kept : {false, true}) {
    ExportRecords records = Records();
    ASSERT_TRUE(records.Open(Terms("f")).ok());
    EXPECT_EQ(records.was_kept(), kept);
    EXPECT_GT(records.unreadable_rows(), 0);
  }
}

TEST_F(ExportRecordsTest, EndsWhenItIsStopped) {
  Put("a,email,a@x.org,\n");
  ExportRecordsOptions options = Options("");
  options.stopped = [] { return true; };
  EXPECT_TRUE(
      absl::IsCancelled(ExportRecords(std::move(options)).Open(Terms("f"))));
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
  EXPECT_EQ(Found(again, {}), (Strings{"3 a a@x.org"}));
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
