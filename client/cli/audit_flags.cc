#include "client/cli/audit_flags.h"

#include "absl/strings/str_cat.h"
#include "client/files.h"
#include "client/import/wide_rows.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

constexpr int64_t kMappingBytesMax = 1 << 20;

}  // namespace

CLI::Option* AddAuditFlags(CLI::App* verb, AuditFlags& flags,
                           const std::string& about_file) {
  verb->add_option("CHANNEL", flags.channel, "Whose export it is")->required();
  CLI::Option* const file = verb->add_option("FILE", flags.file, about_file);
  verb->add_option("--mapping", flags.mapping,
                   "Mapping file (YAML) for a file of another shape");
  verb->add_option("--subject-type", flags.subject_type,
                   "Subjects are ids of the graph, of entities of this type; "
                   "default: the channel's own ids");
  verb->add_option("--as-at", flags.as_at,
                   "When the export was made; default: now");
  verb->add_option("--at", flags.revision,
                   "Hold it against the truth as known at this revision token");
  verb->add_option("--type", flags.types, "Only these entity types")
      ->delimiter(',');
  verb->add_option("--attribute", flags.attributes, "Only these attributes")
      ->delimiter(',');
  verb->add_option("--actor", flags.actor, "Who asks for it")
      ->capture_default_str();
  verb->add_option("--description", flags.description, "What it is for");
  return file;
}

absl::StatusOr<v1::AuditSpec> AuditSpecOf(const AuditFlags& flags) {
  v1::AuditSpec spec;
  spec.set_channel(flags.channel);
  spec.set_actor(flags.actor);
  spec.set_description(flags.description);
  *spec.mutable_consistency() = ConsistencyAt(flags.revision);
  if (!flags.as_at.empty())
    CLIENT_RETURN_IF_ERROR(
        ParseTimeFlag("--as-at", flags.as_at, spec.mutable_as_at()));
  spec.mutable_scope()->mutable_entity_types()->Add(flags.types.begin(),
                                                    flags.types.end());
  spec.mutable_scope()->mutable_attributes()->Add(flags.attributes.begin(),
                                                  flags.attributes.end());
  return spec;
}

absl::StatusOr<ItemReaderOptions> ExportInputOf(const AuditFlags& flags,
                                                Client& client) {
  ItemReaderOptions input;
  input.path = flags.file;
  input.kind = ItemKind::kClaims;
  if (!flags.mapping.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const std::string yaml,
                            ReadFile(flags.mapping, kMappingBytesMax));
    CLIENT_ASSIGN_OR_RETURN(input.mapping, ParseMapping(yaml, flags.mapping));
    if (input.mapping->kind != ItemKind::kClaims)
      return UsageError(absl::StrCat(flags.mapping, " does not map claims"));
  }
  CLIENT_ASSIGN_OR_RETURN(const v1::GetVocabularyResponse in_force,
                          client.GetVocabulary(v1::GetVocabularyRequest()));
  for (const auto& [name, type] : in_force.vocabulary().entity_types())
    input.entity_types.insert(name);
  return input;
}

}  // namespace concordat::client
