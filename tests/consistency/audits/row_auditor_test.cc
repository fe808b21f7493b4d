// An audit's short cut against the judge itself.
#include "consistency/audits/row_auditor.h"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/audits/audit_plan.h"
#include "consistency/audits/coverage.h"
#include "consistency/audits/missing_finder.h"
#include "consistency/audits/truth_index.h"
#include "consistency/audits/truth_loader.h"
#include "consistency/knowledge.h"
#include "gtest/gtest.h"
#include "tests/consistency/world.h"

namespace concordat::audits {
namespace {

constexpr size_t kRoomy = size_t{64} << 20;

// An audit of the web at a revision of a world.
struct Audited {
  Tally tally{0};
  std::vector<AuditFinding> findings;
  std::vector<RefusedRow> refused;

  std::vector<std::string> Described() const {
    std::vector<std::string> described;
    for (const AuditFinding& finding : findings) {
      described.push_back(absl::StrCat(
          finding.entity.has_value() ? finding.entity->id : finding.subject,
          " ", finding.attribute, " ", VerdictName(finding.verdict)));
    }
    return described;
  }
  int64_t Count(Verdict verdict) const {
    return tally.Totals()[static_cast<size_t>(verdict)];
  }
};

class Auditor {
 public:
  explicit Auditor(World& world, size_t bytes_max = kRoomy)
      : world_(world),
        index_(&world.vocabulary(), bytes_max),
        loader_(&index_) {
    bool more = true;
    while (more) {
      const absl::StatusOr<bool> step =
          loader_.Step(**world.store().Snapshot());
      EXPECT_EQ(ReasonOf(step.status()), "OK");
      more = step.ok() && *step;
    }
  }

  void Follow() {
    EXPECT_EQ(ReasonOf(loader_.Follow(**world_.store().Snapshot())), "OK");
  }

  Audited Audit(const std::vector<Claim>& claims, Revision at,
                AuditScope scope = {}) {
    const absl::StatusOr<AuditPlan> plan =
        AuditPlan::Make(index_, {.channel = "web",
                                 .at = at,
                                 .as_at = Noon(),
                                 .now = Noon(),
                                 .scope = std::move(scope)});
    EXPECT_EQ(ReasonOf(plan.status()), "OK");
    Coverage coverage(index_.entities().size(), plan->required_max());
    const std::unique_ptr<Reader> reader = *world_.store().Snapshot();
    StoredKnowledge knowledge(*reader, at, world_.vocabulary(), nullptr);
    RowAuditor auditor(&*plan, &coverage);
    std::vector<AuditRow> rows;
    for (const Claim& claim : claims) {
      rows.push_back({ViewOf(claim), static_cast<int64_t>(rows.size()) + 1});
    }
    auditor.Match(rows);
    EXPECT_EQ(ReasonOf(auditor.Judge(rows, knowledge)), "OK");
    auditor.NoteJudged();
    MissingFinder missing(&*plan, &coverage, &knowledge);
    EXPECT_EQ(ReasonOf(missing.Find(0, static_cast<TruthIndex::EntityNumber>(
                                           coverage.entities()))),
              "OK");
    Audited audited;
    audited.tally = auditor.tally();
    audited.tally.Add(missing.tally());
    audited.findings = std::move(auditor.findings());
    for (AuditFinding& finding : missing.findings()) {
      audited.findings.push_back(std::move(finding));
    }
    SortAndMerge(audited.findings);
    audited.refused = std::move(auditor.refused());
    return audited;
  }

  const TruthIndex& index() const { return index_; }

 private:
  World& world_;
  TruthIndex index_;
  TruthLoader loader_;
};

Claim Web(const EntityId& entity, const std::string& attribute,
          std::optional<std::string> value, absl::Time said_at = Noon()) {
  Claim claim = MakeClaim("web", attribute, std::move(value), said_at);
  claim.subject.clear();
  claim.entity = entity;
  claim.said_at_given = true;
  return claim;
}

TEST(RowAuditorTest, WhatAgreesTakesOneLook) {
  World world;
  world.Write({MakeFact("tier", "gold"), MakeFact("visits", "7"),
               MakeFact("email", "ada@example.org")});
  Auditor auditor(world);
  const Audited audited = auditor.Audit(
      {Web(kAda, "tier", " GOLD"), Web(kAda, "loyaltyTier", "oro"),
       Web(kAda, "visits", "7"), Web(kAda, "email", "Ada@Example.org")},
      world.head());
  EXPECT_EQ(audited.tally.prompt_rows, 4);
  EXPECT_EQ(audited.Count(Verdict::kAgrees), 4);
  EXPECT_TRUE(audited.findings.empty());
  EXPECT_EQ(audited.tally.entities_covered, 1);
}

TEST(RowAuditorTest, WhatIsNotThereIsMissing) {
  World world;
  world.Write({MakeFact("tier", "gold"), MakeFact("visits", "7"),
               MakeFact("tier", "silver", {}, kBob),
               MakeFact("nickname", "Zed", {}, {"customer", "zed"})});
  Auditor auditor(world);
  const Audited audited =
      auditor.Audit({Web(kAda, "tier", "gold")}, world.head());
  EXPECT_EQ(audited.Described(),
            (std::vector<std::string>{"ada visits MISSING", "bob  MISSING"}));
  EXPECT_EQ(audited.tally.entities_missing, 1);
  EXPECT_EQ(audited.tally.entities_covered, 1);
}

TEST(RowAuditorTest, ScopeLeavesOutBothRowsAndWhatIsMissing) {
  World world;
  world.Write({MakeFact("tier", "gold"), MakeFact("visits", "7"),
               MakeFact("email", "ada@example.org")});
  Auditor auditor(world);
  const Audited audited =
      auditor.Audit({Web(kAda, "tier", "silver"), Web(kAda, "visits", "8")},
                    world.head(), {.attributes = {"visits"}});
  EXPECT_EQ(audited.Described(),
            (std::vector<std::string>{"ada visits CONTRADICTS"}));
  EXPECT_EQ(audited.tally.rows_out_of_scope, 1);
}

TEST(RowAuditorTest, MalformedRowsAreRefusedAndTheOthersGoOn) {
  World world;
  world.Write({MakeFact("tier", "gold"), MakeFact("visits", "7"),
               MakeFact("email", "ada@example.org")});
  Auditor auditor(world);
  const Audited audited = auditor.Audit(
      {Web(kAda, "nonsense", "1"), Web(kAda, "tier", std::string(5000, 'x')),
       Web(kAda, "tier", "gold", Noon() + absl::Hours(48)),
       Web(kAda, "tier", "gold")},
      world.head());
  EXPECT_EQ(audited.tally.refused_rows, 3);
  EXPECT_EQ(audited.Count(Verdict::kAgrees), 1);
  EXPECT_EQ(audited.tally.rows, 4);
}

TEST(RowAuditorTest, WhatTheIndexHasNoRoomForIsReadFromTheStore) {
  World world;
  world.Write({MakeFact("tier", "gold"), MakeFact("visits", "7")});
  Auditor auditor(world, /*bytes_max=*/1);
  EXPECT_GT(auditor.index().left_out(), 0U);
  const Audited audited =
      auditor.Audit({Web(kAda, "tier", "gold")}, world.head());
  EXPECT_EQ(audited.tally.prompt_rows, 0);
  EXPECT_EQ(audited.Count(Verdict::kAgrees), 1);
  EXPECT_EQ(audited.Described(),
            (std::vector<std::string>{"ada visits MISSING"}));
}

TEST(RowAuditorTest, IdsThatAreOneEntityAreCoveredTogether) {
  World world;
  world.Write({MakeFact("tier", "gold"), MakeFact("visits", "7", {}, kBob)});
  world.Write({MergeRecord{.duplicate = kBob, .survivor = kAda}});
  Auditor auditor(world);
  const Audited one = auditor.Audit({Web(kAda, "visits", "7")}, world.head());
  EXPECT_EQ(one.Count(Verdict::kAgrees), 1);
  EXPECT_EQ(one.Described(), (std::vector<std::string>{"ada tier MISSING"}));
  const Audited other =
      auditor.Audit({Web(kBob, "tier", "gold")}, world.head());
  EXPECT_EQ(other.Count(Verdict::kAgrees), 1);
  EXPECT_EQ(other.Described(),
            (std::vector<std::string>{"ada visits MISSING"}));
  const Audited none = auditor.Audit({}, world.head());
  EXPECT_EQ(none.Described(), (std::vector<std::string>{"ada  MISSING"}));
}

// A company of chance: facts that end, that are corrected and taken back, ids
// that are merged, links that move.
class RandomWorld {
 public:
  explicit RandomWorld(uint64_t seed) : random_(seed) {}

  World& world() { return world_; }
  size_t Pick(size_t below) { return random_() % below; }

  void Write(int changes) {
    for (int i = 0; i < changes; ++i) world_.Write({AnyChange()});
  }

  Claim AnyClaim() {
    static const char* const kSubjects[] = {"w0", "w1", "w2", "nobody"};
    const auto [attribute, value] = AnyStatement();
    const absl::Time said_at = Noon() - absl::Hours(12 * Pick(6));
    Claim claim =
        Web(Customer(), attribute,
            Pick(12) == 0 ? std::nullopt : std::optional(Rewritten(value)),
            said_at);
    if (Pick(3) == 0) {
      claim.entity.reset();
      claim.subject = kSubjects[Pick(4)];
    }
    return claim;
  }

 private:
  EntityId Customer() { return {"customer", absl::StrCat("c", Pick(6))}; }

  std::pair<std::string, std::string> AnyStatement() {
    switch (Pick(6)) {
      case 0:
        return {"tier", Pick(2) == 0 ? "gold" : "silver"};
      case 1:
        return {"visits", absl::StrCat(Pick(3))};
      case 2:
        return {"email", absl::StrCat("x", Pick(3), "@example.org")};
      case 3:
        return {"born", absl::StrCat("1990-01-0", 1 + Pick(3))};
      case 4:
        return {"interests", Pick(2) == 0 ? "a;b" : "b;a;c"};
      default:
        return {"balance_due", absl::StrCat(Pick(3), ".50 EUR")};
    }
  }

  std::string Rewritten(std::string value) {
    switch (Pick(4)) {
      case 0:
        return absl::StrCat(" ", value, " ");
      case 1:
        for (char& c : value) c = static_cast<char>(std::toupper(c));
        return value;
      default:
        return value;
    }
  }

  Change AnyChange() {
    const auto [attribute, value] = AnyStatement();
    const absl::Time from = Pick(2) == 0 ? absl::InfinitePast()
                                         : Noon() - absl::Hours(12 * Pick(6));
    switch (Pick(10)) {
      case 0:
        return MakeRetraction(attribute, from, Customer());
      case 1:
        return MakeLink("web", absl::StrCat("w", Pick(3)), Customer());
      case 2:
        return MakeFact(attribute, std::nullopt, {.from = from}, Customer());
      case 3:
        return MakeFact(attribute, value,
                        {.from = from, .to = Noon() + absl::Hours(1)},
                        Customer());
      default:
        return MakeFact(attribute, value, {.from = from}, Customer());
    }
  }

  std::mt19937_64 random_;
  World world_;
};

void ExpectAsJudged(RandomWorld& random, Auditor& auditor, Revision at) {
  std::vector<Claim> claims;
  for (int i = 0; i < 200; ++i) claims.push_back(random.AnyClaim());
  const Audited audited = auditor.Audit(claims, at);
  const std::unique_ptr<Reader> reader = *random.world().store().Snapshot();
  StoredKnowledge knowledge(*reader, at, random.world().vocabulary(), nullptr);
  VerdictCounts judged{};
  std::vector<AuditFinding> findings;
  int64_t line = 0;
  for (const Claim& claim : claims) {
    const absl::StatusOr<Judgement> judgement =
        Judge(claim, random.world().vocabulary(), knowledge);
    ASSERT_EQ(ReasonOf(judgement.status()), "OK");
    ++judged[static_cast<size_t>(judgement->verdict)];
    ++line;
    if (IsListed(judgement->verdict)) {
      findings.push_back(FindingOf(claim, *judgement, true, line));
    }
  }
  EXPECT_EQ(audited.tally.Totals(), judged);
  SortAndMerge(findings);
  std::vector<AuditFinding> of_rows = audited.findings;
  std::erase_if(of_rows, [](const AuditFinding& f) { return f.rows == 0; });
  ASSERT_EQ(of_rows.size(), findings.size());
  for (size_t i = 0; i < findings.size(); ++i) {
    EXPECT_EQ(of_rows[i].explanation, findings[i].explanation);
    EXPECT_EQ(of_rows[i].rows, findings[i].rows);
  }
}

TEST(RowAuditorTest, IsTheJudgeOnRandomWorlds) {
  int64_t prompt = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    RandomWorld random(seed);
    random.Write(60);
    Auditor auditor(random.world());
    const Revision earlier = random.world().head();
    ExpectAsJudged(random, auditor, earlier);
    random.Write(20);
    // The index knows less than the store, as much, and more than the audit.
    ExpectAsJudged(random, auditor, earlier);
    auditor.Follow();
    ExpectAsJudged(random, auditor, random.world().head());
    ExpectAsJudged(random, auditor, earlier);
    std::vector<Claim> claims;
    for (int i = 0; i < 100; ++i) claims.push_back(random.AnyClaim());
    prompt += auditor.Audit(claims, random.world().head()).tally.prompt_rows;
  }
  EXPECT_GT(prompt, 40 * 5) << "the short cut was hardly taken";
}

}  // namespace
}  // namespace concordat::audits
