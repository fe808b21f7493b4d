// Tokens from clients. Whatever arrives as one is refused, or is what this
// store gave out: it reads back to what was put into it. A token of one store
// is none of another's, and a page token is none for another request.
//
// Input: a number of eight bytes, then a text that serves as a token, as the
// start of a page and as a request.
#include <string>

#include "graph/errors.h"
#include "graph/revision_token.h"
#include "tests/fuzz/input.h"

namespace concordat {
namespace {

bool IsRefusal(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail.has_value() &&
         (detail->reason == ErrorReason::kMalformedToken ||
          detail->reason == ErrorReason::kForeignToken);
}

void CheckRead(const TokenMint& mint, absl::string_view token) {
  const absl::StatusOr<Revision> revision = mint.ReadRevision(token);
  if (revision.ok()) {
    CONCORDAT_FUZZ_CHECK(mint.ReadRevision(mint.RevisionToken(*revision)) ==
                         revision);
  } else {
    CONCORDAT_FUZZ_CHECK(IsRefusal(revision.status()));
  }
  const absl::StatusOr<TokenMint::Page> page = mint.ReadPage(token, "request");
  if (page.ok()) {
    const absl::StatusOr<TokenMint::Page> again =
        mint.ReadPage(mint.PageToken(*page, "request"), "request");
    CONCORDAT_FUZZ_CHECK(again.ok());
    CONCORDAT_FUZZ_CHECK(again->revision == page->revision);
    CONCORDAT_FUZZ_CHECK(again->start == page->start);
  } else {
    CONCORDAT_FUZZ_CHECK(IsRefusal(page.status()));
  }
}

void CheckMinted(const TokenMint& mint, const TokenMint& other,
                 Revision revision, absl::string_view text) {
  const std::string token = mint.RevisionToken(revision);
  const absl::StatusOr<Revision> read = mint.ReadRevision(token);
  CONCORDAT_FUZZ_CHECK(read.ok() && *read == revision);
  CONCORDAT_FUZZ_CHECK(!other.ReadRevision(token).ok());

  const std::string page_token =
      mint.PageToken({revision, std::string(text)}, text);
  const absl::StatusOr<TokenMint::Page> page = mint.ReadPage(page_token, text);
  CONCORDAT_FUZZ_CHECK(page.ok());
  CONCORDAT_FUZZ_CHECK(page->revision == revision && page->start == text);
  CONCORDAT_FUZZ_CHECK(!other.ReadPage(page_token, text).ok());
  CONCORDAT_FUZZ_CHECK(
      !mint.ReadPage(page_token, std::string(text) + "x").ok());
}

}  // namespace
}  // namespace concordat

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  fuzz::Input input(data, size);
  uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | input.Byte();
  const TokenMint mint(0x0123456789abcdef);
  const TokenMint other(0x0123456789abcdee);
  CheckRead(mint, input.Rest());
  CheckMinted(mint, other, Revision(number), input.Rest());
  return 0;
}
