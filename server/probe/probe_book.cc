#include "server/probe/probe_book.h"

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace concordat {
namespace {

// How late what waits for its time may begin. What waits for others to end does
// not wait for this.
constexpr absl::Duration kTick = absl::Milliseconds(20);

}  // namespace

ProbeBook::ProbeBook(const std::vector<ProbeOptions>& options,
                     const Clock* clock) {
  for (const ProbeOptions& one : options) {
    clients_[one.channel] = std::make_unique<ProbeClient>(one, clock);
  }
}

void ProbeBook::Start() {
  if (clients_.empty()) return;
  ticks_.Start(kTick, [this] {
    for (const auto& [channel, client] : clients_) client->Tick();
  });
}

void ProbeBook::Stop() {
  ticks_.Stop();
  for (const auto& [channel, client] : clients_) client->Stop();
}

absl::StatusOr<ProbeClient*> ProbeBook::Require(
    absl::string_view channel) const {
  const auto found = clients_.find(channel);
  if (found != clients_.end()) return found->second.get();
  return errors::PreconditionFailed(absl::StrCat(
      "channel ", channel, " has no probe: start concordatd with --probe ",
      channel, "=HOST:PORT"));
}

}  // namespace concordat
