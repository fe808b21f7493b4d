#include "client/notify/webhook_delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/notify/signature.h"
#include "tests/notify/webhook_receiver.h"

namespace concordat::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'614'265'330);

std::unique_ptr<WebhookDelivery> Make(WebhookOptions options) {
  options.timeout = absl::Seconds(30);
  options.user_agent = "concordat/test";
  auto delivery =
      WebhookDelivery::Create(std::move(options), [] { return kNow; });
  EXPECT_TRUE(delivery.ok()) << delivery.status();
  return delivery.ok() ? *std::move(delivery) : nullptr;
}

TEST(WebhookDeliveryTest, PostsTheDocumentSigned) {
  WebhookReceiver receiver;
  const auto delivery = Make({.url = receiver.url(),
                              .headers = {"Authorization: Bearer b"},
                              .signing_key = "key"});
  const std::string body = R"({"id":"msg"})";
  EXPECT_EQ(delivery->Deliver({.id = "msg", .body = body}).kind,
            Outcome::Kind::kDelivered);
  ASSERT_THAT(receiver.requests(), SizeIs(1));
  WebhookReceiver::Request request = receiver.requests()[0];
  EXPECT_EQ(request.line, "POST /hook HTTP/1.1");
  EXPECT_EQ(request.body, body);
  EXPECT_EQ(request.headers["content-type"], "application/json");
  EXPECT_EQ(request.headers["authorization"], "Bearer b");
  EXPECT_EQ(request.headers["user-agent"], "concordat/test");
  EXPECT_EQ(request.headers["webhook-id"], "msg");
  EXPECT_EQ(request.headers["webhook-timestamp"], "1614265330");
  EXPECT_EQ(request.headers["webhook-signature"],
            SignatureOf("key", "msg", kNow, body));
}

TEST(WebhookDeliveryTest, WithoutAKeyNothingIsSigned) {
  WebhookReceiver receiver;
  Make({.url = receiver.url()})->Deliver({.id = "m", .body = "{}"});
  ASSERT_THAT(receiver.requests(), SizeIs(1));
  EXPECT_EQ(receiver.requests()[0].headers.count("webhook-signature"), 0u);
}

struct AnswerCase {
  int status;
  Outcome::Kind kind;
};

TEST(WebhookDeliveryTest, TheAnswerSaysWhetherAnotherAttemptIsWorthIt) {
  constexpr auto kDelivered = Outcome::Kind::kDelivered;
  constexpr auto kFailed = Outcome::Kind::kFailed;
  constexpr auto kRefused = Outcome::Kind::kRefused;
  for (const AnswerCase& answer :
       {AnswerCase{200, kDelivered}, AnswerCase{204, kDelivered},
        AnswerCase{304, kRefused}, AnswerCase{400, kRefused},
        AnswerCase{404, kRefused}, AnswerCase{408, kFailed},
        AnswerCase{410, kRefused}, AnswerCase{429, kFailed},
        AnswerCase{500, kFailed}, AnswerCase{503, kFailed}}) {
    SCOPED_TRACE(answer.status);
    WebhookReceiver receiver({{.status = answer.status, .headers = ""}});
    const Outcome outcome =
        Make({.url = receiver.url()})->Deliver({.id = "m", .body = "{}"});
    EXPECT_EQ(outcome.kind, answer.kind);
    EXPECT_EQ(outcome.problem,
              answer.kind == kDelivered
                  ? ""
                  : absl::StrCat("127.0.0.1 answered HTTP ", answer.status));
  }
}

TEST(WebhookDeliveryTest, HearsHowLongToWait) {
  WebhookReceiver receiver(
      {{.status = 429, .headers = "Retry-After: 120\r\n"}});
  EXPECT_EQ(Make({.url = receiver.url()})
                ->Deliver({.id = "m", .body = "{}"})
                .retry_after,
            absl::Seconds(120));
}

TEST(WebhookDeliveryTest, DoesNotGoElsewhere) {
  WebhookReceiver elsewhere;
  WebhookReceiver receiver(
      {{.status = 307,
        .headers = absl::StrCat("Location: ", elsewhere.url(), "\r\n")}});
  EXPECT_EQ(
      Make({.url = receiver.url()})->Deliver({.id = "m", .body = "{}"}).kind,
      Outcome::Kind::kRefused);
  EXPECT_THAT(elsewhere.requests(), IsEmpty());
}

TEST(WebhookDeliveryTest, AReceiverThatIsNotThereMayCome) {
  std::string url;
  {
    const WebhookReceiver gone;
    url = gone.url();
  }
  const Outcome outcome =
      Make({.url = absl::StrCat(url, "/secret")})->Deliver({"m", "{}"});
  EXPECT_EQ(outcome.kind, Outcome::Kind::kFailed);
  // The path of a URL is often what lets somebody in.
  EXPECT_THAT(outcome.problem, HasSubstr("127.0.0.1: "));
  EXPECT_THAT(outcome.problem, Not(HasSubstr("secret")));
}

TEST(WebhookDeliveryTest, RefusesWhatIsNoWebAddress) {
  for (const std::string url :
       {"", "hooks.example.com", "ftp://example.com/", "file:///etc/passwd"}) {
    EXPECT_EQ(WebhookDelivery::Create({.url = url}, [] { return kNow; })
                  .status()
                  .code(),
              absl::StatusCode::kInvalidArgument)
        << url;
  }
}

TEST(ParseHeadersTest, ReadsOneALine) {
  const auto headers =
      ParseHeaders("# for QA\nAuthorization: Bearer x\r\n\n X-Team: qa\n");
  ASSERT_TRUE(headers.ok()) << headers.status();
  EXPECT_THAT(*headers, ElementsAre("Authorization: Bearer x", "X-Team: qa"));
}

TEST(ParseHeadersTest, NamesTheLineThatIsNone) {
  for (const std::string text : {"A: b\nno header", "A: b\nC:", "A: b\n: c",
                                 "A: b\nC D: e", "A: b\nC: d\x01"}) {
    EXPECT_THAT(std::string(ParseHeaders(text).status().message()),
                HasSubstr("line 2"))
        << text;
  }
}

}  // namespace
}  // namespace concordat::client
