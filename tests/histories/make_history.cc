#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/histories/behaviours.h"
#include "tests/histories/customer.h"
#include "tests/histories/history.h"
#include "tests/histories/mix_ups.h"
#include "tests/histories/vocabulary.h"

namespace concordat::histories {
namespace {

// In cases per 1000: of what a channel may know of a customer, what it speaks
// about; and of what it may not know.
constexpr uint32_t kSpeaksAbout = 100;
constexpr uint32_t kDiscloses = 8;
// Of what channels speak about, what they always say rightly; of the rest, the
// chapters with a mistake.
constexpr uint32_t kCareful = 500;
constexpr uint32_t kMistaken = 500;
// Pairs of customers, of each channel.
constexpr uint32_t kMixedUp = 60;
// Claims that arrive again; and of all claims, those with an id.
constexpr uint32_t kReplayed = 100;
constexpr uint32_t kWithId = 600;

// A behaviour that fits, which has then played; nullptr where none was found.
const Behaviour* Play(absl::Span<const Behaviour> behaviours, Scene& scene) {
  constexpr int kTries = 40;
  uint32_t total = 0;
  for (const Behaviour& behaviour : behaviours) total += behaviour.weight;
  for (int i = 0; i < kTries; ++i) {
    uint32_t draw = scene.random().Below(total);
    const Behaviour* chosen = behaviours.data();
    while (draw >= chosen->weight) draw -= (chosen++)->weight;
    if (chosen->play(scene)) return chosen;
  }
  return nullptr;
}

class HistoryMaker {
 public:
  HistoryMaker(const HistoryOptions& options, const Vocabulary& vocabulary)
      : options_(options), vocabulary_(vocabulary), random_(options.seed) {}

  // Customers come in pairs: what is told of one may be the other's.
  History Make() {
    for (int64_t number = 0; number < options_.entities; number += 2) {
      Customer one =
          MakeCustomer(number, vocabulary_, random_, history_.events);
      Customer other =
          MakeCustomer(number + 1, vocabulary_, random_, history_.events);
      PlayPair(one, other);
    }
    Number();
    std::stable_sort(history_.events.begin(), history_.events.end(),
                     [](const Event& a, const Event& b) {
                       return a.arrives_at < b.arrives_at;
                     });
    return std::move(history_);
  }

 private:
  void PlayPair(Customer& one, Customer& other) {
    for (const auto& [name, channel] : vocabulary_.channels) {
      const bool faultless = name == kFaultlessChannel;
      const bool mixed_up = name != kChannelOfGraphIds && !faultless &&
                            random_.PerMille(kMixedUp);
      const int mixed_up_in =
          mixed_up ? static_cast<int>(random_.Below(kChapters)) : kChapters;
      const std::vector<Habit> of_one = DrawHabits(channel);
      const std::vector<Habit> of_other = DrawHabits(channel);
      for (int chapter = 0; chapter < kChapters; ++chapter) {
        const bool only_baseline = chapter == mixed_up_in;
        PlayChannel(one, other, channel, of_one, chapter, only_baseline);
        PlayChannel(other, one, channel, of_other, chapter, only_baseline);
        if (chapter != mixed_up_in) continue;
        PlayMixUp(static_cast<MixUp>(random_.Below(kMixUps)), vocabulary_,
                  channel, chapter, one, other, random_, history_);
      }
    }
  }

  // How a channel treats an attribute of a customer, in all chapters.
  struct Habit {
    const Attribute* attribute;
    bool makes_mistakes;
  };

  // Of the attributes that it speaks about.
  std::vector<Habit> DrawHabits(const Channel& channel) {
    const bool faultless = channel.name == kFaultlessChannel;
    std::vector<Habit> habits;
    for (const auto& [name, attribute] :
         vocabulary_.schema.FindEntityType(kCustomer)->attributes) {
      const bool may_know = channel.FindTerms(kCustomer, name) != nullptr;
      if (!random_.PerMille(may_know    ? kSpeaksAbout
                            : faultless ? 0
                                        : kDiscloses)) {
        continue;
      }
      habits.push_back({&attribute, !faultless && !random_.PerMille(kCareful)});
    }
    return habits;
  }

  void PlayChannel(const Customer& customer, const Customer& stranger,
                   const Channel& channel, const std::vector<Habit>& habits,
                   int chapter, bool only_baseline) {
    for (const Habit& habit : habits) {
      const Cell cell =
          CellOf(customer, vocabulary_, *habit.attribute, channel);
      const Backdrop backdrop =
          BackdropOf(customer, stranger, *habit.attribute, chapter);
      Scene scene(cell, backdrop, random_);
      if (cell.terms == nullptr) {
        if (!only_baseline) Perform(Disclosures(), scene);
      } else {
        if (!backdrop.own->silent) {
          scene.Say(BeginOf(chapter) +
                        scene.Between(absl::ZeroDuration(), absl::Hours(3)),
                    backdrop.own->before);
        }
        const bool mistaken =
            habit.makes_mistakes && random_.PerMille(kMistaken);
        if (!only_baseline && !(mistaken && Perform(Mistakes(), scene))) {
          Perform(HarmlessBehaviours(), scene);
        }
      }
      Take(scene);
    }
  }

  bool Perform(absl::Span<const Behaviour> behaviours, Scene& scene) {
    const Behaviour* const behaviour = Play(behaviours, scene);
    if (behaviour == nullptr) return false;
    const auto plant = [&](FindingFamily family, std::optional<Verdict> kind) {
      history_.played.push_back({{.entity = scene.cell().entity,
                                  .attribute = scene.cell().attribute->name,
                                  .channel = scene.cell().channel->name,
                                  .family = family},
                                 behaviour->name,
                                 kind});
    };
    plant(FindingFamily::kDisagreement, behaviour->disagreement);
    if (behaviour->disclosure.has_value()) {
      plant(FindingFamily::kDisclosure, behaviour->disclosure);
    }
    return true;
  }

  // Some of it arrives a second time at the end of the chapter.
  void Take(const Scene& scene) {
    for (const Event& event : scene.said()) {
      history_.events.push_back(event);
      if (!random_.PerMille(kReplayed)) continue;
      replays_.push_back(
          {history_.events.size() - 1,
           scene.chapter().begin + absl::Hours(206) +
               Between(random_, absl::ZeroDuration(), absl::Hours(20)),
           /*renamed=*/random_.PerMille(500)});
    }
  }

  // Gives most claims an id of their own, and replays theirs or, as a channel
  // does that makes ids when it sends, another.
  void Number() {
    int64_t next = 0;
    const auto id = [&] { return absl::StrCat("claim-", next++); };
    for (Event& event : history_.events) {
      Claim* const claim = std::get_if<Claim>(&event.what);
      if (claim != nullptr && random_.PerMille(kWithId)) claim->claim_id = id();
    }
    for (const Replay& replay : replays_) {
      Event again = history_.events[replay.event];
      again.arrives_at = replay.at;
      if (replay.renamed) std::get<Claim>(again.what).claim_id = id();
      history_.events.push_back(std::move(again));
    }
  }

  struct Replay {
    size_t event;
    absl::Time at;
    bool renamed;
  };

  const HistoryOptions& options_;
  const Vocabulary& vocabulary_;
  Random random_;
  History history_;
  std::vector<Replay> replays_;
};

}  // namespace

absl::Time Beginning() {
  return absl::FromCivil(absl::CivilDay(2026, 1, 5), absl::UTCTimeZone());
}

absl::Duration Between(Random& random, absl::Duration low,
                       absl::Duration high) {
  return absl::Seconds(
      random.Between(absl::ToInt64Seconds(low), absl::ToInt64Seconds(high)));
}

History MakeHistory(const HistoryOptions& options,
                    const Vocabulary& vocabulary) {
  return HistoryMaker(options, vocabulary).Make();
}

}  // namespace concordat::histories
