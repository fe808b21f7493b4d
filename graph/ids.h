#ifndef CONCORDAT_GRAPH_IDS_H_
#define CONCORDAT_GRAPH_IDS_H_

#include <compare>
#include <string>
#include <utility>

namespace concordat {

// A typed node of the graph: customer, order, invoice ... The id is public,
// stable and never reused. Neither part is empty or holds control characters.
struct EntityId {
  std::string type;
  std::string id;

  friend auto operator<=>(const EntityId&, const EntityId&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const EntityId& e) {
    return H::combine(std::move(h), e.type, e.id);
  }
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_IDS_H_
