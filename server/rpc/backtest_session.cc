#include "server/rpc/backtest_session.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/convert/findings.h"
#include "server/convert/whatif.h"
#include "server/rpc/vocabulary_file.h"

namespace concordat {
namespace {

constexpr size_t kExamplesMax = 1000;
// Of one response; an example holds two findings with values of 4 KiB.
constexpr int kGroupsAtOnce = 500;
constexpr int kWeeksAtOnce = 1000;
constexpr int kExamplesAtOnce = 20;

// Says what to do about it, and from where on history is whole.
absl::Status Compacted(const ServiceContext& context) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             context.store->Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Revision> start,
                             rows::ReadLogStart(*reader));
  const Revision oldest = start.value_or(Revision());
  const absl::Status plain = errors::RevisionCompacted(
      Revision(), oldest, context.tokens->RevisionToken(oldest));
  absl::Status told(
      plain.code(),
      absl::StrCat("history up to revision ", oldest.number(),
                   " was compacted, and a back-test replays all of it; run it "
                   "on a store that was restored from a backup and the "
                   "archived log of before"));
  plain.ForEachPayload([&told](absl::string_view type, const absl::Cord& what) {
    told.SetPayload(type, what);
  });
  return told;
}

}  // namespace

absl::Status BacktestSession::Begin() {
  CONCORDAT_RETURN_IF_ERROR(
      CheckVocabularyFile(request_.yaml(), request_.file_name()));
  BacktestPlan plan;
  CONCORDAT_ASSIGN_OR_RETURN(plan.counted, convert::FromWire(request_));
  CONCORDAT_ASSIGN_OR_RETURN(plan.in_force, context_.vocabularies->Require());
  in_force_version_ = plan.in_force->version;
  const LoadedVocabulary loaded =
      LoadVocabulary(request_.yaml(), VocabularyFileName(request_.file_name()),
                     in_force_version_ + 1);
  if (loaded.vocabulary == nullptr) return ToStatus(loaded);
  plan.candidate = loaded.vocabulary;
  backtest_ = std::make_unique<Backtest>(
      context_.store, scratch_, context_.clock, std::move(plan), cancelled_);
  return absl::OkStatus();
}

absl::StatusOr<bool> BacktestSession::Next(v1::BacktestResponse& response) {
  if (backtest_ == nullptr) CONCORDAT_RETURN_IF_ERROR(Begin());
  if (!concluded_) {
    const absl::StatusOr<bool> more = backtest_->Step();
    if (absl::IsOutOfRange(more.status())) return Compacted(context_);
    CONCORDAT_RETURN_IF_ERROR(more.status());
    v1::BacktestProgress* progress = response.mutable_progress();
    progress->set_commits(backtest_->commits());
    progress->set_commits_total(backtest_->upto().number());
    progress->set_findings_compared(backtest_->difference().compared());
    if (*more) return true;
    concluded_ = true;
    CONCORDAT_RETURN_IF_ERROR(Conclude());
  }
  if (result_.empty()) return false;
  response = std::move(result_.front());
  result_.pop_front();
  return true;
}

absl::Status BacktestSession::Conclude() {
  const FindingDifference& difference = backtest_->difference();
  for (const auto& [group, counts] : difference.groups()) {
    if (result_.empty() || result_.back().groups_size() == kGroupsAtOnce) {
      result_.emplace_back();
    }
    convert::ToWire(group, counts, result_.back().add_groups());
  }
  for (const auto& [week, volume] : difference.weeks()) {
    if (result_.empty() || result_.back().weeks_size() == kWeeksAtOnce) {
      result_.emplace_back();
    }
    convert::ToWire(week, volume, result_.back().add_weeks());
  }
  CONCORDAT_RETURN_IF_ERROR(AddExamples());
  AddSummary();
  return absl::OkStatus();
}

absl::Status BacktestSession::ToWire(const Reader& reader, Finding finding,
                                     v1::Finding* wire) const {
  // Erased while this went on: of that the scratch knows nothing.
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<ErasureRecord> erased,
                             rows::GetErasure(reader, finding.subject.entity));
  if (erased.has_value()) {
    finding.erased = true;
    finding.explanation.clear();
  }
  const Mutes none;
  convert::ToWire(finding, {*context_.tokens, none, context_.clock->Now()},
                  wire);
  CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                             backtest_->CanonicalOf(finding.subject.entity));
  convert::ShowCanonical(canonical, wire);
  return absl::OkStatus();
}

absl::Status BacktestSession::AddExamples() {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             context_.store->Snapshot());
  int added = 0;
  for (const FindingPair& pair :
       backtest_->difference().Examples(kExamplesMax)) {
    if (added++ % kExamplesAtOnce == 0) result_.emplace_back();
    v1::BacktestExample* example = result_.back().add_examples();
    if (pair.first.has_value()) {
      CONCORDAT_RETURN_IF_ERROR(
          ToWire(*reader, *pair.first, example->mutable_in_force()));
    }
    if (pair.second.has_value()) {
      CONCORDAT_RETURN_IF_ERROR(
          ToWire(*reader, *pair.second, example->mutable_candidate()));
    }
  }
  return absl::OkStatus();
}

void BacktestSession::AddSummary() {
  if (result_.empty()) result_.emplace_back();
  v1::BacktestSummary* summary = result_.back().mutable_summary();
  convert::ToWire(backtest_->difference().Total(), summary);
  summary->set_revision(context_.tokens->RevisionToken(backtest_->upto()));
  summary->set_vocabulary_version(in_force_version_);
  summary->set_commits(backtest_->commits());
  const RejudgedClaims& claims = backtest_->claims_candidate();
  summary->set_claims(claims.replayed);
  summary->set_claims_refused(claims.refused);
  summary->set_claims_refused_in_force(backtest_->claims_in_force().refused);
  summary->set_claims_erased(claims.erased);
}

}  // namespace concordat
