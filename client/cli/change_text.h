// Changes of the graph in one line for people.
#ifndef CONCORDAT_CLIENT_CLI_CHANGE_TEXT_H_
#define CONCORDAT_CLIENT_CLI_CHANGE_TEXT_H_

#include <string>

#include "concordat/v1/knowledge.pb.h"

namespace concordat::client {

// What a change does, such as `put fact`.
std::string ChangeKindText(const v1::Change& change);

// What it is about: `customer/c-17 tier`, `web/W-1`.
std::string ChangeSubjectText(const v1::Change& change);

// What it says: a value, the entity at the other end; empty for retractions.
std::string ChangeValueText(const v1::Change& change);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_CHANGE_TEXT_H_
