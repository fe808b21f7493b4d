// How the judged claims of one commit are written in the log: names that
// repeat, of channels, attributes and types, once, and times as distances.
#ifndef CONCORDAT_CONSISTENCY_CLAIM_RECORDS_H_
#define CONCORDAT_CONSISTENCY_CLAIM_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/claims.h"
#include "consistency/verdict.h"
#include "graph/ids.h"
#include "graph/personal.h"

namespace concordat::rows {

// A claim as judged when it was recorded.
struct JudgedClaim {
  Claim claim;
  Verdict verdict = Verdict::kUndecided;
  std::optional<Verdict> further;
  // The entity that it was found to be about, whose key seals its value, and
  // the canonical name of its attribute. Claims of builds before have an empty
  // name.
  std::optional<EntityId> about = std::nullopt;
  std::string attribute = {};
  // Where it was the first of the channel that agreed after a change of the
  // truth: how long after that it was said, in whole seconds.
  std::optional<absl::Duration> lag = std::nullopt;
};

// The same, of views.
struct JudgedView {
  const ReportedClaim& claim;
  bool personal = true;
  absl::Time received_at;
  Verdict verdict = Verdict::kUndecided;
  std::optional<Verdict> further;
  const EntityId* about = nullptr;  // nullptr: none
  absl::string_view attribute;
  std::optional<absl::Duration> lag = std::nullopt;
};

// `claim` is that of `judged`.
JudgedView ViewOf(const JudgedClaim& judged, const ReportedClaim& claim);

// Names in the order in which a row first has them. Few, so they are looked
// for one after the other.
class RowNames {
 public:
  // The name's number; or nullopt where it is new, and then it has the next.
  std::optional<uint64_t> Find(absl::string_view name);

 private:
  std::vector<std::string> names_;
  size_t last_ = 0;
};

// Writes claims one after the other into a row. Not thread-safe.
class ClaimsEncoder {
 public:
  ClaimsEncoder();

  void Add(const JudgedView& judged);
  void Add(const JudgedClaim& judged);
  // About how long the row is.
  size_t bytes() const { return out_.bytes().size(); }
  // The row; the encoder is as new.
  std::string TakeRow();

 private:
  void Name(absl::string_view name, RowNames& names);

  RowEncoder out_;
  // Apart, for each comes in turns of its own.
  RowNames channels_;
  RowNames attributes_;
  RowNames types_;
  absl::Time last_received_;
  absl::Time last_said_;
};

// Reads what a ClaimsEncoder wrote. `row` must outlive it.
class ClaimsDecoder {
 public:
  explicit ClaimsDecoder(absl::string_view row);
  ClaimsDecoder(const ClaimsDecoder&) = delete;
  ClaimsDecoder& operator=(const ClaimsDecoder&) = delete;

  // The next claim; nothing at the end, or where the row is broken: Finish
  // tells. A view is valid until the next call.
  std::optional<JudgedClaim> Next();
  const JudgedView* NextView();
  // OK where all was read and was whole. Errors: DATA_LOSS; STORAGE_VERSION
  // for a layout of a newer version.
  absl::Status Finish() const;

 private:
  absl::string_view Name(std::vector<absl::string_view>& names);
  bool ReadView();
  void ReadAbout(uint64_t marks);
  bool ReadOfEarlierLayout();

  RowDecoder in_;
  uint64_t layout_;
  uint64_t left_ = 0;  // of earlier layouts
  std::vector<absl::string_view> channels_;
  std::vector<absl::string_view> attributes_;
  std::vector<absl::string_view> types_;
  absl::Time last_received_;
  absl::Time last_said_;
  // The claim that was read last.
  ReportedClaim claim_;
  JudgedView view_{.claim = claim_};
  EntityId about_;
  JudgedClaim of_earlier_layout_;
};

}  // namespace concordat::rows

#endif  // CONCORDAT_CONSISTENCY_CLAIM_RECORDS_H_
