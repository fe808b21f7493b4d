// What a watch delivers, by filter and by where it starts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "tests/service/test_server.h"
#include "tests/watch/watched.h"

namespace concordat::watch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using testing::UnorderedElementsAreArray;

class WatchTest : public ServiceTest {
 protected:
  // A little of everything; gives the revision before it.
  std::string WriteALittleOfEverything() {
    const std::string before = Info().revision();
    Write({PutFact("c1", "name", "Ann"), PutFact("c2", "email", "e@x.org"),
           PutOrder("c1", "o1"), PutLink("web", "s1", "c1")});
    // Right; wrong, by an alias; of a subject that nobody knows.
    v1::Claim unknown = MakeClaim("app", "", "name", "N", "3");
    unknown.set_subject("nobody");
    v1::Claim linked = MakeClaim("web", "", "name", "Ann", "1");
    linked.set_subject("s1");
    Report({linked, MakeClaim("app", "c1", "name", "Eve", "2"), unknown});
    Write({PutFact("c1", "name", "Eve")});
    return before;
  }
};

TEST_P(WatchTest, FromNowBeginsWithABookmark) {
  const std::string before = Write({PutFact("c1", "name", "Before")});
  Watched watched(*watch_, FromNow());
  const v1::WatchResponse first = watched.Next();
  EXPECT_EQ(first.content(), v1::WATCH_CONTENT_BOOKMARK);
  EXPECT_EQ(first.revision(), before);
  const std::string after = Write({PutFact("c1", "name", "After")});
  EXPECT_THAT(watched.Until(after), ElementsAre("fact customer/c1 name=After"));
}

TEST_P(WatchTest, ACommitSaysWhoWroteItWhenAndWhy) {
  Watched watched(*watch_, FromNow());
  watched.Next();
  clock_.Advance(absl::Seconds(7));
  v1::WriteKnowledgeRequest request;
  v1::WriteKnowledgeResponse written;
  request.set_request_id("r-1");
  request.set_actor("crm import");
  *request.add_changes() = PutFact("c1", "name", "Ann");
  *request.add_changes() = PutFact("c2", "name", "Bob");
  request.mutable_changes(1)->mutable_put_fact()->set_reason("a letter");
  ASSERT_TRUE(TryWrite(request, &written).ok());

  v1::WatchResponse response = watched.Next();
  while (response.content() == v1::WATCH_CONTENT_BOOKMARK) {
    response = watched.Next();
  }
  EXPECT_EQ(response.content(), v1::WATCH_CONTENT_COMMITS);
  EXPECT_EQ(response.revision(), written.revision());
  ASSERT_EQ(response.commits_size(), 1);
  const v1::WatchedCommit& commit = response.commits(0);
  EXPECT_EQ(commit.revision(), written.revision());
  EXPECT_EQ(commit.actor(), "crm import");
  EXPECT_EQ(commit.request_id(), "r-1");
  EXPECT_EQ(commit.recorded_at().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_FALSE(commit.partial());
  ASSERT_EQ(commit.events_size(), 2);
  EXPECT_EQ(commit.events(0).ordinal(), 0);
  EXPECT_EQ(commit.events(1).ordinal(), 1);
  const v1::RecordedChange& change = commit.events(1).change();
  EXPECT_EQ(change.change().put_fact().reason(), "a letter");
  EXPECT_EQ(change.actor(), "crm import");
  EXPECT_EQ(change.revision(), written.revision());
  EXPECT_EQ(change.ordinal(), 1);
}

TEST_P(WatchTest, AfterATokenComesEverythingAfterIt) {
  const std::string before = WriteALittleOfEverything();
  const std::string head = Info().revision();
  Watched watched(*watch_, After(before));
  const v1::WatchResponse first = watched.Next();
  EXPECT_EQ(first.content(), v1::WATCH_CONTENT_BOOKMARK);
  EXPECT_EQ(first.revision(), before);
  std::vector<std::string> events = watched.Until(head);
  ASSERT_EQ(events.size(), 11);
  // Findings come in order of their ids, which are hashes.
  std::sort(events.end() - 2, events.end());
  EXPECT_THAT(
      events,
      ElementsAre("fact customer/c1 name=Ann", "fact customer/c2 email=e@x.org",
                  "relation customer/c1 placed order/o1",
                  "link web s1 customer/c1",
                  "claim web customer/c1 name AGREES",
                  "claim app customer/c1 name CONTRADICTS",
                  "claim app nobody name UNKNOWN_SUBJECT",
                  "finding app customer/c1 name OPEN CONTRADICTS",
                  "fact customer/c1 name=Eve",
                  "finding app customer/c1 name RESOLVED AGREES",
                  "finding web customer/c1 name OPEN CONTRADICTS"));
}

TEST_P(WatchTest, GoesOnWhereItBrokeOff) {
  const std::string first = Write({PutFact("c1", "name", "A")});
  const std::string second = Write({PutFact("c1", "name", "B")});
  const std::string third = Write({PutFact("c1", "name", "C")});
  EXPECT_THAT(
      Watched(*watch_, After(first)).Until(third),
      ElementsAre("fact customer/c1 name=B", "fact customer/c1 name=C"));
  EXPECT_THAT(Watched(*watch_, After(second)).Until(third),
              ElementsAre("fact customer/c1 name=C"));
  EXPECT_THAT(Watched(*watch_, After(third)).Until(third), IsEmpty());
}

// --- Filters
// ------------------------------------------------------------------

struct FilterCase {
  std::string name;
  std::function<void(v1::WatchFilter&)> set;
  std::vector<std::string> events;
};

std::vector<FilterCase> FilterCases() {
  const std::string ann = "fact customer/c1 name=Ann";
  const std::string eve = "fact customer/c1 name=Eve";
  const std::string email = "fact customer/c2 email=e@x.org";
  const std::string placed = "relation customer/c1 placed order/o1";
  const std::string link = "link web s1 customer/c1";
  const std::string right = "claim web customer/c1 name AGREES";
  const std::string wrong = "claim app customer/c1 name CONTRADICTS";
  const std::string unknown = "claim app nobody name UNKNOWN_SUBJECT";
  const std::string opened = "finding app customer/c1 name OPEN CONTRADICTS";
  const std::string resolved = "finding app customer/c1 name RESOLVED AGREES";
  const std::string another = "finding web customer/c1 name OPEN CONTRADICTS";
  using F = v1::WatchFilter;
  return {
      {"Facts",
       [](F& f) { f.add_kinds(v1::WATCH_KIND_FACT); },
       {ann, email, eve}},
      {"Relations",
       [](F& f) { f.add_kinds(v1::WATCH_KIND_RELATION); },
       {placed}},
      {"Links", [](F& f) { f.add_kinds(v1::WATCH_KIND_LINK); }, {link}},
      {"Identity", [](F& f) { f.add_kinds(v1::WATCH_KIND_IDENTITY); }, {}},
      {"Claims",
       [](F& f) { f.add_kinds(v1::WATCH_KIND_CLAIM); },
       {right, wrong, unknown}},
      {"Findings",
       [](F& f) { f.add_kinds(v1::WATCH_KIND_FINDING); },
       {opened, resolved, another}},
      {"TwoKinds",
       [](F& f) {
         f.add_kinds(v1::WATCH_KIND_LINK);
         f.add_kinds(v1::WATCH_KIND_RELATION);
       },
       {placed, link}},
      {"TypeOfEitherEnd", [](F& f) { f.add_entity_types("order"); }, {placed}},
      {"Type",
       [](F& f) { f.add_entity_types("customer"); },
       {ann, email, placed, link, right, wrong, opened, eve, resolved,
        another}},
      {"Attribute", [](F& f) { f.add_attributes("email"); }, {email}},
      {"NameOfARelation", [](F& f) { f.add_attributes("placed"); }, {placed}},
      {"AttributeOfAll",
       [](F& f) { f.add_attributes("name"); },
       {ann, right, wrong, unknown, opened, eve, resolved, another}},
      {"Channel", [](F& f) { f.add_channels("web"); }, {link, right, another}},
      {"Channels",
       [](F& f) {
         f.add_channels("web");
         f.add_channels("app");
       },
       {link, right, wrong, unknown, opened, resolved, another}},
      {"Entity", [](F& f) { *f.add_entities() = Customer("c2"); }, {email}},
      {"EntityOfEitherEnd",
       [](F& f) {
         f.add_entities()->set_type("order");
         f.mutable_entities(0)->set_id("o1");
       },
       {placed}},
      {"Entities",
       [](F& f) {
         *f.add_entities() = Customer("c2");
         *f.add_entities() = Customer("c3");
       },
       {email}},
      {"AllFieldsMustHold",
       [](F& f) {
         *f.add_entities() = Customer("c1");
         f.add_attributes("name");
         f.add_channels("app");
         f.add_kinds(v1::WATCH_KIND_CLAIM);
       },
       {wrong}},
      {"FactsHaveNoChannel",
       [](F& f) {
         f.add_kinds(v1::WATCH_KIND_FACT);
         f.add_channels("app");
       },
       {}},
  };
}

// As a table in one test: the history is the same for all.
TEST_P(WatchTest, FiltersAreExact) {
  const std::string before = WriteALittleOfEverything();
  const std::string head = Info().revision();
  for (const FilterCase& test : FilterCases()) {
    SCOPED_TRACE(test.name);
    v1::WatchRequest request = After(before);
    test.set(*request.mutable_filter());
    EXPECT_THAT(Watched(*watch_, request).Until(head),
                UnorderedElementsAreArray(test.events));
  }
}

// The same while it happens: then it is the index that finds them.
TEST_P(WatchTest, FiltersAreExactAsItHappens) {
  const std::vector<FilterCase> cases = FilterCases();
  std::vector<std::unique_ptr<Watched>> watched;
  for (const FilterCase& test : cases) {
    v1::WatchRequest request = FromNow();
    test.set(*request.mutable_filter());
    watched.push_back(std::make_unique<Watched>(*watch_, request));
    watched.back()->Next();
  }
  WriteALittleOfEverything();
  const std::string head = Info().revision();
  for (size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(cases[i].name);
    EXPECT_THAT(watched[i]->Until(head),
                UnorderedElementsAreArray(cases[i].events));
  }
}

// Who watches a customer hears that a link of hers goes elsewhere, and ends.
TEST_P(WatchTest, ALinkThatGoesElsewhereIsNewsToBoth) {
  Write({PutLink("web", "s1", "c1")});
  v1::WatchRequest request = FromNow();
  *request.mutable_filter()->add_entities() = Customer("c1");
  Watched watched(*watch_, request);
  watched.Next();
  Write({PutLink("web", "s1", "c2")});
  Write({PutLink("web", "s2", "c2")});
  v1::Change retract;
  retract.mutable_retract_link()->set_channel("web");
  retract.mutable_retract_link()->set_subject("s1");
  const std::string head = Write({retract});
  EXPECT_THAT(watched.Until(head),
              ElementsAre("link web s1 customer/c2", "retract link web s1"));
}

// A till's id is linked to one customer after the other.
TEST_P(WatchTest, ALinkThatMovedOftenIsNewsToWhomItLeaves) {
  constexpr int kCustomers = 1200;
  std::vector<v1::Change> links;
  links.reserve(kCustomers);
  for (int i = 0; i < kCustomers; ++i) {
    links.push_back(PutLink("shop", "till", absl::StrCat("c", i)));
    if (links.size() == 600) Write(std::exchange(links, {}));
  }
  const std::string before = Info().revision();
  v1::WatchRequest now = FromNow();
  *now.mutable_filter()->add_entities() = Customer("c1199");
  Watched watched(*watch_, now);
  watched.Next();
  const std::string moved = Write({PutLink("shop", "till", "next")});
  EXPECT_THAT(watched.Until(moved),
              ElementsAre("link shop till customer/next"));
  // Who comes later is told the same.
  v1::WatchRequest late = After(before);
  *late.mutable_filter() = now.filter();
  EXPECT_THAT(Watched(*watch_, late).Until(moved),
              ElementsAre("link shop till customer/next"));
}

TEST_P(WatchTest, AliasesAreWatchedByTheirAttribute) {
  v1::WatchRequest request = FromNow();
  request.mutable_filter()->add_attributes("tier");
  request.mutable_filter()->add_kinds(v1::WATCH_KIND_CLAIM);
  Write({PutFact("c1", "name", "Ann")});
  Watched watched(*watch_, request);
  watched.Next();
  Report({MakeClaim("web", "c1", "loyalty_tier", "gold", "1")});
  EXPECT_THAT(watched.Until(Info().revision()),
              ElementsAre("claim web customer/c1 tier UNVERIFIABLE"));
}

TEST_P(WatchTest, BeginsAtATime) {
  const absl::Time noon = clock_.Now();
  clock_.Advance(absl::Seconds(10));
  const std::string first = Write({PutFact("c1", "name", "First")});
  clock_.Advance(absl::Seconds(10));
  const std::string second = Write({PutFact("c1", "name", "Second")});
  const auto from = [&](absl::Time time) {
    v1::WatchRequest request = FromNow();
    request.mutable_since()->set_seconds(absl::ToUnixSeconds(time));
    return Watched(*watch_, request).Until(second);
  };
  EXPECT_THAT(from(noon + absl::Seconds(10)),
              ElementsAre("fact customer/c1 name=First",
                          "fact customer/c1 name=Second"));
  EXPECT_THAT(from(noon + absl::Seconds(11)),
              ElementsAre("fact customer/c1 name=Second"));
  EXPECT_THAT(from(absl::UnixEpoch()), testing::SizeIs(2));
  // The bookmark that it begins with says where.
  EXPECT_THAT(from(noon + absl::Hours(1)), IsEmpty());
  v1::WatchRequest request = FromNow();
  request.mutable_since()->set_seconds(
      absl::ToUnixSeconds(noon + absl::Seconds(11)));
  EXPECT_EQ(Watched(*watch_, request).Next().revision(), first);
  request.mutable_since()->set_nanos(-1);
  EXPECT_EQ(Summary(Watched(*watch_, request).Finish()),
            "INVALID_ARGUMENT INVALID_FIELD since");
}

TEST_P(WatchTest, AFindingSaysWhatItWasBefore) {
  v1::WatchRequest request = FromNow();
  request.mutable_filter()->add_kinds(v1::WATCH_KIND_FINDING);
  Watched watched(*watch_, request);
  watched.Next();
  Write({PutFact("c1", "name", "Ann")});
  int claims = 0;
  const auto previous = [&](const std::string& name) {
    clock_.Advance(absl::Seconds(10));
    Report({MakeClaim("web", "c1", "name", name, absl::StrCat(++claims))});
    v1::WatchResponse response = watched.Next();
    while (response.commits().empty()) response = watched.Next();
    return response.commits(0).events(0).finding().previous_state();
  };
  EXPECT_EQ(previous("Bob"), v1::FINDING_STATE_UNSPECIFIED);
  EXPECT_EQ(previous("Ann"), v1::FINDING_STATE_OPEN);
  EXPECT_EQ(previous("Bob"), v1::FINDING_STATE_RESOLVED);
}

// --- Snapshots
// ----------------------------------------------------------------

TEST_P(WatchTest, ASnapshotIsWhatThereIsAndThenComesWhatFollows) {
  Write({PutFact("c1", "name", "Old"), PutFact("c1", "tier", "gold")});
  WriteALittleOfEverything();
  Report({MakeClaim("shop", "c2", "email", "e@x.org", "9")});
  const std::string head = Info().revision();
  Watched watched(*watch_, WithSnapshot());
  std::string revision;
  EXPECT_THAT(
      watched.Snapshot(&revision),
      UnorderedElementsAre(
          "fact customer/c1 name=Eve", "fact customer/c1 tier=gold",
          "fact customer/c2 email=e@x.org",
          "relation customer/c1 placed order/o1", "link web s1 customer/c1",
          // Newest verdicts: the truth has changed since.
          "claim app customer/c1 name AGREES",
          "claim web customer/c1 name CONTRADICTS",
          "claim shop customer/c2 email NOT_ENTITLED",
          "finding web customer/c1 name OPEN CONTRADICTS",
          "finding shop customer/c2 email OPEN NOT_ENTITLED"));
  EXPECT_EQ(revision, head);
  const std::string next = Write({PutFact("c3", "name", "New")});
  EXPECT_THAT(watched.Until(next), ElementsAre("fact customer/c3 name=New"));
}

TEST_P(WatchTest, ASnapshotOfOneEntityIsOfThatEntity) {
  WriteALittleOfEverything();
  v1::WatchRequest request = WithSnapshot();
  *request.mutable_filter()->add_entities() = Customer("c1");
  request.mutable_filter()->add_entities()->set_type("order");
  request.mutable_filter()->mutable_entities(1)->set_id("o1");
  std::string revision;
  EXPECT_THAT(Watched(*watch_, request).Snapshot(&revision),
              UnorderedElementsAre("fact customer/c1 name=Eve",
                                   // Once, though both ends are asked for.
                                   "relation customer/c1 placed order/o1",
                                   "link web s1 customer/c1",
                                   "claim app customer/c1 name AGREES",
                                   "claim web customer/c1 name CONTRADICTS",
                                   "finding web customer/c1 name OPEN "
                                   "CONTRADICTS"));
}

TEST_P(WatchTest, AnEmptySnapshotEnds) {
  std::string revision;
  EXPECT_THAT(Watched(*watch_, WithSnapshot()).Snapshot(&revision), IsEmpty());
  EXPECT_EQ(revision, Info().revision());
}

// --- Large and silent
// ---------------------------------------------------------

// A commit of four megabytes comes in parts, of which only the last lets the
// token go on.
TEST_P(WatchTest, ALargeCommitComesInParts) {
  const std::string before = Info().revision();
  std::vector<v1::Change> changes;
  for (int i = 0; i < 1000; ++i) {
    changes.push_back(
        PutFact(absl::StrCat("c", i), "name", std::string(3900, 'x')));
  }
  const std::string large = Write(changes);
  const std::string small = Write({PutFact("c1", "name", "N")});
  Watched watched(*watch_, After(before));
  watched.Next();
  uint32_t ordinal = 0;
  int parts = 0;
  bool partial = true;
  while (partial) {
    const v1::WatchResponse response = watched.Next();
    ASSERT_EQ(response.content(), v1::WATCH_CONTENT_COMMITS);
    EXPECT_LE(response.ByteSizeLong(), 64 << 10);
    EXPECT_EQ(response.commits(0).revision(), large);
    for (const v1::WatchEvent& event : response.commits(0).events()) {
      EXPECT_EQ(event.ordinal(), ordinal++);
    }
    partial = response.commits(0).partial();
    EXPECT_EQ(response.revision() == before, partial);
    ++parts;
  }
  EXPECT_EQ(ordinal, 1000);
  EXPECT_GT(parts, 50);
  // What broke off in between begins anew with the commit's first event.
  v1::WatchResponse again;
  Watched second(*watch_, After(before));
  second.Next();
  EXPECT_EQ(second.Next().commits(0).events(0).ordinal(), 0);
  EXPECT_THAT(Watched(*watch_, After(large)).Until(small),
              ElementsAre("fact customer/c1 name=N"));
}

TEST_P(WatchTest, BookmarksComeWhereNothingMatches) {
  v1::WatchRequest request = FromNow();
  request.mutable_filter()->add_channels("shop");
  Watched watched(*watch_, request);
  watched.Next();
  for (int i = 0; i < 3; ++i) {
    const std::string written = Write({PutFact("c1", "name", "N")});
    v1::WatchResponse response;
    do {
      response = watched.Next();
      EXPECT_EQ(response.content(), v1::WATCH_CONTENT_BOOKMARK);
    } while (response.revision() != written);
  }
}

TEST_P(WatchTest, ServerInfoCountsWatches) {
  {
    Watched watched(*watch_, FromNow());
    watched.Next();
    const auto counters = Info().counters();
    EXPECT_EQ(counters.at("watches_open"), 1);
    EXPECT_EQ(counters.at("watches_stalled"), 0);
    EXPECT_GE(counters.at("watch_responses"), 1);
  }
  while (Info().counters().at("watches_open") != 0) {
  }
}

CONCORDAT_ON_BOTH_ENGINES(WatchTest);

}  // namespace
}  // namespace concordat::watch
