// `concordat audits report` as users run it against a server: each format, what
// it masks, and that the same audit gives the same report.
#include <sys/stat.h>

#include <fstream>
#include <initializer_list>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/app.h"
#include "concordat/v1/audits.grpc.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "grpcpp/client_context.h"
#include "tests/client/run_command.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using client::Printed;
using testing::HasSubstr;
using testing::Not;

class ReportCommandTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    audits_ = v1::AuditService::NewStub(server_->InProcessChannel());
    Write({PutFact("x-ann", "tier", "gold"), PutFact("x-bob", "tier", "silver"),
           PutFact("x-cid", "tier", "gold"),
           PutFact("x-ann", "email", "ann@example.com")});
  }

  Printed Run(const std::vector<std::string>& words) {
    client::App app;
    client::AddAuditReportCommand(app);
    return client::RunCommand(app, words, server_->address());
  }

  Printed Report(const std::string& audit, std::vector<std::string> words) {
    words.insert(words.begin(), {"audits", "report", audit});
    Printed printed = Run(words);
    EXPECT_EQ(printed.exit_code, 0) << printed.error;
    return printed;
  }

  // Audits an export of web and gives the audit's id.
  std::string Audit(const std::string& rows) {
    grpc::ClientContext context;
    const auto call = audits_->RunAudit(&context);
    v1::RunAuditRequest request;
    request.mutable_spec()->set_channel("web");
    request.mutable_spec()->set_subject_type("customer");
    call->Write(request);
    request.set_csv(absl::StrCat("subject,attribute,value\n", rows));
    call->Write(request);
    request.mutable_end();
    call->Write(request);
    v1::RunAuditResponse response;
    while (call->Read(&response)) {
    }
    EXPECT_EQ(Summary(call->Finish()), "OK");
    return response.audit_id();
  }

  std::string InDirectory(const std::string& name) const {
    return absl::StrCat(directory(), "/", name);
  }

  std::unique_ptr<v1::AuditService::Stub> audits_;
};

std::string TextOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

constexpr char kRows[] =
    "x-ann,tier,silver\nx-bob,tier,silver\nx-cid,tier,\nx-zed,tier,gold\n"
    "x-ann,email,=cmd|calc@example.com\nx-ann,nonsense,1\n";

TEST_P(ReportCommandTest, WritesEveryFormat) {
  const std::string audit = Audit(kRows);
  const std::string html = Report(audit, {"--format", "html"}).out;
  EXPECT_THAT(html, HasSubstr("<!DOCTYPE html>"));
  EXPECT_THAT(html, HasSubstr(absl::StrCat("Audit ", audit, " of web")));
  const std::string junit = Report(audit, {"--format", "junit"}).out;
  EXPECT_THAT(junit, HasSubstr("<testcase name=\"CONTRADICTS\" classname=\"web."
                               "customer.tier\" time=\"0\">\n<failure"));
  EXPECT_THAT(junit, HasSubstr("1 of 6 rows refused"));
  const std::string sarif = Report(audit, {"--format", "sarif"}).out;
  EXPECT_THAT(sarif, HasSubstr("\"version\":\"2.1.0\""));
  EXPECT_THAT(sarif, HasSubstr("\"ruleId\":\"UNKNOWN_SUBJECT\""));
  EXPECT_THAT(Report(audit, {"--format", "markdown"}).out,
              HasSubstr("| `customer.tier` | CONTRADICTS | 1 | 0 | 0 | 0 |"));
  const std::string csv = Report(audit, {"--format", "csv"}).out;
  const std::string jsonl = Report(audit, {"--format", "jsonl"}).out;
  v1::GetAuditRequest get;
  get.set_id(audit);
  grpc::ClientContext context;
  v1::GetAuditResponse got;
  ASSERT_EQ(Summary(audits_->GetAudit(&context, get, &got)), "OK");
  const auto findings = static_cast<size_t>(got.audit().result().findings());
  EXPECT_EQ(findings, 3U);
  const std::vector<std::string> records = absl::StrSplit(csv, "\r\n");
  EXPECT_EQ(records.size(), findings + 2);
  std::vector<std::string> lines = absl::StrSplit(jsonl, '\n');
  EXPECT_EQ(lines.size(), findings + 1);
  lines.pop_back();
  for (const std::string& line : lines) {
    v1::AuditFinding finding;
    EXPECT_TRUE(
        google::protobuf::util::JsonStringToMessage(line, &finding).ok())
        << line;
  }
}

TEST_P(ReportCommandTest, MasksUnlessValuesAreAskedFor) {
  const std::string audit = Audit(kRows);
  for (const char* format :
       {"html", "junit", "sarif", "csv", "jsonl", "markdown"}) {
    const std::string masked = Report(audit, {"--format", format}).out;
    for (const char* personal :
         {"x-ann", "x-zed", "calc", "example.com", "gold"})
      EXPECT_THAT(masked, Not(HasSubstr(personal))) << format;
    const std::string open =
        Report(audit, {"--format", format, "--show-values"}).out;
    for (const char* personal : {"x-ann", "x-zed", "calc", "example.com"})
      EXPECT_THAT(open, HasSubstr(personal)) << format;
  }
  EXPECT_THAT(Report(audit, {"--format", "csv", "--show-values"}).out,
              HasSubstr(",'=cmd|calc@example.com,"));
}

TEST_P(ReportCommandTest, SaysWhatBecameOfFindings) {
  const std::string first = Audit("x-ann,tier,silver\nx-bob,tier,silver\n");
  const std::string second = Audit("x-ann,tier,gold\nx-bob,tier,gold\n");
  const std::string third = Audit("x-ann,tier,silver\nx-bob,tier,gold\n");
  const std::string sarif = Report(second, {"--format", "sarif"}).out;
  EXPECT_THAT(sarif, HasSubstr("\"baselineState\":\"absent\""));
  EXPECT_THAT(sarif, HasSubstr("\"baselineState\":\"new\""));
  EXPECT_THAT(Report(third, {"--format", "sarif"}).out,
              HasSubstr("\"reopened\":true"));
  EXPECT_THAT(Report(third, {"--format", "markdown"}).out,
              HasSubstr(absl::StrCat("Since audit `", second, "`")));
  EXPECT_THAT(Report(third, {"--format", "markdown", "--baseline", first}).out,
              HasSubstr(absl::StrCat("Since audit `", first,
                                     "`: **1 new**, **0 "
                                     "reopened**, 0 updated, ")));
}

TEST_P(ReportCommandTest, SaysThatItsBaselineWasDeleted) {
  const std::string first = Audit("x-ann,tier,silver\nx-bob,tier,silver\n");
  const std::string second = Audit("x-ann,tier,gold\nx-bob,tier,gold\n");
  grpc::ClientContext context;
  v1::DeleteAuditRequest request;
  request.set_id(first);
  v1::DeleteAuditResponse response;
  ASSERT_EQ(Summary(audits_->DeleteAudit(&context, request, &response)), "OK");
  const std::string page = Report(second, {"--format", "html"}).out;
  EXPECT_THAT(page, HasSubstr(absl::StrCat("audit ", first,
                                           ", which came before, was "
                                           "deleted")));
  EXPECT_THAT(page, Not(HasSubstr("</strong> gone")));
  EXPECT_THAT(Report(second, {"--format", "markdown"}).out,
              HasSubstr("There is no earlier audit to compare with."));
}

// A code may be anything that a channel writes.
TEST_P(ReportCommandTest, MasksWhatCausesSay) {
  std::vector<v1::Change> changes;
  std::string rows;
  for (int i = 0; i < 300; ++i) {
    const std::string id = absl::StrCat("y", i);
    changes.push_back(PutFact(id, "tier", "gold"));
    absl::StrAppend(&rows, id, ",tier,", i < 150 ? "gold" : "Zoe Zander", "\n");
  }
  Write(changes);
  const std::string audit = Audit(rows);
  for (const char* format : {"html", "markdown"}) {
    EXPECT_THAT(Report(audit, {"--format", format}).out,
                Not(HasSubstr("Zander")))
        << format;
    EXPECT_THAT(Report(audit, {"--format", format, "--show-values"}).out,
                HasSubstr("Zander"))
        << format;
  }
}

// The report with numbers of audits and times left out.
std::string WithoutIdsAndTimes(std::string text) {
  struct Rule {
    const char* pattern;
    const char* replacement;
  };
  for (const Rule& rule : std::initializer_list<Rule>{
           {"20\\d\\d-\\d\\d-\\d\\d(T[\\d:]*(\\.\\d*)?Z?)?", "TIME"},
           // The page's data counts seconds.
           {"1[78]\\d{8}", "TIME"},
           {"([Aa]udit `?|with audit</dt><dd>|concordat/web/)\\d+", "$1ID"},
           {"(\"audit\" value=\"|\"baseline\" value=\")\\d+", "$1ID"},
           {"(\"audit\":\"|\"baselineAudit\":\")\\d+", "$1ID"}})
    text = std::regex_replace(text, std::regex(rule.pattern), rule.replacement);
  return text;
}

TEST_P(ReportCommandTest, TheSameAuditTwiceIsTheSameReportButForItsTimes) {
  Audit(kRows);
  const std::string second = Audit(kRows);
  clock_.Advance(absl::Hours(30));
  const std::string third = Audit(kRows);
  EXPECT_THAT(Report(third, {"--format", "markdown"}).out,
              HasSubstr("**0 new**, **0 reopened**"));
  for (const char* format :
       {"html", "junit", "sarif", "csv", "jsonl", "markdown"}) {
    const std::string one = Report(second, {"--format", format}).out;
    EXPECT_EQ(Report(second, {"--format", format}).out, one) << format;
    EXPECT_EQ(WithoutIdsAndTimes(Report(third, {"--format", format}).out),
              WithoutIdsAndTimes(one))
        << format;
  }
}

TEST_P(ReportCommandTest, WritesSeveralFilesForTheirOwnerOnly) {
  const std::string audit = Audit(kRows);
  const std::string html = InDirectory("report.html");
  const std::string sarif = InDirectory("report.sarif");
  const Printed printed =
      Report(audit, {"--format", absl::StrCat("html=", html), "--format",
                     absl::StrCat("sarif=", sarif), "--format", "markdown",
                     "--artifact", "exports/web.csv"});
  EXPECT_THAT(printed.out, HasSubstr("## Audit"));
  EXPECT_THAT(TextOf(html), HasSubstr("</html>"));
  EXPECT_THAT(TextOf(sarif), HasSubstr("\"uri\":\"exports/web.csv\""));
  struct stat status = {};
  ASSERT_EQ(stat(html.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_P(ReportCommandTest, SaysWhatIsWrong) {
  const std::string audit = Audit(kRows);
  struct Case {
    std::vector<std::string> words;
    int exit_code;
    const char* error;
  };
  for (const Case& test : std::vector<Case>{
           {{audit}, 2, "--format"},
           {{audit, "--format", "pdf"}, 2, "there is no format `pdf`"},
           {{audit, "--format", "html="}, 2, "names no file"},
           {{audit, "--format", "html", "--format", "csv"}, 2, "two reports"},
           {{audit, "--format", "csv", "--examples", "-1"}, 2, "negative"},
           {{audit, "--format", "csv=/nowhere/at/all"}, 4, "cannot write"},
           {{"999", "--format", "csv"}, 4, "NOT_FOUND"},
           {{audit, "--format", "csv", "--baseline", "999"}, 4, ""}}) {
    std::vector<std::string> words = {"audits", "report"};
    words.insert(words.end(), test.words.begin(), test.words.end());
    const Printed printed = Run(words);
    EXPECT_EQ(printed.exit_code, test.exit_code) << printed.error;
    EXPECT_THAT(printed.error, HasSubstr(test.error));
    EXPECT_EQ(printed.out, "");
  }
}

CONCORDAT_ON_BOTH_ENGINES(ReportCommandTest);

}  // namespace
}  // namespace concordat
