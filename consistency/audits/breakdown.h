// Rows by the circumstances in which they were said.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_BREAKDOWN_H_
#define CONCORDAT_CONSISTENCY_AUDITS_BREAKDOWN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/audits/audit_finding.h"
#include "consistency/audits/tally.h"
#include "consistency/audits/truth_index.h"
#include "consistency/claims.h"
#include "consistency/verdict.h"

namespace concordat::audits {

inline constexpr int64_t kNoHour = INT64_MIN;

// Labels, by name, and the hour in which something was said.
struct Circumstance {
  std::vector<std::pair<std::string, std::string>> labels;
  int64_t hour = kNoHour;  // since the Unix epoch
};

// What something was said of.
struct SaidOf {
  std::string entity_type;  // empty: nobody who is known
  std::string attribute;    // empty: the whole entity
  // What was said, where that is a code; else empty.
  std::string code;
  // When the truth became so, where that is not long ago; else kNoHour.
  int64_t changed = kNoHour;
};

// Exact counts of rows by circumstance and by what they are said of, those that
// agree and those that contradict. Where there is too much to tell apart, hours
// are not told apart any more, and then labels neither: what it says of either
// holds only while it is said to be whole. Some ten nanoseconds a row that is
// said as the one before. Not thread-safe.
class Breakdown {
 public:
  using AttributeNumber = TruthIndex::AttributeNumber;
  static constexpr size_t kCircumstancesMax = 1 << 16;
  static constexpr size_t kSaidOfMax = 1 << 14;
  static constexpr size_t kCountsMax = 1 << 22;
  // A truth that is older has not changed lately.
  static constexpr absl::Duration kLately = absl::Hours(24 * 90);

  // `index` must outlive it. `as_at` is the audit's.
  Breakdown(const TruthIndex* index, absl::Time as_at);

  // `true_since`: the hour since which the truth has been what the claim says.
  void CountAgreement(const ReportedClaim& claim, AttributeNumber attribute,
                      int64_t true_since);
  // Those that agree, of which only attributes are known: nothing else is told
  // apart any more, for rates need both sides.
  void CountAgreements(const Tally& tally);
  // As one row; of a finding without one only the attribute counts.
  void CountContradiction(const AuditFinding& finding);
  void Add(const Breakdown& part);

  bool hours_whole() const { return hours_whole_; }
  bool labels_whole() const { return labels_whole_; }
  // Whether nothing is told apart any more but attributes and verdicts.
  bool attributes_only() const { return attributes_only_; }
  const std::vector<Circumstance>& circumstances() const {
    return circumstances_;
  }

  void VisitAgreements(absl::FunctionRef<void(const Circumstance& circumstance,
                                              const SaidOf& of, int64_t rows)>
                           visit) const;
  void VisitContradictions(
      absl::FunctionRef<void(const Circumstance& circumstance, const SaidOf& of,
                             Verdict verdict, int64_t rows)>
          visit) const;
  // Where a finding is counted.
  static Circumstance CircumstanceOf(const AuditFinding& finding);
  SaidOf SaidOfFinding(const AuditFinding& finding) const;

 private:
  // Where a count is kept.
  struct Place {
    uint32_t circumstance;
    uint32_t said_of;
    uint32_t verdict;  // of agreements 0

    friend bool operator==(const Place&, const Place&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Place& p) {
      return H::combine(std::move(h), p.circumstance, p.said_of, p.verdict);
    }
  };

  bool IsCode(AttributeNumber attribute) const;
  void ForgetCircumstances();
  void Count(const Place& place, int64_t rows);
  // kNoHour, where it is long ago.
  int64_t ChangedAt(int64_t true_since) const {
    return true_since >= lately_ ? true_since : kNoHour;
  }
  bool Is(const ReportedClaim& claim, size_t number) const;
  uint32_t CircumstanceOfClaim(const ReportedClaim& claim);
  uint32_t SaidOfClaim(const ReportedClaim& claim, AttributeNumber attribute,
                       int64_t true_since);
  // Of a new one as well; labels are in order of name.
  uint32_t Find(Circumstance circumstance);
  uint32_t Find(SaidOf of);

  const TruthIndex& index_;
  const int64_t lately_;
  std::vector<Circumstance> circumstances_;
  absl::flat_hash_map<std::string, uint32_t> circumstance_numbers_;
  // The attributes of the index first.
  std::vector<SaidOf> said_of_;
  absl::flat_hash_map<std::string, uint32_t> said_of_numbers_;
  absl::flat_hash_map<Place, int64_t> counts_;
  size_t last_ = SIZE_MAX;  // circumstance
  // Of what was said lately, the number: what is said again is mostly there.
  static constexpr size_t kRecentMax = 256;
  std::array<uint32_t, kRecentMax> recent_{};
  std::string key_;
  bool attributes_only_ = false;
  bool hours_whole_ = true;
  bool labels_whole_ = true;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_BREAKDOWN_H_
