// What leaves, to whom: every role with every sight of every attribute on every
// path by which a value may leave.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "server/access/api_services.h"
#include "server/access/disclosure_plan.h"
#include "tests/access/personal_world.h"
#include "tests/access/test_callers.h"

namespace concordat {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;

std::set<std::string> TracesIn(const RawAnswer& answer, const Secret& secret) {
  const std::string bytes = answer.AllBytes();
  std::set<std::string> found;
  for (const std::string& trace : secret.traces) {
    if (absl::StrContains(bytes, trace)) found.insert(trace);
  }
  return found;
}

bool Shows(const Path& path, const Secret& secret) {
  for (const std::string& name : path.without) {
    if (name == "*" || name == secret.attribute) return false;
  }
  return true;
}

std::string CallerOf(Role role) {
  return role == Role::kChannel ? "partner" : RoleName(role);
}

class DisclosureTest : public PersonalWorldTest {};

// Whoever adds a method that may show values adds its path here.
TEST_P(DisclosureTest, EveryPathIsTaken) {
  const DisclosurePlans plans;
  std::set<std::string> methods;
  for (const auto* service : ApiServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* const method = service->method(i);
      if (plans.Of(method->output_type()).holds_values) {
        methods.insert(absl::StrCat(service->name(), "/", method->name()));
      }
    }
  }
  std::set<std::string> taken;
  for (const Path& path : Paths()) taken.insert(path.method);
  EXPECT_EQ(taken, methods);
}

// A path that shows nothing, or a search that finds nothing, would prove
// nothing: what is not withheld is found on each of them. So would be whatever
// leaked.
TEST_P(DisclosureTest, WhatIsNotWithheldIsFoundOnEachPath) {
  for (const Path& path : Paths()) {
    SCOPED_TRACE(path.method);
    const std::string caller =
        path.method == "PrivacyService/ExportSubject" ? "steward" : "qa";
    const RawAnswer answer = Take(path, WithKey(KeyOf(caller)));
    EXPECT_EQ(Summary(answer.status), "OK");
    EXPECT_THAT(answer.metadata, Not(Contains(Key("concordat-sight"))));
    for (const Secret& secret : Secrets()) {
      EXPECT_EQ(TracesIn(answer, secret).empty(), !Shows(path, secret))
          << secret.attribute;
    }
  }
}

TEST_P(DisclosureTest, WhoRunsTheServerOrLooksAfterItSeesNoValues) {
  for (const Path& path : Paths()) {
    for (const Role role : {Role::kAdmin, Role::kAuditor}) {
      const RawAnswer answer = Take(path, WithKey(KeyOf(RoleName(role))));
      SCOPED_TRACE(absl::StrCat(path.method, " as ", RoleName(role)));
      for (const Secret& secret : Secrets()) {
        EXPECT_THAT(TracesIn(answer, secret), IsEmpty());
      }
    }
  }
}

// Corrections are there to say what other channels told the customer.
TEST_P(DisclosureTest, AChannelSeesWhatItSaidAndWhatIsTrueAndNothingOfOthers) {
  for (const Path& path : Paths()) {
    const RawAnswer answer = Take(path, WithKey(KeyOf("partner")));
    SCOPED_TRACE(path.method);
    EXPECT_THAT(answer.AllBytes(), Not(HasSubstr("w-1")));
    if (path.method == "AnswerService/GetCustomerView") continue;
    for (const Secret& secret : Secrets()) {
      EXPECT_THAT(TracesIn(answer, secret), Not(Contains(secret.traces[3])));
    }
  }
}

CONCORDAT_ON_BOTH_ENGINES(DisclosureTest);

class SightMatrixTest : public PersonalWorldTest {
 protected:
  // Of each sight one purpose, for everybody.
  std::string Access() const override {
    std::string purposes = "  purposes: {";
    std::string grants = "  grants:\n";
    for (const Sight sight : kSights) {
      const std::string name = absl::StrCat("p_", SightName(sight));
      absl::StrAppend(&purposes, name, ": a test, ");
      std::string sees;
      for (const Secret& secret : Secrets()) {
        absl::StrAppend(&sees, secret.attribute, ": ",
                        SightName(Possible(secret, sight)), ", ");
      }
      absl::StrAppend(
          &grants, "    ", name,
          ":\n      channels: [partner]\n      roles: [qa, steward, admin, "
          "auditor]\n      purposes: [",
          name, "]\n      sees: {customer: {attributes: {region: full, ", sees,
          "}}}\n");
    }
    return absl::StrCat(purposes, "}\n", grants);
  }

  // Of a kind that cannot be seen so, there is less to see.
  static Sight Possible(const Secret& secret, Sight sight) {
    const std::string attribute = secret.attribute;
    if (sight == Sight::kYear && attribute != "birth_date") {
      return Sight::kExistence;
    }
    if (sight == Sight::kRange && attribute != "balance") {
      return Sight::kExistence;
    }
    return sight;
  }
};

TEST_P(SightMatrixTest, NothingLeavesThatTheSightLeavesOut) {
  int cells = 0;
  for (const Path& path : Paths()) {
    const RoleSet roles =
        RolesOf(*FindMethod(absl::StrCat("/concordat.v1.", path.method)));
    for (const Role role : kRoles) {
      if (!roles.Has(role)) continue;
      for (const Sight sight : kSights) {
        Headers headers = WithKey(KeyOf(CallerOf(role)));
        headers["concordat-purpose"] = absl::StrCat("p_", SightName(sight));
        const RawAnswer answer = Take(path, headers);
        SCOPED_TRACE(absl::StrCat(path.method, " as ", RoleName(role), " with ",
                                  SightName(sight)));
        if (answer.status.ok()) {
          // That something may be missing is said, whatever is there.
          EXPECT_THAT(answer.metadata, Contains(Key("concordat-sight")));
        }
        for (const Secret& secret : Secrets()) {
          ++cells;
          if (sight == Sight::kFull) continue;
          EXPECT_THAT(TracesIn(answer, secret), IsEmpty()) << secret.attribute;
        }
      }
    }
  }
  RecordProperty("cells", cells);
  EXPECT_GT(cells, 2000);
}

// What is left of a value says so, and is what it should be.
TEST_P(SightMatrixTest, WhatIsLeftSaysWhatIsMissing) {
  struct LeftCase {
    Sight sight;
    const char* attribute;
    std::string value;
    v1::Withheld withheld;
  };
  const LeftCase cases[] = {
      {Sight::kExistence, "name", "", v1::WITHHELD_ALL_BUT_EXISTENCE},
      {Sight::kYear, "birth_date", "1971", v1::WITHHELD_ALL_BUT_YEAR},
      {Sight::kRange, "balance", "1000..10000 EUR", v1::WITHHELD_ALL_BUT_RANGE},
      {Sight::kLast4, "iban", "…3000", v1::WITHHELD_ALL_BUT_LAST_4},
      {Sight::kFull, "name", "Quillfeather Zebulon", v1::WITHHELD_UNSPECIFIED}};
  const auto knowledge =
      v1::KnowledgeService::NewStub(server_->InProcessChannel());
  for (const LeftCase& test : cases) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + KeyOf("partner"));
    context.AddMetadata("concordat-purpose",
                        absl::StrCat("p_", SightName(test.sight)));
    v1::GetTimelineRequest request;
    *request.mutable_entity() = Customer("c-1");
    request.set_attribute(test.attribute);
    *request.mutable_consistency() = Latest();
    v1::GetTimelineResponse response;
    ASSERT_EQ(Summary(knowledge->GetTimeline(&context, request, &response)),
              "OK");
    ASSERT_EQ(response.spans_size(), 2);
    const v1::Fact& fact = response.spans(1).fact().fact();
    EXPECT_EQ(fact.value(), test.value) << test.attribute;
    EXPECT_EQ(fact.withheld(), test.withheld) << test.attribute;
    EXPECT_EQ(fact.has_value(), !test.value.empty());
  }
}

TEST_P(SightMatrixTest, WhatMayNotBeKnownOfIsRefusedByName) {
  for (const std::string caller : {"partner", "qa"}) {
    Headers headers = WithKey(KeyOf(caller));
    headers["concordat-purpose"] = "p_nothing";
    for (const Path& path : Paths()) {
      if (path.method != "KnowledgeService/GetTimeline") continue;
      EXPECT_EQ(Summary(Take(path, headers).status),
                "PERMISSION_DENIED WITHHELD attribute");
    }
  }
}

TEST_P(SightMatrixTest, APurposeThatThereIsNotIsRefused) {
  Headers headers = WithKey(KeyOf("qa"));
  headers["concordat-purpose"] = "curiosity";
  const RawAnswer answer = Take(Paths().front(), headers);
  EXPECT_EQ(Summary(answer.status), "INVALID_ARGUMENT UNKNOWN_PURPOSE");
  EXPECT_THAT(ErrorOf(answer.status).metadata["known"], HasSubstr("p_full"));
}

CONCORDAT_ON_BOTH_ENGINES(SightMatrixTest);

// The partner may know of c-1, and not of c-2.
class RowsTest : public PersonalWorldTest {
 protected:
  std::string Access() const override {
    return R"(  grants:
    partner:
      channels: [partner]
      sees:
        customer: {attributes: {"*": full}}
        order: {attributes: {"*": full}}
      rows:
        customer: {linked: true, attribute: region, values: [north]}
        order: {through: placed}
)";
  }
};

TEST_P(RowsTest, WhoIsOutsideIsNeverShown) {
  for (const Path& path : Paths()) {
    const RawAnswer answer = Take(path, WithKey(KeyOf("partner")));
    SCOPED_TRACE(path.method);
    for (const char* id : {"c-2", "w-2", "o-2"}) {
      // What the caller asked for itself stands in no answer either.
      EXPECT_THAT(answer.AllBytes(), Not(HasSubstr(id)));
    }
  }
}

TEST_P(RowsTest, WhoIsOutsideIsRefusedWhetherThereOrNot) {
  int refused = 0;
  for (Path path : Paths()) {
    const Path other = OfTheOther(path);
    if (other.requests == path.requests) continue;
    const RawAnswer answer = Take(other, WithKey(KeyOf("partner")));
    SCOPED_TRACE(path.method);
    const std::string summary = Summary(answer.status);
    if (summary == "PERMISSION_DENIED NOT_PERMITTED") continue;
    ++refused;
    EXPECT_THAT(summary, HasSubstr("PERMISSION_DENIED OUTSIDE_ROWS"));
    EXPECT_TRUE(answer.responses.empty());
    // Of somebody who is not there at all the same is said.
    for (std::string& request : path.requests) {
      request = absl::StrReplaceAll(request, {{"\"c-1\"", "\"c-404\""}});
    }
    EXPECT_EQ(Summary(Take(path, WithKey(KeyOf("partner"))).status), summary);
  }
  EXPECT_GT(refused, 5);
}

TEST_P(RowsTest, WhoIsInsideIsShown) {
  for (const Path& path : Paths()) {
    const RoleSet roles =
        RolesOf(*FindMethod(absl::StrCat("/concordat.v1.", path.method)));
    if (!roles.Has(Role::kChannel) ||
        path.method == "KnowledgeService/FindPaths" ||
        path.method == "ClaimService/ListUnconfirmed") {
      continue;  // the path leads to c-2; what is unconfirmed is another's
    }
    const RawAnswer answer = Take(path, WithKey(KeyOf("partner")));
    SCOPED_TRACE(path.method);
    for (const Secret& secret : Secrets()) {
      EXPECT_EQ(TracesIn(answer, secret).empty(), !Shows(path, secret))
          << secret.attribute;
    }
  }
}

CONCORDAT_ON_BOTH_ENGINES(RowsTest);

}  // namespace
}  // namespace concordat
