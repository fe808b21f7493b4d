#include "tests/bench/peers.h"

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "etcd.grpc.pb.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/server_process.h"

namespace concordat::bench {
namespace {

constexpr char kEtcd[] = "/usr/bin/etcd";
constexpr char kEtcdAddress[] = "127.0.0.1:23790";
constexpr char kEtcdPeerAddress[] = "127.0.0.1:23800";
constexpr int64_t kKeys = 80'000;
constexpr size_t kValueBytes = 100;

std::string KeyOf(int64_t number) {
  return absl::StrCat("claim/", absl::Dec(number % kKeys, absl::kZeroPad8));
}

// pgbench's folder of the newest PostgreSQL that is installed.
std::optional<std::string> PostgresFolder() {
  std::optional<std::string> newest;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator("/usr/lib/postgresql", error)) {
    const std::string folder = entry.path() / "bin";
    if (!std::filesystem::exists(folder + "/pgbench")) continue;
    if (!newest.has_value() || *newest < folder) newest = folder;
  }
  return newest;
}

// The number after a word at the beginning of a line of pgbench's report.
double NumberAfter(const std::string& report, absl::string_view word) {
  for (absl::string_view line : absl::StrSplit(report, '\n')) {
    if (!absl::ConsumePrefix(&line, word)) continue;
    double number = 0;
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (!words.empty() && absl::SimpleAtod(words.front(), &number)) {
      return number;
    }
  }
  return 0;
}

// Runs a shell's script, as the user postgres where this is root's process:
// PostgreSQL refuses to run as root.
Ended RunAsPostgres(const std::string& script) {
  std::vector<std::string> command = {"/bin/sh", "-ec", script};
  if (geteuid() == 0) {
    const std::vector<std::string> as = {"/usr/bin/setpriv", "--reuid=postgres",
                                         "--regid=postgres", "--init-groups"};
    command.insert(command.begin(), as.begin(), as.end());
  }
  return RunToEnd(command);
}

// The number that a JSON object has by a name that it has once.
double NumberOf(absl::string_view json, absl::string_view name) {
  const size_t at = json.find(absl::StrCat("\"", name, "\":"));
  if (at == absl::string_view::npos) return 0;
  json.remove_prefix(at + name.size() + 3);
  double number = 0;
  return absl::SimpleAtod(json.substr(0, json.find_first_of(",}")), &number)
             ? number
             : 0;
}

}  // namespace

PeerResult MeasureAudit(const std::string& command, const std::string& facts,
                        const std::string& claims) {
  const TemporaryDirectory directory;
  const Ended ended =
      RunToEnd({"/bin/sh", "-c",
                absl::StrCat(command, " ", facts, " ", claims, " ",
                             directory.Sub("differing.csv"))});
  PeerResult result{"audit of a CSV by a peer", {}};
  result.load.items =
      static_cast<uint64_t>(std::lround(NumberOf(ended.out, "claims")));
  result.load.seconds = NumberOf(ended.out, "seconds");
  if (result.load.items == 0) result.load.error = ended.error;
  return result;
}

std::vector<PeerResult> MeasureEtcd(double seconds, int calls_in_flight) {
  if (!std::filesystem::exists(kEtcd)) return {};
  const TemporaryDirectory directory;
  ChildProcess etcd(
      {kEtcd, "--data-dir", directory.Sub("etcd"), "--listen-client-urls",
       absl::StrCat("http://", kEtcdAddress), "--advertise-client-urls",
       absl::StrCat("http://", kEtcdAddress), "--listen-peer-urls",
       absl::StrCat("http://", kEtcdPeerAddress),
       "--initial-advertise-peer-urls",
       absl::StrCat("http://", kEtcdPeerAddress), "--initial-cluster",
       absl::StrCat("default=http://", kEtcdPeerAddress), "--log-level",
       "error"},
      directory.path());
  const auto channel =
      grpc::CreateChannel(kEtcdAddress, grpc::InsecureChannelCredentials());
  if (!channel->WaitForConnected(std::chrono::system_clock::now() +
                                 std::chrono::seconds(20))) {
    return {{"etcd put", {.error = "etcd did not start"}}};
  }
  const auto stub = etcdserverpb::KV::NewStub(channel);
  int64_t next = 0;
  UnaryLoad<etcdserverpb::PutRequest, etcdserverpb::PutResponse> puts(
      seconds, calls_in_flight,
      [&](auto... arguments) { stub->async()->Put(arguments...); },
      [&](etcdserverpb::PutRequest& request) {
        request.set_key(KeyOf(next++));
        request.set_value(std::string(kValueBytes, 'v'));
      });
  std::vector<PeerResult> results = {{"etcd put", puts.Run()}};
  UnaryLoad<etcdserverpb::RangeRequest, etcdserverpb::RangeResponse> ranges(
      seconds, calls_in_flight,
      [&](auto... arguments) { stub->async()->Range(arguments...); },
      [&](etcdserverpb::RangeRequest& request) {
        request.set_key(KeyOf(next++));
      });
  results.push_back({"etcd range", ranges.Run()});
  return results;
}

std::vector<PeerResult> MeasurePostgres(double seconds, int connections) {
  const std::optional<std::string> bin = PostgresFolder();
  if (!bin.has_value()) return {};
  const TemporaryDirectory directory;
  const std::string data = directory.Sub("postgres");
  // Made for whoever runs it; sockets have short names only.
  std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
  std::ofstream(directory.Sub("update.sql"))
      << "\\set id random(1, 100000)\n"
      << "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = "
         ":id;\n";
  const std::string set_up =
      absl::StrCat(*bin, "/initdb -D ", data, " -A trust >/dev/null && ", *bin,
                   "/pg_ctl -w -D ", data, " -l ", data, "/log -o \"-k ",
                   directory.path(), " -h ''\" start >/dev/null && ", *bin,
                   "/pgbench -h ", directory.path(), " -i -q postgres");
  const Ended prepared = RunAsPostgres(set_up);
  std::vector<PeerResult> results;
  const auto measure = [&](const std::string& name, const std::string& what) {
    const Ended run = RunAsPostgres(
        absl::StrCat(*bin, "/pgbench -h ", directory.path(),
                     " -n -M prepared -c ", connections, " -j 2 -T ",
                     std::lround(std::ceil(seconds)), " ", what, " postgres"));
    LoadResult load;
    load.seconds = 1;
    load.items =
        static_cast<uint64_t>(std::lround(NumberAfter(run.out, "tps = ")));
    if (load.items == 0) load.error = run.error;
    results.push_back({name, std::move(load)});
  };
  if (prepared.exit_code == 0) {
    measure("postgres update",
            absl::StrCat("-f ", directory.Sub("update.sql")));
    measure("postgres select", "-S");
  } else {
    results.push_back({"postgres update", {.error = prepared.error}});
  }
  RunAsPostgres(absl::StrCat(*bin, "/pg_ctl -D ", data,
                             " -m immediate stop >/dev/null; rm -rf ", data));
  return results;
}

}  // namespace concordat::bench
