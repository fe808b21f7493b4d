#include "server/rpc/vocabulary_service.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "config/vocabulary_diff.h"
#include "config/vocabulary_loader.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/rpc/call.h"
#include "server/rpc/read_session.h"
#include "server/rpc/vocabulary_file.h"

namespace concordat {
namespace {

absl::Status ValidateNow(const v1::ValidateVocabularyRequest& request,
                         v1::ValidateVocabularyResponse* response) {
  CONCORDAT_RETURN_IF_ERROR(
      CheckVocabularyFile(request.yaml(), request.file_name()));
  const LoadedVocabulary loaded = LoadVocabulary(
      request.yaml(), VocabularyFileName(request.file_name()), 0);
  for (const YamlProblem& problem : loaded.problems) {
    v1::VocabularyProblem* wire = response->add_problems();
    wire->set_line(problem.line);
    wire->set_field(problem.field);
    wire->set_message(problem.message);
  }
  return absl::OkStatus();
}

// The version's record; where `version` is 0, of the one in force. NOT_FOUND
// where there is no such version, NO_VOCABULARY where none is in force.
absl::StatusOr<rows::VocabularyRecord> FindRecord(const Reader& reader,
                                                  uint64_t version) {
  if (version == 0) {
    CONCORDAT_ASSIGN_OR_RETURN(version, rows::NewestVocabularyVersion(reader));
    if (version == 0) return errors::NoVocabulary();
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<rows::VocabularyRecord> record,
                             rows::GetVocabulary(reader, version));
  if (!record.has_value()) {
    return errors::NotFound(absl::StrCat("vocabulary version ", version));
  }
  return *std::move(record);
}

absl::Status DiffNow(const ServiceContext& context,
                     const v1::DiffVocabularyRequest& request,
                     v1::DiffVocabularyResponse* response) {
  CONCORDAT_RETURN_IF_ERROR(
      CheckVocabularyFile(request.yaml(), request.file_name()));
  const LoadedVocabulary after = LoadVocabulary(
      request.yaml(), VocabularyFileName(request.file_name()), 0);
  if (after.vocabulary == nullptr) return ToStatus(after);
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t version,
                             rows::NewestVocabularyVersion(session.reader()));
  v1::Vocabulary before;
  if (version > 0) {
    CONCORDAT_ASSIGN_OR_RETURN(const rows::VocabularyRecord record,
                               FindRecord(session.reader(), version));
    before = LoadVocabulary(record.yaml, record.file_name, version).message;
  }
  for (const VocabularyDifference& difference :
       DiffVocabularies(before, after.message)) {
    v1::VocabularyChange* wire = response->add_changes();
    wire->set_field(difference.field);
    wire->set_before(difference.before);
    wire->set_after(difference.after);
  }
  response->set_version(version);
  return absl::OkStatus();
}

absl::Status ApplyNow(const ServiceContext& context,
                      const v1::ApplyVocabularyRequest& request,
                      v1::ApplyVocabularyResponse* response) {
  CONCORDAT_RETURN_IF_ERROR(
      CheckVocabularyFile(request.yaml(), request.file_name()));
  CONCORDAT_RETURN_IF_ERROR(CheckReason("actor", request.actor()));
  CONCORDAT_RETURN_IF_ERROR(CheckReason("reason", request.reason()));
  VocabularyApplication application{
      .yaml = request.yaml(),
      .file_name = VocabularyFileName(request.file_name()),
      .actor = request.actor(),
      .reason = request.reason(),
      .expected_version = std::nullopt};
  if (request.has_expected_version()) {
    application.expected_version = request.expected_version();
  }
  CONCORDAT_ASSIGN_OR_RETURN(const AppliedVocabulary applied,
                             context.committer->Apply(std::move(application)));
  response->set_version(applied.version);
  response->set_unchanged(applied.unchanged);
  response->set_revision(context.tokens->RevisionToken(applied.revision));
  context.logger->Log(Severity::kInfo, "vocabulary in force",
                      {{"version", absl::StrCat(applied.version)}});
  return absl::OkStatus();
}

absl::Status GetNow(const ServiceContext& context,
                    const v1::GetVocabularyRequest& request,
                    v1::GetVocabularyResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  CONCORDAT_ASSIGN_OR_RETURN(const rows::VocabularyRecord record,
                             FindRecord(session.reader(), request.version()));
  response->set_version(record.version);
  response->set_yaml(record.yaml);
  *response->mutable_vocabulary() =
      LoadVocabulary(record.yaml, record.file_name, record.version).message;
  convert::ToWire(record.applied_at, response->mutable_applied_at());
  response->set_actor(record.actor);
  response->set_reason(record.reason);
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* VocabularyServiceHandlers::ValidateVocabulary(
    grpc::CallbackServerContext* rpc,
    const v1::ValidateVocabularyRequest* request,
    v1::ValidateVocabularyResponse* response) {
  return RunCall(
      context_, rpc, "ValidateVocabulary", request,
      [request, response] { return ValidateNow(*request, response); });
}

grpc::ServerUnaryReactor* VocabularyServiceHandlers::DiffVocabulary(
    grpc::CallbackServerContext* rpc, const v1::DiffVocabularyRequest* request,
    v1::DiffVocabularyResponse* response) {
  return RunCall(context_, rpc, "DiffVocabulary", request,
                 [this, request, response] {
                   return DiffNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* VocabularyServiceHandlers::ApplyVocabulary(
    grpc::CallbackServerContext* rpc, const v1::ApplyVocabularyRequest* request,
    v1::ApplyVocabularyResponse* response) {
  return RunCall(context_, rpc, "ApplyVocabulary", request,
                 [this, request, response] {
                   return ApplyNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* VocabularyServiceHandlers::GetVocabulary(
    grpc::CallbackServerContext* rpc, const v1::GetVocabularyRequest* request,
    v1::GetVocabularyResponse* response) {
  return RunCall(context_, rpc, "GetVocabulary", request,
                 [this, request, response] {
                   return GetNow(context_, *request, response);
                 });
}

}  // namespace concordat
