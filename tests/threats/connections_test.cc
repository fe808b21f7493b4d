// What a connection may cost before anybody knows whose it is.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "server/memory_gauge.h"
#include "server/supervisor.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

// How HTTP/2 begins, and an empty frame of settings (RFC 9113, 3.4).
const std::string& Preface() {
  static const auto* const preface =
      new std::string(std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") +
                      std::string("\0\0\0\4\0\0\0\0\0", 9));
  return *preface;
}

// A connection by hand.
class RawConnection {
 public:
  explicit RawConnection(const std::string& address)
      : file_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    int port = 0;
    EXPECT_TRUE(
        absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(port));
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    EXPECT_EQ(connect(file_, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
    const timeval patience{.tv_sec = 60, .tv_usec = 0};
    setsockopt(file_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  ~RawConnection() { close(file_); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  // False: the other side is gone.
  bool Send(const std::string& bytes) const {
    return send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  // Takes what comes until the other side ends it; false: it did not.
  bool IsEnded() const {
    char bytes[4096];
    ssize_t got = 0;
    while ((got = recv(file_, bytes, sizeof(bytes), 0)) > 0) {
    }
    return got == 0 || errno == ECONNRESET;
  }

 private:
  const int file_;
};

class ConnectionTest : public ServiceTest {
 protected:
  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    options.connections.handshake = absl::Seconds(1);
    options.connections.idle = absl::Seconds(1);
    return options;
  }

  grpc::Status CallWithHeader(size_t bytes) {
    const auto stub = v1::ServerService::NewStub(NetworkChannel());
    grpc::ClientContext context;
    context.AddMetadata("x-large", std::string(bytes, 'a'));
    v1::GetServerInfoResponse response;
    return stub->GetServerInfo(&context, {}, &response);
  }
};

TEST_P(ConnectionTest, WhoSaysNothingIsLetGo) {
  const RawConnection silent(server_->address());
  EXPECT_TRUE(silent.IsEnded());
}

TEST_P(ConnectionTest, WhoBeginsSlowlyIsLetGo) {
  const RawConnection slow(server_->address());
  EXPECT_TRUE(slow.Send(Preface().substr(0, 10)));
  EXPECT_TRUE(slow.IsEnded());
}

TEST_P(ConnectionTest, WhoNeverCallsIsLetGo) {
  const RawConnection idle(server_->address());
  EXPECT_TRUE(idle.Send(Preface()));
  EXPECT_TRUE(idle.IsEnded());
}

TEST_P(ConnectionTest, WhoPingsAllTheTimeIsCutOff) {
  const RawConnection pinging(server_->address());
  ASSERT_TRUE(pinging.Send(Preface()));
  // A frame of PING (RFC 9113, 6.7).
  const std::string ping("\0\0\10\6\0\0\0\0\0concord!", 17);
  for (int i = 0; i < 1000 && pinging.Send(ping); ++i) {
  }
  EXPECT_TRUE(pinging.IsEnded());
}

TEST_P(ConnectionTest, WhatIsNoHttpIsCutOff) {
  const RawConnection wrong(server_->address());
  EXPECT_TRUE(wrong.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_TRUE(wrong.IsEnded());
}

// gRPC counts name, value and 32 bytes for each header, and the others too.
TEST_P(ConnectionTest, HeadersHaveALimit) {
  EXPECT_EQ(Summary(CallWithHeader(7'000)), "OK");
  EXPECT_EQ(CallWithHeader(8'192).error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_EQ(CallWithHeader(1'000'000).error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Summary(CallWithHeader(7'000)), "OK");
}

INSTANTIATE_TEST_SUITE_P(Engines, ConnectionTest,
                         testing::Values(Engine::kMemory), EngineName);

TEST(MemoryGaugeTest, RefusesNearTheEndUntilThereIsRoomAgain) {
  MemoryState now;
  MemoryGauge gauge([&now] { return now; }, 1000);
  const auto admits_at = [&](uint64_t used) {
    now.used = used;
    gauge.Look();
    return gauge.Admit().ok();
  };
  EXPECT_TRUE(admits_at(0));
  EXPECT_TRUE(admits_at(899));
  EXPECT_FALSE(admits_at(900));
  EXPECT_FALSE(admits_at(850));
  EXPECT_TRUE(admits_at(849));
  EXPECT_TRUE(admits_at(899));
}

TEST(MemoryGaugeTest, KnowsWhatThisProcessHas) {
  const MemoryState state = ReadMemoryState();
  EXPECT_GT(state.used, 1 << 20);
  EXPECT_GT(state.max, state.used);
}

// A socket of datagrams, as systemd has one for what its services say.
class NoticeSocket {
 public:
  explicit NoticeSocket(const std::string& path)
      : file_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(
        bind(file_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    const timeval patience{.tv_sec = 60, .tv_usec = 0};
    setsockopt(file_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  ~NoticeSocket() { close(file_); }
  NoticeSocket(const NoticeSocket&) = delete;
  NoticeSocket& operator=(const NoticeSocket&) = delete;

  std::string Next() const {
    char bytes[256];
    const ssize_t got = recv(file_, bytes, sizeof(bytes), 0);
    return got < 0 ? "nothing" : std::string(bytes, static_cast<size_t>(got));
  }

 private:
  const int file_;
};

TEST(SupervisorTest, IsToldHowTheServerIsAsLongAsItLives) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/notices";
  const NoticeSocket socket(path);
  std::atomic<bool> lives = true;
  Supervisor supervisor(path, "20000");
  supervisor.Ready([&lives] { return lives.load(); });
  EXPECT_EQ(socket.Next(), "READY=1");
  EXPECT_EQ(socket.Next(), "WATCHDOG=1");
  EXPECT_EQ(socket.Next(), "WATCHDOG=1");
  lives = false;
  supervisor.Stopping();
  std::string last = socket.Next();
  while (last == "WATCHDOG=1") last = socket.Next();
  EXPECT_EQ(last, "STOPPING=1");
}

TEST(SupervisorTest, WhereThereIsNoneNothingHappens) {
  for (const char* socket : {"", "/nowhere/at/all", "@nobody-listens-here"}) {
    Supervisor supervisor(socket, "1000");
    supervisor.Ready([] { return true; });
    supervisor.Stopping();
  }
}

}  // namespace
}  // namespace concordat
