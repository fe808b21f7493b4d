#include "client/reconcile/record_sketch.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/reading.h"
#include "graph/status_macros.h"

namespace concordat::client {

RecordKey KeyOf(const v1::Claim& claim) {
  if (claim.has_entity()) {
    return {claim.entity().type(), claim.entity().id(), claim.attribute()};
  }
  return {{}, claim.subject(), claim.attribute()};
}

SketchTerms::SketchTerms(v1::SketchTerms wire,
                         std::shared_ptr<const Vocabulary> vocabulary,
                         audits::RecordItems items)
    : wire_(std::move(wire)),
      vocabulary_(std::move(vocabulary)),
      items_(std::move(items)) {}

absl::StatusOr<std::shared_ptr<const SketchTerms>> SketchTerms::Create(
    v1::SketchTerms wire) {
  if (wire.forms().empty()) return errors::InvalidField("forms", "is required");
  // Else what a library of another age takes for the same would be the same.
  if (wire.normal_forms_version() != kNormalFormsVersion ||
      wire.record_items_version() != audits::kRecordItemsVersion) {
    return errors::PreconditionFailed(absl::StrCat(
        "this client library makes sketches of version ",
        audits::kRecordItemsVersion, ".", kNormalFormsVersion,
        ", the server of version ", wire.record_items_version(), ".",
        wire.normal_forms_version(), ": they must be of the same"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const audits::ItemKey key,
                             audits::ItemKey::Parse(wire.key()));
  const LoadedVocabulary loaded = LoadVocabulary(
      wire.vocabulary_yaml(), "vocabulary", wire.vocabulary_version());
  CONCORDAT_RETURN_IF_ERROR(ToStatus(loaded));
  CONCORDAT_ASSIGN_OR_RETURN(audits::RecordItems items,
                             audits::RecordItems::Create(
                                 loaded.vocabulary.get(), wire.channel(), key));
  return std::shared_ptr<const SketchTerms>(
      new SketchTerms(std::move(wire), loaded.vocabulary, std::move(items)));
}

RecordSketch::RecordSketch(std::shared_ptr<const SketchTerms> terms,
                           reconciliation::Sketch sketch)
    : terms_(std::move(terms)),
      items_(terms_->MakeItems()),
      sketch_(std::move(sketch)) {}

absl::StatusOr<RecordSketch> RecordSketch::Create(
    std::shared_ptr<const SketchTerms> terms, size_t symbols) {
  if (symbols > limits::kDifferentialSymbolsMax) {
    return errors::LimitExceeded("differential_symbols_max",
                                 static_cast<int64_t>(symbols),
                                 limits::kDifferentialSymbolsMax, "symbols");
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      reconciliation::Sketch sketch,
      reconciliation::Sketch::Create({.begin = 0, .end = symbols}));
  return RecordSketch(std::move(terms), std::move(sketch));
}

RecordItem RecordSketch::ItemOf(const RecordKey& key, absl::string_view value) {
  return items_.Of(key, value);
}

void RecordSketch::Insert(const RecordKey& key, absl::string_view value) {
  sketch_.Insert(ItemOf(key, value));
  if (!key.entity_type.empty()) ++naming_entities_;
}

void RecordSketch::Remove(const RecordKey& key, absl::string_view value) {
  sketch_.Remove(ItemOf(key, value));
  if (!key.entity_type.empty()) --naming_entities_;
}

void RecordSketch::Update(const RecordKey& key, absl::string_view before,
                          absl::string_view after) {
  const RecordItem old = ItemOf(key, before);
  const RecordItem now = ItemOf(key, after);
  if (old == now) return;
  sketch_.Remove(old);
  sketch_.Insert(now);
}

int64_t RecordSketch::records() const {
  return static_cast<int64_t>(sketch_.summary().items);
}

std::string RecordSketch::Serialize() const {
  v1::RecordSketchFile file;
  *file.mutable_terms() = terms_->wire();
  file.set_sketch(sketch_.Serialize());
  file.set_naming_entities(naming_entities_);
  return file.SerializeAsString();
}

absl::StatusOr<RecordSketch> RecordSketch::Parse(absl::string_view bytes) {
  v1::RecordSketchFile file;
  if (!file.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return errors::InvalidField("sketch", "is not one, or cut off");
  }
  CONCORDAT_ASSIGN_OR_RETURN(reconciliation::Sketch sketch,
                             reconciliation::Sketch::Parse(file.sketch()));
  if (sketch.range().begin != 0) {
    return errors::InvalidField("sketch", "does not begin at the first symbol");
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      std::shared_ptr<const SketchTerms> terms,
      SketchTerms::Create(std::move(*file.mutable_terms())));
  RecordSketch result(std::move(terms), std::move(sketch));
  result.naming_entities_ = file.naming_entities();
  return result;
}

}  // namespace concordat::client
