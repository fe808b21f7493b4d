#include "tests/histories/truth.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/simulate/people.h"

namespace concordat::histories {
namespace {

// Enough for what is true of two attributes, with some that never are.
constexpr size_t kValues = 32;
// Different tickets name different people (client/simulate/people.h).
constexpr uint64_t kTicketsPerCustomer = 2 * kValues;

constexpr absl::Duration kDay = absl::Hours(24);

void Shuffle(std::vector<std::string>& values, Random& random) {
  for (size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[random.Below(static_cast<uint32_t>(i))]);
  }
}

// Of every market all that it has; which they are is simulate's business.
std::vector<std::string> CityNames() {
  std::vector<std::string> names;
  Random random(0);
  for (size_t market = 0; market < simulate::kMarkets; ++market) {
    for (int i = 0; i < 400; ++i) {
      names.push_back(simulate::MakeCity(market, random));
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string MakeValue(ValueType type, const std::string& name, uint64_t ticket,
                      uint64_t number) {
  switch (type) {
    case ValueType::kEmail:
      return simulate::MakeEmail(name, ticket);
    case ValueType::kPhone:
      return simulate::MakePhone(0, ticket);
    case ValueType::kMoney:
      return absl::StrCat(20 + 7 * number, ".",
                          absl::Dec(ticket % 100, absl::kZeroPad2), " EUR");
    case ValueType::kDate:
      return absl::StrCat(absl::FormatCivilTime(
          absl::CivilDay(2026, 2, 1) + static_cast<int64_t>(3 * number)));
    default:
      return absl::StrCat(1000 + 17 * number + ticket % 17);
  }
}

// One attribute through the chapters.
class StoryTeller {
 public:
  StoryTeller(const EntityId& entity, const Attribute& attribute,
              absl::Duration settle, Values& values, Random& random,
              std::vector<Event>& events)
      : entity_(entity),
        attribute_(attribute),
        settle_(settle),
        values_(values),
        random_(random),
        events_(events) {}

  Story Tell() {
    Story story;
    Begin();
    for (int i = 0; i < kChapters; ++i) {
      story[i].begin = BeginOf(i);
      Tell(story[i]);
    }
    return story;
  }

 private:
  // How it stood before the first chapter.
  void Begin() {
    const absl::Time filled_at = Beginning() - kDay;
    const uint32_t draw = random_.Below(100);
    silent_ = draw < 8;
    if (silent_) return;
    const bool had_another = random_.PerMille(300);
    if (had_another) {
      ++overlaid_;
      earlier_ = values_.NextTrue();
      Record(earlier_, {.from = Beginning() - 100 * kDay}, filled_at);
    }
    since_ = Beginning() - 10 * kDay;
    never_none_ = draw >= 16;
    if (never_none_) now_ = values_.NextTrue();
    Record(now_, {.from = since_}, filled_at);
  }

  void Tell(Chapter& chapter) {
    chapter.turn = DrawTurn();
    chapter.silent = silent_;
    chapter.before = now_;
    chapter.earlier = earlier_;
    chapter.never_none = never_none_;
    chapter.changes_at = chapter.begin + absl::Hours(72) +
                         Between(random_, absl::ZeroDuration(), kDay);
    chapter.heard_at = chapter.changes_at + DrawLateness(chapter.turn);
    TellTurn(chapter);
    chapter.after = now_;
  }

  Turn DrawTurn() {
    const uint32_t draw = random_.Below(100);
    if (silent_) return draw < 50 ? Turn::kFirst : Turn::kNone;
    if (!now_.has_value()) return draw < 60 ? Turn::kBegins : Turn::kNone;
    return draw < 45   ? Turn::kChange
           : draw < 60 ? Turn::kCorrected
           : draw < 75 ? Turn::kScheduled
           : draw < 85 ? Turn::kEnds
                       : Turn::kNone;
  }

  // How much later than the world the graph is.
  absl::Duration DrawLateness(Turn turn) {
    if (turn != Turn::kCorrected && random_.PerMille(600)) {
      return Between(random_, absl::ZeroDuration(), absl::Seconds(30));
    }
    if (settle_ > absl::ZeroDuration() && random_.PerMille(500)) {
      return Between(random_, 0.3 * settle_, 0.8 * settle_);
    }
    return Between(random_, absl::Hours(1), kDay);
  }

  void TellTurn(Chapter& chapter) {
    const absl::Time from = chapter.changes_at;
    switch (chapter.turn) {
      case Turn::kNone:
        // A system of record that says the same again changes nothing.
        if (!silent_ && random_.PerMille(300)) {
          Record(now_, {.from = since_}, chapter.heard_at);
        }
        return;
      case Turn::kEnds:
        End(from, chapter.heard_at);
        return;
      case Turn::kFirst:
        Become(values_.NextTrue(), chapter.begin - absl::Hours(1),
               chapter.heard_at);
        silent_ = false;
        return;
      case Turn::kCorrected:
        chapter.misheard = values_.NextTrue();
        Record(chapter.misheard, {.from = from}, from);
        break;
      case Turn::kScheduled:
        chapter.heard_at = chapter.begin + absl::Hours(6);
        break;
      case Turn::kChange:
      case Turn::kBegins:
        break;
    }
    Become(values_.NextTrue(), from, chapter.heard_at);
  }

  void Become(const std::string& value, absl::Time from, absl::Time heard_at) {
    if (!silent_) ++overlaid_;
    if (now_.has_value()) earlier_ = now_;
    now_ = value;
    since_ = from;
    Record(now_, {.from = from}, heard_at);
  }

  // Either the fact turns out to end, or another says that there is none. The
  // end of a fact gives back what others say of that time, so the former only
  // where there are no others.
  void End(absl::Time at, absl::Time heard_at) {
    if (overlaid_ == 0 && random_.PerMille(500)) {
      Record(now_, {.from = since_, .to = at}, heard_at);
    } else {
      Record(std::nullopt, {.from = at}, heard_at);
    }
    since_ = at;
    earlier_ = now_;
    now_.reset();
    never_none_ = false;
  }

  void Record(std::optional<std::string> value, ValidTime valid,
              absl::Time at) {
    FactRecord fact;
    fact.entity = entity_;
    fact.attribute = attribute_.name;
    fact.value = std::move(value);
    fact.valid = valid;
    fact.recorded.source = "crm";
    events_.push_back({at, Change(std::move(fact))});
  }

  const EntityId& entity_;
  const Attribute& attribute_;
  const absl::Duration settle_;
  Values& values_;
  Random& random_;
  std::vector<Event>& events_;

  bool silent_ = false;
  bool never_none_ = true;
  std::optional<std::string> now_;
  std::optional<std::string> earlier_;
  // Start of the fact in force, and how many there were before.
  absl::Time since_;
  int overlaid_ = 0;
};

}  // namespace

Values::Values(const Attribute& attribute, int64_t customer, Random& random) {
  static const auto* const kCities = new std::vector<std::string>(CityNames());
  if (attribute.type == ValueType::kText) {
    values_ = *kCities;
  } else if (attribute.type == ValueType::kCode) {
    values_ = attribute.code_list->codes;
  } else {
    const std::string name = simulate::MakeGivenName(random);
    const uint64_t tickets =
        static_cast<uint64_t>(customer) * kTicketsPerCustomer;
    for (uint64_t i = 0; i < kValues; ++i) {
      values_.push_back(MakeValue(attribute.type, name, tickets + i, i));
    }
  }
  Shuffle(values_, random);
}

std::string Values::NeverTrue(Random& random) const {
  const uint32_t never = static_cast<uint32_t>(values_.size() - true_);
  return values_[true_ + random.Below(never)];
}

bool Values::MayBeTrue(const std::string& value) const {
  const auto end = values_.begin() + static_cast<ptrdiff_t>(true_);
  return std::find(values_.begin(), end, value) != end;
}

Story MakeStory(const EntityId& entity, const Attribute& attribute,
                absl::Duration settle, Values& values, Random& random,
                std::vector<Event>& events) {
  return StoryTeller(entity, attribute, settle, values, random, events).Tell();
}

}  // namespace concordat::histories
