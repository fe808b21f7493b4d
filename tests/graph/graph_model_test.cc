// Goal: GraphReader and Timeline give what the records mean, at any revision
// and any instant.
// Method: seeded random writes to a graph and to a plain list of records;
// whatever is asked is computed from the list by definition, instant by
// instant, and compared.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/graph_reader.h"
#include "graph/timeline.h"
#include "gtest/gtest.h"
#include "tests/conformance/rows.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

constexpr int kMonths = 8;

absl::Time MonthAt(int month) {
  return month == 0 ? absl::InfinitePast() : Day(month, 1);
}

// Of versions of one thing in order of recording, what is left of them.
template <typename Record, typename Replaces>
std::vector<Record> InForce(const std::vector<Record>& all, Replaces replaces) {
  std::vector<Record> left;
  for (size_t i = 0; i < all.size(); ++i) {
    const bool gone =
        all[i].retraction || std::any_of(all.begin() + static_cast<long>(i) + 1,
                                         all.end(), [&](const Record& later) {
                                           return replaces(later, all[i]);
                                         });
    if (!gone) left.push_back(all[i]);
  }
  return left;
}

// What holds of records of which the covering one that starts latest does.
template <typename Record>
const Record* HoldsAt(const std::vector<Record>& records, absl::Time t) {
  const Record* holds = nullptr;
  for (const Record& record : records) {
    if (!record.valid.Covers(t)) continue;
    if (holds == nullptr || holds->valid.from <= record.valid.from) {
      holds = &record;
    }
  }
  return holds;
}

// All that was recorded, in order.
class Oracle {
 public:
  template <typename Record>
  std::vector<Record> Records(Revision at) const {
    std::vector<Record> records;
    for (const Change& change : log_) {
      const Record* record = std::get_if<Record>(&change);
      if (record != nullptr && record->recorded.revision <= at) {
        records.push_back(*record);
      }
    }
    return records;
  }

  void Record(Revision revision, std::vector<Change> changes) {
    uint32_t ordinal = 0;
    for (Change& change : changes) {
      std::visit(
          [&](auto& record) {
            record.recorded.revision = revision;
            record.recorded.ordinal = ordinal++;
          },
          change);
      log_.push_back(std::move(change));
    }
  }

  std::vector<FactRecord> FactsInForce(const EntityId& entity,
                                       Revision at) const {
    std::vector<FactRecord> facts = Records<FactRecord>(at);
    std::erase_if(facts,
                  [&](const FactRecord& f) { return f.entity != entity; });
    return InForce(facts, [](const FactRecord& later, const FactRecord& fact) {
      return later.attribute == fact.attribute &&
             later.valid.from == fact.valid.from &&
             (later.recorded.source == fact.recorded.source ||
              (later.retraction && !later.one_source));
    });
  }

  std::vector<RelationRecord> RelationsInForce(Revision at) const {
    return InForce(Records<RelationRecord>(at), [](const RelationRecord& later,
                                                   const RelationRecord& r) {
      return later.from == r.from && later.to == r.to &&
             later.relation == r.relation && later.valid.from == r.valid.from;
    });
  }

  std::vector<LinkRecord> LinksInForce(const std::string& subject,
                                       Revision at) const {
    std::vector<LinkRecord> links = Records<LinkRecord>(at);
    std::erase_if(
        links, [&](const LinkRecord& link) { return link.subject != subject; });
    return InForce(links, [](const LinkRecord& later, const LinkRecord& link) {
      return later.valid.from == link.valid.from ||
             (later.retraction && later.valid.from == absl::InfinitePast());
    });
  }

  // What ends with what holds just before `instant`, of records of one source
  // or id.
  template <typename R>
  static std::vector<R> Ending(const std::vector<R>& records,
                               absl::Time instant) {
    std::vector<R> ending;
    const R* holds = HoldsAt(records, instant - absl::Microseconds(1));
    if (holds == nullptr) return ending;
    for (R record : records) {
      if (record.valid.Covers(instant - absl::Microseconds(1)) &&
          record.valid.to <= holds->valid.to) {
        record.valid.to = instant;
        ending.push_back(std::move(record));
      }
    }
    // As they are recorded.
    std::sort(ending.begin(), ending.end(), [](const R& a, const R& b) {
      return a.valid.from < b.valid.from;
    });
    return ending;
  }

 private:
  std::vector<Change> log_;
};

const std::vector<EntityId> kCustomers = {
    {"customer", "a"}, {"customer", "b"}, {"customer", "c"}};
const char* const kSources[] = {"", "crm", "erp"};
const char* const kSubjects[] = {"w1", "w2"};
const char* const kAttributes[] = {"tier", "visits"};

class GraphModelTest : public testing::Test {
 protected:
  int Draw(int below) {
    return static_cast<int>(Below(random_, static_cast<uint64_t>(below)));
  }
  const EntityId& Customer() { return kCustomers[Draw(3)]; }
  ValidTime Valid() {
    const int from = Draw(kMonths);
    return {MonthAt(from),
            Draw(2) == 0 ? absl::InfiniteFuture() : Day(from + 1 + Draw(3), 1)};
  }

  Change RandomChange() {
    const ValidTime valid = Valid();
    switch (Draw(4)) {
      case 0: {
        RelationRecord relation =
            MakeRelation(Customer(), "knows", Customer(), valid);
        relation.retraction = Draw(4) == 0;
        return relation;
      }
      case 1: {
        LinkRecord link =
            During(valid, MakeLink("web", kSubjects[Draw(2)], Customer()));
        link.retraction = Draw(5) == 0;
        return link;
      }
      default: {
        FactRecord fact =
            From(kSources[Draw(3)], MakeFact(Customer(), kAttributes[Draw(2)],
                                             absl::StrCat(Draw(100)), valid));
        if (fact.attribute == "tier") fact.value = "gold";
        if (Draw(6) == 0) fact.value.reset();
        fact.validation = static_cast<Validation>(Draw(4));
        fact.retraction = Draw(6) == 0;
        fact.one_source = fact.retraction && Draw(2) == 0;
        return fact;
      }
    }
  }

  void WriteChanges() {
    std::vector<Change> changes;
    for (int count = 1 + Draw(3); count > 0; --count) {
      changes.push_back(RandomChange());
    }
    oracle_.Record(graph_->Write(changes), changes);
  }

  // An end, or its refusal where there is nothing to end.
  void WriteEnd() {
    const absl::Time to = Day(1 + Draw(kMonths + 2), 1);
    const Revision now = graph_->head();
    std::vector<Change> expected;
    End end;
    switch (Draw(3)) {
      case 0: {
        const EntityId from = Customer();
        const EntityId target = Customer();
        end.what = MakeRelationEnd(from, "knows", target, to);
        std::vector<RelationRecord> relations = oracle_.RelationsInForce(now);
        // As they are recorded.
        std::sort(relations.begin(), relations.end(),
                  [](const RelationRecord& a, const RelationRecord& b) {
                    return a.valid.from < b.valid.from;
                  });
        for (RelationRecord& relation : relations) {
          if (relation.from == from && relation.to == target &&
              relation.valid.Covers(to - absl::Microseconds(1))) {
            relation.valid.to = to;
            expected.push_back(std::move(relation));
          }
        }
        break;
      }
      case 1: {
        const char* subject = kSubjects[Draw(2)];
        end.what = MakeLinkEnd("web", subject, to);
        for (LinkRecord& link :
             Oracle::Ending(oracle_.LinksInForce(subject, now), to)) {
          expected.push_back(std::move(link));
        }
        break;
      }
      default: {
        const EntityId entity = Customer();
        const std::string attribute = kAttributes[Draw(2)];
        std::optional<std::string> only;
        if (Draw(2) == 0) only = kSources[Draw(3)];
        end.what = MakeFactEnd(entity, attribute, to, only);
        for (const char* source : kSources) {
          if (only.value_or(source) != source) continue;
          std::vector<FactRecord> facts = oracle_.FactsInForce(entity, now);
          std::erase_if(facts, [&](const FactRecord& fact) {
            return fact.attribute != attribute ||
                   fact.recorded.source != source;
          });
          for (FactRecord& fact : Oracle::Ending(facts, to)) {
            expected.push_back(std::move(fact));
          }
        }
      }
    }
    WriteBatch batch;
    batch.ends = {end};
    const auto outcome = graph_->TryWrite(batch);
    if (expected.empty()) {
      EXPECT_EQ(ReasonOf(outcome.status()).substr(0, 14), "NOTHING_TO_END");
      return;
    }
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    oracle_.Record(outcome->revision, expected);
  }

  void CompareFacts(const EntityId& entity, Revision at, absl::Time t);
  void CompareRelations(const EntityId& entity, Revision at, absl::Time t);
  void CompareLinks(Revision at, absl::Time t);
  void CompareHistory(const EntityId& entity, Revision at);

  std::mt19937_64 random_;
  std::unique_ptr<TestGraph> graph_;
  Oracle oracle_;
};

using FactName = std::tuple<std::string, std::string, absl::Time, uint64_t,
                            uint32_t, absl::Time>;
FactName NameOf(const FactRecord& fact) {
  return {fact.attribute,        fact.recorded.source,
          fact.valid.from,       fact.recorded.revision.number(),
          fact.recorded.ordinal, fact.valid.to};
}

template <typename Records>
std::set<FactName> NamesOf(const Records& facts) {
  std::set<FactName> names;
  for (const FactRecord& fact : facts) names.insert(NameOf(fact));
  EXPECT_EQ(names.size(), facts.size());
  return names;
}

void GraphModelTest::CompareFacts(const EntityId& entity, Revision at,
                                  absl::Time t) {
  const std::vector<FactRecord> defined = oracle_.FactsInForce(entity, at);
  const auto page = graph_->Read<GraphReader::Page<FactRecord>>(
      at, [](GraphReader& g) { return g.ListFacts("", "", 1000); });
  std::vector<FactRecord> listed = page.items;
  std::erase_if(listed,
                [&](const FactRecord& f) { return f.entity != entity; });
  EXPECT_EQ(NamesOf(listed), NamesOf(defined));

  std::vector<FactRecord> said;
  for (const char* attribute : kAttributes) {
    std::vector<FactRecord> of_attribute;
    for (const char* source : kSources) {
      std::vector<FactRecord> of_source = defined;
      std::erase_if(of_source, [&](const FactRecord& fact) {
        return fact.attribute != attribute || fact.recorded.source != source;
      });
      const FactRecord* holds = HoldsAt(of_source, t);
      if (holds == nullptr) continue;
      said.push_back(*holds);
      of_attribute.push_back(*holds);
    }
    // By the undeclared rule the later start wins, then the later recorded.
    std::stable_sort(of_attribute.begin(), of_attribute.end(),
                     [](const FactRecord& a, const FactRecord& b) {
                       return std::tie(a.recorded.revision,
                                       a.recorded.ordinal) <
                              std::tie(b.recorded.revision, b.recorded.ordinal);
                     });
    const FactRecord* winner = HoldsAt(of_attribute, t);
    const Timeline timeline(graph_->Read<std::vector<FactRecord>>(
        at, [&](GraphReader& g) { return g.FactsOf(entity, attribute); }));
    const TimelineSpan* span = timeline.At(t);
    ASSERT_EQ(span == nullptr, winner == nullptr) << attribute;
    if (winner != nullptr) {
      EXPECT_EQ(NameOf(timeline.FactOf(*span)), NameOf(*winner));
    }
  }
  const auto then = graph_->Read<GraphReader::Page<FactRecord>>(
      at, [&](GraphReader& g) { return g.ListFacts("customer", "", 1000, t); });
  std::vector<FactRecord> listed_then = then.items;
  std::erase_if(listed_then,
                [&](const FactRecord& f) { return f.entity != entity; });
  EXPECT_EQ(NamesOf(listed_then), NamesOf(said));
}

void GraphModelTest::CompareRelations(const EntityId& entity, Revision at,
                                      absl::Time t) {
  const auto name = [](const RelationRecord& r) {
    return absl::StrCat(r.from.id, r.to.id, " ", absl::FormatTime(r.valid.from),
                        " ", absl::FormatTime(r.valid.to), " ",
                        r.recorded.revision.number(), ".", r.recorded.ordinal);
  };
  std::set<std::string> of_entity;
  std::set<std::string> then;
  for (const RelationRecord& relation : oracle_.RelationsInForce(at)) {
    if (relation.from == entity || relation.to == entity) {
      of_entity.insert(name(relation));
    }
    if (relation.valid.Covers(t)) then.insert(name(relation));
  }
  std::set<std::string> read;
  for (const RelationRecord& relation :
       graph_->Read<std::vector<RelationRecord>>(
           at, [&](GraphReader& g) { return g.RelationsOf(entity); })) {
    read.insert(name(relation));
  }
  EXPECT_EQ(read, of_entity);
  std::set<std::string> listed;
  for (const RelationRecord& relation :
       graph_
           ->Read<GraphReader::Page<RelationRecord>>(
               at, [&](GraphReader& g) { return g.ListRelations("", 1000, t); })
           .items) {
    listed.insert(name(relation));
  }
  EXPECT_EQ(listed, then);
}

void GraphModelTest::CompareLinks(Revision at, absl::Time t) {
  size_t in_force = 0;
  for (const char* subject : kSubjects) {
    const std::vector<LinkRecord> links = oracle_.LinksInForce(subject, at);
    in_force += links.size();
    const LinkRecord* holds = HoldsAt(links, t);
    const auto named = graph_->Read<std::optional<EntityId>>(
        at, [&](GraphReader& g) { return g.ResolveLink("web", subject, t); });
    ASSERT_EQ(named.has_value(), holds != nullptr) << subject;
    if (holds != nullptr) {
      EXPECT_EQ(*named, holds->entity);
    }
  }
  // In pages of three.
  std::set<std::pair<std::string, absl::Time>> listed;
  std::string start;
  do {
    const auto page = graph_->Read<GraphReader::Page<LinkRecord>>(
        at, [&](GraphReader& g) { return g.ListLinks("", start, 3); });
    for (const LinkRecord& link : page.items) {
      EXPECT_TRUE(listed.emplace(link.subject, link.valid.from).second);
    }
    start = page.next;
  } while (!start.empty());
  EXPECT_EQ(listed.size(), in_force);
}

void GraphModelTest::CompareHistory(const EntityId& entity, Revision at) {
  using Place = std::pair<uint64_t, uint32_t>;
  std::vector<Place> read;
  std::string start;
  do {
    const auto page = graph_->Read<GraphReader::Page<Change>>(
        at, [&](GraphReader& g) { return g.HistoryOf(entity, start, 7); });
    for (const Change& change : page.items) {
      read.emplace_back(RecordedOf(change).revision.number(),
                        RecordedOf(change).ordinal);
    }
    start = page.next;
  } while (!start.empty());
  EXPECT_TRUE(std::is_sorted(read.begin(), read.end()));
  const std::set<Place> places(read.begin(), read.end());
  EXPECT_EQ(places.size(), read.size());
  const auto expect = [&](const Provenance& recorded) {
    EXPECT_TRUE(
        places.contains({recorded.revision.number(), recorded.ordinal}));
  };
  for (const FactRecord& fact : oracle_.Records<FactRecord>(at)) {
    if (fact.entity == entity) expect(fact.recorded);
  }
  for (const RelationRecord& r : oracle_.Records<RelationRecord>(at)) {
    if (r.from == entity || r.to == entity) expect(r.recorded);
  }
  for (const LinkRecord& link : oracle_.Records<LinkRecord>(at)) {
    if (!link.retraction && link.entity == entity) expect(link.recorded);
  }
  // Whenever what names the entity changed, its history says so.
  const auto named = [&](const char* subject, uint64_t revision, int month) {
    const auto links = oracle_.LinksInForce(subject, Revision(revision));
    const LinkRecord* holds = HoldsAt(links, Day(month, 2));
    return holds != nullptr && holds->entity == entity;
  };
  for (uint64_t revision = 1; revision <= at.number(); ++revision) {
    for (const char* subject : kSubjects) {
      for (int month = 1; month <= 12; ++month) {
        if (named(subject, revision, month) ==
            named(subject, revision - 1, month)) {
          continue;
        }
        const auto after = places.lower_bound({revision, 0});
        EXPECT_TRUE(after != places.end() && after->first == revision)
            << "revision " << revision;
      }
    }
  }
}

TEST_F(GraphModelTest, AgreesWithTheDefinitionAtRandomRevisionsAndInstants) {
  const uint64_t seed = TestSeed(20261122);
  for (int round = 0; round < 12; ++round) {
    SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed, " round ", round));
    random_.seed(seed + static_cast<uint64_t>(round));
    graph_ = std::make_unique<TestGraph>();
    oracle_ = Oracle();
    for (int step = 0; step < 60; ++step) {
      if (Draw(4) == 0) {
        WriteEnd();
      } else {
        WriteChanges();
      }
      const Revision at(static_cast<uint64_t>(
          Draw(static_cast<int>(graph_->head().number()) + 1)));
      const absl::Time t = Day(1 + Draw(11), 1) - absl::Microseconds(Draw(2));
      CompareFacts(Customer(), at, t);
      CompareRelations(Customer(), at, t);
      CompareLinks(at, t);
      if (HasFatalFailure() || HasNonfatalFailure()) return;
    }
    for (const EntityId& entity : kCustomers) {
      CompareHistory(entity, Revision(30));
    }
  }
}

}  // namespace
}  // namespace concordat
