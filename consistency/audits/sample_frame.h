// Whom an audit asks about that asks itself.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_SAMPLE_FRAME_H_
#define CONCORDAT_CONSISTENCY_AUDITS_SAMPLE_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "consistency/audits/audit_plan.h"
#include "consistency/knowledge.h"
#include "consistency/sampling/confidence_sequence.h"
#include "consistency/sampling/estimate.h"
#include "consistency/sampling/sampling_plan.h"

namespace concordat::audits {

// The entities of the plan's scope of which the graph knows something that the
// channel's contract names, each under its canonical id: all of them in the
// index's order, or a sample of them in random order. Takes up to 16 bytes an
// entity. Not thread-safe.
class SampleFrame {
 public:
  // An entity to ask about.
  struct Asked {
    TruthIndex::EntityNumber number = TruthIndex::kNoEntity;
    uint32_t stratum = 0;
  };

  // `sampling` is valid; nullopt: all of them. `knowledge` is of the plan's
  // revision and vocabulary. `go_on` is asked now and then. Nobody may write
  // to the index meanwhile. Errors: UNKNOWN_ATTRIBUTE where no type in scope
  // has what strata are made by; CANCELLED; those of `knowledge`.
  static absl::StatusOr<SampleFrame> Make(
      const AuditPlan& plan,
      const std::optional<sampling::SamplingPlan>& sampling,
      StoredKnowledge& knowledge, absl::FunctionRef<bool()> go_on);

  // Entities that there are, and that are asked about at most.
  int64_t population() const { return population_; }
  int64_t size() const { return size_; }

  // The next to ask about, at most so many. None: that was all, but for what
  // EndPilot adds.
  std::vector<Asked> Next(size_t entities_max);
  // What was given so far is noted: of a sample that NEYMAN divides, there may
  // be more.
  void EndPilot();
  // What became of one: whether something is wrong. Of those that nobody
  // answered about, nothing is noted; of a sequential sample, in order.
  void Note(const Asked& asked, bool is_wrong);
  // Of a sequential sample: no more need to be asked about.
  bool IsDecided() const;

  // nullopt where it is no sample.
  std::optional<sampling::Estimate> EstimateNow() const;

 private:
  class Maker;

  SampleFrame() = default;

  void SetSize();
  absl::Status Choose(Maker& maker, absl::FunctionRef<bool()> go_on);
  void SetTargets();

  std::optional<sampling::SamplingPlan> sampling_;
  int64_t population_ = 0;
  int64_t size_ = 0;
  // In the order in which they are asked about; of strata that are divided,
  // each in its own.
  std::vector<std::vector<Asked>> order_;
  std::vector<int64_t> given_;    // of each of these
  std::vector<int64_t> targets_;  // of each of these
  bool is_pilot_ = false;
  std::vector<sampling::StratumCount> strata_;
  std::optional<sampling::ConfidenceSequence> sequence_;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_SAMPLE_FRAME_H_
