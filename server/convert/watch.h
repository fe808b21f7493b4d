// Events of a watch as bytes of the wire: encoded once for all who get them,
// and put together into responses without being encoded again.
#ifndef CONCORDAT_SERVER_CONVERT_WATCH_H_
#define CONCORDAT_SERVER_CONVERT_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "concordat/v1/watch.pb.h"
#include "consistency/findings.h"
#include "consistency/rows.h"
#include "graph/cursors.h"
#include "graph/facts.h"
#include "graph/revision_token.h"
#include "graph/rows.h"

namespace concordat::convert {

// Values are those of concordat.v1.WatchContent.
enum class WatchContent : uint8_t {
  kSnapshot = 1,
  kSnapshotEnd,
  kCommits,
  kBookmark,
};

// What a finding became, and which it is.
struct FindingChange {
  std::string id;
  FindingSubject subject;
  FindingEvent event;
  // nullopt: it is new.
  std::optional<FindingState> previous_state;
};

// Each gives a serialised WatchEvent.
std::string EventBytes(const Change& change, uint32_t ordinal,
                       const TokenMint& tokens);
std::string EventBytes(const rows::JudgedClaim& judged, uint32_t ordinal,
                       const TokenMint& tokens);
std::string EventBytes(const FindingChange& finding, uint32_t ordinal,
                       const TokenMint& tokens);

// The same of a row of a snapshot.
std::string RowBytes(const Change& change, const TokenMint& tokens);
std::string RowBytes(const HeldClaim& held);
std::string RowBytes(const Finding& finding, const TokenMint& tokens);

// A serialised WatchedCommit without events.
std::string CommitBytes(const rows::CommitRecord& commit,
                        const TokenMint& tokens);

// Puts a WatchResponse together.
class WatchResponseWriter {
 public:
  bool empty() const { return bytes_.empty(); }
  size_t size() const { return bytes_.size(); }

  // `commit` and `events` are serialised.
  void AddCommit(absl::string_view commit,
                 absl::Span<const absl::string_view> events, bool partial);
  void AddRow(absl::string_view event);

  // The response, which holds what was added; the writer is empty after it.
  std::string Take(absl::string_view revision_token, WatchContent content);

 private:
  std::string bytes_;
};

void ToWire(const Cursor& cursor, const TokenMint& tokens, v1::Cursor* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_WATCH_H_
