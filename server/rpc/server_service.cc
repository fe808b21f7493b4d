#include "server/rpc/server_service.h"

#include "absl/strings/str_format.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/rpc/call.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

struct NamedLimit {
  const char* name;
  int64_t value;
};

constexpr NamedLimit kLimits[] = {
    {"name_bytes_max", limits::kNameBytesMax},
    {"id_bytes_max", limits::kIdBytesMax},
    {"value_bytes_max", limits::kValueBytesMax},
    {"reason_bytes_max", limits::kReasonBytesMax},
    {"set_members_max", limits::kSetMembersMax},
    {"changes_per_write_max", limits::kChangesPerWriteMax},
    {"preconditions_per_write_max", limits::kPreconditionsPerWriteMax},
    {"claims_per_batch_max", limits::kClaimsPerBatchMax},
    {"labels_per_claim_max", limits::kLabelsPerClaimMax},
    {"label_bytes_max", limits::kLabelBytesMax},
    {"page_size_max", limits::kPageSizeMax},
    {"vocabulary_bytes_max", limits::kVocabularyBytesMax},
    {"contract_terms_max", limits::kContractTermsMax},
    {"facts_per_entity_max", limits::kFactsPerEntityMax},
    {"entities_per_identifier_max", limits::kEntitiesPerIdentifierMax},
    {"cluster_members_max", limits::kClusterMembersMax},
    {"relation_check_rows_max", limits::kRelationCheckRowsMax},
    {"walk_starts_max", limits::kWalkStartsMax},
    {"walk_depth_max", limits::kWalkDepthMax},
    {"walk_fan_out_max", limits::kWalkFanOutMax},
    {"walk_work_max", limits::kWalkWorkMax},
    {"walk_results_max", limits::kWalkResultsMax},
    {"walk_names_max", limits::kWalkNamesMax},
    {"paths_max", limits::kPathsMax},
    {"message_bytes_max", limits::kMessageBytesMax},
    {"commits_per_import_max", limits::kCommitsPerImportMax},
    {"compaction_rows_max", limits::kCompactionRowsMax},
    {"queued_writes_max", limits::kQueuedWritesMax},
    {"recent_claim_ids_max", limits::kRecentClaimIdsMax},
};

absl::Status GetServerInfoNow(const ServiceContext& context,
                              v1::GetServerInfoResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  response->set_version(CONCORDAT_VERSION);
  const absl::string_view engine = context.store->engine();
  response->set_engine(engine.data(), engine.size());
  response->set_store_id(absl::StrFormat("%016x", context.tokens->store_id()));
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  response->set_revision_number(session.revision().number());
  if (const auto vocabulary = context.vocabularies->Current();
      vocabulary != nullptr) {
    response->set_vocabulary_version(vocabulary->version);
    response->set_vocabulary_name(vocabulary->name);
  }
  response->mutable_uptime()->set_seconds(
      absl::ToInt64Seconds(context.clock->Now() - context.started_at));
  for (const NamedLimit& limit : kLimits) {
    (*response->mutable_limits())[limit.name] = limit.value;
  }
  const ReadingCache& readings = context.committer->readings();
  auto& counters = *response->mutable_counters();
  counters["readings_remembered"] = static_cast<int64_t>(readings.hits());
  counters["readings_made"] = static_cast<int64_t>(readings.misses());
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ServerServiceHandlers::GetServerInfo(
    grpc::CallbackServerContext* rpc, const v1::GetServerInfoRequest*,
    v1::GetServerInfoResponse* response) {
  return RunCall(context_, rpc, "GetServerInfo", [this, response] {
    return GetServerInfoNow(context_, response);
  });
}

}  // namespace concordat
