#include "server/rpc/whatif_service.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "consistency/consistency_reader.h"
#include "consistency/counterfactual.h"
#include "consistency/held_reader.h"
#include "consistency/knowledge.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/convert/whatif.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/backtest_session.h"
#include "server/rpc/call.h"
#include "server/rpc/filter_values.h"
#include "server/rpc/finding_filter.h"
#include "server/rpc/read_session.h"
#include "server/rpc/refused_stream.h"
#include "server/rpc/step_stream.h"

namespace concordat {
namespace {

constexpr absl::string_view kBacktest = "Backtest";
// Only one runs, and its steps come one after another.
constexpr size_t kQueuedSteps = 4;
// Claims that a page looks at in the time of one finding.
constexpr size_t kClaimsPerFinding = 20;
constexpr int32_t kExamplesMax = 100;
constexpr int32_t kExamplesDefault = 10;

// Whoever holds it lets another run when it is destroyed.
class RunningMark {
 public:
  explicit RunningMark(std::atomic<bool>* running) : running_(*running) {}
  RunningMark(const RunningMark&) = delete;
  RunningMark& operator=(const RunningMark&) = delete;
  ~RunningMark() { running_ = false; }

 private:
  std::atomic<bool>& running_;
};

// In this order, so that the scratch is gone before another runs.
struct RunningBacktest {
  RunningMark mark;
  BacktestSession session;
};

absl::StatusOr<size_t> ExamplesOf(const v1::CounterfactualRequest& request) {
  const int32_t examples =
      request.has_examples() ? request.examples() : kExamplesDefault;
  if (examples < 0) {
    return errors::InvalidField("examples", "must not be negative");
  }
  if (examples > kExamplesMax) {
    return errors::LimitExceeded("counterfactual_examples_max", examples,
                                 kExamplesMax, "examples");
  }
  return static_cast<size_t>(examples);
}

absl::Status CheckAssumption(const Assumption& assumption,
                             const Vocabulary& vocabulary) {
  if (!assumption.channel.empty()) {
    return CheckChannel("channel", assumption.channel, &vocabulary);
  }
  const std::vector<std::string>& sources = vocabulary.schema.sources;
  if (Allows(sources, assumption.source)) return absl::OkStatus();
  return AtField("source", errors::UnknownSource(assumption.source,
                                                 absl::StrJoin(sources, ", ")));
}

absl::Status Show(const Identity& identity, const SupposedPage& page,
                  v1::CounterfactualResponse* response) {
  for (const auto& [what, count] : page.counts) {
    convert::ToWire(what.first, what.second, count, response->add_counts());
  }
  for (const Supposed& supposed : page.examples) {
    v1::CounterfactualExample* example = response->add_examples();
    convert::ToWire(supposed, example);
    CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                               identity.CanonicalOf(supposed.subject.entity));
    convert::ToWire(canonical, example->mutable_entity());
  }
  response->set_findings_looked_at(page.findings);
  response->set_claims_looked_at(page.claims);
  return absl::OkStatus();
}

absl::Status CounterfactualNow(const ServiceContext& context,
                               const v1::CounterfactualRequest& request,
                               v1::CounterfactualResponse* response) {
  const std::string name =
      absl::StrCat("counterfactual/", request.channel(), "/", request.source(),
                   "/", request.filter().ShortDebugString());
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_ASSIGN_OR_RETURN(const Assumption assumption,
                             convert::FromWire(request));
  CONCORDAT_RETURN_IF_ERROR(CheckAssumption(assumption, *vocabulary));
  CONCORDAT_RETURN_IF_ERROR(
      CheckFindingFilter("filter", request.filter(), vocabulary.get()));
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(const size_t examples, ExamplesOf(request));
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), name, start));
  const Reader& reader = session.reader();
  const Identity identity = session.identity();
  CONCORDAT_ASSIGN_OR_RETURN(const FindingFilter filter,
                             ReadFindingFilter(request.filter(), identity));
  CONCORDAT_ASSIGN_OR_RETURN(const Mutes mutes, ReadMutes(reader));
  CONCORDAT_ASSIGN_OR_RETURN(const HeldReader held,
                             HeldReader::Open(reader, filter.scope.entities));
  StoredKnowledge known(reader, session.revision(), *vocabulary, nullptr);
  Counterfactual counterfactual(reader, *vocabulary, mutes, held, known,
                                assumption);
  CONCORDAT_ASSIGN_OR_RETURN(
      SupposedPage page,
      counterfactual.Look(filter, start, limit, limit * kClaimsPerFinding,
                          examples));
  CONCORDAT_RETURN_IF_ERROR(Show(identity, page, response));
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, name));
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return CheckAnswerBytes(*response);
}

ServiceContext With(ServiceContext context, Executor* executor) {
  context.executor = executor;
  return context;
}

}  // namespace

WhatIfServiceHandlers::WhatIfServiceHandlers(const ServiceContext* context,
                                             ScratchStores* scratch)
    : context_(*context),
      scratch_(scratch),
      executor_(/*threads=*/1, kQueuedSteps),
      backtest_context_(With(*context, &executor_)) {}

absl::Status WhatIfServiceHandlers::ClearScratch() {
  return scratch_ == nullptr ? absl::OkStatus() : scratch_->Clear();
}

grpc::ServerWriteReactor<v1::BacktestResponse>* WhatIfServiceHandlers::Backtest(
    grpc::CallbackServerContext* rpc, const v1::BacktestRequest* request) {
  using Stream = StepStream<v1::BacktestResponse>;
  if (const absl::Status admitted = Admit(context_, *rpc, *request);
      !admitted.ok()) {
    return new RefusedStream<grpc::ServerWriteReactor<v1::BacktestResponse>>(
        context_, *rpc, kBacktest, admitted);
  }
  if (running_.exchange(true)) {
    return new Stream(context_, rpc, kBacktest, [](v1::BacktestResponse&) {
      return absl::StatusOr<bool>(errors::Overloaded(1, 1));
    });
  }
  const auto running = std::shared_ptr<RunningBacktest>(new RunningBacktest{
      RunningMark(&running_),
      BacktestSession(context_, scratch_, *request, [this, rpc] {
        return stopping_ || rpc->IsCancelled();
      })});
  return new Stream(
      backtest_context_, rpc, kBacktest,
      [this, running](v1::BacktestResponse& response) -> absl::StatusOr<bool> {
        absl::StatusOr<bool> more = running->session.Next(response);
        if (absl::IsCancelled(more.status()) && stopping_) {
          return errors::ShuttingDown();
        }
        return more;
      });
}

grpc::ServerUnaryReactor* WhatIfServiceHandlers::Counterfactual(
    grpc::CallbackServerContext* rpc, const v1::CounterfactualRequest* request,
    v1::CounterfactualResponse* response) {
  return RunCall(context_, rpc, "Counterfactual", request,
                 [this, request, response] {
                   return CounterfactualNow(context_, *request, response);
                 });
}

}  // namespace concordat
