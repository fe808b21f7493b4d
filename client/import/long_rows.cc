#include "client/import/long_rows.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/times.h"
#include "proto/did_you_mean.h"

namespace concordat::client {
namespace {

enum class Column {
  kEntityType,
  kEntityId,
  kAttribute,
  kValue,
  kValidFrom,
  kValidTo,
  kSource,
  kReason,
  kValidation,
  kFromType,
  kFromId,
  kRelation,
  kToType,
  kToId,
  kChannel,
  kSubject,
  kSaidAt,
  kAsOf,
  kExposure,
  kClaimId,
  kLabel,  // `label.NAME`.
};

struct ColumnSpec {
  absl::string_view name;
  Column column;
  bool required;
};

constexpr ColumnSpec kFactColumns[] = {
    {"entity_type", Column::kEntityType, true},
    {"entity_id", Column::kEntityId, true},
    {"attribute", Column::kAttribute, true},
    {"value", Column::kValue, true},
    {"valid_from", Column::kValidFrom, false},
    {"valid_to", Column::kValidTo, false},
    {"source", Column::kSource, false},
    {"reason", Column::kReason, false},
    {"validation", Column::kValidation, false},
};

constexpr ColumnSpec kRelationColumns[] = {
    {"from_type", Column::kFromType, true},
    {"from_id", Column::kFromId, true},
    {"relation", Column::kRelation, true},
    {"to_type", Column::kToType, true},
    {"to_id", Column::kToId, true},
    {"valid_from", Column::kValidFrom, false},
    {"valid_to", Column::kValidTo, false},
    {"source", Column::kSource, false},
    {"reason", Column::kReason, false},
};

constexpr ColumnSpec kLinkColumns[] = {
    {"channel", Column::kChannel, true},
    {"subject", Column::kSubject, true},
    {"entity_type", Column::kEntityType, true},
    {"entity_id", Column::kEntityId, true},
    {"source", Column::kSource, false},
    {"valid_from", Column::kValidFrom, false},
    {"valid_to", Column::kValidTo, false},
    {"reason", Column::kReason, false},
};

constexpr ColumnSpec kClaimColumns[] = {
    {"channel", Column::kChannel, true},
    {"subject", Column::kSubject, true},
    {"attribute", Column::kAttribute, true},
    {"value", Column::kValue, true},
    {"said_at", Column::kSaidAt, false},
    {"as_of", Column::kAsOf, false},
    {"exposure", Column::kExposure, false},
    {"claim_id", Column::kClaimId, false},
};

absl::Span<const ColumnSpec> ColumnsOf(ItemKind kind) {
  switch (kind) {
    case ItemKind::kFacts:
      return kFactColumns;
    case ItemKind::kRelations:
      return kRelationColumns;
    case ItemKind::kLinks:
      return kLinkColumns;
    case ItemKind::kClaims:
      return kClaimColumns;
  }
  return {};
}

constexpr absl::string_view kLabelPrefix = "label.";

std::string ToString(absl::string_view text) { return std::string(text); }

// Empty: fine, otherwise what is wrong with the cell.
absl::string_view SetValidation(absl::string_view cell, v1::Fact& fact) {
  v1::Validation validation = v1::VALIDATION_UNSPECIFIED;
  if (!v1::Validation_Parse(
          absl::StrCat("VALIDATION_", absl::AsciiStrToUpper(cell)),
          &validation) ||
      validation == v1::VALIDATION_UNSPECIFIED) {
    return "not one of VERIFIED, UNVERIFIED, INVALID";
  }
  fact.set_validation(validation);
  return "";
}

class LongRowMapper final : public RowMapper {
 public:
  LongRowMapper(ItemKind kind, LongRowOptions options)
      : kind_(kind), options_(std::move(options)) {}

  absl::Status Bind(absl::Span<const absl::string_view> header) override;
  bool Map(const CsvRow& row, Batch& batch, RowProblem& problem) override;

 private:
  // Each sets one cell; empty: fine, otherwise what is wrong with it.
  absl::string_view SetFact(Column column, absl::string_view cell,
                            v1::Fact& fact) const;
  absl::string_view SetRelation(Column column, absl::string_view cell,
                                v1::Relation& relation) const;
  absl::string_view SetLink(Column column, absl::string_view cell,
                            v1::Link& link) const;
  absl::string_view SetClaim(size_t index, absl::string_view cell,
                             v1::Claim& claim) const;
  void SetSubject(absl::string_view cell, v1::Claim& claim) const;

  const ItemKind kind_;
  const LongRowOptions options_;
  // By position in the row.
  std::vector<Column> columns_;
  std::vector<std::string> names_;
};

absl::Status LongRowMapper::Bind(absl::Span<const absl::string_view> header) {
  const absl::Span<const ColumnSpec> specs = ColumnsOf(kind_);
  std::vector<std::string> known;
  for (const ColumnSpec& spec : specs) known.push_back(ToString(spec.name));
  std::set<absl::string_view> seen;
  for (const absl::string_view name : header) {
    if (!seen.insert(name).second)
      return absl::InvalidArgumentError(
          absl::StrCat("column `", name, "` is there twice"));
    names_.push_back(ToString(name));
    if (kind_ == ItemKind::kClaims && absl::StartsWith(name, kLabelPrefix)) {
      columns_.push_back(Column::kLabel);
      continue;
    }
    const ColumnSpec* found = nullptr;
    for (const ColumnSpec& spec : specs)
      if (spec.name == name) found = &spec;
    if (found == nullptr)
      return absl::InvalidArgumentError(
          absl::StrCat("unknown column `", name, "` for ", NameOf(kind_),
                       DidYouMean(name, known),
                       "; a file of another shape needs --mapping"));
    columns_.push_back(found->column);
  }
  std::vector<absl::string_view> missing;
  for (const ColumnSpec& spec : specs)
    if (spec.required && seen.count(spec.name) == 0 &&
        (spec.column != Column::kChannel || options_.channel.empty()))
      missing.push_back(spec.name);
  if (missing.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the header lacks ", absl::StrJoin(missing, ", "), " for ",
                   NameOf(kind_), "; a file of another shape needs --mapping"));
}

absl::string_view LongRowMapper::SetFact(Column column, absl::string_view cell,
                                         v1::Fact& fact) const {
  switch (column) {
    case Column::kEntityType:
      fact.mutable_entity()->set_type(ToString(cell));
      return "";
    case Column::kEntityId:
      fact.mutable_entity()->set_id(ToString(cell));
      return "";
    case Column::kAttribute:
      fact.set_attribute(ToString(cell));
      return "";
    case Column::kValue:
      fact.set_value(ToString(cell));
      return "";
    case Column::kValidFrom:
      return ParseTime(cell, fact.mutable_valid_from()) ? "" : kTimeReason;
    case Column::kValidTo:
      return ParseTime(cell, fact.mutable_valid_to()) ? "" : kTimeReason;
    case Column::kSource:
      fact.set_source(ToString(cell));
      return "";
    case Column::kValidation:
      return SetValidation(cell, fact);
    default:
      fact.set_reason(ToString(cell));
      return "";
  }
}

absl::string_view LongRowMapper::SetRelation(Column column,
                                             absl::string_view cell,
                                             v1::Relation& relation) const {
  switch (column) {
    case Column::kFromType:
      relation.mutable_from()->set_type(ToString(cell));
      return "";
    case Column::kFromId:
      relation.mutable_from()->set_id(ToString(cell));
      return "";
    case Column::kRelation:
      relation.set_relation(ToString(cell));
      return "";
    case Column::kToType:
      relation.mutable_to()->set_type(ToString(cell));
      return "";
    case Column::kToId:
      relation.mutable_to()->set_id(ToString(cell));
      return "";
    case Column::kValidFrom:
      return ParseTime(cell, relation.mutable_valid_from()) ? "" : kTimeReason;
    case Column::kValidTo:
      return ParseTime(cell, relation.mutable_valid_to()) ? "" : kTimeReason;
    case Column::kReason:
      relation.set_reason(ToString(cell));
      return "";
    default:
      relation.set_source(ToString(cell));
      return "";
  }
}

absl::string_view LongRowMapper::SetLink(Column column, absl::string_view cell,
                                         v1::Link& link) const {
  switch (column) {
    case Column::kChannel:
      link.set_channel(ToString(cell));
      return "";
    case Column::kSubject:
      link.set_subject(ToString(cell));
      return "";
    case Column::kEntityType:
      link.mutable_entity()->set_type(ToString(cell));
      return "";
    case Column::kEntityId:
      link.mutable_entity()->set_id(ToString(cell));
      return "";
    case Column::kValidFrom:
      return ParseTime(cell, link.mutable_valid_from()) ? "" : kTimeReason;
    case Column::kValidTo:
      return ParseTime(cell, link.mutable_valid_to()) ? "" : kTimeReason;
    case Column::kReason:
      link.set_reason(ToString(cell));
      return "";
    default:
      link.set_source(ToString(cell));
      return "";
  }
}

void LongRowMapper::SetSubject(absl::string_view cell, v1::Claim& claim) const {
  const size_t slash = cell.find('/');
  if (slash != cell.npos && slash + 1 < cell.size()) {
    std::string type = ToString(cell.substr(0, slash));
    if (options_.entity_types.count(type) > 0) {
      claim.mutable_entity()->set_type(std::move(type));
      claim.mutable_entity()->set_id(ToString(cell.substr(slash + 1)));
      return;
    }
  }
  claim.set_subject(ToString(cell));
}

absl::string_view LongRowMapper::SetClaim(size_t index, absl::string_view cell,
                                          v1::Claim& claim) const {
  switch (columns_[index]) {
    case Column::kChannel:
      claim.set_channel(ToString(cell));
      return "";
    case Column::kSubject:
      SetSubject(cell, claim);
      return "";
    case Column::kAttribute:
      claim.set_attribute(ToString(cell));
      return "";
    case Column::kValue:
      claim.set_value(ToString(cell));
      return "";
    case Column::kSaidAt:
      return ParseTime(cell, claim.mutable_said_at()) ? "" : kTimeReason;
    case Column::kAsOf:
      return ParseTime(cell, claim.mutable_as_of()) ? "" : kTimeReason;
    case Column::kExposure: {
      v1::Exposure exposure = v1::EXPOSURE_UNSPECIFIED;
      if (!ParseExposure(cell, &exposure)) return kExposureReason;
      claim.set_exposure(exposure);
      return "";
    }
    case Column::kClaimId:
      claim.set_claim_id(ToString(cell));
      return "";
    default:
      (*claim.mutable_labels())[names_[index].substr(kLabelPrefix.size())] =
          ToString(cell);
      return "";
  }
}

bool LongRowMapper::Map(const CsvRow& row, Batch& batch, RowProblem& problem) {
  problem.column.clear();
  if (row.cells.size() != columns_.size()) {
    problem.reason = absl::StrCat("the row has ", row.cells.size(),
                                  " columns, the header ", columns_.size());
    return false;
  }
  const size_t before = batch.size();
  v1::Claim* const claim =
      kind_ == ItemKind::kClaims ? batch.AddClaim(row.line) : nullptr;
  if (claim != nullptr) claim->set_channel(options_.channel);
  v1::Change* const change =
      kind_ == ItemKind::kClaims ? nullptr : batch.AddChange(row.line);
  for (size_t i = 0; i < columns_.size(); ++i) {
    // What is empty stays unset: absent, since ever, not known.
    if (row.cells[i].empty()) continue;
    absl::string_view reason;
    switch (kind_) {
      case ItemKind::kFacts:
        reason =
            SetFact(columns_[i], row.cells[i], *change->mutable_put_fact());
        break;
      case ItemKind::kRelations:
        reason = SetRelation(columns_[i], row.cells[i],
                             *change->mutable_put_relation());
        break;
      case ItemKind::kLinks:
        reason =
            SetLink(columns_[i], row.cells[i], *change->mutable_put_link());
        break;
      case ItemKind::kClaims:
        reason = SetClaim(i, row.cells[i], *claim);
        break;
    }
    if (!reason.empty()) {
      problem.column = names_[i];
      problem.reason = ToString(reason);
      batch.Truncate(before);
      return false;
    }
  }
  if (claim != nullptr) IdentifyClaim(options_.fingerprint, row.line, *claim);
  return true;
}

}  // namespace

std::unique_ptr<RowMapper> NewLongRowMapper(ItemKind kind,
                                            LongRowOptions options) {
  return std::make_unique<LongRowMapper>(kind, std::move(options));
}

}  // namespace concordat::client
