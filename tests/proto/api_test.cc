// The API only grows. api.txt lists every message, field, enum value and call
// that was ever published, one a line; all of them must still be there, with
// the same number and type, and new ones must be added to the list:
//
//   CONCORDAT_REGENERATE=1 build/bin/proto_api_test
//
// adds what is new and never removes anything. `buf breaking` says the same;
// this needs no network.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

namespace fs = std::filesystem;
namespace pb = google::protobuf;
using Listing = std::set<std::string>;

const fs::path& GoldenPath() {
  static const auto* const kPath =
      new fs::path(fs::path(CONCORDAT_SOURCE_DIR) / "tests/proto/api.txt");
  return *kPath;
}

std::string TypeOf(const pb::FieldDescriptor& field) {
  std::string type = field.type_name();
  if (field.message_type() != nullptr) type = field.message_type()->full_name();
  if (field.enum_type() != nullptr) type = field.enum_type()->full_name();
  if (field.is_repeated()) return absl::StrCat("repeated ", type);
  return field.has_optional_keyword() ? absl::StrCat("optional ", type) : type;
}

void List(const pb::EnumDescriptor& type, Listing* listing) {
  listing->insert(absl::StrCat("enum ", type.full_name()));
  for (int i = 0; i < type.value_count(); ++i) {
    const pb::EnumValueDescriptor& value = *type.value(i);
    listing->insert(absl::StrCat("value ", type.full_name(), ".", value.name(),
                                 " = ", value.number()));
  }
}

void List(const pb::Descriptor& message, Listing* listing) {
  listing->insert(absl::StrCat("message ", message.full_name()));
  for (int i = 0; i < message.field_count(); ++i) {
    const pb::FieldDescriptor& field = *message.field(i);
    const pb::OneofDescriptor* const oneof = field.real_containing_oneof();
    listing->insert(absl::StrCat(
        "field ", field.full_name(), " = ", field.number(), " ", TypeOf(field),
        oneof == nullptr ? "" : absl::StrCat(" of ", oneof->name())));
  }
  for (int i = 0; i < message.enum_type_count(); ++i) {
    List(*message.enum_type(i), listing);
  }
  // At most as deep as the messages are nested in our own files.
  for (int i = 0; i < message.nested_type_count(); ++i) {
    List(*message.nested_type(i), listing);
  }
}

void List(const pb::ServiceDescriptor& service, Listing* listing) {
  for (int i = 0; i < service.method_count(); ++i) {
    const pb::MethodDescriptor& call = *service.method(i);
    listing->insert(absl::StrCat("call ", call.full_name(), "(",
                                 call.client_streaming() ? "stream " : "",
                                 call.input_type()->full_name(), ") ",
                                 call.server_streaming() ? "stream " : "",
                                 call.output_type()->full_name()));
  }
}

Listing ListApi() {
  std::ifstream stream(CONCORDAT_API_DESCRIPTORS, std::ios::binary);
  pb::FileDescriptorSet files;
  EXPECT_TRUE(files.ParseFromIstream(&stream));
  pb::DescriptorPool pool;
  Listing listing;
  // protoc writes a file after those that it imports.
  for (const pb::FileDescriptorProto& proto : files.file()) {
    const pb::FileDescriptor* const file = pool.BuildFile(proto);
    if (file == nullptr) {
      ADD_FAILURE() << proto.name() << " cannot be read";
      continue;
    }
    if (file->package() == "google.protobuf") continue;
    for (int i = 0; i < file->message_type_count(); ++i) {
      List(*file->message_type(i), &listing);
    }
    for (int i = 0; i < file->enum_type_count(); ++i) {
      List(*file->enum_type(i), &listing);
    }
    for (int i = 0; i < file->service_count(); ++i) {
      List(*file->service(i), &listing);
    }
  }
  return listing;
}

Listing ReadGolden() {
  std::ifstream stream(GoldenPath());
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

std::vector<std::string> InFirstOnly(const Listing& first,
                                     const Listing& second) {
  std::vector<std::string> lines;
  std::set_difference(first.begin(), first.end(), second.begin(), second.end(),
                      std::back_inserter(lines));
  return lines;
}

TEST(ApiTest, NothingPublishedIsGoneOrChanged) {
  EXPECT_THAT(InFirstOnly(ReadGolden(), ListApi()), testing::IsEmpty());
}

TEST(ApiTest, EverythingIsListed) {
  const Listing api = ListApi();
  ASSERT_THAT(api, testing::Not(testing::IsEmpty()));
  Listing golden = ReadGolden();
  const std::vector<std::string> added = InFirstOnly(api, golden);
  if (std::getenv("CONCORDAT_REGENERATE") != nullptr) {
    golden.insert(added.begin(), added.end());
    std::ofstream(GoldenPath()) << absl::StrJoin(golden, "\n") << "\n";
    return;
  }
  EXPECT_THAT(added, testing::IsEmpty())
      << "new in the API: run with CONCORDAT_REGENERATE=1 to publish it";
}

}  // namespace
}  // namespace concordat
