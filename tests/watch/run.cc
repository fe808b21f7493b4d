#include "tests/watch/run.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "concordat/v1/claims.grpc.pb.h"
#include "concordat/v1/knowledge.grpc.pb.h"
#include "concordat/v1/watch.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat::watch {
namespace {

constexpr int kCustomers = 8;
constexpr const char* kAttributes[] = {"name", "email", "tier"};
constexpr const char* kChannels[] = {"web", "app", "shop"};

int Pick(Random& random, int count) {
  return std::uniform_int_distribution<int>(0, count - 1)(random);
}

template <size_t kSize>
std::string PickOf(Random& random, const char* const (&names)[kSize]) {
  return names[Pick(random, kSize)];
}

std::string CustomerOf(Random& random) {
  return absl::StrCat("c", Pick(random, kCustomers));
}

std::string ValueOf(Random& random, const std::string& attribute) {
  if (attribute == "tier") return Pick(random, 2) == 0 ? "gold" : "silver";
  if (attribute == "email") {
    return absl::StrCat("person", Pick(random, 50), "@example.com");
  }
  return absl::StrCat("Name ", Pick(random, 50));
}

v1::Change MakeChange(Random& random) {
  const std::string customer = CustomerOf(random);
  switch (Pick(random, 10)) {
    case 0: {
      v1::Change change;
      *change.mutable_retract_fact()->mutable_entity() = Customer(customer);
      change.mutable_retract_fact()->set_attribute(PickOf(random, kAttributes));
      return change;
    }
    case 1:
      return PutOrder(customer, absl::StrCat("o", Pick(random, 20)));
    case 2: {
      // Links move from one customer to another.
      const std::string subject = absl::StrCat("s", Pick(random, 6));
      return PutLink(PickOf(random, kChannels), subject, customer);
    }
    case 3: {
      v1::Change change;
      v1::Link* link = change.mutable_retract_link();
      link->set_channel(PickOf(random, kChannels));
      link->set_subject(absl::StrCat("s", Pick(random, 6)));
      return change;
    }
    default: {
      const std::string attribute = PickOf(random, kAttributes);
      return PutFact(customer, attribute, ValueOf(random, attribute));
    }
  }
}

// One that the state of the store may refuse: ends, and changes of identity.
v1::Change MakeDoubtfulChange(Random& random) {
  v1::Change change;
  const v1::EntityRef one = Customer(CustomerOf(random));
  const v1::EntityRef other = Customer(CustomerOf(random));
  constexpr int64_t k2025 = 1'735'689'600;
  const int64_t end = k2025 + Pick(random, 1'000'000);
  switch (Pick(random, 7)) {
    case 0:
      *change.mutable_end_fact()->mutable_entity() = one;
      change.mutable_end_fact()->set_attribute(PickOf(random, kAttributes));
      change.mutable_end_fact()->mutable_valid_to()->set_seconds(end);
      break;
    case 1:
      *change.mutable_end_relation()->mutable_from() = one;
      change.mutable_end_relation()->set_relation("placed");
      change.mutable_end_relation()->mutable_to()->set_type("order");
      change.mutable_end_relation()->mutable_to()->set_id(
          absl::StrCat("o", Pick(random, 20)));
      change.mutable_end_relation()->mutable_valid_to()->set_seconds(end);
      break;
    case 2:
      change.mutable_end_link()->set_channel(PickOf(random, kChannels));
      change.mutable_end_link()->set_subject(
          absl::StrCat("s", Pick(random, 6)));
      change.mutable_end_link()->mutable_valid_to()->set_seconds(end);
      break;
    case 3:
      *change.mutable_merge()->mutable_duplicate() = one;
      *change.mutable_merge()->mutable_survivor() = other;
      break;
    case 4:
      *change.mutable_split()->mutable_duplicate() = one;
      break;
    case 5:
      *change.mutable_declare_distinct()->mutable_a() = one;
      *change.mutable_declare_distinct()->mutable_b() = other;
      break;
    default:
      *change.mutable_retract_distinct()->mutable_a() = one;
      *change.mutable_retract_distinct()->mutable_b() = other;
      break;
  }
  return change;
}

v1::Claim MakeRandomClaim(Random& random, const std::string& id) {
  const std::string attribute = PickOf(random, kAttributes);
  v1::Claim claim = MakeClaim(
      PickOf(random, kChannels), CustomerOf(random),
      // An alias, now and then.
      attribute == "tier" && Pick(random, 2) == 0 ? "loyalty_tier" : attribute,
      ValueOf(random, attribute), id);
  if (Pick(random, 3) == 0) {
    claim.set_subject(absl::StrCat("s", Pick(random, 8)));
  }
  (*claim.mutable_labels())["region"] = "north";
  (*claim.mutable_labels())["team"] = absl::StrCat(Pick(random, 3));
  return claim;
}

}  // namespace

unsigned Seed() {
  const char* const given = std::getenv("CONCORDAT_TEST_SEED");
  static const unsigned kSeed = given == nullptr
                                    ? std::random_device()()
                                    : static_cast<unsigned>(std::atoll(given));
  return kSeed;
}

void Address::Set(Channel channel) {
  MutexLock lock(&mutex_);
  channel_ = std::move(channel);
  there_.NotifyAll();
}

Address::Channel Address::Get() {
  MutexLock lock(&mutex_);
  while (channel_ == nullptr) there_.Wait(&mutex_);
  return channel_;
}

// --- Writer
// -------------------------------------------------------------------

Writer::Writer(Address* address, int number, int batches)
    : address_(address),
      number_(number),
      random_(Seed() + static_cast<unsigned>(number)),
      thread_([this, batches] { Run(batches); }) {}

void Writer::Run(int batches) {
  while (next_ < batches) {
    ++next_;
    if (Pick(random_, 3) == 0) {
      ReportClaims();
    } else {
      WriteBatch();
    }
  }
}

void Writer::WriteBatch() {
  v1::WriteKnowledgeRequest request;
  request.set_actor(absl::StrCat("writer ", number_));
  if (Pick(random_, 3) == 0) {
    request.set_request_id(absl::StrCat("w", number_, "-", next_, "-doubtful"));
    *request.add_changes() = MakeDoubtfulChange(random_);
    if (Write(request)) return;
    request.clear_changes();
  }
  request.set_request_id(absl::StrCat("w", number_, "-", next_));
  // Now and then more than one response of a watch holds.
  const int changes = next_ % 50 == 17 ? 1000 : 1 + Pick(random_, 12);
  for (int left = changes; left > 0; --left) {
    *request.add_changes() = MakeChange(random_);
  }
  EXPECT_TRUE(Write(request));
}

bool Writer::Write(const v1::WriteKnowledgeRequest& request) {
  while (true) {
    grpc::ClientContext context;
    v1::WriteKnowledgeResponse response;
    const grpc::Status status =
        v1::KnowledgeService::NewStub(address_->Get())
            ->WriteKnowledge(&context, request, &response);
    if (status.ok()) {
      acknowledged_[request.request_id()] = NumberOf(response.revision());
      return true;
    }
    if (status.error_code() == grpc::StatusCode::FAILED_PRECONDITION ||
        status.error_code() == grpc::StatusCode::NOT_FOUND ||
        status.error_code() == grpc::StatusCode::INVALID_ARGUMENT) {
      return false;
    }
    EXPECT_TRUE(status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                status.error_code() == grpc::StatusCode::CANCELLED)
        << status.error_code() << " " << status.error_message();
  }
}

void Writer::ReportClaims() {
  v1::ReportClaimsRequest request;
  for (int i = 1 + Pick(random_, 8); i > 0; --i) {
    *request.add_claims() = MakeRandomClaim(
        random_, absl::StrCat("w", number_, "-", next_, "-", i));
  }
  while (true) {
    grpc::ClientContext context;
    v1::ReportClaimsResponse response;
    if (v1::ClaimService::NewStub(address_->Get())
            ->ReportClaims(&context, request, &response)
            .ok()) {
      return;
    }
  }
}

// --- Follower
// -----------------------------------------------------------------

v1::WatchFilter MakeFilter(Random& random) {
  v1::WatchFilter filter;
  if (Pick(random, 3) == 0) {
    for (int kind = 1; kind <= 6; ++kind) {
      if (Pick(random, 2) == 0) {
        filter.add_kinds(static_cast<v1::WatchKind>(kind));
      }
    }
  }
  if (Pick(random, 4) == 0) {
    filter.add_entity_types(Pick(random, 4) == 0 ? "order" : "customer");
  }
  if (Pick(random, 3) == 0) {
    filter.add_attributes(PickOf(random, kAttributes));
    if (Pick(random, 2) == 0) filter.add_attributes("placed");
  }
  if (Pick(random, 4) == 0) filter.add_channels(PickOf(random, kChannels));
  if (Pick(random, 3) == 0) {
    *filter.add_entities() = Customer(CustomerOf(random));
    *filter.add_entities() = Customer(CustomerOf(random));
  }
  return filter;
}

Follower::Follower(Address* address, v1::WatchFilter filter, Start start,
                   std::string token, int breaks, unsigned seed)
    : address_(address),
      filter_(std::move(filter)),
      breaks_(breaks),
      random_(seed),
      token_(std::move(token)),
      thread_([this, start] { Run(start); }) {}

void Follower::Run(Start start) {
  while (!Follow(NextRequest(start))) {
  }
}

v1::WatchRequest Follower::NextRequest(Start start) {
  v1::WatchRequest request;
  *request.mutable_filter() = filter_;
  request.mutable_progress_interval()->set_nanos(100'000'000);
  Step connect{Step::Kind::kConnect, std::nullopt, {}};
  if (!token_.empty()) {
    request.set_after(token_);
    connect.revision = NumberOf(token_);
  } else if (start == Start::kNow) {
    request.set_from_now(true);
  } else {
    request.set_snapshot(true);
    snapshot_.clear();
  }
  trace_.push_back(std::move(connect));
  return request;
}

bool Follower::Follow(const v1::WatchRequest& request) {
  ++connections_;
  grpc::ClientContext context;
  const auto reader =
      v1::WatchService::NewStub(address_->Get())->Watch(&context, request);
  v1::WatchResponse response;
  bool over = false;
  while (!over && reader->Read(&response)) {
    snapshot_.insert(snapshot_.end(), response.snapshot().begin(),
                     response.snapshot().end());
    if (response.content() == v1::WATCH_CONTENT_SNAPSHOT_END) {
      snapshot_revision_ = response.revision();
    }
    trace_.push_back(StepOf(response));
    if (!response.revision().empty()) token_ = response.revision();
    const uint64_t end = end_;
    over = end != 0 && !token_.empty() && NumberOf(token_) >= end;
    if (breaks_ > 0 && Pick(random_, breaks_) == 0) break;
  }
  context.TryCancel();
  const grpc::Status status = reader->Finish();
  EXPECT_TRUE(status.ok() ||
              status.error_code() == grpc::StatusCode::UNAVAILABLE ||
              status.error_code() == grpc::StatusCode::CANCELLED)
      << status.error_code() << " " << status.error_message();
  trace_.push_back({Step::Kind::kDisconnect, std::nullopt, {}});
  return over;
}

void ExpectAllKept(const WrittenLog& log,
                   const std::vector<std::unique_ptr<Writer>>& writers,
                   const std::vector<std::unique_ptr<Follower>>& followers) {
  for (const std::unique_ptr<Writer>& writer : writers) {
    EXPECT_FALSE(writer->acknowledged().empty());
    for (const auto& [request_id, revision] : writer->acknowledged()) {
      const auto found = log.requests.find(request_id);
      ASSERT_NE(found, log.requests.end()) << request_id << " is lost";
      EXPECT_EQ(found->second, revision) << request_id;
    }
  }
  for (const std::unique_ptr<Follower>& follower : followers) {
    const std::vector<Violation> violations =
        Check(log.events, FilterOf(follower->filter()), follower->trace());
    for (size_t i = 0; i < violations.size() && i < 5; ++i) {
      ADD_FAILURE() << violations[i] << " ("
                    << follower->filter().ShortDebugString() << ")";
    }
  }
}

}  // namespace concordat::watch
