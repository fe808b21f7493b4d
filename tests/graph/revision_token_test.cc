#include "graph/revision_token.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

const TokenMint kMint(17);
const TokenMint kOther(18);

TEST(RevisionTokenTest, ComesBack) {
  for (const uint64_t number : {uint64_t{0}, uint64_t{1}, uint64_t{1000},
                                std::numeric_limits<uint64_t>::max()}) {
    const Revision revision(number);
    const auto read = kMint.ReadRevision(kMint.RevisionToken(revision));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, revision);
  }
}

TEST(RevisionTokenTest, OfAnotherStoreIsForeign) {
  const std::string token = kOther.RevisionToken(Revision(5));
  EXPECT_EQ(ReasonOf(kMint.ReadRevision(token).status()), "FOREIGN_TOKEN");
}

TEST(RevisionTokenTest, InventedOnesAreMalformed) {
  for (const char* token : {"", "x", "5", "not base64!", "AAAAAAAA",
                            "////////////////", "\xff\xfe"}) {
    EXPECT_EQ(ReasonOf(kMint.ReadRevision(token).status()), "MALFORMED_TOKEN")
        << token;
    EXPECT_EQ(ReasonOf(kMint.ReadPage(token, "list").status()),
              "MALFORMED_TOKEN")
        << token;
  }
}

TEST(RevisionTokenTest, EveryChangedCharacterIsNoticed) {
  const std::string token = kMint.RevisionToken(Revision(123456));
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const absl::StatusOr<Revision> read = kMint.ReadRevision(changed);
    // The last character may hold bits that do not count.
    if (read.ok()) {
      EXPECT_EQ(i, token.size() - 1);
      EXPECT_EQ(*read, Revision(123456));
      continue;
    }
    EXPECT_EQ(ReasonOf(read.status()), "MALFORMED_TOKEN") << i;
  }
  for (size_t size = 0; size < token.size(); ++size) {
    EXPECT_FALSE(kMint.ReadRevision(token.substr(0, size)).ok()) << size;
  }
}

TEST(RevisionTokenTest, IsSafeInAnAddress) {
  for (uint64_t number = 0; number < 200; ++number) {
    for (const char c : kMint.RevisionToken(Revision(number * 7919))) {
      EXPECT_TRUE(isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' ||
                  c == '_')
          << c;
    }
  }
}

TEST(PageTokenTest, ComesBackForTheSameRequest) {
  const std::string start("key\0part", 8);
  const auto page =
      kMint.ReadPage(kMint.PageToken({Revision(4), start}, "list"), "list");
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->revision, Revision(4));
  EXPECT_EQ(page->start, start);
}

TEST(PageTokenTest, OfAnotherRequestIsMalformed) {
  const std::string token = kMint.PageToken({Revision(4), "k"}, "list a");
  EXPECT_EQ(ReasonOf(kMint.ReadPage(token, "list b").status()),
            "MALFORMED_TOKEN");
}

TEST(PageTokenTest, OfAnotherStoreIsForeign) {
  const std::string token = kOther.PageToken({Revision(4), "k"}, "list");
  EXPECT_EQ(ReasonOf(kMint.ReadPage(token, "list").status()), "FOREIGN_TOKEN");
}

TEST(PageTokenTest, IsNoRevisionTokenNorTheReverse) {
  EXPECT_EQ(
      ReasonOf(
          kMint.ReadRevision(kMint.PageToken({Revision(4), ""}, "")).status()),
      "MALFORMED_TOKEN");
  EXPECT_EQ(
      ReasonOf(kMint.ReadPage(kMint.RevisionToken(Revision(4)), "").status()),
      "MALFORMED_TOKEN");
}

}  // namespace
}  // namespace concordat
