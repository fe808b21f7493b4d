#include "server/rpc/finding_updates.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/consistency_reader.h"
#include "consistency/finding_editor.h"
#include "consistency/finding_rows.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/convert/findings.h"
#include "server/rpc/call.h"
#include "server/rpc/finding_filter.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

// Findings that an answer shows of those that it changed.
constexpr int kShownMax = 100;
// Bytes of a mute's scope, as it is sent: some fifty ids of findings. So those
// in force always fit into an answer.
constexpr size_t kMutesBytesMax = limits::kMessageBytesMax - (256 << 10);

using Prepare = std::function<absl::Status(const ReadSession& session)>;

absl::Status NothingToPrepare(const ReadSession&) { return absl::OkStatus(); }

// Prepares beside the committer what takes long; then runs a plan of changes in
// it, or for a dry run on what there is, and answers.
template <typename Response>
grpc::ServerUnaryReactor* RunPlan(const ServiceContext& context,
                                  grpc::CallbackServerContext* rpc,
                                  absl::string_view method, bool dry_run,
                                  const std::string& actor, Prepare prepare,
                                  Committer::FindingPlan plan,
                                  Response* response) {
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  const auto finish = [&context, rpc, reactor, method,
                       response](const absl::StatusOr<Revision>& revision) {
    if (revision.ok()) {
      response->set_revision(context.tokens->RevisionToken(*revision));
    }
    FinishCall(context, rpc, method, reactor, revision.status());
  };
  const auto on_read = [&context, dry_run, prepare = std::move(prepare),
                        plan]() -> absl::StatusOr<Revision> {
    CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                               ReadSession::OpenLatest(context));
    CONCORDAT_RETURN_IF_ERROR(prepare(session));
    if (dry_run) {
      const CommitStamp now{.revision = session.revision(),
                            .at = context.clock->Now()};
      CONCORDAT_RETURN_IF_ERROR(plan(session.reader(), now).status());
    }
    return session.revision();
  };
  const bool taken = context.executor->TrySubmit(
      [&context, dry_run, actor, on_read, plan, finish] {
        const absl::StatusOr<Revision> read = on_read();
        if (dry_run || !read.ok()) return finish(read);
        context.committer->ChangeFindings(actor, plan, finish);
      });
  if (!taken) {
    const auto places = static_cast<int64_t>(context.executor->queue_max());
    finish(errors::Overloaded(places, places));
  }
  return reactor;
}

// Something that everything matches is asked for by mistake.
absl::Status CheckNamesSomething(absl::string_view field,
                                 const v1::FindingFilter& filter) {
  if (!filter.GetReflection()->GetUnknownFields(filter).empty()) {
    return errors::InvalidField(
        field,
        "has a member that this server does not know; start a newer one");
  }
  if (filter.ByteSizeLong() > 0) return absl::OkStatus();
  return errors::InvalidField(field, "must name something, such as a channel");
}

// The one finding that is meant is as its editor saw it; all ids are there.
absl::Status CheckIds(const Reader& reader,
                      const v1::UpdateFindingsRequest& request) {
  const bool one = request.filter().ids_size() == 1;
  if (!request.etag().empty() && !one) {
    return errors::InvalidField(
        "etag", "is of one finding; name it alone in `filter.ids`");
  }
  for (const std::string& id : request.filter().ids()) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                               rows::GetFinding(reader, id));
    if (!finding.has_value()) {
      return WithField("filter.ids", errors::NotFound("this finding"));
    }
    if (!request.etag().empty() && EtagOf(*finding) != request.etag()) {
      return errors::PreconditionFailed(
          "the finding was changed since; read it again");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<rows::FindingChanges> PlanUpdate(
    const ServiceContext& context, const v1::UpdateFindingsRequest& request,
    const FindingEdit& edit, const Reader& reader, CommitStamp stamp,
    v1::UpdateFindingsResponse* response) {
  CONCORDAT_RETURN_IF_ERROR(CheckIds(reader, request));
  const std::string name =
      absl::StrCat("update/", request.filter().ShortDebugString());
  std::string start;
  if (!request.page_token().empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        TokenMint::Page page,
        context.tokens->ReadPage(request.page_token(), name));
    start = std::move(page.start);
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      const FindingFilter filter,
      ReadFindingFilter(request.filter(),
                        Identity(reader, Revision::Latest())));
  CONCORDAT_ASSIGN_OR_RETURN(const Mutes mutes, ReadMutes(reader));
  CONCORDAT_ASSIGN_OR_RETURN(
      FindingPage page,
      ListFindings(reader, mutes, filter, start, limits::kChangesPerWriteMax));
  const convert::FindingView view{*context.tokens, mutes, stamp.at};
  rows::FindingChanges changes;
  for (Finding& finding : page.findings) {
    // What is written of somebody who was erased would be erased at once.
    const bool in_vain = finding.erased && !edit.comment.empty();
    if (in_vain || !Edit(edit, finding).changed) continue;
    changes.edited.push_back({finding.id, finding.subject.entity, edit});
    ++finding.events;
    finding.changed_at = stamp.revision;
    if (response->findings_size() < kShownMax) {
      ToWire(finding, view, response->add_findings());
    }
  }
  response->set_matched(static_cast<int64_t>(page.findings.size()));
  response->set_changed(static_cast<int64_t>(changes.edited.size()));
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {stamp.revision, std::move(page.next)}, name));
  }
  return changes;
}

// How many findings that are open it will hide.
absl::Status CountCovered(const ReadSession& session,
                          const v1::PutMuteRequest& request,
                          v1::PutMuteResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(
      FindingFilter covered,
      ReadFindingFilter(request.scope(), session.identity()));
  covered.states = {FindingState::kOpen, FindingState::kReopened,
                    FindingState::kAcknowledged};
  CONCORDAT_ASSIGN_OR_RETURN(const int64_t matched,
                             CountFindings(session.reader(), Mutes(), covered));
  response->set_matched(matched);
  return absl::OkStatus();
}

absl::StatusOr<rows::FindingChanges> PlanMute(const ServiceContext& context,
                                              const v1::PutMuteRequest& request,
                                              Mute mute, const Reader& reader,
                                              CommitStamp stamp,
                                              v1::PutMuteResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(
      FindingFilter covered,
      ReadFindingFilter(request.scope(), Identity(reader, Revision::Latest())));
  CONCORDAT_ASSIGN_OR_RETURN(const Mutes mutes, ReadMutes(reader));
  const auto in_force = static_cast<int64_t>(mutes.all().size());
  if (in_force >= limits::kMutesMax) {
    return errors::LimitExceeded("mutes in force", in_force + 1,
                                 limits::kMutesMax);
  }
  mute.scope = std::move(covered.scope);
  // Which ids that is, those to come included, is seen when mutes are read.
  if (request.scope().has_entity()) {
    mute.scope.entities = {FromWire(request.scope().entity())};
  }
  if (!request.dry_run()) mute = PutBy(std::move(mute), mute.actor, stamp);
  ToWire(mute, *context.tokens, response->mutable_mute());
  rows::FindingChanges changes;
  changes.mute = std::move(mute);
  return changes;
}

absl::StatusOr<rows::FindingChanges> PlanLift(
    const ServiceContext& context, const v1::LiftMuteRequest& request,
    const Reader& reader, CommitStamp stamp, v1::LiftMuteResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<Mute> mutes,
                             rows::GetMutes(reader, /*ended=*/false));
  const auto found =
      std::find_if(mutes.begin(), mutes.end(),
                   [&](const Mute& mute) { return mute.id == request.id(); });
  if (found == mutes.end()) {
    return WithField("id", errors::NotFound("a mute of this id in force"));
  }
  rows::FindingChanges changes;
  changes.mute =
      EndedBy(std::move(*found), request.actor(), request.reason(), stamp.at);
  ToWire(*changes.mute, *context.tokens, response->mutable_mute());
  return changes;
}

}  // namespace

grpc::ServerUnaryReactor* StartUpdateFindings(
    const ServiceContext& context, grpc::CallbackServerContext* rpc,
    const v1::UpdateFindingsRequest& request,
    v1::UpdateFindingsResponse* response) {
  static constexpr absl::string_view kMethod = "UpdateFindings";
  if (const absl::Status admitted = Admit(context, *rpc, request);
      !admitted.ok()) {
    return FinishCall(context, rpc, kMethod, rpc->DefaultReactor(), admitted);
  }
  absl::StatusOr<FindingEdit> edit = FromWire(request);
  absl::Status valid = edit.status();
  if (valid.ok()) valid = CheckNamesSomething("filter", request.filter());
  if (valid.ok()) {
    valid = CheckFindingFilter("filter", request.filter(),
                               context.vocabularies->Current().get());
  }
  if (!valid.ok()) {
    return FinishCall(context, rpc, kMethod, rpc->DefaultReactor(), valid);
  }
  return RunPlan(
      context, rpc, kMethod, request.dry_run(), request.actor(),
      NothingToPrepare,
      [&context, &request, edit = *std::move(edit), response](
          const Reader& reader, CommitStamp stamp) {
        return PlanUpdate(context, request, edit, reader, stamp, response);
      },
      response);
}

grpc::ServerUnaryReactor* StartPutMute(const ServiceContext& context,
                                       grpc::CallbackServerContext* rpc,
                                       const v1::PutMuteRequest& request,
                                       v1::PutMuteResponse* response) {
  static constexpr absl::string_view kMethod = "PutMute";
  if (const absl::Status admitted = Admit(context, *rpc, request);
      !admitted.ok()) {
    return FinishCall(context, rpc, kMethod, rpc->DefaultReactor(), admitted);
  }
  absl::StatusOr<Mute> mute = FromWire(request, context.clock->Now());
  absl::Status valid = mute.status();
  if (valid.ok()) valid = CheckNamesSomething("scope", request.scope());
  if (valid.ok() && (request.scope().states_size() > 0 ||
                     request.scope().assignees_size() > 0)) {
    valid = errors::InvalidField(
        "scope", "is by what findings are about, not by states or assignees");
  }
  if (valid.ok()) {
    valid = CheckFindingFilter("scope", request.scope(),
                               context.vocabularies->Current().get());
  }
  const auto bytes = static_cast<int64_t>(request.scope().ByteSizeLong());
  if (valid.ok() && bytes > limits::kMuteScopeBytesMax) {
    valid = errors::LimitExceeded("mute_scope_bytes_max", bytes,
                                  limits::kMuteScopeBytesMax, "scope");
  }
  if (!valid.ok()) {
    return FinishCall(context, rpc, kMethod, rpc->DefaultReactor(), valid);
  }
  const std::string actor = mute->actor;
  return RunPlan(
      context, rpc, kMethod, request.dry_run(), actor,
      [&request, response](const ReadSession& session) {
        return CountCovered(session, request, response);
      },
      [&context, &request, mute = *std::move(mute), response](
          const Reader& reader, CommitStamp stamp) {
        return PlanMute(context, request, mute, reader, stamp, response);
      },
      response);
}

grpc::ServerUnaryReactor* StartLiftMute(const ServiceContext& context,
                                        grpc::CallbackServerContext* rpc,
                                        const v1::LiftMuteRequest& request,
                                        v1::LiftMuteResponse* response) {
  static constexpr absl::string_view kMethod = "LiftMute";
  if (const absl::Status admitted = Admit(context, *rpc, request);
      !admitted.ok()) {
    return FinishCall(context, rpc, kMethod, rpc->DefaultReactor(), admitted);
  }
  if (const absl::Status valid = convert::CheckLift(request); !valid.ok()) {
    return FinishCall(context, rpc, kMethod, rpc->DefaultReactor(), valid);
  }
  return RunPlan(
      context, rpc, kMethod, /*dry_run=*/false, request.actor(),
      NothingToPrepare,
      [&context, &request, response](const Reader& reader, CommitStamp stamp) {
        return PlanLift(context, request, reader, stamp, response);
      },
      response);
}

absl::Status ListMutesNow(const ServiceContext& context,
                          const v1::ListMutesRequest& request,
                          v1::ListMutesResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<Mute> mutes,
      rows::GetMutes(session.reader(), request.include_ended()));
  // Of those that ended the newest, which come last.
  const auto first_ended = std::find_if(
      mutes.begin(), mutes.end(), [](const Mute& mute) { return mute.ended; });
  const auto in_force = static_cast<int>(first_ended - mutes.begin());
  const auto ended = mutes.end() - first_ended;
  if (ended > limits::kMutesMax) {
    mutes.erase(first_ended, first_ended + (ended - limits::kMutesMax));
  }
  for (const Mute& mute : mutes) {
    ToWire(mute, *context.tokens, response->add_mutes());
  }
  // As many as an answer has room for.
  size_t bytes = response->ByteSizeLong();
  int cut = 0;
  for (; bytes > kMutesBytesMax && in_force + cut < response->mutes_size();
       ++cut) {
    bytes -= response->mutes(in_force + cut).ByteSizeLong();
  }
  response->mutable_mutes()->DeleteSubrange(in_force, cut);
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

}  // namespace concordat
