// What channels say against one another, and what is probably true, in words.
#ifndef CONCORDAT_CLIENT_CLI_RELIABILITY_TEXT_H_
#define CONCORDAT_CLIENT_CLI_RELIABILITY_TEXT_H_

#include <string>

#include "concordat/v1/reliability.pb.h"
#include "google/protobuf/repeated_field.h"

namespace concordat::client {

// A table of the sides, then what to believe and how probable that is.
std::string SidesText(const google::protobuf::RepeatedPtrField<v1::Side>& sides,
                      const v1::Suggestion& suggestion);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_RELIABILITY_TEXT_H_
