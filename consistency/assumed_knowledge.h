#ifndef CONCORDAT_CONSISTENCY_ASSUMED_KNOWLEDGE_H_
#define CONCORDAT_CONSISTENCY_ASSUMED_KNOWLEDGE_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "consistency/held_reader.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "consistency/vocabulary.h"
#include "graph/ids.h"

namespace concordat {

// Who is assumed to be right: a channel, or a source of facts. One of both.
struct Assumption {
  std::string channel;
  std::string source;
};

// What is known, as if somebody had been right.
//
// A channel: for each attribute of which what it holds is not so, or is not
// known, its value is the truth over the stretch that holds when it said so.
// Where it only follows a change within its promise it is not wrong, and
// nothing is assumed. A source: of each attribute that it has facts of, these
// alone. Whom values identify, links and merges stay as they are.
//
// Not thread-safe.
class AssumedKnowledge : public Knowledge {
 public:
  // All must outlive this. `held` and `known` are of one state.
  AssumedKnowledge(Assumption assumption, const Vocabulary& vocabulary,
                   const HeldReader& held, StoredKnowledge& known)
      : assumption_(std::move(assumption)),
        vocabulary_(vocabulary),
        held_(held),
        known_(known) {}

  // Whether anything of the entity is assumed to be otherwise than it is known.
  // Errors: the reader's, as of all that follow.
  absl::StatusOr<bool> Differs(const EntityId& entity);

  Revision revision() const override { return known_.revision(); }
  absl::StatusOr<std::optional<EntityId>> Resolve(const Claim& claim) override {
    return known_.Resolve(claim);
  }
  absl::StatusOr<const KnownEntity*> About(const EntityId& entity) override;
  absl::StatusOr<std::vector<EntityId>> IdentifiedBy(
      const EntityId& other_than, const Attribute& attribute,
      const Scalar& value) override {
    return known_.IdentifiedBy(other_than, attribute, value);
  }
  absl::StatusOr<std::optional<EntityId>> ResolveLink(
      const std::string& channel, const std::string& id,
      absl::Time valid_at) override {
    return known_.ResolveLink(channel, id, valid_at);
  }
  absl::StatusOr<EntityId> CanonicalOf(const EntityId& entity) override {
    return known_.CanonicalOf(entity);
  }
  absl::StatusOr<std::optional<absl::Time>> ErasedAt(
      const EntityId& entity) override {
    return known_.ErasedAt(entity);
  }
  // Of what is assumed: as if it had been recorded so.
  absl::StatusOr<std::vector<FactRecord>> RecordsOf(
      const EntityId& entity, const Attribute& attribute) override;
  absl::StatusOr<absl::Time> RecordedAt(const std::string& token,
                                        absl::Time otherwise) override {
    return known_.RecordedAt(token, otherwise);
  }
  Reading Read(const Attribute& attribute, absl::string_view raw,
               const WritingHabits& habits) override {
    return known_.Read(attribute, raw, habits);
  }

 private:
  // What the channel says of one attribute, read.
  struct Said {
    const Attribute* attribute = nullptr;
    Claim claim;
    Reading reading;
  };

  // Makes what is assumed of the entity what `about_` has.
  absl::Status Load(const EntityId& entity);
  absl::StatusOr<std::vector<Said>> SaidOtherwise(const Cluster& cluster);
  absl::StatusOr<std::optional<Said>> IfOtherwise(const HeldClaim& held);
  void AssumeSaid(const Said& said);
  void AssumeSource(const KnownEntity& known);

  const Assumption assumption_;
  const Vocabulary& vocabulary_;
  const HeldReader& held_;
  StoredKnowledge& known_;
  // The last entity that was asked for, by canonical id.
  std::optional<EntityId> entity_;
  KnownEntity about_;
  // Its attributes of which something is assumed.
  std::set<std::string, std::less<>> assumed_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_ASSUMED_KNOWLEDGE_H_
