#ifndef CONCORDAT_TESTS_SERVICE_PUMP_H_
#define CONCORDAT_TESTS_SERVICE_PUMP_H_

#include <atomic>
#include <thread>
#include <vector>

namespace concordat {

// Sends `count` requests, which `make` makes of their numbers, from one thread
// and reads from another, as a client must: the server reads only a little
// ahead of what it is rid of. Ends with the stream; `seen` counts the answers
// as they come.
template <typename Response, typename Stream, typename Make>
std::vector<Response> Pump(Stream& stream, int count, Make make,
                           std::atomic<int>* seen = nullptr) {
  std::thread sender([&] {
    for (int i = 0; i < count && stream.Write(make(i)); ++i) {
    }
    stream.WritesDone();
  });
  std::vector<Response> answers;
  Response response;
  while (stream.Read(&response)) {
    answers.push_back(response);
    if (seen != nullptr) ++*seen;
  }
  sender.join();
  return answers;
}

}  // namespace concordat

#endif  // CONCORDAT_TESTS_SERVICE_PUMP_H_
