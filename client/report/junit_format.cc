// An audit as a run of tests.
#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/report/escape.h"
#include "client/report/render.h"
#include "client/report/text.h"
#include "client/report/verdict_rules.h"

namespace concordat::client::report {
namespace {

// One case of a suite.
struct Case {
  std::string name;
  // Nothing, `failure`, `error` or `skipped`.
  std::string outcome;
  std::string type;
  std::string message;
  std::string text;  // escaped
};

struct Suite {
  std::string name;
  std::vector<Case> cases;
};

// How a suite, or all of them, went.
struct Tally {
  size_t tests = 0;
  size_t failures = 0;
  size_t errors = 0;
  size_t skipped = 0;

  void Add(const Case& one) {
    ++tests;
    failures += one.outcome == "failure" ? 1 : 0;
    errors += one.outcome == "error" ? 1 : 0;
    skipped += one.outcome == "skipped" ? 1 : 0;
  }
};

// A line of a case's text.
std::string Line(absl::string_view text) {
  return absl::StrCat(Markup(text), "\n");
}

std::string ExampleLine(const v1::AuditFinding& finding) {
  return Line(absl::StrCat(
      "finding ", finding.id(), ": ", AboutWhom(finding), ", said ",
      SaidText(finding), ", truth ", TruthText(finding),
      finding.line() > 0 ? absl::StrCat(", line ", finding.line()) : "",
      finding.change() == v1::AUDIT_CHANGE_UNSPECIFIED
          ? ""
          : absl::StrCat(", ", ChangeName(finding.change()))));
}

// The case of one verdict; `kind` is null where there are no findings.
Case CaseOf(const VerdictRule& rule, const FindingKind* kind,
            bool has_baseline) {
  Case result;
  result.name = std::string(rule.name);
  if (kind == nullptr || kind->findings == 0) return result;
  result.type = std::string(rule.name);
  result.message = absl::StrCat(Grouped(kind->findings), " findings");
  if (has_baseline) {
    const auto count = [kind](v1::AuditChange change) {
      const auto found = kind->changes.find(change);
      return Grouped(found == kind->changes.end() ? 0 : found->second);
    };
    absl::StrAppend(&result.message, ", ", count(v1::AUDIT_CHANGE_NEW),
                    " new, ", count(v1::AUDIT_CHANGE_REOPENED), " reopened");
  }
  if (kind->muted > 0)
    absl::StrAppend(&result.message, ", ", Grouped(kind->muted), " muted");
  if (kind->muted == kind->findings) {
    result.outcome = "skipped";
    return result;
  }
  result.outcome = "failure";
  result.text = Line(absl::StrCat(rule.sentence, " ", rule.advice));
  for (const v1::AuditFinding& finding : kind->examples)
    absl::StrAppend(&result.text, ExampleLine(finding));
  return result;
}

using SuiteKey = std::pair<std::string, std::string>;

// Of nobody who is known, and of what is about the whole, there is one verdict.
bool CanBe(const SuiteKey& about, v1::Verdict verdict) {
  if (about.first.empty()) return verdict == v1::VERDICT_UNKNOWN_SUBJECT;
  if (about.second.empty()) return verdict == v1::VERDICT_MISSING;
  return verdict != v1::VERDICT_UNKNOWN_SUBJECT;
}

// Suites have the same cases whatever was found, so that a history of tests
// shows from when on one failed.
std::vector<Suite> AttributeSuites(const AuditReport& report) {
  std::map<SuiteKey, std::map<v1::Verdict, const FindingKind*>> kinds;
  kinds[{}];
  for (const v1::AuditCount& count : report.audit.result().counts()) {
    kinds[{count.entity_type(), ""}];
    kinds[{count.entity_type(), count.attribute()}];
  }
  for (const v1::AuditMissing& missing : report.audit.result().missing())
    kinds[{missing.entity_type(), missing.attribute()}];
  for (const FindingKind& kind : report.summary.kinds)
    kinds[{kind.entity_type, kind.attribute}][kind.verdict] = &kind;
  std::vector<Suite> suites;
  for (const auto& [key, verdicts] : kinds) {
    Suite suite;
    suite.name = AttributeText(key.first, key.second);
    for (const VerdictRule& rule : VerdictRules()) {
      const auto found = verdicts.find(rule.verdict);
      if (!CanBe(key, rule.verdict) && found == verdicts.end()) continue;
      suite.cases.push_back(
          CaseOf(rule, found == verdicts.end() ? nullptr : found->second,
                 !report.baseline_audit_id.empty()));
    }
    suites.push_back(std::move(suite));
  }
  return suites;
}

Suite RowsSuite(const v1::AuditResult& result) {
  Case readable;
  readable.name = "rows can be judged";
  if (result.refused_rows() > 0) {
    readable.outcome = "error";
    readable.type = "REFUSED";
    readable.message = absl::StrCat(Grouped(result.refused_rows()), " of ",
                                    Grouped(result.rows()), " rows refused");
    for (const v1::AuditRefusedRow& row : result.refused())
      absl::StrAppend(&readable.text,
                      Line(absl::StrCat("line ", row.line(), ": ", row.reason(),
                                        ": ", row.message())));
  }
  return {"rows", {std::move(readable)}};
}

double SecondsOf(const v1::Audit& audit) {
  const auto seconds = [](const google::protobuf::Timestamp& time) {
    return static_cast<double>(time.seconds()) +
           static_cast<double>(time.nanos()) / 1e9;
  };
  return std::max(0.0, seconds(audit.end_time()) - seconds(audit.start_time()));
}

// Without the zone, as Surefire writes it.
std::string Timestamp(const v1::Audit& audit) {
  return TimeText(true, audit.start_time()).substr(0, 19);
}

void AddProperty(absl::string_view name, absl::string_view value, Output& out) {
  if (!value.empty())
    out.Add("<property name=\"", name, "\" value=\"", Markup(value), "\"/>\n");
}

void AddProperties(const AuditReport& report, Output& out) {
  const v1::Audit& audit = report.audit;
  out.Add("<properties>\n");
  AddProperty("audit", audit.id(), out);
  AddProperty("baseline", report.baseline_audit_id, out);
  AddProperty("channel", audit.channel(), out);
  AddProperty("revision", audit.revision(), out);
  AddProperty("vocabulary_version", absl::StrCat(audit.vocabulary_version()),
              out);
  AddProperty("as_at", TimeText(audit.has_as_at(), audit.as_at()), out);
  AddProperty("rows", absl::StrCat(audit.result().rows()), out);
  AddProperty("findings", absl::StrCat(audit.result().findings()), out);
  if (audit.result().has_estimate())
    AddProperty("sample", SampleText(audit.result().estimate()), out);
  out.Add("</properties>\n");
}

void AddCase(const std::string& class_name, const Case& one, Output& out) {
  out.Add("<testcase name=\"", Markup(one.name), "\" classname=\"",
          Markup(class_name), "\" time=\"0\"");
  if (one.outcome.empty()) {
    out.Add("/>\n");
    return;
  }
  out.Add(">\n<", one.outcome);
  if (one.outcome != "skipped") out.Add(" type=\"", Markup(one.type), "\"");
  out.Add(" message=\"", Markup(one.message), "\">", one.text, "</",
          one.outcome, ">\n</testcase>\n");
}

void AddSuite(const AuditReport& report, const Suite& suite, Output& out) {
  Tally tally;
  for (const Case& one : suite.cases) tally.Add(one);
  out.Add("<testsuite name=\"", Markup(suite.name), "\" tests=\"", tally.tests,
          "\" failures=\"", tally.failures);
  out.Add("\" errors=\"", tally.errors, "\" skipped=\"", tally.skipped,
          "\" time=\"0\" timestamp=\"", Timestamp(report.audit), "\">\n");
  AddProperties(report, out);
  const std::string class_name =
      absl::StrCat(report.audit.channel(), ".", suite.name);
  for (const Case& one : suite.cases) AddCase(class_name, one, out);
  out.Add("</testsuite>\n");
}

}  // namespace

absl::Status RenderJunit(const AuditReport& report, const ByteSink& sink) {
  std::vector<Suite> suites = AttributeSuites(report);
  suites.push_back(RowsSuite(report.audit.result()));
  Tally all;
  for (const Suite& suite : suites) {
    for (const Case& one : suite.cases) all.Add(one);
  }
  Output out(sink);
  out.Add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"",
          Markup(Headline(report)), "\" tests=\"", all.tests, "\" failures=\"",
          all.failures);
  out.Add("\" errors=\"", all.errors, "\" time=\"",
          absl::StrFormat("%.3f", SecondsOf(report.audit)), "\">\n");
  for (const Suite& suite : suites) AddSuite(report, suite, out);
  out.Add("</testsuites>\n");
  return out.Finish();
}

}  // namespace concordat::client::report
