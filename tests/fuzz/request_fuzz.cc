// Requests off the wire, all the way to a store. Whatever bytes arrive as
// WriteKnowledge, ReportClaims, StreamClaims, GetNeighbourhood or FindPaths:
//   a write that was accepted can be recorded; only its preconditions, the
//   cardinality of its relations and a request_id used before may still refuse
//   it, and never a failure of a store;
//   a claim that was accepted is recorded, or known already;
//   what was recorded can be read, and judged again;
//   a walk that was accepted ends within its limits;
//   the same requests give the same rows.
//
// Input: requests, each a letter for its kind (w, c, s, n, p), its length in
// two bytes and the message.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/claims.pb.h"
#include "concordat/v1/knowledge.pb.h"
#include "config/vocabulary_loader.h"
#include "consistency/checker.h"
#include "consistency/consistency_reader.h"
#include "consistency/rows.h"
#include "google/protobuf/stubs/logging.h"
#include "graph/errors.h"
#include "graph/graph_reader.h"
#include "graph/limits.h"
#include "graph/memory_store.h"
#include "graph/revision_token.h"
#include "graph/status_macros.h"
#include "server/convert/claim_wire.h"
#include "server/convert/claims.h"
#include "server/convert/knowledge.h"
#include "server/convert/walk.h"
#include "tests/fuzz/input.h"

namespace concordat {
namespace {

constexpr absl::string_view kVocabulary = R"(
name: fuzz
writing: {date_order: YMD, decimal_mark: "."}
sources: [crm]
code_lists:
  tier:
    codes: {silver: {}, gold: {aliases: [Au]}}
entity_types:
  customer:
    attributes:
      tier: {type: code, code_list: tier, aliases: [level]}
      email: {type: email, identifying: true}
      name: {type: text, identifying: true}
      gross: {type: money, confusable_with: [net]}
      net: {type: money, confusable_with: [gross]}
      born: {type: date}
      seen: {type: instant}
      topics: {type: text, set: true}
  order:
    attributes:
      total: {type: decimal}
relation_types:
  placed: {from: [customer], to: [order], cardinality: one_to_many,
           inverse: placed_by}
  follows: {from: [customer], to: [customer], cardinality: many_to_one,
            acyclic: true}
channels:
  web:
    subject_type: customer
    promise: 15m
    clock_skew: 5s
    writing: {locale: de-DE, currency: EUR}
    contract:
      customer:
        attributes:
          tier: {required: true}
          email: {}
          name: {}
          gross: {}
          born: {}
          topics: {}
  till:
    like: web
)";

const Vocabulary& TestVocabulary() {
  static const auto* const kLoaded =
      new LoadedVocabulary(LoadVocabulary(kVocabulary, "fuzz.yaml", 1));
  CONCORDAT_FUZZ_CHECK(kLoaded->vocabulary != nullptr);
  return *kLoaded->vocabulary;
}

bool MayRefuseRecording(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail.has_value() &&
         (detail->reason == ErrorReason::kPreconditionFailed ||
          detail->reason == ErrorReason::kCardinalityExceeded ||
          detail->reason == ErrorReason::kRequestIdReused);
}

// The claim as it is understood, and as it is written where it is shown.
v1::Claim Understood(v1::Claim wire) {
  constexpr int32_t kNanosPerMicro = 1000;
  wire.DiscardUnknownFields();
  wire.clear_erased();
  if (wire.exposure() == v1::EXPOSURE_UNSPECIFIED) {
    wire.set_exposure(v1::EXPOSURE_HELD);
  }
  for (google::protobuf::Timestamp* time :
       {wire.mutable_said_at(), wire.mutable_as_of()}) {
    time->set_nanos(time->nanos() / kNanosPerMicro * kNanosPerMicro);
  }
  return wire;
}

// What reads claims without messages must read what messages say.
template <typename Request>
void CheckRead(absl::string_view bytes, const Request& request) {
  const absl::StatusOr<convert::ClaimBatch> batch = convert::ReadClaims(bytes);
  CONCORDAT_FUZZ_CHECK(batch.ok());
  CONCORDAT_FUZZ_CHECK(batch->refused.size() ==
                       static_cast<size_t>(request.claims_size()));
  size_t next = 0;
  for (int i = 0; i < request.claims_size(); ++i) {
    if (!batch->refused[static_cast<size_t>(i)].ok()) continue;
    const ReportedClaim& view = batch->claims[next++].claim;
    const v1::Claim& wire = request.claims(i);
    CONCORDAT_FUZZ_CHECK(view.said_at_given == wire.has_said_at());
    CONCORDAT_FUZZ_CHECK((view.as_of != absl::InfinitePast()) ==
                         wire.has_as_of());
    v1::Claim read;
    convert::ToWire(ToClaim(view), &read);
    if (!wire.has_said_at()) read.clear_said_at();
    // As text maps are in order.
    CONCORDAT_FUZZ_CHECK(Understood(std::move(read)).DebugString() ==
                         Understood(wire).DebugString());
  }
}

// A store with the checker that writes to it, at a time that stands still but
// for one second a commit.
class World {
 public:
  void Write(absl::string_view bytes) {
    v1::WriteKnowledgeRequest request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return;
    }
    absl::StatusOr<WriteBatch> batch =
        convert::FromWire(request, TokenMint(kStoreId));
    if (!batch.ok() || !ValidateWrite(TestVocabulary(), *batch).ok()) return;
    const absl::Status status = store_.Write([&](Transaction& tx) {
      return checker_
          .Write(tx, TestVocabulary(), *std::move(batch), NextStamp())
          .status();
    });
    CONCORDAT_FUZZ_CHECK(status.ok() || MayRefuseRecording(status));
  }

  template <typename Request>
  void Report(absl::string_view bytes) {
    Request request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
        request.claims_size() > limits::kClaimsPerBatchMax) {
      return;
    }
    CheckRead(bytes, request);
    const CommitStamp stamp = NextStamp();
    std::vector<Claim> accepted;
    for (const v1::Claim& wire : request.claims()) {
      absl::StatusOr<Claim> claim = convert::FromWire(wire);
      if (!claim.ok()) continue;
      Claim at_stamp = *claim;
      if (!at_stamp.said_at_given) at_stamp.said_at = stamp.at;
      if (!ValidateClaim(TestVocabulary(), ViewOf(at_stamp), stamp.at).ok()) {
        continue;
      }
      accepted.push_back(*std::move(claim));
    }
    const absl::Status status = store_.Write([&](Transaction& tx) {
      CONCORDAT_ASSIGN_OR_RETURN(
          const ReportOutcome outcome,
          checker_.Report(tx, TestVocabulary(), accepted, stamp));
      for (const ClaimOutcome& claim : outcome.claims) {
        CONCORDAT_FUZZ_CHECK(claim.status != ClaimOutcome::Status::kRejected);
      }
      return absl::OkStatus();
    });
    CONCORDAT_FUZZ_CHECK(status.ok());
  }

  void FindAround(absl::string_view bytes) {
    v1::GetNeighbourhoodRequest request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return;
    }
    const auto query =
        convert::FromWire(request, TestVocabulary().schema, NextStamp().at);
    if (!query.ok()) return;
    const auto found = FindNeighbourhood(**store_.Snapshot(), *query);
    CONCORDAT_FUZZ_CHECK(found.ok());
    CONCORDAT_FUZZ_CHECK(found->work <= query->view.work);
    CONCORDAT_FUZZ_CHECK(found->entities.size() <=
                         query->starts.size() +
                             static_cast<size_t>(query->results));
  }

  void FindBetween(absl::string_view bytes) {
    v1::FindPathsRequest request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return;
    }
    const auto query =
        convert::FromWire(request, TestVocabulary().schema, NextStamp().at);
    if (!query.ok()) return;
    const auto found = FindPaths(**store_.Snapshot(), *query);
    CONCORDAT_FUZZ_CHECK(found.ok());
    CONCORDAT_FUZZ_CHECK(found->work <= query->view.work);
    for (const Path& path : found->paths) {
      CONCORDAT_FUZZ_CHECK(static_cast<int64_t>(path.size()) <= query->length);
      CONCORDAT_FUZZ_CHECK(path.front().near == query->from);
      CONCORDAT_FUZZ_CHECK(path.back().far == query->to);
    }
  }

  void Play(fuzz::Input input) {
    while (!input.empty()) {
      const uint8_t kind = input.Byte();
      const absl::string_view bytes = input.Text();
      if (kind == 'w') {
        Write(bytes);
      } else if (kind == 'c') {
        Report<v1::ReportClaimsRequest>(bytes);
      } else if (kind == 'n') {
        FindAround(bytes);
      } else if (kind == 'p') {
        FindBetween(bytes);
      } else {
        Report<v1::StreamClaimsRequest>(bytes);
      }
    }
  }

  // Reads every list to its end.
  void CheckReadable() {
    const absl::StatusOr<std::unique_ptr<Reader>> reader = store_.Snapshot();
    CONCORDAT_FUZZ_CHECK(reader.ok());
    const GraphReader graph(**reader, Revision::Latest());
    const size_t all = limits::kPageSizeMax;
    const auto facts = graph.ListFacts("", "", all);
    CONCORDAT_FUZZ_CHECK(facts.ok());
    for (const FactRecord& fact : facts->items) {
      CONCORDAT_FUZZ_CHECK(graph.FactsOf(fact.entity, fact.attribute).ok());
    }
    CONCORDAT_FUZZ_CHECK(graph.ListRelations("", all).ok());
    CONCORDAT_FUZZ_CHECK(graph.ListLinks("", "", all).ok());
    CONCORDAT_FUZZ_CHECK(ListHeldClaims(**reader, "", {}, "", all).ok());
    CONCORDAT_FUZZ_CHECK(ListFindings(**reader, {}, {}, "", all).ok());
    CONCORDAT_FUZZ_CHECK(Checker().Load(**reader).ok());
  }

  // Every row of the store.
  std::string Dump() {
    const absl::StatusOr<std::unique_ptr<Reader>> reader = store_.Snapshot();
    CONCORDAT_FUZZ_CHECK(reader.ok());
    std::string dump;
    for (const Space& space : rows::AllSpaces()) {
      const absl::Status status = (*reader)->Scan(
          space, "", "", [&](absl::string_view key, absl::string_view value) {
            absl::StrAppend(&dump, space.name, " ", key.size(), " ", key, " ",
                            value.size(), " ", value, "\n");
            return true;
          });
      CONCORDAT_FUZZ_CHECK(status.ok());
    }
    return dump;
  }

 private:
  static constexpr uint64_t kStoreId = 1;

  CommitStamp NextStamp() {
    revision_ = revision_.Next();
    return {revision_,
            absl::FromUnixSeconds(1'800'000'000 +
                                  static_cast<int64_t>(revision_.number()))};
  }

  MemoryStore store_;
  Checker checker_;
  Revision revision_;
};

}  // namespace
}  // namespace concordat

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  // It reports invalid UTF-8 on standard error, line after line.
  const google::protobuf::LogSilencer silencer;
  const fuzz::Input input(data, size);
  World world;
  world.Play(input);
  world.CheckReadable();
  World again;
  again.Play(input);
  CONCORDAT_FUZZ_CHECK(world.Dump() == again.Dump());
  return 0;
}
