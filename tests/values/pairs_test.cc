// Every labelled pair gets the verdict of its label.
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "client/values/pair_file.h"
#include "graph/reading.h"
#include "gtest/gtest.h"

namespace concordat::values {
namespace {

TEST(PairsTest, EachPairIsAsLabelled) {
  std::ifstream file(CONCORDAT_SOURCE_DIR "/tests/values/pairs.tsv");
  const absl::StatusOr<std::vector<PairRow>> rows = ReadPairs(file);
  ASSERT_TRUE(rows.ok()) << rows.status();
  for (const PairRow& row : *rows) {
    const absl::StatusOr<PairContext> context =
        ParseContext(row.type, row.context);
    ASSERT_TRUE(context.ok()) << row.id << ": " << context.status();
    const PairJudgement judgement = JudgePair(*context, row.a, row.b);
    ASSERT_TRUE(row.label.has_value()) << row.id;
    EXPECT_STREQ(PairVerdictName(judgement.verdict),
                 PairVerdictName(*row.label))
        << row.id << ": " << row.reason << "\n"
        << judgement.reason;
  }
}

// FNV-1a, 64 bits.
uint64_t Fingerprint(uint64_t so_far, const std::string& text) {
  for (const char c : text) {
    so_far = (so_far ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return so_far;
}

// What is derived from normal forms is kept in stores.
TEST(PairsTest, AnotherNormalFormRaisesTheVersion) {
  std::ifstream file(CONCORDAT_SOURCE_DIR "/tests/values/pairs.tsv");
  const absl::StatusOr<std::vector<PairRow>> rows = ReadPairs(file);
  ASSERT_TRUE(rows.ok()) << rows.status();
  uint64_t fingerprint = 0xcbf29ce484222325ULL;
  for (const PairRow& row : *rows) {
    const absl::StatusOr<PairContext> context =
        ParseContext(row.type, row.context);
    ASSERT_TRUE(context.ok()) << context.status();
    const PairJudgement judgement = JudgePair(*context, row.a, row.b);
    for (const Reading* reading : {&judgement.a, &judgement.b}) {
      fingerprint = Fingerprint(fingerprint, reading->value.has_value()
                                                 ? reading->value->Canonical()
                                                 : "");
    }
  }
  EXPECT_EQ(kNormalFormsVersion, 2u);
  EXPECT_EQ(fingerprint, 14739127228770540952u)
      << "Some writing has another normal form than before, or there are other "
         "pairs. Where forms have changed, raise kNormalFormsVersion; then put "
         "the new numbers here.";
}

}  // namespace
}  // namespace concordat::values
