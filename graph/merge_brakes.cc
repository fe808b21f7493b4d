#include "graph/merge_brakes.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/link_timeline.h"
#include "graph/reading.h"
#include "graph/relation_rules.h"
#include "graph/status_macros.h"
#include "graph/timeline.h"

namespace concordat {
namespace {

// What is known of a value of an identifying attribute.
struct ValueUse {
  bool holds_now = false;  // of one of the ids, on its own
  absl::Time recorded_at = absl::InfinitePast();  // newest
};
// By normal form.
using ValueUses = std::map<std::string, ValueUse>;

// Adds the values that one id has or had.
void AddValues(const Schema& schema, const Attribute& attribute,
               std::vector<FactRecord> records, absl::Time now,
               ValueUses& uses) {
  const Timeline timeline(std::move(records), attribute.survivorship);
  const TimelineSpan* const holding = timeline.At(now);
  for (size_t i = 0; i < timeline.facts().size(); ++i) {
    const FactRecord& fact = timeline.facts()[i];
    if (!fact.value.has_value()) continue;
    const Reading reading = ReadValue(attribute, *fact.value, schema.habits);
    if (!reading.value.has_value()) continue;
    for (const Scalar& member : reading.value->members()) {
      ValueUse& use = uses[Value(member).Canonical()];
      use.recorded_at = std::max(use.recorded_at, fact.recorded.recorded_at);
      use.holds_now =
          use.holds_now || (holding != nullptr && holding->fact == i);
    }
  }
}

// By attribute: the identifying ones of which a member has or had a value. Each
// id is looked at on its own, so that a merge does not hide one's behind
// another's.
absl::StatusOr<std::map<std::string, ValueUses>> IdentifyingValuesOf(
    const Schema& schema, const Identity& identity,
    const std::vector<EntityId>& members, absl::Time now) {
  std::map<std::string, ValueUses> by_attribute;
  for (const EntityId& member : members) {
    const EntityType* type = schema.FindEntityType(member.type);
    if (type == nullptr) continue;
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> records,
                               identity.graph().FactsOf(member));
    for (size_t begin = 0; begin < records.size();) {
      size_t end = begin + 1;
      while (end < records.size() &&
             records[end].attribute == records[begin].attribute) {
        ++end;
      }
      const Attribute* attribute =
          type->FindAttribute(records[begin].attribute);
      if (attribute != nullptr && attribute->identifying) {
        AddValues(schema, *attribute,
                  std::vector<FactRecord>(
                      std::make_move_iterator(records.begin() + begin),
                      std::make_move_iterator(records.begin() + end)),
                  now, by_attribute[attribute->name]);
      }
      begin = end;
    }
  }
  return by_attribute;
}

bool Counts(absl::Time recorded_at, absl::Duration window, absl::Time now) {
  return recorded_at > now - window;
}

absl::Status AddValueBrakes(const Schema& schema, const Identity& identity,
                            const EntityType& type,
                            const std::vector<EntityId>& members,
                            absl::Time now, std::vector<Brake>& brakes) {
  const bool capped = std::any_of(
      type.attributes.begin(), type.attributes.end(),
      [](const auto& entry) { return entry.second.identity.max_values > 0; });
  if (!capped) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(
      const auto by_attribute,
      IdentifyingValuesOf(schema, identity, members, now));
  for (const auto& [name, uses] : by_attribute) {
    const Attribute& attribute = *type.FindAttribute(name);
    const IdentityRules& rules = attribute.identity;
    if (rules.max_values == 0) continue;
    int64_t count = 0;
    for (const auto& [normal, use] : uses) {
      const bool counts = rules.window == absl::ZeroDuration()
                              ? use.holds_now
                              : Counts(use.recorded_at, rules.window, now);
      if (!counts || rules.blocked.contains(normal)) continue;
      CONCORDAT_ASSIGN_OR_RETURN(
          const bool generic,
          IsGeneric(identity, type.name, attribute, normal));
      count += generic ? 0 : 1;
    }
    if (count <= rules.max_values) continue;
    brakes.push_back({.kind = BrakeKind::kValues,
                      .of = name,
                      .actual = count,
                      .allowed = rules.max_values,
                      .may_be_overridden = true});
  }
  return absl::OkStatus();
}

// Whether the id names the cluster, as the cap counts it: now or later, or
// recorded lately.
bool CountsFor(const LinkTimeline& timeline, const Cluster& cluster,
               const LinkCap& cap, absl::Time now) {
  const std::vector<LinkRecord>& links = timeline.links();
  if (cap.window == absl::ZeroDuration()) {
    // One that others cover for good never names it again.
    return std::any_of(timeline.spans().begin(), timeline.spans().end(),
                       [&](const TimelineSpan& span) {
                         return span.valid.to > now &&
                                cluster.Has(links[span.fact].entity);
                       });
  }
  return std::any_of(links.begin(), links.end(), [&](const LinkRecord& link) {
    return cluster.Has(link.entity) &&
           Counts(link.recorded.recorded_at, cap.window, now);
  });
}

// How many of the channel's own ids name the cluster, as its cap counts them.
absl::StatusOr<int64_t> CountLinks(
    const Identity& identity, const Cluster& cluster,
    const std::set<GraphReader::LinkName>& names_once,
    absl::string_view channel, const LinkCap& cap, absl::Time now) {
  int64_t count = 0;
  for (const auto& [of_channel, subject] : names_once) {
    if (of_channel != channel) continue;
    CONCORDAT_ASSIGN_OR_RETURN(
        const LinkTimeline timeline,
        identity.graph().LinkTimelineOf(of_channel, subject));
    count += CountsFor(timeline, cluster, cap, now) ? 1 : 0;
  }
  return count;
}

absl::StatusOr<std::set<GraphReader::LinkName>> NamesOnceOf(
    const Identity& identity, const Cluster& cluster) {
  std::set<GraphReader::LinkName> names;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<GraphReader::LinkName> more,
                               identity.graph().NamesOnceOf(member));
    names.insert(std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
  }
  return names;
}

absl::Status AddLinkBrakes(const Schema& schema, const Identity& identity,
                           const Cluster& cluster, absl::Time now,
                           std::vector<Brake>& brakes) {
  if (schema.link_caps.empty()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const std::set<GraphReader::LinkName> names,
                             NamesOnceOf(identity, cluster));
  for (const auto& [channel, cap] : schema.link_caps) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const int64_t count,
        CountLinks(identity, cluster, names, channel, cap, now));
    if (count <= cap.per_entity) continue;
    brakes.push_back({.kind = BrakeKind::kLinks,
                      .of = channel,
                      .actual = count,
                      .allowed = cap.per_entity,
                      .may_be_overridden = true});
  }
  return absl::OkStatus();
}

absl::Status AddRelationBrakes(const Schema& schema, const Identity& identity,
                               const EntityId& a, const EntityId& b,
                               std::vector<Brake>& brakes) {
  const GraphReader& graph = identity.graph();
  RelationRules rules(&graph.reader(), &schema, graph.revision());
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> broken,
                             rules.BrokenByMerge(a, b));
  for (const std::string& relation : broken) {
    brakes.push_back({.kind = BrakeKind::kRelations,
                      .of = relation,
                      .may_be_overridden = true});
  }
  return absl::OkStatus();
}

// The cluster that the merge would make.
Cluster Joined(const Cluster& a, const Cluster& b) {
  Cluster joined{b.canonical, {}};
  std::set_union(a.members.begin(), a.members.end(), b.members.begin(),
                 b.members.end(), std::back_inserter(joined.members));
  return joined;
}

absl::Status AddCaps(const Schema& schema, const Identity& identity,
                     const Cluster& joined, absl::Time now,
                     std::vector<Brake>& brakes) {
  const EntityType* type = schema.FindEntityType(joined.canonical.type);
  if (type == nullptr) return absl::OkStatus();
  const auto members = static_cast<int64_t>(joined.members.size());
  if (members > limits::kClusterMembersMax) {
    brakes.push_back({.kind = BrakeKind::kMembers,
                      .of = "",
                      .actual = members,
                      .allowed = limits::kClusterMembersMax,
                      .may_be_overridden = false});
  } else if (type->max_members > 0 && members > type->max_members) {
    brakes.push_back({.kind = BrakeKind::kMembers,
                      .of = "",
                      .actual = members,
                      .allowed = type->max_members,
                      .may_be_overridden = true});
  }
  CONCORDAT_RETURN_IF_ERROR(
      AddValueBrakes(schema, identity, *type, joined.members, now, brakes));
  return AddLinkBrakes(schema, identity, joined, now, brakes);
}

Brake Firm(BrakeKind kind) {
  Brake brake;
  brake.kind = kind;
  return brake;
}

constexpr char kHowToOverride[] =
    "; if it is right all the same, write it with override_brakes and a reason";

}  // namespace

const char* BrakeName(BrakeKind kind) {
  switch (kind) {
    case BrakeKind::kEntityType:
      return "entity_type";
    case BrakeKind::kAlreadyMerged:
      return "already_merged";
    case BrakeKind::kCircle:
      return "circle";
    case BrakeKind::kDeclaredDistinct:
      return "declared_distinct";
    case BrakeKind::kMembers:
      return "max_members";
    case BrakeKind::kValues:
      return "max_values";
    case BrakeKind::kLinks:
      return "links_per_entity";
    case BrakeKind::kRelations:
      return "relations";
  }
  return "";
}

absl::Status RefusalOf(const Brake& brake) {
  const auto refused = [&brake](absl::string_view message) {
    return errors::MergeRefused(BrakeName(brake.kind), brake.of, brake.actual,
                                brake.allowed, message);
  };
  switch (brake.kind) {
    case BrakeKind::kEntityType:
      return refused("only entities of one type can be one");
    case BrakeKind::kAlreadyMerged:
      return refused(
          "the duplicate is merged into another entity already; merge that "
          "one, or split the duplicate first");
    case BrakeKind::kCircle:
      return refused(
          "the survivor is merged into the duplicate already: they are one");
    case BrakeKind::kDeclaredDistinct:
      return errors::DeclaredDistinct();
    case BrakeKind::kMembers:
      if (!brake.may_be_overridden) {
        return errors::LimitExceeded("cluster_members_max", brake.actual,
                                     brake.allowed);
      }
      return refused(absl::StrCat("this would make ", brake.actual,
                                  " ids one entity; the vocabulary allows ",
                                  brake.allowed, kHowToOverride));
    case BrakeKind::kValues:
      return refused(absl::StrCat(
          "this entity would have ", brake.actual, " values of ", brake.of,
          "; the vocabulary allows ", brake.allowed, kHowToOverride));
    case BrakeKind::kLinks:
      return refused(absl::StrCat(
          "this entity would have ", brake.actual, " ids of channel ", brake.of,
          "; the vocabulary allows ", brake.allowed, kHowToOverride));
    case BrakeKind::kRelations:
      return refused(absl::StrCat(
          "this entity would break the rules of ", brake.of,
          ", or has too many to check: more partners at one instant than its "
          "cardinality allows, or a path that leads back; end what is wrong "
          "of it first",
          kHowToOverride));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Brake>> BrakesOnMerge(const Schema& schema,
                                                 const Identity& identity,
                                                 const EntityId& duplicate,
                                                 const EntityId& survivor,
                                                 absl::Time now) {
  std::vector<Brake> brakes;
  if (duplicate.type != survivor.type) {
    brakes.push_back(Firm(BrakeKind::kEntityType));
    return brakes;
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<MergeRecord> merged,
                             identity.MergeOf(duplicate));
  if (merged.has_value()) {
    if (merged->survivor != survivor) {
      brakes.push_back(Firm(BrakeKind::kAlreadyMerged));
    }
    return brakes;
  }
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster a, identity.ClusterOf(duplicate));
  if (a.Has(survivor)) {
    brakes.push_back(Firm(BrakeKind::kCircle));
    return brakes;
  }
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster b, identity.ClusterOf(survivor));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<DistinctRecord> distinct,
                             identity.DistinctBetween(a, b));
  if (!distinct.empty()) brakes.push_back(Firm(BrakeKind::kDeclaredDistinct));
  CONCORDAT_RETURN_IF_ERROR(
      AddCaps(schema, identity, Joined(a, b), now, brakes));
  CONCORDAT_RETURN_IF_ERROR(
      AddRelationBrakes(schema, identity, a.canonical, b.canonical, brakes));
  return brakes;
}

absl::Status CheckMerge(const Schema& schema, const Identity& identity,
                        const MergeRecord& merge, absl::Time now) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<Brake> brakes,
      BrakesOnMerge(schema, identity, merge.duplicate, merge.survivor, now));
  for (const Brake& brake : brakes) {
    if (merge.overrides_brakes && brake.may_be_overridden) continue;
    return RefusalOf(brake);
  }
  return absl::OkStatus();
}

absl::Status CheckLink(const Schema& schema, const Identity& identity,
                       const LinkRecord& link, absl::Time now) {
  const auto cap = schema.link_caps.find(link.channel);
  if (link.retraction || cap == schema.link_caps.end()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             identity.ClusterOf(link.entity));
  CONCORDAT_ASSIGN_OR_RETURN(const std::set<GraphReader::LinkName> names,
                             NamesOnceOf(identity, cluster));
  CONCORDAT_ASSIGN_OR_RETURN(
      const int64_t count,
      CountLinks(identity, cluster, names, link.channel, cap->second, now));
  if (count <= cap->second.per_entity) return absl::OkStatus();
  return errors::MergeRefused(
      BrakeName(BrakeKind::kLinks), link.channel, count, cap->second.per_entity,
      absl::StrCat("this entity would have ", count, " ids of channel ",
                   link.channel, "; the vocabulary allows ",
                   cap->second.per_entity,
                   "; take a wrong link back first, or raise "
                   "links_per_entity"));
}

absl::StatusOr<bool> IsGeneric(const Identity& identity, absl::string_view type,
                               const Attribute& attribute,
                               absl::string_view normal) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const auto named,
      identity.EntitiesNamedBy(type, attribute.name, normal,
                               attribute.identity.max_entities));
  return !named.has_value();
}

absl::StatusOr<std::vector<SharedIdentifier>> SharedIdentifiers(
    const Schema& schema, const Identity& identity, const Cluster& a,
    const Cluster& b, absl::Time now) {
  std::vector<SharedIdentifier> shared;
  const EntityType* type = schema.FindEntityType(a.canonical.type);
  if (type == nullptr || a.canonical.type != b.canonical.type) return shared;
  CONCORDAT_ASSIGN_OR_RETURN(
      const auto of_a, IdentifyingValuesOf(schema, identity, a.members, now));
  CONCORDAT_ASSIGN_OR_RETURN(
      const auto of_b, IdentifyingValuesOf(schema, identity, b.members, now));
  for (const auto& [name, uses] : of_a) {
    const auto others = of_b.find(name);
    if (others == of_b.end()) continue;
    const Attribute& attribute = *type->FindAttribute(name);
    SharedIdentifier found{.attribute = name};
    for (const auto& [normal, use] : uses) {
      if (!others->second.contains(normal)) continue;
      CONCORDAT_ASSIGN_OR_RETURN(
          const bool generic,
          IsGeneric(identity, type->name, attribute, normal));
      if (attribute.identity.blocked.contains(normal)) {
        ++found.blocked;
      } else {
        ++(generic ? found.generic : found.values);
      }
    }
    if (found.values + found.blocked + found.generic > 0) {
      shared.push_back(std::move(found));
    }
  }
  return shared;
}

}  // namespace concordat
