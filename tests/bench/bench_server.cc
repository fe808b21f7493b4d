#include "tests/bench/bench_server.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "concordat/v1/server.grpc.pb.h"
#include "concordat/v1/vocabulary.grpc.pb.h"
#include "graph/mutex.h"
#include "grpcpp/client_context.h"

namespace concordat::bench {

void Fail(absl::string_view what) {
  std::cerr << "error: " << what << "\n";
  std::exit(1);
}

double MebibytesUnder(const std::filesystem::path& directory) {
  uintmax_t bytes = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return static_cast<double>(bytes) / (1 << 20);
}

void BenchServer::ApplyVocabulary(const std::string& yaml) const {
  grpc::ClientContext context;
  v1::ApplyVocabularyRequest request;
  v1::ApplyVocabularyResponse response;
  request.set_yaml(yaml);
  const grpc::Status status =
      v1::VocabularyService::NewStub(Connect())->ApplyVocabulary(
          &context, request, &response);
  if (!status.ok()) Fail(status.error_message());
}

v1::GetServerInfoResponse BenchServer::Info() const {
  grpc::ClientContext context;
  v1::GetServerInfoResponse response;
  const grpc::Status status =
      v1::ServerService::NewStub(Connect())->GetServerInfo(&context, {},
                                                           &response);
  if (!status.ok()) Fail(status.error_message());
  return response;
}

void BenchServer::AwaitHeld() const {
  constexpr int64_t kFew = 4096;
  Mutex mutex;
  CondVar never;
  MutexLock lock(&mutex);
  while (Info().counters().at("held_claims_behind") > kFew) {
    never.WaitFor(&mutex, absl::Milliseconds(1));
  }
}

void BenchServer::Stop() {
  process_.child().Signal(SIGTERM);
  if (process_.child().Wait().exit_code != 0) Fail("the server did not stop");
}

double BenchServer::CpuSeconds() {
  std::ifstream in(absl::StrCat("/proc/", process_.child().pid(), "/stat"));
  std::string line;
  std::getline(in, line);
  // Past the name, which may hold blanks: user time is the 12th from there,
  // system time the next (proc(5)).
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double BenchServer::ProcessNumber(const std::string& file,
                                  const std::string& word) {
  std::ifstream in(absl::StrCat("/proc/", process_.child().pid(), "/", file));
  std::string read;
  double number = 0;
  while (in >> read) {
    if (read == word && in >> number) break;
  }
  return number;
}

}  // namespace concordat::bench
