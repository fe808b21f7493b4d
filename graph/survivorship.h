// Survivorship: whose value wins where several sources speak to one attribute.
//
// Each source keeps its own values. At an instant every source has at most one
// candidate: of its facts that cover the instant, the one that starts latest.
// Which candidate wins is computed when it is asked for, so that another rule
// answers otherwise over the same records.
#ifndef CONCORDAT_GRAPH_SURVIVORSHIP_H_
#define CONCORDAT_GRAPH_SURVIVORSHIP_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "graph/facts.h"
#include "graph/sweep.h"

namespace concordat {

enum class SurvivorshipCriterion : uint8_t {
  // The more trusted source wins; sources that are not listed come after all
  // that are, and are equal.
  kPriority = 1,
  // The value that began to hold later (in valid time) wins.
  kRecency,
  // What was verified wins over what was not checked, or of which that was not
  // said.
  kValidation,
};

// As a vocabulary writes it: "priority".
absl::string_view SurvivorshipCriterionName(SurvivorshipCriterion criterion);

// The rule of one attribute.
struct Survivorship {
  // Asked in order; one that does not decide hands on to the next. Empty: no
  // rule is declared.
  std::vector<SurvivorshipCriterion> by;
  // For kPriority: the most trusted first.
  std::vector<std::string> sources;

  bool declared() const { return !by.empty(); }
};

// What decided between two candidates. The values are in the order in which
// they are asked; criteria stand in the order of the rule.
enum class DecidedBy : uint8_t {
  // One was checked and found wrong: it never wins over another that was not.
  // Only under a declared rule.
  kInvalid = 1,
  kPriority,
  kRecency,
  kValidation,
  // The criteria did not decide: the one that starts later,
  kStart,
  // and of those that start together the one recorded later.
  kRevision,
};

// The same among what decides.
DecidedBy ToDecidedBy(SurvivorshipCriterion criterion);

struct Contest {
  bool first_wins = false;
  DecidedBy by = DecidedBy::kRevision;
};

// Which of two candidates wins. A strict total order over facts that differ in
// place of recording. Where no rule is declared, the later start wins, then
// the later recorded.
Contest Compete(const FactRecord& first, const FactRecord& second,
                const Survivorship& rule);

// Where a source stands in the rule's list, from 1; one more than there are
// where it is not listed.
size_t PriorityOf(absl::string_view source, const Survivorship& rule);

// Which fact holds when. `facts` are in force (FactsInForce) and in order of
// start, then of recording.
std::vector<TimelineSpan> Survivors(const std::vector<FactRecord>& facts,
                                    const Survivorship& rule);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_SURVIVORSHIP_H_
