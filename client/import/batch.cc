#include "client/import/batch.h"

#include "absl/strings/str_cat.h"
#include "client/import/byte_source.h"

namespace concordat::client {
namespace {

google::protobuf::ArenaOptions BigBlocks() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = 64 << 10;
  options.max_block_size = 256 << 10;
  return options;
}

// Drops the elements at `indexes` and keeps the others in order.
template <typename Items>
void RemoveAt(const std::vector<size_t>& indexes, Items& items,
              std::vector<int64_t>& lines) {
  size_t kept = 0;
  size_t next = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (next < indexes.size() && indexes[next] == i) {
      ++next;
      continue;
    }
    if (kept != i)
      items.SwapElements(static_cast<int>(kept), static_cast<int>(i));
    lines[kept++] = lines[i];
  }
  lines.resize(kept);
  items.DeleteSubrange(static_cast<int>(kept),
                       items.size() - static_cast<int>(kept));
}

template <typename Items>
size_t Bytes(const Items& items, size_t first) {
  size_t bytes = 0;
  for (int i = static_cast<int>(first); i < items.size(); ++i)
    bytes += items[i].ByteSizeLong() + 8;  // And its tag and length.
  return bytes;
}

}  // namespace

absl::string_view NameOf(ItemKind kind) {
  switch (kind) {
    case ItemKind::kFacts:
      return "facts";
    case ItemKind::kRelations:
      return "relations";
    case ItemKind::kLinks:
      return "links";
    case ItemKind::kClaims:
      return "claims";
  }
  return "";
}

Batch::Batch(ItemKind kind)
    : kind_(kind),
      arena_(BigBlocks()),
      claims_(google::protobuf::Arena::CreateMessage<v1::StreamClaimsRequest>(
          &arena_)),
      knowledge_(
          google::protobuf::Arena::CreateMessage<v1::StreamKnowledgeRequest>(
              &arena_)) {
  lines_.reserve(1000);
}

v1::Claim* Batch::AddClaim(int64_t line) {
  lines_.push_back(line);
  return claims_->add_claims();
}

v1::Change* Batch::AddChange(int64_t line) {
  lines_.push_back(line);
  return knowledge_->mutable_write()->add_changes();
}

void Batch::Truncate(size_t size) {
  const int count = static_cast<int>(lines_.size() - size);
  lines_.resize(size);
  if (kind_ == ItemKind::kClaims)
    claims_->mutable_claims()->DeleteSubrange(static_cast<int>(size), count);
  else
    write().mutable_changes()->DeleteSubrange(static_cast<int>(size), count);
}

void Batch::Remove(const std::vector<size_t>& indexes) {
  if (kind_ == ItemKind::kClaims)
    RemoveAt(indexes, *claims_->mutable_claims(), lines_);
  else
    RemoveAt(indexes, *write().mutable_changes(), lines_);
}

std::unique_ptr<Batch> Batch::SplitHalf() {
  auto half = std::make_unique<Batch>(kind_);
  const size_t kept = size() / 2;
  for (size_t i = kept; i < size(); ++i)
    *half->AddChange(lines_[i]) = write().changes(static_cast<int>(i));
  Truncate(kept);
  // Either half covers the whole stretch of the file: a checkpoint passes it
  // only when both are acknowledged.
  half->begin = begin;
  half->end = end;
  half->rows_before = rows_before;
  half->rows_after = rows_after;
  half->refusals = refusals;
  half->write().set_actor(write().actor());
  half->origin = origin;
  half->AssignRequestId();
  AssignRequestId();
  return half;
}

void Batch::AssignRequestId() {
  write().clear_request_id();
  write().set_request_id(StableHash(absl::StrCat(origin, "@", begin.offset, ":",
                                                 write().SerializeAsString())));
}

size_t Batch::BytesFrom(size_t first) const {
  return kind_ == ItemKind::kClaims
             ? Bytes(claims_->claims(), first)
             : Bytes(knowledge_->write().changes(), first);
}

}  // namespace concordat::client
