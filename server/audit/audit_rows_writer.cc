#include "server/audit/audit_rows_writer.h"

#include <algorithm>

#include "graph/status_macros.h"

namespace concordat {
namespace {

// Findings of one block: a page reads a few.
constexpr size_t kBlockFindings = 128;
// Of one transaction: others wait no longer than for that.
constexpr size_t kWriteBytes = 1 << 20;
// Those that wait while one is committed go together into the next one.
constexpr int kWritesMax = 16;
constexpr size_t kRemoveBlocks = 200;

}  // namespace

absl::Status WriteAndWait(Committer& committer,
                          std::function<absl::Status(Transaction&)> work) {
  struct Waiting {
    Mutex mutex;
    CondVar done;
    bool is_done ABSL_GUARDED_BY(mutex) = false;
    absl::Status status ABSL_GUARDED_BY(mutex);
  };
  const auto waiting = std::make_shared<Waiting>();
  committer.WriteAside([work = std::move(work)](
                           Transaction& tx, absl::Time) { return work(tx); },
                       [waiting](const absl::Status& status) {
                         MutexLock lock(&waiting->mutex);
                         waiting->status = status;
                         waiting->is_done = true;
                         waiting->done.NotifyAll();
                       });
  MutexLock lock(&waiting->mutex);
  while (!waiting->is_done) waiting->done.Wait(&waiting->mutex);
  return waiting->status;
}

AuditRowsWriter::AuditRowsWriter(Committer* committer, uint64_t number,
                                 std::string channel)
    : committer_(*committer), number_(number), channel_(std::move(channel)) {}

AuditRowsWriter::Block AuditRowsWriter::Encode(
    absl::Span<const audits::AuditFinding> findings, uint32_t run,
    uint32_t block) const {
  return {rows::AuditBlockKey(number_, run, block),
          rows::EncodeAuditFindings(findings, channel_)};
}

absl::Status AuditRowsWriter::Write(std::vector<Block> blocks) {
  if (blocks.empty()) return absl::OkStatus();
  {
    MutexLock lock(&writes_->mutex);
    while (writes_->count >= kWritesMax) writes_->ended.Wait(&writes_->mutex);
    if (!writes_->failed.ok()) return writes_->failed;
    ++writes_->count;
  }
  committer_.WriteAside(
      [blocks = std::move(blocks)](Transaction& tx, absl::Time) {
        for (const auto& [key, row] : blocks) {
          CONCORDAT_RETURN_IF_ERROR(tx.Put(rows::kAudits, key, row));
        }
        return absl::OkStatus();
      },
      [writes = writes_](const absl::Status& status) {
        MutexLock lock(&writes->mutex);
        if (writes->failed.ok()) writes->failed = status;
        --writes->count;
        writes->ended.NotifyAll();
      });
  return absl::OkStatus();
}

absl::Status AuditRowsWriter::AwaitWrites() {
  MutexLock lock(&writes_->mutex);
  while (writes_->count > 0) writes_->ended.Wait(&writes_->mutex);
  return writes_->failed;
}

absl::Status AuditRowsWriter::WriteRun(
    std::vector<audits::AuditFinding> findings) {
  audits::SortAndMerge(findings);
  uint32_t run = 0;
  {
    MutexLock lock(&mutex_);
    run = ++runs_;
  }
  std::vector<Block> blocks;
  size_t bytes = 0;
  uint32_t number = 0;
  const absl::Span<const audits::AuditFinding> all(findings);
  for (size_t at = 0; at < all.size(); at += kBlockFindings) {
    blocks.push_back(Encode(all.subspan(at, kBlockFindings), run, number++));
    bytes += blocks.back().second.size();
    if (bytes < kWriteBytes) continue;
    CONCORDAT_RETURN_IF_ERROR(Write(std::exchange(blocks, {})));
    bytes = 0;
  }
  CONCORDAT_RETURN_IF_ERROR(Write(std::move(blocks)));
  return AwaitWrites();
}

uint32_t AuditRowsWriter::runs() const {
  MutexLock lock(&mutex_);
  return runs_;
}

absl::Status AuditRowsWriter::Add(audits::AuditFinding finding) {
  pending_.push_back(std::move(finding));
  if (pending_.size() < kBlockFindings) return absl::OkStatus();
  blocks_.push_back(Encode(pending_, 0, next_block_++));
  pending_.clear();
  block_bytes_ += blocks_.back().second.size();
  if (block_bytes_ < kWriteBytes) return absl::OkStatus();
  block_bytes_ = 0;
  return Write(std::exchange(blocks_, {}));
}

absl::Status AuditRowsWriter::Flush() {
  if (!pending_.empty()) {
    blocks_.push_back(Encode(pending_, 0, next_block_++));
    pending_.clear();
  }
  block_bytes_ = 0;
  CONCORDAT_RETURN_IF_ERROR(Write(std::exchange(blocks_, {})));
  return AwaitWrites();
}

absl::Status AuditRowsWriter::Clear(bool all) {
  // None may come after what removes it.
  AwaitWrites().IgnoreError();
  bool more = true;
  while (more) {
    CONCORDAT_RETURN_IF_ERROR(
        WriteAndWait(committer_, [&](Transaction& tx) -> absl::Status {
          CONCORDAT_ASSIGN_OR_RETURN(
              more, rows::RemoveAuditBlocks(tx, number_, !all, kRemoveBlocks));
          return absl::OkStatus();
        }));
  }
  return absl::OkStatus();
}

}  // namespace concordat
