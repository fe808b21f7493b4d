#include "tests/bench/bench_server.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "concordat/v1/server.grpc.pb.h"
#include "concordat/v1/vocabulary.grpc.pb.h"
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

void BenchServer::Stop() {
  process_.child().Signal(SIGTERM);
  if (process_.child().Wait().exit_code != 0) Fail("the server did not stop");
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
