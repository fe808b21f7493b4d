// A command of `concordat`, run within the test.
#ifndef CONCORDAT_TESTS_CLIENT_RUN_COMMAND_H_
#define CONCORDAT_TESTS_CLIENT_RUN_COMMAND_H_

#include <string>
#include <vector>

#include "client/cli/app.h"
#include "gtest/gtest.h"

namespace concordat::client {

// What a command printed, and its exit code.
struct Printed {
  int exit_code = 0;
  std::string out;
  std::string error;
};

// The line `concordat WORD...`, with a --server before the words where one is
// given.
inline Printed RunCommand(App& app, const std::vector<std::string>& words,
                          const std::string& server = "") {
  std::vector<const char*> line = {"concordat"};
  if (!server.empty()) line.insert(line.end(), {"--server", server.c_str()});
  for (const std::string& word : words) line.push_back(word.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Printed printed;
  printed.exit_code = app.Run(static_cast<int>(line.size()), line.data());
  printed.out = testing::internal::GetCapturedStdout();
  printed.error = testing::internal::GetCapturedStderr();
  return printed;
}

}  // namespace concordat::client

#endif  // CONCORDAT_TESTS_CLIENT_RUN_COMMAND_H_
