#include "tests/bench/workload.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "concordat/v1/claims.pb.h"
#include "concordat/v1/knowledge.grpc.pb.h"
#include "server/convert/wire_format.h"

namespace concordat::bench {
namespace {

using convert::AppendBytes;
using convert::AppendNumber;

constexpr int kChangesPerWrite = 1000;
constexpr int64_t kFirstSecond = 1'700'000'000;
constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kNanosPerMicro = 1000;
constexpr int kIdDigits = 8;

constexpr absl::string_view kVocabulary = R"(
name: bench
writing: {date_order: YMD, decimal_mark: "."}
code_lists:
  tier:
    codes: {silver: {}, gold: {aliases: [Goldstatus]}}
entity_types:
  customer:
    attributes:
      tier: {type: code, code_list: tier}
      email: {type: email, identifying: true, PERSONAL}
      city: {type: text, PERSONAL}
      due: {type: money, PERSONAL}
channels:
  web:
    subject_type: customer
    promise: 15m
    writing: {locale: de-DE, currency: EUR}
    contract:
      customer:
        attributes:
          tier: {required: true}
          email: {}
          city: {}
          due: {}
)";

constexpr absl::string_view kAttributes[kFactsPerCustomer] = {"tier", "email",
                                                              "city", "due"};

// As a system of record writes it.
std::string TruthOf(int64_t customer, int attribute) {
  switch (attribute) {
    case 0:
      return customer % 2 == 0 ? "gold" : "silver";
    case 1:
      return absl::StrCat("customer", customer, "@example.org");
    case 2:
      return absl::StrCat("Town ", customer % 100);
    default:
      return absl::StrCat(customer % 1000, ".50 EUR");
  }
}

// As the channel writes it.
void AppendSaid(int64_t customer, int attribute, std::string& out) {
  switch (attribute) {
    case 0:
      out += customer % 2 == 0 ? "Goldstatus" : "silver";
      return;
    case 1:
      absl::StrAppend(&out, "customer", customer, "@example.org");
      return;
    case 2:
      absl::StrAppend(&out, "Town ", customer % 100);
      return;
    default:
      absl::StrAppend(&out, customer % 1000, ",50");
  }
}

void SetCustomer(int64_t customer, v1::EntityRef& entity) {
  entity.set_type("customer");
  entity.set_id(CustomerId(customer));
}

void AddCustomer(int64_t customer, v1::WriteKnowledgeRequest& write) {
  for (int i = 0; i < kFactsPerCustomer; ++i) {
    v1::Fact* fact = write.add_changes()->mutable_put_fact();
    SetCustomer(customer, *fact->mutable_entity());
    fact->set_attribute(kAttributes[i].data(), kAttributes[i].size());
    fact->set_value(TruthOf(customer, i));
    fact->mutable_valid_from()->set_seconds(1'600'000'000);
    fact->set_source("crm");
  }
  v1::Link* link = write.add_changes()->mutable_put_link();
  link->set_channel("web");
  link->set_subject(CustomerId(customer));
  SetCustomer(customer, *link->mutable_entity());
}

void AppendCustomerId(int64_t customer, std::string& out) {
  char digits[kIdDigits];
  for (int i = kIdDigits; i-- > 0; customer /= 10) {
    digits[i] = static_cast<char>('0' + customer % 10);
  }
  out.append("c-").append(digits, kIdDigits);
}

}  // namespace

std::string CompanyVocabulary(bool personal) {
  return absl::StrReplaceAll(
      kVocabulary,
      {{"PERSONAL", personal ? "personal: true" : "personal: false"}});
}

std::string CustomerId(int64_t customer) {
  std::string id;
  AppendCustomerId(customer, id);
  return id;
}

std::string AttributeName(int attribute) {
  return std::string(kAttributes[attribute]);
}

std::string SaidOf(int64_t customer, int attribute) {
  std::string said;
  AppendSaid(customer, attribute, said);
  return said;
}

LoadResult WriteKnowledge(const std::shared_ptr<grpc::Channel>& channel,
                          int64_t customers) {
  int64_t next = 0;
  const auto stub = v1::KnowledgeService::NewStub(channel);
  LoadResult result =
      LoadStream<v1::StreamKnowledgeRequest, v1::StreamKnowledgeResponse>(
          1e6, kChangesPerWrite,
          [&](grpc::ClientContext* context) {
            return stub->StreamKnowledge(context);
          },
          [&](v1::StreamKnowledgeRequest& request) {
            v1::WriteKnowledgeRequest& write = *request.mutable_write();
            write.clear_changes();
            while (next < customers &&
                   write.changes_size() + kChangesPerCustomer <=
                       kChangesPerWrite) {
              AddCustomer(next++, write);
            }
            return write.changes_size() > 0;
          },
          [](const v1::StreamKnowledgeResponse& response) {
            return response.has_failure() ? kChangesPerWrite : 0;
          });
  result.items = static_cast<uint64_t>(customers) * kChangesPerCustomer;
  return result;
}

const std::string& ClaimSource::Next(int claims) {
  static_assert(int{v1::ReportClaimsRequest::kClaimsFieldNumber} ==
                int{v1::StreamClaimsRequest::kClaimsFieldNumber});
  request_.clear();
  for (int i = 0; i < claims; ++i) {
    AppendClaim();
    AppendBytes(v1::StreamClaimsRequest::kClaimsFieldNumber, claim_, request_);
  }
  return request_;
}

void ClaimSource::AppendClaim() {
  const int64_t place = options_.order == Order::kRandom
                            ? static_cast<int64_t>(random_() >> 1)
                            : next_;
  const int64_t customer = place / kFactsPerCustomer % options_.customers;
  const auto attribute = static_cast<int>(place % kFactsPerCustomer);
  claim_.clear();
  AppendBytes(v1::Claim::kChannelFieldNumber, "web", claim_);
  part_.clear();
  AppendCustomerId(customer, part_);
  AppendBytes(v1::Claim::kSubjectFieldNumber, part_, claim_);
  AppendBytes(v1::Claim::kAttributeFieldNumber, kAttributes[attribute], claim_);
  part_.clear();
  AppendValue(customer, attribute);
  AppendBytes(v1::Claim::kValueFieldNumber, part_, claim_);
  part_.clear();
  // A Timestamp: seconds and nanoseconds.
  AppendNumber(
      1, static_cast<uint64_t>(kFirstSecond + next_ / kMicrosPerSecond), part_);
  AppendNumber(2,
               static_cast<uint64_t>(next_ % kMicrosPerSecond * kNanosPerMicro),
               part_);
  AppendBytes(v1::Claim::kSaidAtFieldNumber, part_, claim_);
  AppendNumber(v1::Claim::kExposureFieldNumber, v1::EXPOSURE_HELD, claim_);
  ++next_;
}

void ClaimSource::AppendValue(int64_t customer, int attribute) {
  constexpr double kEvery = 1e6;
  if (options_.contradicting > 0 &&
      static_cast<double>(random_() % static_cast<uint64_t>(kEvery)) <
          options_.contradicting * kEvery) {
    // Its neighbour's, which no two share.
    ++customer;
  }
  AppendSaid(customer, attribute, part_);
}

void WriteAuditFiles(int64_t customers, const std::string& facts,
                     const std::string& claims) {
  std::ofstream truth(facts);
  std::ofstream channel(claims);
  truth << "entity_type,entity_id,attribute,value\n";
  channel << "channel,subject,attribute,value\n";
  std::string said;
  for (int64_t customer = 0; customer < customers; ++customer) {
    const std::string id = CustomerId(customer);
    for (int i = 0; i < kFactsPerCustomer; ++i) {
      truth << "customer," << id << ',' << kAttributes[i] << ','
            << TruthOf(customer, i) << '\n';
      said.clear();
      AppendSaid(customer, i, said);
      channel << "web," << id << ',' << kAttributes[i] << ",\"" << said
              << "\"\n";
    }
  }
}

Answered ReadAnswers(absl::string_view response) {
  static_assert(int{v1::ReportClaimsResponse::kResultsFieldNumber} ==
                int{v1::StreamClaimsResponse::kResultsFieldNumber});
  static const std::string& kRecordedAgreement = *new std::string([] {
    v1::ClaimResult result;
    result.set_status(v1::CLAIM_STATUS_RECORDED);
    result.set_verdict(v1::VERDICT_AGREES);
    return result.SerializeAsString();
  }());
  Answered answered;
  convert::FieldReader in(response);
  while (const uint32_t tag = in.Tag()) {
    if (tag != convert::TagOf(v1::StreamClaimsResponse::kResultsFieldNumber,
                              convert::WireType::kBytes)) {
      in.Skip(tag);
      continue;
    }
    const absl::string_view bytes = in.Bytes();
    if (bytes == kRecordedAgreement) continue;
    v1::ClaimResult result;
    if (!result.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
        result.status() != v1::CLAIM_STATUS_RECORDED) {
      ++answered.refused;
    } else if (result.verdict() != v1::VERDICT_AGREES) {
      ++answered.disagree;
    }
  }
  if (in.failed()) ++answered.refused;
  return answered;
}

}  // namespace concordat::bench
