#include "graph/identity_writer.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "graph/errors.h"
#include "graph/identity.h"
#include "graph/merge_brakes.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "graph/validation.h"

namespace concordat {
namespace {

absl::Status RequireKnown(const Identity& identity, const EntityId& entity,
                          absl::string_view field) {
  CONCORDAT_ASSIGN_OR_RETURN(const bool known, identity.graph().Exists(entity));
  return known ? absl::OkStatus()
               : WithField(field, errors::NotFound("this entity"));
}

absl::Status CheckMay(const Schema& schema, const Identity& before,
                      const MergeRecord& merge, absl::Time at) {
  CONCORDAT_RETURN_IF_ERROR(RequireKnown(before, merge.duplicate, "duplicate"));
  CONCORDAT_RETURN_IF_ERROR(RequireKnown(before, merge.survivor, "survivor"));
  return CheckMerge(schema, before, merge, at);
}

// Each: checks the change where it is still to be admitted, and records it.
absl::Status Record(Transaction& tx, const Schema& schema, CommitStamp stamp,
                    Admission admission, MergeRecord& merge,
                    std::vector<EntityId>& remerged) {
  const bool requested = admission == Admission::kRequested;
  const Identity before(tx, stamp.revision);
  if (merge.retraction) {
    if (requested) {
      CONCORDAT_ASSIGN_OR_RETURN(const std::optional<MergeRecord> in_force,
                                 before.MergeOf(merge.duplicate));
      if (!in_force.has_value()) {
        return WithField("duplicate",
                         errors::NotFound("a merge of this entity"));
      }
      merge.survivor = in_force->survivor;
    }
    CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                               before.ClusterOf(merge.duplicate));
    remerged.insert(remerged.end(), cluster.members.begin(),
                    cluster.members.end());
    return rows::PutMerge(tx, merge);
  }
  if (requested) {
    CONCORDAT_RETURN_IF_ERROR(CheckMay(schema, before, merge, stamp.at));
  }
  CONCORDAT_RETURN_IF_ERROR(rows::PutMerge(tx, merge));
  const Identity after(tx, stamp.revision);
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             after.ClusterOf(merge.duplicate));
  remerged.insert(remerged.end(), cluster.members.begin(),
                  cluster.members.end());
  return absl::OkStatus();
}

absl::Status Record(Transaction& tx, const Schema&, CommitStamp stamp,
                    Admission admission, DistinctRecord& distinct,
                    std::vector<EntityId>&) {
  const Identity identity(tx, stamp.revision);
  if (!distinct.retraction && admission == Admission::kRequested) {
    CONCORDAT_RETURN_IF_ERROR(RequireKnown(identity, distinct.a, "a"));
    CONCORDAT_RETURN_IF_ERROR(RequireKnown(identity, distinct.b, "b"));
    CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                               identity.ClusterOf(distinct.a));
    if (cluster.Has(distinct.b)) {
      return errors::PreconditionFailed(
          "the two are one entity by merges; split them first, or earlier in "
          "the same write");
    }
  }
  return rows::PutDistinct(tx, distinct);
}

// Facts and relations are recorded by graph_writer.cc.
absl::Status Record(Transaction&, const Schema&, CommitStamp, Admission,
                    FactRecord&, std::vector<EntityId>&) {
  return absl::OkStatus();
}
absl::Status Record(Transaction&, const Schema&, CommitStamp, Admission,
                    RelationRecord&, std::vector<EntityId>&) {
  return absl::OkStatus();
}
absl::Status Record(Transaction& tx, const Schema& schema, CommitStamp stamp,
                    Admission admission, LinkRecord& link,
                    std::vector<EntityId>&) {
  if (admission == Admission::kGranted) return absl::OkStatus();
  return CheckLink(schema, Identity(tx, stamp.revision), link, stamp.at);
}

const char* FieldName(const MergeRecord& merge) {
  return merge.retraction ? "split" : "merge";
}
const char* FieldName(const DistinctRecord&) { return "declare_distinct"; }
const char* FieldName(const FactRecord&) { return ""; }
const char* FieldName(const RelationRecord&) { return ""; }
const char* FieldName(const LinkRecord&) { return "put_link"; }

}  // namespace

bool IsRefusedLate(const Schema& schema, const std::vector<Change>& changes) {
  return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
    const auto* link = std::get_if<LinkRecord>(&change);
    return std::holds_alternative<MergeRecord>(change) ||
           std::holds_alternative<DistinctRecord>(change) ||
           (link != nullptr && schema.link_caps.contains(link->channel));
  });
}

absl::Status RecordIdentity(Transaction& tx, const Schema& schema,
                            CommitStamp stamp, Admission admission,
                            WriteBatch& batch,
                            std::vector<EntityId>& remerged) {
  std::vector<Change>& changes = batch.changes;
  if (!IsRefusedLate(schema, changes)) return absl::OkStatus();
  // Links last: who is one entity after the batch is what counts.
  for (const bool links : {false, true}) {
    for (size_t i = 0; i < changes.size(); ++i) {
      if (std::holds_alternative<LinkRecord>(changes[i]) != links) continue;
      const absl::Status status = std::visit(
          [&](auto& record) {
            const absl::Status recorded =
                Record(tx, schema, stamp, admission, record, remerged);
            return recorded.ok() ? recorded
                                 : WithField(FieldName(record), recorded);
          },
          changes[i]);
      if (!status.ok()) {
        return WithField(PathOfChange(batch, i), status);
      }
    }
  }
  std::sort(remerged.begin(), remerged.end());
  remerged.erase(std::unique(remerged.begin(), remerged.end()), remerged.end());
  return absl::OkStatus();
}

}  // namespace concordat
