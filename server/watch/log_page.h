// The log by revision as watches read it.
#ifndef CONCORDAT_SERVER_WATCH_LOG_PAGE_H_
#define CONCORDAT_SERVER_WATCH_LOG_PAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/revision.h"
#include "graph/revision_token.h"
#include "graph/store.h"
#include "server/convert/watch.h"
#include "server/watch/filter.h"

namespace concordat {

// One event of a commit. Immutable but for its bytes, which are made when the
// first watch needs them; thread-safe.
class LogEvent {
 public:
  LogEvent() = default;
  LogEvent(const LogEvent&) = delete;
  LogEvent& operator=(const LogEvent&) = delete;

  // `former`: as EventSubjectOf takes it; the first so many of those that a
  // page shares.
  void Set(Change change,
           std::shared_ptr<const std::vector<EntityId>> shared = nullptr,
           size_t former = 0);
  void Set(rows::JudgedClaim judged) { what_ = std::move(judged); }
  void Set(convert::FindingChange finding) { what_ = std::move(finding); }

  EventSubject Subject() const;
  // A serialised WatchEvent.
  const std::string& Bytes(uint32_t ordinal, const TokenMint& tokens) const;

 private:
  struct RecordedChange {
    Change change;
    std::shared_ptr<const std::vector<EntityId>> shared;
    size_t former;
  };
  std::variant<RecordedChange, rows::JudgedClaim, convert::FindingChange> what_;
  mutable std::once_flag made_;
  mutable std::string bytes_;
};

// What one commit recorded. Immutable; thread-safe.
struct LogCommit {
  Revision revision;
  std::string bytes;             // a serialised WatchedCommit without events
  std::vector<LogEvent> events;  // by ordinal
  size_t weight = 0;             // bytes of memory, about
};

using LogPage = std::vector<std::shared_ptr<const LogCommit>>;

// The commits after `after`, in order and without gaps: until they have
// `events_max` events, or there are no more. Errors: REVISION_COMPACTED where
// the log no longer has what came after `after`; DATA_LOSS; the reader's.
absl::StatusOr<LogPage> ReadLog(const Reader& reader, const TokenMint& tokens,
                                Revision after, size_t events_max);

// OK where the log has everything after `after`; else REVISION_COMPACTED.
absl::Status CheckLogKept(const Reader& reader, const TokenMint& tokens,
                          Revision after);

// The newest revision up to `head` that was recorded before `time`, by halving:
// as far as times go up with revisions. REVISION_COMPACTED where the log no
// longer goes back so far.
absl::StatusOr<Revision> LastBefore(const Reader& reader,
                                    const TokenMint& tokens, absl::Time time,
                                    Revision head);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_WATCH_LOG_PAGE_H_
