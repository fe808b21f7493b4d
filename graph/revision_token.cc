#include "graph/revision_token.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "xxhash.h"

namespace concordat {
namespace {

constexpr uint64_t kRevisionKind = 1;
constexpr uint64_t kPageKind = 2;
constexpr size_t kChecksumBytes = 4;

// The checksum catches damage and invention by accident, not by malice: a
// revision token grants nothing that the caller may not ask for anyway.
std::string Checksum(absl::string_view bytes) {
  const uint64_t hash = XXH3_64bits(bytes.data(), bytes.size());
  std::string checksum(kChecksumBytes, '\0');
  for (size_t i = 0; i < kChecksumBytes; ++i) {
    checksum[i] = static_cast<char>(hash >> (8 * i));
  }
  return checksum;
}

std::string Seal(std::string body) {
  body += Checksum(body);
  return absl::WebSafeBase64Escape(body);
}

absl::StatusOr<std::string> Unseal(absl::string_view token,
                                   absl::string_view what) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) ||
      bytes.size() <= kChecksumBytes) {
    return errors::MalformedToken(what);
  }
  const std::string checksum = bytes.substr(bytes.size() - kChecksumBytes);
  bytes.resize(bytes.size() - kChecksumBytes);
  if (Checksum(bytes) != checksum) return errors::MalformedToken(what);
  return bytes;
}

uint64_t RequestHash(absl::string_view request) {
  return XXH3_64bits(request.data(), request.size());
}

}  // namespace

std::string TokenMint::RevisionToken(Revision revision) const {
  Encoder body;
  body.Unsigned(kRevisionKind).Unsigned(store_id_).Unsigned(revision.number());
  return Seal(body.Take());
}

absl::StatusOr<Revision> TokenMint::ReadRevision(
    absl::string_view token) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string body,
                             Unseal(token, "revision token"));
  Decoder decoder(body);
  const uint64_t kind = decoder.Unsigned();
  const uint64_t store_id = decoder.Unsigned();
  const Revision revision(decoder.Unsigned());
  if (!decoder.Finish("token").ok() || kind != kRevisionKind) {
    return errors::MalformedToken("revision token");
  }
  if (store_id != store_id_) return errors::ForeignToken();
  return revision;
}

std::string TokenMint::PageToken(const Page& page,
                                 absl::string_view request) const {
  Encoder body;
  body.Unsigned(kPageKind).Unsigned(store_id_).Unsigned(page.revision.number());
  body.Unsigned(RequestHash(request)).String(page.start);
  if (sealer_ == nullptr) return Seal(body.Take());
  return Seal(sealer_->Seal(body.bytes()));
}

absl::StatusOr<TokenMint::Page> TokenMint::ReadPage(
    absl::string_view token, absl::string_view request) const {
  CONCORDAT_ASSIGN_OR_RETURN(std::string body, Unseal(token, "page token"));
  if (sealer_ != nullptr) {
    std::optional<std::string> opened = sealer_->Open(body);
    if (!opened.has_value()) return errors::MalformedToken("page token");
    body = *std::move(opened);
  }
  Decoder decoder(body);
  const uint64_t kind = decoder.Unsigned();
  const uint64_t store_id = decoder.Unsigned();
  Page page;
  page.revision = Revision(decoder.Unsigned());
  const uint64_t request_hash = decoder.Unsigned();
  page.start = decoder.String();
  if (!decoder.Finish("token").ok() || kind != kPageKind ||
      request_hash != RequestHash(request)) {
    return errors::MalformedToken("page token for this request");
  }
  if (store_id != store_id_) return errors::ForeignToken();
  return page;
}

}  // namespace concordat
