// Who read or changed which personal attributes of whom, and why; never the
// values. Append-only: each record holds the hash of the one before, so that
// none can be changed, left out or put in without the rest giving it away.
#ifndef CONCORDAT_SERVER_ACCESS_ACCESS_LOG_H_
#define CONCORDAT_SERVER_ACCESS_ACCESS_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/access/grants.h"
#include "graph/clock.h"
#include "graph/ids.h"
#include "graph/mutex.h"
#include "graph/store.h"

namespace concordat {

// What was seen or changed of one entity: canonical names of attributes, and
// what was seen of them.
struct AccessedEntity {
  EntityId entity;
  std::vector<std::pair<std::string, Sight>> attributes;
};

struct AccessRecord {
  uint64_t number = 0;  // from 1; given when it is appended
  absl::Time time;      // likewise
  std::string caller;
  std::string channel;
  std::string purpose;
  std::string method;  // "KnowledgeService/GetEntity"
  bool changed = false;
  std::string revision;  // a token; empty: the answer names none
  std::string trace_id;
  std::vector<AccessedEntity> entities;
};

// Which accesses are asked for. What is empty or unset leaves all in.
struct AccessFilter {
  std::vector<EntityId> entities;  // any of these
  std::string caller;
  absl::Time from = absl::InfinitePast();
  absl::Time before = absl::InfiniteFuture();
};

// A page of records, the newest first.
struct AccessPage {
  std::vector<AccessRecord> records;
  // Where the following page begins: before this number; 0: at the end.
  uint64_t next = 0;
};

// The whole chain, found to be whole.
struct AccessChain {
  uint64_t records = 0;
  std::string head;  // of the last record, 32 bytes; of nothing: zeros
  absl::Time first_time;
  absl::Time last_time;
};

// Thread-safe.
class AccessLog {
 public:
  // The spaces of a store of its own, so that reading costs the graph's writer
  // nothing.
  static std::vector<Space> Spaces();

  // Both must outlive this.
  AccessLog(Store* store, const Clock* clock);
  // Stops.
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  // Once, before anything else. Errors: the store's, ACCESS_LOG_BROKEN.
  absl::Status Start();
  // Records what waits, and takes no more. Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // Calls `done` once the record is durable, together with those that came with
  // it; or with why it is not: ACCESS_LOG_UNAVAILABLE. `done` is called by the
  // log's own thread and must not wait.
  void Append(AccessRecord record, std::function<void(absl::Status)> done)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // At most `limit` records with a number below `before` (0: all). Looks
  // through a bounded part of the log. Errors: the store's, ACCESS_LOG_BROKEN.
  absl::StatusOr<AccessPage> List(const AccessFilter& filter, uint64_t before,
                                  size_t limit) const;

  // Reads all of it. Errors: ACCESS_LOG_BROKEN with the first record that does
  // not fit.
  absl::StatusOr<AccessChain> Verify() const;

  // Records since the log began; whether the last could not be made durable.
  uint64_t records() const ABSL_LOCKS_EXCLUDED(mutex_);
  bool failing() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Waiting {
    AccessRecord record;
    std::function<void(absl::Status)> done;
  };

  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Write(std::vector<Waiting>& group);
  // Adds to the block of the record, and puts the filter of the one before
  // where that is full.
  absl::Status AddToBlock(Transaction& tx, const AccessRecord& record);

  Store& store_;
  const Clock& clock_;

  mutable Mutex mutex_;
  CondVar changed_;
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool started_ ABSL_GUARDED_BY(mutex_) = false;
  bool failing_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t recorded_ ABSL_GUARDED_BY(mutex_) = 0;

  // Of the log's thread.
  uint64_t number_ = 0;  // of the last record
  std::string head_;     // its hash
  // Whom and by whom the records of the block are that is not full yet.
  std::vector<std::string> block_keys_;

  std::thread thread_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_ACCESS_LOG_H_
