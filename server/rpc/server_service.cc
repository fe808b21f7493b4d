#include "server/rpc/server_service.h"

#include <optional>

#include "absl/strings/str_format.h"
#include "consistency/rejudgement.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/audit/truth_keeper.h"
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
    {"filter_values_max", limits::kFilterValuesMax},
    {"vocabulary_bytes_max", limits::kVocabularyBytesMax},
    {"contract_terms_max", limits::kContractTermsMax},
    {"facts_per_entity_max", limits::kFactsPerEntityMax},
    {"entities_per_identifier_max", limits::kEntitiesPerIdentifierMax},
    {"cluster_members_max", limits::kClusterMembersMax},
    {"relation_check_rows_max", limits::kRelationCheckRowsMax},
    {"relation_check_steps_max", limits::kRelationCheckStepsMax},
    {"write_check_rows_max", limits::kWriteCheckRowsMax},
    {"list_rows_max", limits::kListRowsMax},
    {"walk_starts_max", limits::kWalkStartsMax},
    {"walk_depth_max", limits::kWalkDepthMax},
    {"walk_fan_out_max", limits::kWalkFanOutMax},
    {"walk_work_max", limits::kWalkWorkMax},
    {"walk_results_max", limits::kWalkResultsMax},
    {"walk_names_max", limits::kWalkNamesMax},
    {"paths_max", limits::kPathsMax},
    {"rules_max", limits::kRulesMax},
    {"rule_expression_bytes_max", limits::kRuleExpressionBytesMax},
    {"rule_nodes_max", limits::kRuleNodesMax},
    {"rule_depth_max", limits::kRuleDepthMax},
    {"rule_hops_max", limits::kRuleHopsMax},
    {"rule_related_max", limits::kRuleRelatedMax},
    {"rule_steps_max", limits::kRuleStepsMax},
    {"rule_affected_max", limits::kRuleAffectedMax},
    {"message_bytes_max", limits::kMessageBytesMax},
    {"commits_per_import_max", limits::kCommitsPerImportMax},
    {"byte_streams_max", limits::kByteStreamsMax},
    {"compaction_rows_max", limits::kCompactionRowsMax},
    {"queued_writes_max", limits::kQueuedWritesMax},
    {"recent_claim_ids_max", limits::kRecentClaimIdsMax},
    {"watchers_max", limits::kWatchersMax},
    {"watch_snapshots_max", limits::kWatchSnapshotsMax},
    {"watch_snapshot_seconds_max", limits::kWatchSnapshotSecondsMax},
    {"watch_progress_milliseconds_min", limits::kWatchProgressMillisecondsMin},
    {"watch_tail_bytes_max", limits::kWatchTailBytesMax},
    {"cursors_max", limits::kCursorsMax},
    {"mutes_max", limits::kMutesMax},
    {"reconciliation_symbols_max", limits::kReconciliationSymbolsMax},
    {"mute_scope_bytes_max", limits::kMuteScopeBytesMax},
    {"differential_symbols_max", limits::kDifferentialSymbolsMax},
    {"differential_symbols_per_message_max",
     limits::kDifferentialSymbolsPerMessageMax},
    {"differential_items_per_message_max",
     limits::kDifferentialItemsPerMessageMax},
    {"audits_running_max", limits::kAuditsRunningMax},
    {"audit_claims_per_message_max", limits::kAuditClaimsPerMessageMax},
    {"audit_actor_bytes_max", limits::kAuditActorBytesMax},
    {"audit_description_bytes_max", limits::kAuditDescriptionBytesMax},
    {"probes_max", limits::kProbesMax},
    {"probe_subjects_max", limits::kProbeSubjectsMax},
    {"probe_concurrent_max", limits::kProbeConcurrentMax},
    {"probe_queued_max", limits::kProbeQueuedMax},
    {"probe_claims_per_subject_max", limits::kProbeClaimsPerSubjectMax},
    {"probe_own_ids_max", limits::kProbeOwnIdsMax},
    {"probe_question_bytes_max", limits::kProbeQuestionBytesMax},
    {"probe_spoken_bytes_max", limits::kProbeSpokenBytesMax},
    {"probe_asks_max", limits::kProbeAsksMax},
    {"sampled_entities_max", limits::kSampledEntitiesMax},
    {"sample_strata_max", limits::kSampleStrataMax},
    {"comment_bytes_max", limits::kCommentBytesMax},
    {"fusion_channels_max", limits::kFusionChannelsMax},
    {"fusion_attributes_max", limits::kFusionAttributesMax},
    {"fusion_items_max", limits::kFusionItemsMax},
    {"fusion_reports_max", limits::kFusionReportsMax},
    {"fusion_values_per_item_max", limits::kFusionValuesPerItemMax},
    {"cause_dimensions_max", limits::kCauseDimensionsMax},
    {"cause_values_max", limits::kCauseValuesMax},
    {"cause_levels_max", limits::kCauseLevelsMax},
    {"cause_tuples_max", limits::kCauseTuplesMax},
    {"cause_observations_max", limits::kCauseObservationsMax},
    {"causes_max", limits::kCausesMax},
    {"cause_records_max", limits::kCauseRecordsMax},
    {"cause_conditions_max", limits::kCauseConditionsMax},
    {"scorecard_rows_max", limits::kScorecardRowsMax},
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
  response->set_read_only_reason(context.committer->write_failure());
  response->set_read_only(!response->read_only_reason().empty());
  const ReadingCache& readings = context.committer->readings();
  auto& counters = *response->mutable_counters();
  counters["held_claims_behind"] =
      static_cast<int64_t>(context.committer->held_behind());
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Rejudgement> rejudgement,
                             rows::ReadRejudgement(session.reader()));
  counters["rejudging"] = rejudgement.has_value() ? 1 : 0;
  counters["readings_remembered"] = static_cast<int64_t>(readings.hits());
  counters["readings_made"] = static_cast<int64_t>(readings.misses());
  const WatchFeed::Counters watches = context.watches->counters();
  counters["watches_open"] = watches.open;
  counters["watches_stalled"] = watches.stalled;
  counters["watch_responses"] = watches.responses;
  counters["watch_tail_bytes"] = watches.tail_bytes;
  counters["truth_index_bytes"] = static_cast<int64_t>(context.truths->bytes());
  return absl::OkStatus();
}

// A compacted revision has its place in the order like any other.
absl::StatusOr<Revision> ReadCompared(const ServiceContext& context,
                                      absl::string_view field,
                                      const std::string& token, Revision head) {
  const absl::StatusOr<Revision> revision = context.tokens->ReadRevision(token);
  if (!revision.ok()) return AtField(field, revision.status());
  if (*revision > head) {
    return AtField(field, errors::FutureRevision(*revision, head));
  }
  return *revision;
}

absl::Status CompareRevisionsNow(const ServiceContext& context,
                                 const v1::CompareRevisionsRequest& request,
                                 v1::CompareRevisionsResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  CONCORDAT_ASSIGN_OR_RETURN(
      const Revision a,
      ReadCompared(context, "a", request.a(), session.revision()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const Revision b,
      ReadCompared(context, "b", request.b(), session.revision()));
  response->set_order(a < b    ? v1::REVISION_ORDER_BEFORE
                      : a == b ? v1::REVISION_ORDER_SAME
                               : v1::REVISION_ORDER_AFTER);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ServerServiceHandlers::GetServerInfo(
    grpc::CallbackServerContext* rpc, const v1::GetServerInfoRequest* request,
    v1::GetServerInfoResponse* response) {
  return RunCall(context_, rpc, "GetServerInfo", request, [this, response] {
    return GetServerInfoNow(context_, response);
  });
}

grpc::ServerUnaryReactor* ServerServiceHandlers::CompareRevisions(
    grpc::CallbackServerContext* rpc,
    const v1::CompareRevisionsRequest* request,
    v1::CompareRevisionsResponse* response) {
  return RunCall(context_, rpc, "CompareRevisions", request,
                 [this, request, response] {
                   return CompareRevisionsNow(context_, *request, response);
                 });
}

}  // namespace concordat
