// Tokens that cross the wire: opaque to clients, bound to the store that gave
// them, checked before they are believed.
#ifndef CONCORDAT_GRAPH_REVISION_TOKEN_H_
#define CONCORDAT_GRAPH_REVISION_TOKEN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/revision.h"

namespace concordat {

// Makes and reads the tokens of one store. Immutable; thread-safe.
class TokenMint {
 public:
  explicit TokenMint(uint64_t store_id) : store_id_(store_id) {}

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
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_REVISION_TOKEN_H_
