#include "tests/watch/checker.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace concordat::watch {
namespace {

using Place = std::pair<uint64_t, uint32_t>;  // revision, ordinal

std::string Text(Place place) {
  return absl::StrCat("event ", place.second, " of revision ", place.first);
}

// The ordinals that match, of each revision that has any.
using Expected = std::map<uint64_t, std::set<uint32_t>>;

Expected ExpectedOf(const Log& log, const Filter& filter) {
  Expected expected;
  for (const auto& [revision, events] : log) {
    for (uint32_t i = 0; i < events.size(); ++i) {
      if (filter.Matches(events[i])) expected[revision].insert(i);
    }
  }
  return expected;
}

// Goes through a trace as a client does: parts of a commit count once the last
// has come, and are void where the connection broke before.
class Walk {
 public:
  virtual ~Walk() = default;

  void Run(const Trace& trace) {
    for (const Step& step : trace) {
      switch (step.kind) {
        case Step::Kind::kConnect:
          OnConnect(step.revision);
          break;
        case Step::Kind::kDisconnect:
          open_.clear();
          open_revision_.reset();
          break;
        case Step::Kind::kResponse:
          for (const Part& part : step.parts) Take(part);
          OnResponse(step);
          break;
      }
    }
  }

  std::vector<Violation> violations;

 protected:
  virtual void OnConnect(std::optional<uint64_t>) {}
  // After its parts were taken.
  virtual void OnResponse(const Step&) {}
  virtual void OnCommit(uint64_t, const std::vector<Delivery>&) {}

  void Report(Guarantee guarantee, std::string what) {
    violations.push_back({guarantee, std::move(what)});
  }
  // The commit of which more is to come.
  std::optional<uint64_t> open_revision() const { return open_revision_; }

 private:
  void Take(const Part& part) {
    if (open_revision_.has_value() && *open_revision_ != part.revision) {
      OnCommit(*open_revision_, std::exchange(open_, {}));
    }
    open_revision_ = part.revision;
    std::copy(part.events.begin(), part.events.end(),
              std::back_inserter(open_));
    if (part.partial) return;
    open_revision_.reset();
    OnCommit(part.revision, std::exchange(open_, {}));
  }

  std::optional<uint64_t> open_revision_;
  std::vector<Delivery> open_;
};

class OrderedWalk final : public Walk {
 protected:
  void OnCommit(uint64_t revision,
                const std::vector<Delivery>& events) override {
    for (const Delivery& event : events) {
      const Place place{revision, event.ordinal};
      if (last_.has_value() && place < *last_) {
        Report(Guarantee::kOrdered,
               absl::StrCat(Text(place), " came after ", Text(*last_)));
      }
      last_ = place;
    }
  }

 private:
  std::optional<Place> last_;
};

class UniqueWalk final : public Walk {
 protected:
  void OnCommit(uint64_t revision,
                const std::vector<Delivery>& events) override {
    for (const Delivery& event : events) {
      const Place place{revision, event.ordinal};
      if (!seen_.insert(place).second) {
        Report(Guarantee::kUnique, absl::StrCat(Text(place), " came twice"));
      }
    }
  }

 private:
  std::set<Place> seen_;
};

class AtomicWalk final : public Walk {
 public:
  AtomicWalk(const Log& log, const Filter& filter)
      : expected_(ExpectedOf(log, filter)) {}

 protected:
  void OnConnect(std::optional<uint64_t>) override { closed_.clear(); }
  void OnResponse(const Step& step) override {
    if (open_revision().has_value() && step.revision.has_value() &&
        *step.revision >= *open_revision()) {
      Report(Guarantee::kAtomic,
             absl::StrCat("a token covers revision ", *open_revision(),
                          ", of which more is to come"));
    }
  }
  void OnCommit(uint64_t revision,
                const std::vector<Delivery>& events) override {
    if (!closed_.insert(revision).second) {
      Report(Guarantee::kAtomic,
             absl::StrCat("revision ", revision, " came in pieces"));
      return;
    }
    const auto expected = expected_.find(revision);
    if (expected == expected_.end()) return;
    std::set<uint32_t> missing = expected->second;
    for (const Delivery& event : events) missing.erase(event.ordinal);
    if (!missing.empty()) {
      Report(Guarantee::kAtomic,
             absl::StrCat("of revision ", revision, " ", missing.size(), " of ",
                          expected->second.size(), " events are missing"));
    }
  }

 private:
  const Expected expected_;
  std::set<uint64_t> closed_;
};

// What was delivered up to each revision that was named.
class CoverageWalk : public Walk {
 public:
  CoverageWalk(const Log& log, const Filter& filter)
      : expected_(ExpectedOf(log, filter)) {}

 protected:
  void OnCommit(uint64_t revision, const std::vector<Delivery>&) override {
    delivered_.insert(revision);
  }

  // Those after `after` up to `until` that should have come and did not.
  std::vector<uint64_t> Missing(uint64_t after, uint64_t until) const {
    std::vector<uint64_t> missing;
    for (auto commit = expected_.upper_bound(after);
         commit != expected_.end() && commit->first <= until; ++commit) {
      if (delivered_.count(commit->first) == 0)
        missing.push_back(commit->first);
    }
    return missing;
  }
  void ReportMissing(Guarantee guarantee, uint64_t after, uint64_t until,
                     const std::string& when) {
    for (const uint64_t revision : Missing(after, until)) {
      Report(guarantee,
             absl::StrCat("revision ", revision, " is missing ", when));
    }
  }

  std::set<uint64_t> delivered_;

 private:
  const Expected expected_;
};

class ReliableWalk final : public CoverageWalk {
 public:
  using CoverageWalk::CoverageWalk;

  void Finish() {
    if (!start_.has_value()) return;
    ReportMissing(Guarantee::kReliable, *start_, end_, "at the end");
  }

 protected:
  void OnConnect(std::optional<uint64_t> after) override { Note(after); }
  void OnResponse(const Step& step) override { Note(step.revision); }
  void OnCommit(uint64_t revision,
                const std::vector<Delivery>& events) override {
    CoverageWalk::OnCommit(revision, events);
    end_ = std::max(end_, revision);
  }

 private:
  void Note(std::optional<uint64_t> revision) {
    if (!revision.has_value()) return;
    if (!start_.has_value()) start_ = revision;
    end_ = std::max(end_, *revision);
  }

  std::optional<uint64_t> start_;
  uint64_t end_ = 0;
};

class ResumableWalk final : public CoverageWalk {
 public:
  using CoverageWalk::CoverageWalk;

 protected:
  void OnConnect(std::optional<uint64_t> after) override {
    after_ = resumes_ ? after : std::nullopt;
    resumes_ = true;
    first_ = true;
  }
  void OnCommit(uint64_t revision,
                const std::vector<Delivery>& events) override {
    CoverageWalk::OnCommit(revision, events);
    if (after_.has_value() && revision <= *after_) {
      Report(
          Guarantee::kResumable,
          absl::StrCat("revision ", revision, " came again after ", *after_));
    }
    Close(revision);
  }
  void OnResponse(const Step& step) override {
    if (step.revision.has_value()) Close(*step.revision);
  }

 private:
  // The first that comes after a resume says what was passed.
  void Close(uint64_t revision) {
    if (!first_ || !after_.has_value() || revision <= *after_) return;
    first_ = false;
    ReportMissing(Guarantee::kResumable, *after_, revision, "after a resume");
  }

  std::optional<uint64_t> after_;
  bool resumes_ = false;
  bool first_ = false;
};

class BookmarkableWalk final : public CoverageWalk {
 public:
  using CoverageWalk::CoverageWalk;

 protected:
  void OnConnect(std::optional<uint64_t> after) override {
    if (!last_.has_value()) last_ = after;
  }
  void OnResponse(const Step& step) override {
    if (!step.revision.has_value()) return;
    if (last_.has_value()) {
      if (*step.revision < *last_) {
        Report(Guarantee::kBookmarkable,
               absl::StrCat("a token went back from ", *last_, " to ",
                            *step.revision));
        return;
      }
      ReportMissing(Guarantee::kBookmarkable, *last_, *step.revision,
                    "though a token covers it");
    }
    last_ = step.revision;
  }

 private:
  std::optional<uint64_t> last_;
};

}  // namespace

std::string NameOf(Guarantee guarantee) {
  switch (guarantee) {
    case Guarantee::kOrdered:
      return "ordered";
    case Guarantee::kUnique:
      return "unique";
    case Guarantee::kAtomic:
      return "atomic";
    case Guarantee::kReliable:
      return "reliable";
    case Guarantee::kResumable:
      return "resumable";
    case Guarantee::kBookmarkable:
      return "bookmarkable";
    case Guarantee::kFilterExact:
      return "filter-exact";
  }
  return "";
}

std::ostream& operator<<(std::ostream& out, const Violation& violation) {
  return out << NameOf(violation.guarantee) << ": " << violation.what;
}

bool Filter::Matches(const Event& event) const {
  const auto allows = [](const std::set<std::string>& allowed,
                         const std::string& value) {
    return allowed.empty() || allowed.count(value) != 0;
  };
  bool entity = entities.empty();
  bool type = types.empty();
  for (const std::string& id : event.entities) {
    entity = entity || entities.count(id) != 0;
    type = type || types.count(id.substr(0, id.find('/'))) != 0;
  }
  return allows(kinds, event.kind) && allows(attributes, event.attribute) &&
         allows(channels, event.channel) && entity && type;
}

std::vector<Violation> CheckOrdered(const Trace& trace) {
  OrderedWalk walk;
  walk.Run(trace);
  return walk.violations;
}

std::vector<Violation> CheckUnique(const Trace& trace) {
  UniqueWalk walk;
  walk.Run(trace);
  return walk.violations;
}

std::vector<Violation> CheckAtomic(const Log& log, const Filter& filter,
                                   const Trace& trace) {
  AtomicWalk walk(log, filter);
  walk.Run(trace);
  return walk.violations;
}

std::vector<Violation> CheckReliable(const Log& log, const Filter& filter,
                                     const Trace& trace) {
  ReliableWalk walk(log, filter);
  walk.Run(trace);
  walk.Finish();
  return walk.violations;
}

std::vector<Violation> CheckResumable(const Log& log, const Filter& filter,
                                      const Trace& trace) {
  ResumableWalk walk(log, filter);
  walk.Run(trace);
  return walk.violations;
}

std::vector<Violation> CheckBookmarkable(const Log& log, const Filter& filter,
                                         const Trace& trace) {
  BookmarkableWalk walk(log, filter);
  walk.Run(trace);
  return walk.violations;
}

std::vector<Violation> CheckFilterExact(const Log& log, const Filter& filter,
                                        const Trace& trace) {
  std::vector<Violation> violations;
  const auto report = [&](Place place, const std::string& what) {
    violations.push_back(
        {Guarantee::kFilterExact, absl::StrCat(Text(place), what)});
  };
  for (const Step& step : trace) {
    for (const Part& part : step.parts) {
      const auto commit = log.find(part.revision);
      if (part.events.empty()) {
        violations.push_back(
            {Guarantee::kFilterExact,
             absl::StrCat("nothing of revision ", part.revision,
                          " matches, and it was delivered")});
      }
      for (const Delivery& delivery : part.events) {
        const Place place{part.revision, delivery.ordinal};
        if (commit == log.end() || delivery.ordinal >= commit->second.size()) {
          report(place, " was never recorded");
          continue;
        }
        const Event& event = commit->second[delivery.ordinal];
        if (!filter.Matches(event)) report(place, " does not match");
        if (event.content != delivery.content) {
          report(place, " is not what was recorded");
        }
      }
    }
  }
  return violations;
}

std::vector<Violation> Check(const Log& log, const Filter& filter,
                             const Trace& trace) {
  std::vector<Violation> all;
  for (const std::vector<Violation>& found :
       {CheckOrdered(trace), CheckUnique(trace),
        CheckAtomic(log, filter, trace), CheckReliable(log, filter, trace),
        CheckResumable(log, filter, trace),
        CheckBookmarkable(log, filter, trace),
        CheckFilterExact(log, filter, trace)}) {
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

}  // namespace concordat::watch
