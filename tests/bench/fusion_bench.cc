// How often fusion picks the truth where no authority is given, how well that
// detects contradictions, and whether what it calls probable is so often true:
// on real data with its truth, beside simple votes, and on made worlds. And how
// long learning takes.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "consistency/fusion/dependence.h"
#include "consistency/fusion/fuse.h"
#include "consistency/fusion/learning.h"
#include "tests/bench/fusion_data.h"
#include "tests/consistency/fusion_world.h"

namespace concordat::bench {
namespace {

constexpr int kNone = -1;
constexpr int kRobustnessRounds = 16;

constexpr char kRules[] = R"(How it is counted:
  item       an entity x attribute that has a truth
  picked     share of items whose truth is the value that the method picks; an
             item whose truth no channel says counts as wrong
  as text    every cell counts, blank ones too. It is wrong where its text is
             not the truth's, and detected where its text is not that of the
             value picked, written as the truth is. So a time in another
             writing is wrong, as in the figures of the data's README
  as read    every cell counts. It is wrong where it does not mean the truth,
             and detected where it does not mean the value picked. A cell that
             says no value (blank, "Not Available") is both
  said       as read, only cells that say a value: the blanks are no merit
  majority   ties go to the value that comes first in the file
  collapsed  the same with one vote a group of channels that mirror each other
Cells that say no value, or one that fits several, have no vote.
)";

using Picks = std::vector<int>;  // by item: a value, or kNone

struct Counts {
  double both = 0;
  double wrong = 0;
  double detected = 0;

  void Add(bool is_wrong, bool is_detected) {
    both += is_wrong && is_detected ? 1 : 0;
    wrong += is_wrong ? 1 : 0;
    detected += is_detected ? 1 : 0;
  }
  double precision() const { return both / std::max(1.0, detected); }
  double recall() const { return both / std::max(1.0, wrong); }
  double f1() const { return 2 * both / std::max(1.0, wrong + detected); }
};

// "07:10" as the truth of the flights is written.
std::string TwelveHours(const std::string& canonical) {
  const std::vector<std::string> parts = absl::StrSplit(canonical, ':');
  int hour = 0;
  if (parts.size() < 2 || !absl::SimpleAtoi(parts[0], &hour)) return canonical;
  return absl::StrCat((hour + 11) % 12 + 1, ":", parts[1],
                      hour < 12 ? " a.m." : " p.m.");
}

std::string TextOf(const FusionItem& item, int pick) {
  if (pick == kNone) return "";
  if (pick == item.truth) return item.truth_text;
  return TwelveHours(item.canonical[pick]);
}

void PrintMethod(const char* name, const std::vector<FusionItem>& items,
                 const Picks& picks) {
  int right = 0;
  Counts text;
  Counts read;
  Counts said;
  for (size_t i = 0; i < items.size(); ++i) {
    const FusionItem& item = items[i];
    right += picks[i] != kNone && picks[i] == item.truth ? 1 : 0;
    const std::string picked = TextOf(item, picks[i]);
    for (const FusionCell& cell : item.cells) {
      text.Add(cell.text != item.truth_text, cell.text != picked);
      const bool wrong = !cell.value || *cell.value != item.truth;
      const bool detected = !cell.value || *cell.value != picks[i];
      read.Add(wrong, detected);
      if (cell.value.has_value()) said.Add(wrong, detected);
    }
  }
  const auto share = static_cast<double>(right) /
                     static_cast<double>(std::max<size_t>(1, items.size()));
  std::printf("  %-22s %6.3f |", name, share);
  for (const Counts& counts : {text, read, said}) {
    std::printf(" %5.3f %5.3f %5.3f |", counts.precision(), counts.recall(),
                counts.f1());
  }
  std::printf("\n");
}

// The value with the most votes; of equals the first in the file. `voter`
// names who votes for a channel; each voter has one vote a value.
Picks Vote(const std::vector<FusionItem>& items,
           const std::function<std::string(const std::string&)>& voter) {
  Picks picks;
  for (const FusionItem& item : items) {
    std::vector<std::set<std::string>> votes(item.canonical.size());
    std::vector<int> order;
    for (const FusionCell& cell : item.cells) {
      if (!cell.value.has_value()) continue;
      if (votes[*cell.value].empty()) order.push_back(*cell.value);
      votes[*cell.value].insert(voter(cell.channel));
    }
    int pick = kNone;
    for (const int value : order) {
      if (pick == kNone || votes[value].size() > votes[pick].size()) {
        pick = value;
      }
    }
    picks.push_back(pick);
  }
  return picks;
}

// Channels that mirror each other, by the first of them.
std::map<std::string, std::string> Groups(const Observations& observations) {
  const Dependence mirrors = DependenceLearner(observations).Mirrors();
  std::map<std::string, std::string> groups;
  const std::vector<std::string>& channels = observations.channels();
  for (size_t b = 0; b < channels.size(); ++b) {
    groups[channels[b]] = channels[b];
    for (size_t a = 0; a < b; ++a) {
      if (mirrors.at(a, b) < 0.5) continue;
      groups[channels[b]] = groups[channels[a]];
      break;
    }
  }
  return groups;
}

struct Fused {
  Picks picks;
  std::vector<std::pair<double, bool>> sure;  // of items that somebody reports
  int decided = 0;
  int decided_right = 0;
};

Fused FuseAll(const std::vector<WorldItem>& items,
              const ReliabilityModel& model) {
  Fused fused;
  for (const WorldItem& item : items) {
    std::vector<int> numbers;
    const std::vector<Testimony> testimonies = TestimoniesOf(item, &numbers);
    const absl::StatusOr<Distribution> one =
        Fuse(model, item.attribute, testimonies, numbers.size());
    if (!one.ok() || !one->likeliest.has_value()) {
      fused.picks.push_back(kNone);
      continue;
    }
    const int pick = numbers[*one->likeliest];
    const bool right = pick == item.truth;
    fused.picks.push_back(pick);
    fused.sure.emplace_back(one->values[*one->likeliest], right);
    if (!one->decided.has_value()) continue;
    ++fused.decided;
    fused.decided_right += right ? 1 : 0;
  }
  return fused;
}

void PrintCalibration(const Fused& fused) {
  double brier = 0;
  for (const auto& [probability, right] : fused.sure) {
    const double off = probability - (right ? 1 : 0);
    brier += off * off;
  }
  const auto count = static_cast<double>(fused.sure.size());
  std::printf("\n  probability from   items  predicted  observed\n");
  for (const CalibrationBin& bin :
       CalibrationTable(fused.sure, {0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98})) {
    std::printf("  %16.2f %7d %10.3f %9.3f\n", bin.from, bin.items,
                bin.predicted, bin.observed);
  }
  std::printf(
      "  Brier score %.4f, expected calibration error %.4f\n"
      "  decided %d of %zu items, %d of them rightly\n",
      brier / std::max(1.0, count), CalibrationError(fused.sure), fused.decided,
      fused.sure.size(), fused.decided_right);
}

void Run(const char* title, const std::vector<FusionItem>& items) {
  const std::vector<WorldItem> said = SaidOf(items);
  const Observations observations = Observe(said);
  size_t cells = 0;
  size_t blank = 0;
  size_t no_side = 0;
  size_t sayable = 0;
  for (const FusionItem& item : items) {
    sayable += item.truth == kTruthUnsaid ? 0 : 1;
    for (const FusionCell& cell : item.cells) {
      ++cells;
      blank += cell.absent ? 1 : 0;
      no_side += !cell.value && !cell.absent ? 1 : 0;
    }
  }
  std::printf(
      "\n%s: %zu items, %zu channels, %zu cells, %zu of them say none, %zu "
      "cannot be read or fit several\n  the truth of %.3f of the items is said "
      "by some channel at all\n",
      title, items.size(), observations.channels().size(), cells, blank,
      no_side,
      static_cast<double>(sayable) / static_cast<double>(items.size()));
  std::printf(
      "                         picked |  as text  P R F1   |  as read  P R F1"
      "   |    said  P R F1    |\n");
  const auto itself = [](const std::string& channel) { return channel; };
  const std::map<std::string, std::string> groups = Groups(observations);
  const auto group = [&](const std::string& channel) {
    const auto found = groups.find(channel);
    return found == groups.end() ? channel : found->second;
  };
  PrintMethod("majority", items, Vote(items, itself));
  PrintMethod("collapsed", items, Vote(items, group));
  const Fused fused = FuseAll(said, LearnReliability(observations));
  PrintMethod("fusion", items, fused.picks);
  PrintCalibration(fused);
}

// With the truth of one of n items known; scored on the others.
void RunKnown(const char* title, const std::vector<FusionItem>& items) {
  const std::vector<WorldItem> said = SaidOf(items);
  std::printf("\n%s, a part of the truth known, scored on the rest\n", title);
  for (const int every : {50, 10, 5, 2}) {
    const ReliabilityModel model = LearnReliability(Observe(said, every));
    const FusionScore score = Score(said, model, every);
    std::printf("  1 of %-3d picked %.3f, calibration error %.3f, Brier %.4f\n",
                every, score.picked, score.calibration, score.brier);
  }
  // What is known of some attributes says little of others.
  ObservationsBuilder builder;
  std::vector<WorldItem> rest;
  for (const WorldItem& item : said) {
    std::vector<ObservationsBuilder::Said> reports;
    for (const auto& [channel, value] : item.said) {
      reports.push_back({channel, value});
    }
    const bool known = item.attribute.find("arr") != std::string::npos;
    const bool added = builder
                           .Add(item.key, item.attribute, reports,
                                known ? item.truth : std::nullopt)
                           .ok();
    if (added && !known) rest.push_back(item);
  }
  const auto observations = std::move(builder).Build();
  if (!observations.ok()) return;
  const FusionScore score = Score(rest, LearnReliability(*observations));
  const FusionScore blind = Score(rest, LearnReliability(Observe(said)));
  std::printf(
      "  all arrivals: departures picked %.3f, where nothing is known %.3f\n",
      score.picked, blind.picked);
}

// A quarter of the channels left out at random: how far the result hangs on
// which channels there are.
void RunSubsets(const char* title, const std::vector<FusionItem>& items) {
  std::set<std::string> channels;
  for (const FusionItem& item : items) {
    for (const FusionCell& cell : item.cells) channels.insert(cell.channel);
  }
  std::printf("\n%s, a quarter of the channels left out at random\n  picked:",
              title);
  double fused_sum = 0;
  double majority_sum = 0;
  for (int round = 0; round < kRobustnessRounds; ++round) {
    std::mt19937_64 random(round);
    std::set<std::string> out;
    for (const std::string& channel : channels) {
      if (random() % 4 == 0) out.insert(channel);
    }
    std::vector<WorldItem> said = SaidOf(items);
    for (WorldItem& item : said) {
      item.said.erase(std::remove_if(item.said.begin(), item.said.end(),
                                     [&](const auto& one) {
                                       return out.count(one.first) > 0;
                                     }),
                      item.said.end());
    }
    const FusionScore score = Score(said, LearnReliability(Observe(said)));
    std::printf(" %.2f", score.picked);
    fused_sum += score.picked;
    majority_sum += score.majority;
  }
  std::printf("\n  mean %.3f, majority %.3f\n", fused_sum / kRobustnessRounds,
              majority_sum / kRobustnessRounds);
}

std::vector<WorldChannel> Channels(const std::vector<double>& accuracies,
                                   double coverage, int copies,
                                   double copied_accuracy) {
  std::vector<WorldChannel> channels;
  channels.reserve(accuracies.size() + 1 + copies);
  for (const double accuracy : accuracies) {
    channels.push_back(
        {absl::StrCat("own", channels.size()), {accuracy}, coverage});
  }
  if (copies == 0) return channels;
  channels.push_back({"source", {copied_accuracy}, coverage});
  for (int i = 0; i < copies; ++i) {
    channels.push_back({absl::StrCat("copy", i),
                        {copied_accuracy},
                        coverage == 1 ? 1 : 0.9,
                        "source",
                        0.97});
  }
  return channels;
}

void RunWorlds() {
  const struct {
    const char* name;
    World world;
  } worlds[] = {
      {"five independent",
       {.channels = Channels({0.9, 0.8, 0.7, 0.6, 0.85}, 0.8, 0, 0)}},
      {"three independent", {.channels = Channels({0.9, 0.8, 0.7}, 0.8, 0, 0)}},
      {"three good, six bad that copy",
       {.channels = Channels({0.85, 0.85, 0.8}, 0.8, 5, 0.4)}},
      {"the same without gaps",
       {.channels = Channels({0.85, 0.85, 0.8}, 1, 5, 0.4)}},
      {"a good one that is copied",
       {.channels = Channels({0.6, 0.6, 0.5}, 0.8, 3, 0.9)}},
      {"three near perfect, one bad",
       {.channels = Channels({0.99, 0.98, 0.97, 0.6}, 1, 0, 0)}},
  };
  std::printf(
      "\nmade worlds, 600 items each, mean of 10 seeds, no truth known\n"
      "  %-32s majority picked undecided  right of decided  calibration "
      "error\n",
      "");
  for (const auto& [name, world] : worlds) {
    FusionScore mean;
    mean.decided_right = 0;
    constexpr int kSeeds = 10;
    for (int seed = 1; seed <= kSeeds; ++seed) {
      World one = world;
      one.seed = static_cast<uint64_t>(seed);
      const std::vector<WorldItem> items = MakeWorld(one);
      const FusionScore score = Score(items, LearnReliability(Observe(items)));
      mean.majority += score.majority / kSeeds;
      mean.picked += score.picked / kSeeds;
      mean.undecided += score.undecided / kSeeds;
      mean.decided_right += score.decided_right / kSeeds;
      mean.calibration += score.calibration / kSeeds;
    }
    std::printf("  %-32s %8.3f %6.3f %9.3f %17.3f %18.3f\n", name,
                mean.majority, mean.picked, mean.undecided, mean.decided_right,
                mean.calibration);
  }
}

void RunSpeed() {
  std::printf("\nlearning from a million reports of 50 channels\n");
  for (const double coverage : {1.0, 0.1}) {
    World world;
    world.attributes = 8;
    world.entities = static_cast<int>(2500 / coverage);
    for (int i = 0; i < 50; ++i) {
      world.channels.push_back(
          {absl::StrCat("c", i), {0.6 + 0.007 * i}, coverage});
    }
    const std::vector<WorldItem> items = MakeWorld(world);
    const Observations observations = Observe(items);
    const auto start = std::chrono::steady_clock::now();
    const ReliabilityModel model = LearnReliability(observations);
    const std::chrono::duration<double> learning =
        std::chrono::steady_clock::now() - start;
    const auto fusing = std::chrono::steady_clock::now();
    const FusionScore score = Score(items, model);
    const std::chrono::duration<double> scoring =
        std::chrono::steady_clock::now() - fusing;
    Encoder encoder;
    model.Encode(encoder);
    std::printf(
        "  %zu reports on %zu items: %.1f s; then %.1f us to fuse one item, a "
        "model of %zu bytes, picked %.3f\n",
        observations.reports(), observations.items(), learning.count(),
        scoring.count() * 1e6 / static_cast<double>(items.size()),
        encoder.bytes().size(), score.picked);
  }
}

void RunFlights(const std::string& data, const std::string& vocabularies) {
  const std::set<std::string> airlines = {"aa", "ua", "CO"};
  const auto all = LoadFlights(data, vocabularies, {});
  if (!all.has_value()) {
    std::printf("\nthere is no %s/flights: left out; give --data\n",
                data.c_str());
    return;
  }
  const auto without = LoadFlights(data, vocabularies, airlines);
  Run("flights, all sites", *all);
  Run("flights without the airlines' own sites", *without);
  RunKnown("flights without the airlines' own sites", *without);
  RunSubsets("flights, all sites", *all);
  RunSubsets("flights without the airlines' own sites", *without);
}

}  // namespace
}  // namespace concordat::bench

int main(int argc, char** argv) {
  std::string data = "../shared/data";
  std::string vocabularies = "config/vocabularies";
  CLI::App app("Measures fusion: truth picked, contradictions, calibration.");
  app.add_option("--data", data, "The folder that holds the data sets");
  app.add_option("--vocabularies", vocabularies, "The folder of vocabularies");
  CLI11_PARSE(app, argc, argv);
  std::printf("%s", concordat::bench::kRules);
  concordat::bench::RunFlights(data, vocabularies);
  const auto customers = concordat::bench::LoadCustomers(data, vocabularies);
  if (customers.has_value()) {
    concordat::bench::Run("crm, billing and support", *customers);
  } else {
    std::printf("\nthere is no %s/crm_billing_support: left out\n",
                data.c_str());
  }
  concordat::bench::RunWorlds();
  concordat::bench::RunSpeed();
  return 0;
}
