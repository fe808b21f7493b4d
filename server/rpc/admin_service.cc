#include "server/rpc/admin_service.h"

#include <memory>
#include <string>
#include <utility>

#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/archive/archive_jobs.h"
#include "server/archive/archive_source.h"
#include "server/archive/log_reader.h"
#include "server/rpc/access_control.h"
#include "server/rpc/byte_stream.h"
#include "server/rpc/compaction_call.h"
#include "server/rpc/ordered_stream.h"
#include "server/rpc/refused_stream.h"

namespace concordat {
namespace {

absl::StatusOr<std::unique_ptr<ArchiveSource>> BeginBackup(
    const ServiceContext& context, v1::ArchiveContent content) {
  if (content == v1::ARCHIVE_CONTENT_UNSPECIFIED) {
    content = v1::ARCHIVE_CONTENT_BACKUP;
  }
  if (content != v1::ARCHIVE_CONTENT_BACKUP &&
      content != v1::ARCHIVE_CONTENT_KEYS) {
    return errors::InvalidField("content", "must be BACKUP or KEYS");
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader,
                             context.sealed_store->Snapshot());
  if (content == v1::ARCHIVE_CONTENT_KEYS) return OpenKeys(std::move(reader));
  return OpenBackup(std::move(reader), context.clock->Now());
}

absl::StatusOr<std::unique_ptr<ArchiveSource>> BeginLog(
    const ServiceContext& context, const v1::ArchiveLogRequest& request) {
  Revision after;
  if (request.after_case() == v1::ArchiveLogRequest::kAfterRevision) {
    CONCORDAT_ASSIGN_OR_RETURN(
        after, context.tokens->ReadRevision(request.after_revision()));
  } else if (request.after_case() == v1::ArchiveLogRequest::kAfterNumber) {
    after = Revision(request.after_number());
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader,
                             request.sealed() ? context.sealed_store->Snapshot()
                                              : context.store->Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(*reader));
  const absl::Status reaches = CheckLogReaches(*reader, after);
  if (absl::IsOutOfRange(reaches) && after <= head) {
    CONCORDAT_ASSIGN_OR_RETURN(const auto start, rows::ReadLogStart(*reader));
    return errors::RevisionCompacted(after, *start,
                                     context.tokens->RevisionToken(*start));
  }
  CONCORDAT_RETURN_IF_ERROR(reaches);
  if (!request.tie().empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::string tie, TieAt(*reader, after));
    if (!tie.empty() && tie != request.tie()) {
      return errors::PreconditionFailed(
          "the file to continue is of another history: this store has another "
          "commit where it ends");
    }
  }
  return OpenLog(std::move(reader), after, head, request.sealed());
}

}  // namespace

absl::Status AdminServiceHandlers::ResumeCompaction() {
  return concordat::ResumeCompaction(context_, &compacting_);
}

grpc::ServerWriteReactor<v1::BackupResponse>* AdminServiceHandlers::Backup(
    grpc::CallbackServerContext* rpc, const v1::BackupRequest* request) {
  if (const absl::Status admitted = Admit(context_, *rpc, *request);
      !admitted.ok()) {
    return new RefusedStream<grpc::ServerWriteReactor<v1::BackupResponse>>(
        context_, *rpc, "Backup", admitted);
  }
  return new ByteStream<v1::BackupResponse>(
      &context_, &byte_streams_, rpc, "Backup",
      [this, content = request->content()] {
        return BeginBackup(context_, content);
      });
}

grpc::ServerWriteReactor<v1::ArchiveLogResponse>*
AdminServiceHandlers::ArchiveLog(grpc::CallbackServerContext* rpc,
                                 const v1::ArchiveLogRequest* request) {
  absl::Status admitted = Admit(context_, *rpc, *request);
  // What is not sealed has every value in it.
  if (admitted.ok() && !request->sealed()) {
    admitted = context_.access->CheckSeesAll(ServedCall::Of(*rpc), "sealed");
  }
  if (!admitted.ok()) {
    return new RefusedStream<grpc::ServerWriteReactor<v1::ArchiveLogResponse>>(
        context_, *rpc, "ArchiveLog", admitted);
  }
  return new ByteStream<v1::ArchiveLogResponse>(
      &context_, &byte_streams_, rpc, "ArchiveLog",
      [this, request = *request] { return BeginLog(context_, request); });
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*
AdminServiceHandlers::ImportLog(grpc::CallbackServerContext* rpc) {
  using Stream = MessageStream<v1::ImportLogRequest, v1::ImportLogResponse>;
  if (const absl::Status& admission = ServedCall::Of(*rpc).admission;
      !admission.ok()) {
    return new RefusedStream<
        grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>>(
        context_, *rpc, "ImportLog", admission);
  }
  return Stream::Start(
      context_.logger, "ImportLog", TraceIdOf(*rpc),
      [this](const v1::ImportLogRequest& request, Stream::Answer answer) {
        const auto count = static_cast<int64_t>(request.records_size());
        if (count > limits::kCommitsPerImportMax) {
          return answer(
              errors::LimitExceeded("commits_per_import_max", count,
                                    limits::kCommitsPerImportMax, "records"),
              {});
        }
        v1::ArchiveLog commits;
        *commits.mutable_records() = request.records();
        const absl::Status handed =
            context_.committer->Submit([&](Checker* checker) {
              return std::make_unique<ReplayJob>(
                  checker, context_.vocabularies, std::move(commits),
                  [answer](absl::StatusOr<Replayed> replayed) {
                    if (!replayed.ok()) return answer(replayed.status(), {});
                    v1::ImportLogResponse response;
                    response.set_revision_number(replayed->newest.number());
                    response.set_recorded(replayed->recorded);
                    answer(absl::OkStatus(), std::move(response));
                  });
            });
        if (!handed.ok()) answer(handed, {});
      });
}

grpc::ServerWriteReactor<v1::CompactResponse>* AdminServiceHandlers::Compact(
    grpc::CallbackServerContext* rpc, const v1::CompactRequest* request) {
  if (const absl::Status admitted = Admit(context_, *rpc, *request);
      !admitted.ok()) {
    return new RefusedStream<grpc::ServerWriteReactor<v1::CompactResponse>>(
        context_, *rpc, "Compact", admitted);
  }
  return new CompactionCall(&context_, &compacting_, *request, TraceIdOf(*rpc));
}

}  // namespace concordat
