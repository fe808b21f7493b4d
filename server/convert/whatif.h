// Back-tests and counterfactuals, between the wire and the domain.
#ifndef CONCORDAT_SERVER_CONVERT_WHATIF_H_
#define CONCORDAT_SERVER_CONVERT_WHATIF_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/whatif.pb.h"
#include "consistency/assumed_knowledge.h"
#include "consistency/counterfactual.h"
#include "consistency/finding_difference.h"

namespace concordat::convert {

// Which findings a back-test counts. Errors: INVALID_FIELD, LIMIT_EXCEEDED.
absl::StatusOr<FindingDifferenceOptions> FromWire(
    const v1::BacktestRequest& request);

void ToWire(const FindingGroup& group, const GroupDifference& counts,
            v1::BacktestGroup* wire);
void ToWire(absl::Time week, const WeekVolume& volume, v1::BacktestWeek* wire);
// The sums.
void ToWire(const GroupDifference& total, v1::BacktestSummary* wire);

// Who is assumed to be right. Errors: INVALID_FIELD where nobody is named.
absl::StatusOr<Assumption> FromWire(const v1::CounterfactualRequest& request);
void ToWire(SupposedOutcome outcome, const FindingGroup& group, int64_t count,
            v1::CounterfactualCount* wire);
// All but the entity.
void ToWire(const Supposed& supposed, v1::CounterfactualExample* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_WHATIF_H_
