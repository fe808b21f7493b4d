// The server as users run it: build/bin/concordatd, a child of the test.
#ifndef CONCORDAT_TESTS_SERVICE_SERVER_PROCESS_H_
#define CONCORDAT_TESTS_SERVICE_SERVER_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/channel.h"

namespace concordat {

// How a child ended and what it wrote.
struct Ended {
  int exit_code = -1;  // -1: by a signal
  int signal = 0;
  std::string out;
  std::string error;
};

// A child process that writes to files in `directory`. Killed, if it still
// runs, when this goes, or when the thread that made it ends. Not thread-safe.
class ChildProcess {
 public:
  ChildProcess(const std::vector<std::string>& command,
               const std::string& directory);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void Signal(int signal) const;
  pid_t pid() const { return pid_; }
  // Waits for its end.
  Ended Wait();
  // What it has written to standard output so far.
  std::string Out() const;
  bool Runs();

 private:
  const std::string directory_;
  pid_t pid_ = -1;
  int wait_status_ = 0;
  bool ended_ = false;
};

// Runs a command to its end.
Ended RunToEnd(const std::vector<std::string>& command);

// The path of a built program.
std::string Program(const std::string& name);

// What a server prints once it can be called: waits for that. Empty, and a
// failure is added, where it does not come up.
std::string AwaitAddress(ChildProcess& server);

// concordatd on a data directory and a free port. Adds a failure where it does
// not come up.
class ServerProcess {
 public:
  explicit ServerProcess(const std::string& data_directory,
                         const std::vector<std::string>& flags = {});

  const std::string& address() const { return address_; }
  // A new connection each time.
  std::shared_ptr<grpc::Channel> Connect() const;
  ChildProcess& child() { return *child_; }

 private:
  std::unique_ptr<ChildProcess> child_;
  std::string address_;
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_SERVICE_SERVER_PROCESS_H_
