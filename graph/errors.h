// The error catalogue: one factory an error, each a status with a typed reason
// and metadata that the wire converter turns into google.rpc details.
//
// No message or metadata ever holds a personal value: they name fields, limits
// and what would be right, never what was written.
#ifndef CONCORDAT_GRAPH_ERRORS_H_
#define CONCORDAT_GRAPH_ERRORS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "graph/revision.h"

namespace concordat {

// Mirrors concordat.v1.ErrorReason; a test walks both.
enum class ErrorReason {
  kInvalidField = 1,
  kLimitExceeded,
  kUnknownEntityType,
  kUnknownAttribute,
  kUnknownRelation,
  kUnknownChannel,
  kUnknownSource,
  kUnreadableValue,
  kNoVocabulary,
  kInvalidVocabulary,
  kVocabularyInUse,
  kNotFound,
  kPreconditionFailed,
  kRequestIdReused,
  kForeignToken,
  kFutureRevision,
  kMalformedToken,
  kOverloaded,
  kShuttingDown,
  kStorageFull,
  kStorageUnavailable,
  kStorageCorrupt,
  kStorageLocked,
  kStorageVersion,
  kInternal = 25,
  kRevisionCompacted = 26,
  kCardinalityExceeded = 27,
  kDeclaredDistinct = 28,
  kMergeRefused = 29,
  kErased = 30,
  kWatcherStalled = 31,
  kStoreNotEmpty = 32,
  kBackupCorrupt = 33,
  kNothingToEnd = 34,
  kSnapshotTooSlow = 35,
  kProbeFailed = 38,
  kUnauthenticated = 39,
  kNotPermitted = 40,
  kOtherChannel = 41,
  kOutsideRows = 42,
  kWithheld = 43,
  kUnknownPurpose = 44,
  kQuotaExceeded = 45,
  kAccessLogBroken = 46,
  kAccessLogUnavailable = 47,
};

// The wire name, such as "UNKNOWN_ATTRIBUTE".
absl::string_view ErrorReasonName(ErrorReason reason);

// The first and last reason, for tests that walk them all; there are gaps.
inline constexpr ErrorReason kErrorReasonFirst = ErrorReason::kInvalidField;
inline constexpr ErrorReason kErrorReasonLast =
    ErrorReason::kAccessLogUnavailable;

// What an error status carries beside its code and message.
struct ErrorDetail {
  ErrorReason reason = ErrorReason::kInternal;
  // The path of the offending field, such as "changes[3].fact.value"; may be
  // empty. BadRequest.field on the wire.
  std::string field;
  std::vector<std::pair<std::string, std::string>> metadata;
};

// The detail of a status made by this catalogue; nullopt for any other.
std::optional<ErrorDetail> DetailOf(const absl::Status& status);

// The status of an error: for the catalogue below, which is the one place where
// errors are made.
absl::Status ToStatus(absl::StatusCode code, const ErrorDetail& detail,
                      absl::string_view message);

// Whether more was recorded than a limit lets one look at: then what was asked
// is refused, not all that came with it.
bool IsBeyondLimits(const absl::Status& status);

// The same error with `prefix` put before its field path: WithField("a[1]", s)
// turns field "value" into "a[1].value".
absl::Status WithField(absl::string_view prefix, const absl::Status& status);
// The same error with `field` as its field path, whatever that was.
absl::Status AtField(absl::string_view field, const absl::Status& status);

namespace errors {

absl::Status InvalidField(absl::string_view field, absl::string_view message);
// A message that is not of the type that the call takes.
absl::Status UnreadableMessage();
absl::Status LimitExceeded(absl::string_view limit, int64_t actual,
                           int64_t allowed, absl::string_view field = "");
absl::Status UnknownEntityType(absl::string_view name, absl::string_view known);
absl::Status UnknownAttribute(absl::string_view entity_type,
                              absl::string_view name, absl::string_view known);
absl::Status UnknownRelation(absl::string_view name, absl::string_view known);
absl::Status UnknownChannel(absl::string_view name, absl::string_view known);
absl::Status UnknownSource(absl::string_view name, absl::string_view known);
// `message` says what the type expects; it must not quote the value.
absl::Status UnreadableValue(absl::string_view message);
absl::Status NoVocabulary();
// `problem` is "file:line: field: what is wrong".
absl::Status InvalidVocabulary(absl::string_view problem);
absl::Status VocabularyInUse(absl::string_view what);
absl::Status NotFound(absl::string_view what);
absl::Status PreconditionFailed(absl::string_view what);
// `what`: "fact", "relation", "link".
absl::Status NothingToEnd(absl::string_view what);
absl::Status RequestIdReused();
absl::Status ForeignToken();
absl::Status FutureRevision(Revision requested, Revision head);
absl::Status MalformedToken(absl::string_view what);
absl::Status Overloaded(int64_t queued, int64_t allowed);
absl::Status ShuttingDown();
absl::Status StorageFull();
absl::Status StorageUnavailable(absl::string_view what);
absl::Status StorageCorrupt(absl::string_view what);
absl::Status StorageLocked(absl::string_view directory);
absl::Status StorageVersion(absl::string_view what);
absl::Status Internal(absl::string_view what);
// The person was erased: nothing more is recorded of it.
absl::Status Erased();
// History up to `oldest` was compacted; `token` is that of `oldest`, empty
// where the caller has no tokens.
absl::Status RevisionCompacted(Revision requested, Revision oldest,
                               absl::string_view token = "");
// `what` says what is there and what to do.
absl::Status StoreNotEmpty(absl::string_view what);
// `what` names the file and the block.
absl::Status BackupCorrupt(absl::string_view what);
// `resume_after`: token of the last revision that was delivered; may be empty.
absl::Status WatcherStalled(absl::string_view resume_after);
absl::Status SnapshotTooSlow(int64_t allowed_seconds);
// A channel's backend could not be asked: `code` is how the last attempt ended,
// `why` why there is no other.
absl::Status ProbeFailed(absl::string_view channel, absl::string_view code,
                         int64_t attempts, absl::string_view why);
// `end`, "from" or "to", is the one that has a partner already at some of the
// time of the refused relation.
absl::Status CardinalityExceeded(absl::string_view relation,
                                 absl::string_view cardinality,
                                 absl::string_view end);
// The same reason: the relation is acyclic, and what is written would close a
// cycle of it.
absl::Status RelationCycle(absl::string_view relation);
// A merge would make one entity of two that were declared distinct.
absl::Status DeclaredDistinct();
// `brake` is a name of graph/merge_brakes.h, `of` the attribute or channel that
// declares it, where one does. `message` says what is wrong and what to do.
absl::Status MergeRefused(absl::string_view brake, absl::string_view of,
                          int64_t actual, int64_t allowed,
                          absl::string_view message);

// Of who may do and know what (graph/access_errors.cc).

// The caller is not recognised. `problem`: "expired", "unknown_key"; `message`
// says what would be right. Neither holds a part of what was presented.
absl::Status Unauthenticated(absl::string_view problem,
                             absl::string_view message);
// `has` and `needed`: roles, as "qa, steward".
absl::Status NotPermitted(absl::string_view caller, absl::string_view has,
                          absl::string_view needed);
// `own`: the channel that the caller speaks for.
absl::Status OtherChannel(absl::string_view field, absl::string_view own);
absl::Status OutsideRows(absl::string_view field);
absl::Status Withheld(absl::string_view field);
absl::Status UnknownPurpose(absl::string_view known);
absl::Status QuotaExceeded(absl::string_view limit, int64_t actual,
                           int64_t allowed);
absl::Status AccessLogBroken(uint64_t number, absl::string_view what);
absl::Status AccessLogUnavailable();

}  // namespace errors
}  // namespace concordat

#endif  // CONCORDAT_GRAPH_ERRORS_H_
