#include "client/reconcile/differential_audit.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "client/status_macros.h"
#include "consistency/reconciliation/pace.h"

namespace concordat::client {
namespace {

constexpr int kTriesMax = 3;
// Of one message, whichever comes first.
constexpr int kRecordsPerMessage = 1000;
constexpr size_t kBytesPerMessage = size_t{1} << 20;
// Before each message of gRPC.
constexpr int64_t kFrameBytes = 5;

// Counts what goes over a stream.
template <typename Request, typename Response>
class CountedStream {
 public:
  CountedStream(std::unique_ptr<DuplexStream<Request, Response>> stream,
                DifferentialAudit* result)
      : stream_(std::move(stream)), result_(*result) {}

  bool Write(const Request& request) {
    result_.bytes_sent +=
        static_cast<int64_t>(request.ByteSizeLong()) + kFrameBytes;
    return stream_->Write(request);
  }
  bool Read(Response* response) {
    if (!stream_->Read(response)) return false;
    ++result_.rounds;
    result_.bytes_received +=
        static_cast<int64_t>(response->ByteSizeLong()) + kFrameBytes;
    return true;
  }
  void WritesDone() { stream_->WritesDone(); }
  absl::Status Finish() { return stream_->Finish(); }

 private:
  const std::unique_ptr<DuplexStream<Request, Response>> stream_;
  DifferentialAudit& result_;
};

using Conversation = CountedStream<v1::ReconcileRequest, v1::ReconcileResponse>;
using Export = CountedStream<v1::RunAuditRequest, v1::RunAuditResponse>;

class Run {
 public:
  Run(const v1::AuditSpec& spec, const DifferentialTarget& target,
      RecordSource* source)
      : spec_(spec), target_(target), source_(*source) {}

  // nullopt: to be begun anew, for the records have changed meanwhile.
  absl::StatusOr<std::optional<DifferentialAudit>> Try();
  absl::Status Remake();

 private:
  bool stopped() const {
    return target_.stopped != nullptr && target_.stopped();
  }
  absl::Status Answer(Conversation& stream,
                      const v1::ReconcileResponse& response);
  absl::Status SendRecords(Conversation& stream);
  absl::Status SendAll();
  void Cancel();

  const v1::AuditSpec& spec_;
  const DifferentialTarget& target_;
  RecordSource& source_;
  std::string audit_id_;
  std::optional<RecordSketch> sketch_;
  WantedItems wanted_;
  bool changed_ = false;      // some that were wanted are not there any more
  DifferentialAudit result_;  // what went over the wire, of all tries
};

absl::Status Run::Remake() {
  v1::GetSketchTermsRequest request;
  request.set_channel(spec_.channel());
  CLIENT_ASSIGN_OR_RETURN(v1::GetSketchTermsResponse response,
                          target_.client->GetSketchTerms(request));
  CLIENT_ASSIGN_OR_RETURN(
      std::shared_ptr<const SketchTerms> terms,
      SketchTerms::Create(std::move(*response.mutable_terms())));
  return source_.Remake(std::move(terms));
}

void Run::Cancel() {
  v1::CancelAuditRequest request;
  request.set_id(audit_id_);
  target_.client->CancelAudit(request).IgnoreError();
}

absl::StatusOr<std::optional<DifferentialAudit>> Run::Try() {
  CLIENT_ASSIGN_OR_RETURN(RecordSketch sketch, source_.Sketch());
  sketch_.emplace(std::move(sketch));
  wanted_.clear();
  changed_ = false;
  const size_t kept = sketch_->symbols().range().end;
  CLIENT_ASSIGN_OR_RETURN(
      const reconciliation::Sketch first,
      sketch_->symbols().Slice(
          {.begin = 0, .end = std::min(reconciliation::Pace::kFirst, kept)}));
  v1::ReconcileRequest opening;
  *opening.mutable_opening()->mutable_spec() = spec_;
  opening.mutable_opening()->set_forms(sketch_->terms()->forms());
  opening.mutable_opening()->set_symbols(first.Serialize());
  opening.mutable_opening()->set_symbols_max(static_cast<int64_t>(kept));
  opening.mutable_opening()->set_names_entities(sketch_->names_entities());
  Conversation stream(target_.client->Reconcile(), &result_);
  stream.Write(opening);
  v1::ReconcileResponse response;
  audit_id_.clear();
  while (stream.Read(&response)) {
    if (audit_id_.empty()) {
      audit_id_ = response.audit_id();
      if (target_.on_begin != nullptr) target_.on_begin(audit_id_);
    }
    result_.figures = response.figures();
    // What is published stays so.
    if (stopped() && !response.has_audit()) {
      Cancel();
      continue;
    }
    CLIENT_RETURN_IF_ERROR(Answer(stream, response));
  }
  absl::Status ended = stream.Finish();
  if (ended.ok() && !result_.full_because.empty()) ended = SendAll();
  if (stopped() && result_.audit.id().empty()) return absl::CancelledError();
  if (!ended.ok() && changed_) return std::optional<DifferentialAudit>();
  CLIENT_RETURN_IF_ERROR(ended);
  if (result_.audit.id().empty()) {
    return absl::DataLossError("the server ended the audit without a result");
  }
  return std::optional(std::move(result_));
}

absl::Status Run::Answer(Conversation& stream,
                         const v1::ReconcileResponse& response) {
  switch (response.step_case()) {
    case v1::ReconcileResponse::kSymbols: {
      CLIENT_ASSIGN_OR_RETURN(
          const reconciliation::Sketch part,
          sketch_->symbols().Slice(
              {.begin = static_cast<size_t>(response.symbols().begin()),
               .end = static_cast<size_t>(response.symbols().end())}));
      v1::ReconcileRequest request;
      request.set_symbols(part.Serialize());
      stream.Write(request);
      return absl::OkStatus();
    }
    case v1::ReconcileResponse::kRecords:
      wanted_.insert(response.records().items().begin(),
                     response.records().items().end());
      return response.records().more() ? absl::OkStatus() : SendRecords(stream);
    case v1::ReconcileResponse::kAll:
      result_.full_because = response.all().reason();
      result_.figures.Clear();
      return absl::OkStatus();
    case v1::ReconcileResponse::kAudit:
      result_.audit = response.audit();
      return absl::OkStatus();
    case v1::ReconcileResponse::STEP_NOT_SET:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::Status Run::SendRecords(Conversation& stream) {
  v1::ReconcileRequest request;
  bool open = true;
  size_t bytes = 0;
  const auto flush = [&] {
    open = stream.Write(request) && !stopped();
    request.mutable_records()->Clear();
    bytes = 0;
  };
  WantedItems left = wanted_;
  CLIENT_RETURN_IF_ERROR(
      source_.Find(wanted_, [&](v1::Claim record, int64_t line) {
        if (record.has_value()) {
          left.erase(sketch_->ItemOf(KeyOf(record), record.value()).number());
        }
        bytes += record.ByteSizeLong();
        *request.mutable_records()->add_claims() = std::move(record);
        request.mutable_records()->add_lines(line);
        if (request.records().claims_size() == kRecordsPerMessage ||
            bytes >= kBytesPerMessage) {
          flush();
        }
        return open;
      }));
  if (stopped()) {
    Cancel();
    return absl::OkStatus();
  }
  if (request.records().claims_size() > 0) flush();
  changed_ = !left.empty();
  request.mutable_records_end();
  stream.Write(request);
  return absl::OkStatus();
}

absl::Status Run::SendAll() {
  Export stream(target_.client->RunAudit(), &result_);
  v1::RunAuditRequest request;
  request.set_resume_audit_id(audit_id_);
  bool open = stream.Write(request);
  size_t bytes = 0;
  const auto flush = [&] {
    open = stream.Write(request) && !stopped();
    request.mutable_claims()->Clear();
    bytes = 0;
  };
  request.mutable_claims();
  CLIENT_RETURN_IF_ERROR(source_.VisitAll([&](v1::Claim record, int64_t line) {
    bytes += record.ByteSizeLong();
    *request.mutable_claims()->add_claims() = std::move(record);
    request.mutable_claims()->add_lines(line);
    if (request.claims().claims_size() == kRecordsPerMessage ||
        bytes >= kBytesPerMessage) {
      flush();
    }
    return open;
  }));
  if (stopped()) {
    Cancel();
  } else {
    // An export of no rows is one of no claims.
    stream.Write(request);
    request.mutable_end();
    stream.Write(request);
  }
  stream.WritesDone();
  v1::RunAuditResponse response;
  while (stream.Read(&response)) {
    if (response.has_audit()) {
      result_.audit = response.audit();
    } else if (stopped()) {
      Cancel();
    }
  }
  return stream.Finish();
}

}  // namespace

absl::StatusOr<DifferentialAudit> RunDifferentialAudit(
    const v1::AuditSpec& spec, const DifferentialTarget& target,
    RecordSource* source) {
  Run run(spec, target, source);
  bool remade = false;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    absl::StatusOr<std::optional<DifferentialAudit>> result = run.Try();
    if (!result.ok()) {
      // The server does not know by what the sketch was made.
      if (!absl::IsFailedPrecondition(result.status()) || remade) {
        return result.status();
      }
      CLIENT_RETURN_IF_ERROR(run.Remake());
      remade = true;
      continue;
    }
    if (result->has_value()) return **std::move(result);
  }
  return absl::AbortedError(
      "the records changed each time while they were asked for");
}

}  // namespace concordat::client
