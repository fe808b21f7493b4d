// A row: its layout, then each claim as
//
//   1 + its marks  exposure and verdict  further verdict?
//   channel  attribute  canonical attribute?
//   named entity or subject  about?
//   value  said_at  as_of?  received_at?  as_of_revision?  claim_id?  labels?
//   lag?
//
// and 0 at the end. What has a ? is there if a mark says so. A name is the
// number of an earlier one of its kind, from 1, or 0 and the name. Times are
// distances in microseconds: of received_at from the claim before, of the
// others from said_at, of said_at from the claim before.
#include "consistency/claim_records.h"

#include <utility>

#include "graph/codec.h"
#include "graph/errors.h"

namespace concordat::rows {
namespace {

// 1: claims with all names, without what each is about. 2: with it. 3: as
// above, without lags.
constexpr uint64_t kFirstLayout = 1;
constexpr uint64_t kLayoutWithAbout = 2;
constexpr uint64_t kLayoutWithoutLag = 3;
constexpr uint64_t kLayout = 4;
// Looked through one after the other: no more are remembered.
constexpr size_t kNamesMax = 64;

// The most common lowest, to take one byte.
enum Mark : uint64_t {
  kNamesEntity = 1 << 0,
  kSaidAtGiven = 1 << 1,
  kOtherAbout = 1 << 2,  // not the entity that it names
  kNoAbout = 1 << 3,
  kHasClaimId = 1 << 4,
  kOtherReceived = 1 << 5,  // not when the claim before was
  kHasAsOf = 1 << 6,
  kOtherAttribute = 1 << 7,  // not as the claim writes it
  kHasFurther = 1 << 8,
  kHasAsOfRevision = 1 << 9,
  kHasLabels = 1 << 10,
  kHasLag = 1 << 11,
};

constexpr int kExposureBits = 2;
constexpr uint64_t kExposureMask = (1 << kExposureBits) - 1;

// Exposure is 1 to 4.
uint64_t PackedJudgement(Exposure exposure, Verdict verdict) {
  return (static_cast<uint64_t>(verdict) << kExposureBits) |
         (static_cast<uint64_t>(exposure) - 1);
}

// Wraps around, so that any two times have a distance.
int64_t Distance(absl::Time time, absl::Time from) {
  return static_cast<int64_t>(static_cast<uint64_t>(ToStoredMicros(time)) -
                              static_cast<uint64_t>(ToStoredMicros(from)));
}
absl::Time AtDistance(int64_t distance, absl::Time from) {
  return FromStoredMicros(
      static_cast<int64_t>(static_cast<uint64_t>(ToStoredMicros(from)) +
                           static_cast<uint64_t>(distance)));
}

bool IsNamed(const ReportedClaim& claim, const EntityId* about) {
  return claim.names_entity && about != nullptr &&
         about->type == claim.entity_type && about->id == claim.entity_id;
}

uint64_t MarksOf(const JudgedView& judged, absl::Time last_received) {
  const ReportedClaim& claim = judged.claim;
  uint64_t marks = 0;
  if (claim.names_entity) marks |= kNamesEntity;
  if (claim.said_at_given) marks |= kSaidAtGiven;
  if (judged.about == nullptr) {
    marks |= kNoAbout;
  } else if (!IsNamed(claim, judged.about)) {
    marks |= kOtherAbout;
  }
  if (!claim.claim_id.empty()) marks |= kHasClaimId;
  if (judged.received_at != last_received) marks |= kOtherReceived;
  if (claim.as_of != absl::InfinitePast()) marks |= kHasAsOf;
  if (judged.attribute != claim.attribute) marks |= kOtherAttribute;
  if (judged.further.has_value()) marks |= kHasFurther;
  if (!claim.as_of_revision.empty()) marks |= kHasAsOfRevision;
  if (!claim.labels.empty()) marks |= kHasLabels;
  if (judged.lag.has_value()) marks |= kHasLag;
  return marks;
}

}  // namespace

JudgedView ViewOf(const JudgedClaim& judged, const ReportedClaim& claim) {
  return {.claim = claim,
          .personal = judged.claim.personal,
          .received_at = judged.claim.received_at,
          .verdict = judged.verdict,
          .further = judged.further,
          .about = judged.about.has_value() ? &*judged.about : nullptr,
          .attribute = judged.attribute,
          .lag = judged.lag};
}

std::optional<uint64_t> RowNames::Find(absl::string_view name) {
  // The same again, or the next of those that come in turns.
  for (const size_t guess : {last_, last_ + 1}) {
    if (guess < names_.size() && names_[guess] == name) return last_ = guess;
  }
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] != name) continue;
    last_ = i;
    return i;
  }
  if (names_.size() < kNamesMax) {
    last_ = names_.size();
    names_.emplace_back(name);
  }
  return std::nullopt;
}

ClaimsEncoder::ClaimsEncoder()
    : last_received_(absl::UnixEpoch()), last_said_(absl::UnixEpoch()) {
  out_.Unsigned(kLayout);
}

void ClaimsEncoder::Name(absl::string_view name, RowNames& names) {
  if (const std::optional<uint64_t> known = names.Find(name)) {
    out_.Unsigned(*known + 1);
  } else {
    out_.Unsigned(0).String(name);
  }
}

void ClaimsEncoder::Add(const JudgedView& judged) {
  const ReportedClaim& claim = judged.claim;
  const uint64_t marks = MarksOf(judged, last_received_);
  out_.Unsigned(marks + 1);
  out_.Unsigned(PackedJudgement(claim.exposure, judged.verdict));
  if ((marks & kHasFurther) != 0) {
    out_.Unsigned(static_cast<uint64_t>(*judged.further));
  }
  Name(claim.channel, channels_);
  Name(claim.attribute, attributes_);
  if ((marks & kOtherAttribute) != 0) Name(judged.attribute, attributes_);
  if (claim.names_entity) {
    Name(claim.entity_type, types_);
    out_.String(claim.entity_id);
  } else {
    out_.String(claim.subject);
  }
  if ((marks & kOtherAbout) != 0) {
    Name(judged.about->type, types_);
    // No id is empty; most are as the channel's own.
    out_.String(judged.about->id == claim.subject ? absl::string_view()
                                                  : judged.about->id);
  }
  std::string subject;
  if (judged.personal && claim.value.has_value()) {
    subject =
        judged.about != nullptr ? SubjectOf(*judged.about) : SubjectOf(claim);
  }
  out_.Value(subject, claim.value, judged.personal, claim.erased);
  out_.Signed(Distance(claim.said_at, last_said_));
  if ((marks & kHasAsOf) != 0) {
    out_.Signed(Distance(claim.as_of, claim.said_at));
  }
  if ((marks & kOtherReceived) != 0) {
    out_.Signed(Distance(judged.received_at, last_received_));
  }
  if ((marks & kHasAsOfRevision) != 0) out_.String(claim.as_of_revision);
  if ((marks & kHasClaimId) != 0) out_.String(claim.claim_id);
  if ((marks & kHasLabels) != 0) {
    out_.Unsigned(claim.labels.size());
    for (const auto& [name, value] : claim.labels) {
      out_.String(name).String(value);
    }
  }
  if ((marks & kHasLag) != 0) {
    out_.Unsigned(static_cast<uint64_t>(absl::ToInt64Seconds(*judged.lag)));
  }
  last_received_ = judged.received_at;
  last_said_ = claim.said_at;
}

void ClaimsEncoder::Add(const JudgedClaim& judged) {
  const ReportedClaim claim = concordat::ViewOf(judged.claim);
  Add(ViewOf(judged, claim));
}

std::string ClaimsEncoder::TakeRow() {
  out_.Unsigned(0);
  std::string row = out_.TakeRow();
  *this = ClaimsEncoder();
  return row;
}

ClaimsDecoder::ClaimsDecoder(absl::string_view row)
    : in_(row),
      layout_(in_.Unsigned()),
      last_received_(absl::UnixEpoch()),
      last_said_(absl::UnixEpoch()) {
  if (layout_ == kFirstLayout || layout_ == kLayoutWithAbout) {
    left_ = in_.Unsigned();
  }
}

absl::string_view ClaimsDecoder::Name(std::vector<absl::string_view>& names) {
  const uint64_t number = in_.Unsigned();
  if (number > 0 && number <= names.size()) return names[number - 1];
  const absl::string_view name = in_.View();
  if (names.size() < kNamesMax) names.push_back(name);
  return name;
}

const JudgedView* ClaimsDecoder::NextView() {
  const bool read =
      layout_ >= kLayoutWithoutLag ? ReadView() : ReadOfEarlierLayout();
  return read ? &view_ : nullptr;
}

std::optional<JudgedClaim> ClaimsDecoder::Next() {
  const JudgedView* view = NextView();
  if (view == nullptr) return std::nullopt;
  JudgedClaim judged{.claim = ToClaim(claim_),
                     .verdict = view->verdict,
                     .further = view->further,
                     .attribute = std::string(view->attribute),
                     .lag = view->lag};
  judged.claim.received_at = view->received_at;
  judged.claim.personal = view->personal;
  if (view->about != nullptr) judged.about = *view->about;
  return judged;
}

bool ClaimsDecoder::ReadView() {
  const uint64_t marked = in_.Unsigned();
  if (marked == 0 || in_.failed()) return false;
  const uint64_t marks = marked - 1;
  const uint64_t packed = in_.Unsigned();
  claim_.exposure = static_cast<Exposure>((packed & kExposureMask) + 1);
  view_.verdict = static_cast<Verdict>(packed >> kExposureBits);
  view_.further.reset();
  if ((marks & kHasFurther) != 0) {
    view_.further = static_cast<Verdict>(in_.Unsigned());
  }
  claim_.channel = Name(channels_);
  claim_.attribute = Name(attributes_);
  view_.attribute =
      (marks & kOtherAttribute) != 0 ? Name(attributes_) : claim_.attribute;
  claim_.names_entity = (marks & kNamesEntity) != 0;
  claim_.entity_type = claim_.names_entity ? Name(types_) : absl::string_view();
  claim_.entity_id = claim_.names_entity ? in_.View() : absl::string_view();
  claim_.subject = claim_.names_entity ? absl::string_view() : in_.View();
  ReadAbout(marks);
  const StoredValueView value = in_.ValueView();
  view_.personal = value.personal || !value.text.has_value();
  claim_.erased = value.erased;
  claim_.value = value.text;
  claim_.said_at_given = (marks & kSaidAtGiven) != 0;
  claim_.said_at = AtDistance(in_.Signed(), last_said_);
  claim_.as_of = (marks & kHasAsOf) != 0
                     ? AtDistance(in_.Signed(), claim_.said_at)
                     : absl::InfinitePast();
  view_.received_at = (marks & kOtherReceived) != 0
                          ? AtDistance(in_.Signed(), last_received_)
                          : last_received_;
  claim_.as_of_revision =
      (marks & kHasAsOfRevision) != 0 ? in_.View() : absl::string_view();
  claim_.claim_id =
      (marks & kHasClaimId) != 0 ? in_.View() : absl::string_view();
  claim_.labels.clear();
  if ((marks & kHasLabels) != 0) {
    for (uint64_t left = in_.Unsigned(); left > 0 && !in_.failed(); --left) {
      const absl::string_view name = in_.View();
      claim_.labels.emplace_back(name, in_.View());
    }
  }
  view_.lag.reset();
  if ((marks & kHasLag) != 0) {
    view_.lag = absl::Seconds(static_cast<int64_t>(in_.Unsigned()));
  }
  last_received_ = view_.received_at;
  last_said_ = claim_.said_at;
  return true;
}

void ClaimsDecoder::ReadAbout(uint64_t marks) {
  view_.about = (marks & kNoAbout) == 0 ? &about_ : nullptr;
  const auto assign = [](absl::string_view from, std::string& to) {
    to.assign(from.data(), from.size());
  };
  if ((marks & kOtherAbout) != 0) {
    view_.about = &about_;
    assign(Name(types_), about_.type);
    const absl::string_view id = in_.View();
    assign(id.empty() ? claim_.subject : id, about_.id);
  } else if (view_.about != nullptr) {
    assign(claim_.entity_type, about_.type);
    assign(claim_.entity_id, about_.id);
  }
}

bool ClaimsDecoder::ReadOfEarlierLayout() {
  if (left_ == 0 || in_.failed()) return false;
  --left_;
  of_earlier_layout_ = {};
  JudgedClaim& judged = of_earlier_layout_;
  judged.claim = DecodeClaim(in_);
  judged.verdict = static_cast<Verdict>(in_.Unsigned());
  if (const uint64_t further = in_.Unsigned(); further != 0) {
    judged.further = static_cast<Verdict>(further);
  }
  if (layout_ != kFirstLayout) {
    const bool is_named = in_.Bool();
    if (is_named) {
      judged.about = judged.claim.entity;
    } else if (in_.Bool()) {
      judged.about.emplace();
      judged.about->type = in_.String();
      judged.about->id = in_.String();
    }
    const bool is_canonical = in_.Bool();
    judged.attribute = is_canonical ? judged.claim.attribute : in_.String();
  }
  claim_ = concordat::ViewOf(judged.claim);
  const JudgedView read = ViewOf(judged, claim_);
  view_.personal = read.personal;
  view_.received_at = read.received_at;
  view_.verdict = read.verdict;
  view_.further = read.further;
  view_.about = read.about;
  view_.attribute = read.attribute;
  view_.lag = read.lag;
  return true;
}

absl::Status ClaimsDecoder::Finish() const {
  if (layout_ == 0 || layout_ > kLayout) {
    return errors::StorageVersion(
        "a record has a layout of a newer version; start that version");
  }
  return in_.Finish("claims");
}

}  // namespace concordat::rows
