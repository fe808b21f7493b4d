#ifndef CONCORDAT_TESTS_HISTORIES_WRITES_H_
#define CONCORDAT_TESTS_HISTORIES_WRITES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "consistency/vocabulary.h"
#include "tests/histories/runner.h"

namespace concordat::histories {

struct MoreWrites {
  int64_t writes = 1000;
  // Customers of the history.
  int64_t entities = 1000;
};

// After a history: a tenth of the facts is about its customers, and takes
// effect during the history or after it, so that much of what was said is
// judged again; the others are about customers who come after. Errors: the
// runner's.
absl::Status WriteMore(const MoreWrites& options, Runner& runner,
                       const Vocabulary& vocabulary);

}  // namespace concordat::histories

#endif  // CONCORDAT_TESTS_HISTORIES_WRITES_H_
