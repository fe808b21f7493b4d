// Who may know what: roles, what a vocabulary grants them, and what of a value
// is seen. The words of the API are Vocabulary.access and Withheld.
#ifndef CONCORDAT_CONSISTENCY_ACCESS_GRANTS_H_
#define CONCORDAT_CONSISTENCY_ACCESS_GRANTS_H_

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "graph/schema.h"

namespace concordat {

// What a caller is there for.
enum class Role : uint8_t { kChannel, kQa, kSteward, kAdmin, kAuditor };

inline constexpr Role kRoles[] = {Role::kChannel, Role::kQa, Role::kSteward,
                                  Role::kAdmin, Role::kAuditor};

// "channel", "qa" ...: as they are written.
constexpr const char* RoleName(Role role) {
  constexpr const char* kNames[] = {"channel", "qa", "steward", "admin",
                                    "auditor"};
  return kNames[static_cast<int>(role)];
}

// Some roles. A value.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (const Role role : roles) Add(role);
  }
  static constexpr RoleSet All() {
    return {Role::kChannel, Role::kQa, Role::kSteward, Role::kAdmin,
            Role::kAuditor};
  }

  constexpr void Add(Role role) { bits_ |= Bit(role); }
  constexpr bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr bool HasAnyOf(RoleSet others) const {
    return (bits_ & others.bits_) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }

  // "admin, qa": for messages.
  std::string Names() const;

  friend constexpr bool operator==(RoleSet, RoleSet) = default;

 private:
  static constexpr uint8_t Bit(Role role) {
    return static_cast<uint8_t>(1U << static_cast<unsigned>(role));
  }
  uint8_t bits_ = 0;
};

// What of a value is seen, from nothing to all of it: of several that are
// granted the greatest counts.
enum class Sight : uint8_t {
  kNothing,    // not even that there is one
  kExistence,  // that there is one
  kHash,       // a keyed hash, equal for equal values
  kRange,      // 100..1000
  kYear,
  kLast4,  // the last four letters or digits
  kFull,
};

inline constexpr Sight kSights[] = {
    Sight::kNothing, Sight::kExistence, Sight::kHash, Sight::kRange,
    Sight::kYear,    Sight::kLast4,     Sight::kFull};

// "nothing", "last_4" ...: as they are written.
constexpr const char* SightName(Sight sight) {
  constexpr const char* kNames[] = {"nothing", "existence", "hash", "range",
                                    "year",    "last_4",    "full"};
  return kNames[static_cast<int>(sight)];
}

// Entities of a type: those to which everything applies that is set.
struct RowScope {
  // The channel that asks has a link to it.
  bool linked = false;
  // Its value now, in normal form, is one of `normals`; empty: any is.
  std::string attribute;
  std::set<std::string, std::less<>> normals;
  // An entity that it has this relation with, either way, is in the grant's
  // rows of its type. Empty: none need be.
  std::string through;
};

// What some callers may know for some purposes.
struct Grant {
  std::string name;
  std::vector<std::string> channels;
  RoleSet roles;
  // Empty: for any, and for none.
  std::vector<std::string> purposes;
  // Entity type -> canonical attribute name -> what is seen. What is not
  // listed, is not.
  ByName<ByName<Sight>> sees;
  // Entity type -> which of them. Not listed: all.
  ByName<RowScope> rows;
};

struct AccessRules {
  // Name -> what it means.
  ByName<std::string> purposes;
  // In order of name; at most limits::kGrantsMax.
  std::vector<Grant> grants;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_ACCESS_GRANTS_H_
