#include "graph/personal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/limits.h"

namespace concordat {
namespace {

constexpr char kMarker = '\0';

// What stands in the body for a value.
constexpr uint64_t kNone = 0;
constexpr uint64_t kPlain = 1;
constexpr uint64_t kErased = 2;
constexpr uint64_t kFirstPart = 3;

}  // namespace

std::string SubjectOf(const EntityId& entity) {
  return KeyWriter().Entity(entity).Take();
}

// The name of an entity's type is never empty, so this is none's.
std::string SubjectOf(absl::string_view channel, absl::string_view subject) {
  return KeyWriter().String("").String(channel).String(subject).Take();
}

// Nor is the name of a channel ever empty.
std::string SubjectOfStore() {
  return KeyWriter().String("").String("").Take();
}

bool HasPersonalParts(absl::string_view row) {
  return !row.empty() && row.front() == kMarker;
}

std::optional<PersonalRow> SplitPersonalRow(absl::string_view row) {
  if (!HasPersonalParts(row)) return std::nullopt;
  PersonalRow split;
  Decoder in(row.substr(1));
  const uint64_t count = in.Unsigned();
  for (uint64_t left = count; left > 0; --left) {
    PersonalPart part;
    part.subject = in.View();
    const uint64_t state = in.Unsigned();
    part.content = in.View();
    if (in.failed() || state > static_cast<uint64_t>(PartState::kErased)) {
      return std::nullopt;
    }
    part.state = static_cast<PartState>(state);
    split.parts.push_back(part);
  }
  if (in.failed() || count == 0) return std::nullopt;
  split.body = in.rest();
  return split;
}

std::string JoinPersonalRow(const PersonalRow& row) {
  if (row.parts.empty()) return std::string(row.body);
  Encoder out;
  out.Reserve(row.body.size() + 16);
  out.Unsigned(static_cast<uint8_t>(kMarker)).Unsigned(row.parts.size());
  for (const PersonalPart& part : row.parts) {
    out.String(part.subject).Unsigned(static_cast<uint64_t>(part.state));
    out.String(part.content);
  }
  return out.Append(row.body).Take();
}

RowEncoder& RowEncoder::Value(absl::string_view subject,
                              std::optional<absl::string_view> text,
                              bool personal, bool erased) {
  if (erased) {
    Unsigned(kErased);
  } else if (!text.has_value()) {
    Unsigned(kNone);
  } else if (!personal) {
    Unsigned(kPlain).String(*text);
  } else {
    const size_t part = PartOf(subject);
    Unsigned(kFirstPart + part);
    parts_[part].values.String(*text);
  }
  return *this;
}

// Nearly always the subject before, and nearly always the only one.
size_t RowEncoder::PartOf(absl::string_view subject) {
  if (last_ < parts_.size() && parts_[last_].subject == subject) return last_;
  if (!parts_.empty()) {
    if (by_subject_.empty()) by_subject_.emplace(parts_.front().subject, 0);
    const auto [it, is_new] =
        by_subject_.try_emplace(std::string(subject), parts_.size());
    last_ = it->second;
    if (!is_new) return last_;
  }
  last_ = parts_.size();
  parts_.push_back({std::string(subject), {}});
  return last_;
}

std::string RowEncoder::TakeRow() {
  if (parts_.empty()) return Take();
  PersonalRow row;
  row.parts.reserve(parts_.size());
  for (const Part& part : parts_) {
    row.parts.push_back({.subject = part.subject,
                         .state = PartState::kOpen,
                         .content = part.values.bytes()});
  }
  row.body = bytes();
  return JoinPersonalRow(row);
}

std::optional<PersonalRow> RowDecoder::SplitOrBody(absl::string_view row) {
  if (HasPersonalParts(row)) return SplitPersonalRow(row);
  return PersonalRow{.parts = {}, .body = row};
}

RowDecoder::RowDecoder(const std::optional<PersonalRow>& split,
                       absl::string_view row)
    // What cannot be taken apart is left as it is: no record begins so.
    : Decoder(split.has_value() ? split->body : row) {
  if (!split.has_value()) return;
  parts_.reserve(split->parts.size());
  for (const PersonalPart& part : split->parts) {
    parts_.push_back({part.state, Decoder(part.content)});
  }
}

StoredValue RowDecoder::Value() {
  const StoredValueView view = ValueView();
  StoredValue value{.personal = view.personal, .erased = view.erased};
  if (view.text.has_value()) value.text.emplace(*view.text);
  return value;
}

StoredValueView RowDecoder::ValueView() {
  const uint64_t what = Unsigned();
  if (failed() || what == kNone) return {};
  if (what == kPlain) return {.text = View()};
  StoredValueView value{.text = std::nullopt, .personal = true, .erased = true};
  if (what == kErased) return value;
  if (what - kFirstPart >= parts_.size()) {
    bad_part_ = true;
    return {};
  }
  Part& part = parts_[what - kFirstPart];
  if (part.state == PartState::kErased) return value;
  if (part.state == PartState::kSealed) {
    sealed_ = true;
    return {};
  }
  value.text = part.values.View();
  value.erased = false;
  bad_part_ = bad_part_ || part.values.failed();
  return value;
}

absl::Status RowDecoder::Finish(absl::string_view record_name) const {
  if (sealed_) {
    return errors::StorageCorrupt(absl::StrCat(
        "a ", record_name,
        " record is sealed and was read past the store that has its key"));
  }
  bool left_over = bad_part_;
  for (const Part& part : parts_) {
    left_over =
        left_over || (part.state == PartState::kOpen && !part.values.done());
  }
  if (left_over) {
    return errors::StorageCorrupt(absl::StrCat(
        "the personal part of a ", record_name, " record is broken"));
  }
  return Decoder::Finish(record_name);
}

}  // namespace concordat
