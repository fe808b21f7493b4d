// concordat.v1.FindingService as a QA team's tool sees it.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class FindingTest : public ServiceTest {
 protected:
  grpc::Status List(const v1::ListFindingsRequest& request,
                    v1::ListFindingsResponse* response) {
    grpc::ClientContext context;
    return findings_->ListFindings(&context, request, response);
  }

  v1::GetFindingResponse Get(const std::string& id) {
    grpc::ClientContext context;
    v1::GetFindingRequest request;
    v1::GetFindingResponse response;
    request.set_id(id);
    const grpc::Status status =
        findings_->GetFinding(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
};

TEST_P(FindingTest, AContradictionLivesUntilItIsGone) {
  const std::string written = Write({PutFact("c1", "name", "Ann")});
  const v1::ReportClaimsResponse reported =
      Report({MakeClaim("web", "c1", "name", "Bob", "1")});
  const std::string id = reported.results(0).finding_id();

  v1::GetFindingResponse found = Get(id);
  EXPECT_EQ(found.finding().id(), id);
  EXPECT_EQ(found.finding().entity().id(), "c1");
  EXPECT_EQ(found.finding().attribute(), "name");
  EXPECT_EQ(found.finding().channel(), "web");
  EXPECT_EQ(found.finding().family(), v1::FINDING_FAMILY_DISAGREEMENT);
  EXPECT_EQ(found.finding().state(), v1::FINDING_STATE_OPEN);
  EXPECT_EQ(found.finding().verdict(), v1::VERDICT_CONTRADICTS);
  EXPECT_EQ(found.finding().count(), 1);
  EXPECT_EQ(found.finding().revision(), reported.revision());
  EXPECT_EQ(found.claim().value(), "Bob");
  EXPECT_EQ(found.judgement().verdict(), v1::VERDICT_CONTRADICTS);
  ASSERT_THAT(found.judgement().facts(), SizeIs(1));
  EXPECT_EQ(found.judgement().facts(0).revision(), written);
  EXPECT_THAT(found.history(), SizeIs(1));

  // The truth changes: the channel was right before the graph.
  Write({PutFact("c1", "name", "Bob")});
  found = Get(id);
  EXPECT_EQ(found.finding().state(), v1::FINDING_STATE_RESOLVED);
  ASSERT_THAT(found.history(), SizeIs(2));
  EXPECT_EQ(found.history(1).actor(), "changed truth");
  EXPECT_THAT(OpenFindings().findings(), IsEmpty());

  clock_.Advance(absl::Seconds(10));
  Report({MakeClaim("web", "c1", "name", "Eve", "2")});
  found = Get(id);
  EXPECT_EQ(found.finding().state(), v1::FINDING_STATE_REOPENED);
  EXPECT_EQ(found.finding().count(), 2);
  clock_.Advance(absl::Seconds(10));
  Report({MakeClaim("web", "c1", "name", "Bob", "3")});
  EXPECT_EQ(Get(id).finding().state(), v1::FINDING_STATE_RESOLVED);
}

TEST_P(FindingTest, AnUnknownIdIsNotFound) {
  for (const char* id : {"", "rubbish", "00000000000000000000000000000000"}) {
    grpc::ClientContext context;
    v1::GetFindingRequest request;
    v1::GetFindingResponse response;
    request.set_id(id);
    EXPECT_EQ(Summary(findings_->GetFinding(&context, request, &response)),
              "NOT_FOUND NOT_FOUND");
  }
}

struct FilterCase {
  const char* name;
  std::function<void(v1::FindingFilter&)> set;
  int expected;
};

std::vector<FilterCase> FilterCases() {
  using Filter = v1::FindingFilter&;
  return {
      {"none", [](Filter) {}, 4},
      {"channel", [](Filter f) { f.add_channels("web"); }, 2},
      {"two_channels",
       [](Filter f) {
         f.add_channels("web");
         f.add_channels("shop");
       },
       3},
      {"attribute", [](Filter f) { f.add_attributes("tier"); }, 1},
      {"verdict", [](Filter f) { f.add_verdicts(v1::VERDICT_CONTRADICTS); }, 3},
      {"family",
       [](Filter f) { f.add_families(v1::FINDING_FAMILY_DISCLOSURE); }, 1},
      {"resolved", [](Filter f) { f.add_states(v1::FINDING_STATE_RESOLVED); },
       1},
      {"entity", [](Filter f) { *f.mutable_entity() = Customer("c2"); }, 1},
      {"nothing_matches",
       [](Filter f) {
         f.add_channels("web");
         f.add_families(v1::FINDING_FAMILY_DISCLOSURE);
       },
       0},
  };
}

TEST_P(FindingTest, FiltersAndCounts) {
  Write({PutFact("c1", "name", "Ann"), PutFact("c1", "tier", "gold"),
         PutFact("c2", "name", "Bob"),
         PutFact("c1", "email", "ann@example.org")});
  Report({MakeClaim("web", "c1", "name", "Eve", "1"),
          MakeClaim("web", "c1", "tier", "silver", "2"),
          MakeClaim("app", "c2", "name", "Eve", "3"),
          MakeClaim("shop", "c1", "email", "ann@example.org", "4"),
          MakeClaim("app", "c1", "name", "Eva", "5")});
  clock_.Advance(absl::Seconds(10));
  Report({MakeClaim("app", "c1", "name", "Ann", "6")});
  for (const FilterCase& filter : FilterCases()) {
    SCOPED_TRACE(filter.name);
    v1::ListFindingsRequest request;
    v1::ListFindingsResponse response;
    filter.set(*request.mutable_filter());
    request.set_count_total(true);
    request.set_page_size(1);
    ASSERT_TRUE(List(request, &response).ok());
    EXPECT_EQ(response.total(), filter.expected);
    EXPECT_EQ(response.findings_size(), filter.expected == 0 ? 0 : 1);
  }
}

// A misspelt filter would say that all is well.
TEST_P(FindingTest, AFilterOfWhatThereIsNotIsAnError) {
  using Filter = v1::FindingFilter&;
  const std::vector<std::pair<std::string, std::function<void(Filter)>>> cases =
      {
          {"UNKNOWN_CHANNEL filter.channels[0]",
           [](Filter f) { f.add_channels("wbe"); }},
          {"INVALID_FIELD filter.attributes[0]",
           [](Filter f) { f.add_attributes("teir"); }},
          {"INVALID_FIELD filter.verdicts[0]",
           [](Filter f) { f.add_verdicts(static_cast<v1::Verdict>(99)); }},
          {"INVALID_FIELD filter.states[0]",
           [](Filter f) { f.add_states(v1::FINDING_STATE_UNSPECIFIED); }},
          {"UNKNOWN_ENTITY_TYPE filter.entity.type",
           [](Filter f) {
             f.mutable_entity()->set_type("custmer");
             f.mutable_entity()->set_id("c1");
           }},
          {"LIMIT_EXCEEDED filter.channels",
           [](Filter f) {
             for (int i = 0; i <= 1000; ++i) f.add_channels("web");
           }},
      };
  for (const auto& [summary, set] : cases) {
    v1::ListFindingsRequest request;
    v1::ListFindingsResponse response;
    set(*request.mutable_filter());
    EXPECT_EQ(Summary(List(request, &response)),
              absl::StrCat("INVALID_ARGUMENT ", summary));
  }
}

TEST_P(FindingTest, TheWorstComeFirstAndPagesGoToTheEnd) {
  std::vector<v1::Change> changes;
  std::vector<v1::Claim> claims;
  const std::vector<v1::Exposure> exposures = {
      v1::EXPOSURE_HELD, v1::EXPOSURE_TOLD, v1::EXPOSURE_SHOWN};
  for (int i = 0; i < 30; ++i) {
    const std::string id = absl::StrCat("c", i);
    changes.push_back(PutFact(id, "name", "Ann"));
    claims.push_back(MakeClaim("web", id, "name", "Eve", id));
    claims.back().set_exposure(exposures[i % 3]);
  }
  Write(changes);
  Report(claims);
  v1::ListFindingsRequest request;
  v1::ListFindingsResponse response;
  request.set_page_size(7);
  std::vector<v1::Exposure> seen;
  do {
    ASSERT_TRUE(List(request, &response).ok());
    for (const v1::Finding& finding : response.findings()) {
      seen.push_back(finding.exposure());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  std::vector<v1::Exposure> expected(10, v1::EXPOSURE_TOLD);
  expected.insert(expected.end(), 10, v1::EXPOSURE_SHOWN);
  expected.insert(expected.end(), 10, v1::EXPOSURE_HELD);
  EXPECT_EQ(seen, expected);

  ASSERT_TRUE(List(request, &response).ok());
  request.set_page_token(response.next_page_token());
  request.mutable_filter()->add_channels("web");
  EXPECT_EQ(Summary(List(request, &response)),
            "INVALID_ARGUMENT MALFORMED_TOKEN")
      << "another request";
  request.set_page_token("rubbish");
  EXPECT_EQ(Summary(List(request, &response)),
            "INVALID_ARGUMENT MALFORMED_TOKEN");
  request.set_page_size(1001);
  EXPECT_EQ(Summary(List(request, &response)),
            "INVALID_ARGUMENT LIMIT_EXCEEDED page_size");
}

CONCORDAT_ON_BOTH_ENGINES(FindingTest);

}  // namespace
}  // namespace concordat
