// What an import sends at a time.
#ifndef CONCORDAT_CLIENT_IMPORT_BATCH_H_
#define CONCORDAT_CLIENT_IMPORT_BATCH_H_

#include <google/protobuf/arena.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/import/line_reader.h"
#include "concordat/v1/claims.pb.h"
#include "concordat/v1/knowledge.pb.h"

namespace concordat::client {

// What a file holds.
enum class ItemKind { kFacts, kRelations, kLinks, kClaims };

// `facts`, `relations`, `links` or `claims`.
absl::string_view NameOf(ItemKind kind);

// Items in the form in which they go over the wire, each with the line that it
// comes from. Not thread-safe.
class Batch {
 public:
  explicit Batch(ItemKind kind);
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  // Adds an item; it lives as long as the batch. AddClaim is for kClaims,
  // AddChange for the other kinds.
  v1::Claim* AddClaim(int64_t line);
  v1::Change* AddChange(int64_t line);

  ItemKind kind() const { return kind_; }
  size_t size() const { return lines_.size(); }
  int64_t line(size_t index) const { return lines_[index]; }

  // Drops the items from `size` on.
  void Truncate(size_t size);
  // Drops the items at `indexes`, which are ascending.
  void Remove(const std::vector<size_t>& indexes);
  // Moves the second half of the changes into a batch of their own. Not for
  // claims; the batch holds at least two.
  std::unique_ptr<Batch> SplitHalf();

  // Gives a write the id that its content and `origin` have: the same every
  // time, so that sending it again is harmless. Not for claims.
  void AssignRequestId();

  // Bytes of the items from `first` on, on the wire.
  size_t BytesFrom(size_t first) const;

  // The request; only the one of its kind is filled.
  v1::StreamClaimsRequest& claims() { return *claims_; }
  const v1::StreamClaimsRequest& claims() const { return *claims_; }
  v1::WriteKnowledgeRequest& write() { return *knowledge_->mutable_write(); }
  const v1::StreamKnowledgeRequest& knowledge() const { return *knowledge_; }

  // Identity of the file, for AssignRequestId.
  std::string origin;
  // Where its first row starts; maintained by the importer.
  FilePosition begin;
  // Just after its last row.
  FilePosition end;
  // Rows of the file before `begin`, and before `end`.
  int64_t rows_before = 0;
  int64_t rows_after = 0;
  // How often it was refused and sent again, smaller.
  int refusals = 0;

 private:
  const ItemKind kind_;
  google::protobuf::Arena arena_;
  v1::StreamClaimsRequest* const claims_;
  v1::StreamKnowledgeRequest* const knowledge_;
  std::vector<int64_t> lines_;  // One an item.
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_BATCH_H_
