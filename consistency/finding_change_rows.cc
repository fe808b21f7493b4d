// What people do to findings, and mutes, as rows.
#include <utility>

#include "absl/strings/str_cat.h"
#include "consistency/finding_rows.h"
#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/key.h"
#include "graph/personal.h"
#include "graph/status_macros.h"

namespace concordat::rows {
namespace {

// First byte of every record: the version of its layout.
constexpr uint64_t kLayout = 1;

absl::Status CheckLayout(Decoder& in) {
  return in.Unsigned() == kLayout ? absl::OkStatus()
                                  : errors::StorageVersion(
                                        "a record has a layout of a newer "
                                        "version; start that version");
}

void Encode(const std::vector<std::string>& texts, Encoder& out) {
  out.Unsigned(texts.size());
  for (const std::string& text : texts) out.String(text);
}

std::vector<std::string> DecodeStrings(Decoder& in) {
  std::vector<std::string> texts;
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    texts.push_back(in.String());
  }
  return texts;
}

template <typename Enum>
void Encode(const std::vector<Enum>& numbers, Encoder& out) {
  out.Unsigned(numbers.size());
  for (const Enum number : numbers) {
    out.Unsigned(static_cast<uint64_t>(number));
  }
}

template <typename Enum>
std::vector<Enum> DecodeEnums(Decoder& in) {
  std::vector<Enum> numbers;
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    numbers.push_back(static_cast<Enum>(in.Unsigned()));
  }
  return numbers;
}

void Encode(const FindingScope& scope, Encoder& out) {
  Encode(scope.ids, out);
  Encode(scope.channels, out);
  Encode(scope.attributes, out);
  Encode(scope.rules, out);
  Encode(scope.verdicts, out);
  Encode(scope.families, out);
  out.Unsigned(scope.entities.size());
  for (const EntityId& entity : scope.entities) {
    out.String(entity.type).String(entity.id);
  }
  out.Unsigned(scope.labels.size());
  for (const auto& [name, value] : scope.labels) out.String(name).String(value);
}

FindingScope DecodeScope(Decoder& in) {
  FindingScope scope;
  scope.ids = DecodeStrings(in);
  scope.channels = DecodeStrings(in);
  scope.attributes = DecodeStrings(in);
  scope.rules = DecodeStrings(in);
  scope.verdicts = DecodeEnums<Verdict>(in);
  scope.families = DecodeEnums<FindingFamily>(in);
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    EntityId& entity = scope.entities.emplace_back();
    entity.type = in.String();
    entity.id = in.String();
  }
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    auto& [name, value] = scope.labels.emplace_back();
    name = in.String();
    value = in.String();
  }
  return scope;
}

void Encode(const Mute& mute, Encoder& out) {
  out.String(mute.id);
  Encode(mute.scope, out);
  out.String(mute.reason).String(mute.owner).Time(mute.expires_at);
  out.String(mute.actor).Time(mute.put_at).Unsigned(mute.revision.number());
  out.Bool(mute.ended).Time(mute.ended_at).String(mute.ended_by);
  out.String(mute.ended_reason);
}

Mute DecodeMute(Decoder& in) {
  Mute mute;
  mute.id = in.String();
  mute.scope = DecodeScope(in);
  mute.reason = in.String();
  mute.owner = in.String();
  mute.expires_at = in.Time();
  mute.actor = in.String();
  mute.put_at = in.Time();
  mute.revision = Revision(in.Unsigned());
  mute.ended = in.Bool();
  mute.ended_at = in.Time();
  mute.ended_by = in.String();
  mute.ended_reason = in.String();
  return mute;
}

absl::StatusOr<Mute> ParseMute(absl::string_view value) {
  Decoder in(value);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(in));
  Mute mute = DecodeMute(in);
  CONCORDAT_RETURN_IF_ERROR(in.Finish("mute"));
  return mute;
}

// What was said of `acknowledged`: nothing, no, yes.
uint64_t MarkOf(const std::optional<bool>& acknowledged) {
  return acknowledged.has_value() ? (*acknowledged ? 2 : 1) : 0;
}

// Those in force, which are few, lie before those that ended; each in the order
// in which they were put.
enum class Place : char { kInForce = 'f', kEnded = 'z' };

std::string PrefixOf(Place place) { return {static_cast<char>(place)}; }

std::string KeyOf(const Mute& mute, Place place) {
  return absl::StrCat(PrefixOf(place), KeyWriter().At(mute.revision).bytes());
}

}  // namespace

absl::Status PutFindingChanges(Transaction& tx, Revision revision,
                               const FindingChanges& changes) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyFinding));
  RowEncoder out;
  out.Unsigned(kLayout);
  Encode(changes.settled, out);
  Encode(changes.expired, out);
  out.Unsigned(changes.evaluated.size());
  for (const RuleOf& rule : changes.evaluated) {
    out.String(rule.rule).String(rule.root.type).String(rule.root.id);
  }
  out.Unsigned(changes.edited.size());
  for (const FindingChanges::Edited& edited : changes.edited) {
    out.String(edited.id).String(edited.entity.type).String(edited.entity.id);
    out.Unsigned(MarkOf(edited.edit.acknowledged));
    out.OptionalString(edited.edit.assignee);
    out.Value(SubjectOf(edited.entity),
              edited.edit.comment.empty()
                  ? std::nullopt
                  : std::optional<absl::string_view>(edited.edit.comment),
              /*personal=*/true, edited.edit.comment_erased);
  }
  out.Bool(changes.mute.has_value());
  if (changes.mute.has_value()) Encode(*changes.mute, out);
  out.Bool(changes.rejudged.has_value());
  if (changes.rejudged.has_value()) {
    out.Bool(changes.rejudged->rules_only);
    out.String(changes.rejudged->after.type);
    out.String(changes.rejudged->after.id);
    out.Unsigned(changes.rejudged->limit);
  }
  return tx.Put(kFindingChanges, KeyWriter().At(revision).bytes(),
                out.TakeRow());
}

absl::StatusOr<FindingChanges> ParseFindingChanges(absl::string_view value) {
  RowDecoder in(value);
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(in));
  FindingChanges changes;
  changes.settled = DecodeStrings(in);
  changes.expired = DecodeStrings(in);
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    RuleOf& rule = changes.evaluated.emplace_back();
    rule.rule = in.String();
    rule.root.type = in.String();
    rule.root.id = in.String();
  }
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    FindingChanges::Edited& edited = changes.edited.emplace_back();
    edited.id = in.String();
    edited.entity.type = in.String();
    edited.entity.id = in.String();
    const uint64_t mark = in.Unsigned();
    if (mark != 0) edited.edit.acknowledged = mark == 2;
    edited.edit.assignee = in.OptionalString();
    StoredValue comment = in.Value();
    edited.edit.comment = std::move(comment.text).value_or("");
    edited.edit.comment_erased = comment.erased;
  }
  if (in.Bool()) changes.mute = DecodeMute(in);
  if (in.Bool()) {
    FindingChanges::Rejudged rejudged;
    rejudged.rules_only = in.Bool();
    rejudged.after.type = in.String();
    rejudged.after.id = in.String();
    rejudged.limit = in.Unsigned();
    changes.rejudged = std::move(rejudged);
  }
  CONCORDAT_RETURN_IF_ERROR(in.Finish("finding changes"));
  return changes;
}

absl::Status PutMute(Transaction& tx, const Mute& mute) {
  Encoder out;
  out.Unsigned(kLayout);
  Encode(mute, out);
  if (mute.ended) {
    CONCORDAT_RETURN_IF_ERROR(tx.Delete(kMutes, KeyOf(mute, Place::kInForce)));
  }
  return tx.Put(kMutes,
                KeyOf(mute, mute.ended ? Place::kEnded : Place::kInForce),
                out.bytes());
}

absl::StatusOr<std::vector<Mute>> GetMutes(const Reader& reader, bool ended) {
  std::vector<Mute> mutes;
  absl::Status problem;
  const std::string begin = PrefixOf(Place::kInForce);
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(kMutes, begin, ended ? "" : PrefixEnd(begin),
                  [&](absl::string_view, absl::string_view value) {
                    absl::StatusOr<Mute> mute = ParseMute(value);
                    problem = mute.status();
                    if (mute.ok()) mutes.push_back(*std::move(mute));
                    return problem.ok();
                  }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return mutes;
}

}  // namespace concordat::rows
