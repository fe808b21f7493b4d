#include "tests/notify/webhook_receiver.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace concordat {
namespace {

// The rest of what is sent, until there are `bytes` after `end`.
void ReadMore(int connection, std::string& text, size_t until) {
  char buffer[4096];
  while (text.size() < until) {
    const ssize_t got = recv(connection, buffer, sizeof buffer, 0);
    if (got <= 0) return;
    text.append(buffer, static_cast<size_t>(got));
  }
}

}  // namespace

WebhookReceiver::WebhookReceiver(std::deque<Answer> answers)
    : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      answers_(std::move(answers)) {
  // A proxy of the environment is not for this.
  unsetenv("http_proxy");
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(listen(listener_, 16), 0);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

WebhookReceiver::~WebhookReceiver() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

std::string WebhookReceiver::url() const {
  return absl::StrCat("http://127.0.0.1:", port_, "/hook");
}

std::vector<WebhookReceiver::Request> WebhookReceiver::requests() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return requests_;
}

void WebhookReceiver::Serve() {
  while (true) {
    const int connection = accept(listener_, nullptr, nullptr);
    if (connection < 0) return;
    ServeOne(connection);
    close(connection);
  }
}

void WebhookReceiver::ServeOne(int connection) {
  std::string text;
  size_t end = std::string::npos;
  while ((end = text.find("\r\n\r\n")) == std::string::npos) {
    const size_t before = text.size();
    ReadMore(connection, text, before + 1);
    if (text.size() == before) return;
  }
  Request request;
  const std::vector<std::string> lines =
      absl::StrSplit(text.substr(0, end), "\r\n");
  request.line = lines[0];
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> parts =
        absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
    if (parts.size() == 2)
      request.headers[absl::AsciiStrToLower(parts[0])] = parts[1];
  }
  size_t length = 0;
  EXPECT_TRUE(absl::SimpleAtoi(request.headers["content-length"], &length));
  ReadMore(connection, text, end + 4 + length);
  request.body = text.substr(end + 4);
  Answer answer;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    requests_.push_back(std::move(request));
    if (!answers_.empty()) {
      answer = answers_.front();
      answers_.pop_front();
    }
  }
  const std::string response =
      absl::StrCat("HTTP/1.1 ", answer.status, " As told\r\n", answer.headers,
                   "Content-Length: 3\r\nConnection: close\r\n\r\nok\n");
  send(connection, response.data(), response.size(), MSG_NOSIGNAL);
}

}  // namespace concordat
