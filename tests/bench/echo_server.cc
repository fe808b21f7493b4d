// The EchoService as a process of its own, as a server is: prints where it
// listens, and runs until it is killed.
#include <csignal>
#include <fstream>
#include <iostream>
#include <string>

#include "CLI/CLI.hpp"
#include "tests/bench/echo_service.h"

namespace {

// What a bench has written; the message must be that.
template <typename Message>
Message ReadMessage(const std::string& path) {
  Message message;
  std::ifstream file(path, std::ios::binary);
  if (!path.empty() && !message.ParseFromIstream(&file)) {
    std::cerr << "echo_server: cannot read " << path << "\n";
    std::exit(2);
  }
  return message;
}

}  // namespace

int main(int argc, char** argv) {
  std::string check;
  std::string view;
  CLI::App app("Answers every call with the same.");
  app.add_option("--check", check, "A file with a CheckAnswerResponse");
  app.add_option("--view", view, "A file with a GetCustomerViewResponse");
  CLI11_PARSE(app, argc, argv);
  concordat::bench::EchoServer echo;
  echo.Answer(ReadMessage<concordat::v1::CheckAnswerResponse>(check));
  echo.Answer(ReadMessage<concordat::v1::GetCustomerViewResponse>(view));
  std::cout << "listening on " << echo.address() << std::endl;
  sigset_t none;
  sigemptyset(&none);
  sigsuspend(&none);
  return 0;
}
