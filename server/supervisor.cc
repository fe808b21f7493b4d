#include "server/supervisor.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/time/time.h"

namespace concordat {

Supervisor::Supervisor(std::string socket, std::string watchdog_microseconds)
    : socket_(std::move(socket)),
      watchdog_microseconds_(std::move(watchdog_microseconds)) {}

void Supervisor::Ready(std::function<bool()> lives) {
  if (!Tell("READY=1")) return;
  int64_t microseconds = 0;
  if (!absl::SimpleAtoi(watchdog_microseconds_, &microseconds) ||
      microseconds <= 0) {
    return;
  }
  // Twice as often as it must be, as sd_watchdog_enabled(3) advises.
  watchdog_.Start(absl::Microseconds(microseconds / 2),
                  [this, lives = std::move(lives)] {
                    if (lives()) Tell("WATCHDOG=1");
                  });
}

void Supervisor::Stopping() {
  watchdog_.Stop();
  Tell("STOPPING=1");
}

bool Supervisor::Tell(absl::string_view state) const {
  sockaddr_un address{};
  if (socket_.empty() || socket_.size() >= sizeof(address.sun_path)) {
    return false;
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  // A name that begins so is an abstract one (unix(7)).
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (file < 0) return false;
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const ssize_t sent =
      sendto(file, state.data(), state.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&address), size);
  close(file);
  return sent == static_cast<ssize_t>(state.size());
}

}  // namespace concordat
