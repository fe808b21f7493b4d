#include "client/notify/command_delivery.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/descriptor.h"

// glibc 2.36 forgot to say so in the header.
extern "C" {
#include <sys/pidfd.h>
}

extern char** environ;

namespace concordat::client {
namespace {

// What a shell says of a command that it cannot run.
constexpr int kCannotRun = 126;
constexpr int kNotFound = 127;

Outcome Failed(absl::string_view what) {
  return {.kind = Outcome::Kind::kFailed,
          .problem = absl::StrCat("the command ", what)};
}

Outcome SystemFailed(int error) {
  return Failed(absl::StrCat("cannot be started: ", std::strerror(error)));
}

// A file in memory that holds `text`, at its start: a command that reads only a
// part of it, or nothing, keeps nobody waiting. -1: errno says why.
int FileOf(const std::string& text) {
  const int file = memfd_create("notification", MFD_CLOEXEC);
  if (file < 0) return -1;
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t written = pwrite(file, text.data() + done, text.size() - done,
                                   static_cast<off_t>(done));
    if (written < 0) {
      close(file);
      return -1;
    }
    done += static_cast<size_t>(written);
  }
  return file;
}

// Starts the command in a process group of its own, so that a terminal's
// interrupt does not end it half-way, and with the signals that programs
// expect. 0, or the error.
int Start(const std::string& command, int input, pid_t* child) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  // What it prints is for people: what we print is for programs.
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
                                            POSIX_SPAWN_SETSIGDEF |
                                            POSIX_SPAWN_SETPGROUP);
  std::string shell = "sh";
  std::string flag = "-c";
  std::string line = command;
  char* const arguments[] = {shell.data(), flag.data(), line.data(), nullptr};
  const int error =
      posix_spawn(child, "/bin/sh", &files, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

// Waits for its end; false where it takes too long.
bool EndsWithin(const Descriptor& process, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    pollfd ended = {.fd = process.number(), .events = POLLIN, .revents = 0};
    const absl::Duration left =
        std::max(deadline - absl::Now(), absl::ZeroDuration());
    const int ready = poll(&ended, 1,
                           static_cast<int>(absl::ToInt64Milliseconds(
                               absl::Ceil(left, absl::Milliseconds(1)))));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return false;
  }
}

}  // namespace

Outcome CommandDelivery::Deliver(const Parcel& parcel) {
  const Descriptor input(FileOf(parcel.body));
  if (input.number() < 0) return SystemFailed(errno);
  pid_t child = -1;
  const int error = Start(command_, input.number(), &child);
  if (error != 0) return SystemFailed(error);
  const Descriptor process(pidfd_open(child, 0));
  const bool in_time = process.number() >= 0 && EndsWithin(process, timeout_);
  if (!in_time) kill(-child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time)
    return Failed(
        absl::StrCat("took longer than ", absl::FormatDuration(timeout_)));
  if (WIFSIGNALED(status))
    return Failed(absl::StrCat("was ended by signal ", WTERMSIG(status)));
  const int code = WEXITSTATUS(status);
  if (code == 0) return {};
  Outcome outcome = Failed(absl::StrCat("ended with exit status ", code));
  if (code == kCannotRun || code == kNotFound)
    outcome.kind = Outcome::Kind::kRefused;
  return outcome;
}

}  // namespace concordat::client
