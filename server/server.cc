#include "server/server.h"

#include <atomic>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "consistency/held_upgrade.h"
#include "consistency/personal_rows.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/identifiers.h"
#include "graph/limits.h"
#include "graph/memory_store.h"
#include "graph/revision_token.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "grpcpp/channel.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "server/access/access_log.h"
#include "server/access/authenticator.h"
#include "server/access/text_fetch.h"
#include "server/archive/restore.h"
#include "server/audit/audit_book.h"
#include "server/audit/item_keys.h"
#include "server/audit/truth_keeper.h"
#include "server/connection_rules.h"
#include "server/executor.h"
#include "server/ingest/committer.h"
#include "server/memory_gauge.h"
#include "server/periodic_task.h"
#include "server/probe/probe_book.h"
#include "server/rpc/access_control.h"
#include "server/rpc/access_service.h"
#include "server/rpc/admin_service.h"
#include "server/rpc/answer_service.h"
#include "server/rpc/audit_service.h"
#include "server/rpc/claim_service.h"
#include "server/rpc/finding_service.h"
#include "server/rpc/history_service.h"
#include "server/rpc/identity_service.h"
#include "server/rpc/knowledge_service.h"
#include "server/rpc/privacy_service.h"
#include "server/rpc/probe_service.h"
#include "server/rpc/reconciliation_service.h"
#include "server/rpc/reliability_learner.h"
#include "server/rpc/reliability_service.h"
#include "server/rpc/response_gate.h"
#include "server/rpc/scorecard_service.h"
#include "server/rpc/served_call.h"
#include "server/rpc/server_service.h"
#include "server/rpc/service_context.h"
#include "server/rpc/unreadable_requests.h"
#include "server/rpc/value_service.h"
#include "server/rpc/vocabulary_service.h"
#include "server/rpc/watch_service.h"
#include "server/rpc/whatif_service.h"
#include "server/security/page_sealer.h"
#include "server/security/sealed_store.h"
#include "server/store_id.h"
#include "server/vocabulary_registry.h"
#include "server/watch/feed.h"

namespace concordat {
namespace {

// Threads on which watches read what is no longer, or not yet, in memory.
constexpr int kWatchThreads = 2;

// How often keys of tokens are looked after, of which most times none is due,
// and memory is.
constexpr absl::Duration kUpkeepEvery = absl::Seconds(1);

// Services that are there to record something.
constexpr const char* kRecordingServices[] = {
    "concordat.v1.ClaimService", "concordat.v1.KnowledgeService",
    "concordat.v1.PrivacyService", "concordat.v1.VocabularyService"};

// gRPC looks for new certificates so often.
constexpr unsigned kCertificateSeconds = 1;

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(
    const CertificateStage* stage) {
  if (stage == nullptr) return grpc::InsecureServerCredentials();
  namespace tls = grpc::experimental;
  tls::TlsServerCredentialsOptions options(
      std::make_shared<tls::FileWatcherCertificateProvider>(
          stage->key_path(), stage->certificate_path(),
          stage->has_authorities() ? stage->authorities_path() : "",
          kCertificateSeconds));
  options.watch_identity_key_cert_pairs();
  if (stage->has_authorities()) {
    options.watch_root_certs();
    // Who shows none may still show a token.
    options.set_cert_request_type(
        GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return tls::TlsServerCredentials(options);
}

// What an older build indexed by its normal forms is indexed again.
absl::Status EnsureIndexed(Store& store, const VocabularyRegistry& registry) {
  const std::shared_ptr<const Vocabulary> vocabulary = registry.Current();
  if (vocabulary == nullptr) return absl::OkStatus();
  {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                               store.Snapshot());
    CONCORDAT_ASSIGN_OR_RETURN(const bool needed, NeedsIndexing(*reader));
    if (!needed) return absl::OkStatus();
  }
  return store.Write([&](Transaction& tx) {
    return IndexIdentifiers(tx, vocabulary->schema);
  });
}

// Values that an older build, or an older vocabulary, left open are sealed.
absl::Status EnsureSealed(Store& store, const VocabularyRegistry& registry) {
  {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                               store.Snapshot());
    CONCORDAT_ASSIGN_OR_RETURN(const bool done, HasPersonalRows(*reader));
    if (done) return absl::OkStatus();
  }
  // Without a vocabulary there is nothing yet.
  const std::shared_ptr<const Vocabulary> vocabulary = registry.Current();
  const Vocabulary none;
  CONCORDAT_RETURN_IF_ERROR(
      MakeRowsPersonal(store, vocabulary == nullptr ? none : *vocabulary));
  // What cannot be done now, the committer tries again.
  store.Scrub().IgnoreError();
  return absl::OkStatus();
}

// A store that was filled before there was a log: the log starts here.
absl::Status EnsureLogStart(Store& store) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store.Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Revision> start,
                             rows::ReadLogStart(*reader));
  if (start.has_value()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(*reader));
  return store.Write(
      [&](Transaction& tx) { return rows::PutLogStart(tx, head); });
}

}  // namespace

// Declared in the order of construction: what is below uses what is above and
// goes first.
struct Server::Parts {
  Parts(const ServerOptions& options, Store* store, const Clock* clock,
        Logger* logger, uint64_t store_id)
      : sealed(store, rows::kPersonalSpaces),
        tokens(store_id, &page_sealer),
        key_book(clock, options.fetch_keys == nullptr ? FetchText
                                                      : options.fetch_keys),
        authenticator(
            options.callers == nullptr ? Callers::Anybody() : options.callers,
            clock,
            [this](const TokenIssuer& issuer, absl::string_view key_id) {
              return key_book.KeysOf(issuer.rules.issuer, key_id);
            }),
        quotas(options.quotas, clock),
        memory(ReadMemoryState, options.memory_max),
        access_log(options.access_store == nullptr ? &access_memory
                                                   : options.access_store,
                   clock),
        access({.authenticator = &authenticator,
                .quotas = &quotas,
                .memory = &memory,
                .log = &access_log,
                .store = &sealed,
                .vocabularies = &vocabularies,
                .clock = clock}),
        committer(&sealed, clock, &vocabularies,
                  {.agreement_bytes_max = options.agreement_bytes_max,
                   .held = {.behind_max = options.held_behind_max}}),
        feed(&sealed, &tokens, options.watch),
        reliability(&sealed, clock, &vocabularies, logger, options.reliability),
        probes(options.probes, clock),
        executor(options.read_threads, options.queued_reads_max),
        watch_executor(kWatchThreads,
                       static_cast<size_t>(options.watch.watchers_max)),
        context{.store = &sealed,
                .sealed_store = store,
                .clock = clock,
                .tokens = &tokens,
                .executor = &executor,
                .committer = &committer,
                .vocabularies = &vocabularies,
                .logger = logger,
                .watches = &feed,
                .reliability = &reliability,
                .truths = &truths,
                .probes = &probes,
                .access = &access,
                .started_at = clock->Now(),
                .byte_stream_patience = options.byte_stream_patience},
        truths(&sealed, options.truth_index_bytes_max),
        audit_book({.store = &sealed,
                    .clock = clock,
                    .truths = &truths,
                    .committer = &committer}),
        accesses(&context),
        knowledge(&context),
        claims(&context),
        answers(&context),
        audits(&context, &audit_book),
        reconciliation(&context, &audit_book),
        probing(&context),
        reliabilities(&context),
        scorecards(&context),
        findings(&context),
        privacy(&context),
        history(&context),
        identity(&context),
        values(&context),
        vocabulary(&context),
        watch(&context, {.store = &sealed,
                         .tokens = &tokens,
                         .feed = &feed,
                         .executor = &watch_executor,
                         .logger = logger}),
        what_if(&context, options.scratch),
        server_info(&context),
        admin(&context),
        retention(&context, admin.compacting(), options.retention) {
    committer.OnCommit([this](Revision head, bool erased) {
      if (erased) feed.Forget();
      feed.Committed(head);
    });
  }

  SealedStore sealed;
  PageSealer page_sealer;
  TokenMint tokens;
  VocabularyRegistry vocabularies;
  KeyBook key_book;
  Authenticator authenticator;
  Quotas quotas;
  MemoryGauge memory;
  MemoryStore access_memory;
  AccessLog access_log;
  AccessControl access;
  Committer committer;
  WatchFeed feed;
  ReliabilityLearner reliability;
  ProbeBook probes;
  Executor executor;
  // Of their own, so that a crowd of watches does not keep callers waiting.
  Executor watch_executor;
  ServiceContext context;
  TruthKeeper truths;
  AuditBook audit_book;
  AccessServiceHandlers accesses;
  KnowledgeServiceHandlers knowledge;
  ClaimServiceHandlers claims;
  AnswerServiceHandlers answers;
  AuditServiceHandlers audits;
  ReconciliationServiceHandlers reconciliation;
  ProbeServiceHandlers probing;
  ReliabilityServiceHandlers reliabilities;
  ScorecardServiceHandlers scorecards;
  FindingServiceHandlers findings;
  PrivacyServiceHandlers privacy;
  HistoryServiceHandlers history;
  IdentityServiceHandlers identity;
  ValueServiceHandlers values;
  VocabularyServiceHandlers vocabulary;
  WatchServiceHandlers watch;
  WhatIfServiceHandlers what_if;
  ServerServiceHandlers server_info;
  AdminServiceHandlers admin;
  Retention retention;
  std::unique_ptr<grpc::Server> server;
  std::string address;
  // Of the server, once it runs.
  std::atomic<grpc::HealthCheckServiceInterface*> health = nullptr;
  PeriodicTask upkeep;

  absl::Status StartAccess(Logger* logger) {
    CONCORDAT_RETURN_IF_ERROR(access_log.Start());
    CONCORDAT_RETURN_IF_ERROR(EnsureItemKeys(sealed, committer));
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                               sealed.Snapshot());
    CONCORDAT_ASSIGN_OR_RETURN(const ItemKeys keys, ItemKeys::Read(*reader));
    access.Start(keys.hash_key());
    page_sealer.Start(keys.page_key());
    // Once before the first call, for keys that are files.
    RefreshKeys(logger);
    upkeep.Start(kUpkeepEvery, [this, logger] {
      RefreshKeys(logger);
      memory.Look();
      ShowHealth();
    });
    return absl::OkStatus();
  }

  // Reads go on where nothing can be recorded, so it is the services that
  // record which are not serving.
  void ShowHealth() {
    grpc::HealthCheckServiceInterface* const shown = health;
    if (shown == nullptr) return;
    const bool records = committer.write_failure().empty();
    for (const char* const service : kRecordingServices) {
      shown->SetServingStatus(service, records);
    }
  }

  void RefreshKeys(Logger* logger) {
    const KeyBook::Refreshed refreshed =
        key_book.Refresh(*authenticator.callers());
    if (refreshed.changed) authenticator.Forget();
    for (const auto& [issuer, problem] : refreshed.problems) {
      logger->Log(Severity::kWarning, "keys of tokens cannot be had",
                  {{"issuer", issuer}, {"problem", problem}});
    }
  }
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Shutdown(absl::InfinitePast()); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const ServerOptions& options, Store* store, const Clock* clock,
    Logger* logger) {
  CONCORDAT_RETURN_IF_ERROR(CheckNotRestoring(*store));
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t store_id, EnsureStoreId(*store));
  CONCORDAT_RETURN_IF_ERROR(EnsureLogStart(*store));
  auto parts = std::make_unique<Parts>(options, store, clock, logger, store_id);
  {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                               parts->sealed.Snapshot());
    CONCORDAT_RETURN_IF_ERROR(parts->vocabularies.Load(*reader));
  }
  CONCORDAT_RETURN_IF_ERROR(EnsureIndexed(parts->sealed, parts->vocabularies));
  CONCORDAT_RETURN_IF_ERROR(EnsureHeldRuns(parts->sealed));
  CONCORDAT_RETURN_IF_ERROR(rows::EnsureFindingIndexes(parts->sealed));
  CONCORDAT_RETURN_IF_ERROR(EnsureSealed(parts->sealed, parts->vocabularies));
  CONCORDAT_RETURN_IF_ERROR(parts->what_if.ClearScratch());
  CONCORDAT_RETURN_IF_ERROR(parts->feed.Start());
  CONCORDAT_RETURN_IF_ERROR(parts->committer.Start());
  CONCORDAT_RETURN_IF_ERROR(parts->audit_book.Recover());
  CONCORDAT_RETURN_IF_ERROR(parts->StartAccess(logger));
  CONCORDAT_RETURN_IF_ERROR(parts->admin.ResumeCompaction());
  parts->retention.Start();
  parts->reliability.Start();
  parts->probes.Start();

  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  int port = 0;
  if (!options.listen_address.empty()) {
    builder.AddListeningPort(options.listen_address,
                             CredentialsOf(options.certificates), &port);
    // Two servers on one address would each get a part of the calls.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  }
  // The size limit holds before decompression only, so a small message could
  // unpack to gigabytes.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetMaxReceiveMessageSize(limits::kMessageBytesMax);
  ApplyConnectionRules(options.connections, builder);
  for (grpc::Service* service : std::initializer_list<grpc::Service*>{
           &parts->accesses, &parts->knowledge, &parts->claims, &parts->answers,
           &parts->audits, &parts->reconciliation, &parts->probing,
           &parts->reliabilities, &parts->scorecards, &parts->findings,
           &parts->history, &parts->privacy, &parts->identity, &parts->values,
           &parts->vocabulary, &parts->watch, &parts->what_if,
           &parts->server_info, &parts->admin}) {
    builder.RegisterService(service);
  }
  std::vector<
      std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
      interceptors;
  interceptors.push_back(ExplainUnreadableRequests());
  interceptors.push_back(GuardResponses(&parts->access));
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  builder.SetContextAllocator(std::make_unique<ServedCallAllocator>());
  parts->server = builder.BuildAndStart();
  const bool listens = options.listen_address.empty() || port != 0;
  if (parts->server == nullptr || !listens) {
    parts->probes.Stop();
    parts->reliability.Stop();
    parts->retention.Stop();
    parts->feed.Stop();
    parts->committer.Stop();
    parts->upkeep.Stop();
    parts->access_log.Stop();
    return errors::StorageUnavailable(
        absl::StrCat("cannot listen on ", options.listen_address,
                     "; is another server running there?"));
  }
  parts->health = parts->server->GetHealthCheckService();
  if (absl::StartsWith(options.listen_address, "unix:")) {
    parts->address = options.listen_address;
  } else if (!options.listen_address.empty()) {
    const size_t colon = options.listen_address.rfind(':');
    parts->address =
        absl::StrCat(options.listen_address.substr(0, colon), ":", port);
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

bool Server::Answers(absl::Duration patience) {
  const auto stub = v1::AccessService::NewStub(InProcessChannel());
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + patience));
  v1::GetCallerResponse response;
  return stub->GetCaller(&context, {}, &response).ok();
}

void Server::ReplaceCallers(std::shared_ptr<const Callers> callers) {
  parts_->authenticator.Replace(std::move(callers));
}

const std::string& Server::address() const { return parts_->address; }

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  return parts_->server->InProcessChannel(grpc::ChannelArguments());
}

void Server::Shutdown(absl::Time deadline) {
  if (parts_->server == nullptr) return;
  // Watches have no end of their own for the others to wait for, and back-tests
  // take long.
  parts_->feed.BeginStop();
  parts_->what_if.BeginStop();
  parts_->audit_book.Stop();
  parts_->probes.Stop();
  parts_->server->Shutdown(absl::ToChronoTime(deadline));
  parts_->server->Wait();
  parts_->upkeep.Stop();
  parts_->reliability.Stop();
  parts_->retention.Stop();
  parts_->feed.Stop();
  parts_->committer.Stop();
  parts_->access_log.Stop();
  parts_->server = nullptr;
}

}  // namespace concordat
