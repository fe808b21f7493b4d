#ifndef CONCORDAT_TESTS_CONSISTENCY_WORLD_H_
#define CONCORDAT_TESTS_CONSISTENCY_WORLD_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "consistency/checker.h"
#include "consistency/claims.h"
#include "consistency/findings.h"
#include "consistency/judge.h"
#include "consistency/rows.h"
#include "consistency/vocabulary.h"
#include "graph/facts.h"
#include "graph/memory_store.h"
#include "tests/consistency/stored_rows.h"

namespace concordat {

// 2026-03-10, 12:00 UTC: when most of what is told in these tests is said.
absl::Time Noon();

inline const EntityId kAda{"customer", "ada"};
inline const EntityId kBob{"customer", "bob"};

FactRecord MakeFact(const std::string& attribute,
                    std::optional<std::string> value, ValidTime valid = {},
                    const EntityId& entity = kAda);
FactRecord MakeRetraction(const std::string& attribute,
                          absl::Time from = absl::InfinitePast(),
                          const EntityId& entity = kAda);
LinkRecord MakeLink(const std::string& channel, const std::string& subject,
                    const EntityId& entity);

// Held by the channel about Ada, said at `said_at`.
Claim MakeClaim(const std::string& channel, const std::string& attribute,
                std::optional<std::string> value, absl::Time said_at = Noon());

// "REASON field" of an error, "OK" of none.
std::string ReasonOf(const absl::Status& status);

// "web tier STALE OPEN 2": channel, attribute, verdict, state and count.
std::string Describe(const Finding& finding);

// A store in memory with its checker under the test vocabulary, driven as the
// server drives them: each call is one commit at the next revision.
class World {
 public:
  World();

  const Vocabulary& vocabulary() const { return vocabulary_; }
  Store& store() { return store_; }
  Revision head() const { return head_; }
  // The time of the commits to come. Starts at Noon().
  void SetNow(absl::Time now) { now_ = now; }
  // Forgets what the checker keeps in memory, as a restart does.
  void Restart();
  // Brings what is held into the store.
  void ApplyHeld();

  // Fails the test where it is refused.
  Revision Write(std::vector<Change> changes);
  std::vector<ClaimOutcome> Report(std::vector<Claim> claims);
  ClaimOutcome ReportOne(Claim claim) { return Report({std::move(claim)})[0]; }
  // The verdict of a claim on the graph as it is known now.
  Judgement Ask(const Claim& claim, Trace trace = Trace::kOff);

  // All findings in any state, worst first.
  std::vector<Finding> Findings();
  std::vector<std::string> DescribeFindings();
  std::vector<FindingEvent> EventsOf(const std::string& finding_id);
  // "web tier=silver STALE", in order of entity, channel and attribute.
  std::vector<std::string> Held();
  StoredRows AllRows();

 private:
  Vocabulary vocabulary_;
  MemoryStore store_;
  // Of runs so small that some are merged.
  static std::unique_ptr<Checker> MakeChecker() {
    return std::make_unique<Checker>(CheckerOptions{.held = {.run_claims = 4}});
  }

  std::unique_ptr<Checker> checker_ = MakeChecker();
  Revision head_;
  absl::Time now_ = Noon();
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_CONSISTENCY_WORLD_H_
