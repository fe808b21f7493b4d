// What watches cost a writer, what one that does not read costs the server, and
// how soon an event is delivered. The server is build/bin/concordatd, a process
// of its own on a store that syncs each commit; it shares the machine with the
// writer and a thousand readers, which are here. Files are in TMPDIR.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "concordat/v1/knowledge.grpc.pb.h"
#include "concordat/v1/watch.grpc.pb.h"
#include "graph/mutex.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/load.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat::bench {
namespace {

constexpr int kConnections = 10;
// HTTP/2's own: how much a client takes in that does not read. gRPC would let
// it grow with the speed of the connection, to some MiB, and a watch is not
// stalled before it is full.
constexpr int kStalledWindow = 65'535;
constexpr int kCustomers = 20'000;
constexpr int kBatches[] = {1, 10, 100};  // facts in a write

constexpr char kVocabulary[] = R"(
name: bench
entity_types:
  customer: {attributes: {name: {type: text}, city: {type: text}}}
channels:
  web:
    subject_type: customer
    contract: {customer: {attributes: {name: {}, city: {}}}}
)";

struct Options {
  double seconds = 4;
  int rounds = 3;
  int watchers = 1000;
  int stalled = 200;
  int followers = 30;
  int facts_per_second = 5000;
};

// One watch that reads on and on, or not at all.
class Reader final : public grpc::ClientReadReactor<v1::WatchResponse> {
 public:
  using Use = std::function<void(const v1::WatchResponse&)>;

  Reader(v1::WatchService::Stub& stub, v1::WatchRequest request, bool reads,
         Use use)
      : request_(std::move(request)), use_(std::move(use)), reads_(reads) {
    stub.async()->Watch(&context_, &request_, this);
    if (reads_) StartRead(&response_);
    AddHold();
    StartCall();
  }
  // Ends the call and waits for its end.
  ~Reader() override {
    context_.TryCancel();
    RemoveHold();
    MutexLock lock(&mutex_);
    while (!done_) ended_.Wait(&mutex_);
  }

  uint64_t events() const { return events_; }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    for (const v1::WatchedCommit& commit : response_.commits()) {
      events_ += static_cast<uint64_t>(commit.events_size());
    }
    if (use_ != nullptr) use_(response_);
    StartRead(&response_);
  }
  void OnDone(const grpc::Status&) override {
    MutexLock lock(&mutex_);
    done_ = true;
    ended_.NotifyAll();
  }

 private:
  grpc::ClientContext context_;
  const v1::WatchRequest request_;
  const Use use_;
  const bool reads_;
  v1::WatchResponse response_;
  std::atomic<uint64_t> events_ = 0;
  Mutex mutex_;
  CondVar ended_;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
};

std::string CustomerOf(int64_t number) {
  return absl::StrCat("c-", number % kCustomers);
}

// The next write of `facts` facts about one customer after the other.
class Source {
 public:
  void Fill(int facts, v1::WriteKnowledgeRequest& write) {
    write.clear_changes();
    write.set_request_id(absl::StrCat("w-", ++writes_));
    for (int i = 0; i < facts; ++i, ++next_) {
      v1::Fact* fact = write.add_changes()->mutable_put_fact();
      fact->mutable_entity()->set_type("customer");
      fact->mutable_entity()->set_id(CustomerOf(next_));
      fact->set_attribute(next_ % 2 == 0 ? "name" : "city");
      fact->set_value(absl::StrCat("Value ", next_));
    }
  }

 private:
  int64_t next_ = 0;
  int64_t writes_ = 0;
};

class Bench {
 public:
  explicit Bench(Options options)
      : options_(options),
        server_(directory_.Sub("store"), {"--watch-patience", "3600"}) {
    grpc::ChannelArguments stalling;
    stalling.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stalling.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    stalling.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kStalledWindow);
    for (int i = 0; i < kConnections; ++i) {
      channels_.push_back(server_.Connect());
      stubs_.push_back(v1::WatchService::NewStub(channels_.back()));
      stalling_stubs_.push_back(
          v1::WatchService::NewStub(grpc::CreateCustomChannel(
              server_.address(), grpc::InsecureChannelCredentials(),
              stalling)));
    }
    server_.ApplyVocabulary(kVocabulary);
    beginning_ = server_.Info().revision();
  }

  void Run() {
    MeasureStalled();
    for (const int facts : kBatches) MeasureWriter(facts);
    MeasureLatency();
  }

 private:
  LoadResult Write(int facts, double seconds) {
    const auto stub = v1::KnowledgeService::NewStub(channels_[0]);
    return LoadStream<v1::StreamKnowledgeRequest, v1::StreamKnowledgeResponse>(
        seconds, static_cast<size_t>(facts),
        [&](grpc::ClientContext* context) {
          return stub->StreamKnowledge(context);
        },
        [&](v1::StreamKnowledgeRequest& request) {
          source_.Fill(facts, *request.mutable_write());
          return true;
        },
        [](const v1::StreamKnowledgeResponse& response) {
          return response.has_failure() ? 1 : 0;
        });
  }

  std::unique_ptr<Reader> Open(v1::WatchRequest request, bool reads,
                               Reader::Use use = nullptr) {
    const auto& stubs = reads ? stubs_ : stalling_stubs_;
    return std::make_unique<Reader>(*stubs[opened_++ % stubs.size()],
                                    std::move(request), reads, std::move(use));
  }
  static v1::WatchRequest Everything(const std::string& after) {
    v1::WatchRequest request;
    if (after.empty()) {
      request.set_from_now(true);
    } else {
      request.set_after(after);
    }
    return request;
  }

  void AwaitOpen(int64_t count) {
    while (server_.Info().counters().at("watches_open") != count) {
    }
  }
  // Until no stalled watch is sent anything any more.
  void AwaitQuiet() {
    int64_t before = -1;
    for (int same = 0; same < 50;) {
      const int64_t now = server_.Info().counters().at("watch_responses");
      same = now == before ? same + 1 : 0;
      before = now;
    }
  }

  // Watches on everything since the beginning, which is far more than they get
  // rid of. What each costs is what as many again cost: the first bring caches
  // with them that serve all.
  void MeasureStalled() {
    Write(100, 2);
    std::vector<std::unique_ptr<Reader>> readers;
    const double some = MemoryWithStalled(options_.stalled, readers);
    const double twice = MemoryWithStalled(2 * options_.stalled, readers);
    std::printf(
        "memory of a stalled watch: %.3f MiB (at most 0.25), of %d beside as "
        "many\n",
        (twice - some) / options_.stalled, options_.stalled);
    std::fflush(stdout);
    readers.clear();
    AwaitOpen(0);
  }
  // MiB, once there are so many and none is sent anything any more.
  double MemoryWithStalled(int count,
                           std::vector<std::unique_ptr<Reader>>& readers) {
    while (static_cast<int>(readers.size()) < count) {
      readers.push_back(Open(Everything(beginning_), /*reads=*/false));
    }
    AwaitOpen(count);
    AwaitQuiet();
    return server_.Memory();
  }

  // A desk watches the customer it has at hand: 800 of 20,000 customers. The
  // stalled ones watch everything, since the beginning, and are stalled once
  // nothing is sent any more.
  std::vector<std::unique_ptr<Reader>> OpenThousand() {
    const std::string head = server_.Info().revision();
    std::vector<std::unique_ptr<Reader>> readers;
    for (int i = 0; i < options_.watchers; ++i) {
      const bool reads = i >= options_.stalled;
      v1::WatchRequest request = Everything(reads ? head : beginning_);
      if (reads) {
        v1::EntityRef* entity = request.mutable_filter()->add_entities();
        entity->set_type("customer");
        entity->set_id(CustomerOf(int64_t{i} * 17));
      }
      readers.push_back(Open(std::move(request), reads));
    }
    AwaitOpen(options_.watchers);
    AwaitQuiet();
    return readers;
  }

  // Without and with, in turns, so that both see the same machine.
  void MeasureWriter(int facts) {
    std::vector<double> without;
    std::vector<double> with;
    uint64_t delivered = 0;
    Write(facts, 1);
    for (int round = 0; round < options_.rounds; ++round) {
      without.push_back(Write(facts, options_.seconds).rate());
      std::vector<std::unique_ptr<Reader>> readers = OpenThousand();
      with.push_back(Write(facts, options_.seconds).rate());
      for (const auto& reader : readers) delivered += reader->events();
      readers.clear();
      AwaitOpen(0);
    }
    const auto median = [](std::vector<double> values) {
      std::sort(values.begin(), values.end());
      return values[values.size() / 2];
    };
    std::printf(
        "writes of %3d facts: %8.0f facts/s alone, %8.0f beside %d watches of "
        "which %d are stalled: %.1f %% (at least 90); %ju delivered\n",
        facts, median(without), median(with), options_.watchers,
        options_.stalled, 100 * median(with) / median(without),
        uintmax_t{delivered});
    std::fflush(stdout);
  }

  // Writes of ten facts at a steady pace; each follower gets everything.
  void MeasureLatency() {
    constexpr int kFacts = 10;
    const int writes =
        static_cast<int>(options_.facts_per_second / kFacts * options_.seconds);
    std::vector<std::atomic<int64_t>> sent(static_cast<size_t>(writes));
    std::vector<std::atomic<int64_t>> answered(static_cast<size_t>(writes));
    const Time start = Now();
    Mutex mutex;
    std::vector<std::pair<int, int64_t>> received;  // write, when
    std::vector<std::unique_ptr<Reader>> readers;
    for (int i = 0; i < options_.followers; ++i) {
      readers.push_back(
          Open(Everything(""), /*reads=*/true, [&](const v1::WatchResponse& r) {
            const auto now = static_cast<int64_t>(MicrosecondsSince(start));
            MutexLock lock(&mutex);
            for (const v1::WatchedCommit& commit : r.commits()) {
              int number = 0;
              if (commit.request_id().rfind("p-", 0) == 0 &&
                  absl::SimpleAtoi(commit.request_id().substr(2), &number)) {
                received.emplace_back(number, now);
              }
            }
          }));
    }
    AwaitOpen(options_.followers);
    WritePaced(writes, kFacts, start, sent, answered);
    const auto expected = static_cast<size_t>(writes) * readers.size();
    while (true) {
      MutexLock lock(&mutex);
      if (received.size() >= expected) break;
    }
    readers.clear();
    Histogram from_write;
    Histogram from_answer;
    for (const auto& [number, when] : received) {
      const auto index = static_cast<size_t>(number);
      from_write.Add(static_cast<uint64_t>(when - sent[index]));
      from_answer.Add(
          static_cast<uint64_t>(std::max<int64_t>(0, when - answered[index])));
    }
    std::printf(
        "delivery to %d watches of everything at %d facts/s: from the start of "
        "the write p50 %ju us, p99 %ju us; from its answer p50 %ju us, p99 "
        "%ju us (at most 10000); %zu commits delivered\n",
        options_.followers, options_.facts_per_second,
        uintmax_t{from_write.Percentile(0.5)},
        uintmax_t{from_write.Percentile(0.99)},
        uintmax_t{from_answer.Percentile(0.5)},
        uintmax_t{from_answer.Percentile(0.99)}, received.size());
  }

  void WritePaced(int writes, int facts, Time start,
                  std::vector<std::atomic<int64_t>>& sent,
                  std::vector<std::atomic<int64_t>>& answered) {
    const auto stub = v1::KnowledgeService::NewStub(channels_[0]);
    grpc::ClientContext context;
    const auto stream = stub->StreamKnowledge(&context);
    std::thread reader([&] {
      v1::StreamKnowledgeResponse response;
      for (size_t i = 0; stream->Read(&response); ++i) {
        answered[i] = static_cast<int64_t>(MicrosecondsSince(start));
      }
    });
    const auto interval = std::chrono::microseconds(1'000'000LL * facts /
                                                    options_.facts_per_second);
    Mutex mutex;
    CondVar never;
    v1::StreamKnowledgeRequest request;
    const Time began = Now();
    for (int i = 0; i < writes; ++i) {
      const Time due = began + interval * i;
      {
        MutexLock lock(&mutex);
        while (Now() < due) never.WaitUntil(&mutex, due);
      }
      source_.Fill(facts, *request.mutable_write());
      request.mutable_write()->set_request_id(absl::StrCat("p-", i));
      sent[static_cast<size_t>(i)] =
          static_cast<int64_t>(MicrosecondsSince(start));
      stream->Write(request);
    }
    stream->WritesDone();
    reader.join();
    stream->Finish();
  }

  const Options options_;
  const TemporaryDirectory directory_;
  BenchServer server_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<std::unique_ptr<v1::WatchService::Stub>> stubs_;
  // For those who do not read.
  std::vector<std::unique_ptr<v1::WatchService::Stub>> stalling_stubs_;
  size_t opened_ = 0;
  std::string beginning_;  // token of the revision before the first fact
  Source source_;
};

}  // namespace
}  // namespace concordat::bench

int main(int argc, char** argv) {
  concordat::bench::Options options;
  CLI::App app("Measures what watches cost, and how soon they deliver.");
  app.add_option("--seconds", options.seconds, "For each measurement");
  app.add_option("--rounds", options.rounds, "Turns without and with watches")
      ->check(CLI::PositiveNumber);
  app.add_option("--watchers", options.watchers, "Watches beside the writer");
  app.add_option("--stalled", options.stalled, "Those of them that never read");
  app.add_option("--followers", options.followers,
                 "Watches of everything, for the latency");
  app.add_option("--facts-per-second", options.facts_per_second,
                 "While the latency is measured");
  CLI11_PARSE(app, argc, argv);
  concordat::bench::Bench(options).Run();
  return 0;
}
