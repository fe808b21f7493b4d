#include "graph/errors.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::Pair;

struct CatalogueCase {
  ErrorReason reason;
  absl::Status status;
  absl::StatusCode code;
  std::string field;
};
void PrintTo(const CatalogueCase& test, std::ostream* out) {
  *out << std::string(ErrorReasonName(test.reason));
}

using absl::StatusCode;

std::vector<CatalogueCase> Catalogue() {
  namespace e = errors;
  return {
      {ErrorReason::kInvalidField, e::InvalidField("f", "m"),
       StatusCode::kInvalidArgument, "f"},
      {ErrorReason::kLimitExceeded, e::LimitExceeded("l", 3, 2, "f"),
       StatusCode::kInvalidArgument, "f"},
      {ErrorReason::kUnknownEntityType, e::UnknownEntityType("n", "k"),
       StatusCode::kInvalidArgument, "type"},
      {ErrorReason::kUnknownAttribute, e::UnknownAttribute("t", "n", "k"),
       StatusCode::kInvalidArgument, "attribute"},
      {ErrorReason::kUnknownRelation, e::UnknownRelation("n", "k"),
       StatusCode::kInvalidArgument, "relation"},
      {ErrorReason::kUnknownChannel, e::UnknownChannel("n", "k"),
       StatusCode::kInvalidArgument, "channel"},
      {ErrorReason::kUnknownSource, e::UnknownSource("n", "k"),
       StatusCode::kInvalidArgument, "source"},
      {ErrorReason::kUnreadableValue, e::UnreadableValue("m"),
       StatusCode::kInvalidArgument, "value"},
      {ErrorReason::kNoVocabulary, e::NoVocabulary(),
       StatusCode::kFailedPrecondition, ""},
      {ErrorReason::kInvalidVocabulary, e::InvalidVocabulary("p"),
       StatusCode::kInvalidArgument, "yaml"},
      {ErrorReason::kVocabularyInUse, e::VocabularyInUse("w"),
       StatusCode::kFailedPrecondition, ""},
      {ErrorReason::kNotFound, e::NotFound("w"), StatusCode::kNotFound, ""},
      {ErrorReason::kPreconditionFailed, e::PreconditionFailed("w"),
       StatusCode::kFailedPrecondition, ""},
      {ErrorReason::kRequestIdReused, e::RequestIdReused(),
       StatusCode::kAlreadyExists, "request_id"},
      {ErrorReason::kRevisionCompacted,
       e::RevisionCompacted(Revision(3), Revision(4), "t"),
       StatusCode::kOutOfRange, ""},
      {ErrorReason::kWatcherStalled, e::WatcherStalled("t"),
       StatusCode::kAborted, ""},
      {ErrorReason::kSnapshotTooSlow, e::SnapshotTooSlow(60),
       StatusCode::kResourceExhausted, ""},
      {ErrorReason::kProbeFailed, e::ProbeFailed("c", "INTERNAL", 1, "w"),
       StatusCode::kUnavailable, ""},
      {ErrorReason::kUnauthenticated, e::Unauthenticated("p", "m"),
       StatusCode::kUnauthenticated, ""},
      {ErrorReason::kNotPermitted, e::NotPermitted("c", "qa", "admin"),
       StatusCode::kPermissionDenied, ""},
      {ErrorReason::kOtherChannel, e::OtherChannel("channel", "web"),
       StatusCode::kPermissionDenied, "channel"},
      {ErrorReason::kOutsideRows, e::OutsideRows("entity"),
       StatusCode::kPermissionDenied, "entity"},
      {ErrorReason::kWithheld, e::Withheld("attribute"),
       StatusCode::kPermissionDenied, "attribute"},
      {ErrorReason::kUnknownPurpose, e::UnknownPurpose("support"),
       StatusCode::kInvalidArgument, ""},
      {ErrorReason::kQuotaExceeded, e::QuotaExceeded("l", 3, 2),
       StatusCode::kResourceExhausted, ""},
      {ErrorReason::kAccessLogBroken, e::AccessLogBroken(7, "w"),
       StatusCode::kDataLoss, ""},
      {ErrorReason::kAccessLogUnavailable, e::AccessLogUnavailable(),
       StatusCode::kUnavailable, ""},
      {ErrorReason::kNothingToEnd, e::NothingToEnd("fact"),
       StatusCode::kFailedPrecondition, "valid_to"},
      {ErrorReason::kForeignToken, e::ForeignToken(),
       StatusCode::kInvalidArgument, ""},
      {ErrorReason::kFutureRevision,
       e::FutureRevision(Revision(9), Revision(4)), StatusCode::kOutOfRange,
       ""},
      {ErrorReason::kCardinalityExceeded,
       e::CardinalityExceeded("r", "one_to_one", "from"),
       StatusCode::kFailedPrecondition, ""},
      {ErrorReason::kMalformedToken, e::MalformedToken("w"),
       StatusCode::kInvalidArgument, ""},
      {ErrorReason::kOverloaded, e::Overloaded(5, 4),
       StatusCode::kResourceExhausted, ""},
      {ErrorReason::kShuttingDown, e::ShuttingDown(), StatusCode::kUnavailable,
       ""},
      {ErrorReason::kStorageFull, e::StorageFull(),
       StatusCode::kResourceExhausted, ""},
      {ErrorReason::kStorageUnavailable, e::StorageUnavailable("w"),
       StatusCode::kUnavailable, ""},
      {ErrorReason::kStorageCorrupt, e::StorageCorrupt("w"),
       StatusCode::kDataLoss, ""},
      {ErrorReason::kStorageLocked, e::StorageLocked("d"),
       StatusCode::kFailedPrecondition, ""},
      {ErrorReason::kStorageVersion, e::StorageVersion("w"),
       StatusCode::kFailedPrecondition, ""},
      {ErrorReason::kInternal, e::Internal("w"), StatusCode::kInternal, ""},
      {ErrorReason::kDeclaredDistinct, e::DeclaredDistinct(),
       StatusCode::kFailedPrecondition, ""},
      {ErrorReason::kMergeRefused, e::MergeRefused("b", "o", 3, 2, "m"),
       StatusCode::kFailedPrecondition, ""},
      {ErrorReason::kErased, e::Erased(), StatusCode::kFailedPrecondition, ""},
      {ErrorReason::kStoreNotEmpty, e::StoreNotEmpty("w"),
       StatusCode::kFailedPrecondition, ""},
      {ErrorReason::kBackupCorrupt, e::BackupCorrupt("w"),
       StatusCode::kDataLoss, ""},
  };
}

class ErrorCatalogueTest : public testing::TestWithParam<CatalogueCase> {};

TEST_P(ErrorCatalogueTest, StatusCarriesItsReasonAndField) {
  const CatalogueCase& test = GetParam();
  EXPECT_EQ(test.status.code(), test.code);
  EXPECT_FALSE(test.status.message().empty());
  const std::optional<ErrorDetail> detail = DetailOf(test.status);
  ASSERT_TRUE(detail.has_value());
  EXPECT_EQ(detail->reason, test.reason);
  EXPECT_EQ(detail->field, test.field);
}

TEST_P(ErrorCatalogueTest, WithFieldPutsThePathBefore) {
  const CatalogueCase& test = GetParam();
  const absl::Status inner = WithField("a", test.status);
  const absl::Status outer = WithField("b[1]", inner);
  const std::optional<ErrorDetail> before = DetailOf(test.status);
  const std::optional<ErrorDetail> after = DetailOf(outer);
  ASSERT_TRUE(after.has_value());
  EXPECT_EQ(after->field,
            test.field.empty() ? "b[1].a" : "b[1].a." + test.field);
  EXPECT_EQ(after->reason, before->reason);
  EXPECT_EQ(after->metadata, before->metadata);
  EXPECT_EQ(outer.code(), test.status.code());
  EXPECT_EQ(outer.message(), test.status.message());
}

TEST_P(ErrorCatalogueTest, AtFieldPutsAnotherPath) {
  const absl::Status& status = GetParam().status;
  const absl::Status moved = AtField("b[1]", status);
  ASSERT_TRUE(DetailOf(moved).has_value());
  EXPECT_EQ(DetailOf(moved)->field, "b[1]");
  EXPECT_EQ(DetailOf(moved)->reason, DetailOf(status)->reason);
  EXPECT_EQ(DetailOf(moved)->metadata, DetailOf(status)->metadata);
  EXPECT_EQ(moved.message(), status.message());
}

INSTANTIATE_TEST_SUITE_P(All, ErrorCatalogueTest,
                         testing::ValuesIn(Catalogue()), [](const auto& test) {
                           return std::string(
                               ErrorReasonName(test.param.reason));
                         });

// Walks the enumeration: a reason that is added needs a name, a factory and a
// row above.
TEST(ErrorReasonTest, EveryReasonHasANameAndAFactory) {
  std::set<std::string> names;
  const std::vector<CatalogueCase> catalogue = Catalogue();
  const int first = static_cast<int>(kErrorReasonFirst);
  const int last = static_cast<int>(kErrorReasonLast);
  for (int number = first; number <= last; ++number) {
    const auto reason = static_cast<ErrorReason>(number);
    const std::string name(ErrorReasonName(reason));
    if (name == "UNSPECIFIED") {  // a gap
      EXPECT_NE(number, last);
      continue;
    }
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(std::count_if(catalogue.begin(), catalogue.end(),
                            [&](const CatalogueCase& test) {
                              return test.reason == reason;
                            }),
              1)
        << name;
  }
  EXPECT_EQ(ErrorReasonName(static_cast<ErrorReason>(last + 1)), "UNSPECIFIED");
}

TEST(ErrorDetailTest, LimitNamesBothNumbers) {
  const auto detail = DetailOf(errors::LimitExceeded("rows_max", 11, 10));
  ASSERT_TRUE(detail.has_value());
  EXPECT_THAT(detail->metadata,
              ElementsAre(Pair("limit", "rows_max"), Pair("actual", "11"),
                          Pair("allowed", "10")));
}

TEST(ErrorDetailTest, FutureRevisionNamesBothRevisions) {
  const auto detail =
      DetailOf(errors::FutureRevision(Revision(9), Revision(4)));
  ASSERT_TRUE(detail.has_value());
  EXPECT_THAT(detail->metadata,
              ElementsAre(Pair("requested", "9"), Pair("head", "4")));
}

// errors.proto promises `entity_type` beside `name` and `known`.
TEST(ErrorDetailTest, UnknownAttributeNamesItsEntityType) {
  const auto detail =
      DetailOf(errors::UnknownAttribute("customer", "teir", "tier"));
  ASSERT_TRUE(detail.has_value());
  EXPECT_THAT(detail->metadata,
              testing::UnorderedElementsAre(Pair("name", "teir"),
                                            Pair("entity_type", "customer"),
                                            Pair("known", "tier")));
}

// A misplaced value is not repeated, and many names do not burst the trailers.
TEST(ErrorDetailTest, UnknownNamesAreBoundedAndHoldNoValue) {
  std::string known = "a0";
  for (int i = 1; i < 500; ++i) absl::StrAppend(&known, ", a", i);
  for (const char* written : {"ada@example.org", "Ada", "ada lovelace", ""}) {
    for (const absl::Status& status :
         {errors::UnknownChannel(written, known),
          errors::UnknownAttribute("customer", written, known)}) {
      const auto detail = DetailOf(status);
      ASSERT_TRUE(detail.has_value());
      EXPECT_EQ(status.message().find("ada"), std::string::npos);
      EXPECT_EQ(status.message().find("Ada"), std::string::npos);
      EXPECT_LT(status.message().size(), 700);
      for (const auto& [name, value] : detail->metadata) {
        EXPECT_NE(name, "name");
        EXPECT_LT(value.size(), 520);
      }
    }
  }
  EXPECT_EQ(DetailOf(errors::UnknownSource(std::string(65, 'a'), "b"))
                ->metadata.size(),
            1u);
}

TEST(ErrorDetailTest, OtherStatusesHaveNone) {
  EXPECT_FALSE(DetailOf(absl::OkStatus()).has_value());
  EXPECT_FALSE(DetailOf(absl::InternalError("x")).has_value());
  const absl::Status other = absl::InternalError("x");
  EXPECT_EQ(WithField("a", other), other);
  EXPECT_TRUE(WithField("a", absl::OkStatus()).ok());
}

TEST(ErrorDetailTest, DamagedDetailIsNotBelieved) {
  absl::Status status = errors::NotFound("this");
  status.SetPayload("concordat/error", absl::Cord("\x05"));
  EXPECT_FALSE(DetailOf(status).has_value());
}

}  // namespace
}  // namespace concordat
