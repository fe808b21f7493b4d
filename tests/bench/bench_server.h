#ifndef CONCORDAT_TESTS_BENCH_BENCH_SERVER_H_
#define CONCORDAT_TESTS_BENCH_BENCH_SERVER_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "concordat/v1/server.pb.h"
#include "grpcpp/channel.h"
#include "tests/service/server_process.h"

namespace concordat::bench {

// Says what went wrong and ends the process.
[[noreturn]] void Fail(absl::string_view what);

// MiB of files in a directory and below.
double MebibytesUnder(const std::filesystem::path& directory);

// build/bin/concordatd, a process of its own, and what it costs. Fails where
// it does not come up.
class BenchServer {
 public:
  explicit BenchServer(std::string data_directory,
                       const std::vector<std::string>& flags = {})
      : data_directory_(std::move(data_directory)),
        process_(data_directory_, flags) {}

  const std::string& address() const { return process_.address(); }
  // A new connection each time.
  std::shared_ptr<grpc::Channel> Connect() const { return process_.Connect(); }
  void ApplyVocabulary(const std::string& yaml) const;
  v1::GetServerInfoResponse Info() const;
  // Until what channels hold is up to date but for the few claims that wait for
  // more.
  void AwaitHeld() const;
  // SIGTERM, and waits for its end.
  void Stop();

  // MiB that are resident, that were at most, that the store takes, that were
  // written to files.
  double Memory() { return ProcessNumber("status", "VmRSS:") / 1024; }
  double PeakMemory() { return ProcessNumber("status", "VmHWM:") / 1024; }
  double Written() { return ProcessNumber("io", "write_bytes:") / (1 << 20); }
  double StoreSize() const { return MebibytesUnder(data_directory_); }
  // That all cores have worked for it.
  double CpuSeconds();

 private:
  // What follows a word in the server's file in /proc; 0: there is none.
  double ProcessNumber(const std::string& file, const std::string& word);

  const std::string data_directory_;
  ServerProcess process_;
};

}  // namespace concordat::bench

#endif  // CONCORDAT_TESTS_BENCH_BENCH_SERVER_H_
