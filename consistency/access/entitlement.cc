#include "consistency/access/entitlement.h"

#include <algorithm>
#include <utility>

#include "graph/status_macros.h"

namespace concordat {
namespace {

bool Contains(const std::vector<std::string>& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Sight SightIn(const ByName<ByName<Sight>>& sees, absl::string_view type,
              absl::string_view attribute) {
  const auto of_type = sees.find(type);
  if (of_type == sees.end()) return Sight::kNothing;
  const auto sight = of_type->second.find(attribute);
  return sight == of_type->second.end() ? Sight::kNothing : sight->second;
}

// A grant gives a channel no more than its contract names.
ByName<ByName<Sight>> Within(const Channel& channel,
                             const ByName<ByName<Sight>>& sees) {
  ByName<ByName<Sight>> within;
  for (const auto& [type, attributes] : sees) {
    for (const auto& [attribute, sight] : attributes) {
      if (channel.FindTerms(type, attribute) != nullptr) {
        within[type][attribute] = sight;
      }
    }
  }
  return within;
}

}  // namespace

Entitlement::Entitlement(const Vocabulary& vocabulary, const Asker& asker)
    : vocabulary_(vocabulary), channel_(asker.channel) {
  const Channel* const channel = asker.roles.Has(Role::kChannel)
                                     ? vocabulary.FindChannel(asker.channel)
                                     : nullptr;
  RoleSet named;
  bool channel_named = false;
  for (const Grant& grant : vocabulary.access.grants) {
    const bool by_role = grant.roles.HasAnyOf(asker.roles);
    const bool by_channel =
        channel != nullptr && Contains(grant.channels, channel->name);
    for (const Role role : kRoles) {
      if (grant.roles.Has(role)) named.Add(role);
    }
    channel_named = channel_named || by_channel;
    if (!by_role && !by_channel) continue;
    if (!grant.purposes.empty() && !Contains(grant.purposes, asker.purpose)) {
      continue;
    }
    held_.push_back(
        {.sees = by_role ? grant.sees : Within(*channel, grant.sees),
         .rows = &grant.rows});
    names_.push_back(grant.name);
  }
  AddDefaults(asker, named, channel_named);
}

void Entitlement::AddDefaults(const Asker& asker, RoleSet named,
                              bool channel_named) {
  for (const Role role : {Role::kQa, Role::kSteward}) {
    if (!asker.roles.Has(role) || named.Has(role)) continue;
    AddAll(Sight::kFull);
    everything_ = true;
  }
  for (const Role role : {Role::kAdmin, Role::kAuditor}) {
    if (asker.roles.Has(role) && !named.Has(role)) AddAll(Sight::kExistence);
  }
  if (!asker.roles.Has(Role::kChannel) || channel_named) return;
  const Channel* const channel = vocabulary_.FindChannel(asker.channel);
  if (channel != nullptr) AddContract(*channel);
}

void Entitlement::AddAll(Sight sight) {
  Held held;
  for (const auto& [name, type] : vocabulary_.schema.entity_types) {
    ByName<Sight>& attributes = held.sees[name];
    for (const auto& [attribute, unused] : type.attributes) {
      attributes[attribute] = sight;
    }
  }
  held_.push_back(std::move(held));
}

void Entitlement::AddContract(const Channel& channel) {
  Held held;
  if (channel.partner) {
    partner_rows_[channel.subject_type].linked = true;
    held.rows = &partner_rows_;
  }
  for (const auto& [type, terms] : channel.contract) {
    // Which of the others are about its customers no grant says.
    if (channel.partner && type != channel.subject_type) continue;
    for (const auto& [attribute, unused] : terms) {
      held.sees[type][attribute] = Sight::kFull;
    }
  }
  held_.push_back(std::move(held));
}

Sight Entitlement::Of(Grants grants, absl::string_view type,
                      absl::string_view attribute) const {
  Sight most = Sight::kNothing;
  for (size_t bit = 0; bit < held_.size(); ++bit) {
    if ((grants >> bit & 1) == 0) continue;
    most = std::max(most, SightIn(held_[bit].sees, type, attribute));
  }
  return most;
}

Sight Entitlement::Most(absl::string_view type,
                        absl::string_view attribute) const {
  return Of(~Grants{0}, type, attribute);
}

Sight Entitlement::Least(absl::string_view attribute) const {
  Sight least = Sight::kFull;
  bool any = false;
  for (const auto& [name, type] : vocabulary_.schema.entity_types) {
    const Attribute* const found = type.FindAttribute(attribute);
    if (found == nullptr) continue;
    any = true;
    least = std::min(least, Most(name, found->name));
  }
  return any ? least : Sight::kNothing;
}

bool Entitlement::DependsOnRows(absl::string_view type) const {
  return std::any_of(held_.begin(), held_.end(), [type](const Held& held) {
    return held.rows != nullptr && held.rows->find(type) != held.rows->end();
  });
}

RowReader::RowReader(const Reader& reader, Revision at,
                     const Vocabulary& vocabulary,
                     const Entitlement& entitlement, absl::Time now)
    : vocabulary_(vocabulary),
      entitlement_(entitlement),
      now_(now),
      identity_(reader, at),
      knowledge_(reader, at, vocabulary, nullptr) {}

absl::StatusOr<Entitlement::Grants> RowReader::GrantsOf(
    const EntityId& entity) {
  if (const auto known = known_.find(entity); known != known_.end()) {
    return known->second;
  }
  Entitlement::Grants grants = 0;
  std::optional<Cluster> cluster;
  for (size_t bit = 0; bit < entitlement_.held_.size(); ++bit) {
    const Entitlement::Held& held = entitlement_.held_[bit];
    if (held.sees.find(entity.type) == held.sees.end()) continue;
    bool is_in = true;
    if (held.rows != nullptr) {
      if (const auto scope = held.rows->find(entity.type);
          scope != held.rows->end()) {
        if (!cluster.has_value()) {
          CONCORDAT_ASSIGN_OR_RETURN(cluster, identity_.ClusterOf(entity));
        }
        CONCORDAT_ASSIGN_OR_RETURN(is_in, IsIn(scope->second, *cluster, held));
      }
    }
    if (is_in) grants |= Entitlement::Grants{1} << bit;
  }
  known_.emplace(entity, grants);
  return grants;
}

absl::StatusOr<bool> RowReader::IsIn(const RowScope& scope,
                                     const Cluster& cluster,
                                     const Entitlement::Held& held) {
  if (scope.linked) {
    CONCORDAT_ASSIGN_OR_RETURN(const bool linked, IsLinked(cluster));
    if (!linked) return false;
  }
  if (!scope.attribute.empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(const bool has,
                               HasValue(scope, cluster.canonical));
    if (!has) return false;
  }
  if (scope.through.empty()) return true;
  return IsThrough(scope, cluster, held);
}

absl::StatusOr<bool> RowReader::IsLinked(const Cluster& cluster) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LinkRecord> links,
                             identity_.LinksAt(cluster, now_));
  return std::any_of(links.begin(), links.end(),
                     [this](const LinkRecord& link) {
                       return link.channel == entitlement_.channel_;
                     });
}

absl::StatusOr<bool> RowReader::HasValue(const RowScope& scope,
                                         const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* const known,
                             knowledge_.About(entity));
  const auto attribute = known->find(scope.attribute);
  if (attribute == known->end()) return false;
  const TimelineSpan* const span = attribute->second.timeline().At(now_);
  if (span == nullptr) return false;
  const Reading& reading =
      attribute->second.ReadingOf(*span, vocabulary_.schema.habits);
  if (!reading.value.has_value()) return false;
  const auto members = reading.value->members();
  return std::any_of(members.begin(), members.end(),
                     [&scope](const Scalar& member) {
                       return scope.normals.contains(Value(member).Canonical());
                     });
}

absl::StatusOr<bool> RowReader::IsThrough(const RowScope& scope,
                                          const Cluster& cluster,
                                          const Entitlement::Held& held) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<RelationRecord> relations,
                             identity_.RelationsOf(cluster));
  for (const RelationRecord& relation : relations) {
    if (relation.relation != scope.through || !relation.valid.Covers(now_)) {
      continue;
    }
    const EntityId& other =
        cluster.Has(relation.from) ? relation.to : relation.from;
    if (held.sees.find(other.type) == held.sees.end()) continue;
    const auto rows = held.rows->find(other.type);
    // A scope that leads on to a third type is refused with the vocabulary, so
    // this ends here.
    if (rows == held.rows->end()) return true;
    CONCORDAT_ASSIGN_OR_RETURN(const Cluster others,
                               identity_.ClusterOf(other));
    CONCORDAT_ASSIGN_OR_RETURN(const bool is_in,
                               IsIn(rows->second, others, held));
    if (is_in) return true;
  }
  return false;
}

}  // namespace concordat
