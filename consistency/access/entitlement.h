#ifndef CONCORDAT_CONSISTENCY_ACCESS_ENTITLEMENT_H_
#define CONCORDAT_CONSISTENCY_ACCESS_ENTITLEMENT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/access/grants.h"
#include "consistency/knowledge.h"
#include "consistency/vocabulary.h"
#include "graph/identity.h"
#include "graph/ids.h"

namespace concordat {

// On whose behalf something is read.
struct Asker {
  RoleSet roles;
  // For Role::kChannel.
  std::string channel;
  // As stated; empty: none was.
  std::string purpose;
};

// What one asker may know under one vocabulary. A pure function of the two.
// Immutable; thread-safe.
class Entitlement {
 public:
  Entitlement(const Entitlement&) = delete;
  Entitlement& operator=(const Entitlement&) = delete;

  // Which of the asker's grants an entity is in: a bit each.
  using Grants = uint64_t;

  // `vocabulary` must outlive this.
  Entitlement(const Vocabulary& vocabulary, const Asker& asker);

  // Everything, of all entities.
  bool everything() const { return everything_; }
  // The grants of the vocabulary that apply, by name.
  const std::vector<std::string>& grants() const { return names_; }

  // What is seen of an attribute (canonical name) of an entity in `grants`.
  Sight Of(Grants grants, absl::string_view type,
           absl::string_view attribute) const;
  // The same of whatever entity shows most of it.
  Sight Most(absl::string_view type, absl::string_view attribute) const;
  // The same where the type is not known: the least of all types that have such
  // an attribute, by whatever name.
  Sight Least(absl::string_view attribute) const;

  // Whether which entity it is makes a difference.
  bool DependsOnRows(absl::string_view type) const;

 private:
  friend class RowReader;
  struct Held {
    ByName<ByName<Sight>> sees;
    // Of the vocabulary; nullptr: all of every type.
    const ByName<RowScope>* rows = nullptr;
  };

  void AddDefaults(const Asker& asker, RoleSet named, bool channel_named);
  void AddAll(Sight sight);
  // A partner knows of its own customers only.
  void AddContract(const Channel& channel);

  const Vocabulary& vocabulary_;
  std::string channel_;
  bool everything_ = false;
  ByName<RowScope> partner_rows_;
  std::vector<Held> held_;  // by bit
  std::vector<std::string> names_;
};

// Finds out which grants entities are in, as the graph stands at a revision.
// Not thread-safe.
class RowReader {
 public:
  // All must outlive this. `now`: the instant of valid time at which links,
  // relations and values count.
  RowReader(const Reader& reader, Revision at, const Vocabulary& vocabulary,
            const Entitlement& entitlement, absl::Time now);

  // By any id of the entity. 0: it is not for the asker to know of it. Errors:
  // the store's.
  absl::StatusOr<Entitlement::Grants> GrantsOf(const EntityId& entity);

 private:
  absl::StatusOr<bool> IsIn(const RowScope& scope, const Cluster& cluster,
                            const Entitlement::Held& held);
  absl::StatusOr<bool> IsLinked(const Cluster& cluster) const;
  absl::StatusOr<bool> HasValue(const RowScope& scope, const EntityId& entity);
  absl::StatusOr<bool> IsThrough(const RowScope& scope, const Cluster& cluster,
                                 const Entitlement::Held& held);

  const Vocabulary& vocabulary_;
  const Entitlement& entitlement_;
  const absl::Time now_;
  const Identity identity_;
  StoredKnowledge knowledge_;
  std::map<EntityId, Entitlement::Grants> known_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_ACCESS_ENTITLEMENT_H_
