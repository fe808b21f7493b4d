// Goal: the judge and the simulator's oracle, written apart from each other,
// agree on every claim of a world in which half of the claims are wrong.
// Method: the exchange files go into the real graph in memory, every claim is
// judged by the real judge under retail.yaml, and the score must be perfect.
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "client/simulate/csv.h"
#include "client/simulate/score.h"
#include "client/simulate/simulate.h"
#include "config/vocabulary_loader.h"
#include "consistency/claims.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "consistency/verdict.h"
#include "graph/facts.h"
#include "graph/graph_writer.h"
#include "graph/memory_store.h"
#include "graph/validation.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

constexpr size_t kChangesPerWrite = 1000;

using Fields = std::vector<std::string>;

// Calls `visit` with the fields of each row.
template <typename Visit>
void ForEachRow(const std::string& path, Visit visit) {
  absl::StatusOr<std::unique_ptr<simulate::CsvReader>> reader =
      simulate::CsvReader::Open(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  Fields fields;
  for (;;) {
    const absl::StatusOr<bool> more = (*reader)->Next(fields);
    ASSERT_TRUE(more.ok()) << more.status();
    if (!*more) return;
    visit(fields);
  }
}

absl::Time ParseOr(const std::string& text, absl::Time otherwise) {
  absl::Time time = otherwise;
  std::string error;
  EXPECT_TRUE(text.empty() ||
              absl::ParseTime(absl::RFC3339_full, text, &time, &error))
      << error;
  return time;
}

class SimulatedWorldTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(CONCORDAT_SOURCE_DIR "/config/vocabularies/retail.yaml");
    std::stringstream yaml;
    yaml << in.rdbuf();
    LoadedVocabulary loaded = LoadVocabulary(yaml.str(), "retail.yaml", 1);
    ASSERT_TRUE(ToStatus(loaded).ok()) << ToStatus(loaded);
    vocabulary_ = std::move(loaded.vocabulary);
  }

  void Add(Change change) {
    changes_.push_back(std::move(change));
    if (changes_.size() == kChangesPerWrite) Commit();
  }

  void Commit() {
    WriteBatch batch;
    batch.changes = std::exchange(changes_, {});
    ASSERT_TRUE(ValidateBatch(vocabulary_->schema, batch).ok())
        << ValidateBatch(vocabulary_->schema, batch);
    revision_ = revision_.Next();
    const absl::Status written = store_.Write([&](Transaction& tx) {
      return RecordBatch(tx, vocabulary_->schema, std::move(batch),
                         {.revision = revision_, .at = absl::UnixEpoch()})
          .status();
    });
    ASSERT_TRUE(written.ok()) << written;
  }

  void Import(const std::string& directory) {
    ForEachRow(directory + "/facts.csv", [&](const Fields& row) {
      FactRecord fact;
      fact.entity = {row[0], row[1]};
      fact.attribute = row[2];
      if (!row[3].empty()) fact.value = row[3];
      fact.valid = {ParseOr(row[4], absl::InfinitePast()),
                    ParseOr(row[5], absl::InfiniteFuture())};
      fact.recorded.source = row[6];
      fact.recorded.reason = row[7];
      Add(std::move(fact));
    });
    ForEachRow(directory + "/relations.csv", [&](const Fields& row) {
      RelationRecord relation;
      relation.from = {row[0], row[1]};
      relation.relation = row[2];
      relation.to = {row[3], row[4]};
      relation.valid.from = ParseOr(row[5], absl::InfinitePast());
      relation.recorded.source = row[7];
      Add(std::move(relation));
    });
    ForEachRow(directory + "/links.csv", [&](const Fields& row) {
      LinkRecord link;
      link.channel = row[0];
      link.subject = row[1];
      link.entity = {row[2], row[3]};
      link.recorded.source = row[4];
      Add(std::move(link));
    });
    Commit();
  }

  static Claim ClaimOf(const Fields& row) {
    Claim claim;
    claim.channel = row[0];
    const std::vector<std::string> parts =
        absl::StrSplit(row[1], absl::MaxSplits('/', 1));
    if (parts.size() == 2) {
      claim.entity = EntityId{parts[0], parts[1]};
    } else {
      claim.subject = row[1];
    }
    claim.attribute = row[2];
    if (!row[3].empty()) claim.value = row[3];
    claim.said_at = ParseOr(row[4], absl::InfinitePast());
    claim.said_at_given = true;
    claim.claim_id = row[7];
    return claim;
  }

  // Judges every claim into a results file.
  void JudgeAll(const std::string& directory, const std::string& results) {
    absl::StatusOr<std::unique_ptr<Reader>> reader = store_.Snapshot();
    ASSERT_TRUE(reader.ok()) << reader.status();
    StoredKnowledge knowledge(**reader, revision_, *vocabulary_, nullptr);
    absl::StatusOr<std::unique_ptr<simulate::CsvWriter>> writer =
        simulate::CsvWriter::Create(results,
                                    "claim_id,verdict,further_verdict");
    ASSERT_TRUE(writer.ok()) << writer.status();
    ForEachRow(directory + "/claims.csv", [&](const Fields& row) {
      const Claim claim = ClaimOf(row);
      const absl::Status valid =
          ValidateClaim(*vocabulary_, ViewOf(claim), SimulateOptions().end);
      EXPECT_TRUE(valid.ok()) << valid;
      const absl::StatusOr<Judgement> judgement =
          Judge(claim, *vocabulary_, knowledge);
      ASSERT_TRUE(judgement.ok()) << judgement.status();
      (*writer)->Row({claim.claim_id, VerdictName(judgement->verdict),
                      judgement->further.has_value()
                          ? VerdictName(*judgement->further)
                          : ""});
    });
    ASSERT_TRUE((*writer)->Finish().ok());
  }

  std::shared_ptr<const Vocabulary> vocabulary_;
  MemoryStore store_;
  Revision revision_;
  std::vector<Change> changes_;
};

TEST_F(SimulatedWorldTest, EveryClaimIsJudgedAsPlanted) {
  SimulateOptions options;
  options.directory = absl::StrCat(testing::TempDir(), "world_judged");
  options.customers = 1500;
  options.seed = 20261101;
  options.planted_rate = 0.5;
  const absl::Status made =
      SimulateWorld(options, [](const SimulateProgress&) {});
  ASSERT_TRUE(made.ok()) << made;
  ASSERT_NO_FATAL_FAILURE(Import(options.directory));
  const std::string results = options.directory + "/results.csv";
  ASSERT_NO_FATAL_FAILURE(JudgeAll(options.directory, results));

  const absl::StatusOr<ScoreCard> card =
      Score({options.directory + "/truth.csv", results});
  ASSERT_TRUE(card.ok()) << card.status();
  EXPECT_TRUE(card->perfect()) << card->ToText();
  EXPECT_GT(card->matched, 15'000);
  for (int verdict = 1; verdict < simulate::kVerdicts; ++verdict) {
    EXPECT_GT(card->confusion[verdict][verdict], 100)
        << simulate::kVerdictNames[verdict];
  }
}

}  // namespace
}  // namespace concordat
