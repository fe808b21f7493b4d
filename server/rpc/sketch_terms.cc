#include "server/rpc/sketch_terms.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "consistency/rows.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "graph/errors.h"
#include "graph/reading.h"
#include "graph/status_macros.h"
#include "proto/sha256.h"
#include "server/audit/item_keys.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

constexpr size_t kFormsDigits = 32;

// Of all that items are made from: the same text for the same.
std::string FormsOf(v1::Vocabulary vocabulary, const std::string& channel,
                    const std::string& key) {
  // What has no part in how values are read.
  vocabulary.clear_name();
  vocabulary.clear_description();
  vocabulary.clear_sources();
  vocabulary.clear_relation_types();
  vocabulary.clear_rules();
  vocabulary.clear_harm();
  // The channel, and those that it is like.
  v1::Vocabulary all;
  all.mutable_channels()->swap(*vocabulary.mutable_channels());
  for (std::string name = channel;
       !name.empty() && !vocabulary.channels().contains(name);) {
    v1::Channel& kept = (*vocabulary.mutable_channels())[name];
    kept = all.channels().at(name);
    kept.clear_description();
    name = kept.like();
  }
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    vocabulary.SerializeToCodedStream(&out);
  }
  Sha256 digest;
  digest.Add(
      absl::StrCat(audits::kRecordItemsVersion, "/", kNormalFormsVersion, "/"));
  digest.Add(key).Add(bytes);
  return absl::BytesToHexString(digest.Finish()).substr(0, kFormsDigits);
}

}  // namespace

absl::StatusOr<v1::SketchTerms> SketchTermsOf(const ServiceContext& context,
                                              const std::string& channel) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const Vocabulary> vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_RETURN_IF_ERROR(vocabulary->RequireChannel(channel).status());
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<rows::VocabularyRecord> record,
      rows::GetVocabulary(session.reader(), vocabulary->version));
  if (!record.has_value()) {
    return errors::NotFound(
        absl::StrCat("vocabulary version ", vocabulary->version));
  }
  const LoadedVocabulary loaded =
      LoadVocabulary(record->yaml, record->file_name, record->version);
  CONCORDAT_RETURN_IF_ERROR(ToStatus(loaded));
  CONCORDAT_ASSIGN_OR_RETURN(const ItemKeys keys,
                             ItemKeys::Read(session.reader()));
  v1::SketchTerms terms;
  terms.set_channel(channel);
  terms.set_key(keys.Of(channel).Serialize());
  terms.set_forms(FormsOf(loaded.message, channel, terms.key()));
  terms.set_vocabulary_version(record->version);
  terms.set_vocabulary_yaml(record->yaml);
  terms.set_normal_forms_version(kNormalFormsVersion);
  terms.set_record_items_version(audits::kRecordItemsVersion);
  return terms;
}

}  // namespace concordat
