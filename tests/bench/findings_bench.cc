// Whether people are shown what channels do wrong, and nothing else: a history
// with planted mistakes (tests/histories/README.md) over a SQLite store, the
// confusion matrix of planted and shown findings, and whether every finding is
// explained as before after many more writes. The store is in TMPDIR.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "consistency/rows.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/histories/history.h"
#include "tests/histories/runner.h"
#include "tests/histories/score.h"
#include "tests/histories/vocabulary.h"
#include "tests/histories/writes.h"

namespace concordat::histories {
namespace {

struct Options {
  HistoryOptions history{.seed = 1, .entities = 2000};
  int64_t writes = 1'000'000;
};

absl::StatusOr<std::unique_ptr<SqliteStore>> OpenStore(
    const TemporaryDirectory& directory) {
  const std::vector<Space> spaces = rows::AllSpaces();
  SqliteOptions options;
  options.directory = directory.Sub("store");
  options.spaces = spaces;
  return SqliteStore::Open(options);
}

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         start_)
        .count();
  }

 private:
  const std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

absl::StatusOr<std::vector<SeenFinding>> See(Store& store) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store.Snapshot());
  return SeeFindings(*reader);
}

absl::Status Replay(Store& store, const Vocabulary& vocabulary,
                    const std::vector<SeenFinding>& seen, const char* which) {
  const Stopwatch watch;
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store.Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const Replayed replayed,
                             ReplayFindings(*reader, vocabulary, seen));
  std::printf("  %s: %zu replayed, %zu differ (%.1f s)\n", which, seen.size(),
              replayed.different.size(), watch.seconds());
  for (size_t i = 0; i < replayed.different.size() && i < 10; ++i) {
    std::printf("    %s\n", replayed.different[i].c_str());
  }
  return absl::OkStatus();
}

// The findings as they were before the writes, at the revisions at which they
// were judged then; and as they are after them.
absl::Status WriteAndReplay(Store& store, Runner& runner,
                            const Vocabulary& vocabulary,
                            const Options& options,
                            const std::vector<SeenFinding>& before) {
  const Stopwatch watch;
  CONCORDAT_RETURN_IF_ERROR(WriteMore(
      {.writes = options.writes, .entities = options.history.entities}, runner,
      vocabulary));
  std::printf(
      "\n%lld more writes, a tenth of them about the same customers (%.1f "
      "s)\n",
      static_cast<long long>(options.writes), watch.seconds());
  CONCORDAT_RETURN_IF_ERROR(
      Replay(store, vocabulary, before, "findings as they were before"));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<SeenFinding> after, See(store));
  return Replay(store, vocabulary, after, "findings as they are now");
}

absl::Status Bench(const Options& options) {
  const auto vocabulary = MakeVocabulary();
  const History history = MakeHistory(options.history, *vocabulary);
  int64_t claims = 0;
  for (const Event& event : history.events) {
    claims += std::holds_alternative<Claim>(event.what) ? 1 : 0;
  }
  const TemporaryDirectory directory;
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<SqliteStore> store,
                             OpenStore(directory));
  Runner runner(*store, *vocabulary);
  const Stopwatch watch;
  CONCORDAT_RETURN_IF_ERROR(runner.Run(history.events));
  CONCORDAT_RETURN_IF_ERROR(runner.WaitUntil(End()));
  std::printf(
      "%lld customers, %zu facts and links, %lld claims, %llu commits "
      "(%.1f s)\n\n",
      static_cast<long long>(options.history.entities),
      history.events.size() - static_cast<size_t>(claims),
      static_cast<long long>(claims),
      static_cast<unsigned long long>(runner.commits()), watch.seconds());
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<SeenFinding> seen, See(*store));
  std::printf("%s", ScoreFindings(history.played, seen).ToText().c_str());
  return WriteAndReplay(*store, runner, *vocabulary, options, seen);
}

}  // namespace
}  // namespace concordat::histories

int main(int argc, char** argv) {
  concordat::histories::Options options;
  CLI::App app("Precision and recall of shown findings, and their replay.");
  app.add_option("--entities", options.history.entities, "Customers")
      ->check(CLI::Range(int64_t{2}, int64_t{700'000}));
  app.add_option("--seed", options.history.seed, "Of the history");
  app.add_option("--writes", options.writes, "More facts, before the replay")
      ->check(CLI::NonNegativeNumber);
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = concordat::histories::Bench(options);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
