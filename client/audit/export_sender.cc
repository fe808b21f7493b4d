#include "client/audit/export_sender.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "client/error.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

// Of one message: larger ones are no faster, and take more memory.
constexpr size_t kChunkBytes = size_t{1} << 20;
constexpr int kTriesMax = 6;
constexpr size_t kClaimsPerMessage = 1000;
constexpr size_t kPeekBytes = 64;

// Sends an export to one audit, over one stream after another.
class Sender {
 public:
  Sender(const ExportTarget& target, ExportObserver* observer)
      : target_(target), observer_(*observer) {}

  void Open(const v1::AuditSpec& spec) {
    v1::RunAuditRequest request;
    if (audit_id_.empty()) {
      *request.mutable_spec() = spec;
    } else {
      request.set_resume_audit_id(audit_id_);
    }
    stream_ = target_.open();
    stream_->Write(request);
  }

  // The server has said how much it has.
  bool AwaitFirst() {
    v1::RunAuditResponse response;
    if (!stream_->Read(&response)) return false;
    Take(response, -1);
    return true;
  }

  // False: the stream has ended. Finish tells why.
  bool Send(const v1::RunAuditRequest& request, double share) {
    if (target_.stopped()) {
      target_.cancel(audit_id_);
      return false;
    }
    const bool sent = stream_->Write(request);
    v1::RunAuditResponse response;
    while (stream_->TryRead(&response)) Take(response, share);
    return sent;
  }

  // After the last row: the audit, or why there is none.
  absl::StatusOr<v1::Audit> Finish(bool all_sent) {
    if (all_sent) {
      v1::RunAuditRequest request;
      request.mutable_end();
      stream_->Write(request);
      stream_->WritesDone();
    }
    v1::RunAuditResponse response;
    while (stream_->Read(&response)) {
      Take(response, all_sent ? 1 : -1);
      if (target_.stopped()) target_.cancel(audit_id_);
    }
    CLIENT_RETURN_IF_ERROR(stream_->Finish());
    if (!audit_.has_value()) {
      return absl::DataLossError("the server ended the audit without a result");
    }
    return *std::move(audit_);
  }

  const std::string& audit_id() const { return audit_id_; }
  int64_t bytes() const { return bytes_; }

 private:
  void Take(v1::RunAuditResponse& response, double share) {
    audit_id_ = response.audit_id();
    bytes_ = response.progress().bytes();
    if (response.has_audit()) audit_ = std::move(*response.mutable_audit());
    observer_.OnProgress(audit_id_, response.progress(), share);
  }

  const ExportTarget& target_;
  ExportObserver& observer_;
  std::unique_ptr<AuditExportStream> stream_;
  std::string audit_id_;
  int64_t bytes_ = 0;
  std::optional<v1::Audit> audit_;
};

// Reads past what the server has already.
absl::Status Skip(ByteSource& source, int64_t bytes) {
  std::vector<char> buffer(kChunkBytes);
  while (bytes > 0) {
    const size_t want = std::min<size_t>(buffer.size(), bytes);
    CLIENT_ASSIGN_OR_RETURN(
        const size_t read,
        source.Read(absl::MakeSpan(buffer).subspan(0, want)));
    if (read == 0) return absl::DataLossError("the file has become shorter");
    bytes -= static_cast<int64_t>(read);
  }
  return absl::OkStatus();
}

// By its first character; reads nothing.
absl::StatusOr<bool> IsJsonLines(ByteSource& source) {
  std::string first(kPeekBytes, '\0');
  CLIENT_ASSIGN_OR_RETURN(const size_t read,
                          source.Read(absl::MakeSpan(first)));
  first.resize(read);
  source.Unread(first);
  absl::string_view begins = first;
  absl::ConsumePrefix(&begins, "\xEF\xBB\xBF");
  begins = absl::StripLeadingAsciiWhitespace(begins);
  return absl::StartsWith(begins, "{");
}

// What is left of the file; false where the stream ended before.
absl::StatusOr<bool> SendBytes(Sender& sender, ByteSource& source) {
  v1::RunAuditRequest request;
  std::string& chunk = *request.mutable_csv();
  while (true) {
    chunk.resize(kChunkBytes);
    CLIENT_ASSIGN_OR_RETURN(const size_t read,
                            source.Read(absl::MakeSpan(chunk)));
    chunk.resize(read);
    if (chunk.empty()) return true;
    if (!sender.Send(request, source.share_read())) return false;
  }
}

absl::StatusOr<v1::Audit> SendCsv(const ExportOptions& options,
                                  const ExportTarget& target,
                                  std::unique_ptr<ByteSource> source,
                                  Sender& sender) {
  absl::Duration pause = absl::Seconds(1);
  for (int tries = 1;; ++tries) {
    sender.Open(options.spec);
    bool all_sent = false;
    if (sender.AwaitFirst()) {
      if (tries > 1) {
        CLIENT_ASSIGN_OR_RETURN(source, ByteSource::Open(options.input.path));
        CLIENT_RETURN_IF_ERROR(Skip(*source, sender.bytes()));
      }
      CLIENT_ASSIGN_OR_RETURN(all_sent, SendBytes(sender, *source));
    }
    absl::StatusOr<v1::Audit> audit = sender.Finish(all_sent);
    const bool is_passing = !audit.ok() && IsUnreachable(audit.status());
    if (!is_passing || tries == kTriesMax || sender.audit_id().empty() ||
        options.input.path == "-") {
      return audit;
    }
    target.wait(pause);
    pause *= 2;
  }
}

absl::StatusOr<v1::Audit> SendClaims(const ExportOptions& options,
                                     std::unique_ptr<ByteSource> source,
                                     ExportObserver* observer, Sender& sender) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<ItemReader> reader,
                          ItemReader::Open(options.input, std::move(source)));
  sender.Open(options.spec);
  bool open = sender.AwaitFirst();
  while (open) {
    Batch batch(ItemKind::kClaims);
    ItemReader::Event event = ItemReader::Event::kRow;
    while (event != ItemReader::Event::kEnd &&
           batch.size() < kClaimsPerMessage) {
      CLIENT_ASSIGN_OR_RETURN(event, reader->Next(batch));
      if (event == ItemReader::Event::kBad) {
        observer->OnProblem(reader->problem());
      }
    }
    if (batch.size() > 0) {
      v1::RunAuditRequest request;
      request.mutable_claims()->mutable_claims()->Swap(
          batch.claims().mutable_claims());
      for (size_t i = 0; i < batch.size(); ++i) {
        request.mutable_claims()->add_lines(batch.line(i));
      }
      for (v1::Claim& claim : *request.mutable_claims()->mutable_claims()) {
        claim.clear_claim_id();
      }
      open = sender.Send(request, reader->share_read());
    }
    if (event == ItemReader::Event::kEnd) break;
  }
  return sender.Finish(open);
}

}  // namespace

absl::StatusOr<v1::Audit> SendExport(const ExportOptions& options,
                                     const ExportTarget& target,
                                     ExportObserver* observer) {
  Sender sender(target, observer);
  CLIENT_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                          ByteSource::Open(options.input.path));
  bool is_csv = !options.input.mapping.has_value();
  if (is_csv) {
    CLIENT_ASSIGN_OR_RETURN(const bool is_json, IsJsonLines(*source));
    is_csv = !is_json;
  }
  return is_csv ? SendCsv(options, target, std::move(source), sender)
                : SendClaims(options, std::move(source), observer, sender);
}

}  // namespace concordat::client
