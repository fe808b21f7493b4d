#include "tests/histories/mix_ups.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace concordat::histories {
namespace {

constexpr absl::Duration kHour = absl::Hours(1);

// What both must have, for one to be told as the other's: a value that the
// graph knows.
bool HaveBoth(const Chapter& one, const Chapter& other) {
  return !one.silent && one.before.has_value() && !other.silent &&
         other.before.has_value();
}

class MixUpScene {
 public:
  MixUpScene(const Vocabulary& vocabulary, const Channel& channel, int chapter,
             Customer& one, const Customer& other, Random& random,
             History& history)
      : vocabulary_(vocabulary),
        channel_(channel),
        chapter_(chapter),
        begin_(BeginOf(chapter)),
        one_(one),
        other_(other),
        random_(random),
        history_(history) {}

  void WrongLink() {
    const std::string& subject = other_.subjects.at(channel_.name);
    const absl::Time wrong_since = begin_ + 9 * kHour;
    const absl::Time corrected_at = begin_ + 60 * kHour;
    history_.events.push_back(
        LinkEvent(channel_.name, subject, one_.id, wrong_since, wrong_since));
    history_.events.push_back(LinkEvent(channel_.name, subject, other_.id,
                                        wrong_since, corrected_at));
    ForEachAttribute([&](const Attribute& attribute, const Chapter& chapter,
                         const Chapter& of_other) {
      if (!HaveBoth(chapter, of_other)) return;
      // Said of whom the id names meanwhile; later it names whom it is about.
      const std::optional<Verdict> shown =
          ShownAsTheOthers(attribute, *of_other.before);
      if (!shown.has_value()) return;
      Speak(other_, attribute, [&](Scene& scene) {
        scene.Say(scene.Calm(), of_other.before, {.promptly = true});
        scene.Say(corrected_at + kHour, of_other.before);
      });
      Plant("wrong_link", one_, attribute, shown);
      Plant("wrong_link", other_, attribute, std::nullopt);
    });
  }

  void SharedId() {
    ForEachAttribute([&](const Attribute& attribute, const Chapter& chapter,
                         const Chapter& of_other) {
      if (!attribute.identifying || !HaveBoth(chapter, of_other)) return;
      Speak(one_, attribute, [&](Scene& scene) {
        absl::Time at = scene.Calm();
        for (int i = 0; i < 2; ++i) {
          scene.Say(at, of_other.before);
          at += scene.settle() + 2 * kHour;
          scene.Say(at, chapter.before);
          at += 2 * kHour;
        }
      });
      Plant("shared_id", one_, attribute, Verdict::kMisidentified);
    });
  }

  void RecycledId() {
    const std::string recycled = one_.subjects.at(channel_.name);
    const absl::Time passes_at = begin_ + 48 * kHour;
    history_.events.push_back(
        LinkEvent(channel_.name, recycled, other_.id, passes_at, passes_at));
    ForEachAttribute([&](const Attribute& attribute, const Chapter& chapter,
                         const Chapter& of_other) {
      if (!HaveBoth(chapter, of_other)) return;
      // Claims about the one arrive when the id names the other already.
      Speak(one_, attribute, [&](Scene& scene) {
        scene.Say(scene.Calm(), chapter.before, {.arrives_at = scene.Burst()});
        scene.Say(passes_at + kHour, of_other.before);
      });
      Plant("recycled_id", one_, attribute, std::nullopt);
      Plant("recycled_id", other_, attribute, std::nullopt);
    });
    one_.subjects[channel_.name] = recycled + "-2";
    history_.events.push_back(LinkEvent(channel_.name, recycled + "-2", one_.id,
                                        absl::InfinitePast(), passes_at));
  }

 private:
  // Those that the channel may know, with what is true of both.
  template <typename Visit>
  void ForEachAttribute(Visit visit) const {
    const EntityType& type = *vocabulary_.schema.FindEntityType(kCustomer);
    for (const auto& [name, terms] : channel_.contract.at(kCustomer)) {
      const size_t chapter = static_cast<size_t>(chapter_);
      visit(*type.FindAttribute(name), one_.stories.at(name)[chapter],
            other_.stories.at(name)[chapter]);
    }
  }

  // What a value of the other is for the one; nullopt: it may be true of it as
  // well, or of another of its attributes.
  std::optional<Verdict> ShownAsTheOthers(const Attribute& attribute,
                                          const std::string& value) const {
    if (attribute.identifying) return Verdict::kMisidentified;
    if (one_.values.at(attribute.name)->MayBeTrue(value)) return std::nullopt;
    return Verdict::kContradicts;
  }

  template <typename Play>
  void Speak(const Customer& whom, const Attribute& attribute, Play play) {
    const Cell cell = CellOf(whom, vocabulary_, attribute, channel_);
    const Backdrop backdrop = BackdropOf(one_, other_, attribute, chapter_);
    Scene scene(cell, backdrop, random_);
    play(scene);
    history_.events.insert(history_.events.end(), scene.said().begin(),
                           scene.said().end());
  }

  void Plant(const char* name, const Customer& whom, const Attribute& attribute,
             std::optional<Verdict> kind) {
    history_.played.push_back({{.entity = whom.id,
                                .attribute = attribute.name,
                                .channel = channel_.name,
                                .family = FindingFamily::kDisagreement},
                               name,
                               kind});
  }

  const Vocabulary& vocabulary_;
  const Channel& channel_;
  const int chapter_;
  const absl::Time begin_;
  Customer& one_;
  const Customer& other_;
  Random& random_;
  History& history_;
};

}  // namespace

void PlayMixUp(MixUp mix_up, const Vocabulary& vocabulary,
               const Channel& channel, int chapter, Customer& one,
               const Customer& other, Random& random, History& history) {
  MixUpScene scene(vocabulary, channel, chapter, one, other, random, history);
  switch (mix_up) {
    case MixUp::kWrongLink:
      return scene.WrongLink();
    case MixUp::kSharedId:
      return scene.SharedId();
    case MixUp::kRecycledId:
      return scene.RecycledId();
  }
}

}  // namespace concordat::histories
