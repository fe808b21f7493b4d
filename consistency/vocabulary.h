// The vocabulary: the schema of the graph, and the channels with their
// contracts. Versioned configuration; a verdict names the version it used.
#ifndef CONCORDAT_CONSISTENCY_VOCABULARY_H_
#define CONCORDAT_CONSISTENCY_VOCABULARY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/access/grants.h"
#include "consistency/harm.h"
#include "consistency/rules/rule.h"
#include "consistency/rules/rule_index.h"
#include "graph/schema.h"

namespace concordat {

// What a channel's contract says of one attribute of one entity type.
struct AttributeTerms {
  // The channel must hold it where there is one: its absence is MISSING.
  bool required = false;
  // How long a change may take to reach the channel (its promise); >= 0.
  absl::Duration promise = absl::ZeroDuration();
  // How this channel writes this attribute: the channel's habits with the
  // attribute's own declarations over them.
  WritingHabits habits;
};

struct Channel {
  std::string name;
  std::string description;
  // Run by somebody else: an outsourced contact centre, a reseller.
  bool partner = false;
  // How far the channel's clock may be off, either way; >= 0.
  absl::Duration clock_skew = absl::ZeroDuration();
  // The entity type that the channel's own ids usually name.
  std::string subject_type;
  // How the channel writes what its contract does not cover.
  WritingHabits habits;
  // How much of what it says is to agree, over 0 and below 1; nullopt: nobody
  // said.
  std::optional<double> objective;
  // Entity type -> canonical attribute name -> terms. What is not listed the
  // channel is not entitled to know.
  ByName<ByName<AttributeTerms>> contract;

  // nullptr where the channel may not know it.
  const AttributeTerms* FindTerms(absl::string_view entity_type,
                                  absl::string_view attribute) const;
};

// What a vocabulary says of findings about an attribute.
struct FindingTerms {
  // How long a mismatch is only OBSERVED before it is judged again and shown:
  // for so long the authority itself may be late; >= 0.
  absl::Duration settle = absl::ZeroDuration();
  // What channels said so close together is held against one another; > 0.
  absl::Duration compare_within = absl::Hours(24);
  // How much the attribute matters among others, 0 to 100.
  int weight_percent = 50;
  // Being wrong about it has legal weight: consent, notice, price.
  bool legal = false;
};

// Immutable once built (config/vocabulary_loader.h builds it). Thread-safe.
struct Vocabulary {
  // Assigned when applied, from 1; 0: not applied.
  uint64_t version = 0;
  std::string name;
  Schema schema;
  ByName<Channel> channels;
  // Entity type -> canonical attribute name; what is not listed has defaults.
  ByName<ByName<FindingTerms>> finding_terms;
  HarmRules harm;
  // What must hold between attributes and entities; points into `schema`.
  ByName<rules::Rule> rules;
  // Which of them a change may concern; points into `rules`.
  rules::RuleIndex rule_index;
  // Who may know what.
  AccessRules access;

  const FindingTerms& TermsOf(absl::string_view entity_type,
                              absl::string_view attribute) const;
  // nullptr where there is none.
  const Channel* FindChannel(absl::string_view channel) const;
  // The same, or UNKNOWN_CHANNEL with the names that there are.
  absl::StatusOr<const Channel*> RequireChannel(
      absl::string_view channel) const;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_VOCABULARY_H_
