// What is in a store, to be compared with what is in another.
#ifndef CONCORDAT_TESTS_CONSISTENCY_STORED_ROWS_H_
#define CONCORDAT_TESTS_CONSISTENCY_STORED_ROWS_H_

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "consistency/held_reader.h"
#include "consistency/rows.h"
#include "graph/store.h"
#include "gtest/gtest.h"

namespace concordat {

// By "space/key". What channels hold may lie in one run or another, or in the
// log alone, and stands here as "held/key".
using StoredRows = std::map<std::string, std::string>;

inline StoredRows StoredRowsOf(const Reader& reader) {
  StoredRows all;
  for (const Space space : rows::AllSpaces()) {
    if (space.id == rows::kHeldRuns.id || space.id == rows::kHeldChanges.id ||
        space.id == rows::kHeldFilters.id) {
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
  return all;
}

}  // namespace concordat

#endif  // CONCORDAT_TESTS_CONSISTENCY_STORED_ROWS_H_
