#ifndef CONCORDAT_SERVER_SUPERVISOR_H_
#define CONCORDAT_SERVER_SUPERVISOR_H_

#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "server/periodic_task.h"

namespace concordat {

// Who started the server and looks after it: is told how it is, in the words of
// systemd (sd_notify(3)).
class Supervisor {
 public:
  // As systemd gives them in NOTIFY_SOCKET and WATCHDOG_USEC; empty: nobody
  // asks.
  Supervisor(std::string socket, std::string watchdog_microseconds);

  // The server takes calls. From now on the watchdog is told that it lives, as
  // long as `lives` says so.
  void Ready(std::function<bool()> lives);
  // It takes no more, and finishes what is running.
  void Stopping();

 private:
  // False where nobody took it.
  bool Tell(absl::string_view state) const;

  const std::string socket_;
  const std::string watchdog_microseconds_;
  PeriodicTask watchdog_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_SUPERVISOR_H_
