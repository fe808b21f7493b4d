#include "client/error.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace concordat::client {
namespace {

constexpr char kPayloadUrl[] = "type.googleapis.com/google.rpc.Status";

struct AdviceRow {
  absl::string_view reason;
  absl::string_view advice;
};

constexpr AdviceRow kAdvice[] = {
    {"LIMIT_EXCEEDED", "`concordat server info` lists every limit."},
    {"UNKNOWN_ENTITY_TYPE",
     "`concordat vocabulary get` shows the entity types in force."},
    {"UNKNOWN_ATTRIBUTE",
     "`concordat vocabulary get` shows the attributes in force."},
    {"UNKNOWN_RELATION",
     "`concordat vocabulary get` shows the relation types in force."},
    {"UNKNOWN_CHANNEL",
     "`concordat vocabulary get` shows the channels in force."},
    {"UNKNOWN_SOURCE",
     "`concordat vocabulary get` shows the sources in force."},
    {"NO_VOCABULARY", "Apply one first: `concordat vocabulary apply FILE`."},
    {"INVALID_VOCABULARY",
     "`concordat vocabulary validate FILE` lists every problem."},
    {"VOCABULARY_IN_USE",
     "`concordat vocabulary diff FILE` shows what would change; keep what "
     "stored data still needs."},
    {"REQUEST_ID_REUSED", "Send the other request under an id of its own."},
    {"FOREIGN_TOKEN",
     "The token comes from another server; `concordat contexts list` shows "
     "which one this is."},
    {"FUTURE_REVISION",
     "The token is newer than this store: is it a restored backup?"},
    {"MALFORMED_TOKEN", "Give a revision token exactly as a response gave it."},
    {"REVISION_COMPACTED",
     "Start again with a snapshot (--snapshot), or read a newer revision."},
    {"SNAPSHOT_TOO_SLOW",
     "Watch fewer types, attributes or entities; or export, and watch after "
     "the export's revision."},
    {"PROBE_FAILED",
     "Is the channel's backend well? `concordat probes list` shows its "
     "address and state."},
    {"UNAUTHENTICATED",
     "Say who you are: --key-file or CONCORDAT_API_KEY, --token-file or "
     "CONCORDAT_TOKEN, or --cert; `concordat contexts set` keeps where it is."},
    {"NOT_PERMITTED",
     "`concordat access whoami` says what you may; another role may do this."},
    {"WITHHELD", "`concordat access whoami` says what you may see."},
    {"OTHER_CHANNEL", "Name your own channel, for instance with --channel."},
    {"UNKNOWN_PURPOSE", "`concordat access whoami` lists the purposes."},
    {"QUOTA_EXCEEDED",
     "Try again a little later; the operator sets quotas in the file of "
     "callers."},
    {"ACCESS_LOG_BROKEN",
     "Keep the server's folder `access` as it is, and tell the auditor."},
    {"ACCESS_LOG_UNAVAILABLE",
     "Tell the server's operator: its access log cannot be written."},
    {"OVERLOADED", "Try again a little later, or send less at a time."},
    {"SHUTTING_DOWN", "Try again when the server is back."},
    {"STORAGE_FULL", "Free space on the server's disk, then try again."},
    {"STORAGE_CORRUPT", "Tell the server's operator; restore a backup."},
    {"INTERNAL", "This is a defect of Concordat; the server's log knows more."},
};

}  // namespace

absl::Status ToStatus(const google::rpc::Status& error) {
  return WithDetails(static_cast<absl::StatusCode>(error.code()),
                     error.message(), error.SerializeAsString());
}

absl::Status WithDetails(absl::StatusCode code, absl::string_view message,
                         const std::string& serialized) {
  absl::Status status(code, message);
  if (!status.ok() && !serialized.empty())
    status.SetPayload(kPayloadUrl, absl::Cord(serialized));
  return status;
}

ErrorDetails DetailsOf(const absl::Status& status) {
  ErrorDetails details;
  const auto payload = status.GetPayload(kPayloadUrl);
  google::rpc::Status error;
  if (!payload.has_value() || !error.ParseFromString(std::string(*payload)))
    return details;
  for (const auto& detail : error.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&info)) {
      details.reason = info.reason();
      details.metadata.insert(info.metadata().begin(), info.metadata().end());
    } else if (detail.UnpackTo(&bad)) {
      for (const auto& violation : bad.field_violations())
        details.fields.emplace_back(violation.field(), violation.description());
    } else if (detail.UnpackTo(&retry)) {
      details.retry_after = absl::Seconds(retry.retry_delay().seconds()) +
                            absl::Nanoseconds(retry.retry_delay().nanos());
    }
  }
  return details;
}

absl::string_view Advice(absl::string_view reason) {
  for (const AdviceRow& row : kAdvice)
    if (row.reason == reason) return row.advice;
  return "";
}

std::string Describe(const absl::Status& status) {
  const ErrorDetails details = DetailsOf(status);
  std::string text(status.message());
  if (text.empty()) text = absl::StatusCodeToString(status.code());
  if (!details.reason.empty())
    absl::StrAppend(&text, "\n  reason: ", details.reason);
  for (const auto& [field, description] : details.fields)
    absl::StrAppend(&text, "\n  field ", field, ": ", description);
  for (const auto& [key, value] : details.metadata)
    absl::StrAppend(&text, "\n  ", key, ": ", value);
  if (details.retry_after > absl::ZeroDuration())
    absl::StrAppend(
        &text, "\n  retry after: ", absl::FormatDuration(details.retry_after));
  const absl::string_view advice = Advice(details.reason);
  if (!advice.empty()) absl::StrAppend(&text, "\n  what to do: ", advice);
  return text;
}

bool IsUnreachable(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace concordat::client
