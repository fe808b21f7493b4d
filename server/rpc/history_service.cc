#include "server/rpc/history_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/convert/knowledge.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/call.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

using convert::ToWire;
using rows::CommitRecord;

constexpr char kListName[] = "commits";

void ToWire(const CommitRecord& commit, const TokenMint& tokens,
            v1::Commit* wire) {
  wire->set_revision(tokens.RevisionToken(commit.revision));
  wire->set_revision_number(commit.revision.number());
  wire->set_kind(static_cast<v1::CommitKind>(commit.kind));
  ToWire(commit.at, wire->mutable_committed_at());
  wire->set_actor(commit.actor);
  wire->set_request_id(commit.request_id);
  wire->set_items(commit.items);
}

// The revision that the caller means.
absl::StatusOr<Revision> FindRevision(const ServiceContext& context,
                                      const Reader& reader,
                                      const v1::GetCommitRequest& request) {
  switch (request.commit_case()) {
    case v1::GetCommitRequest::kRevision:
      return context.tokens->ReadRevision(request.revision());
    case v1::GetCommitRequest::kRequestId: {
      CONCORDAT_ASSIGN_OR_RETURN(
          const std::optional<rows::RequestRecord> recorded,
          rows::GetRequest(reader, request.request_id()));
      if (recorded.has_value()) return recorded->revision;
      return errors::NotFound("a write with this request_id");
    }
    case v1::GetCommitRequest::COMMIT_NOT_SET:
      break;
  }
  return errors::InvalidField("commit", "must be revision or request_id");
}

absl::Status GetCommitNow(const ServiceContext& context,
                          const v1::GetCommitRequest& request,
                          v1::GetCommitResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision revision,
                             FindRevision(context, session.reader(), request));
  if (revision > session.revision()) {
    return errors::FutureRevision(revision, session.revision());
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<CommitRecord> commit,
                             rows::GetCommit(session.reader(), revision));
  if (!commit.has_value()) {
    if (revision == Revision()) {
      return errors::NotFound("a commit of the empty store");
    }
    CONCORDAT_ASSIGN_OR_RETURN(const Revision oldest,
                               rows::ReadOldest(session.reader()));
    return errors::RevisionCompacted(revision, oldest,
                                     context.tokens->RevisionToken(oldest));
  }
  ToWire(*commit, *context.tokens, response->mutable_commit());
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<Change> changes,
                             rows::GetChanges(session.reader(), revision));
  for (const Change& change : changes) {
    ToWire(change, *context.tokens, response->add_changes());
  }
  const size_t kept = CutToAnswer(response->mutable_changes());
  response->set_changes_left_out(static_cast<int64_t>(changes.size() - kept));
  if (commit->kind == CommitRecord::Kind::kErasure) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<EntityId> erased,
                               rows::ErasedAt(session.reader(), revision));
    for (const EntityId& entity : erased) {
      ToWire(entity, response->add_erased());
    }
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

// Revisions are consecutive, so a page of the newest is a range of them.
absl::Status ListCommitsNow(const ServiceContext& context,
                            const v1::ListCommitsRequest& request,
                            v1::ListCommitsResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), kListName,
                                  start));
  const Revision newest =
      start.empty() ? session.revision() : KeyReader(start).At();
  const Revision above(newest.number() > limit ? newest.number() - limit : 0);
  std::vector<CommitRecord> commits;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(session.reader().Scan(
      rows::kCommits, KeyWriter().At(above.Next()).bytes(),
      KeyWriter().At(newest.Next()).bytes(),
      [&](absl::string_view key, absl::string_view value) {
        absl::StatusOr<CommitRecord> commit = rows::ParseCommit(key, value);
        problem = commit.status();
        if (commit.ok()) commits.push_back(*std::move(commit));
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  for (auto commit = commits.rbegin(); commit != commits.rend(); ++commit) {
    ToWire(*commit, *context.tokens, response->add_commits());
  }
  // Fewer than asked for: what is below was compacted.
  if (commits.size() == limit && above > Revision()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), KeyWriter().At(above).Take()}, kListName));
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* HistoryServiceHandlers::GetCommit(
    grpc::CallbackServerContext* rpc, const v1::GetCommitRequest* request,
    v1::GetCommitResponse* response) {
  return RunCall(context_, rpc, "GetCommit", request,
                 [this, request, response] {
                   return GetCommitNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* HistoryServiceHandlers::ListCommits(
    grpc::CallbackServerContext* rpc, const v1::ListCommitsRequest* request,
    v1::ListCommitsResponse* response) {
  return RunCall(context_, rpc, "ListCommits", request,
                 [this, request, response] {
                   return ListCommitsNow(context_, *request, response);
                 });
}

}  // namespace concordat
