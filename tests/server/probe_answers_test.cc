// Answers of backends, sensible and not.
#include "server/probe/probe_answers.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

const absl::Time kAsAt = absl::FromUnixSeconds(1'767'268'800);

std::vector<ProbedSubject> Subjects() {
  return {{{"customer", "a"}, {"w1", "w2"}}, {{"customer", "b"}, {}}};
}

v1::ProbeRecord* Add(v1::FetchRecordsResponse& response,
                     const std::string& key) {
  v1::ProbeRecord* const record = response.add_records();
  record->set_key(key);
  return record;
}

v1::Claim* AddClaim(v1::ProbeRecord* record, const std::string& attribute,
                    const std::string& value) {
  v1::Claim* const claim = record->add_claims();
  claim->set_attribute(attribute);
  claim->set_value(value);
  return claim;
}

std::vector<std::string> RefusedOf(const ReadAnswers& answers) {
  std::vector<std::string> refused;
  for (const absl::Status& status : answers.refused) {
    const std::optional<ErrorDetail> detail = DetailOf(status);
    refused.push_back(
        absl::StrCat(ErrorReasonName(detail->reason), " ", detail->field));
  }
  return refused;
}

using Strings = std::vector<std::string>;

TEST(ProbeAnswersTest, AreClaimsAboutWhomWasAsked) {
  v1::FetchRecordsResponse response;
  Add(response, "1")->set_unknown_subject(true);
  v1::ProbeRecord* const record = Add(response, "0");
  AddClaim(record, "tier", "gold");
  v1::Claim* const absent = record->add_claims();
  absent->set_attribute("name");
  absent->set_subject("w2");
  absent->set_channel("web");
  absent->mutable_said_at()->set_seconds(1'767'000'000);
  (*absent->mutable_labels())["app_version"] = "4.2";
  const ReadAnswers answers = ReadRecords("web", Subjects(), response, kAsAt);
  EXPECT_EQ(RefusedOf(answers), Strings{});
  EXPECT_EQ(answers.subjects,
            (std::vector<SubjectAnswer>{SubjectAnswer::kKnown,
                                        SubjectAnswer::kUnknownSubject}));
  ASSERT_EQ(answers.claims.size(), 2);
  EXPECT_EQ(answers.claims[0].channel, "web");
  EXPECT_EQ(answers.claims[0].entity, (EntityId{"customer", "a"}));
  EXPECT_EQ(answers.claims[0].value, "gold");
  EXPECT_EQ(answers.claims[0].said_at, kAsAt);
  EXPECT_EQ(answers.claims[1].value, std::nullopt);
  EXPECT_EQ(answers.claims[1].entity, (EntityId{"customer", "a"}));
  EXPECT_EQ(answers.claims[1].said_at, absl::FromUnixSeconds(1'767'000'000));
  EXPECT_EQ(answers.claims[1].labels.size(), 1);
}

TEST(ProbeAnswersTest, ThatMakeNoSenseAreRefusedOneByOne) {
  v1::FetchRecordsResponse response;
  v1::ProbeRecord* const record = Add(response, "0");
  AddClaim(record, "tier", "gold")->set_channel("shop");
  AddClaim(record, "tier", "gold")->set_subject("w9");
  v1::Claim* const other = AddClaim(record, "tier", "gold");
  other->mutable_entity()->set_type("customer");
  other->mutable_entity()->set_id("b");
  AddClaim(record, "tier", "gold")->mutable_said_at()->set_seconds(-1e15);
  AddClaim(record, "tier", "gold");
  Add(response, "0");
  Add(response, "17");
  Add(response, "");
  const ReadAnswers answers = ReadRecords("web", Subjects(), response, kAsAt);
  EXPECT_EQ(
      RefusedOf(answers),
      (Strings{"INVALID_FIELD records[0].claims[0].channel",
               "INVALID_FIELD records[0].claims[1].subject",
               "INVALID_FIELD records[0].claims[2].entity",
               "INVALID_FIELD records[0].claims[3].said_at",
               "INVALID_FIELD records[1].key", "INVALID_FIELD records[2].key",
               "INVALID_FIELD records[3].key", "INVALID_FIELD records"}));
  EXPECT_EQ(answers.claims.size(), 1);
  EXPECT_EQ(answers.subjects,
            (std::vector<SubjectAnswer>{SubjectAnswer::kKnown,
                                        SubjectAnswer::kNone}));
}

TEST(ProbeAnswersTest, OfRecordsThatMakeNoSenseNothingIsTaken) {
  v1::FetchRecordsResponse response;
  v1::ProbeRecord* const contradictory = Add(response, "0");
  contradictory->set_unknown_subject(true);
  AddClaim(contradictory, "tier", "gold");
  v1::ProbeRecord* const large = Add(response, "1");
  for (int i = 0; i <= limits::kProbeClaimsPerSubjectMax; ++i) {
    AddClaim(large, "tier", "gold");
  }
  const ReadAnswers answers = ReadRecords("web", Subjects(), response, kAsAt);
  EXPECT_EQ(RefusedOf(answers), (Strings{"INVALID_FIELD records[0].claims",
                                         "LIMIT_EXCEEDED records[1].claims"}));
  EXPECT_TRUE(answers.claims.empty());
}

TEST(ProbeAnswersTest, NonsenseWithoutEndIsNotKept) {
  v1::FetchRecordsResponse response;
  for (int i = 0; i < 1000; ++i) response.add_records();
  Add(response, "0");
  const ReadAnswers answers = ReadRecords("web", Subjects(), response, kAsAt);
  EXPECT_EQ(RefusedOf(answers)[0], "LIMIT_EXCEEDED records");
  EXPECT_EQ(answers.refused.size(), 1 + 3 * Subjects().size());
}

TEST(ProbeAnswersTest, OfAnErrorOnlyTheCodeIsKept) {
  v1::FetchRecordsResponse response;
  v1::ProbeRecord* const failed = Add(response, "0");
  failed->mutable_error()->set_code(
      static_cast<int>(absl::StatusCode::kNotFound));
  failed->mutable_error()->set_message("Jane Roe is not there");
  Add(response, "1");
  const ReadAnswers answers = ReadRecords("web", Subjects(), response, kAsAt);
  EXPECT_EQ(RefusedOf(answers), (Strings{"PROBE_FAILED records[0].error"}));
  EXPECT_NE(answers.refused[0].message().find("NOT_FOUND"), std::string::npos);
  EXPECT_EQ(answers.refused[0].message().find("Jane"), std::string::npos);
  EXPECT_EQ(answers.subjects[1], SubjectAnswer::kKnown);
}

}  // namespace
}  // namespace concordat
