// Early return on error for the client, which depends on no other layer.
#ifndef CONCORDAT_CLIENT_STATUS_MACROS_H_
#define CONCORDAT_CLIENT_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"

#define CLIENT_RETURN_IF_ERROR(expression)      \
  do {                                          \
    absl::Status client_status_ = (expression); \
    if (!client_status_.ok()) [[unlikely]]      \
      return client_status_;                    \
  } while (false)

#define CLIENT_CONCAT_INNER_(a, b) a##b
#define CLIENT_CONCAT_(a, b) CLIENT_CONCAT_INNER_(a, b)

// `CLIENT_ASSIGN_OR_RETURN(auto x, Compute());`
#define CLIENT_ASSIGN_OR_RETURN(lhs, expression)                      \
  CLIENT_ASSIGN_OR_RETURN_(CLIENT_CONCAT_(client_or_, __LINE__), lhs, \
                           expression)
#define CLIENT_ASSIGN_OR_RETURN_(result, lhs, expression) \
  auto result = (expression);                             \
  if (!result.ok()) [[unlikely]]                          \
    return std::move(result).status();                    \
  lhs = *std::move(result)

#endif  // CONCORDAT_CLIENT_STATUS_MACROS_H_
