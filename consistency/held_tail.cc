#include "consistency/held_tail.h"

#include <algorithm>
#include <utility>

#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

bool IsWanted(const std::vector<EntityId>& only,
              const std::optional<EntityId>& about) {
  if (!about.has_value()) return false;
  return only.empty() ||
         std::find(only.begin(), only.end(), *about) != only.end();
}

}  // namespace

class HeldTail::Order::Source final : public HeldSource {
 public:
  Source(const std::vector<const Slot*>& slots, absl::string_view from)
      : slots_(slots),
        place_(std::lower_bound(slots.begin(), slots.end(), from,
                                [](const Slot* slot, absl::string_view key) {
                                  return slot->key() < key;
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
  void Read() {
    if (place_ != slots_.end()) current_ = (*place_)->entry();
  }

  const std::vector<const Slot*>& slots_;
  std::vector<const Slot*>::const_iterator place_;
  HeldEntry current_;
};

void HeldTail::Put(const EntityId& entity, const rows::JudgedView& judged,
                   HeldStamp stamp, bool may_add) {
  encoder_.Clear();
  encoder_.Append(HeldKey(entity, judged.claim.channel, judged.attribute));
  const size_t key_size = encoder_.bytes().size();
  EncodeHeldRest(judged, encoder_);
  const absl::string_view key =
      absl::string_view(encoder_.bytes()).substr(0, key_size);
  std::vector<Slot>& slots = slots_[entity];
  auto slot = std::find_if(slots.begin(), slots.end(), [&](const Slot& other) {
    return other.key() == key;
  });
  if (slot == slots.end()) {
    if (!may_add) return;
    slot = slots.emplace(slots.end());
    ++size_;
  } else if (stamp < slot->stamp) {
    return;
  }
  slot->bytes.assign(encoder_.bytes());
  slot->key_size = key_size;
  slot->stamp = stamp;
  slot->value.personal = judged.personal;
  slot->value.erased = judged.claim.erased;
  if (judged.claim.value.has_value()) {
    slot->value.text.emplace(*judged.claim.value);
  } else {
    slot->value.text.reset();
  }
}

void HeldTail::Add(const rows::JudgedView& judged, Revision revision) {
  if (judged.about == nullptr) return;
  ++added_;
  Put(*judged.about, judged, {judged.claim.said_at, revision, revision},
      /*may_add=*/true);
}

void HeldTail::Add(const HeldClaim& held) {
  const ReportedClaim claim = ViewOf(held.judged.claim);
  ++added_;
  Put(held.entity(), rows::ViewOf(held.judged, claim), held.stamp(),
      /*may_add=*/true);
}

void HeldTail::Replace(const HeldClaim& held) {
  if (!slots_.contains(held.entity())) return;
  const ReportedClaim claim = ViewOf(held.judged.claim);
  Put(held.entity(), rows::ViewOf(held.judged, claim), held.stamp(),
      /*may_add=*/false);
}

// By entity first, each of which has a few.
HeldTail::Order HeldTail::Sorted() const {
  std::vector<std::pair<std::string, const std::vector<Slot>*>> entities;
  entities.reserve(slots_.size());
  for (const auto& [entity, slots] : slots_) {
    entities.emplace_back(KeyWriter().Entity(entity).Take(), &slots);
  }
  std::sort(entities.begin(), entities.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  Order order;
  order.slots_.reserve(size_);
  for (const auto& entry : entities) order.Append(*entry.second);
  return order;
}

HeldTail::Order HeldTail::SortedOf(const EntityId& entity) const {
  Order order;
  const auto slots = slots_.find(entity);
  if (slots != slots_.end()) order.Append(slots->second);
  return order;
}

void HeldTail::Order::Append(const std::vector<Slot>& of_entity) {
  const auto begin = static_cast<std::ptrdiff_t>(slots_.size());
  for (const Slot& slot : of_entity) slots_.push_back(&slot);
  std::sort(slots_.begin() + begin, slots_.end(),
            [](const Slot* a, const Slot* b) { return a->key() < b->key(); });
}

std::unique_ptr<HeldSource> HeldTail::Order::Open(
    absl::string_view from) const {
  return std::make_unique<Source>(slots_, from);
}

absl::Status AddLogTo(HeldTail& tail, const Reader& reader, Revision after,
                      const std::vector<EntityId>& only) {
  const std::string begin = KeyWriter().At(after.Next()).Take();
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      rows::kClaims, begin, "",
      [&](absl::string_view key, absl::string_view value) {
        const Revision revision = KeyReader(key).At();
        rows::ClaimsDecoder in(value);
        while (std::optional<rows::JudgedClaim> judged = in.Next()) {
          if (!IsWanted(only, judged->about)) continue;
          tail.Add(HeldClaim{*std::move(judged), revision, revision});
        }
        problem = in.Finish();
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(rows::kHeldChanges, begin, "",
                  [&](absl::string_view, absl::string_view value) {
                    const absl::StatusOr<std::vector<HeldClaim>> changed =
                        rows::ParseHeld(value);
                    problem = changed.status();
                    if (!changed.ok()) return false;
                    for (const HeldClaim& held : *changed) {
                      if (IsWanted(only, held.entity())) tail.Add(held);
                    }
                    return true;
                  }));
  return problem;
}

}  // namespace concordat
