#include "server/rpc/audit_stream.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "server/convert/audits.h"
#include "server/convert/status.h"
#include "server/convert/wire_format.h"
#include "server/rpc/call.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

constexpr absl::string_view kMethod = "RunAudit";
constexpr absl::Duration kProgressEvery = absl::Milliseconds(250);

const char* PhaseName(AuditRun::Phase phase) {
  switch (phase) {
    case AuditRun::Phase::kLoading:
      return "loading the truth";
    case AuditRun::Phase::kRows:
      return "reading rows";
    case AuditRun::Phase::kAsking:
      return "asking the channel";
    case AuditRun::Phase::kWaiting:
      return "waiting for rows";
    case AuditRun::Phase::kMissing:
      return "looking for what is missing";
    case AuditRun::Phase::kPublishing:
      return "publishing";
  }
  return "";
}

// The bytes in one piece.
absl::StatusOr<std::shared_ptr<const std::string>> Join(
    const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return errors::UnreadableMessage();
  auto bytes = std::make_shared<std::string>();
  bytes->reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes->append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return std::shared_ptr<const std::string>(std::move(bytes));
}

}  // namespace

absl::StatusOr<AuditSpec> ReadAuditSpec(const ServiceContext& context,
                                        const v1::AuditSpec& wire) {
  AuditSpec spec;
  CONCORDAT_ASSIGN_OR_RETURN(spec.vocabulary, context.vocabularies->Require());
  CONCORDAT_ASSIGN_OR_RETURN(spec.record,
                             convert::FromWire(wire, context.clock->Now()));
  const auto channel = spec.vocabulary->RequireChannel(spec.record.channel);
  if (!channel.ok()) return AtField("spec.channel", channel.status());
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      wire.has_consistency() ? ReadSession::Open(context, wire.consistency())
                             : ReadSession::OpenLatest(context));
  spec.record.at = session.revision();
  spec.record.vocabulary_version = spec.vocabulary->version;
  spec.subject_type = wire.subject_type();
  return spec;
}

absl::StatusOr<AuditSpec> ReadSpecOfRows(const ServiceContext& context,
                                         const v1::AuditSpec& wire) {
  if (wire.has_probe() || wire.has_sampling()) {
    return errors::InvalidField(
        wire.has_probe() ? "spec.probe" : "spec.sampling",
        "whoever sends rows has them all: it is for StartAudit");
  }
  return ReadAuditSpec(context, wire);
}

void ShowProgress(const ServiceContext& context, ExportFeed& feed,
                  v1::AuditProgress* progress) {
  const AuditRun& run = feed.run();
  progress->set_bytes(feed.bytes());
  progress->set_rows(run.rows());
  progress->set_findings(run.findings());
  progress->set_phase(PhaseName(run.phase()));
  progress->set_entities(run.asked());
  progress->set_entities_total(run.asked_max());
  const double seconds =
      absl::ToDoubleSeconds(context.clock->Now() - run.started_at());
  if (seconds > 0) {
    progress->set_rows_per_second(static_cast<double>(run.rows()) / seconds);
  }
}

AuditStream* AuditStream::Start(const ServiceContext* context, AuditBook* book,
                                grpc::CallbackServerContext* rpc) {
  std::shared_ptr<AuditStream> stream(new AuditStream(context, book, rpc));
  stream->self_ = stream;
  stream->StartRead(&stream->received_);
  return stream.get();
}

void AuditStream::OnReadDone(bool ok) {
  bool first = false;
  {
    MutexLock lock(&mutex_);
    if (ok) {
      first = feed_ == nullptr;
      has_message_ = true;
    } else {
      reads_ended_ = true;
      if (feed_ == nullptr) {
        return End(errors::InvalidField("part", "the stream has no request"));
      }
    }
  }
  if (!first) return Continue();
  const bool taken = context_.executor->TrySubmit(
      [self = shared_from_this()] { self->Open(); });
  if (taken) return;
  const auto places = static_cast<int64_t>(context_.executor->queue_max());
  MutexLock lock(&mutex_);
  End(errors::Overloaded(places, places));
}

absl::StatusOr<std::shared_ptr<ExportFeed>> AuditStream::OpenFeed(
    const grpc::ByteBuffer& message) {
  v1::RunAuditRequest request;
  grpc::ByteBuffer bytes(message);
  if (!grpc::SerializationTraits<v1::RunAuditRequest>::Deserialize(&bytes,
                                                                   &request)
           .ok()) {
    return errors::UnreadableMessage();
  }
  CONCORDAT_RETURN_IF_ERROR(Admit(context_, *rpc_, request));
  if (request.has_resume_audit_id()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const uint64_t number,
        convert::AuditNumberFromWire("resume_audit_id",
                                     request.resume_audit_id()));
    CONCORDAT_ASSIGN_OR_RETURN(const audits::AuditRecord record,
                               book_.Get(number));
    const Caller& caller = *ServedCall::Of(*rpc_).call.caller;
    if (!caller.judges_channels() && record.channel != caller.channel) {
      return errors::OtherChannel("resume_audit_id", caller.channel);
    }
    return book_.Resume(number);
  }
  if (!request.has_spec()) {
    return errors::InvalidField(
        "spec", "the first request must have it, or resume_audit_id");
  }
  CONCORDAT_ASSIGN_OR_RETURN(AuditSpec spec,
                             ReadSpecOfRows(context_, request.spec()));
  return book_.Begin(std::move(spec));
}

void AuditStream::Open() {
  absl::StatusOr<std::shared_ptr<ExportFeed>> feed = OpenFeed(received_);
  if (!feed.ok()) {
    MutexLock lock(&mutex_);
    return End(feed.status());
  }
  {
    MutexLock lock(&mutex_);
    feed_ = *feed;
    has_message_ = false;
    StartRead(&received_);
  }
  (*feed)->Listen([stream = weak_from_this()] {
    if (const std::shared_ptr<AuditStream> self = stream.lock()) {
      self->Continue();
    }
  });
  Continue();
}

void AuditStream::Continue() {
  std::shared_ptr<ExportFeed> broke_off;
  bool take = false;
  {
    MutexLock lock(&mutex_);
    if (finished_ || feed_ == nullptr) return;
    const std::optional<absl::Status> result = feed_->result();
    if (result.has_value()) {
      if (writing_) return;
      if (result->ok() && !wrote_last_ && !broken_) return Write(/*last=*/true);
      return End(*result);
    }
    if (has_message_ && !taking_ && feed_->has_room()) {
      take = taking_ = true;
    } else if (reads_ended_ && !has_message_ && !taking_ && !all_came_) {
      if (writing_) return;
      broke_off = feed_;
      finished_ = true;
    } else if (!writing_ && !broken_ &&
               context_.clock->Now() - wrote_at_ >= kProgressEvery) {
      Write(/*last=*/false);
    }
  }
  if (broke_off != nullptr) {
    // Before the client hears of it, for then it may go on at once.
    book_.Detach(broke_off);
    Finish(convert::ToGrpcStatus(
        absl::CancelledError("the stream ended without `end`")));
  }
  if (take) TakeMessage();
}

void AuditStream::TakeMessage() {
  std::shared_ptr<ExportFeed> feed;
  {
    MutexLock lock(&mutex_);
    feed = feed_;
  }
  absl::StatusOr<std::shared_ptr<const std::string>> message = Join(received_);
  const absl::Status taken =
      message.ok() ? TakePart(*message) : message.status();
  if (!taken.ok()) feed->Fail(taken);
  {
    MutexLock lock(&mutex_);
    taking_ = false;
    has_message_ = false;
    if (!finished_ && !reads_ended_ && !all_came_) StartRead(&received_);
  }
  Continue();
}

absl::Status AuditStream::TakePart(
    const std::shared_ptr<const std::string>& message) {
  using convert::TagOf;
  using convert::WireType;
  using v1::RunAuditRequest;
  std::shared_ptr<ExportFeed> feed;
  {
    MutexLock lock(&mutex_);
    feed = feed_;
  }
  convert::FieldReader fields(*message);
  while (const uint32_t tag = fields.Tag()) {
    if (tag == TagOf(RunAuditRequest::kCsvFieldNumber, WireType::kBytes)) {
      CONCORDAT_RETURN_IF_ERROR(feed->AddCsv(message, fields.Bytes()));
    } else if (tag ==
               TagOf(RunAuditRequest::kClaimsFieldNumber, WireType::kBytes)) {
      CONCORDAT_RETURN_IF_ERROR(feed->AddClaims(message, fields.Bytes()));
    } else if (tag ==
               TagOf(RunAuditRequest::kEndFieldNumber, WireType::kBytes)) {
      fields.Bytes();
      {
        MutexLock lock(&mutex_);
        all_came_ = true;
      }
      feed->End();
    } else if (tag ==
                   TagOf(RunAuditRequest::kSpecFieldNumber, WireType::kBytes) ||
               tag == TagOf(RunAuditRequest::kResumeAuditIdFieldNumber,
                            WireType::kBytes)) {
      return errors::InvalidField("part", "only the first request may have it");
    } else {
      fields.Skip(tag);
    }
  }
  return fields.failed() ? errors::UnreadableMessage() : absl::OkStatus();
}

void AuditStream::Write(bool last) {
  v1::RunAuditResponse response;
  response.set_audit_id(absl::StrCat(feed_->run().number()));
  ShowProgress(context_, *feed_, response.mutable_progress());
  if (last) {
    convert::ToWire(feed_->run().record(), *context_.tokens,
                    response.mutable_audit());
  }
  bool owned = false;
  sent_.Clear();
  grpc::SerializationTraits<v1::RunAuditResponse>::Serialize(response, &sent_,
                                                             &owned);
  writing_ = true;
  wrote_last_ = last;
  wrote_at_ = context_.clock->Now();
  StartWrite(&sent_);
}

void AuditStream::OnWriteDone(bool ok) {
  {
    MutexLock lock(&mutex_);
    writing_ = false;
    broken_ = broken_ || !ok;
  }
  Continue();
}

void AuditStream::End(const absl::Status& status) {
  if (finished_) return;
  finished_ = true;
  if (!status.ok() && !absl::IsCancelled(status)) {
    LogFailure(*context_.logger, kMethod, TraceIdOf(*rpc_), status);
  }
  Finish(convert::ToGrpcStatus(status));
}

}  // namespace concordat
