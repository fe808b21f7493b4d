#include "client/simulate/simulate.h"

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/simulate/attributes.h"
#include "client/simulate/channels.h"
#include "client/simulate/csv.h"
#include "client/simulate/plants.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "yaml-cpp/yaml.h"

namespace concordat {
namespace {

using simulate::Attr;
using simulate::CsvReader;
using simulate::CsvWriter;
using simulate::Verdict;

constexpr const char* kFiles[] = {"facts.csv", "relations.csv", "links.csv",
                                  "claims.csv", "truth.csv"};

struct World {
  std::string directory;
  SimulateProgress progress;

  std::string Text(const std::string& file) const {
    std::ifstream in(absl::StrCat(directory, "/", file), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
};

World Make(const std::string& name, int64_t customers, uint64_t seed,
           double planted_rate = 0.05) {
  World world;
  world.directory = absl::StrCat(testing::TempDir(), "world_", name);
  SimulateOptions options;
  options.directory = world.directory;
  options.customers = customers;
  options.seed = seed;
  options.planted_rate = planted_rate;
  const absl::Status status = SimulateWorld(
      options, [&](const SimulateProgress& p) { world.progress = p; });
  EXPECT_TRUE(status.ok()) << status;
  return world;
}

// The world that most tests look at, made once.
const World& Thousand() {
  static const World* const world = new World(Make("thousand", 1000, 1));
  return *world;
}

// The rows of a file, each by column name.
std::vector<std::map<std::string, std::string>> Rows(const World& world,
                                                     const std::string& file) {
  std::vector<std::map<std::string, std::string>> rows;
  const std::string path = absl::StrCat(world.directory, "/", file);
  absl::StatusOr<std::unique_ptr<CsvReader>> reader = CsvReader::Open(path);
  EXPECT_TRUE(reader.ok()) << reader.status();
  std::ifstream in(path);
  std::string header;
  std::getline(in, header);
  std::vector<std::string> names;
  std::stringstream columns(header);
  for (std::string name; std::getline(columns, name, ',');) {
    names.push_back(name);
  }
  std::vector<std::string> fields;
  for (;;) {
    const absl::StatusOr<bool> more = (*reader)->Next(fields);
    EXPECT_TRUE(more.ok()) << more.status();
    if (!more.ok() || !*more) return rows;
    auto& row = rows.emplace_back();
    for (size_t i = 0; i < fields.size(); ++i) row[names[i]] = fields[i];
  }
}

const YAML::Node& Retail() {
  static const YAML::Node* const retail = new YAML::Node(
      YAML::LoadFile(CONCORDAT_SOURCE_DIR "/config/vocabularies/retail.yaml"));
  return *retail;
}

// ---- The files -------------------------------------------------------------

TEST(SimulateTest, TheSameSeedGivesTheSameBytes) {
  const World a = Make("same_a", 200, 7);
  const World b = Make("same_b", 200, 7);
  const World other = Make("same_c", 200, 8);
  for (const char* file : kFiles) {
    EXPECT_EQ(a.Text(file), b.Text(file)) << file;
    EXPECT_NE(a.Text(file), other.Text(file)) << file;
  }
}

TEST(SimulateTest, TheBytesAreTheSameOnEveryMachine) {
  // FNV-1a over the five files. It changes with the world's making alone.
  const World world = Make("golden", 200, 7);
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char* file : kFiles) {
    for (const char c : world.Text(file)) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
  }
  EXPECT_EQ(hash, 12271254564188519183ULL);
}

TEST(SimulateTest, ALargerWorldContinuesTheSmaller) {
  const World larger = Make("larger", 2000, 1);
  for (const char* file : {"facts.csv", "relations.csv", "links.csv"}) {
    EXPECT_TRUE(absl::StartsWith(larger.Text(file), Thousand().Text(file)))
        << file;
  }
  const auto twice = [](int64_t small, int64_t large) {
    return large > small * 19 / 10 && large < small * 21 / 10;
  };
  EXPECT_TRUE(twice(Thousand().progress.facts, larger.progress.facts));
  EXPECT_TRUE(twice(Thousand().progress.claims, larger.progress.claims));
}

TEST(SimulateTest, ACustomerHasFactsAndClaimsInTheExpectedNumber) {
  const SimulateProgress& progress = Thousand().progress;
  EXPECT_EQ(progress.customers_done, 1000);
  EXPECT_EQ(progress.customers_total, 1000);
  EXPECT_GE(progress.facts, 12'000);
  EXPECT_LE(progress.facts, 20'000);
  EXPECT_GE(progress.claims, 10'000);
  EXPECT_LE(progress.claims, 15'000);
  EXPECT_EQ(Rows(Thousand(), "facts.csv").size(),
            static_cast<size_t>(progress.facts));
  EXPECT_EQ(Rows(Thousand(), "relations.csv").size(),
            static_cast<size_t>(progress.relations));
}

TEST(SimulateTest, EveryKindAndVerdictIsPlanted) {
  std::map<std::string, int> kinds;
  std::map<std::string, int> verdicts;
  for (const auto& row : Rows(Thousand(), "truth.csv")) {
    ++kinds[row.at("kind")];
    ++verdicts[row.at("verdict")];
    EXPECT_EQ(row.at("verdict") == "NOT_ENTITLED",
              !row.at("further_verdict").empty());
  }
  for (const simulate::Plant& plant : simulate::AllPlants()) {
    EXPECT_GE(kinds[plant.kind], 3) << plant.kind;
  }
  for (int i = 1; i < simulate::kVerdicts; ++i) {
    EXPECT_GE(verdicts[std::string(simulate::kVerdictNames[i])], 5)
        << simulate::kVerdictNames[i];
    EXPECT_EQ(verdicts[std::string(simulate::kVerdictNames[i])],
              Thousand().progress.by_verdict[i]);
  }
  const int64_t planted =
      Thousand().progress.claims -
      Thousand().progress.by_verdict[static_cast<size_t>(Verdict::kAgrees)];
  EXPECT_GE(planted, Thousand().progress.claims * 4 / 100);
  EXPECT_LE(planted, Thousand().progress.claims * 6 / 100);
}

TEST(SimulateTest, NothingIsPlantedAtRateZero) {
  const World world = Make("clean", 100, 1, 0.0);
  EXPECT_EQ(world.progress.by_verdict[static_cast<size_t>(Verdict::kAgrees)],
            world.progress.claims);
}

TEST(SimulateTest, TruthAndClaimsNameTheSameThings) {
  std::map<std::pair<std::string, std::string>, std::string> links;
  for (const auto& row : Rows(Thousand(), "links.csv")) {
    const bool added =
        links
            .emplace(
                std::pair(row.at("channel"), row.at("subject")),
                absl::StrCat(row.at("entity_type"), "/", row.at("entity_id")))
            .second;
    EXPECT_TRUE(added) << row.at("subject");
  }
  const auto claims = Rows(Thousand(), "claims.csv");
  const auto truth = Rows(Thousand(), "truth.csv");
  ASSERT_EQ(claims.size(), truth.size());
  std::set<std::string> claim_ids;
  std::map<std::string, std::string> newest;
  for (size_t i = 0; i < claims.size(); ++i) {
    const auto& claim = claims[i];
    const auto& planted = truth[i];
    EXPECT_EQ(claim.at("claim_id"), planted.at("claim_id"));
    EXPECT_TRUE(claim_ids.insert(claim.at("claim_id")).second);
    EXPECT_EQ(claim.at("channel"), planted.at("channel"));
    for (const char* label : {"label.app_version", "label.team", "label.region",
                              "said_at", "exposure"}) {
      EXPECT_FALSE(claim.at(label).empty()) << label;
    }
    // In order of time within a customer.
    std::string& last = newest[claim.at("claim_id").substr(0, 9)];
    EXPECT_LE(last, claim.at("said_at"));
    last = claim.at("said_at");

    const std::string entity =
        absl::StrCat(planted.at("entity_type"), "/", planted.at("entity_id"));
    const auto link = links.find({claim.at("channel"), claim.at("subject")});
    if (planted.at("verdict") == "UNKNOWN_SUBJECT") {
      EXPECT_TRUE(link == links.end());
    } else {
      EXPECT_EQ(link == links.end() ? claim.at("subject") : link->second,
                entity);
    }
    const YAML::Node attribute =
        Retail()["entity_types"][planted.at("entity_type")]["attributes"]
                [planted.at("attribute")];
    ASSERT_TRUE(attribute.IsDefined()) << planted.at("attribute");
    bool known = claim.at("attribute") == planted.at("attribute");
    for (const YAML::Node& alias : attribute["aliases"]) {
      known |= alias.as<std::string>() == claim.at("attribute");
    }
    EXPECT_TRUE(known) << claim.at("attribute");
  }
}

TEST(SimulateTest, RefusesOptionsOutOfRange) {
  const std::string directory =
      absl::StrCat(testing::TempDir(), "world_refused");
  const auto code = [](const SimulateOptions& options) {
    return SimulateWorld(options, [](const SimulateProgress&) {}).code();
  };
  EXPECT_EQ(code({.directory = directory, .customers = 0}),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.directory = directory, .customers = 10'000'001}),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.directory = directory, .planted_rate = 1.1}),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.directory = directory,
                  .start = absl::FromUnixSeconds(1'793'000'000)}),
            absl::StatusCode::kInvalidArgument);
}

TEST(SimulateTest, ADirectoryThatCannotBeMadeIsAnError) {
  const std::string file = absl::StrCat(testing::TempDir(), "world_is_a_file");
  std::ofstream(file) << "x";
  SimulateOptions options;
  options.directory = file + "/below";
  EXPECT_FALSE(SimulateWorld(options, [](const SimulateProgress&) {}).ok());
}

// ---- The same world as the vocabulary ---------------------------------------

// Seconds of "90s", "15m", "4h" or "1d".
int64_t Seconds(const std::string& duration) {
  const std::map<char, int64_t> units = {
      {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  return std::stoll(duration) * units.at(duration.back());
}

bool IsSimulated(const std::string& attribute) {
  for (size_t i = 0; i < simulate::kAttrs; ++i) {
    if (attribute == simulate::InfoOf(static_cast<Attr>(i)).name) return true;
  }
  return false;
}

TEST(RetailVocabularyTest, HasTheChannelsOfTheSimulation) {
  ASSERT_EQ(Retail()["channels"].size(), simulate::kChannels);
  for (size_t i = 0; i < simulate::kChannels; ++i) {
    const simulate::ChannelInfo& channel = simulate::ChannelAt(i);
    SCOPED_TRACE(channel.name);
    const YAML::Node node = Retail()["channels"][channel.name];
    ASSERT_TRUE(node.IsDefined());
    EXPECT_EQ(node["partner"].as<bool>(false), channel.partner);
    EXPECT_EQ(Seconds(node["clock_skew"].as<std::string>("0s")),
              channel.clock_skew_s);
    EXPECT_EQ(Seconds(node["promise"].as<std::string>()), channel.promise_s);
    size_t terms_count = 0;
    for (const auto& by_type : node["contract"]) {
      for (const auto& terms : by_type.second["attributes"]) {
        SCOPED_TRACE(terms.first.as<std::string>());
        const simulate::Terms* found = nullptr;
        for (const simulate::Terms& ours : channel.contract) {
          if (terms.first.as<std::string>() ==
                  simulate::InfoOf(ours.attribute).name &&
              (by_type.first.as<std::string>() == "order") ==
                  simulate::IsOrderAttr(ours.attribute)) {
            found = &ours;
          }
        }
        if (found == nullptr) {
          // Of what nobody in the simulation speaks; there is no fact either.
          EXPECT_FALSE(IsSimulated(terms.first.as<std::string>()));
          EXPECT_FALSE(terms.second["required"].as<bool>(false));
          continue;
        }
        ++terms_count;
        EXPECT_EQ(terms.second["required"].as<bool>(false), found->required);
        EXPECT_EQ(Seconds(terms.second["promise"].as<std::string>("-1s")),
                  found->promise_s);
      }
    }
    EXPECT_EQ(terms_count, channel.contract.size());
  }
}

TEST(RetailVocabularyTest, HasTheAttributesOfTheSimulation) {
  for (size_t i = 0; i < simulate::kAttrs; ++i) {
    const auto attribute = static_cast<Attr>(i);
    const simulate::AttributeInfo& info = simulate::InfoOf(attribute);
    SCOPED_TRACE(info.name);
    const YAML::Node node =
        Retail()["entity_types"]
                [simulate::IsOrderAttr(attribute) ? "order" : "customer"]
                ["attributes"][info.name];
    ASSERT_TRUE(node.IsDefined());
    EXPECT_EQ(node["identifying"].as<bool>(false), info.identifying);
    EXPECT_EQ(node["set"].as<bool>(false),
              info.type == simulate::ValueType::kCodeSet);
    const bool confusable = info.confusable != Attr::kNone;
    ASSERT_EQ(node["confusable_with"].IsDefined(), confusable);
    if (confusable) {
      ASSERT_EQ(node["confusable_with"].size(), 1U);
      EXPECT_EQ(node["confusable_with"][0].as<std::string>(),
                simulate::InfoOf(info.confusable).name);
    }
    if (info.codes.empty()) continue;
    const YAML::Node codes =
        Retail()["code_lists"][node["code_list"].as<std::string>()]["codes"];
    EXPECT_EQ(codes.size(), info.codes.size());
    for (const simulate::CodeName& code : info.codes) {
      std::set<std::string> writings;
      for (const YAML::Node& alias : codes[code.code]["aliases"]) {
        writings.insert(absl::AsciiStrToLower(alias.as<std::string>()));
      }
      writings.insert(absl::AsciiStrToLower(code.code));
      EXPECT_TRUE(writings.contains(absl::AsciiStrToLower(code.german)));
      EXPECT_TRUE(writings.contains(absl::AsciiStrToLower(code.english)));
    }
  }
}

TEST(RetailVocabularyTest, UsesEveryValueType) {
  std::set<std::string> types;
  bool set = false;
  for (const auto& entity_type : Retail()["entity_types"]) {
    for (const auto& attribute : entity_type.second["attributes"]) {
      types.insert(attribute.second["type"].as<std::string>());
      set |= attribute.second["set"].as<bool>(false);
    }
  }
  EXPECT_EQ(types, (std::set<std::string>{
                       "text", "code", "integer", "decimal", "money", "boolean",
                       "date", "time_of_day", "instant", "phone", "email",
                       "person_name", "organisation_name", "postal_address",
                       "quantity", "duration", "reference"}));
  EXPECT_TRUE(set);
}

// ---- CSV --------------------------------------------------------------------

TEST(SimulateCsvTest, ReadsWhatItWrote) {
  const std::string path = absl::StrCat(testing::TempDir(), "round_trip.csv");
  const std::vector<std::vector<std::string>> rows = {
      {"plain", "", "ä"},
      {"a,b", "\"", "say \"no\""},
      {"two\nlines", " space ", "\r"},
  };
  absl::StatusOr<std::unique_ptr<CsvWriter>> writer =
      CsvWriter::Create(path, "one,two,three");
  ASSERT_TRUE(writer.ok()) << writer.status();
  for (const auto& row : rows) (*writer)->Row({row[0], row[1], row[2]});
  EXPECT_EQ((*writer)->rows(), 3);
  ASSERT_TRUE((*writer)->Finish().ok());

  absl::StatusOr<std::unique_ptr<CsvReader>> reader = CsvReader::Open(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  std::vector<std::string> fields;
  for (const auto& row : rows) {
    ASSERT_TRUE((*reader)->Next(fields).value());
    EXPECT_EQ(fields, row);
  }
  EXPECT_FALSE((*reader)->Next(fields).value());
}

}  // namespace
}  // namespace concordat
