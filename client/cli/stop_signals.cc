#include "client/cli/stop_signals.h"

#include <utility>

namespace concordat::client {
namespace {

sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  // Ends waiting: nobody else sends it to this thread.
  sigaddset(&signals, SIGUSR1);
  return signals;
}

}  // namespace

StopSignals::StopSignals(std::function<void()> on_signal) {
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, &before_);
  waiter_ = std::thread([signals, on_signal = std::move(on_signal)] {
    int signal = 0;
    while (sigwait(&signals, &signal) == 0 && signal != SIGUSR1) on_signal();
  });
}

StopSignals::~StopSignals() {
  pthread_kill(waiter_.native_handle(), SIGUSR1);
  waiter_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace concordat::client
