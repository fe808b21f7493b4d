#include "server/rpc/retention.h"

#include "server/rpc/call.h"
#include "server/rpc/compaction_call.h"

namespace concordat {

void Retention::Start() {
  if (options_.kept == absl::InfiniteDuration()) return;
  task_.Start(options_.every, [this] {
    const absl::Status compacted =
        CompactOlder(context_, running_, options_.kept);
    if (!compacted.ok()) {
      LogFailure(*context_.logger, "retention", "", compacted);
    }
  });
}

}  // namespace concordat
