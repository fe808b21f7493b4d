// Requests to end something, made into the ordinary changes that end it.
#ifndef CONCORDAT_GRAPH_ENDS_H_
#define CONCORDAT_GRAPH_ENDS_H_

#include "absl/status/status.h"
#include "graph/facts.h"
#include "graph/identity.h"
#include "graph/revision.h"

namespace concordat {

// Puts changes in the place of the batch's ends: what is ended is recorded
// again with the same start, value and source, under the id that it was written
// to, and the end's valid_to and reason. An end sees the graph with the batch's
// changes before it, but for merges and splits: it ends what is known of all
// ids that `identity` says are one. `revision` is the one at which the batch
// will be recorded.
//
// What holds just before valid_to ends: of a fact, what the given source says
// or each source does; of a link, what the id names; of a relation, every
// record of the edge that covers the instant. What it had superseded does not
// come back: a covering record of the same source (id) that would not outlive
// it ends with it. One that would, under a bounded record, holds again.
//
//   silver [Jan ------------------>   ended at May:   silver [Jan, May)
//   gold         [Mar ------------>                   gold   [Mar, May)
//
// Errors, with the path of the end: NOTHING_TO_END; LIMIT_EXCEEDED where the
// batch becomes more than limits::kChangesPerWriteMax changes; those of
// `identity`. After an error the batch must not be used.
absl::Status ResolveEnds(const Identity& identity, Revision revision,
                         WriteBatch& batch);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_ENDS_H_
