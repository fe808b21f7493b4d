// Pairs of values in words.
#ifndef CONCORDAT_CLIENT_CLI_VALUES_TEXT_H_
#define CONCORDAT_CLIENT_CLI_VALUES_TEXT_H_

#include <string>

#include "concordat/v1/client_files.pb.h"
#include "concordat/v1/values.pb.h"

namespace concordat::client {

// The verdict that a likeness comes to: `PARTIAL` where one value says less.
std::string PairVerdictText(v1::Likeness likeness);

// What the verdict rests on, one sentence; may be empty.
std::string PairReasonText(const v1::ExplainValuesResponse& response);

// The verdict, its reason, and both traces side by side; a step that both
// sides took stands on one line.
std::string ExplanationText(const v1::ExplainValuesResponse& response);

// Labels against verdicts by type, and how good DIFFERENT is; empty where no
// pair has a label.
std::string ConfusionText(const v1::PairReport& report);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_VALUES_TEXT_H_
