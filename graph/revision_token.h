// Tokens that cross the wire: opaque to clients, bound to the store that gave
// them, checked before they are believed.
#ifndef CONCORDAT_GRAPH_REVISION_TOKEN_H_
#define CONCORDAT_GRAPH_REVISION_TOKEN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/revision.h"

namespace concordat {

// Hides what a token holds, and proves whose it is. Thread-safe.
class TokenSealer {
 public:
  virtual ~TokenSealer() = default;
  virtual std::string Seal(absl::string_view plain) const = 0;
  // nullopt: it is not what was sealed here.
  virtual std::optional<std::string> Open(absl::string_view sealed) const = 0;
};

// Makes and reads the tokens of one store. Immutable; thread-safe.
class TokenMint {
 public:
  // Page tokens are sealed: where a list goes on is the key of what comes next,
  // which may be somebody whom the caller may not know of. `sealer` must
  // outlive this; nullptr, in tests: they are not.
  explicit TokenMint(uint64_t store_id, const TokenSealer* sealer = nullptr)
      : store_id_(store_id), sealer_(sealer) {}

  uint64_t store_id() const { return store_id_; }

  std::string RevisionToken(Revision revision) const;
  // Errors: MALFORMED_TOKEN, FOREIGN_TOKEN.
  absl::StatusOr<Revision> ReadRevision(absl::string_view token) const;

  // Where a list goes on: the revision it is pinned to, the key to start from,
  // and a fingerprint of the request, so that a token is not used for another.
  struct Page {
    Revision revision;
    std::string start;
  };
  std::string PageToken(const Page& page, absl::string_view request) const;
  // Errors: MALFORMED_TOKEN (also where `request` differs), FOREIGN_TOKEN.
  absl::StatusOr<Page> ReadPage(absl::string_view token,
                                absl::string_view request) const;

 private:
  const uint64_t store_id_;
  const TokenSealer* const sealer_;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_REVISION_TOKEN_H_
