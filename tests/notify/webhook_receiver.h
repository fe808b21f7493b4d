// A web server of a few lines, which answers as it is told.
#ifndef CONCORDAT_TESTS_NOTIFY_WEBHOOK_RECEIVER_H_
#define CONCORDAT_TESTS_NOTIFY_WEBHOOK_RECEIVER_H_

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace concordat {

// Takes one request a connection, on a port of 127.0.0.1. Thread-safe.
class WebhookReceiver {
 public:
  struct Request {
    std::string line;                            // `POST /hook HTTP/1.1`
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
  };
  struct Answer {
    int status = 200;
    std::string headers;  // whole lines
  };

  // Gives the answers one after the other, then 200.
  explicit WebhookReceiver(std::deque<Answer> answers = {});
  ~WebhookReceiver();
  WebhookReceiver(const WebhookReceiver&) = delete;
  WebhookReceiver& operator=(const WebhookReceiver&) = delete;

  std::string url() const;
  std::vector<Request> requests() const;

 private:
  void Serve();
  void ServeOne(int connection);

  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::deque<Answer> answers_;     // under mutex_
  std::vector<Request> requests_;  // under mutex_
  std::thread thread_;
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_NOTIFY_WEBHOOK_RECEIVER_H_
