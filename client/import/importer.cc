#include "client/import/importer.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/error.h"
#include "client/import/checkpoint.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

constexpr size_t kItemsPerBatch = 1000;
// A message has 4 MiB: a batch is sent once it has more than this, and no row
// may add more than kRowBytesMax.
constexpr size_t kBatchBytes = 3 << 19;
constexpr size_t kRowBytesMax = 2 << 20;
constexpr absl::Duration kFirstCheckpoint = absl::Seconds(2);
constexpr absl::Duration kCheckpointEvery = absl::Milliseconds(500);

class Import final : public BatchObserver {
 public:
  Import(const ImportOptions& options, const ImportTarget& target,
         ItemReader* reader, ImportObserver* observer)
      : options_(options),
        reader_(*reader),
        observer_(*observer),
        sender_(
            options.input.kind == ItemKind::kClaims
                ? NewClaimSender(target.open_claims, target.wait, this)
                : NewKnowledgeSender(target.open_knowledge, target.wait, this)),
        next_checkpoint_(absl::Now() + kFirstCheckpoint) {}

  absl::Status Resume() {
    if (!options_.resume) return absl::OkStatus();
    const auto found = LoadCheckpoint(options_.checkpoint_path);
    if (absl::IsNotFound(found.status())) return absl::OkStatus();
    CLIENT_RETURN_IF_ERROR(found.status());
    if (found->fingerprint() != reader_.fingerprint())
      return absl::FailedPreconditionError(absl::StrCat(
          options_.checkpoint_path,
          " belongs to another file or mapping; delete it to start anew"));
    report_.rows = found->rows();
    return reader_.SkipTo(found->offset());
  }

  absl::StatusOr<ImportReport> Run() {
    const absl::Status status = ReadAll();
    report_.share_read = reader_.share_read();
    observer_.OnProgress(report_);
    if (!status.ok()) {
      SaveProgress();
      return status;
    }
    if (!options_.checkpoint_path.empty())
      RemoveCheckpoint(options_.checkpoint_path);
    return report_;
  }

 private:
  absl::Status ReadAll() {
    StartBatch();
    while (true) {
      const size_t before = batch_->size();
      CLIENT_ASSIGN_OR_RETURN(const ItemReader::Event event,
                              reader_.Next(*batch_));
      if (event == ItemReader::Event::kEnd) break;
      ++report_.rows;
      if (event == ItemReader::Event::kBad) {
        ++report_.bad_rows;
        observer_.OnProblem(reader_.problem());
      } else {
        AddBytes(before);
      }
      if (batch_->size() + row_items_max_ > kItemsPerBatch ||
          batch_bytes_ > kBatchBytes)
        CLIENT_RETURN_IF_ERROR(SendBatch());
    }
    CLIENT_RETURN_IF_ERROR(SendBatch());
    return sender_->Finish();
  }

  // Counts the row's bytes; drops a row that would burst the message.
  void AddBytes(size_t before) {
    row_items_max_ = std::max(row_items_max_, batch_->size() - before);
    const size_t bytes = batch_->BytesFrom(before);
    if (bytes > kRowBytesMax) {
      const int64_t line = batch_->line(before);
      batch_->Truncate(before);
      ++report_.bad_rows;
      observer_.OnProblem({line, "",
                           absl::StrCat("the row's items have ", bytes,
                                        " bytes; at most ", kRowBytesMax)});
      return;
    }
    batch_bytes_ += bytes;
  }

  void StartBatch() {
    batch_ = std::make_unique<Batch>(options_.input.kind);
    batch_->begin = reader_.position();
    batch_->rows_before = report_.rows;
    batch_bytes_ = 0;
  }

  absl::Status SendBatch() {
    batch_->end = reader_.position();
    batch_->rows_after = report_.rows;
    if (batch_->size() > 0) {
      if (options_.input.kind != ItemKind::kClaims) {
        batch_->write().set_actor(options_.actor);
        batch_->origin = reader_.fingerprint();
        batch_->AssignRequestId();
      }
      report_.items += static_cast<int64_t>(batch_->size());
      CLIENT_RETURN_IF_ERROR(sender_->Send(std::move(batch_)));
    }
    report_.share_read = reader_.share_read();
    observer_.OnProgress(report_);
    if (absl::Now() >= next_checkpoint_) SaveProgress();
    StartBatch();
    return absl::OkStatus();
  }

  // Best effort: an import does not fail because progress cannot be kept.
  void SaveProgress() {
    next_checkpoint_ = absl::Now() + kCheckpointEvery;
    if (options_.checkpoint_path.empty()) return;
    const Batch* const oldest = sender_->oldest();
    FilePosition position;
    int64_t rows = 0;
    if (oldest != nullptr) {
      position = oldest->begin;
      rows = oldest->rows_before;
    } else if (batch_ != nullptr) {
      position = batch_->begin;
      rows = batch_->rows_before;
    } else {
      position = reader_.position();
      rows = report_.rows;
    }
    v1::ImportCheckpoint checkpoint;
    checkpoint.set_fingerprint(reader_.fingerprint());
    checkpoint.set_offset(position.offset);
    checkpoint.set_line(position.line);
    checkpoint.set_rows(rows);
    SaveCheckpoint(options_.checkpoint_path, checkpoint).IgnoreError();
  }

  void OnClaims(const Batch& batch,
                const v1::StreamClaimsResponse& response) override {
    for (int i = 0; i < response.results_size(); ++i) {
      const v1::ClaimResult& result = response.results(i);
      switch (result.status()) {
        case v1::CLAIM_STATUS_RECORDED:
          ++report_.recorded;
          break;
        case v1::CLAIM_STATUS_DUPLICATE:
          ++report_.duplicates;
          break;
        default:
          Refused(batch.line(static_cast<size_t>(i)), ToStatus(result.error()));
      }
    }
    observer_.OnClaims(batch.claims(), response);
  }

  void OnWritten(const Batch& batch,
                 const v1::WriteKnowledgeResponse& response) override {
    (response.replayed() ? report_.duplicates : report_.recorded) +=
        static_cast<int64_t>(batch.size());
  }

  void OnRefused(int64_t line, const absl::Status& error) override {
    Refused(line, error);
  }

  void Refused(int64_t line, const absl::Status& error) {
    ++report_.refused;
    const ErrorDetails details = DetailsOf(error);
    RowProblem problem{line, "", std::string(error.message())};
    if (details.fields.size() == 1) {
      problem.column = std::string(NameOfField(details.fields[0].first));
      problem.reason = details.fields[0].second;
    }
    observer_.OnProblem(problem);
  }

  const ImportOptions& options_;
  ItemReader& reader_;
  ImportObserver& observer_;
  const std::unique_ptr<BatchSender> sender_;
  ImportReport report_;
  std::unique_ptr<Batch> batch_;  // Being filled.
  size_t batch_bytes_ = 0;
  size_t row_items_max_ = 1;  // Items of the widest row so far.
  absl::Time next_checkpoint_;
};

}  // namespace

absl::StatusOr<ImportReport> ImportFile(const ImportOptions& options,
                                        const ImportTarget& target,
                                        ImportObserver* observer) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<ItemReader> reader,
                          ItemReader::Open(options.input));
  Import import(options, target, reader.get(), observer);
  CLIENT_RETURN_IF_ERROR(import.Resume());
  return import.Run();
}

}  // namespace concordat::client
