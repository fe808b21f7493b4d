#include "graph/errors.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "graph/codec.h"
#include "graph/limits.h"

namespace concordat {
namespace {

constexpr char kPayloadUrl[] = "concordat/error";

struct ReasonRow {
  ErrorReason reason;
  const char* name;
};

constexpr ReasonRow kReasons[] = {
    {ErrorReason::kInvalidField, "INVALID_FIELD"},
    {ErrorReason::kLimitExceeded, "LIMIT_EXCEEDED"},
    {ErrorReason::kUnknownEntityType, "UNKNOWN_ENTITY_TYPE"},
    {ErrorReason::kUnknownAttribute, "UNKNOWN_ATTRIBUTE"},
    {ErrorReason::kUnknownRelation, "UNKNOWN_RELATION"},
    {ErrorReason::kUnknownChannel, "UNKNOWN_CHANNEL"},
    {ErrorReason::kUnknownSource, "UNKNOWN_SOURCE"},
    {ErrorReason::kUnreadableValue, "UNREADABLE_VALUE"},
    {ErrorReason::kNoVocabulary, "NO_VOCABULARY"},
    {ErrorReason::kInvalidVocabulary, "INVALID_VOCABULARY"},
    {ErrorReason::kVocabularyInUse, "VOCABULARY_IN_USE"},
    {ErrorReason::kNotFound, "NOT_FOUND"},
    {ErrorReason::kPreconditionFailed, "PRECONDITION_FAILED"},
    {ErrorReason::kRequestIdReused, "REQUEST_ID_REUSED"},
    {ErrorReason::kForeignToken, "FOREIGN_TOKEN"},
    {ErrorReason::kFutureRevision, "FUTURE_REVISION"},
    {ErrorReason::kMalformedToken, "MALFORMED_TOKEN"},
    {ErrorReason::kOverloaded, "OVERLOADED"},
    {ErrorReason::kShuttingDown, "SHUTTING_DOWN"},
    {ErrorReason::kStorageFull, "STORAGE_FULL"},
    {ErrorReason::kStorageUnavailable, "STORAGE_UNAVAILABLE"},
    {ErrorReason::kStorageCorrupt, "STORAGE_CORRUPT"},
    {ErrorReason::kStorageLocked, "STORAGE_LOCKED"},
    {ErrorReason::kStorageVersion, "STORAGE_VERSION"},
    {ErrorReason::kInternal, "INTERNAL"},
    {ErrorReason::kErased, "ERASED"},
    {ErrorReason::kRevisionCompacted, "REVISION_COMPACTED"},
    {ErrorReason::kWatcherStalled, "WATCHER_STALLED"},
    {ErrorReason::kSnapshotTooSlow, "SNAPSHOT_TOO_SLOW"},
    {ErrorReason::kProbeFailed, "PROBE_FAILED"},
    {ErrorReason::kStoreNotEmpty, "STORE_NOT_EMPTY"},
    {ErrorReason::kBackupCorrupt, "BACKUP_CORRUPT"},
    {ErrorReason::kCardinalityExceeded, "CARDINALITY_EXCEEDED"},
    {ErrorReason::kDeclaredDistinct, "DECLARED_DISTINCT"},
    {ErrorReason::kMergeRefused, "MERGE_REFUSED"},
    {ErrorReason::kNothingToEnd, "NOTHING_TO_END"},
    {ErrorReason::kUnauthenticated, "UNAUTHENTICATED"},
    {ErrorReason::kNotPermitted, "NOT_PERMITTED"},
    {ErrorReason::kOtherChannel, "OTHER_CHANNEL"},
    {ErrorReason::kOutsideRows, "OUTSIDE_ROWS"},
    {ErrorReason::kWithheld, "WITHHELD"},
    {ErrorReason::kUnknownPurpose, "UNKNOWN_PURPOSE"},
    {ErrorReason::kQuotaExceeded, "QUOTA_EXCEEDED"},
    {ErrorReason::kAccessLogBroken, "ACCESS_LOG_BROKEN"},
    {ErrorReason::kAccessLogUnavailable, "ACCESS_LOG_UNAVAILABLE"},
};

// Names are repeated only where they look like one: where columns were mixed
// up, what stands for a name is somebody's value.
bool LooksLikeName(absl::string_view text) {
  return !text.empty() &&
         text.size() <= static_cast<size_t>(limits::kNameBytesMax) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) ||
                  c == '_' || c == '.' || c == '-';
         });
}

// As many of the names as fit: an error goes into the trailers of a call, which
// gRPC drops beyond 8 KiB, and it goes there four times.
std::string Shortened(absl::string_view names) {
  constexpr size_t kBytesMax = 500;
  constexpr absl::string_view kSeparator = ", ";
  if (names.size() <= kBytesMax) return std::string(names);
  const size_t end = names.rfind(kSeparator, kBytesMax);
  const absl::string_view kept =
      names.substr(0, end == names.npos ? kBytesMax : end);
  return absl::StrCat(kept, ", …");
}

absl::Status UnknownName(ErrorReason reason, absl::string_view kind,
                         absl::string_view field, absl::string_view name,
                         absl::string_view known) {
  const std::string some = Shortened(known);
  ErrorDetail detail{
      .reason = reason, .field = std::string(field), .metadata = {}};
  std::string message =
      absl::StrCat("what is written here is no ", kind, " of the vocabulary");
  if (LooksLikeName(name)) {
    detail.metadata.emplace_back("name", std::string(name));
    message =
        absl::StrCat("no ", kind, " named '", name, "' in the vocabulary");
  }
  detail.metadata.emplace_back("known", some);
  return ToStatus(absl::StatusCode::kInvalidArgument, detail,
                  absl::StrCat(message, "; it has: ", some));
}

}  // namespace

absl::string_view ErrorReasonName(ErrorReason reason) {
  for (const ReasonRow& row : kReasons) {
    if (row.reason == reason) return row.name;
  }
  return "UNSPECIFIED";
}

std::optional<ErrorDetail> DetailOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return std::nullopt;
  const std::string bytes(*payload);
  Decoder decoder(bytes);
  ErrorDetail detail;
  detail.reason = static_cast<ErrorReason>(decoder.Unsigned());
  detail.field = decoder.String();
  for (uint64_t left = decoder.Unsigned(); left > 0 && !decoder.failed();
       --left) {
    std::string name = decoder.String();
    detail.metadata.emplace_back(std::move(name), decoder.String());
  }
  if (!decoder.Finish("error").ok()) return std::nullopt;
  return detail;
}

absl::Status ToStatus(absl::StatusCode code, const ErrorDetail& detail,
                      absl::string_view message) {
  Encoder payload;
  payload.Unsigned(static_cast<uint64_t>(detail.reason)).String(detail.field);
  payload.Unsigned(detail.metadata.size());
  for (const auto& [name, value] : detail.metadata) {
    payload.String(name).String(value);
  }
  absl::Status status(code, message);
  status.SetPayload(kPayloadUrl, absl::Cord(payload.bytes()));
  return status;
}

bool IsBeyondLimits(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail.has_value() && detail->reason == ErrorReason::kLimitExceeded;
}

absl::Status WithField(absl::string_view prefix, const absl::Status& status) {
  std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return status;
  detail->field = detail->field.empty()
                      ? std::string(prefix)
                      : absl::StrCat(prefix, ".", detail->field);
  return ToStatus(status.code(), *detail, status.message());
}

absl::Status AtField(absl::string_view field, const absl::Status& status) {
  std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return status;
  detail->field = std::string(field);
  return ToStatus(status.code(), *detail, status.message());
}

namespace errors {

absl::Status InvalidField(absl::string_view field, absl::string_view message) {
  return ToStatus(absl::StatusCode::kInvalidArgument,
                  {.reason = ErrorReason::kInvalidField,
                   .field = std::string(field),
                   .metadata = {}},
                  message);
}

absl::Status UnreadableMessage() {
  return InvalidField("",
                      "the message cannot be read: a string in it is not valid "
                      "UTF-8, or it is not of the type that this call takes");
}

absl::Status LimitExceeded(absl::string_view limit, int64_t actual,
                           int64_t allowed, absl::string_view field) {
  return ToStatus(absl::StatusCode::kInvalidArgument,
                  {.reason = ErrorReason::kLimitExceeded,
                   .field = std::string(field),
                   .metadata = {{"limit", std::string(limit)},
                                {"actual", absl::StrCat(actual)},
                                {"allowed", absl::StrCat(allowed)}}},
                  absl::StrCat(limit, " is ", allowed, "; got ", actual));
}

absl::Status UnknownEntityType(absl::string_view name,
                               absl::string_view known) {
  return UnknownName(ErrorReason::kUnknownEntityType, "entity type", "type",
                     name, known);
}

absl::Status UnknownAttribute(absl::string_view entity_type,
                              absl::string_view name, absl::string_view known) {
  const absl::Status status = UnknownName(
      ErrorReason::kUnknownAttribute,
      absl::StrCat("attribute of ", entity_type), "attribute", name, known);
  ErrorDetail detail = *DetailOf(status);
  detail.metadata.emplace_back("entity_type", std::string(entity_type));
  return ToStatus(status.code(), detail, status.message());
}

absl::Status UnknownRelation(absl::string_view name, absl::string_view known) {
  return UnknownName(ErrorReason::kUnknownRelation, "relation type", "relation",
                     name, known);
}

absl::Status UnknownChannel(absl::string_view name, absl::string_view known) {
  return UnknownName(ErrorReason::kUnknownChannel, "channel", "channel", name,
                     known);
}

absl::Status UnknownSource(absl::string_view name, absl::string_view known) {
  return UnknownName(ErrorReason::kUnknownSource, "source", "source", name,
                     known);
}

absl::Status UnreadableValue(absl::string_view message) {
  return ToStatus(absl::StatusCode::kInvalidArgument,
                  {.reason = ErrorReason::kUnreadableValue,
                   .field = "value",
                   .metadata = {}},
                  message);
}

absl::Status NoVocabulary() {
  return ToStatus(
      absl::StatusCode::kFailedPrecondition,
      {.reason = ErrorReason::kNoVocabulary, .field = "", .metadata = {}},
      "no vocabulary is in force; apply one first: "
      "concordat vocabulary apply FILE");
}

absl::Status InvalidVocabulary(absl::string_view problem) {
  return ToStatus(absl::StatusCode::kInvalidArgument,
                  {.reason = ErrorReason::kInvalidVocabulary,
                   .field = "yaml",
                   .metadata = {}},
                  problem);
}

absl::Status VocabularyInUse(absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kFailedPrecondition,
      {.reason = ErrorReason::kVocabularyInUse, .field = "", .metadata = {}},
      what);
}

absl::Status NotFound(absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kNotFound,
      {.reason = ErrorReason::kNotFound, .field = "", .metadata = {}},
      absl::StrCat(what, " is not known"));
}

absl::Status PreconditionFailed(absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kFailedPrecondition,
      {.reason = ErrorReason::kPreconditionFailed, .field = "", .metadata = {}},
      absl::StrCat(what, "; nothing was written"));
}

absl::Status NothingToEnd(absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kFailedPrecondition,
      {.reason = ErrorReason::kNothingToEnd,
       .field = "valid_to",
       .metadata = {}},
      absl::StrCat("no ", what,
                   " holds just before valid_to; give the instant at "
                   "which one that holds is to end"));
}

absl::Status RequestIdReused() {
  return ToStatus(
      absl::StatusCode::kAlreadyExists,
      {.reason = ErrorReason::kRequestIdReused,
       .field = "request_id",
       .metadata = {}},
      "this request_id was used for a different request; choose a new "
      "one for each write");
}

absl::Status ForeignToken() {
  return ToStatus(
      absl::StatusCode::kInvalidArgument,
      {.reason = ErrorReason::kForeignToken, .field = "", .metadata = {}},
      "the token was given by another store; tokens are bound to the store "
      "that gave them");
}

absl::Status FutureRevision(Revision requested, Revision head) {
  return ToStatus(absl::StatusCode::kOutOfRange,
                  {.reason = ErrorReason::kFutureRevision,
                   .field = "",
                   .metadata = {{"requested", absl::StrCat(requested.number())},
                                {"head", absl::StrCat(head.number())}}},
                  absl::StrCat("the token names revision ", requested.number(),
                               ", but this store is at ", head.number()));
}

absl::Status MalformedToken(absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kInvalidArgument,
      {.reason = ErrorReason::kMalformedToken, .field = "", .metadata = {}},
      absl::StrCat("not a ", what, " of this service; pass it back unchanged"));
}

absl::Status Overloaded(int64_t queued, int64_t allowed) {
  return ToStatus(absl::StatusCode::kResourceExhausted,
                  {.reason = ErrorReason::kOverloaded,
                   .field = "",
                   .metadata = {{"queued", absl::StrCat(queued)},
                                {"allowed", absl::StrCat(allowed)}}},
                  absl::StrCat("the server is busy: ", queued, " of ", allowed,
                               " are taken; try again shortly"));
}

absl::Status ShuttingDown() {
  return ToStatus(
      absl::StatusCode::kUnavailable,
      {.reason = ErrorReason::kShuttingDown, .field = "", .metadata = {}},
      "the server is stopping; try again");
}

absl::Status StorageFull() {
  return ToStatus(
      absl::StatusCode::kResourceExhausted,
      {.reason = ErrorReason::kStorageFull, .field = "", .metadata = {}},
      "the disk is full; nothing was written, reads go on, writes "
      "resume when there is space");
}

absl::Status StorageUnavailable(absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kUnavailable,
      {.reason = ErrorReason::kStorageUnavailable, .field = "", .metadata = {}},
      absl::StrCat("storage: ", what));
}

absl::Status StorageCorrupt(absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kDataLoss,
      {.reason = ErrorReason::kStorageCorrupt, .field = "", .metadata = {}},
      absl::StrCat("storage is damaged: ", what));
}

absl::Status StorageLocked(absl::string_view directory) {
  return ToStatus(
      absl::StatusCode::kFailedPrecondition,
      {.reason = ErrorReason::kStorageLocked, .field = "", .metadata = {}},
      absl::StrCat("another process holds ", directory,
                   "; one server at a time may use a data directory"));
}

absl::Status StorageVersion(absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kFailedPrecondition,
      {.reason = ErrorReason::kStorageVersion, .field = "", .metadata = {}},
      what);
}

absl::Status Internal(absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kInternal,
      {.reason = ErrorReason::kInternal, .field = "", .metadata = {}},
      absl::StrCat("internal error: ", what));
}

absl::Status Erased() {
  return ToStatus(
      absl::StatusCode::kFailedPrecondition,
      {.reason = ErrorReason::kErased, .field = "", .metadata = {}},
      "this entity was erased, and nothing more is recorded of it; "
      "ids are never used again, so a person who returns gets a new "
      "one");
}

absl::Status RevisionCompacted(Revision requested, Revision oldest,
                               absl::string_view token) {
  return ToStatus(
      absl::StatusCode::kOutOfRange,
      {.reason = ErrorReason::kRevisionCompacted,
       .field = "",
       .metadata = {{"requested", absl::StrCat(requested.number())},
                    {"oldest", absl::StrCat(oldest.number())},
                    {"oldest_revision", std::string(token)}}},
      absl::StrCat("history up to revision ", oldest.number(),
                   " was compacted, and revision ", requested.number(),
                   " is before it; read at that revision or later"));
}

absl::Status StoreNotEmpty(absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kFailedPrecondition,
      {.reason = ErrorReason::kStoreNotEmpty, .field = "", .metadata = {}},
      what);
}

absl::Status BackupCorrupt(absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kDataLoss,
      {.reason = ErrorReason::kBackupCorrupt, .field = "", .metadata = {}},
      what);
}

absl::Status WatcherStalled(absl::string_view resume_after) {
  return ToStatus(
      absl::StatusCode::kAborted,
      {.reason = ErrorReason::kWatcherStalled,
       .field = "",
       .metadata = {{"resume_after", std::string(resume_after)}}},
      resume_after.empty()
          ? "the watch took nothing for too long and was cut; start it again"
          : "the watch took nothing for too long and was cut; go on after "
            "the last revision that it has seen");
}

absl::Status ProbeFailed(absl::string_view channel, absl::string_view code,
                         int64_t attempts, absl::string_view why) {
  return ToStatus(
      absl::StatusCode::kUnavailable,
      {.reason = ErrorReason::kProbeFailed,
       .field = "",
       .metadata = {{"channel", std::string(channel)},
                    {"code", std::string(code)},
                    {"attempts", absl::StrCat(attempts)}}},
      absl::StrCat("the probe of channel ", channel, " failed with ", code,
                   " after ", attempts, " attempts: ", why));
}

absl::Status SnapshotTooSlow(int64_t allowed_seconds) {
  return ToStatus(
      absl::StatusCode::kResourceExhausted,
      {.reason = ErrorReason::kSnapshotTooSlow,
       .field = "",
       .metadata = {{"allowed_seconds", absl::StrCat(allowed_seconds)}}},
      absl::StrCat("the snapshot was not read within ", allowed_seconds,
                   " s; narrow the filter, read faster, or export the data "
                   "and watch after the export's revision"));
}

}  // namespace errors
}  // namespace concordat
