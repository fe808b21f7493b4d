#ifndef CONCORDAT_SERVER_SERVER_H_
#define CONCORDAT_SERVER_SERVER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/claim_report.h"
#include "graph/clock.h"
#include "graph/store.h"
#include "server/access/callers.h"
#include "server/access/certificate_stage.h"
#include "server/access/key_book.h"
#include "server/access/quotas.h"
#include "server/connection_rules.h"
#include "server/probe/probe_options.h"
#include "server/rpc/reliability_learner.h"
#include "server/rpc/retention.h"
#include "server/telemetry/logger.h"
#include "server/watch/feed.h"

namespace grpc {
class Channel;
}

namespace concordat {

class ScratchStores;

struct ServerOptions {
  // Where to listen: "127.0.0.1:7400", "127.0.0.1:0" (any free port),
  // "unix:/path". Empty: nowhere, only in process.
  std::string listen_address;
  // Threads that read from the store.
  int read_threads = 4;
  // Calls that may wait for one of them.
  size_t queued_reads_max = 1024;
  // What may be remembered of claims that agreed (consistency/agreements.h).
  size_t agreement_bytes_max = CheckerOptions().agreement_bytes_max;
  // What the index of the truth for audits may take (consistency/audits); it is
  // made when the first audit begins.
  size_t truth_index_bytes_max = size_t{2} << 30;
  // Claims that may wait to be brought into the view of what channels hold.
  uint64_t held_behind_max = 1 << 19;
  RetentionOptions retention;
  ReliabilityLearner::Options reliability;
  WatchOptions watch;
  // Channels that can be asked.
  std::vector<ProbeOptions> probes;
  // A client that takes nothing of a backup or a log for so long is cut.
  absl::Duration byte_stream_patience = absl::Seconds(60);
  // Who may call; nullptr: whoever reaches the server, for development.
  std::shared_ptr<const Callers> callers;
  // The keys of issuers of tokens are fetched with it. Default: FetchText.
  KeyBook::Fetch fetch_keys;
  QuotaDefaults quotas;
  ConnectionRules connections;
  // Memory of the process, bytes; near it calls are refused. 0: what the
  // machine and the control group give.
  uint64_t memory_max = 0;
  // Where accesses are recorded (AccessLog::Spaces); must outlive the server.
  // nullptr: in memory.
  Store* access_store = nullptr;
  // Connections are encrypted with what lies there; nullptr: they are not. Must
  // outlive the server.
  const CertificateStage* certificates = nullptr;
  // Where back-tests of long histories are made; must outlive the server.
  // nullptr: in memory, so that longer ones are refused.
  ScratchStores* scratch = nullptr;
};

// The server: wires store, checker, committer and services together. One use:
// Start, then Shutdown.
class Server {
 public:
  // `store`, `clock` and `logger` must outlive the server. Errors: the
  // store's; UNAVAILABLE where the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const ServerOptions& options, Store* store, const Clock* clock,
      Logger* logger);
  ~Server();

  // The address, with the port that was chosen; empty where in process only.
  const std::string& address() const;

  // A client channel that does not leave the process.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // Whether a call is answered within that time, as a caller would see it.
  bool Answers(absl::Duration patience);

  // From now on these may call, and nobody else. Open streams of others end
  // with the next that they would be sent.
  void ReplaceCallers(std::shared_ptr<const Callers> callers);

  // Refuses new calls, gives running ones until `deadline`, finishes queued
  // writes. Idempotent.
  void Shutdown(absl::Time deadline);

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_SERVER_H_
