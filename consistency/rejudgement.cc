#include "consistency/rejudgement.h"

#include <iterator>
#include <string>
#include <utility>

#include "graph/codec.h"
#include "graph/graph_reader.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr char kName[] = "rejudgement";

}  // namespace

namespace rows {

absl::StatusOr<std::optional<Rejudgement>> ReadRejudgement(
    const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(kMeta, kName));
  if (!row.has_value()) return std::nullopt;
  Decoder in(*row);
  Rejudgement rejudgement;
  rejudgement.rules_only = in.Bool();
  rejudgement.after.type = in.String();
  rejudgement.after.id = in.String();
  rejudgement.rules_again = in.Bool();
  CONCORDAT_RETURN_IF_ERROR(in.Finish("a rejudgement"));
  return rejudgement;
}

absl::Status PutRejudgement(Transaction& tx, const Rejudgement& rejudgement) {
  Encoder out;
  out.Bool(rejudgement.rules_only);
  out.String(rejudgement.after.type).String(rejudgement.after.id);
  out.Bool(rejudgement.rules_again);
  return tx.Put(kMeta, kName, out.bytes());
}

absl::Status DeleteRejudgement(Transaction& tx) {
  return tx.Delete(kMeta, kName);
}

}  // namespace rows

absl::StatusOr<std::vector<EntityId>> EntitiesAfter(const Reader& reader,
                                                    const Schema& schema,
                                                    const EntityId& after,
                                                    size_t limit) {
  const GraphReader graph(reader, Revision::Latest());
  std::vector<EntityId> entities;
  for (auto type = schema.entity_types.lower_bound(after.type);
       type != schema.entity_types.end() && entities.size() < limit; ++type) {
    std::string start = type->first == after.type ? after.id : "";
    do {
      CONCORDAT_ASSIGN_OR_RETURN(
          GraphReader::Page<EntityId> page,
          graph.ListEntities(type->first, start, limit - entities.size(),
                             /*include_merged=*/true));
      std::move(page.items.begin(), page.items.end(),
                std::back_inserter(entities));
      start = std::move(page.next);
    } while (!start.empty() && entities.size() < limit);
  }
  return entities;
}

}  // namespace concordat
