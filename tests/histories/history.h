// Histories: what happens to customers over forty days, what the graph hears
// of it and when, and what channels say, rightly and wrongly, when it reaches
// the server. Which findings people must be shown is known beforehand, because
// the mistakes were planted: nothing of it is worked out by judging.
// tests/histories/README.md says what is planted.
#ifndef CONCORDAT_TESTS_HISTORIES_HISTORY_H_
#define CONCORDAT_TESTS_HISTORIES_HISTORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "client/simulate/random.h"
#include "consistency/claims.h"
#include "consistency/findings.h"
#include "consistency/verdict.h"
#include "consistency/vocabulary.h"
#include "graph/facts.h"

namespace concordat::histories {

using simulate::Random;

// A history is so many chapters. In each, every attribute of a customer has at
// most one turn, and every channel at most one way of going with it:
//
//   0 to 5 h        each channel says what is true: what was wrong is healed
//   6 h             what is known beforehand is recorded
//   12 to 72 h      nothing changes ("calm")
//   72 to 96 h      the turn; the graph hears of it up to a day later
//   up to 204 h     what follows from it, and bursts after outages
//   206 to 226 h    replays
inline constexpr int kChapters = 4;
inline constexpr absl::Duration kChapterLength = absl::Hours(240);

// 2026-01-05, 00:00 UTC: the first chapter. The graph was filled a day before.
absl::Time Beginning();
inline absl::Time BeginOf(int chapter) {
  return Beginning() + chapter * kChapterLength;
}
// When all that was said has arrived, and every settle time is over.
inline absl::Time End() { return BeginOf(kChapters + 1); }

// What reaches the server, and when by its own clock.
struct Event {
  absl::Time arrives_at;
  std::variant<Change, Claim> what;
};

// What a channel did about one attribute of one customer in a chapter.
struct Played {
  FindingSubject subject;
  // How a behaviour is called (behaviours.h, mix_ups.h).
  const char* name = "";
  // What people must be shown of it; nullopt: nothing.
  std::optional<Verdict> kind;
};

struct HistoryOptions {
  uint64_t seed = 1;
  int64_t entities = 1000;
};

struct History {
  std::vector<Event> events;  // as they arrive
  std::vector<Played> played;
};

// A pure function of its arguments, the same on every machine. The vocabulary
// is MakeVocabulary's, and gives all times that are planted for.
History MakeHistory(const HistoryOptions& options,
                    const Vocabulary& vocabulary);

// Uniform, in whole seconds; low <= high.
absl::Duration Between(Random& random, absl::Duration low, absl::Duration high);

}  // namespace concordat::histories

#endif  // CONCORDAT_TESTS_HISTORIES_HISTORY_H_
