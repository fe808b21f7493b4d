// When calls to a backend are made, repeated and given up, second by second.
#include "server/probe/call_gate.h"

#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "graph/errors.h"
#include "gtest/gtest.h"
#include "server/probe/probe_options.h"
#include "server/probe/token_bucket.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat {
namespace {

using Calls = std::vector<CallGate::CallId>;

const absl::Time kStart = absl::FromUnixSeconds(1'767'268'800);
constexpr absl::Time kNever = absl::InfiniteFuture();

absl::Time At(double seconds) { return kStart + absl::Seconds(seconds); }

std::string CodeOf(const std::optional<absl::Status>& status) {
  if (!status.has_value()) return "again";
  if (status->ok()) return "OK";
  const std::optional<ErrorDetail> detail = DetailOf(*status);
  if (!detail.has_value()) return "?";
  std::string text(ErrorReasonName(detail->reason));
  for (const auto& [name, value] : detail->metadata) {
    absl::StrAppend(&text, " ", value);
  }
  return text;
}

CallGate Gate(const CallPolicy& policy, double chance = 0) {
  return CallGate("web", policy, [chance] { return chance; });
}

TEST(TokenBucketTest, HandsOutSoManyASecond) {
  TokenBucket bucket(2, 1);
  EXPECT_TRUE(bucket.TryTake(At(0)));
  EXPECT_FALSE(bucket.TryTake(At(0)));
  EXPECT_FALSE(bucket.TryTake(At(0.4)));
  EXPECT_TRUE(bucket.TryTake(At(0.5)));
  EXPECT_FALSE(bucket.TryTake(At(0.5)));
  // Of a long pause no more than the burst is left.
  EXPECT_TRUE(bucket.TryTake(At(100)));
  EXPECT_FALSE(bucket.TryTake(At(100)));
  // Time that goes back gains nothing.
  EXPECT_FALSE(bucket.TryTake(At(50)));
  EXPECT_FALSE(bucket.TryTake(At(50.5)));
  EXPECT_TRUE(bucket.TryTake(At(100.5)));
}

TEST(TokenBucketTest, TenThousandAtAThirdOfASecondTakeAsLongAsTheyMust) {
  TokenBucket bucket(3, 1);
  int taken = 0;
  for (int millisecond = 0; millisecond < 1'000'000; millisecond += 20) {
    if (bucket.TryTake(At(millisecond / 1000.0))) ++taken;
  }
  EXPECT_NEAR(taken, 3000, 130);  // a tick of 20 ms late each, at most
}

TEST(TokenBucketTest, KnowsNoLimit) {
  TokenBucket bucket(0, 1);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(bucket.TryTake(At(0)));
}

TEST(CallGateTest, KeepsToConcurrencyAndOrder) {
  CallGate gate = Gate({.concurrent_max = 2});
  for (const CallGate::CallId id : {1, 2, 3, 4}) {
    ASSERT_TRUE(gate.Add(id, kNever, At(0)).ok());
  }
  EXPECT_EQ(gate.TakeDue(At(0)), (Calls{1, 2}));
  EXPECT_EQ(gate.TakeDue(At(0)), Calls{});
  EXPECT_EQ(CodeOf(gate.Finish(2, absl::OkStatus(), {}, At(1))), "OK");
  EXPECT_EQ(gate.TakeDue(At(1)), (Calls{3}));
  EXPECT_EQ(gate.calls(), 3);
}

TEST(CallGateTest, KeepsToTheRate) {
  CallGate gate = Gate({.per_second = 0.5, .concurrent_max = 10});
  for (const CallGate::CallId id : {1, 2, 3}) {
    ASSERT_TRUE(gate.Add(id, kNever, At(0)).ok());
  }
  EXPECT_EQ(gate.TakeDue(At(0)), (Calls{1}));
  EXPECT_EQ(gate.TakeDue(At(1.9)), Calls{});
  EXPECT_EQ(gate.TakeDue(At(2)), (Calls{2}));
  // The backend asks for less.
  gate.Restrict(0.1, 0, At(2));
  EXPECT_EQ(gate.TakeDue(At(11)), Calls{});
  EXPECT_EQ(gate.TakeDue(At(12)), (Calls{3}));
  EXPECT_EQ(gate.concurrent_max(), 10);
  // More than the operator allows, it does not get.
  gate.Restrict(50, 64, At(12));
  EXPECT_EQ(gate.per_second(), 0.5);
  EXPECT_EQ(gate.concurrent_max(), 10);
}

TEST(CallGateTest, RatesThatAreNoneAreNotTaken) {
  CallGate gate = Gate({.per_second = 0, .concurrent_max = 1});
  for (const double nonsense :
       {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    gate.Restrict(nonsense, -7, At(0));
    EXPECT_EQ(gate.per_second(), 0);
    EXPECT_EQ(gate.concurrent_max(), 1);
  }
}

// The pause before each attempt, as doubled, with the least and the most that
// chance may take from it.
TEST(CallGateTest, RepeatsAfterPausesThatDouble) {
  struct Row {
    double chance;
    std::vector<double> pauses;
  };
  for (const Row& row :
       {Row{0, {0.5, 1, 2, 3, 3}}, Row{1, {0.25, 0.5, 1, 1.5, 1.5}}}) {
    CallGate gate = Gate({.attempts_max = 6,
                          .pause_min = absl::Seconds(0.5),
                          .pause_max = absl::Seconds(3)},
                         row.chance);
    ASSERT_TRUE(gate.Add(1, kNever, At(0)).ok());
    double now = 0;
    for (const double pause : row.pauses) {
      ASSERT_EQ(gate.TakeDue(At(now)), (Calls{1})) << now;
      ASSERT_EQ(CodeOf(gate.Finish(1, absl::UnavailableError(""), {}, At(now))),
                "again");
      now += pause;
      EXPECT_EQ(gate.TakeDue(At(now - 0.001)), Calls{}) << now;
    }
    EXPECT_EQ(gate.TakeDue(At(now)), (Calls{1}));
    EXPECT_EQ(CodeOf(gate.Finish(1, absl::UnavailableError(""), {}, At(now))),
              "PROBE_FAILED web UNAVAILABLE 6");
    EXPECT_EQ(gate.calls(), 0);
  }
}

TEST(CallGateTest, RepeatsOnlyWhatIsWorthIt) {
  struct Row {
    absl::StatusCode code;
    std::string end;
  };
  for (const Row& row : std::vector<Row>{
           {absl::StatusCode::kOk, "OK"},
           {absl::StatusCode::kUnavailable, "again"},
           {absl::StatusCode::kDeadlineExceeded, "again"},
           {absl::StatusCode::kResourceExhausted, "again"},
           {absl::StatusCode::kInternal, "PROBE_FAILED web INTERNAL 1"},
           {absl::StatusCode::kUnimplemented,
            "PROBE_FAILED web UNIMPLEMENTED 1"},
           {absl::StatusCode::kInvalidArgument,
            "PROBE_FAILED web INVALID_ARGUMENT 1"},
           {absl::StatusCode::kPermissionDenied,
            "PROBE_FAILED web PERMISSION_DENIED 1"},
           {absl::StatusCode::kUnknown, "PROBE_FAILED web UNKNOWN 1"},
       }) {
    CallGate gate = Gate({});
    ASSERT_TRUE(gate.Add(1, kNever, At(0)).ok());
    gate.TakeDue(At(0));
    EXPECT_EQ(CodeOf(gate.Finish(1, absl::Status(row.code, ""), {}, At(0))),
              row.end);
  }
}

TEST(CallGateTest, WaitsAsLongAsTheBackendWishes) {
  CallGate gate = Gate({});
  ASSERT_TRUE(gate.Add(1, kNever, At(0)).ok());
  gate.TakeDue(At(0));
  gate.Finish(1, absl::ResourceExhaustedError(""), absl::Seconds(30), At(0));
  EXPECT_EQ(gate.TakeDue(At(29.9)), Calls{});
  EXPECT_EQ(gate.TakeDue(At(30)), (Calls{1}));
}

TEST(CallGateTest, GivesUpWhatWouldComeTooLate) {
  CallGate gate = Gate({.concurrent_max = 1});
  ASSERT_TRUE(gate.Add(1, At(10), At(0)).ok());
  ASSERT_TRUE(gate.Add(2, At(10), At(0)).ok());
  gate.TakeDue(At(0));
  EXPECT_EQ(CodeOf(gate.Finish(1, absl::UnavailableError(""), absl::Seconds(11),
                               At(0))),
            "PROBE_FAILED web UNAVAILABLE 1");
  EXPECT_TRUE(gate.TakeGivenUp(At(9.9)).empty());
  const auto given_up = gate.TakeGivenUp(At(10));
  ASSERT_EQ(given_up.size(), 1);
  EXPECT_EQ(given_up[0].first, 2);
  EXPECT_EQ(CodeOf(given_up[0].second), "PROBE_FAILED web DEADLINE_EXCEEDED 0");
}

TEST(CallGateTest, LeavesABackendAloneThatFailsAllTheTime) {
  CallGate gate = Gate({.concurrent_max = 3,
                        .attempts_max = 9,
                        .failures_max = 3,
                        .rest = absl::Seconds(30)});
  for (const CallGate::CallId id : {1, 2, 3, 4}) {
    ASSERT_TRUE(gate.Add(id, kNever, At(0)).ok());
  }
  EXPECT_EQ(gate.TakeDue(At(0)), (Calls{1, 2, 3}));
  EXPECT_EQ(CodeOf(gate.Finish(1, absl::UnavailableError(""), {}, At(0))),
            "again");
  EXPECT_EQ(CodeOf(gate.Finish(2, absl::UnavailableError(""), {}, At(0))),
            "again");
  EXPECT_EQ(CodeOf(gate.Finish(3, absl::DeadlineExceededError(""), {}, At(0))),
            "PROBE_FAILED web DEADLINE_EXCEEDED 3");
  // All that waited is given up with it.
  EXPECT_EQ(gate.TakeGivenUp(At(0)).size(), 3);
  EXPECT_EQ(gate.calls(), 0);
  EXPECT_EQ(CodeOf(gate.Add(5, kNever, At(29))),
            "PROBE_FAILED web DEADLINE_EXCEEDED 3");
  EXPECT_EQ(gate.rests_until(At(29)), At(30));
  // Then one attempt shows how it is.
  ASSERT_TRUE(gate.Add(6, kNever, At(30)).ok());
  ASSERT_TRUE(gate.Add(7, kNever, At(30)).ok());
  EXPECT_EQ(gate.TakeDue(At(30)), (Calls{6}));
  EXPECT_EQ(CodeOf(gate.Finish(6, absl::UnavailableError(""), {}, At(30))),
            "PROBE_FAILED web UNAVAILABLE 4");
  EXPECT_EQ(gate.TakeGivenUp(At(30)).size(), 1);
  ASSERT_TRUE(gate.Add(8, kNever, At(60)).ok());
  ASSERT_TRUE(gate.Add(9, kNever, At(60)).ok());
  EXPECT_EQ(gate.TakeDue(At(60)), (Calls{8}));
  EXPECT_EQ(CodeOf(gate.Finish(8, absl::OkStatus(), {}, At(60))), "OK");
  EXPECT_EQ(gate.failures(), 0);
  EXPECT_EQ(gate.TakeDue(At(60)), (Calls{9}));
}

TEST(CallGateTest, WhatAnswersIsThereWhateverItSays) {
  CallGate gate = Gate({.attempts_max = 9, .failures_max = 2});
  for (int round = 0; round < 5; ++round) {
    const auto id = static_cast<CallGate::CallId>(round);
    ASSERT_TRUE(gate.Add(id, kNever, At(0)).ok());
    gate.TakeDue(At(0));
    EXPECT_EQ(CodeOf(gate.Finish(id, absl::InternalError(""), {}, At(0))),
              "PROBE_FAILED web INTERNAL 1");
  }
}

TEST(CallGateTest, HasRoomForSoMany) {
  CallGate gate = Gate({.concurrent_max = 1, .waiting_max = 2});
  ASSERT_TRUE(gate.Add(1, kNever, At(0)).ok());
  ASSERT_TRUE(gate.Add(2, kNever, At(0)).ok());
  EXPECT_EQ(CodeOf(gate.Add(3, kNever, At(0))), "OVERLOADED 2 2");
  gate.TakeDue(At(0));
  EXPECT_FALSE(gate.Remove(1));
  EXPECT_TRUE(gate.Remove(2));
  EXPECT_TRUE(gate.Remove(77));
  EXPECT_TRUE(gate.Add(3, kNever, At(0)).ok());
}

TEST(ProbeFlagTest, ReadsWhatItSays) {
  const absl::StatusOr<ProbeOptions> options = ParseProbeFlag(
      "web=127.0.0.1:9000,rate=0.5,concurrency=8,deadline=500ms,attempts=2,"
      "batch=7");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->channel, "web");
  EXPECT_EQ(options->address, "127.0.0.1:9000");
  EXPECT_FALSE(options->tls);
  EXPECT_EQ(options->policy.per_second, 0.5);
  EXPECT_EQ(options->policy.concurrent_max, 8);
  EXPECT_EQ(options->policy.attempts_max, 2);
  EXPECT_EQ(options->deadline, absl::Milliseconds(500));
  EXPECT_EQ(options->subjects_max, 7);
  EXPECT_TRUE(ParseProbeFlag("a=unix:/run/a.sock").ok());
  EXPECT_TRUE(ParseProbeFlag("a=far.example:1,plaintext").ok());
  EXPECT_TRUE(ParseProbeFlag("a=far.example:1,tls")->tls);
}

TEST(ProbeFlagTest, ReadsCertificates) {
  const TemporaryDirectory directory;
  const std::string path = absl::StrCat(directory.path(), "/ca.pem");
  std::ofstream(path) << "-----BEGIN CERTIFICATE-----\n";
  const absl::StatusOr<ProbeOptions> options =
      ParseProbeFlag(absl::StrCat("a=far.example:1,ca=", path));
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_TRUE(options->tls);
  EXPECT_EQ(options->ca, "-----BEGIN CERTIFICATE-----\n");
  EXPECT_FALSE(
      ParseProbeFlag(absl::StrCat("a=far.example:1,cert=", path)).ok());
  std::ofstream(path) << "nothing";
  EXPECT_FALSE(ParseProbeFlag(absl::StrCat("a=far.example:1,ca=", path)).ok());
}

TEST(ProbeFlagTest, SaysWhatIsWrong) {
  for (const char* text :
       {"", "web", "web=", "=127.0.0.1:1", "web=far.example:1",
        "web=127.0.0.1:1,rate=0", "web=127.0.0.1:1,rate=nan",
        "web=127.0.0.1:1,rate=x", "web=127.0.0.1:1,concurrency=0",
        "web=127.0.0.1:1,concurrency=65", "web=127.0.0.1:1,deadline=5",
        "web=127.0.0.1:1,deadline=2m", "web=127.0.0.1:1,batch=1001",
        "web=127.0.0.1:1,attempts=0", "web=127.0.0.1:1,colour=red",
        "web=127.0.0.1:1,", "web=127.0.0.1:1,ca=/nowhere/at/all",
        "web=127.0.0.1:1,tls,plaintext"}) {
    const absl::Status status = ParseProbeFlag(text).status();
    ASSERT_FALSE(status.ok()) << text;
    EXPECT_EQ(DetailOf(status)->reason, ErrorReason::kInvalidField) << text;
  }
}

}  // namespace
}  // namespace concordat
