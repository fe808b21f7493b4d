// What is in a store, to be compared with what is in another.
#ifndef CONCORDAT_TESTS_CONSISTENCY_STORED_ROWS_H_
#define CONCORDAT_TESTS_CONSISTENCY_STORED_ROWS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "consistency/held_reader.h"
#include "consistency/rows.h"
#include "consistency/scorecards/scorecard.h"
#include "graph/store.h"
#include "gtest/gtest.h"

namespace concordat {

// By "space/key". What channels hold may lie in one run or another, or in the
// log alone, and stands here as "held/key"; so may counts for scorecards, which
// stand here as "scores/cell".
using StoredRows = std::map<std::string, std::string>;

inline void AddScores(const Reader& reader, StoredRows& all) {
  const absl::StatusOr<std::vector<ScorecardRow>> scores =
      ReadScorecard(reader, {.channels = {},
                             .attributes = {},
                             .begin = 0,
                             .end = int64_t{1} << 40,
                             .by_channel = true,
                             .by_attribute = true,
                             .hours_each = 1});
  ASSERT_TRUE(scores.ok()) << scores.status();
  for (const ScorecardRow& row : *scores) {
    Encoder counts;
    for (const int64_t count : row.claims.counts) counts.Signed(count);
    const FindingCounts& findings = row.findings;
    counts.Signed(findings.opened).Signed(findings.reopened);
    counts.Signed(findings.resolved);
    findings.time_to_fix.Encode(counts);
    row.claims.lag.Encode(counts);
    all[absl::StrCat("scores/", row.of.hour, " ", row.of.channel, " ",
                     row.of.entity_type, ".", row.of.attribute)] =
        counts.Take();
  }
}

inline StoredRows StoredRowsOf(const Reader& reader) {
  StoredRows all;
  for (const Space space : rows::AllSpaces()) {
    if (space.id == rows::kHeldRuns.id || space.id == rows::kHeldChanges.id ||
        space.id == rows::kHeldFilters.id || space.id == rows::kScores.id) {
      continue;
    }
    const absl::Status read = reader.Scan(
        space, "", "", [&](absl::string_view key, absl::string_view value) {
          all[absl::StrCat(space.name, "/", key)] = std::string(value);
          return true;
        });
    EXPECT_TRUE(read.ok()) << read;
  }
  all.erase("meta/held");
  const absl::StatusOr<HeldReader> held = HeldReader::Open(reader);
  EXPECT_TRUE(held.ok()) << held.status();
  if (!held.ok()) return all;
  const absl::Status read =
      held->Visit("", "", [&](absl::string_view key, const HeldClaim& claim) {
        all[absl::StrCat("held/", key)] = rows::EncodeHeld({claim});
        return true;
      });
  EXPECT_TRUE(read.ok()) << read;
  AddScores(reader, all);
  return all;
}

}  // namespace concordat

#endif  // CONCORDAT_TESTS_CONSISTENCY_STORED_ROWS_H_
