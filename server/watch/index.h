#ifndef CONCORDAT_SERVER_WATCH_INDEX_H_
#define CONCORDAT_SERVER_WATCH_INDEX_H_

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/watch/filter.h"

namespace concordat {

// Finds, for an event, those who may want it without asking all: each is kept
// under the values of the field of its filter that says most. T is cheap to
// copy. Not thread-safe.
template <typename T>
class WatchIndex {
 public:
  void Add(const WatchFilter& filter, T watcher) {
    const auto add = [&](auto& places, const auto& keys) {
      for (const auto& key : keys) places[key].push_back(watcher);
    };
    if (!ForPlacesOf(filter, add)) others_.push_back(watcher);
  }
  // It must have been added with the same filter.
  void Remove(const WatchFilter& filter, T watcher) {
    const auto remove = [&](auto& places, const auto& keys) {
      for (const auto& key : keys) {
        const auto place = places.find(key);
        RemoveFrom(place->second, watcher);
        if (place->second.empty()) places.erase(place);
      }
    };
    if (!ForPlacesOf(filter, remove)) RemoveFrom(others_, watcher);
  }

  // Calls `visit` with each whose filter may match: never misses one, and may
  // name one twice.
  template <typename Visit>
  void ForEachCandidate(const EventSubject& event, Visit visit) const {
    const auto visit_all = [&](const auto& places, const auto& key) {
      if (places.empty()) return;
      const auto found = places.find(key);
      if (found == places.end()) return;
      for (const T& watcher : found->second) visit(watcher);
    };
    for (const EntityId* entity : event.entities) {
      visit_all(by_entity_, *entity);
      visit_all(by_type_, entity->type);
    }
    visit_all(by_channel_, event.channel);
    visit_all(by_attribute_, event.attribute);
    for (const T& watcher : others_) visit(watcher);
  }

 private:
  static void RemoveFrom(std::vector<T>& place, T watcher) {
    const auto found = std::find(place.begin(), place.end(), watcher);
    *found = place.back();
    place.pop_back();
  }

  // Calls `use` with the places of the field that says most and the values it
  // has; false where no field says anything.
  template <typename Use>
  bool ForPlacesOf(const WatchFilter& filter, Use use) {
    if (!filter.entities.empty()) {
      use(by_entity_, filter.entities);
    } else if (!filter.attributes.empty()) {
      use(by_attribute_, filter.attributes);
    } else if (!filter.channels.empty()) {
      use(by_channel_, filter.channels);
    } else if (!filter.types.empty()) {
      use(by_type_, filter.types);
    } else {
      return false;
    }
    return true;
  }

  using ByName = absl::flat_hash_map<std::string, std::vector<T>>;
  absl::flat_hash_map<EntityId, std::vector<T>> by_entity_;
  ByName by_attribute_;
  ByName by_channel_;
  ByName by_type_;
  std::vector<T> others_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_WATCH_INDEX_H_
