// Every labelled pair gets the verdict of its label.
#include <fstream>
#include <string>
#include <vector>

#include "client/values/pair_file.h"
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

}  // namespace
}  // namespace concordat::values
