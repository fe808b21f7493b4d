// Real data with its truth, through the programs as users run them: what the
// server says of each cell is compared with what the files say.
//
// The data is not part of the project. It is looked for in
// $CONCORDAT_DATA_DIR, else in ../shared/data beside the sources.
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/server_process.h"

namespace concordat {
namespace {

namespace fs = std::filesystem;

// A row by the names of its columns.
using Row = std::map<std::string, std::string>;

// None of the files quotes a cell.
std::vector<Row> ReadCsv(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::vector<std::string> names;
  std::vector<Row> rows;
  std::string line;
  while (std::getline(file, line)) {
    if (absl::EndsWith(line, "\r")) line.pop_back();
    EXPECT_FALSE(absl::StrContains(line, '"')) << path;
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (names.empty()) {
      names = cells;
      continue;
    }
    EXPECT_EQ(cells.size(), names.size()) << path;
    Row& row = rows.emplace_back();
    for (size_t i = 0; i < cells.size() && i < names.size(); ++i) {
      row[names[i]] = cells[i];
    }
  }
  EXPECT_FALSE(rows.empty()) << path;
  return rows;
}

bool Disagrees(const std::string& verdict) {
  for (const char* name : {"STALE", "AHEAD", "MEANING", "MISIDENTIFIED",
                           "MISSING", "EXTRA", "CONTRADICTS"}) {
    if (verdict == name) return true;
  }
  return false;
}

class RealInputTest : public testing::Test {
 protected:
  // The folder of a data set; skips the test where it is not there.
  void Open(const std::string& name) {
    const char* const given = std::getenv("CONCORDAT_DATA_DIR");
    const fs::path data =
        given != nullptr ? fs::path(given)
                         : fs::path(CONCORDAT_SOURCE_DIR) / "../shared/data";
    folder_ = data / name;
    if (!fs::is_directory(folder_)) {
      GTEST_SKIP() << "there is no " << folder_
                   << "; set CONCORDAT_DATA_DIR to the folder that holds "
                   << name;
    }
    server_ = std::make_unique<ServerProcess>(directory_.Sub("data"));
    ASSERT_NE(server_->address(), "");
  }

  // Runs the CLI, expects success.
  void Cli(const std::vector<std::string>& words) {
    std::vector<std::string> command = {Program("concordat"), "--server",
                                        server_->address()};
    command.insert(command.end(), words.begin(), words.end());
    const Ended ended = RunToEnd(command);
    EXPECT_EQ(ended.exit_code, 0)
        << words[0] << " " << words[1] << ": " << ended.out << ended.error;
  }

  static std::string Config(const std::string& path) {
    return absl::StrCat(CONCORDAT_SOURCE_DIR, "/config/", path);
  }

  // Imports claims; gives verdicts by channel, subject and attribute.
  std::map<std::string, std::string> ImportClaims(const std::string& mapping,
                                                  const std::string& file) {
    const std::string results = directory_.Sub("results.csv");
    Cli({"claims", "import", "--mapping", Config(mapping), folder_ / file,
         "--results", results});
    std::map<std::string, std::string> verdicts;
    for (const Row& row : ReadCsv(results)) {
      EXPECT_EQ(row.at("status"), "RECORDED");
      const std::string key = absl::StrCat(
          row.at("channel"), "|", row.at("subject"), "|", row.at("attribute"));
      EXPECT_TRUE(verdicts.emplace(key, row.at("verdict")).second) << key;
      ++counts_[row.at("channel")][row.at("verdict")];
    }
    return verdicts;
  }

  void PrintCounts() const {
    for (const auto& [channel, verdicts] : counts_) {
      std::cout << channel << ":";
      for (const auto& [verdict, count] : verdicts) {
        std::cout << " " << verdict << " " << count;
      }
      std::cout << "\n";
    }
  }

  fs::path folder_;
  std::unique_ptr<ServerProcess> server_;

 private:
  TemporaryDirectory directory_;
  std::map<std::string, std::map<std::string, int>> counts_;
};

// Minutes since midnight, as somebody who looks at the cell would read it: what
// says neither a.m. nor p.m. is a 24-hour clock.
std::optional<int> ReadTime(const std::string& cell) {
  static const auto* const kTime =
      new std::regex(R"((\d{1,2}):(\d{2})\s*(noon|[ap])?)", std::regex::icase);
  std::smatch match;
  if (!std::regex_search(cell, match, *kTime)) return std::nullopt;
  int hour = std::stoi(match[1]);
  if (const std::string half = match[3]; !half.empty()) {
    hour = hour % 12 + (std::tolower(half[0]) == 'a' ? 0 : 12);
  }
  return hour * 60 + std::stoi(match[2]);
}

// What a cell is to somebody who looks at it beside the truth.
enum class Kind { kSameText, kBlank, kSameTime, kOther };

Kind KindOf(const std::string& truth, const std::string& cell) {
  if (cell == truth) return Kind::kSameText;
  if (cell.empty() || absl::StrContains(cell, "Not Available") ||
      absl::StrContains(cell, "Contact Airline")) {
    return Kind::kBlank;
  }
  const std::optional<int> said = ReadTime(cell);
  return said.has_value() && said == ReadTime(truth) ? Kind::kSameTime
                                                     : Kind::kOther;
}

bool Fits(Kind kind, const std::string& verdict) {
  switch (kind) {
    case Kind::kSameText:
    case Kind::kSameTime:
      return verdict == "AGREES";
    case Kind::kBlank:
      return verdict == "MISSING";
    case Kind::kOther:
      return Disagrees(verdict);
  }
  return false;
}

TEST_F(RealInputTest, Flights) {
  ASSERT_NO_FATAL_FAILURE(Open("flights"));
  if (IsSkipped()) return;
  Cli({"vocabulary", "apply", Config("vocabularies/flights.yaml")});
  Cli({"facts", "import", "--mapping", Config("mappings/flights_facts.yaml"),
       folder_ / "clean.csv"});
  const std::map<std::string, std::string> verdicts =
      ImportClaims("mappings/flights_claims.yaml", "dirty.csv");
  PrintCounts();

  const std::vector<Row> clean = ReadCsv(folder_ / "clean.csv");
  const std::vector<Row> dirty = ReadCsv(folder_ / "dirty.csv");
  ASSERT_EQ(clean.size(), dirty.size());
  std::map<Kind, int> kinds;
  for (size_t i = 0; i < dirty.size(); ++i) {
    for (const char* attribute :
         {"sched_dep_time", "act_dep_time", "sched_arr_time", "act_arr_time"}) {
      const std::string key =
          absl::StrCat(dirty[i].at("src"), "|flight/", dirty[i].at("flight"),
                       "|", attribute);
      const auto verdict = verdicts.find(key);
      ASSERT_NE(verdict, verdicts.end()) << key;
      const std::string& truth = clean[i].at(attribute);
      const std::string& cell = dirty[i].at(attribute);
      const Kind kind = KindOf(truth, cell);
      ++kinds[kind];
      EXPECT_TRUE(Fits(kind, verdict->second))
          << key << ": '" << cell << "' beside '" << truth << "' is "
          << verdict->second;
    }
  }
  // 4,920 cells differ as text; 2,312 of them are blank.
  const int differ =
      kinds[Kind::kBlank] + kinds[Kind::kSameTime] + kinds[Kind::kOther];
  EXPECT_EQ(differ, 4920);
  EXPECT_GT(kinds[Kind::kBlank], 2312);
  EXPECT_GE(kinds[Kind::kSameTime], 324);
  EXPECT_LE(kinds[Kind::kSameTime], 334);
  std::cout << "blank or not available " << kinds[Kind::kBlank]
            << ", same time in another writing " << kinds[Kind::kSameTime]
            << ", other " << kinds[Kind::kOther] << "\n";
}

std::string DigitsOf(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) digits += c;
  }
  return digits;
}

TEST_F(RealInputTest, CrmBillingSupport) {
  ASSERT_NO_FATAL_FAILURE(Open("crm_billing_support"));
  if (IsSkipped()) return;
  Cli({"vocabulary", "apply", Config("vocabularies/crm_billing_support.yaml")});
  Cli({"facts", "import", "--mapping", Config("mappings/crm_facts.yaml"),
       folder_ / "golden_customers.csv"});
  Cli({"links", "import", "--mapping", Config("mappings/crm_links.yaml"),
       folder_ / "xref_golden_to_source.csv"});
  const std::map<std::string, std::string> verdicts =
      ImportClaims("mappings/crm_claims.yaml", "customers_all_sources.csv");
  PrintCounts();

  std::map<std::string, std::string> golden_phone;
  for (const Row& row : ReadCsv(folder_ / "golden_customers.csv")) {
    golden_phone[row.at("golden_customer_id")] = row.at("phone");
  }
  std::map<std::string, std::string> golden_id;
  for (const Row& row : ReadCsv(folder_ / "xref_golden_to_source.csv")) {
    golden_id[absl::StrCat(row.at("source_system"), "|",
                           row.at("source_customer_id"))] =
        row.at("golden_customer_id");
  }
  int written_otherwise = 0;
  for (const Row& row : ReadCsv(folder_ / "customers_all_sources.csv")) {
    const std::string subject = absl::StrCat(row.at("source_system"), "|",
                                             row.at("source_customer_id"));
    const auto golden = golden_id.find(subject);
    if (golden == golden_id.end()) continue;
    const std::string& truth = golden_phone.at(golden->second);
    const std::string& phone = row.at("phone");
    if (truth.empty() || DigitsOf(phone) != DigitsOf(truth)) continue;
    if (phone != truth) ++written_otherwise;
    const auto verdict = verdicts.find(absl::StrCat(subject, "|phone"));
    ASSERT_NE(verdict, verdicts.end()) << subject;
    EXPECT_EQ(verdict->second, "AGREES") << subject;
  }
  std::cout << "phones that only the writing tells apart: " << written_otherwise
            << "\n";
  EXPECT_GT(written_otherwise, 0);

  std::map<std::string, int> disagreements;
  for (const auto& [key, verdict] : verdicts) {
    if (Disagrees(verdict)) ++disagreements[key.substr(key.rfind('|') + 1)];
  }
  for (const auto& [attribute, count] : disagreements) {
    std::cout << attribute << ": " << count << " disagree\n";
  }
  // All of them the same mailbox at gmail.com and at email.com.
  EXPECT_EQ(disagreements["email"], 38);
  for (const char* attribute : {"first_name", "last_name", "phone", "address",
                                "city", "state", "zip"}) {
    EXPECT_EQ(disagreements[attribute], 0) << attribute;
  }
}

}  // namespace
}  // namespace concordat
