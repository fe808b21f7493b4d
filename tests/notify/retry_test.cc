#include "client/notify/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace concordat::client {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

// Gives outcomes one after the other, then the last for ever.
class ScriptedDelivery final : public Delivery {
 public:
  explicit ScriptedDelivery(std::deque<Outcome> outcomes)
      : outcomes_(std::move(outcomes)) {}

  Outcome Deliver(const Parcel& parcel) override {
    ids.push_back(parcel.id);
    Outcome outcome = outcomes_.front();
    if (outcomes_.size() > 1) outcomes_.pop_front();
    return outcome;
  }

  std::vector<std::string> ids;

 private:
  std::deque<Outcome> outcomes_;
};

Outcome Fails(absl::Duration retry_after = absl::ZeroDuration()) {
  return {Outcome::Kind::kFailed, "busy", retry_after};
}

class RetryTest : public testing::Test {
 protected:
  Surroundings Around() {
    return {
        .now = [this] { return now_; },
        .wait =
            [this](absl::Duration wait) {
              waits_.push_back(wait);
              now_ += wait;
              return waits_.size() < stop_after_;
            },
        .random = [] { return 1.0; },
        .report =
            [this](absl::string_view text) { reports_.emplace_back(text); }};
  }
  Delivered Deliver(ScriptedDelivery& delivery) {
    return DeliverPatiently(delivery, {"id", "{}"}, policy_, Around());
  }

  RetryPolicy policy_;
  absl::Time now_ = absl::UnixEpoch();
  std::vector<absl::Duration> waits_;
  size_t stop_after_ = SIZE_MAX;
  std::vector<std::string> reports_;
};

TEST_F(RetryTest, WaitsLongerEachTimeUpToALimitWithJitter) {
  EXPECT_EQ(BackoffOf(policy_, 1, 0), absl::Milliseconds(500));
  EXPECT_EQ(BackoffOf(policy_, 1, 1), absl::Seconds(1));
  EXPECT_EQ(BackoffOf(policy_, 2, 1), absl::Seconds(2));
  EXPECT_EQ(BackoffOf(policy_, 3, 0.5), absl::Seconds(3));
  EXPECT_EQ(BackoffOf(policy_, 7, 1), absl::Minutes(1));
  EXPECT_EQ(BackoffOf(policy_, 4'000'000'000, 1), absl::Minutes(1));
  EXPECT_EQ(BackoffOf(policy_, 4'000'000'000, 0), absl::Seconds(30));
}

TEST_F(RetryTest, AttemptsUntilItIsDelivered) {
  ScriptedDelivery delivery({Fails(), Fails(), {}});
  const Delivered delivered = Deliver(delivery);
  EXPECT_EQ(delivered.fate, Delivered::Fate::kDelivered);
  EXPECT_EQ(delivered.attempts, 3u);
  EXPECT_THAT(waits_, ElementsAre(absl::Seconds(1), absl::Seconds(2)));
  EXPECT_THAT(delivery.ids, Each("id"));
  EXPECT_THAT(reports_,
              ElementsAre("busy; attempt 2 in 1s", "busy; attempt 3 in 2s"));
}

TEST_F(RetryTest, DoesWhatTheReceiverAsksForWithinALimit) {
  ScriptedDelivery delivery(
      {Fails(absl::Minutes(5)), Fails(absl::Milliseconds(1)), {}});
  Deliver(delivery);
  EXPECT_THAT(waits_, ElementsAre(absl::Minutes(5), absl::Seconds(2)));
  waits_.clear();
  ScriptedDelivery forever({Fails(absl::Hours(24'000)), {}});
  EXPECT_EQ(Deliver(forever).fate, Delivered::Fate::kDelivered);
  EXPECT_THAT(waits_, ElementsAre(kRetryAfterMax));
}

TEST_F(RetryTest, GivesUpInTheEnd) {
  policy_.retry_for = absl::Seconds(10);
  ScriptedDelivery delivery({Fails()});
  const Delivered delivered = Deliver(delivery);
  EXPECT_EQ(delivered.fate, Delivered::Fate::kGivenUp);
  EXPECT_EQ(delivered.problem, "busy");
  // 1 + 2 + 4 + 8 seconds.
  EXPECT_EQ(delivered.attempts, 5u);
}

TEST_F(RetryTest, WhatIsRefusedIsNotTriedAgain) {
  ScriptedDelivery delivery({{Outcome::Kind::kRefused, "no", {}}});
  EXPECT_EQ(Deliver(delivery).fate, Delivered::Fate::kRefused);
  EXPECT_THAT(waits_, IsEmpty());
}

TEST_F(RetryTest, EndsWhereItIsToEnd) {
  stop_after_ = 2;
  ScriptedDelivery delivery({Fails()});
  const Delivered delivered = Deliver(delivery);
  EXPECT_EQ(delivered.fate, Delivered::Fate::kStopped);
  EXPECT_EQ(delivered.attempts, 2u);
}

}  // namespace
}  // namespace concordat::client
