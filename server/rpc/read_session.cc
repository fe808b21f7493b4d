#include "server/rpc/read_session.h"

#include <utility>

#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// The records of a revision before the oldest are no longer all there.
absl::Status CheckKept(const ServiceContext& context, const Reader& reader,
                       Revision wanted) {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision oldest, rows::ReadOldest(reader));
  if (wanted >= oldest) return absl::OkStatus();
  return errors::RevisionCompacted(wanted, oldest,
                                   context.tokens->RevisionToken(oldest));
}

}  // namespace

absl::StatusOr<ReadSession> ReadSession::OpenLatest(
    const ServiceContext& context) {
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader,
                             context.store->Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(*reader));
  return ReadSession(std::move(reader), head);
}

absl::StatusOr<ReadSession> ReadSession::Open(
    const ServiceContext& context, const v1::ReadConsistency& choice) {
  Revision wanted;
  bool exact = false;
  switch (choice.requirement_case()) {
    case v1::ReadConsistency::kLatest:
      if (!choice.latest()) {
        return errors::InvalidField("consistency.latest", "must be true");
      }
      break;
    case v1::ReadConsistency::kAtLeastAsFresh: {
      CONCORDAT_ASSIGN_OR_RETURN(
          wanted, context.tokens->ReadRevision(choice.at_least_as_fresh()));
      break;
    }
    case v1::ReadConsistency::kExactlyAt: {
      CONCORDAT_ASSIGN_OR_RETURN(
          wanted, context.tokens->ReadRevision(choice.exactly_at()));
      exact = true;
      break;
    }
    case v1::ReadConsistency::REQUIREMENT_NOT_SET:
      return errors::InvalidField(
          "consistency",
          "choose latest, at_least_as_fresh or exactly_at: how fresh must the "
          "answer be?");
  }
  CONCORDAT_ASSIGN_OR_RETURN(ReadSession session, OpenLatest(context));
  // A token is given after its commit, so this state includes every revision
  // of this store that a caller can know.
  if (wanted > session.revision_) {
    return errors::FutureRevision(wanted, session.revision_);
  }
  if (exact) {
    CONCORDAT_RETURN_IF_ERROR(CheckKept(context, *session.reader_, wanted));
    session.revision_ = wanted;
  }
  return session;
}

absl::StatusOr<ReadSession> ReadSession::OpenPage(
    const ServiceContext& context, const v1::ReadConsistency& choice,
    absl::string_view page_token, absl::string_view request,
    std::string& start) {
  CONCORDAT_ASSIGN_OR_RETURN(ReadSession session, Open(context, choice));
  if (page_token.empty()) return session;
  CONCORDAT_ASSIGN_OR_RETURN(TokenMint::Page page,
                             context.tokens->ReadPage(page_token, request));
  if (page.revision > session.revision_) {
    return errors::FutureRevision(page.revision, session.revision_);
  }
  CONCORDAT_RETURN_IF_ERROR(
      CheckKept(context, *session.reader_, page.revision));
  session.revision_ = page.revision;
  start = std::move(page.start);
  return session;
}

absl::StatusOr<ReadSession> ReadSession::OpenLatestPage(
    const ServiceContext& context, absl::string_view page_token,
    absl::string_view request, std::string& start) {
  if (!page_token.empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(TokenMint::Page page,
                               context.tokens->ReadPage(page_token, request));
    start = std::move(page.start);
  }
  return OpenLatest(context);
}

absl::StatusOr<size_t> PageSize(int32_t asked_for) {
  if (asked_for < 0) {
    return errors::InvalidField("page_size", "must not be negative");
  }
  if (asked_for > limits::kPageSizeMax) {
    return errors::LimitExceeded("page_size_max", asked_for,
                                 limits::kPageSizeMax, "page_size");
  }
  return asked_for == 0 ? limits::kPageSizeDefault : asked_for;
}

}  // namespace concordat
