// The watch checker passes what keeps every guarantee, and fails on a violation
// of each: traces are made of a random log as a right server would answer, then
// broken in one place.
//
// CONCORDAT_TEST_SEED repeats a run.
#include "tests/watch/checker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace concordat::watch {
namespace {

constexpr int kRounds = 60;
constexpr int kRevisions = 60;

using Random = std::mt19937;

unsigned Seed() {
  const char* const given = std::getenv("CONCORDAT_TEST_SEED");
  static const unsigned kSeed = given == nullptr
                                    ? std::random_device()()
                                    : static_cast<unsigned>(std::atoll(given));
  return kSeed;
}

int Pick(Random& random, int count) {
  return std::uniform_int_distribution<int>(0, count - 1)(random);
}

Log MakeLog(Random& random) {
  constexpr const char* kKinds[] = {"fact", "link", "claim", "finding"};
  constexpr const char* kNames[] = {"a", "b", "c"};
  Log log;
  for (uint64_t revision = 1; revision <= kRevisions; ++revision) {
    std::vector<Event>& events = log[revision];
    for (int left = 1 + Pick(random, 6); left > 0; --left) {
      Event event{kKinds[Pick(random, 4)],
                  {absl::StrCat("customer/", Pick(random, 4))},
                  kNames[Pick(random, 3)],
                  kNames[Pick(random, 3)],
                  absl::StrCat("content ", Pick(random, 1000))};
      events.push_back(std::move(event));
    }
  }
  return log;
}

Filter MakeFilter(Random& random) {
  Filter filter;
  if (Pick(random, 2) == 0) filter.kinds = {"fact", "claim"};
  if (Pick(random, 3) == 0) filter.attributes = {"a", "b"};
  if (Pick(random, 3) == 0) filter.entities = {"customer/1", "customer/2"};
  return filter;
}

// What a right server would have sent: responses of random sizes, commits that
// are split now and then, bookmarks, and connections that break.
class Server {
 public:
  Server(const Log& log, const Filter& filter, Random& random)
      : log_(log), filter_(filter), random_(random) {}

  Trace Answer() {
    at_ = static_cast<uint64_t>(Pick(random_, 5));
    Connect();
    while (at_ < kRevisions) {
      switch (Pick(random_, 6)) {
        case 0:
          trace_.push_back({Step::Kind::kDisconnect, std::nullopt, {}});
          Connect();
          break;
        case 1:
          Respond({});
          break;
        case 2:
          Split();
          break;
        default:
          Commits();
      }
    }
    Respond({});
    return std::move(trace_);
  }

 private:
  void Connect() { trace_.push_back({Step::Kind::kConnect, at_, {}}); }
  void Respond(std::vector<Part> parts) {
    trace_.push_back({Step::Kind::kResponse, at_, std::move(parts)});
  }

  std::vector<Delivery> Matching(uint64_t revision) const {
    std::vector<Delivery> events;
    const std::vector<Event>& all = log_.at(revision);
    for (uint32_t i = 0; i < all.size(); ++i) {
      if (filter_.Matches(all[i])) events.push_back({i, all[i].content});
    }
    return events;
  }

  void Commits() {
    std::vector<Part> parts;
    for (int left = 1 + Pick(random_, 4); left > 0 && at_ < kRevisions;
         --left) {
      std::vector<Delivery> events = Matching(++at_);
      if (!events.empty()) parts.push_back({at_, std::move(events), false});
    }
    Respond(std::move(parts));
  }

  // In parts; sometimes the connection breaks between two.
  void Split() {
    const std::vector<Delivery> events = Matching(at_ + 1);
    if (events.size() < 2) return;
    const auto middle =
        events.begin() + 1 + Pick(random_, static_cast<int>(events.size()) - 1);
    Respond({{at_ + 1, {events.begin(), middle}, true}});
    if (Pick(random_, 3) == 0) {
      trace_.push_back({Step::Kind::kDisconnect, std::nullopt, {}});
      Connect();
      return;
    }
    ++at_;
    Respond({{at_, {middle, events.end()}, false}});
  }

  const Log& log_;
  const Filter& filter_;
  Random& random_;
  uint64_t at_ = 0;
  Trace trace_;
};

// --- How a history is broken
// --------------------------------------------------

// Parts that hold a whole commit of so many events or more, by step and index.
std::vector<std::pair<size_t, size_t>> WholeCommits(const Trace& trace,
                                                    size_t events) {
  std::vector<std::pair<size_t, size_t>> found;
  for (size_t step = 0; step < trace.size(); ++step) {
    const bool continues = step > 0 && !trace[step - 1].parts.empty() &&
                           trace[step - 1].parts.back().partial;
    for (size_t i = 0; i < trace[step].parts.size(); ++i) {
      const Part& part = trace[step].parts[i];
      if (!part.partial && !(continues && i == 0) &&
          part.events.size() >= events) {
        found.emplace_back(step, i);
      }
    }
  }
  return found;
}

// False where the trace has no place for it.
using Mutation =
    std::function<bool(Trace&, const Log&, const Filter&, Random&)>;

Part* PickCommit(Trace& trace, size_t events, Random& random,
                 size_t* step = nullptr) {
  const auto commits = WholeCommits(trace, events);
  if (commits.empty()) return nullptr;
  const auto place = commits[Pick(random, static_cast<int>(commits.size()))];
  if (step != nullptr) *step = place.first;
  return &trace[place.first].parts[place.second];
}

bool SwapEvents(Trace& trace, const Log&, const Filter&, Random& random) {
  Part* part = PickCommit(trace, 2, random);
  if (part != nullptr) std::swap(part->events[0], part->events[1]);
  return part != nullptr;
}

bool SwapCommits(Trace& trace, const Log&, const Filter&, Random&) {
  for (Step& step : trace) {
    if (step.parts.size() < 2) continue;
    std::swap(step.parts[0], step.parts[1]);
    return true;
  }
  return false;
}

bool DuplicateEvent(Trace& trace, const Log&, const Filter&, Random& random) {
  Part* part = PickCommit(trace, 1, random);
  if (part != nullptr) part->events.push_back(part->events.back());
  return part != nullptr;
}

bool DuplicateCommit(Trace& trace, const Log&, const Filter&, Random& random) {
  size_t step = 0;
  const Part* part = PickCommit(trace, 1, random, &step);
  if (part != nullptr) trace[step].parts.push_back(*part);
  return part != nullptr;
}

bool SplitWithoutMark(Trace& trace, const Log&, const Filter&, Random& random) {
  size_t step = 0;
  Part* part = PickCommit(trace, 2, random, &step);
  if (part == nullptr) return false;
  Part rest{part->revision, {part->events.back()}, false};
  part->events.pop_back();
  const auto at = trace[step].parts.begin() + (part - &trace[step].parts[0]);
  trace[step].parts.insert(at + 1, std::move(rest));
  return true;
}

bool DropEvent(Trace& trace, const Log&, const Filter&, Random& random) {
  Part* part = PickCommit(trace, 2, random);
  if (part != nullptr) part->events.erase(part->events.begin());
  return part != nullptr;
}

// The token of a response says that a commit is whole of which more comes.
bool TokenCoversPart(Trace& trace, const Log&, const Filter&, Random&) {
  for (Step& step : trace) {
    if (step.parts.empty() || !step.parts.back().partial) continue;
    step.revision = step.parts.back().revision;
    return true;
  }
  return false;
}

// Another commit comes between two parts of one.
bool Interleave(Trace& trace, const Log&, const Filter&, Random&) {
  for (size_t i = 0; i + 2 < trace.size(); ++i) {
    const bool open = !trace[i].parts.empty() && trace[i].parts.back().partial;
    if (!open || trace[i + 1].parts.empty() || trace[i + 2].parts.empty()) {
      continue;
    }
    std::swap(trace[i + 1].parts, trace[i + 2].parts);
    return true;
  }
  return false;
}

bool DropCommit(Trace& trace, const Log&, const Filter&, Random& random) {
  size_t step = 0;
  Part* part = PickCommit(trace, 1, random, &step);
  if (part == nullptr) return false;
  trace[step].parts.erase(trace[step].parts.begin() +
                          (part - &trace[step].parts[0]));
  return true;
}

// A resume passes over a commit that should have come next.
bool GapAfterResume(Trace& trace, const Log&, const Filter&, Random&) {
  bool resumed = false;
  bool connected = false;
  std::optional<uint64_t> after;
  for (Step& step : trace) {
    if (step.kind == Step::Kind::kConnect) {
      resumed = connected;
      connected = true;
      after = step.revision;
    }
    // Only the first thing that comes.
    const bool is_later =
        step.parts.empty() ? step.revision > after : step.parts.front().partial;
    if (is_later) resumed = false;
    if (step.parts.empty() || !resumed) continue;
    step.parts.erase(step.parts.begin());
    return true;
  }
  return false;
}

// A resume sends again what came before it.
bool ReplayAfterResume(Trace& trace, const Log&, const Filter&, Random&) {
  const Part* last = nullptr;
  bool connected = false;
  for (size_t i = 0; i < trace.size(); ++i) {
    if (trace[i].kind == Step::Kind::kConnect && connected && last != nullptr) {
      trace.insert(trace.begin() + static_cast<ptrdiff_t>(i) + 1,
                   {Step::Kind::kResponse, trace[i].revision, {*last}});
      return true;
    }
    connected = connected || trace[i].kind == Step::Kind::kConnect;
    for (const Part& part : trace[i].parts) {
      if (!part.partial) last = &part;
    }
  }
  return false;
}

bool BookmarkBeyond(Trace& trace, const Log&, const Filter&, Random& random) {
  size_t step = 0;
  const Part* part = PickCommit(trace, 1, random, &step);
  if (part == nullptr) return false;
  trace.insert(trace.begin() + static_cast<ptrdiff_t>(step),
               {Step::Kind::kResponse, part->revision, {}});
  return true;
}

bool BookmarkGoesBack(Trace& trace, const Log&, const Filter&, Random&) {
  Step& last = trace.back();
  if (last.revision.value_or(0) == 0) return false;
  trace.push_back({Step::Kind::kResponse, *last.revision - 1, {}});
  return true;
}

// An event that was recorded but was not asked for.
bool ForeignEvent(Trace& trace, const Log& log, const Filter& filter,
                  Random& random) {
  for (int tries = 0; tries < 100; ++tries) {
    Part* part = PickCommit(trace, 1, random);
    if (part == nullptr) return false;
    const std::vector<Event>& events = log.at(part->revision);
    for (uint32_t i = 0; i < events.size(); ++i) {
      if (filter.Matches(events[i])) continue;
      part->events.push_back({i, events[i].content});
      return true;
    }
  }
  return false;
}

bool InventedEvent(Trace& trace, const Log& log, const Filter&,
                   Random& random) {
  Part* part = PickCommit(trace, 1, random);
  if (part == nullptr) return false;
  const auto beyond = static_cast<uint32_t>(log.at(part->revision).size());
  part->events.push_back({beyond, "invented"});
  return true;
}

bool AlteredEvent(Trace& trace, const Log&, const Filter&, Random& random) {
  Part* part = PickCommit(trace, 1, random);
  if (part != nullptr) part->events[0].content += "!";
  return part != nullptr;
}

// The head of a commit, of which nothing matches.
bool EmptyCommit(Trace& trace, const Log&, const Filter&, Random& random) {
  Part* part = PickCommit(trace, 1, random);
  if (part != nullptr) part->events.clear();
  return part != nullptr;
}

struct SeededViolation {
  std::string name;
  Guarantee breaks = Guarantee::kOrdered;
  Mutation mutate;
};
void PrintTo(const SeededViolation& violation, std::ostream* out) {
  *out << violation.name;
}

class WatchCheckerTest : public testing::TestWithParam<SeededViolation> {};

TEST_P(WatchCheckerTest, FailsOnASeededViolation) {
  const SeededViolation& seeded = GetParam();
  Random random(Seed());
  int broken = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Log log = MakeLog(random);
    const Filter filter = MakeFilter(random);
    Trace trace = Server(log, filter, random).Answer();
    ASSERT_TRUE(Check(log, filter, trace).empty())
        << "seed " << Seed() << ", round " << round << ": "
        << Check(log, filter, trace).front();
    if (!seeded.mutate(trace, log, filter, random)) continue;
    ++broken;
    const std::vector<Violation> found = Check(log, filter, trace);
    EXPECT_TRUE(std::any_of(found.begin(), found.end(),
                            [&](const Violation& violation) {
                              return violation.guarantee == seeded.breaks;
                            }))
        << "seed " << Seed() << ", round " << round;
  }
  EXPECT_GE(broken, kRounds / 10) << "hardly any trace has a place for it";
}

INSTANTIATE_TEST_SUITE_P(
    Violations, WatchCheckerTest,
    testing::Values(
        SeededViolation{"SwapEvents", Guarantee::kOrdered, SwapEvents},
        SeededViolation{"SwapCommits", Guarantee::kOrdered, SwapCommits},
        SeededViolation{"DuplicateEvent", Guarantee::kUnique, DuplicateEvent},
        SeededViolation{"DuplicateCommit", Guarantee::kUnique, DuplicateCommit},
        SeededViolation{"SplitWithoutMark", Guarantee::kAtomic,
                        SplitWithoutMark},
        SeededViolation{"DropEvent", Guarantee::kAtomic, DropEvent},
        SeededViolation{"TokenCoversPart", Guarantee::kAtomic, TokenCoversPart},
        SeededViolation{"Interleave", Guarantee::kAtomic, Interleave},
        SeededViolation{"DropCommit", Guarantee::kReliable, DropCommit},
        SeededViolation{"GapAfterResume", Guarantee::kResumable,
                        GapAfterResume},
        SeededViolation{"ReplayAfterResume", Guarantee::kResumable,
                        ReplayAfterResume},
        SeededViolation{"BookmarkBeyond", Guarantee::kBookmarkable,
                        BookmarkBeyond},
        SeededViolation{"BookmarkGoesBack", Guarantee::kBookmarkable,
                        BookmarkGoesBack},
        SeededViolation{"ForeignEvent", Guarantee::kFilterExact, ForeignEvent},
        SeededViolation{"InventedEvent", Guarantee::kFilterExact,
                        InventedEvent},
        SeededViolation{"EmptyCommit", Guarantee::kFilterExact, EmptyCommit},
        SeededViolation{"AlteredEvent", Guarantee::kFilterExact, AlteredEvent}),
    [](const auto& test) { return test.param.name; });

TEST(WatchCheckerTest, SaysWhichSeed) {
  std::cout << "CONCORDAT_TEST_SEED=" << Seed() << "\n";
}

}  // namespace
}  // namespace concordat::watch
