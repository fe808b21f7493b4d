// The wire and the store in the checker's words. The log is read from the rows
// themselves, not with the server's reader of it.
#ifndef CONCORDAT_TESTS_WATCH_WIRE_H_
#define CONCORDAT_TESTS_WATCH_WIRE_H_

#include <cstdint>
#include <map>
#include <string>

#include "concordat/v1/watch.pb.h"
#include "graph/store.h"
#include "tests/watch/checker.h"

namespace concordat::watch {

Filter FilterOf(const v1::WatchFilter& wire);

// A response as a step of a trace; rows of a snapshot are left out.
Step StepOf(const v1::WatchResponse& response);

// All that an event says, the same bytes for the same event.
std::string ContentOf(const v1::WatchEvent& event);

// What was written, and the request that did.
struct WrittenLog {
  Log events;
  std::map<std::string, uint64_t> requests;  // request_id -> revision
  uint64_t head = 0;
};

// Adds a failure where the store cannot be read.
WrittenLog LogOf(Store& store);

}  // namespace concordat::watch

#endif  // CONCORDAT_TESTS_WATCH_WIRE_H_
