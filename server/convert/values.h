// Pairs of values between the wire and the domain.
#ifndef CONCORDAT_SERVER_CONVERT_VALUES_H_
#define CONCORDAT_SERVER_CONVERT_VALUES_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "concordat/v1/values.pb.h"
#include "consistency/pair_comparison.h"
#include "consistency/vocabulary.h"
#include "graph/schema.h"

namespace concordat::convert {

// What a request names: a value of each writer, nullopt for none. Points into
// the vocabulary.
struct WrittenPair {
  const Attribute* attribute = nullptr;
  const WritingHabits* writer_a = nullptr;
  const WritingHabits* writer_b = nullptr;
  std::optional<std::string> a;
  std::optional<std::string> b;
};

// Checks all of the request. Errors: UNKNOWN_CHANNEL, UNKNOWN_ENTITY_TYPE,
// UNKNOWN_ATTRIBUTE, LIMIT_EXCEEDED, with the field.
absl::StatusOr<WrittenPair> FromWire(const v1::ExplainValuesRequest& request,
                                     const Vocabulary& vocabulary);

// All but the vocabulary's version.
void ToWire(const WrittenPair& written, const PairComparison& compared,
            v1::ExplainValuesResponse* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_VALUES_H_
