// Who is told of changes, through a server: what is told, when, and what
// becomes of it where telling fails.
#include "client/notify/notifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/notify/command_delivery.h"
#include "client/notify/webhook_delivery.h"
#include "google/protobuf/util/json_util.h"
#include "graph/rows.h"
#include "tests/notify/webhook_receiver.h"
#include "tests/service/test_server.h"

namespace concordat::client {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::Not;
using testing::SizeIs;

v1::Notification Parse(const std::string& body) {
  v1::Notification notification;
  EXPECT_TRUE(
      google::protobuf::util::JsonStringToMessage(body, &notification).ok())
      << body;
  return notification;
}

// Keeps what it gets.
class Mailbox final : public Delivery {
 public:
  Outcome Deliver(const Parcel& parcel) override {
    bodies.push_back(parcel.body);
    notifications.push_back(Parse(parcel.body));
    if (on_delivery) on_delivery();
    return outcome;
  }
  // `web name CONTRADICTS: 1 opened`
  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const v1::Notification& notification : notifications)
      texts.push_back(
          notification.text().substr(0, notification.text().find(';')));
    return texts;
  }

  std::vector<std::string> bodies;
  std::vector<v1::Notification> notifications;
  std::function<void()> on_delivery;
  Outcome outcome;
};

class NotifierTest : public ServiceTest {
 protected:
  // The same address after a restart.
  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    options.listen_address = absl::StrCat("unix:", directory_.Sub("socket"));
    return options;
  }
  void SetUp() override {
    ServiceTest::SetUp();
    auto client = Client::Create({.address = server_->address()});
    ASSERT_TRUE(client.ok()) << client.status();
    client_ = *std::move(client);
    options_.told = {v1::FINDING_STATE_OPEN, v1::FINDING_STATE_REOPENED,
                     v1::FINDING_STATE_RESOLVED};
    options_.once = true;
  }

  Surroundings Around() {
    return {
        .now = [this] { return now_; },
        .wait =
            [this](absl::Duration wait) {
              waits_.push_back(wait);
              now_ += wait;
              return !stop_.requested();
            },
        .random = [] { return 1.0; },
        .report =
            [this](absl::string_view text) { reports_.emplace_back(text); }};
  }

  // Runs until all is told, as each start of the program does.
  absl::Status Run(Delivery& delivery) {
    auto file = StateFile::Open(directory_.Sub("state"));
    EXPECT_TRUE(file.ok()) << file.status();
    if (!file.ok()) return file.status();
    Notifier notifier({.client = client_.get(),
                       .delivery = &delivery,
                       .file = file->get(),
                       .dead_letters = dead_letters_.get(),
                       .stop = &stop_},
                      options_, Around(),
                      [](const v1::Notification&, const Delivered&) {});
    return notifier.Run();
  }
  // What one run tells.
  std::vector<std::string> Told() {
    Mailbox mailbox;
    const absl::Status status = Run(mailbox);
    EXPECT_TRUE(status.ok()) << status;
    last_ = mailbox.notifications;
    return mailbox.Texts();
  }

  void Claim(const std::string& channel, const std::string& customer,
             const std::string& name) {
    clock_.Advance(absl::Seconds(10));
    Report({MakeClaim(channel, customer, "name", name,
                      absl::StrCat("claim", ++claims_made_))});
  }
  // A finding of a channel about a customer's name.
  void Open(const std::string& channel, const std::string& customer) {
    Write({PutFact(customer, "name", "Ann")});
    Claim(channel, customer, absl::StrCat("Bob of ", channel));
  }

  std::string PutMute(const std::string& channel) {
    v1::PutMuteRequest request;
    request.mutable_scope()->add_channels(channel);
    request.set_reason("known");
    request.set_owner("anna");
    request.mutable_expires_at()->set_seconds(
        absl::ToUnixSeconds(clock_.Now() + absl::Hours(1)));
    const auto response = client_->PutMute(request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response->mute().id();
  }
  void LiftMute(const std::string& id) {
    v1::LiftMuteRequest request;
    request.set_id(id);
    request.set_reason("mended");
    request.set_actor("anna");
    EXPECT_TRUE(client_->LiftMute(request).ok());
  }

  std::string ReadAll(const std::string& name) {
    std::ifstream file(directory_.Sub(name));
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  std::unique_ptr<Client> client_;
  TemporaryDirectory directory_;
  NotifierOptions options_;
  std::unique_ptr<DeadLetters> dead_letters_;
  StopSource stop_;
  absl::Time now_ = absl::FromUnixSeconds(1'767'268'800);
  std::vector<absl::Duration> waits_;
  std::vector<std::string> reports_;
  std::vector<v1::Notification> last_;
  int claims_made_ = 0;
};

// --- What is told
// ----------------------------------------------------------------

TEST_P(NotifierTest, ToldOnceOfWhatComesAfterTheFirstStart) {
  Open("app", "before");
  EXPECT_THAT(Told(), IsEmpty());
  Open("web", "c1");
  EXPECT_THAT(Told(), ElementsAre("web name CONTRADICTS: 1 opened"));
  EXPECT_THAT(Told(), IsEmpty());
  // Another claim, who looks after it, a comment: no change of state.
  Claim("web", "c1", "Bob");
  v1::UpdateFindingsRequest update;
  update.mutable_filter()->add_channels("web");
  update.set_assignee("ben");
  update.set_comment("asked");
  update.set_actor("anna");
  ASSERT_TRUE(client_->UpdateFindings(update).ok());
  EXPECT_THAT(Told(), IsEmpty());
  Claim("web", "c1", "Ann");
  EXPECT_THAT(Told(), ElementsAre("web name CONTRADICTS: 1 resolved"));
  ASSERT_THAT(last_[0].findings(), SizeIs(1));
  EXPECT_EQ(last_[0].findings(0).previous_state(), "OPEN");
  Claim("web", "c1", "Bob");
  EXPECT_THAT(Told(), ElementsAre("web name CONTRADICTS: 1 reopened"));
}

TEST_P(NotifierTest, BeginsWithWhatIsOpenWhereAskedTo) {
  Open("web", "c1");
  Open("app", "c2");
  Claim("app", "c2", "Ann");
  options_.begin_with_open = true;
  EXPECT_THAT(Told(), ElementsAre("web name CONTRADICTS: 1 opened"));
  EXPECT_FALSE(last_[0].resynchronised());
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_P(NotifierTest, AnOutageIsOneMessageWithoutPersonalValues) {
  Told();
  for (int i = 0; i < 40; ++i) Open("web", absl::StrCat("customer-", i));
  Mailbox mailbox;
  ASSERT_TRUE(Run(mailbox).ok());
  EXPECT_THAT(mailbox.Texts(), ElementsAre("web name CONTRADICTS: 40 opened"));
  const v1::Notification& told = mailbox.notifications[0];
  EXPECT_THAT(told.findings(), SizeIs(5));
  EXPECT_EQ(told.left_out(), 35u);
  EXPECT_GT(told.findings(0).harm(), 0);
  EXPECT_EQ(told.findings(0).count(), 1u);
  for (const char* value : {"Ann", "Bob", "customer"})
    EXPECT_THAT(mailbox.bodies[0], Not(HasSubstr(value)));
}

TEST_P(NotifierTest, EachChangeAloneWhereAskedTo) {
  Told();
  Open("web", "c1");
  Open("web", "c2");
  options_.grouping.each = true;
  EXPECT_THAT(Told(), SizeIs(2));
  EXPECT_NE(last_[0].id(), last_[1].id());
}

TEST_P(NotifierTest, OnlyWhatMatchesTheFilter) {
  Told();
  Open("web", "c1");
  Open("app", "c1");
  options_.filter.add_channels("app");
  options_.filter.add_verdicts(v1::VERDICT_CONTRADICTS);
  EXPECT_THAT(Told(), ElementsAre("app name CONTRADICTS: 1 opened"));
  Open("app", "c2");
  options_.filter.set_verdicts(0, v1::VERDICT_STALE);
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_P(NotifierTest, WhatIsMutedIsToldOfWhenTheMuteEnds) {
  Told();
  const std::string mute = PutMute("web");
  Open("web", "c1");
  EXPECT_THAT(Told(), IsEmpty());
  LiftMute(mute);
  EXPECT_THAT(Told(), ElementsAre("web name CONTRADICTS: 1 opened"));
  EXPECT_EQ(last_[0].findings(0).previous_state(), "MUTED");
  EXPECT_THAT(Told(), IsEmpty());
}

// The log tells of it too, if it opened after the last run.
TEST_P(NotifierTest, WhatOpenedUnderAMuteThatHasEndedIsToldOnce) {
  Told();
  const std::string first = PutMute("web");
  Told();
  const std::string second = PutMute("web");
  Open("web", "c1");
  LiftMute(first);
  LiftMute(second);
  EXPECT_THAT(Told(), ElementsAre("web name CONTRADICTS: 1 opened"));
  EXPECT_THAT(Told(), IsEmpty());
}

// A mute is put after mutes were looked at and before the finding is looked up,
// and ends before they are looked at again.
TEST_P(NotifierTest, WhatAShortMuteHidIsNotForgotten) {
  Told();
  Open("web", "c1");
  options_.grouping.each = true;
  options_.once = false;
  const std::string mute = PutMute("web");
  Mailbox mailbox;
  mailbox.on_delivery = [&] {
    if (mailbox.bodies.size() == 2) stop_.Request();
  };
  Surroundings around = Around();
  // Called between the lookup and the next look at the mutes.
  around.now = [&] {
    if (!client_->ListMutes({})->mutes().empty()) LiftMute(mute);
    return now_;
  };
  auto file = StateFile::Open(directory_.Sub("state"));
  ASSERT_TRUE(file.ok());
  Notifier notifier({.client = client_.get(),
                     .delivery = &mailbox,
                     .file = file->get(),
                     .stop = &stop_},
                    options_, around,
                    [](const v1::Notification&, const Delivered&) {});
  // A second change: with nothing to tell, nobody looks at the clock.
  Open("app", "c1");
  EXPECT_TRUE(notifier.Run().ok());
  EXPECT_THAT(mailbox.Texts(),
              testing::UnorderedElementsAre("web name CONTRADICTS: 1 opened",
                                            "app name CONTRADICTS: 1 opened"));
}

TEST_P(NotifierTest, AMuteIsToldOfWhereAskedTo) {
  options_.told = {v1::FINDING_STATE_MUTED};
  Told();
  Open("web", "c1");
  Open("app", "c1");
  PutMute("web");
  EXPECT_THAT(Told(), ElementsAre("web name CONTRADICTS: 1 muted"));
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_P(NotifierTest, WhereTheLogIsGoneTellsHowThingsStand) {
  Told();
  Open("web", "c1");
  const Revision oldest(NumberOf(Write({PutFact("c2", "name", "Eve")})));
  ASSERT_TRUE(store()
                  .Write([&](Transaction& tx) {
                    const absl::Status status = rows::PutOldest(tx, oldest);
                    return status.ok() ? rows::PutLogStart(tx, oldest) : status;
                  })
                  .ok());
  EXPECT_THAT(Told(),
              ElementsAre("resynchronised: web name CONTRADICTS: 1 opened"));
  EXPECT_TRUE(last_[0].resynchronised());
  EXPECT_THAT(reports_, ElementsAre(HasSubstr("no longer goes back so far")));
  Open("web", "c3");
  EXPECT_THAT(Told(), ElementsAre("web name CONTRADICTS: 1 opened"));
  EXPECT_FALSE(last_[0].resynchronised());
}

// --- Where telling fails
// -------------------------------------------------------------------

class WebhookNotifierTest : public NotifierTest {
 protected:
  absl::Status RunTo(const WebhookReceiver& receiver) {
    auto webhook = WebhookDelivery::Create(
        {.url = receiver.url(), .timeout = absl::Seconds(30)},
        [this] { return now_; });
    EXPECT_TRUE(webhook.ok()) << webhook.status();
    return Run(**webhook);
  }
  static std::vector<std::string> Ids(const WebhookReceiver& receiver) {
    std::vector<std::string> ids;
    for (auto request : receiver.requests()) {
      EXPECT_EQ(request.headers["webhook-id"], Parse(request.body).id());
      ids.push_back(request.headers["webhook-id"]);
    }
    return ids;
  }
};

TEST_P(WebhookNotifierTest, IsTriedUntilTheReceiverTakesIt) {
  Told();
  Open("web", "c1");
  WebhookReceiver receiver({{.status = 500, .headers = ""},
                            {.status = 429, .headers = "Retry-After: 90\r\n"},
                            {.status = 503, .headers = ""}});
  ASSERT_TRUE(RunTo(receiver).ok());
  const std::vector<std::string> ids = Ids(receiver);
  ASSERT_THAT(ids, SizeIs(4));
  EXPECT_THAT(ids, testing::Each(ids[0]));
  EXPECT_THAT(waits_, ElementsAre(absl::Seconds(1), absl::Seconds(90),
                                  absl::Seconds(4)));
  EXPECT_THAT(reports_, SizeIs(3));
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_P(WebhookNotifierTest, WhatIsRefusedEndsTheWorkAndIsTriedAtTheNextStart) {
  Told();
  Open("web", "c1");
  WebhookReceiver receiver({{.status = 400, .headers = ""}});
  const absl::Status refused = RunTo(receiver);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("127.0.0.1 answered HTTP 400"),
                    HasSubstr("--dead-letters")));
  EXPECT_THAT(waits_, IsEmpty());
  // What comes meanwhile is told after it.
  Open("app", "c1");
  ASSERT_TRUE(RunTo(receiver).ok());
  const std::vector<std::string> ids = Ids(receiver);
  ASSERT_THAT(ids, SizeIs(3));
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(Parse(receiver.requests()[1].body).channel(), "web");
  EXPECT_EQ(Parse(receiver.requests()[2].body).channel(), "app");
}

TEST_P(WebhookNotifierTest, WhatIsRefusedIsKeptAndTheRestGoesOn) {
  dead_letters_ = std::make_unique<DeadLetters>(directory_.Sub("dead"));
  Told();
  Open("web", "c1");
  Open("app", "c1");
  WebhookReceiver receiver({{.status = 400, .headers = ""}});
  ASSERT_TRUE(RunTo(receiver).ok());
  EXPECT_THAT(Ids(receiver), SizeIs(2));
  v1::DeadLetter letter;
  ASSERT_TRUE(
      google::protobuf::util::JsonStringToMessage(ReadAll("dead"), &letter)
          .ok());
  EXPECT_EQ(letter.notification().id(), Ids(receiver)[0]);
  EXPECT_EQ(letter.problem(), "127.0.0.1 answered HTTP 400");
  EXPECT_EQ(letter.attempts(), 1u);
  EXPECT_EQ(letter.at().seconds(), absl::ToUnixSeconds(now_));
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_P(WebhookNotifierTest, WhoDoesNotTakeItForLongIsGivenUp) {
  options_.retry.retry_for = absl::Seconds(5);
  Told();
  Open("web", "c1");
  Mailbox closed;
  closed.outcome = {Outcome::Kind::kFailed, "closed", {}};
  EXPECT_EQ(Run(closed).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(closed.bodies, SizeIs(4));
  EXPECT_THAT(Told(), ElementsAre("web name CONTRADICTS: 1 opened"));
}

// The state file holds what was made and not told: the same bytes, whatever
// became of the findings meanwhile.
TEST_P(WebhookNotifierTest, WhatWasMadeIsToldAsItWas) {
  Told();
  Open("web", "c1");
  Mailbox first;
  first.outcome = {Outcome::Kind::kRefused, "no", {}};
  EXPECT_FALSE(Run(first).ok());
  Claim("web", "c1", "Bob");
  Claim("web", "c1", "Ann");
  Mailbox second;
  ASSERT_TRUE(Run(second).ok());
  EXPECT_EQ(second.bodies[0], first.bodies[0]);
  EXPECT_THAT(second.Texts(), ElementsAre("web name CONTRADICTS: 1 opened",
                                          "web name CONTRADICTS: 1 resolved"));
}

TEST_P(WebhookNotifierTest, ACommandGetsItToo) {
  Told();
  Open("web", "c1");
  CommandDelivery command(absl::StrCat("cat > ", directory_.Sub("got")),
                          absl::Minutes(1));
  ASSERT_TRUE(Run(command).ok());
  EXPECT_EQ(Parse(ReadAll("got")).channel(), "web");
}

// --- For ever
// ---------------------------------------------------------------------

TEST_P(NotifierTest, FollowsUntilItIsToEnd) {
  Told();
  options_.once = false;
  options_.group_wait = absl::ZeroDuration();
  Mailbox mailbox;
  mailbox.on_delivery = [&] {
    if (mailbox.bodies.size() == 1) {
      Open("app", "c2");
    } else {
      stop_.Request();
    }
  };
  Open("web", "c1");
  EXPECT_TRUE(Run(mailbox).ok());
  EXPECT_THAT(mailbox.Texts(), ElementsAre("web name CONTRADICTS: 1 opened",
                                           "app name CONTRADICTS: 1 opened"));
}

TEST_P(NotifierTest, GathersForAWhile) {
  Told();
  options_.once = false;
  options_.group_wait = absl::Hours(1);
  Mailbox mailbox;
  mailbox.on_delivery = [this] { stop_.Request(); };
  Open("web", "c1");
  Surroundings around = Around();
  auto file = StateFile::Open(directory_.Sub("state"));
  ASSERT_TRUE(file.ok());
  // An hour passes between the first two looks at the clock.
  int looks = 0;
  around.now = [&] { return now_ + looks++ * absl::Hours(1); };
  Notifier notifier({.client = client_.get(),
                     .delivery = &mailbox,
                     .file = file->get(),
                     .stop = &stop_},
                    options_, around,
                    [](const v1::Notification&, const Delivered&) {});
  EXPECT_TRUE(notifier.Run().ok());
  EXPECT_THAT(mailbox.Texts(), ElementsAre("web name CONTRADICTS: 1 opened"));
  EXPECT_THAT(looks, AllOf(Ge(2), Le(10)));
}

TEST_P(NotifierTest, GoesOnWhenTheServerIsBack) {
  Told();
  options_.once = false;
  Mailbox mailbox;
  mailbox.on_delivery = [this] { stop_.Request(); };
  Open("web", "c1");
  StopServer();
  Surroundings around = Around();
  options_.group_wait = absl::ZeroDuration();
  auto file = StateFile::Open(directory_.Sub("state"));
  ASSERT_TRUE(file.ok());
  // While it waits, the operator starts the server.
  around.wait = [&](absl::Duration) {
    if (server_ == nullptr) StartServer();
    return true;
  };
  Notifier notifier({.client = client_.get(),
                     .delivery = &mailbox,
                     .file = file->get(),
                     .stop = &stop_},
                    options_, around,
                    [](const v1::Notification&, const Delivered&) {});
  EXPECT_TRUE(notifier.Run().ok());
  EXPECT_THAT(mailbox.Texts(), ElementsAre("web name CONTRADICTS: 1 opened"));
}

CONCORDAT_ON_BOTH_ENGINES(NotifierTest);
CONCORDAT_ON_BOTH_ENGINES(WebhookNotifierTest);

}  // namespace
}  // namespace concordat::client
