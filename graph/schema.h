// The part of a vocabulary that the graph needs: which kinds of entity,
// attribute and relation there are, and how their values are written.
#ifndef CONCORDAT_GRAPH_SCHEMA_H_
#define CONCORDAT_GRAPH_SCHEMA_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/limits.h"
#include "graph/survivorship.h"
#include "graph/value.h"

namespace concordat {

// By canonical name, in order; found by absl::string_view without a copy.
template <typename T>
using ByName = std::map<std::string, T, std::less<>>;

// "app, billing, web": for errors that say what there is.
template <typename T>
std::string NamesOf(const ByName<T>& map) {
  return absl::StrJoin(map, ", ", [](std::string* out, const auto& entry) {
    out->append(entry.first);
  });
}

enum class DateOrder : uint8_t {
  kUndeclared,  // 03/04/2026 cannot be decided
  kDayMonthYear,
  kMonthDayYear,
  kYearMonthDay,
};

// How somebody writes values: what a reader must know to understand them.
// An unset member is "not declared": a value that needs it cannot be read.
struct WritingHabits {
  DateOrder date_order = DateOrder::kUndeclared;
  // ISO 3166-1 alpha-2, for phone numbers written without a country code.
  std::string region;
  // ISO 4217, for amounts written without a currency.
  std::string currency;
  // For instants written without an offset; meaningful if has_time_zone.
  absl::TimeZone time_zone;
  bool has_time_zone = false;
  // '.' or ',' or 0 for undeclared: which mark separates decimals where a
  // writing such as 1,234 can be read both ways.
  char decimal_mark = 0;
  // Two-digit years up to this year are read as within the hundred years that
  // end with it; 0: two-digit years cannot be decided.
  int two_digit_year_pivot = 0;
  // The language of the locale, ISO 639, lower case: "de". Decides what words
  // mean that several languages share.
  std::string language;
  // References without a type are this writer's own ids, which links resolve;
  // else they are ids of the attribute's target type.
  bool own_ids = false;
  // The unit of quantities written without one: "kg".
  std::string unit;
  // This writer shows numbers rounded to multiples of it; 0: as they are. In
  // `unit` where that is set, else in the unit of the writing.
  Decimal rounding;
  // By how much a number of this writer may be off, absolutely (in the same
  // unit) and in relation to the larger of the two compared. 0: not at all.
  Decimal tolerance_abs;
  Decimal tolerance_rel;
  // What separates the members of a set. Empty: not declared; then ";" does,
  // or where a writing has none, the first other usual separator that it has.
  std::string set_separator;
  // Writings that mean "there is none", compared after trimming and without
  // letter case: "n/a", "Not Available".
  std::vector<std::string> absence_tokens;
  // Words written beside a value that are not part of it: "(Estimated)",
  // "Delayed". Compared without letter case.
  std::vector<std::string> annotations;
  // This writer's own words for codes: alias (as written) -> code, or "" where
  // the writer uses it for several.
  std::map<std::string, std::string> code_aliases;
};

struct CodeList {
  std::string name;
  // A writing that is none of the list's is a code of its own.
  bool open = false;
  // Canonical codes, in the order of the vocabulary.
  std::vector<std::string> codes;
  // Folded writing (graph/text.h) of each code and alias -> canonical code, or
  // "" where it stands for several.
  absl::flat_hash_map<std::string, std::string> by_writing;
};

// How far the values of an identifying attribute identify, and how many of them
// one entity may have before a merge is refused.
struct IdentityRules {
  // Entities that one value may name before it counts as generic and identifies
  // nobody; 1 to limits::kEntitiesPerIdentifierMax.
  int64_t max_entities = limits::kEntitiesPerIdentifierMax;
  // Distinct values that the entity made by a merge may have; 0: any number.
  int64_t max_values = 0;
  // Zero: the values that hold now are counted; else those recorded during this
  // time up to now.
  absl::Duration window = absl::ZeroDuration();
  // Normal forms that identify nobody: placeholders, a call centre's own
  // number.
  std::set<std::string, std::less<>> blocked;
};

// How many of a channel's own ids may name one entity.
struct LinkCap {
  int64_t per_entity = 0;  // above 0
  // Zero: all links in force are counted; else those recorded during this time
  // up to now.
  absl::Duration window = absl::ZeroDuration();
};

struct Attribute {
  std::string name;
  std::string description;
  ValueType type = ValueType::kText;
  bool is_set = false;
  // For a set: order and repetition count; it is a list.
  bool ordered = false;
  // For kPersonName: Bob is Robert (graph/readers/nicknames.h).
  bool nicknames = false;
  // For kEmail: mailboxes that a provider delivers alike are the same (Gmail's
  // dots, plus tags).
  bool provider_rules = false;
  // For kText: characters that look alike are the same (UTS #39 skeletons).
  bool confusables = false;
  // For kReference: the type of the entities that it names.
  std::string target;
  // For kCode. Points into the schema that owns this attribute. Null: any code
  // is allowed.
  const CodeList* code_list = nullptr;
  // Equal normal form names the same entity: email, account number.
  bool identifying = false;
  // Where it identifies.
  IdentityRules identity;
  // Attributes of the same entity type that are easily taken for this one:
  // net for gross, billing for delivery address.
  std::vector<std::string> confusable_with;
  // Other names in use for it (OpenID Connect, schema.org, FHIR, Segment).
  std::vector<std::string> aliases;
  // Whether its values are personal data.
  bool personal = false;
  // Whose value wins where several sources speak to it.
  Survivorship survivorship;
};

struct EntityType {
  std::string name;
  std::string description;
  // Ids that a merge may make one entity; 0: limits::kClusterMembersMax.
  int64_t max_members = 0;
  // By canonical name.
  ByName<Attribute> attributes;
  // Alias -> canonical name.
  absl::flat_hash_map<std::string, std::string> attribute_aliases;

  // By name or alias; nullptr where there is none.
  const Attribute* FindAttribute(absl::string_view name_or_alias) const;
  // The same, or UNKNOWN_ATTRIBUTE with the names that there are.
  absl::StatusOr<const Attribute*> RequireAttribute(
      absl::string_view name_or_alias) const;
};

// How many partners an end may have at one instant of valid time.
enum class Cardinality : uint8_t {
  kManyToMany,
  kOneToOne,
  kOneToMany,  // each end of it has one start: an order, who placed it
  kManyToOne,  // each start of it has one end: a person, the household
};
inline constexpr Cardinality kCardinalities[] = {
    Cardinality::kManyToMany, Cardinality::kOneToOne, Cardinality::kOneToMany,
    Cardinality::kManyToOne};
// As a vocabulary writes it: "one_to_many".
const char* CardinalityName(Cardinality cardinality);

struct RelationType {
  std::string name;
  std::string description;
  std::vector<std::string> from_types;
  std::vector<std::string> to_types;
  Cardinality cardinality = Cardinality::kManyToMany;
  // The name to read it backwards by; empty: none.
  std::string inverse;
  // At no instant does a path of it lead back to where it started.
  bool acyclic = false;

  // Whether a start has at most one end, and an end at most one start.
  bool one_end() const {
    return cardinality == Cardinality::kManyToOne ||
           cardinality == Cardinality::kOneToOne;
  }
  bool one_start() const {
    return cardinality == Cardinality::kOneToMany ||
           cardinality == Cardinality::kOneToOne;
  }
};

// What a name of a relation means in a query.
struct RelationReading {
  const RelationType* type = nullptr;
  // It was the inverse's name: read from end to start.
  bool backwards = false;
};

// Immutable once built (config/vocabulary_loader.h builds it). Thread-safe.
// Not movable in memory: attributes point to code lists.
struct Schema {
  Schema() = default;
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  ByName<CodeList> code_lists;
  ByName<EntityType> entity_types;
  ByName<RelationType> relation_types;
  // Systems of record that may write facts; empty: any.
  std::vector<std::string> sources;
  // How authoritative facts are written.
  WritingHabits habits;
  // By channel; of what is not listed there is no cap.
  ByName<LinkCap> link_caps;

  // nullptr where there is none.
  const EntityType* FindEntityType(absl::string_view name) const;
  // UNKNOWN_ENTITY_TYPE, UNKNOWN_RELATION with the names that there are.
  absl::StatusOr<const EntityType*> RequireEntityType(
      absl::string_view name) const;
  absl::StatusOr<const RelationType*> RequireRelationType(
      absl::string_view name) const;
  // By name or inverse name: for queries. UNKNOWN_RELATION with all of them.
  absl::StatusOr<RelationReading> ReadRelationName(
      absl::string_view name) const;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_SCHEMA_H_
