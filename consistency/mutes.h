// Mutes: what people have decided not to be told of, for a reason and a time.
#ifndef CONCORDAT_CONSISTENCY_MUTES_H_
#define CONCORDAT_CONSISTENCY_MUTES_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "consistency/finding_scope.h"
#include "graph/revision.h"

namespace concordat {

// Covers every finding of its scope, those to come included, from when it was
// put until it ends. Findings are not changed by it: one that is open is shown
// as MUTED, and is what it was when the mute ends.
struct Mute {
  // Made from the revision at which it was put.
  std::string id;
  FindingScope scope;  // not empty
  std::string reason;
  // Who answers for it.
  std::string owner;
  absl::Time expires_at;
  // Who put it, and when.
  std::string actor;
  absl::Time put_at;
  Revision revision;
  // Set once it ended: expired, or was lifted by somebody for a reason.
  bool ended = false;
  absl::Time ended_at = absl::InfiniteFuture();
  std::string ended_by;
  std::string ended_reason;
};

std::string MuteIdOf(Revision revision);

// The mutes in force, at most limits::kMutesMax. Immutable; thread-safe.
class Mutes {
 public:
  Mutes() = default;
  explicit Mutes(std::vector<Mute> in_force) : mutes_(std::move(in_force)) {}

  const std::vector<Mute>& all() const { return mutes_; }
  // The one that covers the finding and lasts longest; nullptr for none, and
  // where the finding is not open: what is gone needs no mute.
  const Mute* Covering(const Finding& finding) const;
  // Whether one's scope has the finding, whatever its state.
  bool Concern(const Finding& finding) const;
  // How the finding is shown.
  FindingState StateOf(const Finding& finding) const;

 private:
  std::vector<Mute> mutes_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_MUTES_H_
