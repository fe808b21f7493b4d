// What the layouts of several rows have in common. For graph/rows*.cc.
#ifndef CONCORDAT_GRAPH_ROW_PARTS_H_
#define CONCORDAT_GRAPH_ROW_PARTS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/facts.h"
#include "graph/ids.h"
#include "graph/key.h"

namespace concordat::rows {

inline absl::Status CheckLayout(uint64_t layout, uint64_t newest) {
  if (layout > 0 && layout <= newest) return absl::OkStatus();
  return errors::StorageVersion(
      "a record has a layout of a newer version; start that version");
}

inline void EncodeProvenance(const Provenance& recorded, Encoder& encoder) {
  encoder.String(recorded.source).String(recorded.actor);
  encoder.String(recorded.reason).Time(recorded.recorded_at);
}

inline void DecodeProvenance(Decoder& decoder, Provenance& recorded) {
  recorded.source = decoder.String();
  recorded.actor = decoder.String();
  recorded.reason = decoder.String();
  recorded.recorded_at = decoder.Time();
}

// Revision and ordinal, at the end of a key.
inline void WriteAt(const Provenance& recorded, KeyWriter& key) {
  key.At(recorded.revision).Short(recorded.ordinal);
}

inline void ReadAt(KeyReader& key, Provenance& recorded) {
  recorded.revision = key.At();
  recorded.ordinal = key.Short();
}

inline absl::Status CheckKey(const KeyReader& key) {
  if (key.ok() && key.rest().empty()) return absl::OkStatus();
  return errors::StorageCorrupt("a key has the wrong shape");
}

inline void EncodeEntity(const EntityId& entity, Encoder& out) {
  out.String(entity.type).String(entity.id);
}

inline EntityId DecodeEntity(Decoder& in) {
  EntityId entity;
  entity.type = in.String();
  entity.id = in.String();
  return entity;
}

}  // namespace concordat::rows

#endif  // CONCORDAT_GRAPH_ROW_PARTS_H_
