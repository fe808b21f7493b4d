#include "client/reconcile/export_records.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/files.h"
#include "client/import/batch.h"
#include "client/status_macros.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {
namespace {

constexpr size_t kRowsAtOnce = 1000;
constexpr int64_t kSketchBytesMax = int64_t{1} << 28;

// Of another channel the server refuses it; and a sketch is of what is said
// now.
bool IsInSketch(const v1::Claim& claim) {
  return claim.has_value() && claim.channel().empty() && !claim.has_said_at() &&
         !claim.has_as_of();
}

}  // namespace

// Of the file, of its last change, and of how it is read.
absl::StatusOr<std::string> ExportRecords::Fingerprint() const {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<ItemReader> reader,
                          ItemReader::Open(options_.input));
  std::error_code error;
  const auto changed =
      std::filesystem::last_write_time(options_.input.path, error);
  if (error) return absl::NotFoundError(error.message());
  return absl::StrCat(reader->fingerprint(), ":",
                      changed.time_since_epoch().count(), ":", options_.symbols,
                      ":", options_.subject_type);
}

absl::Status ExportRecords::Open(std::shared_ptr<const SketchTerms> terms) {
  if (!options_.sketch_file.empty()) {
    CLIENT_ASSIGN_OR_RETURN(was_kept_, ReadKept(*terms));
    if (was_kept_) return absl::OkStatus();
  }
  return Remake(std::move(terms));
}

absl::StatusOr<bool> ExportRecords::ReadKept(const SketchTerms& terms) {
  const absl::StatusOr<std::string> bytes =
      ReadFile(options_.sketch_file, kSketchBytesMax);
  if (absl::IsNotFound(bytes.status())) return false;
  CLIENT_RETURN_IF_ERROR(bytes.status());
  v1::ExportSketchFile file;
  if (!file.ParseFromString(*bytes)) {
    return absl::InvalidArgumentError(
        absl::StrCat(options_.sketch_file, " is no sketch; remove it"));
  }
  CLIENT_ASSIGN_OR_RETURN(const std::string fingerprint, Fingerprint());
  if (file.fingerprint() != fingerprint) return false;
  CLIENT_ASSIGN_OR_RETURN(RecordSketch sketch,
                          RecordSketch::Parse(file.sketch()));
  if (sketch.terms()->forms() != terms.forms()) return false;
  sketch_.emplace(std::move(sketch));
  repeated_.insert(file.repeated_items().begin(), file.repeated_items().end());
  unreadable_rows_ = file.unreadable_rows();
  return true;
}

absl::Status ExportRecords::Keep(const std::string& fingerprint) const {
  v1::ExportSketchFile file;
  file.set_fingerprint(fingerprint);
  file.set_unreadable_rows(unreadable_rows_);
  file.set_sketch(sketch_->Serialize());
  file.mutable_repeated_items()->Add(repeated_.begin(), repeated_.end());
  return ReplaceFile(options_.sketch_file, file.SerializeAsString());
}

absl::Status ExportRecords::Remake(std::shared_ptr<const SketchTerms> terms) {
  CLIENT_ASSIGN_OR_RETURN(
      RecordSketch sketch,
      RecordSketch::Create(std::move(terms), options_.symbols));
  sketch_.emplace(std::move(sketch));
  repeated_.clear();
  was_kept_ = false;
  unreadable_rows_ = 0;
  CLIENT_ASSIGN_OR_RETURN(const std::string before, Fingerprint());
  absl::flat_hash_set<uint64_t> seen;
  CLIENT_RETURN_IF_ERROR(
      ForEach(/*first=*/true, [&](v1::Claim& claim, int64_t /*line*/) {
        if (!IsInSketch(claim)) return true;
        const RecordKey key = KeyOf(claim);
        const uint64_t item = sketch_->ItemOf(key, claim.value()).number();
        if (seen.insert(item).second) {
          sketch_->Insert(key, claim.value());
        } else {
          repeated_.insert(item);
        }
        return true;
      }));
  if (options_.sketch_file.empty()) return absl::OkStatus();
  // Of a file that was written meanwhile it is the sketch of neither.
  CLIENT_ASSIGN_OR_RETURN(const std::string after, Fingerprint());
  return before == after ? Keep(after) : absl::OkStatus();
}

absl::Status ExportRecords::Find(const WantedItems& items, Use use) {
  absl::flat_hash_set<uint64_t> once;
  return ForEach(/*first=*/false, [&](v1::Claim& claim, int64_t line) {
    if (!IsInSketch(claim)) return use(std::move(claim), line);
    const uint64_t item = sketch_->ItemOf(KeyOf(claim), claim.value()).number();
    const bool again = repeated_.contains(item) && !once.insert(item).second;
    return !again && !items.contains(item) ? true : use(std::move(claim), line);
  });
}

absl::Status ExportRecords::VisitAll(Use use) {
  return ForEach(/*first=*/false, [&](v1::Claim& claim, int64_t line) {
    return use(std::move(claim), line);
  });
}

absl::Status ExportRecords::ForEach(bool first, const Visit& visit) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<ItemReader> reader,
                          ItemReader::Open(options_.input));
  ItemReader::Event event = ItemReader::Event::kRow;
  while (event != ItemReader::Event::kEnd) {
    Batch batch(ItemKind::kClaims);
    while (event != ItemReader::Event::kEnd && batch.size() < kRowsAtOnce) {
      CLIENT_ASSIGN_OR_RETURN(event, reader->Next(batch));
      if (event != ItemReader::Event::kBad || !first) continue;
      ++unreadable_rows_;
      if (options_.on_problem != nullptr) {
        options_.on_problem(reader->problem());
      }
    }
    if (options_.stopped != nullptr && options_.stopped()) {
      return absl::CancelledError();
    }
    for (size_t i = 0; i < batch.size(); ++i) {
      v1::Claim& claim = *batch.claims().mutable_claims(static_cast<int>(i));
      claim.clear_claim_id();
      if (claim.channel() == options_.input.channel) claim.clear_channel();
      if (!claim.has_entity() && !options_.subject_type.empty()) {
        std::string id = std::move(*claim.mutable_subject());
        claim.mutable_entity()->set_type(options_.subject_type);
        claim.mutable_entity()->set_id(std::move(id));
      }
      if (!visit(claim, batch.line(i))) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

}  // namespace concordat::client
