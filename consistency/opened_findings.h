#ifndef CONCORDAT_CONSISTENCY_OPENED_FINDINGS_H_
#define CONCORDAT_CONSISTENCY_OPENED_FINDINGS_H_

#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "graph/store.h"

namespace concordat {

// Which findings were ever opened, so that a claim which agrees need not look
// for one: 64 bits of each id, so of 10^7 findings one claim in 10^12 looks for
// nothing. Some 16 bytes a finding. Not thread-safe.
class OpenedFindings {
 public:
  absl::Status Load(const Reader& reader);
  void Add(absl::string_view finding_id);
  // False where there is none; true where there may be one.
  bool MayHold(absl::string_view finding_id) const;

 private:
  absl::flat_hash_set<uint64_t> known_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_OPENED_FINDINGS_H_
