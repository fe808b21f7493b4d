// What a channel says about one attribute of one customer in one chapter.
#ifndef CONCORDAT_TESTS_HISTORIES_SCENE_H_
#define CONCORDAT_TESTS_HISTORIES_SCENE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "consistency/vocabulary.h"
#include "graph/ids.h"
#include "graph/schema.h"
#include "tests/histories/history.h"
#include "tests/histories/truth.h"

namespace concordat::histories {

// Who speaks about what.
struct Cell {
  EntityId entity;
  const Attribute* attribute = nullptr;
  const Channel* channel = nullptr;
  // nullptr: the channel may not know it.
  const AttributeTerms* terms = nullptr;
  absl::Duration settle;
  // The channel's own id for the customer; empty: it uses the graph's.
  std::string subject;
};

// The truth that it may be about.
struct Backdrop {
  const Chapter* own = nullptr;
  // Of the attribute that is easily taken for this one; nullptr: none.
  const Chapter* confusable = nullptr;
  // Of the same attribute of another customer.
  const Chapter* stranger = nullptr;
  const Values* values = nullptr;
};

// How something is said that is not said as ever.
struct Manner {
  // When it arrives; nullopt: mostly within half a minute, sometimes up to two
  // hours later, never before what was said earlier in the scene.
  std::optional<absl::Time> arrives_at = std::nullopt;
  // It arrives within half a minute.
  bool promptly = false;
  absl::Time as_of = absl::InfinitePast();
  // How far the channel's clock is off, as a share of what it may be; nullopt:
  // drawn from -0.9 to 0.9.
  std::optional<double> clock_error = std::nullopt;
  std::optional<std::string> subject = std::nullopt;
};

// Collects what is said. Not thread-safe.
class Scene {
 public:
  Scene(const Cell& cell, const Backdrop& backdrop, Random& random)
      : cell_(cell), backdrop_(backdrop), random_(random) {}

  const Cell& cell() const { return cell_; }
  const Chapter& chapter() const { return *backdrop_.own; }
  const Backdrop& backdrop() const { return backdrop_; }
  Random& random() { return random_; }
  bool required() const {
    return cell_.terms != nullptr && cell_.terms->required;
  }
  absl::Duration promise() const {
    return cell_.terms == nullptr ? absl::ZeroDuration() : cell_.terms->promise;
  }
  absl::Duration skew() const { return cell_.channel->clock_skew; }
  absl::Duration settle() const { return cell_.settle; }
  // The graph knows that the attribute has a value before the turn.
  bool has_value() const {
    return !chapter().silent && chapter().before.has_value();
  }
  // The graph knows that it has none.
  bool has_none() const {
    return !chapter().silent && !chapter().before.has_value();
  }

  absl::Duration Between(absl::Duration low, absl::Duration high) {
    return histories::Between(random_, low, high);
  }
  // An instant at which nothing changes, with time for more after it.
  absl::Time Calm() {
    return chapter().begin + Between(absl::Hours(12), absl::Hours(36));
  }
  // When what was reported during an outage arrives.
  absl::Time Burst() {
    return chapter().begin + absl::Hours(204) +
           Between(absl::ZeroDuration(), absl::Minutes(10));
  }
  // So late after the turn that the channel must know of it, even if its clock
  // is as slow as it may be.
  absl::Time TooLate() {
    return chapter().known_at() + promise() + 2 * skew() +
           Between(absl::Hours(1), absl::Hours(12));
  }
  std::string NeverTrue() { return backdrop_.values->NeverTrue(random_); }

  // The channel says it at that time, by a clock that nobody has.
  void Say(absl::Time at, std::optional<std::string> value,
           const Manner& manner = {});
  // In half of the cases the channel says the right thing, once the mistake
  // that it made at that time has stood long enough to be shown.
  void MaybeHeal(absl::Time mistaken_at, std::optional<std::string> value);

  // In order of saying.
  const std::vector<Event>& said() const { return said_; }

 private:
  const Cell& cell_;
  const Backdrop& backdrop_;
  Random& random_;
  std::vector<Event> said_;
  absl::Time last_arrival_ = absl::InfinitePast();
};

}  // namespace concordat::histories

#endif  // CONCORDAT_TESTS_HISTORIES_SCENE_H_
