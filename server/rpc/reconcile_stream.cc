#include "server/rpc/reconcile_stream.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/audits.h"
#include "server/convert/status.h"
#include "server/rpc/audit_stream.h"
#include "server/rpc/call.h"
#include "server/rpc/sketch_terms.h"

namespace concordat {
namespace {

constexpr absl::string_view kMethod = "Reconcile";

audits::RecordKey KeyOf(const v1::Claim& claim) {
  return {claim.entity().type(),
          claim.has_entity() ? absl::string_view(claim.entity().id())
                             : absl::string_view(claim.subject()),
          claim.attribute()};
}

absl::Status BrokeOff() {
  return errors::InvalidField("part", "the stream ended before all had come");
}

}  // namespace

ReconcileStream* ReconcileStream::Start(const ServiceContext* context,
                                        AuditBook* book,
                                        grpc::CallbackServerContext* rpc) {
  std::shared_ptr<ReconcileStream> stream(
      new ReconcileStream(context, book, rpc));
  stream->self_ = stream;
  stream->StartRead(&stream->received_);
  return stream.get();
}

void ReconcileStream::Submit(std::function<absl::Status()> work) {
  const bool taken = book_.executor().TrySubmit(
      [self = shared_from_this(), work = std::move(work)] {
        const absl::Status done = work();
        if (!done.ok()) self->Fail(done);
      });
  if (taken) return;
  const auto places = static_cast<int64_t>(book_.executor().queue_max());
  Fail(errors::Overloaded(places, places));
}

void ReconcileStream::Fail(const absl::Status& why) {
  std::shared_ptr<ExportFeed> feed;
  {
    MutexLock lock(&mutex_);
    feed = feed_;
    if (feed == nullptr) End(why);
  }
  // Its end is told to Continue.
  if (feed != nullptr) feed->Fail(why);
}

void ReconcileStream::OnReadDone(bool ok) {
  State state;
  bool has_audit = false;
  {
    MutexLock lock(&mutex_);
    state = state_;
    has_audit = feed_ != nullptr;
  }
  if (!ok) {
    return Fail(
        has_audit ? BrokeOff()
                  : errors::InvalidField("part", "the stream has no request"));
  }
  switch (state) {
    case State::kOpening:
      return Submit([this] { return Open(); });
    case State::kSymbols:
      return Submit([this]() -> absl::Status {
        if (received_.part_case() != v1::ReconcileRequest::kSymbols) {
          return errors::InvalidField("part", "symbols were wanted");
        }
        return TakeSymbols(received_.symbols());
      });
    default: {
      {
        MutexLock lock(&mutex_);
        state_ = State::kRoom;
      }
      Continue();
    }
  }
}

absl::Status ReconcileStream::Open() {
  if (!received_.has_opening()) {
    return errors::InvalidField("opening", "the first request must have it");
  }
  CONCORDAT_RETURN_IF_ERROR(Admit(context_, *rpc_, received_));
  opening_ = std::move(*received_.mutable_opening());
  CONCORDAT_ASSIGN_OR_RETURN(AuditSpec spec,
                             ReadSpecOfRows(context_, opening_.spec()));
  CONCORDAT_ASSIGN_OR_RETURN(const v1::SketchTerms terms,
                             SketchTermsOf(context_, spec.record.channel));
  if (terms.forms() != opening_.forms()) {
    return errors::PreconditionFailed(
        "the sketch was made with other terms: get them and make it anew");
  }
  CONCORDAT_ASSIGN_OR_RETURN(key_, audits::ItemKey::Parse(terms.key()));
  // An audit does not begin for bytes that are no sketch.
  CONCORDAT_RETURN_IF_ERROR(
      reconciliation::Sketch::Parse(opening_.symbols()).status());
  spec.record.source = audits::AuditSource::kDifferential;
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<ExportFeed> feed,
                             book_.Begin(std::move(spec)));
  {
    MutexLock lock(&mutex_);
    feed_ = feed;
    state_ = State::kLoading;
  }
  feed->Listen([stream = weak_from_this()] {
    if (const std::shared_ptr<ReconcileStream> self = stream.lock()) {
      self->Continue();
    }
  });
  // Which audit it is, so that it can be cancelled while the truth is loaded.
  NewResponse();
  Write();
  return absl::OkStatus();
}

void ReconcileStream::Continue() {
  bool begin = false;
  bool take = false;
  bool publish = false;
  {
    MutexLock lock(&mutex_);
    if (finished_ || wants_all_ || feed_ == nullptr || writing_) return;
    const std::optional<absl::Status> result = feed_->result();
    if (result.has_value()) {
      if (!result->ok() || wrote_last_) return End(*result);
      publish = wrote_last_ = true;
    } else if (feed_->has_room()) {
      begin = state_ == State::kLoading;
      take = state_ == State::kRoom;
      if (begin) state_ = State::kSymbols;
      if (take) state_ = State::kRecords;
    }
  }
  if (begin) Submit([this] { return Begin(); });
  if (take) Submit([this] { return TakeRecords(); });
  if (publish) {
    std::shared_ptr<ExportFeed> feed;
    {
      MutexLock lock(&mutex_);
      feed = feed_;
    }
    convert::ToWire(feed->run().record(), *context_.tokens,
                    NewResponse().mutable_audit());
    Write();
  }
}

absl::Status ReconcileStream::Begin() {
  std::shared_ptr<ExportFeed> feed;
  {
    MutexLock lock(&mutex_);
    feed = feed_;
  }
  const int64_t symbols_max = std::clamp<int64_t>(
      opening_.symbols_max(), 0, limits::kDifferentialSymbolsMax);
  CONCORDAT_ASSIGN_OR_RETURN(
      SetComparison comparison,
      SetComparison::Create(&feed->run(),
                            {.key = key_,
                             .names_entities = opening_.names_entities(),
                             .symbols_max = static_cast<size_t>(symbols_max)},
                            &book_.executor()));
  comparison_.emplace(std::move(comparison));
  return TakeSymbols(opening_.symbols());
}

absl::Status ReconcileStream::TakeSymbols(const std::string& bytes) {
  CONCORDAT_ASSIGN_OR_RETURN(reconciliation::Sketch theirs,
                             reconciliation::Sketch::Parse(bytes));
  CONCORDAT_ASSIGN_OR_RETURN(const SetComparison::Wanted wanted,
                             comparison_->Take(std::move(theirs)));
  switch (wanted.kind) {
    case SetComparison::Wanted::Kind::kSymbols: {
      v1::SymbolsWanted* const symbols = NewResponse().mutable_symbols();
      symbols->set_begin(static_cast<int64_t>(wanted.range.begin));
      symbols->set_end(static_cast<int64_t>(wanted.range.end));
      Write();
      return absl::OkStatus();
    }
    case SetComparison::Wanted::Kind::kAll:
      return WantAll(wanted.why);
    case SetComparison::Wanted::Kind::kRecords:
      break;
  }
  {
    MutexLock lock(&mutex_);
    state_ = State::kRecords;
  }
  WantRecords();
  return absl::OkStatus();
}

absl::Status ReconcileStream::WantAll(const std::string& why) {
  std::shared_ptr<ExportFeed> feed;
  {
    MutexLock lock(&mutex_);
    if (finished_) return absl::OkStatus();
    feed = feed_;
    wants_all_ = true;
    state_ = State::kEnding;
  }
  feed->run().BecomeExport();
  // Before the channel hears of it, for then it goes on at once.
  book_.Detach(feed);
  NewResponse().mutable_all()->set_reason(why);
  Write();
  return absl::OkStatus();
}

void ReconcileStream::WantRecords() {
  const auto& items = comparison_->items();
  v1::RecordsWanted* const wanted = NewResponse().mutable_records();
  const size_t end = std::min(
      items.size(), items_sent_ + static_cast<size_t>(
                                      limits::kDifferentialItemsPerMessageMax));
  for (; items_sent_ < end; ++items_sent_) {
    wanted->add_items(items[items_sent_].number());
  }
  wanted->set_more(items_sent_ < items.size());
  Write();
}

absl::Status ReconcileStream::TakeRecords() {
  std::shared_ptr<ExportFeed> feed;
  {
    MutexLock lock(&mutex_);
    feed = feed_;
  }
  if (received_.has_records_end()) {
    if (comparison_->awaited() > 0) {
      return errors::PreconditionFailed(absl::StrCat(
          comparison_->awaited(),
          " records that were wanted did not come: where they have changed "
          "meanwhile, open again with the sketch as it is now"));
    }
    {
      MutexLock lock(&mutex_);
      state_ = State::kEnding;
    }
    feed->End();
    return absl::OkStatus();
  }
  if (!received_.has_records()) {
    return errors::InvalidField("part", "records were wanted, and their end");
  }
  for (const v1::Claim& claim : received_.records().claims()) {
    if (claim.has_value()) comparison_->Saw(KeyOf(claim), claim.value());
  }
  const auto bytes = std::make_shared<const std::string>(
      received_.records().SerializeAsString());
  CONCORDAT_RETURN_IF_ERROR(feed->AddClaims(bytes, *bytes));
  MutexLock lock(&mutex_);
  if (!finished_) StartRead(&received_);
  return absl::OkStatus();
}

v1::ReconcileResponse& ReconcileStream::NewResponse() {
  sent_.Clear();
  return sent_;
}

void ReconcileStream::Write() {
  MutexLock lock(&mutex_);
  if (finished_) return;
  sent_.set_audit_id(absl::StrCat(feed_->run().number()));
  if (comparison_.has_value()) {
    v1::ReconcileFigures* const figures = sent_.mutable_figures();
    figures->set_symbols(static_cast<int64_t>(comparison_->symbols()));
    figures->set_only_channel(
        static_cast<int64_t>(comparison_->items().size()));
    figures->set_only_truth(static_cast<int64_t>(comparison_->only_truth()));
  }
  writing_ = true;
  StartWrite(&sent_);
}

void ReconcileStream::OnWriteDone(bool ok) {
  bool broke_off = false;
  bool more = false;
  {
    MutexLock lock(&mutex_);
    writing_ = false;
    if (finished_) return;
    if (wants_all_) return End(absl::OkStatus());
    broke_off = !ok && !wrote_last_;
    more = ok && sent_.records().more();
    const bool is_answered =
        sent_.step_case() != v1::ReconcileResponse::STEP_NOT_SET;
    if (ok && is_answered && !more && !wrote_last_ &&
        !feed_->result().has_value()) {
      StartRead(&received_);
    }
  }
  if (broke_off) return Fail(BrokeOff());
  if (more) return WantRecords();
  Continue();
}

void ReconcileStream::End(const absl::Status& status) {
  if (finished_) return;
  finished_ = true;
  if (!status.ok() && !absl::IsCancelled(status)) {
    LogFailure(*context_.logger, kMethod, TraceIdOf(*rpc_), status);
  }
  Finish(convert::ToGrpcStatus(status));
}

}  // namespace concordat
