#ifndef CONCORDAT_CLIENT_CLI_STOP_SIGNALS_H_
#define CONCORDAT_CLIENT_CLI_STOP_SIGNALS_H_

#include <signal.h>

#include <functional>
#include <thread>

namespace concordat::client {

// As long as it lives, SIGINT and SIGTERM call a function instead of ending the
// program. Make it before any thread: those made after it leave the signals to
// it.
class StopSignals {
 public:
  // `on_signal` is called from a thread of its own.
  explicit StopSignals(std::function<void()> on_signal);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  sigset_t before_;
  std::thread waiter_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_STOP_SIGNALS_H_
