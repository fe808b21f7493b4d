// What may be written: checks that need no store.
#ifndef CONCORDAT_GRAPH_VALIDATION_H_
#define CONCORDAT_GRAPH_VALIDATION_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "graph/facts.h"
#include "graph/schema.h"

namespace concordat {

// Checks names, sizes and values of the batch and writes canonical names into
// it. Needs no store. Errors: the INVALID_ARGUMENT reasons of graph/errors.h,
// with the path of the field; channel names of links are not checked here.
absl::Status ValidateBatch(const Schema& schema, WriteBatch& batch);

// Where a change or an end stands in the caller's list: "changes[3]".
std::string PathOfChange(const WriteBatch& batch, size_t change);
std::string PathOfEnd(const WriteBatch& batch, size_t end);

// Whether `text` may be an entity id, subject, claim or request id: valid
// UTF-8 without control characters, 1 to `bytes_max` bytes. `field` names it
// in the error.
absl::Status CheckId(absl::string_view field, absl::string_view text,
                     int64_t bytes_max);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALIDATION_H_
