#ifndef CONCORDAT_SERVER_RPC_SERVICE_CONTEXT_H_
#define CONCORDAT_SERVER_RPC_SERVICE_CONTEXT_H_

#include "absl/time/time.h"
#include "graph/clock.h"
#include "graph/revision_token.h"
#include "graph/store.h"
#include "server/executor.h"
#include "server/ingest/committer.h"
#include "server/probe/probe_book.h"
#include "server/rpc/reliability_learner.h"
#include "server/telemetry/logger.h"
#include "server/vocabulary_registry.h"
#include "server/watch/feed.h"

namespace concordat {

class AccessControl;
class TruthKeeper;

// What the handlers work with. Everything outlives the services and is
// thread-safe.
struct ServiceContext {
  Store* store;
  // The same below whatever seals its rows: what a backup is made of.
  Store* sealed_store;
  const Clock* clock;
  const TokenMint* tokens;
  Executor* executor;
  Committer* committer;
  VocabularyRegistry* vocabularies;
  Logger* logger;
  const WatchFeed* watches;
  ReliabilityLearner* reliability;
  const TruthKeeper* truths;
  ProbeBook* probes;
  const AccessControl* access;
  absl::Time started_at;
  // How long the client of a backup or a log may take nothing.
  absl::Duration byte_stream_patience;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_SERVICE_CONTEXT_H_
