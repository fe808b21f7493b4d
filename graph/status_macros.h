// Early return on error, in the shape of Abseil's status macros, which
// Debian's Abseil (20220623) does not ship yet. To be deleted when it does.
#ifndef CONCORDAT_GRAPH_STATUS_MACROS_H_
#define CONCORDAT_GRAPH_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"

#define CONCORDAT_RETURN_IF_ERROR(expression)      \
  do {                                             \
    absl::Status concordat_status_ = (expression); \
    if (!concordat_status_.ok()) [[unlikely]]      \
      return concordat_status_;                    \
  } while (false)

#define CONCORDAT_CONCAT_INNER_(a, b) a##b
#define CONCORDAT_CONCAT_(a, b) CONCORDAT_CONCAT_INNER_(a, b)

// `CONCORDAT_ASSIGN_OR_RETURN(auto x, Compute());`
#define CONCORDAT_ASSIGN_OR_RETURN(lhs, expression)                         \
  CONCORDAT_ASSIGN_OR_RETURN_(CONCORDAT_CONCAT_(status_or_, __LINE__), lhs, \
                              expression)
#define CONCORDAT_ASSIGN_OR_RETURN_(result, lhs, expression) \
  auto result = (expression);                                \
  if (!result.ok()) [[unlikely]]                             \
    return std::move(result).status();                       \
  lhs = *std::move(result)

#endif  // CONCORDAT_GRAPH_STATUS_MACROS_H_
