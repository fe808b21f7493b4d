// Who may call what: every method with every role, and with none.
#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "server/access/api_services.h"
#include "tests/access/raw_call.h"
#include "tests/access/test_callers.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using google::protobuf::MethodDescriptor;

std::vector<const MethodDescriptor*> AllMethods() {
  std::vector<const MethodDescriptor*> methods;
  for (const auto* service : ApiServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      methods.push_back(service->method(i));
    }
  }
  return methods;
}

std::string NameOf(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->name(), "/", method.name());
}

class MethodRolesTest : public ServiceTest {
 protected:
  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    options.callers = OneOfEachRole();
    return options;
  }

  RawAnswer CallAs(const MethodDescriptor& method, const Headers& headers) {
    // Nothing is a request too; a stream that would go on is left.
    return CallRaw(NetworkChannel(), method, {""}, headers, 1);
  }
};

TEST_P(MethodRolesTest, EachMethodIsForItsRolesOnly) {
  const v1::GetServerInfoResponse before = Info();
  int refused = 0;
  for (const MethodDescriptor* method : AllMethods()) {
    const RoleSet roles = RolesOf(*method);
    EXPECT_FALSE(roles.empty()) << NameOf(*method) << " is for nobody";
    for (const Role role : kRoles) {
      const std::string name = role == Role::kChannel ? "web" : RoleName(role);
      const RawAnswer answer = CallAs(*method, WithKey(KeyOf(name)));
      const std::string summary = Summary(answer.status);
      SCOPED_TRACE(absl::StrCat(NameOf(*method), " as ", name));
      if (roles.Has(role)) {
        EXPECT_NE(summary, "PERMISSION_DENIED NOT_PERMITTED");
        EXPECT_NE(answer.status.error_code(), grpc::UNAUTHENTICATED);
      } else {
        ++refused;
        EXPECT_EQ(summary, "PERMISSION_DENIED NOT_PERMITTED");
        EXPECT_EQ(ErrorOf(answer.status).metadata["needed"], roles.Names());
        EXPECT_TRUE(answer.responses.empty());
      }
    }
  }
  EXPECT_GT(refused, 100);
  EXPECT_EQ(Info().revision_number(), before.revision_number());
}

struct Impostor {
  const char* name;
  Headers headers;
  const char* problem;
};

TEST_P(MethodRolesTest, NobodyIsServedByNoMethod) {
  const Impostor impostors[] = {
      {"Nobody", {}, "no_credentials"},
      {"WrongKey", WithKey("concordat_guessed"), "unknown_key"},
      {"Basic", {{"authorization", "Basic dXNlcjpwYXNz"}}, "scheme"},
      {"Rubbish", WithKey("rubbish"), "unreadable"},
      {"Empty", {{"authorization", "Bearer "}}, "unreadable"}};
  for (const MethodDescriptor* method : AllMethods()) {
    for (const Impostor& impostor : impostors) {
      const RawAnswer answer = CallAs(*method, impostor.headers);
      SCOPED_TRACE(absl::StrCat(NameOf(*method), " as ", impostor.name));
      EXPECT_EQ(Summary(answer.status), "UNAUTHENTICATED UNAUTHENTICATED");
      EXPECT_EQ(ErrorOf(answer.status).metadata["problem"], impostor.problem);
      EXPECT_TRUE(answer.responses.empty());
    }
  }
}

CONCORDAT_ON_BOTH_ENGINES(MethodRolesTest);

// So that whoever opens a method to somebody sees that he does.
TEST(MethodRolesTableTest, IsWhatIsWrittenDown) {
  std::ifstream file(CONCORDAT_SOURCE_DIR "/tests/access/method_roles.txt");
  std::stringstream expected;
  expected << file.rdbuf();
  std::string table;
  for (const MethodDescriptor* method : AllMethods()) {
    absl::StrAppend(&table, NameOf(*method), ": ", RolesOf(*method).Names(),
                    "\n");
  }
  std::vector<std::string> lines =
      absl::StrSplit(table, '\n', absl::SkipEmpty());
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(absl::StrCat(absl::StrJoin(lines, "\n"), "\n"), expected.str());
}

TEST(MethodRolesTableTest, WhatIsNoMethodIsFoundByNoPath) {
  EXPECT_NE(FindMethod("/concordat.v1.KnowledgeService/GetEntity"), nullptr);
  for (const char* path :
       {"", "/", "/concordat.v1.KnowledgeService", "KnowledgeService/GetEntity",
        "/concordat.v1.KnowledgeService/GetEntity/",
        "/concordat.v1.KnowledgeService/getEntity",
        "/grpc.health.v1.Health/Check"}) {
    EXPECT_EQ(FindMethod(path), nullptr) << path;
  }
}

}  // namespace
}  // namespace concordat
