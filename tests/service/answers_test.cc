// concordat.v1.AnswerService as a channel uses it while it talks to a customer.
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr int64_t kDay = 24 * 3600;

class AnswerTest : public ServiceTest {
 protected:
  // Ann, who has been gold for ten days, and Bob.
  void SetUp() override {
    ServiceTest::SetUp();
    Write({PutFact("ann", "name", "Ann"),
           PutFact("ann", "email", "ann@example.com"),
           PutFact("bob", "email", "bob@example.com"),
           Since(100 * kDay, PutFact("ann", "tier", "silver")),
           Since(10 * kDay, PutFact("ann", "tier", "gold")),
           PutLink("web", "4711", "ann")});
    clock_.Advance(absl::Hours(3));
  }

  v1::Change Since(int64_t seconds_ago, v1::Change change) {
    change.mutable_put_fact()->mutable_valid_from()->set_seconds(
        absl::ToUnixSeconds(clock_.Now()) - seconds_ago);
    return change;
  }

  static v1::CheckAnswerRequest About(const std::string& channel,
                                      const std::string& customer) {
    v1::CheckAnswerRequest request;
    request.set_channel(channel);
    *request.mutable_entity() = Customer(customer);
    *request.mutable_consistency() = Latest();
    return request;
  }

  static void Add(v1::CheckAnswerRequest& request, const std::string& attribute,
                  const std::optional<std::string>& value) {
    v1::AnswerItem* item = request.add_items();
    item->set_attribute(attribute);
    if (value.has_value()) item->set_value(*value);
  }

  grpc::Status TryCheck(const v1::CheckAnswerRequest& request,
                        v1::CheckAnswerResponse* response) {
    grpc::ClientContext context;
    return answers_->CheckAnswer(&context, request, response);
  }

  v1::CheckAnswerResponse Check(const v1::CheckAnswerRequest& request) {
    v1::CheckAnswerResponse response;
    const grpc::Status status = TryCheck(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.checks_size(), request.items_size());
    return response;
  }

  static v1::GetCustomerViewRequest ViewOf(const std::string& channel,
                                           const std::string& customer) {
    v1::GetCustomerViewRequest request;
    request.set_channel(channel);
    *request.mutable_entity() = Customer(customer);
    *request.mutable_consistency() = Latest();
    return request;
  }

  grpc::Status TryView(const v1::GetCustomerViewRequest& request,
                       v1::GetCustomerViewResponse* response) {
    grpc::ClientContext context;
    return answers_->GetCustomerView(&context, request, response);
  }

  v1::GetCustomerViewResponse View(const v1::GetCustomerViewRequest& request) {
    v1::GetCustomerViewResponse response;
    const grpc::Status status = TryView(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  // Says so to the customer.
  void Tell(const std::string& channel, const std::string& attribute,
            const std::string& value) {
    v1::Claim claim = MakeClaim(channel, "ann", attribute, value, "");
    claim.set_exposure(v1::EXPOSURE_TOLD);
    Report({claim});
    clock_.Advance(absl::Minutes(1));
  }
};

struct CheckCase {
  const char* name;
  const char* channel;
  const char* attribute;
  std::optional<std::string> value;
  v1::Advice advice;
  v1::Verdict verdict;
  // Of what is said to be true; empty: nothing is.
  const char* truth;
  const char* explanation;
};

std::vector<CheckCase> CheckCases() {
  return {
      {"it_is_so", "web", "tier", "gold", v1::ADVICE_SAY, v1::VERDICT_AGREES,
       "gold", ""},
      {"in_other_words", "web", "loyalty_tier", "Gold Member", v1::ADVICE_SAY,
       v1::VERDICT_AGREES, "gold", ""},
      {"it_was_so_before", "web", "tier", "silver", v1::ADVICE_SAY_INSTEAD,
       v1::VERDICT_STALE, "gold",
       "It has been \"gold\" since 2025-12-22 12:00 UTC; \"silver\" was true "
       "before."},
      {"it_never_was", "web", "name", "Bob", v1::ADVICE_SAY_INSTEAD,
       v1::VERDICT_CONTRADICTS, "Ann",
       "It has always been \"Ann\"; \"Bob\" was never "
       "true."},
      {"there_is_one", "web", "tier", std::nullopt, v1::ADVICE_SAY_INSTEAD,
       v1::VERDICT_PARTIAL, "gold",
       "It has been \"gold\" since 2025-12-22 12:00 UTC."},
      {"of_somebody_else", "web", "email", "bob@example.com",
       v1::ADVICE_SAY_INSTEAD, v1::VERDICT_MISIDENTIFIED, "ann@example.com",
       "It has always been \"ann@example.com\"; "
       "\"bob@example.com\" is somebody else's."},
      {"wrong_and_not_for_it", "shop", "email", "x@example.com",
       v1::ADVICE_DO_NOT_SAY, v1::VERDICT_NOT_ENTITLED, "",
       "The contract of shop does not let it know this."},
      {"right_and_not_for_it", "shop", "email", "ann@example.com",
       v1::ADVICE_DO_NOT_SAY, v1::VERDICT_NOT_ENTITLED, "",
       "The contract of shop does not let it know this."},
      {"nobody_knows", "web", "birth_date", "1990-01-01", v1::ADVICE_UNKNOWN,
       v1::VERDICT_UNVERIFIABLE, "", "What is true is not known."},
  };
}

TEST_P(AnswerTest, EachItemGetsItsAdvice) {
  for (const CheckCase& test : CheckCases()) {
    SCOPED_TRACE(test.name);
    v1::CheckAnswerRequest request = About(test.channel, "ann");
    Add(request, test.attribute, test.value);
    const v1::CheckAnswerResponse response = Check(request);
    ASSERT_THAT(response.checks(), SizeIs(1));
    const v1::AnswerCheck& check = response.checks(0);
    EXPECT_EQ(check.advice(), test.advice) << check.ShortDebugString();
    EXPECT_EQ(check.verdict(), test.verdict) << check.ShortDebugString();
    EXPECT_EQ(check.truth().value().raw(), test.truth);
    EXPECT_EQ(check.has_truth(), *test.truth != '\0');
    EXPECT_EQ(check.explanation(), test.explanation);
    EXPECT_FALSE(check.has_error());
  }
}

TEST_P(AnswerTest, WhatChangedAMinuteAgoIsNotSaidAnyMore) {
  Write({Since(0, PutFact("ann", "tier", "silver"))});
  clock_.Advance(absl::Minutes(1));
  v1::CheckAnswerRequest request = About("web", "ann");
  Add(request, "tier", "gold");
  const v1::CheckAnswerResponse response = Check(request);
  EXPECT_EQ(response.checks(0).advice(), v1::ADVICE_SAY_INSTEAD);
  EXPECT_EQ(response.checks(0).verdict(), v1::VERDICT_PROPAGATING);
  EXPECT_EQ(response.checks(0).truth().value().raw(), "silver");
}

TEST_P(AnswerTest, WhatHasEndedIsSaidToHaveEnded) {
  v1::Change ended = Since(10 * kDay, PutFact("ann", "name", "Ann Lee"));
  ended.mutable_put_fact()->mutable_valid_to()->set_seconds(
      absl::ToUnixSeconds(clock_.Now()) - kDay);
  *ended.mutable_put_fact()->mutable_entity() = Customer("eve");
  Write({ended});
  v1::CheckAnswerRequest request = About("web", "eve");
  Add(request, "name", "Ann Lee");
  Add(request, "name", std::nullopt);
  const v1::CheckAnswerResponse response = Check(request);
  EXPECT_EQ(response.checks(0).advice(), v1::ADVICE_SAY_INSTEAD);
  EXPECT_TRUE(response.checks(0).has_truth());
  EXPECT_FALSE(response.checks(0).truth().value().has_raw());
  EXPECT_EQ(response.checks(0).truth().valid().from().seconds(),
            ended.put_fact().valid_to().seconds());
  EXPECT_EQ(response.checks(1).advice(), v1::ADVICE_SAY);
}

TEST_P(AnswerTest, ManyItemsAboutSeveralCustomers) {
  v1::CheckAnswerRequest request = About("web", "ann");
  Add(request, "tier", "gold");
  Add(request, "email", "bob@example.com");
  *request.mutable_items(1)->mutable_entity() = Customer("bob");
  Add(request, "tier", "gold");
  request.mutable_items(2)->set_subject("4711");
  Add(request, "tier", "gold");
  request.mutable_items(3)->set_subject("0815");
  Add(request, "shoe_size", "42");
  const v1::CheckAnswerResponse response = Check(request);
  EXPECT_EQ(response.checks(0).advice(), v1::ADVICE_SAY);
  EXPECT_EQ(response.checks(1).advice(), v1::ADVICE_SAY);
  EXPECT_EQ(response.checks(2).advice(), v1::ADVICE_SAY);
  EXPECT_EQ(response.checks(3).verdict(), v1::VERDICT_UNKNOWN_SUBJECT);
  EXPECT_EQ(response.checks(3).advice(), v1::ADVICE_UNKNOWN);
  EXPECT_EQ(response.checks(3).explanation(), "Nobody is known by this id.");
  EXPECT_EQ(Summary(response.checks(4).error()),
            "INVALID_ARGUMENT UNKNOWN_ATTRIBUTE items[4].attribute");
  EXPECT_EQ(response.checks(4).advice(), v1::ADVICE_UNSPECIFIED);
}

TEST_P(AnswerTest, AnsweredAsOfARevision) {
  const std::string before = Write({PutFact("ann", "name", "Ann")});
  Write({PutFact("ann", "name", "Anna")});
  v1::CheckAnswerRequest request = About("web", "ann");
  Add(request, "name", "Ann");
  *request.mutable_consistency() = ExactlyAt(before);
  const v1::CheckAnswerResponse response = Check(request);
  EXPECT_EQ(response.checks(0).advice(), v1::ADVICE_SAY);
  EXPECT_EQ(response.revision(), before);
}

TEST_P(AnswerTest, NothingIsRecordedUnlessAsked) {
  v1::CheckAnswerRequest request = About("web", "ann");
  Add(request, "name", "Bob");
  Check(request);
  EXPECT_THAT(HeldClaims().claims(), IsEmpty());
  EXPECT_THAT(OpenFindings().findings(), IsEmpty());

  request.set_record(true);
  request.set_answer_id("call-17");
  (*request.mutable_labels())["team"] = "north";
  Add(request, "shoe_size", "42");
  Add(request, "tier", "gold");
  v1::CheckAnswerResponse response = Check(request);
  EXPECT_EQ(response.checks(0).recorded().status(), v1::CLAIM_STATUS_RECORDED);
  EXPECT_NE(response.checks(0).recorded().finding_id(), "");
  EXPECT_FALSE(response.checks(1).has_recorded());
  EXPECT_EQ(response.checks(2).recorded().verdict(), v1::VERDICT_AGREES);
  EXPECT_NE(response.recorded_revision(), response.revision());
  ASSERT_THAT(HeldClaims().claims(), SizeIs(2));
  const v1::Claim held = HeldClaims().claims(0).claim();
  EXPECT_EQ(held.exposure(), v1::EXPOSURE_HELD);
  EXPECT_EQ(held.claim_id(), "call-17/0");
  EXPECT_EQ(held.labels().at("team"), "north");

  // A retry.
  clock_.Advance(absl::Minutes(1));
  response = Check(request);
  EXPECT_EQ(response.checks(0).recorded().status(), v1::CLAIM_STATUS_DUPLICATE);
  EXPECT_THAT(HeldClaims().claims(), SizeIs(2));
}

TEST_P(AnswerTest, AnErasedPersonIsNotSpokenOf) {
  v1::EraseSubjectRequest erase;
  *erase.mutable_entity() = Customer("ann");
  erase.set_reason("asked for it");
  erase.set_actor("dpo");
  grpc::ClientContext context;
  v1::EraseSubjectResponse erased;
  ASSERT_TRUE(privacy_->EraseSubject(&context, erase, &erased).ok());
  clock_.Advance(absl::Minutes(1));
  v1::CheckAnswerRequest request = About("web", "ann");
  Add(request, "name", "Ann");
  const v1::CheckAnswerResponse response = Check(request);
  EXPECT_EQ(response.checks(0).advice(), v1::ADVICE_DO_NOT_SAY);
  EXPECT_EQ(response.checks(0).explanation(), "The person was erased.");
  v1::GetCustomerViewResponse view;
  EXPECT_EQ(Summary(TryView(ViewOf("web", "ann"), &view)),
            "FAILED_PRECONDITION ERASED");
}

TEST_P(AnswerTest, WhatIsWrongWithARequestIsSaid) {
  struct Case {
    const char* name;
    std::function<void(v1::CheckAnswerRequest&)> spoil;
    const char* error;
  };
  const std::vector<Case> cases = {
      {"no_items", [](auto& r) { r.clear_items(); },
       "INVALID_ARGUMENT INVALID_FIELD items"},
      {"too_many",
       [](auto& r) {
         while (r.items_size() <= 1000) Add(r, "tier", "gold");
       },
       "INVALID_ARGUMENT LIMIT_EXCEEDED items"},
      {"no_such_channel", [](auto& r) { r.set_channel("fax"); },
       "INVALID_ARGUMENT UNKNOWN_CHANNEL channel"},
      {"no_consistency", [](auto& r) { r.clear_consistency(); },
       "INVALID_ARGUMENT INVALID_FIELD consistency"},
      {"id_without_record", [](auto& r) { r.set_answer_id("a"); },
       "INVALID_ARGUMENT INVALID_FIELD record"},
      {"no_such_exposure",
       [](auto& r) { r.set_exposure(static_cast<v1::Exposure>(9)); },
       "INVALID_ARGUMENT INVALID_FIELD exposure"},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    v1::CheckAnswerRequest request = About("web", "ann");
    Add(request, "tier", "gold");
    test.spoil(request);
    v1::CheckAnswerResponse response;
    EXPECT_EQ(Summary(TryCheck(request, &response)), test.error);
  }
  v1::CheckAnswerRequest nobody = About("web", "ann");
  nobody.clear_entity();
  Add(nobody, "tier", "gold");
  EXPECT_EQ(Summary(Check(nobody).checks(0).error()),
            "INVALID_ARGUMENT INVALID_FIELD items[0].subject");
}

TEST_P(AnswerTest, ADeadlineThatHasPassedIsHonoured) {
  v1::CheckAnswerRequest request = About("web", "ann");
  Add(request, "tier", "gold");
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() -
                       std::chrono::seconds(1));
  v1::CheckAnswerResponse response;
  EXPECT_EQ(answers_->CheckAnswer(&context, request, &response).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_P(AnswerTest, AViewHasWhatTheChannelMayKnow) {
  v1::GetCustomerViewRequest request = ViewOf("web", "ann");
  request.clear_entity();
  request.set_subject("4711");
  v1::GetCustomerViewResponse view = View(request);
  EXPECT_EQ(view.entity().id(), "ann");
  ASSERT_THAT(view.facts(), SizeIs(3));
  EXPECT_EQ(view.facts(0).attribute(), "email");
  EXPECT_EQ(view.facts(1).attribute(), "name");
  EXPECT_EQ(view.facts(2).attribute(), "tier");
  EXPECT_EQ(view.facts(2).value().raw(), "gold");
  EXPECT_EQ(view.facts(2).valid().from().seconds(),
            absl::ToUnixSeconds(clock_.Now()) - 10 * kDay - 3 * 3600);
  EXPECT_THAT(view.unknown_attributes(), ElementsAre("birth_date"));
  EXPECT_THAT(view.corrections(), IsEmpty());

  request = ViewOf("shop", "ann");
  request.add_attributes("email");
  request.add_attributes("loyalty_tier");
  view = View(request);
  ASSERT_THAT(view.facts(), SizeIs(1));
  EXPECT_EQ(view.facts(0).attribute(), "tier");
  EXPECT_THAT(view.not_entitled(), ElementsAre("email"));
}

TEST_P(AnswerTest, WhatWasToldWronglyIsToBePutRight) {
  Tell("app", "name", "Anne");
  v1::GetCustomerViewResponse view = View(ViewOf("web", "ann"));
  ASSERT_THAT(view.corrections(), SizeIs(1));
  const v1::Correction& correction = view.corrections(0);
  EXPECT_EQ(correction.channel(), "app");
  EXPECT_EQ(correction.attribute(), "name");
  EXPECT_EQ(correction.exposure(), v1::EXPOSURE_TOLD);
  EXPECT_EQ(correction.said().raw(), "Anne");
  EXPECT_EQ(correction.truth().value().raw(), "Ann");
  EXPECT_EQ(correction.verdict(), v1::VERDICT_CONTRADICTS);
  EXPECT_EQ(correction.sentence(),
            "app told \"Anne\" on 2026-01-01 15:00 UTC; it has always "
            "been \"Ann\".");
  EXPECT_EQ(correction.finding_id(), OpenFindings().findings(0).id());

  // The app learns better, but nobody has told her.
  Report({MakeClaim("app", "ann", "name", "Ann", "")});
  clock_.Advance(absl::Minutes(1));
  EXPECT_THAT(OpenFindings().findings(), IsEmpty());
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), SizeIs(1));
  Tell("web", "name", "Ann");
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), IsEmpty());
}

TEST_P(AnswerTest, ACorrectionTellsNoMoreThanTheChannelMayKnow) {
  Tell("app", "email", "bob@example.com");
  EXPECT_THAT(View(ViewOf("shop", "ann")).corrections(), IsEmpty());
  const v1::GetCustomerViewResponse view = View(ViewOf("web", "ann"));
  ASSERT_THAT(view.corrections(), SizeIs(1));
  EXPECT_EQ(view.corrections(0).verdict(), v1::VERDICT_MISIDENTIFIED);
  EXPECT_FALSE(view.corrections(0).has_said());
  EXPECT_THAT(view.ShortDebugString(), Not(HasSubstr("bob")));
}

TEST_P(AnswerTest, WhatNeedsNoCorrectionHasNone) {
  // Only held.
  Report({MakeClaim("app", "ann", "name", "Anne", "")});
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), IsEmpty());
  // Told, and by now it is so.
  Tell("app", "tier", "silver");
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), SizeIs(1));
  Write({Since(0, PutFact("ann", "tier", "silver"))});
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), IsEmpty());
  // Long ago.
  Tell("shop", "name", "Eve");
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), SizeIs(1));
  clock_.Advance(absl::Hours(2));
  v1::GetCustomerViewRequest request = ViewOf("web", "ann");
  request.set_lookback_seconds(3600);
  EXPECT_THAT(View(request).corrections(), IsEmpty());
}

TEST_P(AnswerTest, AMuteHidesACorrection) {
  Tell("app", "name", "Anne");
  v1::PutMuteRequest mute;
  mute.mutable_scope()->add_channels("app");
  mute.set_reason("known");
  mute.set_owner("qa");
  mute.mutable_expires_at()->set_seconds(absl::ToUnixSeconds(clock_.Now()) +
                                         kDay);
  grpc::ClientContext context;
  v1::PutMuteResponse put;
  ASSERT_TRUE(findings_->PutMute(&context, mute, &put).ok());
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), IsEmpty());
}

TEST_P(AnswerTest, WhatIsWrongWithAViewIsSaid) {
  struct Case {
    const char* name;
    std::function<void(v1::GetCustomerViewRequest&)> spoil;
    const char* error;
  };
  const std::vector<Case> cases = {
      {"no_such_entity",
       [](auto& r) { *r.mutable_entity() = Customer("nobody"); },
       "NOT_FOUND NOT_FOUND entity"},
      {"no_such_subject", [](auto& r) { r.set_subject("0815"); },
       "NOT_FOUND NOT_FOUND subject"},
      {"nobody", [](auto& r) { r.clear_entity(); },
       "INVALID_ARGUMENT INVALID_FIELD subject"},
      {"no_such_type", [](auto& r) { r.mutable_entity()->set_type("ship"); },
       "INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE entity.type"},
      {"no_such_attribute", [](auto& r) { r.add_attributes("shoe_size"); },
       "INVALID_ARGUMENT UNKNOWN_ATTRIBUTE attributes[0]"},
      {"lookback", [](auto& r) { r.set_lookback_seconds(-1); },
       "INVALID_ARGUMENT INVALID_FIELD lookback_seconds"},
      {"exactly_at",
       [](auto& r) { r.mutable_consistency()->set_exactly_at("x"); },
       "INVALID_ARGUMENT INVALID_FIELD consistency.exactly_at"},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    v1::GetCustomerViewRequest request = ViewOf("web", "ann");
    test.spoil(request);
    v1::GetCustomerViewResponse response;
    EXPECT_EQ(Summary(TryView(request, &response)), test.error);
  }
}

TEST_P(AnswerTest, WhatIsHeldSinceChangesNoCorrection) {
  Tell("app", "name", "Anne");
  Tell("web", "name", "Ann");
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), IsEmpty());
  // The app's nightly report of what it has.
  clock_.Advance(absl::Hours(12));
  Report({MakeClaim("app", "ann", "name", "Anne", "")});
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), IsEmpty());
}

TEST_P(AnswerTest, ACorrectionIsOfWhatTheCustomerHeard) {
  Tell("app", "name", "Anne");
  Report({MakeClaim("app", "ann", "name", "Annabel", "")});
  clock_.Advance(absl::Minutes(1));
  const v1::GetCustomerViewResponse view = View(ViewOf("web", "ann"));
  ASSERT_THAT(view.corrections(), SizeIs(1));
  EXPECT_EQ(view.corrections(0).said().raw(), "Anne");
  EXPECT_EQ(view.corrections(0).exposure(), v1::EXPOSURE_TOLD);
  EXPECT_EQ(view.corrections(0).said_at().seconds(),
            absl::ToUnixSeconds(clock_.Now()) - 120);
}

TEST_P(AnswerTest, ToSayThatThereIsNonePutsNothingRight) {
  Tell("app", "tier", "silver");
  v1::Claim none = MakeClaim("web", "ann", "tier", "", "");
  none.clear_value();
  none.set_exposure(v1::EXPOSURE_TOLD);
  Report({none});
  clock_.Advance(absl::Minutes(1));
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), SizeIs(1));
}

TEST_P(AnswerTest, WhatAChannelMayNotKnowAndToldWronglyIsPutRightByOthers) {
  Tell("shop", "email", "wrong@example.com");
  EXPECT_THAT(View(ViewOf("shop", "ann")).corrections(), IsEmpty());
  v1::GetCustomerViewResponse view = View(ViewOf("web", "ann"));
  ASSERT_THAT(view.corrections(), SizeIs(1));
  EXPECT_EQ(view.corrections(0).verdict(), v1::VERDICT_CONTRADICTS);
  Tell("shop", "email", "ann@example.com");
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), IsEmpty());
}

TEST_P(AnswerTest, AMuteHidesACorrectionOfWhatIsResolved) {
  Tell("app", "name", "Anne");
  v1::PutMuteRequest mute;
  mute.mutable_scope()->add_channels("app");
  mute.set_reason("known");
  mute.set_owner("qa");
  mute.mutable_expires_at()->set_seconds(absl::ToUnixSeconds(clock_.Now()) +
                                         kDay);
  grpc::ClientContext context;
  v1::PutMuteResponse put;
  ASSERT_TRUE(findings_->PutMute(&context, mute, &put).ok());
  Report({MakeClaim("app", "ann", "name", "Ann", "")});
  clock_.Advance(absl::Minutes(1));
  EXPECT_THAT(OpenFindings().findings(), IsEmpty());
  EXPECT_THAT(View(ViewOf("web", "ann")).corrections(), IsEmpty());
}

// What became of the claim must not tell whether a guess was right.
TEST_P(AnswerTest, WhatIsRecordedTellsNoMoreThanTheChannelMayKnow) {
  for (const char* guess :
       {"ann@example.com", "eve@example.com", "bob@example.com"}) {
    SCOPED_TRACE(guess);
    v1::CheckAnswerRequest request = About("shop", "ann");
    request.set_record(true);
    Add(request, "email", guess);
    const v1::ClaimResult recorded = Check(request).checks(0).recorded();
    EXPECT_EQ(recorded.verdict(), v1::VERDICT_NOT_ENTITLED);
    EXPECT_EQ(recorded.further_verdict(), v1::VERDICT_UNSPECIFIED);
    EXPECT_EQ(recorded.finding_id(), "");
    clock_.Advance(absl::Minutes(1));
  }
}

constexpr char kCities[] = R"(
name: cities
writing: {date_order: YMD, decimal_mark: "."}
code_lists: {tier: {codes: {silver: {}, gold: {}}}}
entity_types:
  customer:
    attributes:
      tier: {type: code, code_list: tier}
      delivery_city: {type: text, confusable_with: [billing_city]}
      billing_city: {type: text}
channels:
  web:
    subject_type: customer
    promise: 1h
    clock_skew: 5m
    contract:
      customer: {attributes: {tier: {}, delivery_city: {}, billing_city: {}}}
  partner:
    like: web
    contract: {customer: {attributes: {tier: {}, delivery_city: {}}}}
)";

class DiscreetAnswerTest : public AnswerTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    Write({PutFact("ann", "delivery_city", "Bonn"),
           PutFact("ann", "billing_city", "Berlin"),
           Since(kDay, PutFact("ann", "tier", "silver"))});
    clock_.Advance(absl::Hours(3));
  }
  std::string InitialVocabulary() const override { return kCities; }
};
CONCORDAT_ON_BOTH_ENGINES(DiscreetAnswerTest);

TEST_P(DiscreetAnswerTest, WhatItIsTrueOfIsForThoseWhoMayKnowThat) {
  v1::CheckAnswerRequest request = About("web", "ann");
  Add(request, "delivery_city", "Berlin");
  v1::AnswerCheck check = Check(request).checks(0);
  EXPECT_EQ(check.verdict(), v1::VERDICT_MEANING);
  EXPECT_EQ(check.confused_with(), "billing_city");

  request.set_channel("partner");
  request.set_record(true);
  check = Check(request).checks(0);
  EXPECT_EQ(check.advice(), v1::ADVICE_SAY_INSTEAD);
  EXPECT_EQ(check.verdict(), v1::VERDICT_CONTRADICTS);
  EXPECT_EQ(check.recorded().verdict(), v1::VERDICT_CONTRADICTS);
  EXPECT_EQ(check.confused_with(), "");
  EXPECT_EQ(check.explanation(),
            "It has always been \"Bonn\"; \"Berlin\" was never true.");
}

TEST_P(DiscreetAnswerTest, ACorrectionDoesNotTellItEither) {
  Tell("web", "delivery_city", "Berlin");
  v1::GetCustomerViewResponse view = View(ViewOf("web", "ann"));
  ASSERT_THAT(view.corrections(), SizeIs(1));
  EXPECT_EQ(view.corrections(0).verdict(), v1::VERDICT_MEANING);
  EXPECT_EQ(view.corrections(0).said().raw(), "Berlin");
  view = View(ViewOf("partner", "ann"));
  ASSERT_THAT(view.corrections(), SizeIs(1));
  EXPECT_EQ(view.corrections(0).verdict(), v1::VERDICT_CONTRADICTS);
  EXPECT_FALSE(view.corrections(0).has_said());
  EXPECT_THAT(view.ShortDebugString(), Not(HasSubstr("Berlin")));
}

// The server knows when it is asked, however wrong the channel's clock is.
TEST_P(DiscreetAnswerTest, TheChannelsClockHasNoPartInWhatItIsAboutToSay) {
  Write({Since(0, PutFact("ann", "tier", "gold"))});
  clock_.Advance(absl::Minutes(2));
  v1::CheckAnswerRequest request = About("web", "ann");
  Add(request, "tier", "silver");
  Add(request, "tier", "gold");
  const v1::CheckAnswerResponse response = Check(request);
  EXPECT_EQ(response.checks(0).advice(), v1::ADVICE_SAY_INSTEAD);
  EXPECT_EQ(response.checks(0).verdict(), v1::VERDICT_PROPAGATING);
  EXPECT_EQ(response.checks(1).advice(), v1::ADVICE_SAY);
}

CONCORDAT_ON_BOTH_ENGINES(AnswerTest);

}  // namespace
}  // namespace concordat
