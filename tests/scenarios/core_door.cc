#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "consistency/checker.h"
#include "consistency/consistency_reader.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/identity.h"
#include "graph/revision_token.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "gtest/gtest.h"
#include "server/convert/claim_wire.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/convert/findings.h"
#include "server/convert/knowledge.h"
#include "server/convert/status.h"
#include "server/convert/walk.h"
#include "tests/scenarios/doors.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToRpcStatus;
using convert::ToWire;

constexpr uint64_t kStoreId = 1;
constexpr size_t kAll = 10000;

std::string PathOf(int claim) { return absl::StrCat("claims[", claim, "]"); }

class CoreDoor final : public Door {
 public:
  CoreDoor(OpenStore open, const Clock* clock)
      : open_(std::move(open)), clock_(clock) {
    Restart();
  }

  google::rpc::Status ApplyVocabulary(const std::string& yaml) override {
    const LoadedVocabulary loaded = LoadVocabulary(yaml, "scenario.yaml", 1);
    if (loaded.vocabulary != nullptr) vocabulary_ = loaded.vocabulary;
    return ToRpcStatus(ToStatus(loaded));
  }

  google::rpc::Status Write(const v1::WriteKnowledgeRequest& request,
                            v1::WriteKnowledgeResponse* response) override {
    return ToRpcStatus(DoWrite(request, response));
  }

  google::rpc::Status Report(const v1::ReportClaimsRequest& request,
                             v1::ReportClaimsResponse* response) override {
    return ToRpcStatus(DoReport(request, response));
  }

  google::rpc::Status Check(const v1::Claim& claim,
                            v1::Judgement* judgement) override {
    return ToRpcStatus(DoCheck(claim, judgement));
  }

  google::rpc::Status Neighbourhood(
      const v1::GetNeighbourhoodRequest& request,
      v1::GetNeighbourhoodResponse* response) override {
    return ToRpcStatus(DoNeighbourhood(request, response));
  }

  void Settle() override {
    if (checker_->next_due() > clock_->Now()) return;
    EXPECT_TRUE(
        Commit([&](Transaction& tx, CommitStamp stamp) -> absl::StatusOr<bool> {
          bool used = false;
          CONCORDAT_RETURN_IF_ERROR(
              checker_->Settle(tx, *vocabulary_, stamp, kAll, used));
          return used;
        }).ok());
  }

  std::vector<v1::GetFindingResponse> Findings() override {
    FindingFilter any;
    for (int state = v1::FINDING_STATE_OBSERVED;
         state <= v1::FINDING_STATE_REOPENED; ++state) {
      any.states.push_back(static_cast<FindingState>(state));
    }
    const std::unique_ptr<Reader> reader = *store_->Snapshot();
    std::vector<v1::GetFindingResponse> all;
    const absl::StatusOr<FindingPage> page =
        ListFindings(*reader, Mutes(), any, "", kAll);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return all;
    const Mutes mutes;
    for (const Finding& finding : page->findings) {
      v1::Finding* const wire = all.emplace_back().mutable_finding();
      convert::ToWire(finding, {tokens_, mutes, clock_->Now()}, wire);
      const auto canonical = Identity(*reader, Revision::Latest())
                                 .CanonicalOf(finding.subject.entity);
      EXPECT_TRUE(canonical.ok()) << canonical.status();
      if (canonical.ok()) convert::ShowCanonical(*canonical, wire);
      const auto events = rows::GetFindingEvents(*reader, finding.id);
      EXPECT_TRUE(events.ok()) << events.status();
      if (!events.ok()) continue;
      for (const FindingEvent& event : *events) {
        ToWire(event, tokens_, all.back().add_history());
      }
    }
    return all;
  }

  std::vector<v1::HeldClaim> Held() override {
    std::vector<v1::HeldClaim> all;
    const absl::StatusOr<HeldClaimPage> page =
        ListHeldClaims(**store_->Snapshot(), "", {}, "", kAll);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return all;
    for (const HeldClaimPage::Item& item : page->items) {
      ToWire(item, &all.emplace_back());
    }
    return all;
  }

  void Restart() override {
    store_.reset();
    store_ = open_();
    // Of runs so small that some are merged.
    checker_ =
        std::make_unique<Checker>(CheckerOptions{.held = {.run_claims = 4}});
    EXPECT_TRUE(checker_->Load(**store_->Snapshot()).ok());
  }

 private:
  // One commit: `work` says whether it used its revision.
  template <typename Work>
  absl::Status Commit(Work work) {
    return store_->Write([&](Transaction& tx) -> absl::Status {
      CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(tx));
      const CommitStamp stamp{.revision = head.Next(), .at = clock_->Now()};
      CONCORDAT_ASSIGN_OR_RETURN(const bool used, work(tx, stamp));
      CONCORDAT_RETURN_IF_ERROR(checker_->held().KeepUp(tx));
      return used ? rows::PutHead(tx, stamp.revision) : absl::OkStatus();
    });
  }

  absl::Status DoWrite(const v1::WriteKnowledgeRequest& request,
                       v1::WriteKnowledgeResponse* response) {
    CONCORDAT_ASSIGN_OR_RETURN(WriteBatch batch, FromWire(request, tokens_));
    CONCORDAT_RETURN_IF_ERROR(ValidateWrite(*vocabulary_, batch));
    return Commit(
        [&](Transaction& tx, CommitStamp stamp) -> absl::StatusOr<bool> {
          CONCORDAT_ASSIGN_OR_RETURN(
              const WriteOutcome outcome,
              checker_->Write(tx, *vocabulary_, std::move(batch), stamp));
          response->set_revision(tokens_.RevisionToken(outcome.revision));
          response->set_replayed(outcome.replayed);
          return !outcome.replayed;
        });
  }

  absl::Status DoNeighbourhood(const v1::GetNeighbourhoodRequest& request,
                               v1::GetNeighbourhoodResponse* response) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const NeighbourhoodQuery query,
        FromWire(request, vocabulary_->schema, clock_->Now()));
    CONCORDAT_ASSIGN_OR_RETURN(const concordat::Neighbourhood found,
                               FindNeighbourhood(**store_->Snapshot(), query));
    for (const concordat::Neighbour& neighbour : found.entities) {
      v1::Neighbour* wire = response->add_entities();
      ToWire(neighbour.entity, wire->mutable_entity());
      wire->set_depth(static_cast<int32_t>(neighbour.depth));
    }
    for (const WalkedEdge& edge : found.edges) {
      ToWire(edge, vocabulary_->schema, response->add_relations());
    }
    return absl::OkStatus();
  }

  absl::Status DoReport(const v1::ReportClaimsRequest& request,
                        v1::ReportClaimsResponse* response) {
    // What cannot be converted is refused by itself, as the server does.
    std::vector<Claim> claims;
    std::vector<int> places;
    for (int i = 0; i < request.claims_size(); ++i) {
      v1::ClaimResult* result = response->add_results();
      absl::StatusOr<Claim> claim = FromWire(request.claims(i));
      if (claim.ok()) {
        claims.push_back(*std::move(claim));
        places.push_back(i);
      } else {
        result->set_status(v1::CLAIM_STATUS_REJECTED);
        *result->mutable_error() =
            ToRpcStatus(WithField(PathOf(i), claim.status()));
      }
    }
    return Commit(
        [&](Transaction& tx, CommitStamp stamp) -> absl::StatusOr<bool> {
          CONCORDAT_ASSIGN_OR_RETURN(
              ReportOutcome outcome,
              checker_->Report(tx, *vocabulary_, claims, stamp));
          for (size_t i = 0; i < places.size(); ++i) {
            outcome.claims[i].error =
                WithField(PathOf(places[i]), outcome.claims[i].error);
            ToWire(outcome.claims[i], response->mutable_results(places[i]));
          }
          return outcome.recorded > 0;
        });
  }

  absl::Status DoCheck(const v1::Claim& wire, v1::Judgement* judgement) {
    CONCORDAT_ASSIGN_OR_RETURN(Claim claim, FromWire(wire));
    if (!claim.said_at_given) claim.said_at = clock_->Now();
    CONCORDAT_RETURN_IF_ERROR(
        ValidateClaim(*vocabulary_, ViewOf(claim), clock_->Now()));
    const std::unique_ptr<Reader> reader = *store_->Snapshot();
    CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(*reader));
    StoredKnowledge knowledge(*reader, head, *vocabulary_, nullptr);
    CONCORDAT_ASSIGN_OR_RETURN(
        const Judgement judged,
        Judge(claim, *vocabulary_, knowledge, Trace::kOn));
    ToWire(claim, judged, tokens_, judgement);
    return absl::OkStatus();
  }

  const OpenStore open_;
  const Clock* const clock_;
  const TokenMint tokens_{kStoreId};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Checker> checker_;
  std::shared_ptr<const Vocabulary> vocabulary_;
};

}  // namespace

std::unique_ptr<Door> MakeCoreDoor(OpenStore open, const Clock* clock) {
  return std::make_unique<CoreDoor>(std::move(open), clock);
}

}  // namespace concordat
