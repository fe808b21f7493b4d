#include "server/audit/export_feed.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/audits.pb.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/claim_wire.h"
#include "server/convert/wire_format.h"

namespace concordat {
namespace {

// Parts, of about a mebibyte each, that are audited or wait for it.
constexpr size_t kInFlightMax = 6;
constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

// The rows of a part of CSV.
AuditRun::NextRows RowsOfCsv(std::shared_ptr<const CsvClaimFormat> format,
                             std::shared_ptr<const std::string> part,
                             int64_t line) {
  const auto claims = std::make_shared<CsvClaims>(format.get(), *part, line);
  return [format = std::move(format), part = std::move(part), claims](
             std::vector<audits::AuditRow>& rows,
             std::vector<audits::RefusedRow>& refused) {
    return claims->Next(rows.capacity(), rows, refused);
  };
}

// The same of claims as they are sent, each with its line.
class ClaimRows {
 public:
  ClaimRows(std::shared_ptr<const std::string> message,
            absl::string_view claims, std::string channel, absl::Time as_at,
            std::vector<int64_t> lines)
      : message_(std::move(message)),
        fields_(claims),
        channel_(std::move(channel)),
        as_at_(as_at),
        lines_(std::move(lines)) {}

  bool Next(std::vector<audits::AuditRow>& rows,
            std::vector<audits::RefusedRow>& refused) {
    const size_t rows_max = rows.capacity();
    rows.clear();
    while (rows.size() < rows_max) {
      const uint32_t tag = fields_.Tag();
      if (tag == 0) break;
      if (tag != convert::TagOf(1, convert::WireType::kBytes)) {
        fields_.Skip(tag);
        continue;
      }
      absl::StatusOr<ReportedClaim> claim = convert::ReadClaim(fields_.Bytes());
      const int64_t number = lines_[next_++];
      if (claim.ok() && claim->channel.empty()) claim->channel = channel_;
      if (claim.ok() && claim->channel != channel_) {
        claim = errors::InvalidField("channel", "is another channel's");
      }
      if (!claim.ok()) {
        refused.push_back({number, claim.status()});
        continue;
      }
      if (!claim->said_at_given) {
        claim->said_at = as_at_;
        claim->said_at_given = true;
      }
      rows.push_back({*std::move(claim), number});
    }
    return !rows.empty();
  }

 private:
  const std::shared_ptr<const std::string> message_;
  convert::FieldReader fields_;
  const std::string channel_;
  const absl::Time as_at_;
  const std::vector<int64_t> lines_;
  size_t next_ = 0;
};

// How many claims there are in a v1::AuditClaims, and their lines.
struct ClaimLines {
  size_t claims = 0;
  std::vector<int64_t> lines;  // empty: they are not said
};

// Errors: UNREADABLE_MESSAGE, LIMIT_EXCEEDED, INVALID_FIELD.
absl::StatusOr<ClaimLines> LinesOf(absl::string_view message) {
  using convert::TagOf;
  using convert::WireType;
  using v1::AuditClaims;
  convert::FieldReader fields(message);
  ClaimLines result;
  // No more than claims are of use, and memory is bounded by that.
  const auto add = [&result](uint64_t line) {
    if (result.lines.size() <= limits::kAuditClaimsPerMessageMax) {
      result.lines.push_back(static_cast<int64_t>(line));
    }
  };
  while (const uint32_t tag = fields.Tag()) {
    if (tag == TagOf(AuditClaims::kLinesFieldNumber, WireType::kBytes)) {
      const absl::string_view packed = fields.Bytes();
      convert::FieldReader lines(packed);
      while (!lines.at_end()) add(lines.Varint());
      if (lines.failed()) return errors::UnreadableMessage();
    } else if (tag ==
               TagOf(AuditClaims::kLinesFieldNumber, WireType::kVarint)) {
      add(fields.Varint());
    } else {
      if (tag == TagOf(AuditClaims::kClaimsFieldNumber, WireType::kBytes)) {
        ++result.claims;
      }
      fields.Skip(tag);
    }
  }
  if (fields.failed()) return errors::UnreadableMessage();
  if (result.claims > limits::kAuditClaimsPerMessageMax) {
    return errors::LimitExceeded("audit_claims_per_message_max",
                                 static_cast<int64_t>(result.claims),
                                 limits::kAuditClaimsPerMessageMax, "claims");
  }
  const bool in_range = std::all_of(result.lines.begin(), result.lines.end(),
                                    [](int64_t line) { return line >= 0; });
  if (!in_range ||
      (!result.lines.empty() && result.lines.size() != result.claims)) {
    return errors::InvalidField("claims.lines",
                                "must be as many as claims, none negative");
  }
  return result;
}

}  // namespace

ExportFeed::ExportFeed(std::shared_ptr<AuditRun> run, std::string subject_type,
                       std::shared_ptr<RowSource> source, Executor* executor)
    : run_(std::move(run)),
      subject_type_(std::move(subject_type)),
      source_(std::move(source)),
      executor_(*executor) {}

void ExportFeed::Begin() {
  const bool taken = executor_.TrySubmit([self = shared_from_this()] {
    const bool is_held = self->run_->source() == audits::AuditSource::kHeld;
    absl::Status begun = self->run_->Begin();
    if (begun.ok() && is_held) begun = self->run_->AuditHeld();
    if (begun.ok() && self->source_ != nullptr) self->StartSource();
    {
      MutexLock lock(&self->mutex_);
      self->begun_ = true;
      self->ended_ = self->ended_ || is_held;
      if (self->problem_.ok()) self->problem_ = begun;
    }
    self->FinishIfDone();
    self->Notify();
  });
  if (!taken) {
    const auto places = static_cast<int64_t>(executor_.queue_max());
    Fail(errors::Overloaded(places, places));
  }
}

// The source is like a part that is audited until it has brought all.
void ExportFeed::StartSource() {
  {
    MutexLock lock(&mutex_);
    ++in_flight_;
  }
  source_->Start(run_, &executor_,
                 [self = shared_from_this()](const absl::Status& brought) {
                   {
                     MutexLock lock(&self->mutex_);
                     --self->in_flight_;
                     self->ended_ = true;
                     if (self->problem_.ok()) self->problem_ = brought;
                   }
                   self->FinishIfDone();
                   self->Notify();
                 });
}

void ExportFeed::Listen(std::function<void()> listener) {
  MutexLock lock(&listen_mutex_);
  listener_ = std::move(listener);
}

void ExportFeed::Notify() {
  std::function<void()> listener;
  {
    MutexLock lock(&listen_mutex_);
    listener = listener_;
  }
  if (listener != nullptr) listener();
}

bool ExportFeed::has_room() const {
  MutexLock lock(&mutex_);
  return begun_ && problem_.ok() && in_flight_ < kInFlightMax;
}

int64_t ExportFeed::bytes() const {
  MutexLock lock(&mutex_);
  return bytes_;
}

std::optional<absl::Status> ExportFeed::result() const {
  MutexLock lock(&mutex_);
  return result_;
}

absl::Status ExportFeed::AddCsv(std::shared_ptr<const std::string> /*message*/,
                                absl::string_view csv) {
  if (takes_claims_) {
    return errors::InvalidField("csv", "claims came before: one or the other");
  }
  if (skipping_) {
    const size_t end = csv.find('\n');
    const size_t skipped =
        end == absl::string_view::npos ? csv.size() : end + 1;
    csv.remove_prefix(skipped);
    skipping_ = end == absl::string_view::npos;
    MutexLock lock(&mutex_);
    bytes_ += static_cast<int64_t>(skipped);
  }
  rest_.append(csv.data(), csv.size());
  return CutParts(/*at_end=*/false);
}

absl::Status ExportFeed::ReadHeader() {
  absl::string_view bytes = rest_;
  if (bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    bytes.remove_prefix(kByteOrderMark.size());
  }
  CsvRecords records(bytes, 1, ',');
  if (records.Next() != CsvRecords::Event::kRecord) {
    return errors::InvalidField("csv", "it does not begin with a header");
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      CsvClaimFormat format,
      CsvClaimFormat::FromHeader(records.cells(), &run_->plan().vocabulary(),
                                 run_->plan().channel().name, subject_type_,
                                 run_->plan().request().as_at));
  format_ = std::make_shared<const CsvClaimFormat>(std::move(format));
  next_line_ = records.next_line();
  const size_t read = rest_.size() - bytes.size() + records.next();
  rest_.erase(0, read);
  MutexLock lock(&mutex_);
  bytes_ += static_cast<int64_t>(read);
  return absl::OkStatus();
}

absl::Status ExportFeed::CutParts(bool at_end) {
  if (format_ == nullptr) {
    if (!at_end && EndOfCsvRecords(rest_) == absl::string_view::npos &&
        rest_.size() <= kCsvRecordBytesMax) {
      return absl::OkStatus();
    }
    CONCORDAT_RETURN_IF_ERROR(ReadHeader());
  }
  size_t end = at_end ? rest_.size() : EndOfCsvRecords(rest_);
  if (end == absl::string_view::npos) {
    if (rest_.size() <= kCsvRecordBytesMax) return absl::OkStatus();
    // A quote that is never closed, or a line that is too long: what is wrong
    // is seen where the record is taken apart.
    end = rest_.rfind('\n');
    skipping_ = end == std::string::npos;
    end = skipping_ ? rest_.size() : end + 1;
  }
  if (end == 0) return absl::OkStatus();
  std::string left = rest_.substr(end);
  rest_.resize(end);
  const auto part = std::make_shared<const std::string>(std::move(rest_));
  rest_ = std::move(left);
  const int64_t line = next_line_;
  next_line_ +=
      std::count(part->begin(), part->end(), '\n') + (skipping_ ? 1 : 0);
  {
    MutexLock lock(&mutex_);
    bytes_ += static_cast<int64_t>(part->size());
  }
  Submit(RowsOfCsv(format_, part, line));
  return absl::OkStatus();
}

absl::Status ExportFeed::AddClaims(std::shared_ptr<const std::string> message,
                                   absl::string_view claims) {
  if (format_ != nullptr || !rest_.empty()) {
    return errors::InvalidField("claims", "csv came before: one or the other");
  }
  CONCORDAT_ASSIGN_OR_RETURN(ClaimLines lines, LinesOf(claims));
  if (lines.lines.empty()) {
    lines.lines.resize(lines.claims);
    // Of what differs, the place says nothing.
    if (run_->source() != audits::AuditSource::kDifferential) {
      std::iota(lines.lines.begin(), lines.lines.end(), next_claim_);
    }
  }
  next_claim_ += static_cast<int64_t>(lines.claims);
  const auto rows = std::make_shared<ClaimRows>(
      std::move(message), claims, run_->plan().channel().name,
      run_->plan().request().as_at, std::move(lines.lines));
  takes_claims_ = true;
  Submit([rows](std::vector<audits::AuditRow>& into,
                std::vector<audits::RefusedRow>& refused) {
    return rows->Next(into, refused);
  });
  return absl::OkStatus();
}

void ExportFeed::Submit(AuditRun::NextRows next) {
  {
    MutexLock lock(&mutex_);
    ++in_flight_;
  }
  const bool taken =
      executor_.TrySubmit([self = shared_from_this(), next = std::move(next)] {
        bool failed = false;
        {
          MutexLock lock(&self->mutex_);
          failed = !self->problem_.ok();
        }
        const absl::Status audited =
            failed ? absl::OkStatus() : self->run_->AuditRows(next);
        {
          MutexLock lock(&self->mutex_);
          --self->in_flight_;
          if (self->problem_.ok()) self->problem_ = audited;
        }
        self->FinishIfDone();
        self->Notify();
      });
  if (taken) return;
  {
    MutexLock lock(&mutex_);
    --in_flight_;
  }
  const auto places = static_cast<int64_t>(executor_.queue_max());
  Fail(errors::Overloaded(places, places));
}

void ExportFeed::End() {
  // A differential audit may be of no row.
  const bool is_csv = run_->source() == audits::AuditSource::kExport;
  if (!takes_claims_ && is_csv) {
    if (const absl::Status cut = CutParts(/*at_end=*/true); !cut.ok()) {
      Fail(cut);
    }
  }
  {
    MutexLock lock(&mutex_);
    ended_ = true;
  }
  FinishIfDone();
}

void ExportFeed::Detach() {
  rest_.clear();
  if (!result().has_value()) run_->set_phase(AuditRun::Phase::kWaiting);
}

void ExportFeed::Fail(const absl::Status& why) {
  {
    MutexLock lock(&mutex_);
    if (problem_.ok()) problem_ = why;
    ended_ = true;
  }
  if (source_ != nullptr) source_->Cancel();
  FinishIfDone();
}

// The last part to be audited, or whoever says that there are no more, ends it.
void ExportFeed::FinishIfDone() {
  absl::Status problem;
  {
    MutexLock lock(&mutex_);
    const bool over = ended_ || !problem_.ok();
    if (!begun_ && problem_.ok()) return;
    if (!over || in_flight_ > 0 || finishing_) return;
    finishing_ = true;
    problem = problem_;
  }
  const bool taken = executor_.TrySubmit([self = shared_from_this(), problem] {
    absl::Status status = problem;
    if (status.ok()) status = self->run_->Publish();
    self->Finish(status);
  });
  // The next start of the server finds it unfinished.
  if (!taken) Finish(absl::CancelledError("the server is busy or stopping"));
}

void ExportFeed::Finish(const absl::Status& status) {
  if (!status.ok()) run_->Abandon(status);
  {
    MutexLock lock(&mutex_);
    result_ = status;
  }
  Notify();
}

}  // namespace concordat
