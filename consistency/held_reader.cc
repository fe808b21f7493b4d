#include "consistency/held_reader.h"

#include <memory>
#include <utility>

#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {

absl::StatusOr<HeldReader> HeldReader::Open(
    const Reader& reader, const std::vector<EntityId>& entities) {
  HeldReader held(reader);
  held.tail_ = std::make_unique<HeldTail>();
  CONCORDAT_ASSIGN_OR_RETURN(held.manifest_, ReadHeldManifest(reader));
  CONCORDAT_RETURN_IF_ERROR(
      AddLogTo(*held.tail_, reader,
               {.after = held.manifest_.applied, .only = entities})
          .status());
  held.order_ = held.tail_->Sorted();
  return held;
}

absl::StatusOr<std::vector<std::unique_ptr<HeldSource>>>
HeldReader::SourcesFrom(absl::string_view begin) const {
  std::vector<std::unique_ptr<HeldSource>> sources;
  sources.push_back(order_.Open(begin));
  for (const HeldRun& run : manifest_.runs) {
    CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<HeldSource> source,
                               OpenHeldRun(*reader_, run.id, begin));
    sources.push_back(std::move(source));
  }
  return sources;
}

absl::Status HeldReader::Visit(
    absl::string_view begin, absl::string_view end,
    absl::FunctionRef<bool(absl::string_view key, const HeldClaim& held)> visit)
    const {
  CONCORDAT_ASSIGN_OR_RETURN(const auto sources, SourcesFrom(begin));
  return VisitHeld(sources, end, visit);
}

absl::Status HeldReader::VisitEntries(
    absl::string_view begin, absl::string_view end,
    absl::FunctionRef<bool(const HeldEntry& entry)> visit) const {
  CONCORDAT_ASSIGN_OR_RETURN(const auto sources, SourcesFrom(begin));
  return MergeHeld(sources, end, visit);
}

absl::StatusOr<std::vector<HeldClaim>> HeldOf(const Reader& reader,
                                              const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(const HeldReader all,
                             HeldReader::Open(reader, {entity}));
  std::vector<HeldClaim> held;
  const std::string begin = KeyWriter().Entity(entity).Take();
  CONCORDAT_RETURN_IF_ERROR(all.Visit(
      begin, PrefixEnd(begin), [&](absl::string_view, const HeldClaim& claim) {
        held.push_back(claim);
        return true;
      }));
  return held;
}

}  // namespace concordat
