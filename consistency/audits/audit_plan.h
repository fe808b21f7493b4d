// What one audit holds against what.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_AUDIT_PLAN_H_
#define CONCORDAT_CONSISTENCY_AUDITS_AUDIT_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/audits/truth_index.h"
#include "consistency/vocabulary.h"
#include "graph/revision.h"

namespace concordat::audits {

// What is asked for. Empty: all that the channel's contract names.
struct AuditScope {
  std::set<std::string, std::less<>> entity_types;
  // By name or alias.
  std::set<std::string, std::less<>> attributes;

  friend bool operator==(const AuditScope&, const AuditScope&) = default;
};

struct AuditRequest {
  std::string channel;
  // The revision whose truth it is held against.
  Revision at;
  // When the channel held what does not say itself when it was said, and by
  // when it must have what it must have.
  absl::Time as_at;
  // The server's clock: what is said more than kAheadOfClockMax later is
  // refused.
  absl::Time now;
  AuditScope scope;
};

// An audit, prepared: what there is to know of each attribute. Immutable;
// thread-safe as far as the index is.
class AuditPlan {
 public:
  using AttributeNumber = TruthIndex::AttributeNumber;
  using TypeNumber = TruthIndex::TypeNumber;

  struct AttributePlan {
    // nullptr: the channel is not entitled to it.
    const AttributeTerms* terms = nullptr;
    bool in_scope = false;
    // Whether the channel reads its writings as systems of record do.
    bool reads_alike = false;
    // For ReadingPrinter.
    uint64_t salt = 0;
    // Where the contract requires it: its place among the type's required
    // ones, from 1; else 0.
    uint32_t required = 0;
  };

  // `index` must outlive this. Errors: UNKNOWN_CHANNEL, UNKNOWN_ENTITY_TYPE,
  // UNKNOWN_ATTRIBUTE with the names that there are.
  static absl::StatusOr<AuditPlan> Make(const TruthIndex& index,
                                        AuditRequest request);

  const TruthIndex& index() const { return *index_; }
  const Vocabulary& vocabulary() const { return index_->vocabulary(); }
  const AuditRequest& request() const { return request_; }
  const Channel& channel() const { return *channel_; }
  uint64_t channel_salt() const { return channel_salt_; }
  absl::Time latest() const { return latest_; }
  const AttributePlan& PlanOf(AttributeNumber number) const {
    return attributes_[number];
  }
  bool InScope(TypeNumber type) const { return types_[type].in_scope; }
  // The attributes of the type that the contract requires, within the scope.
  const std::vector<AttributeNumber>& RequiredOf(TypeNumber type) const {
    return types_[type].required;
  }
  // Of any type.
  size_t required_max() const { return required_max_; }
  // Whether a writing stands for "there is none", by its print.
  bool SaysNone(uint64_t writing) const {
    for (const uint64_t token : absence_tokens_) {
      if (token == writing) return true;
    }
    return false;
  }

 private:
  struct TypePlan {
    bool in_scope = false;
    std::vector<AttributeNumber> required;
  };

  AuditPlan() = default;

  const TruthIndex* index_ = nullptr;
  AuditRequest request_;
  const Channel* channel_ = nullptr;
  uint64_t channel_salt_ = 0;
  absl::Time latest_;
  std::vector<AttributePlan> attributes_;
  std::vector<TypePlan> types_;
  size_t required_max_ = 0;
  // Of all that the channel declares, for any attribute: few.
  std::vector<uint64_t> absence_tokens_;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_AUDIT_PLAN_H_
