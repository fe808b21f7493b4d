// Holds what a watcher received against the log as it was written, one check a
// guarantee of WatchService. Pure: it knows no server, no store and no wire.
#ifndef CONCORDAT_TESTS_WATCH_CHECKER_H_
#define CONCORDAT_TESTS_WATCH_CHECKER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace concordat::watch {

// Something that was recorded, and what filters ask of it.
struct Event {
  std::string kind;  // "fact", "relation", "link", "identity", "claim", ...
  std::vector<std::string> entities;  // "TYPE/ID"
  std::string attribute;
  std::string channel;
  std::string content;  // all of it, for comparison
};

// The log: the events of each revision, by ordinal.
using Log = std::map<uint64_t, std::vector<Event>>;

// Empty sets allow everything.
struct Filter {
  std::set<std::string> kinds;
  std::set<std::string> types;
  std::set<std::string> attributes;
  std::set<std::string> channels;
  std::set<std::string> entities;

  bool Matches(const Event& event) const;
};

// What happened to a watcher, in order.
struct Delivery {
  uint32_t ordinal = 0;
  std::string content;
};
struct Part {  // of a commit
  uint64_t revision = 0;
  std::vector<Delivery> events;
  bool partial = false;
};
struct Step {
  enum class Kind { kConnect, kResponse, kDisconnect };
  Kind kind = Kind::kResponse;
  // kConnect: the revision to go on after; nullopt where the server chooses it,
  // and says so by the first revision that it names.
  // kResponse: its revision; nullopt where it has none yet.
  std::optional<uint64_t> revision;
  std::vector<Part> parts;
};
using Trace = std::vector<Step>;

enum class Guarantee {
  kOrdered,
  kUnique,
  kAtomic,
  kReliable,
  kResumable,
  kBookmarkable,
  kFilterExact,
};
std::string NameOf(Guarantee guarantee);

struct Violation {
  Guarantee guarantee = Guarantee::kOrdered;
  std::string what;
};
std::ostream& operator<<(std::ostream& out, const Violation& violation);

// One for each guarantee. Each looks at its own only, so that what one finds
// does not hide what another would.
std::vector<Violation> CheckOrdered(const Trace& trace);
std::vector<Violation> CheckUnique(const Trace& trace);
std::vector<Violation> CheckAtomic(const Log& log, const Filter& filter,
                                   const Trace& trace);
std::vector<Violation> CheckReliable(const Log& log, const Filter& filter,
                                     const Trace& trace);
std::vector<Violation> CheckResumable(const Log& log, const Filter& filter,
                                      const Trace& trace);
std::vector<Violation> CheckBookmarkable(const Log& log, const Filter& filter,
                                         const Trace& trace);
std::vector<Violation> CheckFilterExact(const Log& log, const Filter& filter,
                                        const Trace& trace);

// All of them.
std::vector<Violation> Check(const Log& log, const Filter& filter,
                             const Trace& trace);

}  // namespace concordat::watch

#endif  // CONCORDAT_TESTS_WATCH_CHECKER_H_
