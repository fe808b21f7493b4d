#include "tests/service/server_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat {
namespace {

constexpr absl::Duration kStartMax = absl::Seconds(30);

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// An empty file, also where an earlier child has written to it.
int OpenEmpty(const std::string& path) {
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  EXPECT_GE(file, 0) << "cannot open " << path;
  return file;
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command,
                           const std::string& directory)
    : directory_(directory) {
  std::vector<char*> arguments;
  for (const std::string& word : command) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  const int out = OpenEmpty(directory_ + "/out");
  const int error = OpenEmpty(directory_ + "/error");
  pid_ = fork();
  if (pid_ == 0) {
    // It must not outlive the test, however that ends.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Until exec only calls that are safe between the two.
    if (dup2(out, STDOUT_FILENO) < 0 || dup2(error, STDERR_FILENO) < 0) {
      _exit(126);
    }
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  EXPECT_GT(pid_, 0) << "cannot fork";
  close(out);
  close(error);
}

ChildProcess::~ChildProcess() {
  if (!ended_) Signal(SIGKILL);
  Wait();
}

void ChildProcess::Signal(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

bool ChildProcess::Runs() {
  if (!ended_) ended_ = waitpid(pid_, &wait_status_, WNOHANG) == pid_;
  return !ended_;
}

Ended ChildProcess::Wait() {
  if (!ended_) waitpid(pid_, &wait_status_, 0);
  ended_ = true;
  Ended ended;
  if (WIFEXITED(wait_status_)) ended.exit_code = WEXITSTATUS(wait_status_);
  if (WIFSIGNALED(wait_status_)) ended.signal = WTERMSIG(wait_status_);
  ended.out = Out();
  ended.error = ReadAll(directory_ + "/error");
  return ended;
}

std::string ChildProcess::Out() const { return ReadAll(directory_ + "/out"); }

Ended RunToEnd(const std::vector<std::string>& command) {
  const TemporaryDirectory directory;
  return ChildProcess(command, directory.path()).Wait();
}

std::string Program(const std::string& name) {
  return absl::StrCat(CONCORDAT_BINARY_DIR, "/bin/", name);
}

std::string AwaitAddress(ChildProcess& server) {
  const absl::Time deadline = absl::Now() + kStartMax;
  while (server.Runs() && absl::Now() < deadline) {
    const std::string out = server.Out();
    absl::string_view line = out;
    if (absl::ConsumePrefix(&line, "listening on ") &&
        absl::ConsumeSuffix(&line, "\n")) {
      return std::string(line);
    }
    poll(nullptr, 0, 1);  // looks again in a millisecond
  }
  ADD_FAILURE() << "a server did not start: "
                << (server.Runs() ? "" : server.Wait().error);
  return "";
}

ServerProcess::ServerProcess(const std::string& data_directory,
                             const std::vector<std::string>& flags) {
  std::vector<std::string> command = {Program("concordatd"), "--data-dir",
                                      data_directory, "--listen",
                                      "127.0.0.1:0"};
  command.insert(command.end(), flags.begin(), flags.end());
  child_ = std::make_unique<ChildProcess>(
      command, std::filesystem::path(data_directory).parent_path());
  address_ = AwaitAddress(*child_);
}

std::shared_ptr<grpc::Channel> ServerProcess::Connect() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(),
                                   arguments);
}

}  // namespace concordat
