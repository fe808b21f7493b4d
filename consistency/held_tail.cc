#include "consistency/held_tail.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr size_t kCacheLine = 64;

bool IsWanted(const std::vector<EntityId>& only, const EntityId* about) {
  if (about == nullptr) return false;
  return only.empty() ||
         std::find(only.begin(), only.end(), *about) != only.end();
}

// Eight bytes of a key, in its order.
uint64_t WordAt(absl::string_view key, size_t begin) {
  uint64_t word = 0;
  for (size_t i = 0; i < sizeof(word); ++i) {
    const size_t at = begin + i;
    word = word << 8 | (at < key.size() ? static_cast<uint8_t>(key[at]) : 0);
  }
  return word;
}

}  // namespace

class HeldTail::Order::Source final : public HeldSource {
 public:
  Source(const HeldTail* tail, const std::vector<uint32_t>& slots,
         absl::string_view from)
      : tail_(tail),
        slots_(slots),
        place_(std::lower_bound(slots.begin(), slots.end(), from,
                                [tail](uint32_t slot, absl::string_view key) {
                                  return tail->KeyOfSlot(slot) < key;
                                })) {
    Read();
  }

  const HeldEntry* Current() const override {
    return place_ == slots_.end() ? nullptr : &current_;
  }
  absl::Status Advance() override {
    ++place_;
    Read();
    return absl::OkStatus();
  }

 private:
  // What is next in order lies anywhere, so it is fetched ahead.
  void Read() {
    constexpr std::ptrdiff_t kAhead = 4;
    const std::ptrdiff_t left = slots_.end() - place_;
    if (left > 2 * kAhead) {
      __builtin_prefetch(&tail_->slots_[place_[2 * kAhead]]);
      const char* const bytes =
          tail_->bytes_.data() + tail_->slots_[place_[kAhead]].begin;
      __builtin_prefetch(bytes);
      __builtin_prefetch(bytes + kCacheLine);
    }
    if (left > 0) current_ = tail_->EntryOf(*place_);
  }

  const HeldTail* const tail_;
  const std::vector<uint32_t>& slots_;
  std::vector<uint32_t>::const_iterator place_;
  HeldEntry current_;
};

HeldTail::HeldTail() : by_key_(0, HashKey{this}, SameKey{this}) {}

size_t HeldTail::HashKey::operator()(absl::string_view key) const {
  return absl::HashOf(key);
}
size_t HeldTail::HashKey::operator()(uint32_t slot) const {
  return absl::HashOf(tail->KeyOfSlot(slot));
}

HeldEntry HeldTail::EntryOf(uint32_t number) const {
  const Slot& slot = slots_[number];
  const absl::string_view after_key =
      absl::string_view(bytes_).substr(slot.begin + slot.key_size);
  HeldEntry entry{.key = KeyOfSlot(number),
                  .stamp = slot.stamp,
                  .value = {.personal = slot.personal, .erased = slot.erased},
                  .rest = after_key.substr(slot.value_size, slot.rest_size)};
  if (slot.has_value) entry.value.text = after_key.substr(0, slot.value_size);
  return entry;
}

// What it had before stays where it lies, for a run is soon made of all.
void HeldTail::SetSlot(const rows::JudgedView& judged, HeldStamp stamp,
                       Slot& slot) {
  rest_.Clear();
  EncodeHeldRest(judged, rest_);
  const absl::string_view value = judged.claim.value.value_or("");
  slot.begin = bytes_.size();
  slot.key_size = static_cast<uint32_t>(key_.size());
  slot.value_size = static_cast<uint32_t>(value.size());
  slot.rest_size = static_cast<uint32_t>(rest_.bytes().size());
  slot.stamp = stamp;
  slot.has_value = judged.claim.value.has_value();
  slot.personal = judged.personal;
  slot.erased = judged.claim.erased;
  bytes_.append(key_).append(value.data(), value.size()).append(rest_.bytes());
}

void HeldTail::Add(const rows::JudgedView& judged, HeldStamp stamp) {
  newest_said_at_ = std::max(newest_said_at_, stamp.said_at);
  KeyWriter writer(std::move(key_));
  const size_t entity_size = writer.Entity(*judged.about).bytes().size();
  key_ = writer.String(judged.claim.channel).String(judged.attribute).Take();
  if (const auto found = by_key_.find(absl::string_view(key_));
      found != by_key_.end()) {
    if (!(stamp < slots_[*found].stamp)) SetSlot(judged, stamp, slots_[*found]);
    return;
  }
  slots_.emplace_back().entity_size = static_cast<uint32_t>(entity_size);
  SetSlot(judged, stamp, slots_.back());
  by_key_.insert(static_cast<uint32_t>(slots_.size() - 1));
}

void HeldTail::Add(const HeldClaim& held) {
  const ReportedClaim claim = ViewOf(held.judged.claim);
  Add(rows::ViewOf(held.judged, claim), held.stamp());
}

void HeldTail::Clear() {
  bytes_.clear();
  by_key_.clear();
  by_key_.reserve(slots_.size());  // or each would grow from nothing
  by_entity_.clear();
  before_.clear();
  slots_.clear();
  newest_said_at_ = absl::InfinitePast();
}

void HeldTail::Replace(const HeldClaim& held) {
  if (by_key_.contains(absl::string_view(KeyOf(held)))) Add(held);
}

// Most keys differ soon after what all have in common.
HeldTail::Order HeldTail::Sorted() const {
  Order order;
  order.tail_ = this;
  if (slots_.empty()) return order;
  const absl::string_view first = KeyOfSlot(0);
  size_t common = first.size();
  for (uint32_t slot = 1; slot < slots_.size(); ++slot) {
    const absl::string_view key = KeyOfSlot(slot).substr(0, common);
    common = static_cast<size_t>(
        std::mismatch(key.begin(), key.end(), first.begin()).first -
        key.begin());
  }
  std::vector<std::pair<uint64_t, uint32_t>> words;
  words.reserve(slots_.size());
  for (uint32_t slot = 0; slot < slots_.size(); ++slot) {
    words.emplace_back(WordAt(KeyOfSlot(slot), common), slot);
  }
  std::sort(words.begin(), words.end(), [this](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return KeyOfSlot(a.second) < KeyOfSlot(b.second);
  });
  order.slots_.reserve(words.size());
  for (const auto& entry : words) order.slots_.push_back(entry.second);
  return order;
}

HeldTail::Order HeldTail::SortedOf(const EntityId& entity) {
  before_.reserve(slots_.capacity());
  for (auto slot = static_cast<uint32_t>(before_.size()); slot < slots_.size();
       ++slot) {
    const auto [last, is_new] =
        by_entity_.try_emplace(absl::HashOf(EntityOfSlot(slot)), kNone);
    before_.push_back(std::exchange(last->second, slot));
  }
  Order order;
  order.tail_ = this;
  const std::string begin = KeyWriter().Entity(entity).Take();
  const auto last = by_entity_.find(absl::HashOf(absl::string_view(begin)));
  if (last == by_entity_.end()) return order;
  for (uint32_t slot = last->second; slot != kNone; slot = before_[slot]) {
    if (EntityOfSlot(slot) == begin) order.slots_.push_back(slot);
  }
  std::sort(
      order.slots_.begin(), order.slots_.end(),
      [this](uint32_t a, uint32_t b) { return KeyOfSlot(a) < KeyOfSlot(b); });
  return order;
}

HeldTail::Order HeldTail::Only(absl::string_view key) const {
  Order order;
  order.tail_ = this;
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) order.slots_.push_back(*found);
  return order;
}

size_t HeldTail::Order::entities() const {
  size_t entities = 0;
  for (size_t i = 0; i < slots_.size(); ++i) {
    const bool is_same = i > 0 && tail_->EntityOfSlot(slots_[i]) ==
                                      tail_->EntityOfSlot(slots_[i - 1]);
    entities += is_same ? 0 : 1;
  }
  return entities;
}

std::unique_ptr<HeldSource> HeldTail::Order::Open(
    absl::string_view from) const {
  return std::make_unique<Source>(tail_, slots_, from);
}

absl::StatusOr<LogPlace> AddLogTo(HeldTail& tail, const Reader& reader,
                                  const LogPart& part) {
  const auto key_after = [](Revision revision) {
    return KeyWriter().At(revision.Next()).Take();
  };
  const bool to_end = part.upto == Revision::Latest();
  LogPlace place{.through = part.upto};
  if (to_end) {
    CONCORDAT_ASSIGN_OR_RETURN(place.through, rows::ReadHead(reader));
  }
  const std::string begin = key_after(part.after);
  std::string end = to_end ? "" : key_after(part.upto);
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      rows::kClaims, begin, end,
      [&](absl::string_view key, absl::string_view value) {
        const Revision revision = KeyReader(key).At();
        rows::ClaimsDecoder in(value);
        while (const rows::JudgedView* judged = in.NextView()) {
          ++place.claims;
          if (part.tally != nullptr) part.tally->Add(*judged);
          if (!IsWanted(part.only, judged->about)) continue;
          tail.Add(*judged, {judged->claim.said_at, revision, revision});
        }
        problem = in.Finish();
        if (!problem.ok()) return false;
        place.through = std::max(place.through, revision);
        if (place.claims < part.claims_max) return true;
        place.through = revision;
        end = key_after(revision);
        return false;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      rows::kHeldChanges, begin, end,
      [&](absl::string_view key, absl::string_view value) {
        place.through = std::max(place.through, KeyReader(key).At());
        const absl::StatusOr<std::vector<HeldClaim>> changed =
            rows::ParseHeld(value);
        problem = changed.status();
        if (!changed.ok()) return false;
        place.claims += changed->size();
        for (const HeldClaim& held : *changed) {
          if (IsWanted(part.only, &held.entity())) tail.Add(held);
        }
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return place;
}

}  // namespace concordat
