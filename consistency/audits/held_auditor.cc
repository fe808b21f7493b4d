#include "consistency/audits/held_auditor.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "consistency/finding_rows.h"
#include "consistency/held_reader.h"
#include "consistency/personal_rows.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat::audits {
namespace {

constexpr int64_t kAskEvery = 1 << 14;
// So many are looked up at once: the more, the more of them are on one page.
constexpr size_t kListedMax = 1 << 16;

}  // namespace

// Entities are mostly numbered in their order; where they are not, the parts
// are of more different sizes.
std::vector<std::string> HeldParts(const TruthIndex& index, size_t parts) {
  std::vector<std::string> keys;
  const size_t entities = index.entities().size();
  for (size_t part = 1; part < parts && entities >= parts; ++part) {
    const auto number =
        static_cast<TruthIndex::EntityNumber>(entities * part / parts);
    keys.push_back(
        KeyWriter()
            .String(index.TypeOf(index.entities().KindAt(number)).name)
            .String(index.entities().NameAt(number))
            .Take());
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

HeldAuditor::HeldAuditor(const AuditPlan* plan, Coverage* coverage,
                         const Reader* reader)
    : plan_(*plan),
      index_(plan->index()),
      coverage_(*coverage),
      reader_(*reader),
      tally_(plan->index().attributes()) {}

absl::Status HeldAuditor::Audit(absl::string_view begin, absl::string_view end,
                                GoOn go_on, TakeFindings take_findings) {
  CONCORDAT_ASSIGN_OR_RETURN(const HeldReader held, HeldReader::Open(reader_));
  absl::Status problem;
  int64_t seen = 0;
  int64_t told = 0;
  CONCORDAT_RETURN_IF_ERROR(
      held.VisitEntries(begin, end, [&](const HeldEntry& entry) {
        problem = Take(entry, take_findings);
        if (problem.ok() && ++seen % kAskEvery == 0) {
          if (!go_on(tally_.rows - told)) problem = absl::CancelledError();
          told = tally_.rows;
        }
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  go_on(tally_.rows - told);
  return LookUp(take_findings);
}

absl::Status HeldAuditor::Take(const HeldEntry& entry,
                               TakeFindings take_findings) {
  KeyReader key(entry.key);
  const absl::string_view type = key.View();
  const absl::string_view id = key.View();
  if (key.View() != plan_.channel().name) return absl::OkStatus();
  const About about = AboutOf(type, id, key.View());
  CONCORDAT_ASSIGN_OR_RETURN(const Verdict verdict, VerdictOf(entry));
  ++tally_.rows;
  if (about.attribute != TruthIndex::kNoAttribute) {
    const AuditPlan::AttributePlan& plan = plan_.PlanOf(about.attribute);
    if (!plan.in_scope) {
      ++tally_.rows_out_of_scope;
      return absl::OkStatus();
    }
    // They are in the order of entities, as the index mostly is.
    if (!index_.entities().Is(entity_, about.type, id)) {
      entity_ = index_.entities().Is(entity_ + 1, about.type, id)
                    ? entity_ + 1
                    : index_.entities().Find(index_.PrintOf(about.type, id));
    }
    coverage_.Note(entity_, plan.required);
  }
  tally_.Count(about.attribute, verdict);
  if (!IsListed(verdict)) return absl::OkStatus();
  List(about, verdict);
  return listed_.size() < kListedMax ? absl::OkStatus() : LookUp(take_findings);
}

HeldAuditor::About HeldAuditor::AboutOf(absl::string_view type,
                                        absl::string_view id,
                                        absl::string_view attribute) {
  if (type != type_name_) {
    type_ = index_.FindType(type);
    type_name_ = type_ == TruthIndex::kNoType
                     ? absl::string_view()
                     : absl::string_view(index_.TypeOf(type_).name);
  }
  About about{.type = type_, .id = id, .attribute_name = attribute};
  if (type_ == TruthIndex::kNoType) return about;
  const auto known =
      std::find_if(named_.begin(), named_.end(), [&](const Named& named) {
        return named.type == type_ && named.name == attribute;
      });
  if (known != named_.end()) {
    about.attribute = known->number;
    return about;
  }
  about.attribute = index_.FindAttribute(type_, attribute);
  named_.push_back({std::string(attribute), type_, about.attribute});
  return about;
}

void HeldAuditor::List(const About& about, Verdict verdict) {
  AuditFinding& found = listed_.emplace_back();
  found.entity = EntityId{about.type == TruthIndex::kNoType
                              ? std::string()
                              : index_.TypeOf(about.type).name,
                          std::string(about.id)};
  found.attribute = std::string(about.attribute_name);
  found.verdict = verdict;
  found.said_at = plan_.request().as_at;
  found.personal = IsClaimPersonal(plan_.vocabulary().schema, found.entity);
}

// The findings that their claims opened have it.
absl::Status HeldAuditor::LookUp(TakeFindings take_findings) {
  std::vector<std::pair<std::string, AuditFinding*>> by_id;
  by_id.reserve(listed_.size());
  for (AuditFinding& found : listed_) {
    by_id.emplace_back(FingerprintOf(found, plan_.channel().name), &found);
  }
  // In the order of their rows: each page is read once.
  std::sort(by_id.begin(), by_id.end());
  for (const auto& [id, found] : by_id) {
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                               rows::GetFinding(reader_, id));
    if (!finding.has_value()) continue;
    found->subject = std::move(finding->claim.subject);
    found->said = std::move(finding->claim.value);
    found->said_at = finding->claim.said_at;
    found->exposure = finding->claim.exposure;
    found->labels = std::move(finding->claim.labels);
    found->explanation = std::move(finding->explanation);
    found->erased = finding->erased;
  }
  CONCORDAT_RETURN_IF_ERROR(take_findings(listed_));
  listed_.clear();
  return absl::OkStatus();
}

}  // namespace concordat::audits
