// concordat simulate world|score
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/simulate/score.h"
#include "client/simulate/simulate.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

absl::StatusOr<int> World(const App& app, const SimulateOptions& options) {
  SimulateProgress last;
  CLIENT_RETURN_IF_ERROR(
      SimulateWorld(options, [&](const SimulateProgress& progress) {
        last = progress;
        if (app.shows_progress())
          std::fprintf(stderr, "\r\x1b[K%lld of %lld customers",
                       static_cast<long long>(progress.customers_done),
                       static_cast<long long>(progress.customers_total));
      }));
  if (app.shows_progress()) std::fputs("\r\x1b[K", stderr);
  std::fprintf(
      stderr, "%s: %lld facts, %lld relations, %lld links, %lld claims\n",
      options.directory.c_str(), static_cast<long long>(last.facts),
      static_cast<long long>(last.relations),
      static_cast<long long>(last.links), static_cast<long long>(last.claims));
  return kDone;
}

absl::StatusOr<int> ShowScore(const ScoreOptions& options) {
  CLIENT_ASSIGN_OR_RETURN(const ScoreCard card, Score(options));
  std::fputs(card.ToText().c_str(), stdout);
  return card.perfect() ? kDone : kFound;
}

}  // namespace

void AddSimulateCommands(App& app) {
  CLI::App* const noun =
      app.Noun("simulate", "A made-up world with planted contradictions");
  const auto world = std::make_shared<SimulateOptions>();
  CLI::App* verb = app.Verb(
      noun, "world", "Write facts, relations, links, claims and the truth",
      "  concordat simulate world --customers 10000 --seed 7 --out world",
      [&app, world] { return World(app, *world); });
  verb->add_option("--customers", world->customers, "How many")
      ->capture_default_str();
  verb->add_option("--seed", world->seed, "The same seed, the same world")
      ->capture_default_str();
  verb->add_option("--planted-rate", world->planted_rate,
                   "Share of claims that go wrong")
      ->capture_default_str();
  verb->add_option("--out", world->directory, "Folder, made if need be")
      ->required();

  const auto score = std::make_shared<ScoreOptions>();
  verb = app.Verb(
      noun, "score",
      "Were the claims judged as planted? Exits with 1 where one was not",
      "  concordat claims import world/claims.csv --results results.csv\n"
      "  concordat simulate score --truth world/truth.csv "
      "--results results.csv",
      [score] { return ShowScore(*score); });
  verb->add_option("--truth", score->truth_path, "truth.csv of the world")
      ->required();
  verb->add_option("--results", score->results_path,
                   "What `claims import --results` wrote")
      ->required();
  verb->add_option("--examples", score->examples_max,
                   "How many mismatches to name")
      ->capture_default_str();
}

}  // namespace concordat::client
