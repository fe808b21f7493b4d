// The index of identifying values: whom a value has named.
//
// It holds normal forms in clear, each under the value and once more under
// whom it names. By the latter all of a person's entries are found again:
// those of facts that were compacted, and of older vocabularies and versions
// of the normal forms, from which no value of today leads to the entry.
#ifndef CONCORDAT_GRAPH_IDENTIFIERS_H_
#define CONCORDAT_GRAPH_IDENTIFIERS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/facts.h"
#include "graph/ids.h"
#include "graph/schema.h"
#include "graph/store.h"

namespace concordat {

// Adds what the fact says, where its attribute is identifying and it has a
// value that can be read. Errors: the transaction's.
absl::Status IndexFact(Transaction& tx, const Schema& schema,
                       const FactRecord& fact);

// Adds what a changed schema makes identifying, or reads otherwise than the one
// before. Also makes an index of an older build whole. Errors: the
// transaction's.
absl::Status IndexIdentifiers(Transaction& tx, const Schema& schema);

// Whether the index is of another version of the normal forms than this
// build's, or of an older layout, and IndexIdentifiers has to be called.
absl::StatusOr<bool> NeedsIndexing(const Reader& reader);

// Takes out every entry that names the entity. What can still be read of its
// facts is the caller's to add again. Errors: the transaction's.
absl::Status DeleteIdentifiers(Transaction& tx, const EntityId& entity);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_IDENTIFIERS_H_
