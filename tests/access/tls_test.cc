// Encrypted connections: who is on the other side, and certificates that are
// replaced while the server runs.
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "concordat/v1/access.grpc.pb.h"
#include "gmock/gmock.h"
#include "graph/memory_store.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/access_files.h"
#include "server/server.h"
#include "server/system_clock.h"
#include "tests/access/test_callers.h"
#include "tests/access/test_certificates.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::HasSubstr;

constexpr char kCallers[] = R"(
trust_domains:
  shop.example: {ca_file: shop.pem}
  partner.example: {ca_file: partner.pem}
callers:
  web:
    roles: [channel]
    channel: web
    certificates: ["spiffe://shop.example/web"]
  anna: {roles: [qa], key_sha256: [HASH]}
)";

// Whom a client believes, and what it shows.
struct Client {
  const TestCertificate* believes = nullptr;
  TestCertificate shows;
  std::string key;
};

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    Put("shop.pem", shop_.certificate);
    Put("partner.pem", partner_.certificate);
    Put("callers.yaml",
        absl::StrReplaceAll(
            kCallers, {{"HASH", absl::BytesToHexString(
                                    Sha256().Add(KeyOf("anna")).Finish())}}));
    PutServer(Issue(shop_, {.names = {"DNS:localhost", "IP:127.0.0.1"}}));
    const absl::Status loaded = files_.Load();
    ASSERT_TRUE(loaded.ok()) << loaded;
    ServerOptions options;
    options.listen_address = "127.0.0.1:0";
    options.callers = files_.callers();
    options.certificates = files_.certificates();
    auto server = Server::Start(options, &store_, &clock_, &logger_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    files_.ReplaceBy([this](std::shared_ptr<const Callers> callers) {
      server_->ReplaceCallers(std::move(callers));
    });
  }
  void TearDown() override {
    server_->Shutdown(absl::Now() + absl::Seconds(5));
  }

  std::string PathOf(const std::string& name) const {
    return absl::StrCat(directory_.path(), "/", name);
  }
  void Put(const std::string& name, const std::string& text) {
    std::ofstream(PathOf(name)) << text;
  }
  void PutServer(const TestCertificate& pair) {
    Put("server.pem", pair.certificate);
    Put("server.key", pair.key);
  }

  // Over a connection of its own.
  grpc::Status Try(const Client& client, v1::GetCallerResponse* response) {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = client.believes->certificate;
    tls.pem_cert_chain = client.shows.certificate;
    tls.pem_private_key = client.shows.key;
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto stub = v1::AccessService::NewStub(grpc::CreateCustomChannel(
        server_->address(), grpc::SslCredentials(tls), arguments));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
    if (!client.key.empty()) {
      context.AddMetadata("authorization", "Bearer " + client.key);
    }
    return stub->GetCaller(&context, {}, response);
  }
  // "web by certificate", or the problem, or gRPC's code where there is no
  // connection.
  std::string Seen(const Client& client) {
    v1::GetCallerResponse response;
    const grpc::Status status = Try(client, &response);
    if (status.ok()) {
      return absl::StrCat(response.name(), " by ", response.recognised_by());
    }
    if (status.error_code() == grpc::UNAVAILABLE) return "no connection";
    return ErrorOf(status).metadata["problem"];
  }

  const TestCertificate shop_ = MakeAuthority("shop");
  const TestCertificate partner_ = MakeAuthority("partner");
  const TestCertificate stranger_ = MakeAuthority("stranger");
  TemporaryDirectory directory_;
  SystemClock clock_;
  std::ostringstream log_;
  Logger logger_{&log_, &clock_};
  MemoryStore store_;
  AccessFiles files_{{.callers = PathOf("callers.yaml"),
                      .certificate = PathOf("server.pem"),
                      .key = PathOf("server.key"),
                      .stage = PathOf("stage")},
                     &clock_,
                     &logger_};
  std::unique_ptr<Server> server_;
};

CertificateTerms Web() { return {.names = {"URI:spiffe://shop.example/web"}}; }

TEST_F(TlsTest, WhoIsThereIsReadFromTheCertificate) {
  EXPECT_EQ(Seen({&shop_, Issue(shop_, Web()), ""}), "web by certificate");
  EXPECT_EQ(Seen({&shop_, {}, KeyOf("anna")}), "anna by key");
  // What is said counts more than what is shown.
  EXPECT_EQ(Seen({&shop_, Issue(shop_, Web()), KeyOf("anna")}), "anna by key");
  // From this machine, but nobody is let in for that.
  EXPECT_EQ(Seen({&shop_, {}, ""}), "no_credentials");
  // Another authority that is believed says that it is the shop's backend.
  EXPECT_EQ(Seen({&shop_, Issue(partner_, Web()), ""}), "trust_domain");
  EXPECT_EQ(Seen({&shop_, Issue(stranger_, Web()), ""}), "no connection");
  EXPECT_EQ(Seen({&stranger_, Issue(shop_, Web()), ""}), "no connection");
}

TEST_F(TlsTest, WhoIsNotEncryptedIsNotServed) {
  const auto stub = v1::AccessService::NewStub(grpc::CreateChannel(
      server_->address(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
  context.AddMetadata("authorization", "Bearer " + KeyOf("anna"));
  v1::GetCallerResponse response;
  EXPECT_EQ(stub->GetCaller(&context, {}, &response).error_code(),
            grpc::UNAVAILABLE);
}

TEST_F(TlsTest, ANewCertificateIsUsedAndAHalfReplacedOneNever) {
  const Client old_client{&shop_, Issue(shop_, Web()), ""};
  ASSERT_EQ(Seen(old_client), "web by certificate");
  const TestCertificate next =
      Issue(stranger_, {.names = {"DNS:localhost", "IP:127.0.0.1"}});
  // The certificate came, its key did not yet; and what came is rubbish.
  for (const std::string& certificate :
       {next.certificate, std::string("rubbish"), std::string()}) {
    Put("server.pem", certificate);
    files_.LookAgain();
    EXPECT_EQ(Seen(old_client), "web by certificate");
  }
  EXPECT_THAT(log_.str(), HasSubstr("was only one replaced?"));
  PutServer(next);
  files_.LookAgain();
  // gRPC looks at what is on stage once a second.
  const Client new_client{&stranger_, Issue(shop_, Web()), ""};
  const absl::Time patience = absl::Now() + absl::Seconds(30);
  std::string seen;
  while (seen != "web by certificate" && absl::Now() < patience) {
    seen = Seen(new_client);
  }
  EXPECT_EQ(seen, "web by certificate");
  EXPECT_EQ(Seen(old_client), "no connection");
}

TEST_F(TlsTest, CallersAreReadAnewAndWrongOnesAreNot) {
  const Client anna{&shop_, {}, KeyOf("anna")};
  ASSERT_EQ(Seen(anna), "anna by key");
  Put("callers.yaml", "callers: [rubbish");
  files_.LookAgain();
  EXPECT_EQ(Seen(anna), "anna by key");
  EXPECT_THAT(log_.str(), HasSubstr("not taken"));
  Put("callers.yaml", "callers: {root: {roles: [admin], local: true}}\n");
  files_.LookAgain();
  EXPECT_EQ(Seen(anna), "unknown_key");
  EXPECT_EQ(Seen({&shop_, {}, ""}), "root by local");
}

}  // namespace
}  // namespace concordat
