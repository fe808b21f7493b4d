#include "tests/bench/fusion_data.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "config/vocabulary_loader.h"
#include "consistency/fusion/value_clusters.h"
#include "graph/reading.h"

namespace concordat::bench {
namespace {

namespace fs = std::filesystem;

using Row = std::map<std::string, std::string>;
using Rows = std::vector<Row>;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "fusion_bench: %s\n", what.c_str());
  std::exit(1);
}

// None of the files quotes a cell.
Rows ReadRows(const fs::path& path) {
  std::ifstream file(path);
  if (!file.is_open()) Fail(absl::StrCat("cannot open ", path.string()));
  std::vector<std::string> names;
  Rows rows;
  for (std::string line; std::getline(file, line);) {
    if (absl::EndsWith(line, "\r")) line.pop_back();
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (names.empty()) {
      names = cells;
      continue;
    }
    if (cells.size() != names.size()) {
      Fail(absl::StrCat(path.string(), ": a row has another number of cells"));
    }
    Row& row = rows.emplace_back();
    for (size_t i = 0; i < cells.size(); ++i) row[names[i]] = cells[i];
  }
  return rows;
}

std::shared_ptr<const Vocabulary> Load(const std::string& vocabularies,
                                       const std::string& name) {
  const std::string path = absl::StrCat(vocabularies, "/", name);
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const LoadedVocabulary loaded = LoadVocabulary(text, name, 1);
  if (loaded.vocabulary == nullptr) {
    Fail(absl::StrCat(path, ": ", ToStatus(loaded).message()));
  }
  return loaded.vocabulary;
}

// Reads the cells as their channels write and groups them by meaning.
void Group(const Vocabulary& vocabulary, const std::string& type,
           FusionItem* item) {
  const Attribute& attribute =
      vocabulary.schema.entity_types.at(type).attributes.at(item->attribute);
  std::vector<FusionCell*> cells;
  for (FusionCell& cell : item->cells) cells.push_back(&cell);
  std::sort(cells.begin(), cells.end(),
            [](auto* a, auto* b) { return a->channel < b->channel; });
  std::deque<Reading> readings;
  std::vector<WrittenReading> written;
  for (FusionCell* cell : cells) {
    const WritingHabits& habits = vocabulary.channels.at(cell->channel)
                                      .FindTerms(type, item->attribute)
                                      ->habits;
    readings.push_back(ReadValue(attribute, cell->text, habits));
    written.push_back({&readings.back(), &habits});
    cell->absent = readings.back().absent;
  }
  const auto clusters = ClusterValues(attribute, written);
  if (!clusters.ok()) Fail(std::string(clusters.status().message()));
  for (size_t i = 0; i < cells.size(); ++i) {
    if (!clusters->of[i].has_value()) continue;
    cells[i]->value = static_cast<int>(*clusters->of[i]);
  }
  for (const size_t leader : clusters->leaders) {
    item->canonical.push_back(readings[leader].value->Canonical());
  }
  const Reading truth =
      ReadValue(attribute, item->truth_text, vocabulary.schema.habits);
  if (!truth.value.has_value()) Fail("a truth cannot be read");
  const std::optional<size_t> found = FindCluster(
      attribute, written, *clusters, {&truth, &vocabulary.schema.habits});
  if (found.has_value()) item->truth = static_cast<int>(*found);
}

std::vector<FusionItem> Grouped(
    std::map<std::pair<std::string, std::string>, FusionItem>&& items,
    const Vocabulary& vocabulary, const std::string& type) {
  std::vector<FusionItem> grouped;
  for (auto& [key, item] : items) {
    std::tie(item.key, item.attribute) = key;
    Group(vocabulary, type, &item);
    grouped.push_back(std::move(item));
  }
  return grouped;
}

}  // namespace

std::optional<std::vector<FusionItem>> LoadFlights(
    const std::string& data, const std::string& vocabularies,
    const std::set<std::string>& without) {
  const fs::path folder = fs::path(data) / "flights";
  if (!fs::is_directory(folder)) return std::nullopt;
  const Rows dirty = ReadRows(folder / "dirty.csv");
  const Rows clean = ReadRows(folder / "clean.csv");
  if (dirty.size() != clean.size()) Fail("flights: rows are missing");
  const auto vocabulary = Load(vocabularies, "flights.yaml");
  std::map<std::pair<std::string, std::string>, FusionItem> items;
  for (size_t i = 0; i < dirty.size(); ++i) {
    for (const char* attribute :
         {"sched_dep_time", "act_dep_time", "sched_arr_time", "act_arr_time"}) {
      FusionItem& item = items[{dirty[i].at("flight"), attribute}];
      item.truth_text = clean[i].at(attribute);
      const std::string& channel = dirty[i].at("src");
      if (without.count(channel) > 0) continue;
      item.cells.push_back({channel, dirty[i].at(attribute)});
    }
  }
  return Grouped(std::move(items), *vocabulary, "flight");
}

std::optional<std::vector<FusionItem>> LoadCustomers(
    const std::string& data, const std::string& vocabularies) {
  const fs::path folder = fs::path(data) / "crm_billing_support";
  if (!fs::is_directory(folder)) return std::nullopt;
  const auto vocabulary = Load(vocabularies, "crm_billing_support.yaml");
  std::map<std::string, std::string> golden_of;
  for (const Row& row : ReadRows(folder / "xref_golden_to_source.csv")) {
    golden_of[absl::StrCat(row.at("source_system"), "|",
                           row.at("source_customer_id"))] =
        row.at("golden_customer_id");
  }
  // The latest record by customer and system.
  std::map<std::pair<std::string, std::string>, Row> records;
  for (Row& row : ReadRows(folder / "customers_all_sources.csv")) {
    const auto golden = golden_of.find(absl::StrCat(
        row.at("source_system"), "|", row.at("source_customer_id")));
    if (golden == golden_of.end()) continue;
    Row& latest = records[{golden->second, row.at("source_system")}];
    if (latest.empty() || latest.at("updated_date") < row.at("updated_date")) {
      latest = std::move(row);
    }
  }
  std::map<std::string, Row> golden;
  for (Row& row : ReadRows(folder / "golden_customers.csv")) {
    const std::string id = row.at("golden_customer_id");
    golden[id] = std::move(row);
  }
  std::map<std::pair<std::string, std::string>, FusionItem> items;
  for (const auto& [place, row] : records) {
    for (const char* attribute : {"first_name", "last_name", "email", "phone",
                                  "address", "city", "state", "zip"}) {
      const std::string& truth = golden.at(place.first).at(attribute);
      if (truth.empty()) continue;
      FusionItem& item = items[{place.first, attribute}];
      item.truth_text = truth;
      item.cells.push_back({place.second, row.at(attribute)});
    }
  }
  return Grouped(std::move(items), *vocabulary, "customer");
}

std::vector<WorldItem> SaidOf(const std::vector<FusionItem>& items) {
  std::vector<WorldItem> said;
  for (const FusionItem& item : items) {
    WorldItem one{item.key, item.attribute, {}, item.truth};
    for (const FusionCell& cell : item.cells) {
      if (cell.value.has_value()) {
        one.said.emplace_back(cell.channel, *cell.value);
      }
    }
    said.push_back(std::move(one));
  }
  return said;
}

}  // namespace concordat::bench
