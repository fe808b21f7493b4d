#ifndef CONCORDAT_CONSISTENCY_AUDITS_TRUTH_ITEMS_H_
#define CONCORDAT_CONSISTENCY_AUDITS_TRUTH_ITEMS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "consistency/audits/audit_plan.h"
#include "consistency/audits/record_items.h"
#include "consistency/audits/truth_index.h"
#include "consistency/reconciliation/item.h"

namespace concordat::audits {

// The items of the records that agree with the truth, of all that the channel's
// contract names, whatever the audit's scope: from the index alone. Of what the
// index cannot tell there is none; the channel's record then differs. Reads the
// index, so nobody may write to it meanwhile; else immutable and thread-safe.
class TruthItems {
 public:
  // `plan` must outlive this; the readings of its index are printed with the
  // seed of the key. `names_entities`: records name entities of the graph, not
  // the channel's own ids.
  TruthItems(const AuditPlan* plan, const ItemKey& key, bool names_entities);

  // Entities, or links: those of now.
  size_t subjects() const;

  // Calls visit(Item, EntityNumber, AttributeNumber) for those of the subjects
  // [begin, end).
  template <typename Visit>
  void ForEach(size_t begin, size_t end, Visit visit) const {
    for (size_t at = begin; at < end; ++at) {
      const Subject subject = SubjectAt(at);
      if (subject.entity == TruthIndex::kNoEntity) continue;
      for (const TruthIndex::Truth& truth : index_.TruthsOf(subject.entity)) {
        const uint64_t attribute = attributes_[truth.attribute];
        if (attribute == kNoPrint || !Holds(truth)) continue;
        visit(ItemOf(subject.print, attribute, truth.reading), subject.entity,
              static_cast<TruthIndex::AttributeNumber>(truth.attribute));
      }
    }
  }

 private:
  struct Subject {
    TruthIndex::EntityNumber entity;
    uint64_t print;
  };

  // kNoEntity: of no record that could agree.
  Subject SubjectAt(size_t at) const;
  bool Holds(const TruthIndex::Truth& truth) const {
    return truth.reading != kNoPrint && truth.revision <= revision_ &&
           truth.since_minute <= as_at_minute_;
  }

  const TruthIndex& index_;
  const ItemKey key_;
  const bool names_entities_;
  const NameTable::Kind channel_;
  const uint64_t revision_;
  const int32_t as_at_minute_;
  // What is said too far ahead of the clock is refused.
  const bool is_refused_;
  std::vector<uint64_t> types_;       // seeds of the subjects' prints
  std::vector<uint64_t> attributes_;  // kNoPrint: not in the contract
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_TRUTH_ITEMS_H_
