// Goal: what Concordat answers is the same through every door.
// Method: each *.yaml of this folder is a story (scenario.proto) that is told
// to the checker and to a server, each with the store in memory and on disk.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "consistency/rows.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "graph/memory_store.h"
#include "gtest/gtest.h"
#include "proto/yaml_reader.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/scenarios/doors.h"
#include "tests/scenarios/scenario.pb.h"

namespace concordat {
namespace {

namespace fs = std::filesystem;

const fs::path& Folder() {
  static const auto* const kFolder =
      new fs::path(fs::path(CONCORDAT_SOURCE_DIR) / "tests" / "scenarios");
  return *kFolder;
}

std::string ReadFile(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream.good()) << path;
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::vector<std::string> ScenarioNames() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(Folder())) {
    if (entry.path().extension() == ".yaml") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

// A store in memory that outlives those who open it.
class SharedStore final : public Store {
 public:
  explicit SharedStore(Store* store) : store_(store) {}
  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override {
    return store_->Snapshot();
  }
  absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) override {
    return store_->Write(work);
  }
  absl::string_view engine() const override { return store_->engine(); }

 private:
  Store* const store_;
};

struct DoorKind {
  const char* name;
  std::unique_ptr<Door> (*make)(OpenStore, const Clock*);
  bool on_disk;
};
void PrintTo(const DoorKind& kind, std::ostream* out) { *out << kind.name; }

constexpr DoorKind kDoors[] = {{"CoreMemory", MakeCoreDoor, false},
                               {"CoreSqlite", MakeCoreDoor, true},
                               {"GrpcMemory", MakeGrpcDoor, false},
                               {"GrpcSqlite", MakeGrpcDoor, true}};

// "REASON field" of a refusal, empty for none.
std::string RefusalOf(const google::rpc::Status& status) {
  std::string refusal;
  for (const google::protobuf::Any& detail : status.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    if (detail.UnpackTo(&info)) refusal = info.reason();
    if (detail.UnpackTo(&bad)) {
      absl::StrAppend(&refusal, " ", bad.field_violations(0).field());
    }
  }
  if (status.code() != 0 && refusal.empty()) return status.message();
  return refusal;
}

// The name of an enumeration's value without its prefix.
template <typename Enum>
std::string NameOf(Enum value, absl::string_view prefix) {
  const std::string& name = google::protobuf::GetEnumDescriptor<Enum>()
                                ->FindValueByNumber(static_cast<int>(value))
                                ->name();
  return name.substr(prefix.size());
}

std::string VerdictText(v1::Verdict verdict, v1::Verdict further) {
  const std::string text = NameOf(verdict, "VERDICT_");
  if (further == v1::VERDICT_UNSPECIFIED) return text;
  return absl::StrCat(text, "/", NameOf(further, "VERDICT_"));
}

class ScenarioTest
    : public testing::TestWithParam<std::tuple<std::string, DoorKind>> {
 protected:
  void SetUp() override {
    const DoorKind& kind = std::get<1>(GetParam());
    OpenStore open = [this, &kind]() -> std::unique_ptr<Store> {
      if (!kind.on_disk) return std::make_unique<SharedStore>(&memory_);
      SqliteOptions options;
      options.directory = directory_.Sub("store");
      const std::vector<Space> spaces = rows::AllSpaces();
      options.spaces = spaces;
      absl::StatusOr<std::unique_ptr<SqliteStore>> store =
          SqliteStore::Open(options);
      EXPECT_TRUE(store.ok()) << store.status();
      return store.ok() ? *std::move(store) : nullptr;
    };
    door_ = kind.make(std::move(open), &clock_);
  }

  void Run(const test::Stage& stage) {
    if (stage.has_now()) {
      clock_.Set(absl::FromUnixSeconds(stage.now().seconds()) +
                 absl::Nanoseconds(stage.now().nanos()));
    }
    if (stage.restart()) door_->Restart();
    if (stage.has_now()) door_->Settle();
    for (const test::Write& write : stage.writes()) RunWrite(write);
    if (stage.claims_size() > 0) RunClaims(stage);
    for (const test::Report& question : stage.questions()) {
      RunQuestion(question);
    }
    for (const test::Neighbourhood& neighbourhood : stage.neighbourhoods()) {
      ExpectNeighbourhood(neighbourhood);
    }
    if (stage.has_findings()) ExpectFindings(stage.findings());
    if (stage.has_held()) ExpectHeld(stage.held());
  }

  void RunWrite(const test::Write& write) {
    v1::WriteKnowledgeRequest request;
    request.set_request_id(write.request_id());
    request.set_actor(write.actor());
    *request.mutable_changes() = write.changes();
    *request.mutable_preconditions() = write.preconditions();
    v1::WriteKnowledgeResponse response;
    const google::rpc::Status status = door_->Write(request, &response);
    EXPECT_EQ(RefusalOf(status), write.refused()) << status.message();
    EXPECT_EQ(response.replayed(), write.replayed());
  }

  void RunClaims(const test::Stage& stage) {
    v1::ReportClaimsRequest request;
    for (const test::Report& report : stage.claims()) {
      *request.add_claims() = report.claim();
    }
    v1::ReportClaimsResponse response;
    const google::rpc::Status status = door_->Report(request, &response);
    ASSERT_EQ(RefusalOf(status), "");
    ASSERT_EQ(response.results_size(), stage.claims_size());
    for (int i = 0; i < response.results_size(); ++i) {
      const test::Report& expected = stage.claims(i);
      const v1::ClaimResult& result = response.results(i);
      const v1::ClaimStatus expected_status =
          !expected.refused().empty() ? v1::CLAIM_STATUS_REJECTED
          : expected.status() == v1::CLAIM_STATUS_UNSPECIFIED
              ? v1::CLAIM_STATUS_RECORDED
              : expected.status();
      EXPECT_EQ(NameOf(result.status(), "CLAIM_STATUS_"),
                NameOf(expected_status, "CLAIM_STATUS_"))
          << "claim " << i;
      EXPECT_EQ(RefusalOf(result.error()), expected.refused()) << "claim " << i;
      EXPECT_EQ(VerdictText(result.verdict(), result.further_verdict()),
                VerdictText(expected.verdict(), expected.further()))
          << "claim " << i;
    }
  }

  void RunQuestion(const test::Report& question) {
    v1::Judgement judgement;
    const google::rpc::Status status =
        door_->Check(question.claim(), &judgement);
    EXPECT_EQ(RefusalOf(status), question.refused());
    EXPECT_EQ(VerdictText(judgement.verdict(), judgement.further_verdict()),
              VerdictText(question.verdict(), question.further()));
    if (!question.explanation().empty()) {
      EXPECT_EQ(judgement.explanation(), question.explanation());
    }
  }

  void ExpectNeighbourhood(const test::Neighbourhood& expected) {
    v1::GetNeighbourhoodRequest request = expected.asked();
    request.mutable_consistency()->set_latest(true);
    v1::GetNeighbourhoodResponse response;
    const google::rpc::Status status = door_->Neighbourhood(request, &response);
    EXPECT_EQ(RefusalOf(status), "") << status.message();
    std::vector<std::string> entities;
    for (const v1::Neighbour& neighbour : response.entities()) {
      entities.push_back(absl::StrCat(neighbour.depth(), " ",
                                      neighbour.entity().type(), "/",
                                      neighbour.entity().id()));
    }
    EXPECT_THAT(entities, testing::ElementsAreArray(expected.entities()));
    if (expected.relations().empty()) return;
    std::vector<std::string> relations;
    for (const v1::WalkedRelation& walked : response.relations()) {
      relations.push_back(absl::StrCat(
          walked.near().id(), " ",
          walked.backwards() ? walked.inverse() : walked.relation().relation(),
          " ", walked.far().id()));
    }
    EXPECT_THAT(relations, testing::ElementsAreArray(expected.relations()));
  }

  void ExpectFindings(const test::Findings& expected) {
    std::vector<std::string> expected_texts;
    std::vector<std::string> actual_texts;
    const std::vector<v1::GetFindingResponse> actual = door_->Findings();
    for (const test::Finding& finding : expected.all()) {
      const bool disclosure = finding.family() == v1::FINDING_FAMILY_DISCLOSURE;
      expected_texts.push_back(absl::StrCat(
          finding.of(), " ", finding.channel(), " ", finding.attribute(), " ",
          disclosure ? "DISCLOSURE " : "",
          NameOf(finding.verdict(), "VERDICT_"), " ",
          NameOf(finding.state(), "FINDING_STATE_"), " x", finding.count(), " ",
          NameOf(finding.exposure() == v1::EXPOSURE_UNSPECIFIED
                     ? v1::EXPOSURE_HELD
                     : finding.exposure(),
                 "EXPOSURE_")));
    }
    for (const v1::GetFindingResponse& response : actual) {
      const v1::Finding& finding = response.finding();
      const bool disclosure = finding.family() == v1::FINDING_FAMILY_DISCLOSURE;
      actual_texts.push_back(absl::StrCat(
          finding.entity().id(), " ", finding.channel(), " ",
          finding.attribute(), finding.rule(), " ",
          disclosure ? "DISCLOSURE " : "",
          NameOf(finding.verdict(), "VERDICT_"), " ",
          NameOf(finding.state(), "FINDING_STATE_"), " x", finding.count(), " ",
          NameOf(finding.exposure(), "EXPOSURE_")));
      ExpectHistory(expected, response);
    }
    EXPECT_THAT(actual_texts,
                testing::UnorderedElementsAreArray(expected_texts));
  }

  static void ExpectHistory(const test::Findings& expected,
                            const v1::GetFindingResponse& actual) {
    for (const test::Finding& finding : expected.all()) {
      const bool disclosure = finding.family() == v1::FINDING_FAMILY_DISCLOSURE;
      if (finding.history_size() == 0 ||
          finding.of() != actual.finding().entity().id() ||
          finding.channel() != actual.finding().channel() ||
          finding.attribute() != absl::StrCat(actual.finding().attribute(),
                                              actual.finding().rule()) ||
          disclosure !=
              (actual.finding().family() == v1::FINDING_FAMILY_DISCLOSURE)) {
        continue;
      }
      std::vector<std::string> expected_states;
      std::vector<std::string> states;
      for (const int state : finding.history()) {
        expected_states.push_back(
            NameOf(static_cast<v1::FindingState>(state), "FINDING_STATE_"));
      }
      for (const v1::FindingEvent& event : actual.history()) {
        states.push_back(NameOf(event.state(), "FINDING_STATE_"));
      }
      EXPECT_EQ(states, expected_states);
    }
  }

  void ExpectHeld(const test::Held& expected) {
    std::vector<std::string> expected_texts;
    std::vector<std::string> actual_texts;
    for (const test::HeldClaim& held : expected.all()) {
      expected_texts.push_back(
          absl::StrCat(held.of(), " ", held.channel(), " ", held.attribute(),
                       "=", held.has_value() ? held.value() : "none", " ",
                       NameOf(held.verdict(), "VERDICT_")));
    }
    for (const v1::HeldClaim& held : door_->Held()) {
      const v1::Claim& claim = held.claim();
      actual_texts.push_back(absl::StrCat(
          claim.entity().id(), " ", claim.channel(), " ", claim.attribute(),
          "=", claim.has_value() ? claim.value() : "none", " ",
          NameOf(held.verdict(), "VERDICT_")));
    }
    EXPECT_THAT(actual_texts, testing::ElementsAreArray(expected_texts));
  }

  TemporaryDirectory directory_;
  MemoryStore memory_;
  FakeClock clock_;
  std::unique_ptr<Door> door_;
};

TEST_P(ScenarioTest, AnswersAsWritten) {
  const std::string file = std::get<0>(GetParam()) + ".yaml";
  test::Scenario scenario;
  const YamlResult read = ReadYaml(ReadFile(Folder() / file), scenario);
  for (const YamlProblem& problem : read.problems) {
    ADD_FAILURE() << WriteYamlProblem(file, problem);
  }
  ASSERT_TRUE(read.ok());
  ASSERT_GT(scenario.stages_size(), 0);
  const google::rpc::Status applied = door_->ApplyVocabulary(
      ReadFile(Folder() / "vocabularies" / scenario.vocabulary()));
  ASSERT_EQ(RefusalOf(applied), "") << applied.message();
  for (const test::Stage& stage : scenario.stages()) {
    SCOPED_TRACE(absl::StrCat("stage ", stage.name()));
    Run(stage);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioTest,
                         testing::Combine(testing::ValuesIn(ScenarioNames()),
                                          testing::ValuesIn(kDoors)),
                         [](const auto& test) {
                           return absl::StrCat(std::get<0>(test.param), "_",
                                               std::get<1>(test.param).name);
                         });

}  // namespace
}  // namespace concordat
