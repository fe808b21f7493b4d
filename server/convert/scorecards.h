// Scorecards to and from the wire.
#ifndef CONCORDAT_SERVER_CONVERT_SCORECARDS_H_
#define CONCORDAT_SERVER_CONVERT_SCORECARDS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/scorecards.pb.h"
#include "consistency/scorecards/concord.h"
#include "consistency/scorecards/scorecard.h"

namespace concordat::convert {

// Errors: INVALID_FIELD.
absl::StatusOr<ScorecardQuery> FromWire(const v1::GetScorecardRequest& request,
                                        absl::Time now);

// `objective`: what the row is to keep; nullopt: nothing is asked.
void ToWire(const ScorecardRow& row, const ScorecardQuery& query,
            std::optional<double> objective, v1::ScorecardRow* wire);
void ToWire(const Concord& concord, v1::ConcordRow* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_SCORECARDS_H_
