#include "consistency/recent_claims.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/hash/hash.h"
#include "consistency/rows.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Revisions that one step back through the log covers.
constexpr uint64_t kLoadStep = 4096;

}  // namespace

RecentClaims::RecentClaims(size_t keys_max)
    : ring_mask_(std::bit_ceil(std::min(keys_max, kKeysMax)) - 1),
      table_mask_(2 * (ring_mask_ + 1) - 1) {
  Clear();
}

void RecentClaims::Clear() {
  ring_.reset(
      static_cast<ClaimKey*>(std::calloc(ring_mask_ + 1, sizeof(ClaimKey))));
  table_.reset(
      static_cast<uint32_t*>(std::calloc(table_mask_ + 1, sizeof(uint32_t))));
  if (ring_ == nullptr || table_ == nullptr) std::abort();  // as `new` would
  added_ = 0;
  removed_ = 0;
}

// Goes back through the log step by step until it has enough, then remembers
// from old to new.
absl::Status RecentClaims::Load(const Reader& reader) {
  Clear();
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(reader));
  std::vector<std::vector<ClaimKey>> newest_first;
  size_t found = 0;
  uint64_t end = head.number() + 1;
  while (end > 0 && found <= ring_mask_) {
    const uint64_t begin = end > kLoadStep ? end - kLoadStep : 0;
    std::vector<ClaimKey> step;
    absl::Status problem;
    CONCORDAT_RETURN_IF_ERROR(
        reader.Scan(rows::kClaimKeys, KeyWriter().Number(begin).bytes(),
                    KeyWriter().Number(end).bytes(),
                    [&](absl::string_view, absl::string_view value) {
                      absl::StatusOr<std::vector<ClaimKey>> keys =
                          rows::ParseClaimKeys(value);
                      if (!keys.ok()) {
                        problem = keys.status();
                        return false;
                      }
                      step.insert(step.end(), keys->begin(), keys->end());
                      return true;
                    }));
    CONCORDAT_RETURN_IF_ERROR(problem);
    found += step.size();
    newest_first.push_back(std::move(step));
    end = begin;
  }
  for (auto step = newest_first.rbegin(); step != newest_first.rend(); ++step) {
    for (const ClaimKey& key : *step) Add(key);
  }
  return absl::OkStatus();
}

// Keys can be chosen so that their bits collide; how these are mixed cannot be
// known.
size_t RecentClaims::HomeOf(const ClaimKey& key) const {
  return absl::HashOf(key) & table_mask_;
}

size_t RecentClaims::Find(const ClaimKey& key) const {
  const size_t home = HomeOf(key);
  for (size_t place = home;; place = (place + 1) & table_mask_) {
    const uint32_t entry = table_[place];
    if (entry == 0) return place;
    if (HomeIn(entry) == (home & kHomeMask) && ring_[PlaceIn(entry)] == key) {
      return place;
    }
  }
}

// Moves back what probing would not find past the hole.
void RecentClaims::EraseFromTable(size_t hole) {
  for (size_t place = (hole + 1) & table_mask_; table_[place] != 0;
       place = (place + 1) & table_mask_) {
    // Whether home lies after the hole and not after the place, in a circle.
    const bool stays = ((place - HomeIn(table_[place])) & kHomeMask &
                        table_mask_) < ((place - hole) & table_mask_);
    if (stays) continue;
    table_[hole] = table_[place];
    hole = place;
  }
  table_[hole] = 0;
}

bool RecentClaims::Add(const ClaimKey& key) {
  if (table_[Find(key)] != 0) return false;
  Prefetch(ring_[(added_ + kAhead) & ring_mask_]);
  const size_t place = added_ & ring_mask_;
  if (added_ - removed_ > ring_mask_) {
    EraseFromTable(Find(ring_[place]));
    ++removed_;
  }
  ring_[place] = key;
  const size_t home = HomeOf(key) & kHomeMask;
  table_[Find(key)] = static_cast<uint32_t>(home << kPlaceBits | (place + 1));
  ++added_;
  return true;
}

void RecentClaims::RemoveNewest() {
  --added_;
  EraseFromTable(Find(ring_[added_ & ring_mask_]));
}

}  // namespace concordat
