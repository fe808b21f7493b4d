#include "server/ingest/jobs.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "consistency/personal_rows.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/graph_reader.h"
#include "graph/identifiers.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {

absl::Status CheckNothingOrphaned(const Reader& reader, const Schema& before,
                                  const Schema& after) {
  const GraphReader graph(reader, Revision::Latest());
  for (const auto& [name, type] : before.entity_types) {
    const EntityType* kept = after.FindEntityType(name);
    if (kept == nullptr) {
      CONCORDAT_ASSIGN_OR_RETURN(const bool holds, graph.HoldsFacts(name, ""));
      if (!holds) continue;
      return errors::VocabularyInUse(absl::StrCat(
          "entity type ", name, " has facts; keep it in the vocabulary"));
    }
    for (const auto& [attribute_name, attribute] : type.attributes) {
      const auto same = kept->attributes.find(attribute_name);
      if (same != kept->attributes.end() &&
          same->second.type == attribute.type &&
          same->second.is_set == attribute.is_set) {
        continue;
      }
      CONCORDAT_ASSIGN_OR_RETURN(const bool holds,
                                 graph.HoldsFacts(name, attribute_name));
      if (!holds) continue;
      return errors::VocabularyInUse(
          absl::StrCat(name, ".", attribute_name,
                       " has facts; keep it with its type, and add a new "
                       "attribute for the new meaning"));
    }
  }
  return absl::OkStatus();
}

WriteJob::WriteJob(Checker* checker, const VocabularyRegistry* vocabularies,
                   std::shared_ptr<const Vocabulary> validated_under,
                   WriteBatch batch, Done done)
    : checker_(checker),
      vocabularies_(vocabularies),
      validated_under_(std::move(validated_under)),
      batch_(std::move(batch)),
      done_(std::move(done)) {}

absl::Status WriteJob::Run(Transaction& tx, CommitStamp stamp, bool& used) {
  const std::shared_ptr<const Vocabulary> vocabulary = vocabularies_->Current();
  if (vocabulary != validated_under_) {
    CONCORDAT_RETURN_IF_ERROR(ValidateWrite(*vocabulary, batch_));
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      outcome_, checker_->Write(tx, *vocabulary, std::move(batch_), stamp));
  used = !outcome_.replayed;
  return absl::OkStatus();
}

void WriteJob::Finish(const absl::Status& status) {
  if (!status.ok()) return done_(status);
  done_(std::move(outcome_));
}

absl::Status ReportJob::Report(ClaimReport& report) {
  reply_.outcomes.resize(claims_.size());
  return report.Add(claims_, absl::MakeSpan(reply_.outcomes));
}

void ReportJob::Reported(Revision revision, uint64_t vocabulary_version) {
  reply_.revision = revision;
  reply_.vocabulary_version = vocabulary_version;
}

void ReportJob::Finish(const absl::Status& status) {
  if (!status.ok()) return done_(status);
  done_(std::move(reply_));
}

absl::Status ChangeFindingsJob::Run(Transaction& tx, CommitStamp stamp,
                                    bool& used) {
  CONCORDAT_ASSIGN_OR_RETURN(const rows::FindingChanges changes,
                             plan_(tx, stamp));
  used = !changes.edited.empty() || changes.mute.has_value();
  if (!used) {
    CONCORDAT_ASSIGN_OR_RETURN(revision_, rows::ReadHead(tx));
    return absl::OkStatus();
  }
  revision_ = stamp.revision;
  return checker_->ChangeFindings(tx, *vocabularies_->Current(), changes,
                                  actor_, stamp);
}

void ChangeFindingsJob::Finish(const absl::Status& status) {
  if (!status.ok()) return done_(status);
  done_(revision_);
}

EraseJob::EraseJob(Checker* checker, const VocabularyRegistry* vocabularies,
                   Store* store, bool* scrub_is_due, ErasureRequest request,
                   Done done)
    : checker_(checker),
      vocabularies_(vocabularies),
      store_(store),
      scrub_is_due_(scrub_is_due),
      request_(std::move(request)),
      done_(std::move(done)) {}

absl::Status EraseJob::Run(Transaction& tx, CommitStamp stamp, bool& used) {
  absl::StatusOr<ErasureOutcome> outcome =
      checker_->Erase(tx, *vocabularies_->Current(), request_, stamp);
  is_too_much_ = IsBeyondLimits(outcome.status());
  CONCORDAT_ASSIGN_OR_RETURN(reply_.outcome, std::move(outcome));
  used = !reply_.outcome.replayed;
  return absl::OkStatus();
}

void EraseJob::Finish(const absl::Status& status) {
  if (!status.ok()) return done_(status);
  // Also where it was erased before: what asks again wants to know.
  reply_.scrubbed = store_->Scrub().ok();
  *scrub_is_due_ = !reply_.scrubbed;
  done_(std::move(reply_));
}

ApplyVocabularyJob::ApplyVocabularyJob(Checker* checker,
                                       VocabularyRegistry* vocabularies,
                                       VocabularyApplication application,
                                       Done done)
    : checker_(checker),
      vocabularies_(vocabularies),
      application_(std::move(application)),
      done_(std::move(done)) {}

absl::Status ApplyVocabularyJob::Run(Transaction& tx, CommitStamp stamp,
                                     bool& used) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t in_force,
                             rows::NewestVocabularyVersion(tx));
  if (application_.expected_version.value_or(in_force) != in_force) {
    return errors::PreconditionFailed(
        absl::StrCat("vocabulary version ", in_force, " is in force, not ",
                     *application_.expected_version));
  }
  if (in_force > 0) {
    CONCORDAT_ASSIGN_OR_RETURN(const auto record,
                               rows::GetVocabulary(tx, in_force));
    if (record.has_value() && record->yaml == application_.yaml) {
      applied_ = {
          .version = in_force, .unchanged = true, .revision = record->revision};
      return absl::OkStatus();
    }
  }
  const LoadedVocabulary loaded =
      LoadVocabulary(application_.yaml, application_.file_name, in_force + 1);
  if (loaded.vocabulary == nullptr) return ToStatus(loaded);
  if (const auto current = vocabularies_->Current(); current != nullptr) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckNothingOrphaned(tx, current->schema, loaded.vocabulary->schema));
    CONCORDAT_RETURN_IF_ERROR(
        NoteChangedSchema(tx, current->schema, loaded.vocabulary->schema));
  }
  CONCORDAT_RETURN_IF_ERROR(
      rows::PutVocabulary(tx, {.version = in_force + 1,
                               .yaml = application_.yaml,
                               .file_name = application_.file_name,
                               .applied_at = stamp.at,
                               .actor = application_.actor,
                               .reason = application_.reason,
                               .revision = stamp.revision}));
  CONCORDAT_RETURN_IF_ERROR(
      rows::PutCommit(tx, {.revision = stamp.revision,
                           .kind = rows::CommitRecord::Kind::kVocabulary,
                           .at = stamp.at,
                           .actor = application_.actor,
                           .request_id = "",
                           .items = 1}));
  CONCORDAT_RETURN_IF_ERROR(IndexIdentifiers(tx, loaded.vocabulary->schema));
  CONCORDAT_RETURN_IF_ERROR(
      checker_->ChangeVocabulary(tx, *loaded.vocabulary, stamp));
  next_ = loaded.vocabulary;
  applied_ = {
      .version = in_force + 1, .unchanged = false, .revision = stamp.revision};
  used = true;
  return absl::OkStatus();
}

void ApplyVocabularyJob::Finish(const absl::Status& status) {
  if (!status.ok()) return done_(status);
  if (next_ != nullptr) {
    checker_->ForgetKnowledge();
    vocabularies_->Publish(next_);
  }
  done_(applied_);
}

}  // namespace concordat
