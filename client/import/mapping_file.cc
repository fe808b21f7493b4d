// ParseMapping: what a mapping file must say, checked before any row is read.
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/import/row_text.h"
#include "client/import/wide_rows.h"
#include "proto/yaml_reader.h"

namespace concordat::client {
namespace {

constexpr int kAttributesMax = 256;

// Collects what is wrong, with the line of the field.
class Problems {
 public:
  Problems(absl::string_view file_name, YamlResult read)
      : file_name_(file_name), read_(std::move(read)) {
    for (const YamlProblem& problem : read_.problems)
      texts_.push_back(WriteYamlProblem(file_name_, problem));
  }

  void Add(absl::string_view field, std::string message) {
    texts_.push_back(WriteYamlProblem(
        file_name_,
        {read_.LineOf(field), std::string(field), std::move(message)}));
  }

  absl::Status status() const {
    if (texts_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrJoin(texts_, "\n"));
  }

 private:
  const std::string file_name_;
  const YamlResult read_;
  std::vector<std::string> texts_;
};

// What a kind makes of a field.
enum class Use { kRequired, kOptional, kNo };

struct FieldRule {
  absl::string_view name;
  const std::string& (v1::ImportMapping::*text)() const;
  Use facts;
  Use links;
  Use claims;
};

constexpr FieldRule kFields[] = {
    {"entity_type", &v1::ImportMapping::entity_type, Use::kRequired,
     Use::kRequired, Use::kOptional},
    {"entity_id", &v1::ImportMapping::entity_id, Use::kRequired, Use::kRequired,
     Use::kOptional},
    {"channel", &v1::ImportMapping::channel, Use::kNo, Use::kRequired,
     Use::kRequired},
    {"subject", &v1::ImportMapping::subject, Use::kNo, Use::kRequired,
     Use::kOptional},
    {"valid_from", &v1::ImportMapping::valid_from, Use::kOptional, Use::kNo,
     Use::kNo},
    {"valid_to", &v1::ImportMapping::valid_to, Use::kOptional, Use::kNo,
     Use::kNo},
    {"source", &v1::ImportMapping::source, Use::kOptional, Use::kOptional,
     Use::kNo},
    {"reason", &v1::ImportMapping::reason, Use::kOptional, Use::kNo, Use::kNo},
    {"said_at", &v1::ImportMapping::said_at, Use::kNo, Use::kNo,
     Use::kOptional},
    {"as_of", &v1::ImportMapping::as_of, Use::kNo, Use::kNo, Use::kOptional},
    {"exposure", &v1::ImportMapping::exposure, Use::kNo, Use::kNo,
     Use::kOptional},
    {"claim_id", &v1::ImportMapping::claim_id, Use::kNo, Use::kNo,
     Use::kOptional},
};

Use UseOf(const FieldRule& rule, ItemKind kind) {
  if (kind == ItemKind::kClaims) return rule.claims;
  return kind == ItemKind::kLinks ? rule.links : rule.facts;
}

void CheckText(const std::string& field, const std::string& text,
               Problems& problems) {
  const absl::StatusOr<RowText> parsed = RowText::Parse(text);
  if (!parsed.ok()) problems.Add(field, std::string(parsed.status().message()));
}

void CheckFields(const Mapping& mapping, Problems& problems) {
  for (const FieldRule& rule : kFields) {
    const std::string& text = (mapping.schema.*rule.text)();
    const Use use = UseOf(rule, mapping.kind);
    if (use == Use::kRequired && text.empty())
      problems.Add(rule.name, absl::StrCat(NameOf(mapping.kind), " need it"));
    if (use == Use::kNo && !text.empty())
      problems.Add(rule.name,
                   absl::StrCat(NameOf(mapping.kind), " do not have it"));
    CheckText(std::string(rule.name), text, problems);
  }
}

void CheckAttributes(const Mapping& mapping, Problems& problems) {
  const v1::ImportMapping& schema = mapping.schema;
  const int count =
      schema.columns_size() + static_cast<int>(schema.attributes_size());
  if (mapping.kind == ItemKind::kLinks) {
    if (count > 0) problems.Add("columns", "links have no attributes");
  } else if (count == 0) {
    problems.Add("columns", "name at least one column or attribute");
  } else if (count > kAttributesMax) {
    problems.Add("columns",
                 absl::StrCat("there are ", count, " attributes; at most ",
                              kAttributesMax));
  }
  std::set<std::string> seen;
  for (const std::string& column : schema.columns()) {
    if (column.empty() || column.find_first_of("{}") != column.npos)
      problems.Add("columns", "write a column's bare name, without braces");
    if (!seen.insert(column).second || schema.attributes().contains(column))
      problems.Add("columns", absl::StrCat("`", column, "` is there twice"));
  }
  for (const auto& [name, text] : schema.attributes())
    CheckText(absl::StrCat("attributes.", name), text, problems);
  for (const auto& [name, text] : schema.labels())
    CheckText(absl::StrCat("labels.", name), text, problems);
  if (mapping.kind != ItemKind::kClaims && schema.labels_size() > 0)
    problems.Add("labels",
                 absl::StrCat(NameOf(mapping.kind), " do not have it"));
}

void CheckClaimSubject(const v1::ImportMapping& schema, Problems& problems) {
  const bool entity =
      !schema.entity_type().empty() && !schema.entity_id().empty();
  const bool half = schema.entity_type().empty() != schema.entity_id().empty();
  if (half || entity == !schema.subject().empty())
    problems.Add("subject",
                 "claims need either `subject`, or `entity_type` and "
                 "`entity_id`");
  if (schema.distinct())
    problems.Add("distinct", "claims do not have it: each one counts");
}

bool ReadKind(const std::string& text, ItemKind* kind) {
  for (const ItemKind known :
       {ItemKind::kFacts, ItemKind::kClaims, ItemKind::kLinks}) {
    if (NameOf(known) != text) continue;
    *kind = known;
    return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<Mapping> ParseMapping(absl::string_view yaml,
                                     absl::string_view file_name) {
  Mapping mapping;
  mapping.yaml = std::string(yaml);
  v1::ImportMapping& schema = mapping.schema;
  Problems problems(file_name, ReadYaml(yaml, schema));
  if (!problems.status().ok()) return problems.status();
  if (!ReadKind(schema.kind(), &mapping.kind)) {
    problems.Add("kind", "write `facts`, `claims` or `links`");
    return problems.status();
  }
  CheckFields(mapping, problems);
  CheckAttributes(mapping, problems);
  if (mapping.kind == ItemKind::kClaims) CheckClaimSubject(schema, problems);
  if (schema.delimiter() == "\\t") schema.set_delimiter("\t");
  if (schema.delimiter().size() > 1 || schema.delimiter() == "\"" ||
      schema.delimiter() == "\n" || schema.delimiter() == "\r")
    problems.Add("delimiter", "write one character, such as `;`");
  if (!schema.delimiter().empty()) mapping.delimiter = schema.delimiter()[0];
  if (schema.empty() != "" && schema.empty() != "absent" &&
      schema.empty() != "skip")
    problems.Add("empty", "write `absent` or `skip`");
  mapping.empty_is_absent =
      schema.empty() == "absent" ||
      (schema.empty().empty() && mapping.kind == ItemKind::kClaims);
  if (!problems.status().ok()) return problems.status();
  return mapping;
}

}  // namespace concordat::client
