#include "server/audit/csv_claims.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "proto/did_you_mean.h"

namespace concordat {
namespace {

constexpr absl::string_view kLabelPrefix = "label.";

bool ReadTime(absl::string_view text, absl::Time& time) {
  constexpr size_t kDateBytes = 10;
  if (text.size() == kDateBytes) {
    return absl::ParseTime("%E4Y-%m-%d", text, &time, nullptr);
  }
  return absl::ParseTime(absl::RFC3339_full, absl::AsciiStrToUpper(text), &time,
                         nullptr);
}

}  // namespace

absl::StatusOr<CsvClaimFormat> CsvClaimFormat::FromHeader(
    absl::Span<const absl::string_view> header, const Vocabulary* vocabulary,
    std::string channel, std::string subject_type, absl::Time as_at) {
  static constexpr std::pair<absl::string_view, Column> kColumns[] = {
      {"subject", Column::kSubject},   {"attribute", Column::kAttribute},
      {"value", Column::kValue},       {"channel", Column::kChannel},
      {"said_at", Column::kSaidAt},    {"as_of", Column::kAsOf},
      {"exposure", Column::kExposure}, {"claim_id", Column::kClaimId},
  };
  CsvClaimFormat format;
  std::set<absl::string_view> seen;
  for (const absl::string_view name : header) {
    if (!seen.insert(name).second) {
      return errors::InvalidField(
          "csv", absl::StrCat("its header has the column `", name, "` twice"));
    }
    if (absl::StartsWith(name, kLabelPrefix)) {
      format.columns_.emplace_back(Column::kLabel,
                                   name.substr(kLabelPrefix.size()));
      continue;
    }
    const auto* const found =
        std::find_if(std::begin(kColumns), std::end(kColumns),
                     [&](const auto& column) { return column.first == name; });
    if (found == std::end(kColumns)) {
      std::vector<std::string> known;
      for (const auto& column : kColumns) known.emplace_back(column.first);
      return errors::InvalidField(
          "csv", absl::StrCat("its header has an unknown column `", name, "`",
                              DidYouMean(name, known),
                              "; a file of another shape needs a mapping"));
    }
    format.columns_.emplace_back(found->second, std::string(name));
  }
  for (const absl::string_view required : {"subject", "attribute", "value"}) {
    if (!seen.contains(required)) {
      return errors::InvalidField(
          "csv", absl::StrCat("its header lacks the column `", required,
                              "`; a file of another shape needs a mapping"));
    }
  }
  if (!subject_type.empty()) {
    const auto known = vocabulary->schema.RequireEntityType(subject_type);
    if (!known.ok()) return known.status();
  }
  format.vocabulary_ = vocabulary;
  format.channel_ = std::move(channel);
  format.subject_type_ = std::move(subject_type);
  format.as_at_ = as_at;
  return format;
}

bool CsvClaims::Next(size_t rows_max, std::vector<audits::AuditRow>& rows,
                     std::vector<audits::RefusedRow>& refused) {
  size_t count = 0;
  while (count < rows_max) {
    const CsvRecords::Event event = records_.Next();
    if (event == CsvRecords::Event::kEnd) break;
    if (event == CsvRecords::Event::kBad) {
      refused.push_back(
          {records_.line(), errors::InvalidField("csv", records_.problem())});
      continue;
    }
    // What was there before is overwritten: its memory is used again.
    if (count == rows.size()) rows.emplace_back();
    if (const char* const problem = Fill(rows[count])) {
      refused.push_back(
          {records_.line(), errors::InvalidField("csv", problem)});
      continue;
    }
    ++count;
  }
  rows.resize(count);
  return count > 0;
}

const char* CsvClaims::Fill(audits::AuditRow& row) {
  const std::vector<absl::string_view>& cells = records_.cells();
  if (cells.size() != format_.columns_.size()) {
    return cells.size() < format_.columns_.size()
               ? "the row has fewer cells than the header"
               : "the row has more cells than the header";
  }
  row.line = records_.line();
  ReportedClaim& claim = row.claim;
  claim.channel = format_.channel_;
  claim.said_at = format_.as_at_;
  claim.said_at_given = true;
  claim.as_of = absl::InfinitePast();
  claim.exposure = Exposure::kHeld;
  claim.labels.clear();
  for (size_t i = 0; i < cells.size(); ++i) {
    const auto& [column, name] = format_.columns_[i];
    if (const char* const problem = SetCell(column, name, cells[i], claim)) {
      return problem;
    }
  }
  return nullptr;
}

const char* CsvClaims::SetCell(CsvClaimFormat::Column column,
                               absl::string_view name, absl::string_view cell,
                               ReportedClaim& claim) {
  using Column = CsvClaimFormat::Column;
  switch (column) {
    case Column::kSubject:
      SetSubject(cell, claim);
      return nullptr;
    case Column::kAttribute:
      claim.attribute = cell;
      return nullptr;
    case Column::kValue:
      claim.value = cell.empty() ? std::nullopt : std::optional(cell);
      return nullptr;
    case Column::kChannel:
      return cell.empty() || cell == format_.channel_
                 ? nullptr
                 : "the row is another channel's";
    case Column::kSaidAt:
      if (cell.empty() || ParseTime(cell, claim.said_at)) return nullptr;
      return "said_at is no RFC 3339 time";
    case Column::kAsOf:
      if (cell.empty() || ParseTime(cell, claim.as_of)) return nullptr;
      return "as_of is no RFC 3339 time";
    case Column::kExposure: {
      const std::string upper = absl::AsciiStrToUpper(cell);
      if (upper == "SHOWN") claim.exposure = Exposure::kShown;
      if (upper == "TOLD") claim.exposure = Exposure::kTold;
      if (upper == "HEARD") claim.exposure = Exposure::kHeard;
      return cell.empty() || upper == "HELD" ||
                     claim.exposure != Exposure::kHeld
                 ? nullptr
                 : "exposure is not one of HELD, SHOWN, TOLD, HEARD";
    }
    case Column::kClaimId:
      claim.claim_id = cell;
      return nullptr;
    case Column::kLabel:
      if (!cell.empty()) claim.labels.emplace_back(name, cell);
      return nullptr;
  }
  return nullptr;
}

void CsvClaims::SetSubject(absl::string_view cell, ReportedClaim& claim) const {
  claim.subject = cell;
  claim.names_entity = false;
  const size_t slash = cell.find('/');
  if (slash != absl::string_view::npos &&
      format_.vocabulary_->schema.FindEntityType(cell.substr(0, slash)) !=
          nullptr) {
    claim.entity_type = cell.substr(0, slash);
    claim.entity_id = cell.substr(slash + 1);
  } else if (!format_.subject_type_.empty()) {
    claim.entity_type = format_.subject_type_;
    claim.entity_id = cell;
  } else {
    return;
  }
  claim.names_entity = true;
  claim.subject = {};
}

bool CsvClaims::ParseTime(absl::string_view cell, absl::Time& time) {
  if (cell != time_text_) {
    if (!ReadTime(cell, time_)) {
      time_text_.clear();
      return false;
    }
    time_text_ = std::string(cell);
  }
  time = time_;
  return true;
}

}  // namespace concordat
