#ifndef CONCORDAT_CONSISTENCY_FINDING_SCOPE_H_
#define CONCORDAT_CONSISTENCY_FINDING_SCOPE_H_

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "consistency/findings.h"
#include "consistency/verdict.h"
#include "graph/ids.h"

namespace concordat {

// Whether a filter's list lets a value through; an empty one lets every one.
template <typename T>
bool Allows(const std::vector<T>& allowed, const T& value) {
  return allowed.empty() ||
         std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

// Which findings something is about. Members that are not empty must all hold;
// several values of one member are alternatives.
struct FindingScope {
  std::vector<std::string> ids;
  std::vector<std::string> channels;
  // Attributes and rules are alternatives to each other: a finding has one.
  std::vector<std::string> attributes;
  std::vector<std::string> rules;
  std::vector<Verdict> verdicts;
  std::vector<FindingFamily> families;
  // Ids as findings are addressed by; for one entity, all of its ids
  // (Cluster::members).
  std::vector<EntityId> entities;
  // Name and value of a label of the newest claim.
  std::vector<std::pair<std::string, std::string>> labels;

  bool Matches(const Finding& finding) const;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FINDING_SCOPE_H_
