#ifndef CONCORDAT_SERVER_AUDIT_PARALLEL_H_
#define CONCORDAT_SERVER_AUDIT_PARALLEL_H_

#include <cstddef>
#include <functional>

#include "server/executor.h"

namespace concordat {

// Calls work(worker, part) for each part below `parts`, here and on those of
// the executor's threads that are free: it never waits for one that is not, so
// a thread of the executor may call it. `worker` is below `workers_max`, and
// each has one part at a time. Returns once all are done.
void InParallel(Executor& executor, size_t workers_max, size_t parts,
                const std::function<void(size_t worker, size_t part)>& work);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_AUDIT_PARALLEL_H_
