// Goal: every error of the catalogue reaches the wire with its reason, its
// field and whether to try again; and the wire knows no other reasons.
#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "concordat/v1/errors.pb.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "graph/errors.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/convert/status.h"

namespace concordat {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

constexpr char kPrefix[] = "ERROR_REASON_";

// The details of a status, each at most once.
struct Details {
  explicit Details(const google::rpc::Status& status) {
    for (const google::protobuf::Any& detail : status.details()) {
      const bool known = detail.UnpackTo(&info) || detail.UnpackTo(&bad) ||
                         detail.UnpackTo(&retry);
      EXPECT_TRUE(known) << detail.type_url();
      const std::string& url = detail.type_url();
      names.emplace_back(url, url.rfind('.') + 1);
    }
  }

  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  google::rpc::RetryInfo retry;
  std::vector<std::string> names;
};

TEST(ErrorReasonTest, WireAndCatalogueHaveTheSame) {
  const google::protobuf::EnumDescriptor* wire = v1::ErrorReason_descriptor();
  const int last = static_cast<int>(kErrorReasonLast);
  EXPECT_EQ(wire->value(wire->value_count() - 1)->number(), last);
  // All but UNSPECIFIED; there are gaps.
  for (int number = static_cast<int>(kErrorReasonFirst); number <= last;
       ++number) {
    const auto* value = wire->FindValueByNumber(number);
    const absl::string_view name =
        ErrorReasonName(static_cast<ErrorReason>(number));
    ASSERT_EQ(value == nullptr, name == "UNSPECIFIED") << number;
    if (value == nullptr) continue;
    EXPECT_EQ(value->name(), absl::StrCat(kPrefix, name));
  }
  EXPECT_EQ(wire->FindValueByNumber(last + 1), nullptr);
}

struct MappingCase {
  absl::Status status;
  grpc::StatusCode code;
  // What would have the caller change his request, or try again.
  std::string field;
  bool retry = false;
};
void PrintTo(const MappingCase& test, std::ostream* out) {
  *out << std::string(ErrorReasonName(DetailOf(test.status)->reason));
}

std::vector<MappingCase> Mappings() {
  namespace e = errors;
  return {
      {e::InvalidField("f", "m"), grpc::INVALID_ARGUMENT, "f"},
      {e::LimitExceeded("l", 3, 2, "f"), grpc::INVALID_ARGUMENT, "f"},
      {e::UnknownEntityType("n", "k"), grpc::INVALID_ARGUMENT, "type"},
      {e::UnknownAttribute("t", "n", "k"), grpc::INVALID_ARGUMENT, "attribute"},
      {e::UnknownRelation("n", "k"), grpc::INVALID_ARGUMENT, "relation"},
      {e::UnknownChannel("n", "k"), grpc::INVALID_ARGUMENT, "channel"},
      {e::UnknownSource("n", "k"), grpc::INVALID_ARGUMENT, "source"},
      {e::UnreadableValue("m"), grpc::INVALID_ARGUMENT, "value"},
      {e::NoVocabulary(), grpc::FAILED_PRECONDITION, ""},
      {e::InvalidVocabulary("p"), grpc::INVALID_ARGUMENT, "yaml"},
      {e::VocabularyInUse("w"), grpc::FAILED_PRECONDITION, ""},
      {e::NotFound("w"), grpc::NOT_FOUND, ""},
      {e::PreconditionFailed("w"), grpc::FAILED_PRECONDITION, ""},
      {e::RequestIdReused(), grpc::ALREADY_EXISTS, "request_id"},
      {e::ForeignToken(), grpc::INVALID_ARGUMENT, ""},
      {e::FutureRevision(Revision(9), Revision(4)), grpc::OUT_OF_RANGE, ""},
      {e::RevisionCompacted(Revision(3), Revision(4)), grpc::OUT_OF_RANGE, ""},
      {e::CardinalityExceeded("r", "c", "to"), grpc::FAILED_PRECONDITION, ""},
      {e::MalformedToken("w"), grpc::INVALID_ARGUMENT, ""},
      {e::Overloaded(5, 4), grpc::RESOURCE_EXHAUSTED, "", true},
      {e::ShuttingDown(), grpc::UNAVAILABLE, "", true},
      {e::StorageFull(), grpc::RESOURCE_EXHAUSTED, ""},
      {e::StorageUnavailable("w"), grpc::UNAVAILABLE, "", true},
      {e::StorageCorrupt("w"), grpc::DATA_LOSS, ""},
      {e::StorageLocked("d"), grpc::FAILED_PRECONDITION, ""},
      {e::StorageVersion("w"), grpc::FAILED_PRECONDITION, ""},
      {e::Internal("w"), grpc::INTERNAL, ""},
      {e::WatcherStalled("t"), grpc::ABORTED, ""},
      {e::SnapshotTooSlow(60), grpc::RESOURCE_EXHAUSTED, ""},
      {e::ProbeFailed("c", "UNAVAILABLE", 5, "w"), grpc::UNAVAILABLE, ""},
      {e::DeclaredDistinct(), grpc::FAILED_PRECONDITION, ""},
      {e::MergeRefused("b", "o", 3, 2, "m"), grpc::FAILED_PRECONDITION, ""},
      {e::Erased(), grpc::FAILED_PRECONDITION, ""},
      {e::StoreNotEmpty("w"), grpc::FAILED_PRECONDITION, ""},
      {e::BackupCorrupt("w"), grpc::DATA_LOSS, ""},
      {e::NothingToEnd("w"), grpc::FAILED_PRECONDITION, "valid_to"},
      {e::Unauthenticated("p", "m"), grpc::UNAUTHENTICATED, ""},
      {e::NotPermitted("c", "qa", "admin"), grpc::PERMISSION_DENIED, ""},
      {e::OtherChannel("f", "web"), grpc::PERMISSION_DENIED, "f"},
      {e::OutsideRows("f"), grpc::PERMISSION_DENIED, "f"},
      {e::Withheld("f"), grpc::PERMISSION_DENIED, "f"},
      {e::UnknownPurpose("support"), grpc::INVALID_ARGUMENT, ""},
      {e::QuotaExceeded("l", 3, 2), grpc::RESOURCE_EXHAUSTED, "", true},
      {e::AccessLogBroken(7, "w"), grpc::DATA_LOSS, ""},
      {e::AccessLogUnavailable(), grpc::UNAVAILABLE, "", true},
  };
}

TEST(ErrorMappingTest, TheTableHasEveryReasonOnce) {
  std::map<ErrorReason, int> seen;
  for (const MappingCase& test : Mappings()) {
    ++seen[DetailOf(test.status)->reason];
  }
  for (int number = static_cast<int>(kErrorReasonFirst);
       number <= static_cast<int>(kErrorReasonLast); ++number) {
    const auto reason = static_cast<ErrorReason>(number);
    const bool is_gap = ErrorReasonName(reason) == "UNSPECIFIED";
    EXPECT_EQ(seen[reason], is_gap ? 0 : 1) << number;
  }
}

class ErrorMappingTest : public testing::TestWithParam<MappingCase> {};

TEST_P(ErrorMappingTest, CarriesWhatTheCallerNeeds) {
  const MappingCase& test = GetParam();
  const std::optional<ErrorDetail> detail = DetailOf(test.status);
  const google::rpc::Status rpc = convert::ToRpcStatus(test.status);
  EXPECT_EQ(rpc.code(), static_cast<int>(test.code));
  EXPECT_EQ(rpc.message(), std::string(test.status.message()));

  const Details details(rpc);
  EXPECT_EQ(details.info.domain(), "concordat");
  EXPECT_EQ(details.info.reason(),
            std::string(ErrorReasonName(detail->reason)));
  EXPECT_EQ(details.info.metadata().size(), detail->metadata.size());
  for (const auto& entry : detail->metadata) {
    EXPECT_EQ(details.info.metadata().at(entry.first), entry.second);
  }
  std::vector<std::string> names;
  names.emplace_back("ErrorInfo");
  if (!test.field.empty()) {
    names.emplace_back("BadRequest");
    ASSERT_EQ(details.bad.field_violations_size(), 1);
    EXPECT_EQ(details.bad.field_violations(0).field(), test.field);
    EXPECT_EQ(details.bad.field_violations(0).description(), rpc.message());
  }
  if (test.retry) {
    names.emplace_back("RetryInfo");
    EXPECT_GT(details.retry.retry_delay().nanos(), 0);
  }
  EXPECT_EQ(details.names, names);
}

TEST_P(ErrorMappingTest, GrpcStatusHasTheSameInItsDetails) {
  const grpc::Status status = convert::ToGrpcStatus(GetParam().status);
  EXPECT_EQ(status.error_code(), GetParam().code);
  google::rpc::Status rpc;
  ASSERT_TRUE(rpc.ParseFromString(status.error_details()));
  const google::rpc::Status expected = convert::ToRpcStatus(GetParam().status);
  EXPECT_EQ(rpc.code(), expected.code());
  EXPECT_EQ(rpc.message(), expected.message());
  const Details details(rpc);
  const Details expected_details(expected);
  EXPECT_EQ(details.names, expected_details.names);
  EXPECT_EQ(details.info.DebugString(), expected_details.info.DebugString());
  EXPECT_EQ(details.bad.DebugString(), expected_details.bad.DebugString());
}

INSTANTIATE_TEST_SUITE_P(All, ErrorMappingTest, testing::ValuesIn(Mappings()),
                         [](const auto& test) {
                           return std::string(ErrorReasonName(
                               DetailOf(test.param.status)->reason));
                         });

TEST(ErrorMappingTest, OkHasNothing) {
  EXPECT_TRUE(convert::ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_EQ(convert::ToRpcStatus(absl::OkStatus()).code(), 0);
  EXPECT_EQ(convert::ToRpcStatus(absl::OkStatus()).details_size(), 0);
}

// The text of an engine or a library never reaches a client.
TEST(ErrorMappingTest, OtherStatusesBecomeInternalWithoutTheirText) {
  const google::rpc::Status rpc =
      convert::ToRpcStatus(absl::UnavailableError("near \"SELECT\": secret"));
  EXPECT_EQ(rpc.code(), static_cast<int>(grpc::INTERNAL));
  EXPECT_EQ(rpc.DebugString().find("secret"), std::string::npos);
  EXPECT_EQ(Details(rpc).info.reason(), "INTERNAL");
}

TEST(ErrorMappingTest, PathsOfFieldsAreKept) {
  const google::rpc::Status rpc = convert::ToRpcStatus(WithField(
      "changes[3]",
      WithField("put_fact", errors::UnreadableValue("expects a date"))));
  EXPECT_EQ(Details(rpc).bad.field_violations(0).field(),
            "changes[3].put_fact.value");
}

TEST(ErrorMappingTest, LimitsNameBothNumbers) {
  const Details details(
      convert::ToRpcStatus(errors::LimitExceeded("rows_max", 11, 10)));
  EXPECT_THAT(
      details.info.metadata(),
      UnorderedElementsAre(Pair("limit", "rows_max"), Pair("actual", "11"),
                           Pair("allowed", "10")));
}

}  // namespace
}  // namespace concordat
