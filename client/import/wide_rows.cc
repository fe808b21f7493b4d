#include "client/import/wide_rows.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "client/import/row_text.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

// How many rows `distinct` remembers; then it starts anew.
constexpr size_t kDistinctMax = 1 << 20;

std::string ToString(absl::string_view text) { return std::string(text); }

// Two hashes of different texts: 128 bits, so that a chance collision, which
// would lose a row, does not happen.
using Fingerprint = std::pair<size_t, size_t>;

Fingerprint FingerprintOf(const std::string& text) {
  return {absl::HashOf(text), absl::HashOf(text.size(), text, 1)};
}

struct NamedText {
  std::string name;
  RowText text;
};

// The schema's texts, found by their fields' names.
struct Texts {
  RowText entity_type, entity_id, channel, subject;
  RowText valid_from, valid_to, source, reason;
  RowText said_at, as_of, exposure, claim_id;
  std::vector<NamedText> attributes;
  std::vector<NamedText> labels;

  // The mapping was validated: its texts parse.
  explicit Texts(const v1::ImportMapping& schema) {
    const auto parse = [](const std::string& text) {
      return RowText::Parse(text).value_or(RowText());
    };
    entity_type = parse(schema.entity_type());
    entity_id = parse(schema.entity_id());
    channel = parse(schema.channel());
    subject = parse(schema.subject());
    valid_from = parse(schema.valid_from());
    valid_to = parse(schema.valid_to());
    source = parse(schema.source());
    reason = parse(schema.reason());
    said_at = parse(schema.said_at());
    as_of = parse(schema.as_of());
    exposure = parse(schema.exposure());
    claim_id = parse(schema.claim_id());
    for (const std::string& column : schema.columns())
      attributes.push_back({column, parse(absl::StrCat("{", column, "}"))});
    // A protobuf map has no order of its own; items need one.
    for (const auto& [name, text] : std::map<std::string, std::string>(
             schema.attributes().begin(), schema.attributes().end()))
      attributes.push_back({name, parse(text)});
    for (const auto& [name, text] : schema.labels())
      labels.push_back({name, parse(text)});
  }

  absl::Status Bind(absl::Span<const absl::string_view> header) {
    for (RowText* text :
         {&entity_type, &entity_id, &channel, &subject, &valid_from, &valid_to,
          &source, &reason, &said_at, &as_of, &exposure, &claim_id})
      CLIENT_RETURN_IF_ERROR(text->Bind(header));
    for (NamedText& attribute : attributes)
      CLIENT_RETURN_IF_ERROR(attribute.text.Bind(header));
    for (NamedText& label : labels)
      CLIENT_RETURN_IF_ERROR(label.text.Bind(header));
    return absl::OkStatus();
  }
};

class WideRowMapper final : public RowMapper {
 public:
  WideRowMapper(Mapping mapping, std::string fingerprint)
      : mapping_(std::move(mapping)),
        fingerprint_(std::move(fingerprint)),
        texts_(mapping_.schema),
        absence_tokens_(mapping_.schema.absence_tokens().begin(),
                        mapping_.schema.absence_tokens().end()) {}

  absl::Status Bind(absl::Span<const absl::string_view> header) override {
    columns_ = header.size();
    return texts_.Bind(header);
  }

  bool Map(const CsvRow& row, Batch& batch, RowProblem& problem) override;

 private:
  using Cells = absl::Span<const absl::string_view>;

  // What an attribute of a row says.
  enum class Presence { kValue, kAbsent, kSkip };
  Presence PresenceOf(absl::string_view value) const {
    if (value.empty())
      return mapping_.empty_is_absent ? Presence::kAbsent : Presence::kSkip;
    if (absence_tokens_.empty()) return Presence::kValue;
    return absence_tokens_.count(ToString(value)) > 0 ? Presence::kAbsent
                                                      : Presence::kValue;
  }

  // Each adds the row's items; false: `problem_` says why, and what was added
  // must be dropped.
  bool MapFacts(Cells cells, int64_t line, Batch& batch);
  bool MapLink(Cells cells, int64_t line, Batch& batch);
  bool MapClaims(Cells cells, int64_t line, Batch& batch);
  // What all claims of a row share.
  bool FillClaim(Cells cells, v1::Claim& claim);

  bool SetEntity(Cells cells, v1::EntityRef& entity);
  bool SetTime(RowText& text, Cells cells, google::protobuf::Timestamp* time);
  bool Require(RowText& text, Cells cells, absl::string_view what,
               std::string* value);
  bool Fail(const RowText& text, absl::string_view reason);

  // Whether `distinct` is asked for and the item was there before.
  bool IsRepeated(const std::string& item);

  const Mapping mapping_;
  const std::string fingerprint_;
  Texts texts_;
  const std::set<std::string> absence_tokens_;
  size_t columns_ = 0;
  absl::flat_hash_set<Fingerprint> seen_;
  RowProblem problem_;
};

bool WideRowMapper::Fail(const RowText& text, absl::string_view reason) {
  problem_.column = ToString(text.column());
  problem_.reason = ToString(reason);
  return false;
}

bool WideRowMapper::Require(RowText& text, Cells cells, absl::string_view what,
                            std::string* value) {
  const absl::string_view rendered = text.Render(cells);
  if (rendered.empty())
    return Fail(text, absl::StrCat("the ", what, " is empty"));
  value->assign(rendered.data(), rendered.size());
  return true;
}

bool WideRowMapper::SetTime(RowText& text, Cells cells,
                            google::protobuf::Timestamp* time) {
  return ParseTime(text.Render(cells), time) || Fail(text, kTimeReason);
}

bool WideRowMapper::SetEntity(Cells cells, v1::EntityRef& entity) {
  return Require(texts_.entity_type, cells, "entity type",
                 entity.mutable_type()) &&
         Require(texts_.entity_id, cells, "entity id", entity.mutable_id());
}

bool WideRowMapper::IsRepeated(const std::string& item) {
  if (!mapping_.schema.distinct()) return false;
  if (seen_.size() >= kDistinctMax) seen_.clear();
  return !seen_.insert(FingerprintOf(item)).second;
}

bool WideRowMapper::MapFacts(Cells cells, int64_t line, Batch& batch) {
  v1::Fact shared;
  if (!SetEntity(cells, *shared.mutable_entity())) return false;
  if (!texts_.valid_from.Render(cells).empty() &&
      !SetTime(texts_.valid_from, cells, shared.mutable_valid_from()))
    return false;
  if (!texts_.valid_to.Render(cells).empty() &&
      !SetTime(texts_.valid_to, cells, shared.mutable_valid_to()))
    return false;
  shared.set_source(ToString(texts_.source.Render(cells)));
  shared.set_reason(ToString(texts_.reason.Render(cells)));
  for (NamedText& attribute : texts_.attributes) {
    const absl::string_view value = attribute.text.Render(cells);
    const Presence presence = PresenceOf(value);
    if (presence == Presence::kSkip) continue;
    shared.set_attribute(attribute.name);
    if (presence == Presence::kAbsent)
      shared.clear_value();
    else
      shared.set_value(value.data(), value.size());
    if (mapping_.schema.distinct() && IsRepeated(shared.SerializeAsString()))
      continue;
    *batch.AddChange(line)->mutable_put_fact() = shared;
  }
  return true;
}

bool WideRowMapper::MapLink(Cells cells, int64_t line, Batch& batch) {
  v1::Link& link = *batch.AddChange(line)->mutable_put_link();
  if (!Require(texts_.channel, cells, "channel", link.mutable_channel()) ||
      !Require(texts_.subject, cells, "subject", link.mutable_subject()) ||
      !SetEntity(cells, *link.mutable_entity()))
    return false;
  link.set_source(ToString(texts_.source.Render(cells)));
  if (mapping_.schema.distinct() && IsRepeated(link.SerializeAsString()))
    batch.Truncate(batch.size() - 1);
  return true;
}

bool WideRowMapper::FillClaim(Cells cells, v1::Claim& claim) {
  if (!Require(texts_.channel, cells, "channel", claim.mutable_channel()))
    return false;
  if (!texts_.subject.is_unset()) {
    if (!Require(texts_.subject, cells, "subject", claim.mutable_subject()))
      return false;
  } else if (!SetEntity(cells, *claim.mutable_entity())) {
    return false;
  }
  if (!texts_.said_at.Render(cells).empty() &&
      !SetTime(texts_.said_at, cells, claim.mutable_said_at()))
    return false;
  if (!texts_.as_of.Render(cells).empty() &&
      !SetTime(texts_.as_of, cells, claim.mutable_as_of()))
    return false;
  const absl::string_view exposure = texts_.exposure.Render(cells);
  v1::Exposure read = v1::EXPOSURE_UNSPECIFIED;
  if (!exposure.empty() && !ParseExposure(exposure, &read))
    return Fail(texts_.exposure, kExposureReason);
  claim.set_exposure(read);
  for (NamedText& label : texts_.labels) {
    const absl::string_view value = label.text.Render(cells);
    if (!value.empty()) (*claim.mutable_labels())[label.name] = ToString(value);
  }
  return true;
}

bool WideRowMapper::MapClaims(Cells cells, int64_t line, Batch& batch) {
  v1::Claim shared;
  if (!FillClaim(cells, shared)) return false;
  const std::string row_id = ToString(texts_.claim_id.Render(cells));
  for (NamedText& attribute : texts_.attributes) {
    const absl::string_view value = attribute.text.Render(cells);
    const Presence presence = PresenceOf(value);
    if (presence == Presence::kSkip) continue;
    v1::Claim& claim = *batch.AddClaim(line);
    claim = shared;
    claim.set_attribute(attribute.name);
    if (presence == Presence::kValue)
      claim.set_value(value.data(), value.size());
    if (!row_id.empty())
      claim.set_claim_id(absl::StrCat(row_id, "/", attribute.name));
    IdentifyClaim(fingerprint_, line, claim);
  }
  return true;
}

bool WideRowMapper::Map(const CsvRow& row, Batch& batch, RowProblem& problem) {
  if (row.cells.size() != columns_) {
    problem.column.clear();
    problem.reason = absl::StrCat("the row has ", row.cells.size(),
                                  " columns, the header ", columns_);
    return false;
  }
  const size_t before = batch.size();
  bool fine = false;
  switch (mapping_.kind) {
    case ItemKind::kClaims:
      fine = MapClaims(row.cells, row.line, batch);
      break;
    case ItemKind::kLinks:
      fine = MapLink(row.cells, row.line, batch);
      break;
    default:
      fine = MapFacts(row.cells, row.line, batch);
  }
  if (fine) return true;
  batch.Truncate(before);
  problem = problem_;
  return false;
}

}  // namespace

std::unique_ptr<RowMapper> NewWideRowMapper(Mapping mapping,
                                            std::string fingerprint) {
  return std::make_unique<WideRowMapper>(std::move(mapping),
                                         std::move(fingerprint));
}

}  // namespace concordat::client
