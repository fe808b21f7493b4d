// Batches over a stream, several on their way at a time, each until the server
// has answered it.
#ifndef CONCORDAT_CLIENT_IMPORT_BATCH_SENDER_H_
#define CONCORDAT_CLIENT_IMPORT_BATCH_SENDER_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/import/batch.h"

namespace concordat::client {

// Batches on their way at a time.
inline constexpr size_t kBatchesInFlightMax = 8;

// Whoever wants to know what became of the batches. Called by the thread that
// calls Send or Finish.
class BatchObserver {
 public:
  virtual ~BatchObserver() = default;
  // A batch of claims is durable, but for those that the results reject.
  virtual void OnClaims(const Batch& batch,
                        const v1::StreamClaimsResponse& response) = 0;
  // A batch of changes is durable.
  virtual void OnWritten(const Batch& batch,
                         const v1::WriteKnowledgeResponse& response) = 0;
  // One change of a batch was refused; the others are sent again without it.
  virtual void OnRefused(int64_t line, const absl::Status& error) = 0;
};

// Sends batches in order. A stream that breaks is opened again, and what was
// not answered is sent again: ids make that harmless. Changes that the server
// refuses are taken out of their batch, which is sent again without them.
// Not thread-safe.
class BatchSender {
 public:
  // Waits for the given time before the next try.
  using Wait = std::function<void(absl::Duration)>;

  virtual ~BatchSender() = default;

  // Takes the batch over; waits while too many are on their way. An error ends
  // the import: the server refuses all, or stays away for six tries.
  virtual absl::Status Send(std::unique_ptr<Batch> batch) = 0;

  // Waits until every batch is answered.
  virtual absl::Status Finish() = 0;

  // The first batch of the file that is not recorded yet, also after an error;
  // null: there is none.
  virtual const Batch* oldest() const = 0;
};

// `observer` must outlive the sender; `open` opens a stream.
std::unique_ptr<BatchSender> NewClaimSender(
    std::function<std::unique_ptr<ClaimStream>()> open, BatchSender::Wait wait,
    BatchObserver* observer);
std::unique_ptr<BatchSender> NewKnowledgeSender(
    std::function<std::unique_ptr<KnowledgeStream>()> open,
    BatchSender::Wait wait, BatchObserver* observer);

// The index in a field's path, `changes[3].put_fact.value`; -1: none.
int IndexOfField(absl::string_view field);
// The last name of a field's path: `value`.
absl::string_view NameOfField(absl::string_view field);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_BATCH_SENDER_H_
