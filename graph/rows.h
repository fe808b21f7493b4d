// The spaces of the graph and the layout of their rows.
//
//   facts        entity revision -> what that commit said of the entity
//   relations    from relation to valid_from revision ordinal -> RelationRecord
//   relations_to to relation from -> (may-contain index)
//   links        channel subject revision ordinal -> LinkRecord
//   links_to     entity channel subject -> (may-contain index)
//   identifiers  type attribute normal-form id -> first revision (may-contain);
//                "" type id attribute normal-form -> (the same by entity)
//   merges       duplicate revision ordinal -> MergeRecord
//   merged_into  survivor duplicate -> (may-contain index)
//   distinct     entity other revision ordinal -> DistinctRecord, of each pair
//                both ways round
//   commits      revision -> CommitRecord
//   changes      revision -> all that the commit recorded, in order
//   requests     request_id -> RequestRecord
//   subject_keys subject -> the key that seals its values (graph/erasure.h)
//   erasures     entity -> ErasureRecord (graph/erasure.h)
//   cursors      name -> Cursor (graph/cursors.h)
//   meta         name -> value
//
// commits and changes are the log: what there is by revision. facts, relations,
// links, merges and distinct are the same by what they are about.
//
// A commit that says several things of one entity (a wide row of an import)
// makes one row of them: less to write, and the judge reads entities whole.
//
// A may-contain index says where to look, never what is: readers check against
// the records, so that nothing needs to be removed from it.
#ifndef CONCORDAT_GRAPH_ROWS_H_
#define CONCORDAT_GRAPH_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/facts.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat::rows {

inline constexpr Space kMeta{0, "meta"};
inline constexpr Space kCommits{1, "commits"};
inline constexpr Space kRequests{2, "requests"};
inline constexpr Space kFacts{3, "facts"};
inline constexpr Space kRelations{4, "relations"};
inline constexpr Space kRelationsTo{5, "relations_to"};
inline constexpr Space kLinks{6, "links"};
inline constexpr Space kLinksTo{7, "links_to"};
inline constexpr Space kIdentifiers{8, "identifiers"};
inline constexpr Space kChanges{9, "changes"};
inline constexpr Space kMerges{10, "merges"};
inline constexpr Space kMergedInto{11, "merged_into"};
inline constexpr Space kDistinct{12, "distinct"};
inline constexpr Space kSubjectKeys{13, "subject_keys"};
inline constexpr Space kErasures{14, "erasures"};
inline constexpr Space kCursors{15, "cursors"};
inline constexpr Space kGraphSpaces[] = {
    kMeta,     kCommits,     kRequests,    kFacts,   kRelations, kRelationsTo,
    kLinks,    kLinksTo,     kIdentifiers, kChanges, kMerges,    kMergedInto,
    kDistinct, kSubjectKeys, kErasures,    kCursors};

// What a commit was.
struct CommitRecord {
  enum class Kind : uint8_t {
    kKnowledge = 1,
    kClaims = 2,
    kVocabulary = 3,
    kErasure = 4,  // graph/erasure.h
    // Of findings, by people and by time (consistency/finding_editor.h).
    kFindingUpdates = 5,
  };
  Revision revision;
  Kind kind = Kind::kKnowledge;
  absl::Time at;
  std::string actor;
  std::string request_id;
  uint64_t items = 0;
};

// What a request_id was used for.
struct RequestRecord {
  Revision revision;
  // Of the request's content, to tell a retry from a reuse. Empty once a person
  // whom it was about was erased. A value could be guessed by it, so that it is
  // stored as personal.
  std::string fingerprint;
  // There is one, but the key that it is sealed with is gone: the store was
  // restored without keys.
  bool lost = false;
};

// What one commit says of one entity: `facts` are all of that entity and
// revision, in order of their ordinals.
absl::Status PutFacts(Transaction& tx,
                      absl::Span<const FactRecord* const> facts);
absl::StatusOr<std::vector<FactRecord>> ParseFacts(absl::string_view key,
                                                   absl::string_view value);

// Also writes the may-contain index.
absl::Status PutRelation(Transaction& tx, const RelationRecord& relation);
absl::StatusOr<RelationRecord> ParseRelation(absl::string_view key,
                                             absl::string_view value);

// Also writes the may-contain index.
absl::Status PutLink(Transaction& tx, const LinkRecord& link);
absl::StatusOr<LinkRecord> ParseLink(absl::string_view key,
                                     absl::string_view value);

// Also writes the may-contain index.
absl::Status PutMerge(Transaction& tx, const MergeRecord& merge);
absl::StatusOr<MergeRecord> ParseMerge(absl::string_view key,
                                       absl::string_view value);

// Writes the pair both ways round; either row is parsed to the same record.
absl::Status PutDistinct(Transaction& tx, const DistinctRecord& distinct);
absl::StatusOr<DistinctRecord> ParseDistinct(absl::string_view key,
                                             absl::string_view value);

// That a value named an entity (graph/identifiers.h).
struct Identifier {
  EntityId entity;
  std::string attribute;
  std::string normal;
};
// Keeps the earliest revision of an entry, so that what an index gives at a
// revision stays what it gave then. Either way round.
absl::Status PutIdentifier(Transaction& tx, const Identifier& identifier,
                           Revision revision);
absl::Status PutIdentifierReverse(Transaction& tx,
                                  const Identifier& identifier);
absl::Status DeleteIdentifier(Transaction& tx, const Identifier& identifier);
absl::StatusOr<Identifier> ParseIdentifierKey(absl::string_view key);
absl::StatusOr<Identifier> ParseIdentifierReverse(absl::string_view key);
// What the keys of all entries by entity begin with, and of those of one.
std::string IdentifiersByEntity();
std::string IdentifiersByEntity(const EntityId& entity);
absl::StatusOr<Revision> ParseIdentifier(absl::string_view value);

absl::Status PutCommit(Transaction& tx, const CommitRecord& commit);
absl::StatusOr<CommitRecord> ParseCommit(absl::string_view key,
                                         absl::string_view value);
// nullopt: not reached, or compacted.
absl::StatusOr<std::optional<CommitRecord>> GetCommit(const Reader& reader,
                                                      Revision revision);

// All that one commit recorded, at least one change: `changes` are of one
// revision and actor, in order of their ordinals.
absl::Status PutChanges(Transaction& tx, absl::Span<const Change> changes);
absl::StatusOr<std::vector<Change>> ParseChanges(absl::string_view key,
                                                 absl::string_view value);
// Empty where the commit recorded no knowledge, or was compacted.
absl::StatusOr<std::vector<Change>> GetChanges(const Reader& reader,
                                               Revision revision);

absl::Status PutRequest(Transaction& tx, absl::string_view request_id,
                        const RequestRecord& request);
// Of a row that is still sealed the fingerprint is empty.
absl::StatusOr<RequestRecord> ParseRequest(absl::string_view value);
absl::StatusOr<std::optional<RequestRecord>> GetRequest(
    const Reader& reader, absl::string_view request_id);

// The newest revision; 0 in an empty store.
absl::StatusOr<Revision> ReadHead(const Reader& reader);
absl::Status PutHead(Transaction& tx, Revision head);

// The version of the normal forms (graph/reading.h) that the identifiers were
// indexed under; 0 where nothing was indexed.
absl::StatusOr<uint64_t> ReadIndexedForms(const Reader& reader);
absl::Status PutIndexedForms(Transaction& tx, uint64_t version);

// The log has every revision above it: a store of a build that kept no log
// starts one when a newer build opens it.
absl::StatusOr<std::optional<Revision>> ReadLogStart(const Reader& reader);
absl::Status PutLogStart(Transaction& tx, Revision start);

// The oldest revision that can be read exactly; below it, history may have been
// compacted.
absl::StatusOr<Revision> ReadOldest(const Reader& reader);
absl::Status PutOldest(Transaction& tx, Revision oldest);

// The newest revision that was recorded again from another store's log. As long
// as it is the newest of all the store follows that log, and what the other
// does by itself, such as what time brings, comes with it.
absl::StatusOr<Revision> ReadFollowed(const Reader& reader);
absl::Status PutFollowed(Transaction& tx, Revision followed);

// The identity of the store, made when it was created; 0 where there is none.
absl::StatusOr<uint64_t> ReadStoreId(const Reader& reader);
absl::Status PutStoreId(Transaction& tx, uint64_t store_id);

}  // namespace concordat::rows

#endif  // CONCORDAT_GRAPH_ROWS_H_
