// concordatd: the server.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/limits.h"
#include "graph/memory_store.h"
#include "server/access/access_log.h"
#include "server/access_files.h"
#include "server/archive/restore.h"
#include "server/probe/probe_options.h"
#include "server/security/sealed_store.h"
#include "server/server.h"
#include "server/storage/sqlite/sqlite_scratch.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "server/store_id.h"
#include "server/supervisor.h"
#include "server/system_clock.h"
#include "server/telemetry/logger.h"

namespace concordat {
namespace {

// A server that takes longer to answer itself is stuck.
constexpr absl::Duration kAnswersWithin = absl::Seconds(10);

struct Flags {
  std::string data_dir = "concordat-data";
  std::string listen = "127.0.0.1:7400";
  std::string port_file;
  bool memory = false;
  std::string callers;
  std::string tls_certificate;
  std::string tls_key;
  int read_threads = 4;
  int64_t cache_mib = 16;
  int64_t agreements_mib =
      static_cast<int64_t>(ServerOptions().agreement_bytes_max >> 20);
  int64_t truth_index_mib =
      static_cast<int64_t>(ServerOptions().truth_index_bytes_max >> 20);
  int64_t held_behind = static_cast<int64_t>(ServerOptions().held_behind_max);
  double retention_days = 0;
  double learn_minutes = 15;
  double watch_patience_seconds = 5;
  double drain_seconds = 10;
  double handshake_seconds = 10;
  double idle_minutes = 10;
  double keepalive_seconds = 60;
  int metadata_bytes = ConnectionRules().metadata_bytes_max;
  int calls_per_connection = ConnectionRules().calls_per_connection_max;
  double calls_per_second = QuotaDefaults().calls_per_second;
  double items_per_second = QuotaDefaults().items_per_second;
  int open_calls = QuotaDefaults().open_calls_max;
  int64_t memory_max_mib = 0;
  std::vector<std::string> probes;
  std::string failpoints;
};

// What a crowd may cost.
void DefineLimits(CLI::App& app, Flags& flags) {
  app.add_option("--handshake-seconds", flags.handshake_seconds,
                 "A connection must be made by then")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_option("--idle-minutes", flags.idle_minutes,
                 "A connection without calls is closed after that")
      ->check(CLI::Range(0.01, 10'080.0))
      ->capture_default_str();
  app.add_option("--keepalive-seconds", flags.keepalive_seconds,
                 "A client of whom nothing was heard for so long is asked "
                 "whether it is there, and has 20 s to answer")
      ->check(CLI::Range(1.0, 86'400.0))
      ->capture_default_str();
  app.add_option("--metadata-bytes", flags.metadata_bytes,
                 "Bytes of the headers of one call")
      ->check(CLI::Range(1024, 1 << 20))
      ->capture_default_str();
  app.add_option("--calls-per-connection", flags.calls_per_connection,
                 "Calls that go on at a time on one connection")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  app.add_option("--calls-per-second", flags.calls_per_second,
                 "Calls of one caller, on average over 10 s; the file of "
                 "callers may say otherwise")
      ->check(CLI::Range(0.1, 1e9))
      ->capture_default_str();
  app.add_option("--items-per-second", flags.items_per_second,
                 "Claims and changes of one caller, likewise")
      ->check(CLI::Range(0.1, 1e12))
      ->capture_default_str();
  app.add_option("--open-calls", flags.open_calls,
                 "Calls and streams that one caller has open at a time")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  app.add_option("--memory-max-mib", flags.memory_max_mib,
                 "Near so much memory calls are refused; 0: what the machine "
                 "or its control group gives")
      ->check(CLI::Range(0, 1 << 30))
      ->capture_default_str();
  app.add_option("--drain-seconds", flags.drain_seconds,
                 "What is running when the server is told to stop may take so "
                 "long")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
}

void TakeLimits(const Flags& flags, ServerOptions& options) {
  ConnectionRules& rules = options.connections;
  rules.handshake = absl::Seconds(flags.handshake_seconds);
  rules.idle = absl::Minutes(flags.idle_minutes);
  rules.keepalive = absl::Seconds(flags.keepalive_seconds);
  rules.metadata_bytes_max = flags.metadata_bytes;
  rules.calls_per_connection_max = flags.calls_per_connection;
  options.quotas = {.calls_per_second = flags.calls_per_second,
                    .items_per_second = flags.items_per_second,
                    .open_calls_max = flags.open_calls};
  options.memory_max = static_cast<uint64_t>(flags.memory_max_mib) << 20;
}

void Define(CLI::App& app, Flags& flags) {
  app.set_version_flag("--version", CONCORDAT_VERSION);
  app.add_option("--data-dir", flags.data_dir,
                 "Directory of the store; made if it is not there")
      ->capture_default_str();
  app.add_option("--listen", flags.listen,
                 "Address: HOST:PORT (port 0: any free one) or unix:PATH")
      ->capture_default_str();
  app.add_option("--port-file", flags.port_file,
                 "Write the address listened on to this file when ready");
  app.add_flag("--memory", flags.memory,
               "Keep everything in memory; nothing outlives the process");
  app.add_option("--read-threads", flags.read_threads,
                 "Threads that read from the store")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--cache-mib", flags.cache_mib,
                 "Page cache of the store's writer, MiB")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  app.add_option("--agreements-mib", flags.agreements_mib,
                 "Memory for claims that agreed, MiB: what is said again is "
                 "not judged again; past it, it is")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  app.add_option("--held-behind", flags.held_behind,
                 "Claims that may wait to be brought into the view of what "
                 "channels hold; past it, writing gets slower")
      ->check(CLI::Range(1, 1 << 30))
      ->capture_default_str();
  app.add_option("--truth-index-mib", flags.truth_index_mib,
                 "Memory for the index of the truth that audits use, MiB: "
                 "about 32 bytes a fact and 60 an entity; facts beyond it are "
                 "read from the store. Made by the first audit")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  app.add_option("--retention-days", flags.retention_days,
                 "Forget history that is older, as `concordat history "
                 "compact` does; 0: keep it. What is true and held now stays")
      ->check(CLI::Range(0.0, 36500.0))
      ->capture_default_str();
  app.add_option("--learn-minutes", flags.learn_minutes,
                 "How often to learn anew how reliable channels are; 0: only "
                 "when asked to")
      ->check(CLI::Range(0.0, 10'080.0))
      ->capture_default_str();
  app.add_option("--watch-patience", flags.watch_patience_seconds,
                 "Seconds after which a watch that takes nothing is cut")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_option(
      "--probe", flags.probes,
      "A channel that can be asked: CHANNEL=HOST:PORT[,OPTION...], of tls, "
      "ca=FILE, cert=FILE, key=FILE, plaintext, rate=CALLS-A-SECOND, "
      "concurrency=N, deadline=10s, attempts=N, batch=SUBJECTS; repeated for "
      "each channel");
  app.add_option("--callers", flags.callers,
                 "File that says who may call, in YAML; read again when it "
                 "changes. Without it, whoever reaches the server has every "
                 "role: for development");
  app.add_option("--tls-cert", flags.tls_certificate,
                 "The server's certificate chain, PEM; read again when it "
                 "changes");
  app.add_option("--tls-key", flags.tls_key, "Its private key, PEM");
  DefineLimits(app, flags);
  // For tests: where the process is to fail or to die.
  app.add_option("--failpoints", flags.failpoints)->group("");
  app.footer(
      "Examples:\n"
      "  concordatd --data-dir /var/lib/concordat\n"
      "  concordatd --listen unix:/run/concordat.sock\n"
      "  concordatd --listen 0.0.0.0:7400 --callers callers.yaml \\\n"
      "    --tls-cert server.pem --tls-key server.key\n"
      "  concordatd --memory --listen 127.0.0.1:0 --port-file /tmp/address");
}

bool StaysOnThisMachine(const std::string& address) {
  for (const char* prefix : {"127.", "localhost:", "[::1]:", "unix:"}) {
    if (absl::StartsWith(address, prefix)) return true;
  }
  return false;
}

absl::StatusOr<std::unique_ptr<Store>> OpenStore(const Flags& flags) {
  if (flags.memory) return std::make_unique<MemoryStore>();
  const std::vector<Space> spaces = rows::AllSpaces();
  SqliteOptions options;
  options.directory = flags.data_dir;
  options.spaces = spaces;
  options.writer_cache_bytes = flags.cache_mib << 20;
  absl::StatusOr<std::unique_ptr<SqliteStore>> store =
      SqliteStore::Open(options);
  if (!store.ok()) return store.status();
  return *std::move(store);
}

// Beside the graph, so that recording an access waits for no write of it.
absl::StatusOr<std::unique_ptr<Store>> OpenAccessStore(const Flags& flags) {
  if (flags.memory) return std::make_unique<MemoryStore>();
  const std::vector<Space> spaces = AccessLog::Spaces();
  SqliteOptions options;
  options.directory = absl::StrCat(flags.data_dir, "/access");
  options.spaces = spaces;
  absl::StatusOr<std::unique_ptr<SqliteStore>> store =
      SqliteStore::Open(options);
  if (!store.ok()) return store.status();
  return *std::move(store);
}

// Within the directory that the store has locked; else one of the process.
std::string StageFolder(const Flags& flags) {
  if (!flags.memory) return absl::StrCat(flags.data_dir, "/tls");
  return absl::StrCat(std::filesystem::temp_directory_path().string(),
                      "/concordat-tls-", getpid());
}

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Waits for SIGTERM or SIGINT, which every thread has blocked.
int WaitForStop(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

int Fail(const absl::Status& status) {
  std::cerr << "concordatd: " << status.message() << "\n";
  return 4;
}

// What `concordatd restore` takes.
struct RestoreFlags {
  std::string from;
  std::string keys;
  std::vector<std::string> logs;
  std::string until;
  bool same_store = false;
};

CLI::App* DefineRestore(CLI::App& app, Flags& flags, RestoreFlags& restore) {
  CLI::App* const command = app.add_subcommand(
      "restore",
      "Put a backup, and the log that came after it, into an empty store");
  command
      ->add_option("--data-dir", flags.data_dir,
                   "Directory of the store to make")
      ->required();
  command->add_option("--from", restore.from, "The backup's file")->required();
  command->add_option(
      "--keys", restore.keys,
      "The newest file of the subjects' keys, made after all "
      "that is restored; without it personal values are lost to "
      "the restored store");
  command->add_option("--log", restore.logs,
                      "A file of the log to apply after it; in order");
  command->add_option("--until", restore.until,
                      "Stop after this revision's number, or at this time "
                      "(RFC 3339); default: the end of the last file");
  command->add_flag("--same-store", restore.same_store,
                    "The store takes the place of the one that was backed up: "
                    "its tokens stay good. Only where nothing was recorded "
                    "there since");
  command->footer(
      "Examples:\n"
      "  concordatd restore --data-dir new-data --from monday.backup\n"
      "  concordatd restore --data-dir new-data --from monday.backup \\\n"
      "    --keys newest.keys --log 0001.log --until 2026-03-10T12:00:00Z");
  return command;
}

int RunRestore(const Flags& flags, const RestoreFlags& restore) {
  RestoreOptions options;
  options.backup = restore.from;
  options.keys = restore.keys;
  options.logs = restore.logs;
  uint64_t number = 0;
  absl::Time time;
  std::string problem;
  if (absl::SimpleAtoi(restore.until, &number)) {
    options.until = Revision(number);
  } else if (absl::ParseTime(absl::RFC3339_full, restore.until, &time,
                             &problem)) {
    options.until_time = time;
  } else if (!restore.until.empty()) {
    std::cerr << "concordatd: --until: write a revision's number or a time "
                 "such as 2026-03-10T12:00:00Z\n";
    return 2;
  }
  if (!restore.same_store) options.store_id = NewStoreId();
  absl::StatusOr<std::unique_ptr<Store>> store = OpenStore(flags);
  if (!store.ok()) return Fail(store.status());
  SealedStore sealed(store->get(), rows::kPersonalSpaces);
  const absl::StatusOr<Restored> restored = Restore(**store, sealed, options);
  if (!restored.ok()) return Fail(restored.status());
  std::cout << "restored revision " << restored->revision.number() << ": "
            << restored->rows << " rows, and " << restored->commits
            << " commits of the log\n";
  return 0;
}

absl::Status ReadProbes(const std::vector<std::string>& flags,
                        std::vector<ProbeOptions>& probes) {
  if (static_cast<int64_t>(flags.size()) > limits::kProbesMax) {
    return errors::LimitExceeded(
        "probes_max", static_cast<int64_t>(flags.size()), limits::kProbesMax);
  }
  for (const std::string& flag : flags) {
    absl::StatusOr<ProbeOptions> probe = ParseProbeFlag(flag);
    if (!probe.ok()) return probe.status();
    probes.push_back(*std::move(probe));
  }
  return absl::OkStatus();
}

int Run(const Flags& flags) {
  if (!StaysOnThisMachine(flags.listen) &&
      (flags.callers.empty() || flags.tls_certificate.empty())) {
    std::cerr << "concordatd: " << flags.listen
              << " can be reached from other machines: say who may call "
                 "(--callers) and encrypt connections (--tls-cert, --tls-key), "
                 "or listen on 127.0.0.1 or unix:PATH behind a proxy that does "
                 "TLS\n";
    return 2;
  }
  if (!flags.failpoints.empty()) {
    if (const absl::Status armed = ArmFailpoints(flags.failpoints);
        !armed.ok()) {
      std::cerr << "concordatd: " << armed.message() << "\n";
      return 2;
    }
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const SystemClock clock;
  Logger logger(&std::cerr, &clock);
  absl::StatusOr<std::unique_ptr<Store>> store = OpenStore(flags);
  if (!store.ok()) return Fail(store.status());
  ServerOptions options;
  AccessFiles access_files({.callers = flags.callers,
                            .certificate = flags.tls_certificate,
                            .key = flags.tls_key,
                            .stage = StageFolder(flags)},
                           &clock, &logger);
  if (const absl::Status loaded = access_files.Load(); !loaded.ok()) {
    std::cerr << "concordatd: " << loaded.message() << "\n";
    return 2;
  }
  options.callers = access_files.callers();
  options.certificates = access_files.certificates();
  absl::StatusOr<std::unique_ptr<Store>> access_store = OpenAccessStore(flags);
  if (!access_store.ok()) return Fail(access_store.status());
  options.access_store = access_store->get();
  std::unique_ptr<SqliteScratch> scratch;
  if (!flags.memory) {
    // Within the directory that the store has locked.
    scratch = std::make_unique<SqliteScratch>(
        absl::StrCat(flags.data_dir, "/scratch"), rows::AllSpaces());
    options.scratch = scratch.get();
  }
  options.listen_address = flags.listen;
  options.read_threads = flags.read_threads;
  options.agreement_bytes_max = static_cast<size_t>(flags.agreements_mib) << 20;
  options.truth_index_bytes_max = static_cast<size_t>(flags.truth_index_mib)
                                  << 20;
  options.held_behind_max = static_cast<uint64_t>(flags.held_behind);
  options.reliability.every = absl::Minutes(1) * flags.learn_minutes;
  if (flags.retention_days > 0) {
    options.retention.kept = absl::Hours(24) * flags.retention_days;
  }
  TakeLimits(flags, options);
  options.watch.stall_timeout = absl::Seconds(flags.watch_patience_seconds);
  if (const absl::Status read = ReadProbes(flags.probes, options.probes);
      !read.ok()) {
    std::cerr << "concordatd: --probe: " << read.message() << "\n";
    return 2;
  }
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(options, store->get(), &clock, &logger);
  if (!server.ok()) return Fail(server.status());
  access_files.Follow([&server](std::shared_ptr<const Callers> callers) {
    (*server)->ReplaceCallers(std::move(callers));
  });
  if (flags.callers.empty()) {
    std::cerr << "concordatd: WARNING: nobody is asked who he is (there is no "
                 "--callers): whoever reaches "
              << (*server)->address()
              << " may read, change and erase everything. For development "
                 "only.\n";
  }
  Supervisor supervisor(Variable("NOTIFY_SOCKET"), Variable("WATCHDOG_USEC"));
  supervisor.Ready([&server] { return (*server)->Answers(kAnswersWithin); });
  std::cout << "listening on " << (*server)->address() << std::endl;
  if (!flags.port_file.empty()) {
    std::ofstream(flags.port_file) << (*server)->address() << "\n";
  }
  logger.Log(Severity::kInfo, "ready",
             {{"address", (*server)->address()},
              {"engine", (*store)->engine()},
              {"version", CONCORDAT_VERSION}});
  const int signal = WaitForStop(signals);
  logger.Log(Severity::kInfo, "stopping", {{"signal", absl::StrCat(signal)}});
  supervisor.Stopping();
  access_files.Stop();
  (*server)->Shutdown(absl::Now() + absl::Seconds(flags.drain_seconds));
  return 0;
}

}  // namespace
}  // namespace concordat

int main(int argc, char** argv) {
  CLI::App app(
      "concordatd holds the authoritative customer-knowledge graph and checks "
      "what channels report against it.");
  concordat::Flags flags;
  concordat::Define(app, flags);
  concordat::RestoreFlags restore;
  const CLI::App* const restores =
      concordat::DefineRestore(app, flags, restore);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 reports by exception; 0 is --help or --version.
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (restores->parsed()) return concordat::RunRestore(flags, restore);
  return concordat::Run(flags);
}
