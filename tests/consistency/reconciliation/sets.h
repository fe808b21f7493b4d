// Made sets of items, for the tests of reconciliation.
#ifndef CONCORDAT_TESTS_CONSISTENCY_RECONCILIATION_SETS_H_
#define CONCORDAT_TESTS_CONSISTENCY_RECONCILIATION_SETS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "consistency/reconciliation/item.h"
#include "consistency/reconciliation/reconciler.h"
#include "consistency/reconciliation/sketch.h"

namespace concordat::reconciliation {

inline std::vector<Item> RandomItems(size_t count, std::mt19937_64& random) {
  std::vector<Item> items;
  items.reserve(count);
  for (size_t i = 0; i < count; ++i) items.push_back(Item::FromHash(random()));
  return items;
}

inline Sketch SketchOf(const std::vector<Item>& items, SymbolRange range) {
  Sketch sketch = *Sketch::Create(range);
  for (const Item item : items) sketch.Insert(item);
  return sketch;
}

// Two sets by what only one of them has: what they share cancels out.
struct Sides {
  std::vector<Item> theirs;
  std::vector<Item> ours;

  Sketch Symbols(SymbolRange range) const {
    Sketch difference = SketchOf(theirs, range);
    for (const Item item : ours) difference.Remove(item);
    return difference;
  }
  Difference Sorted() const {
    Difference sorted{theirs, ours};
    std::sort(sorted.only_theirs.begin(), sorted.only_theirs.end());
    std::sort(sorted.only_ours.begin(), sorted.only_ours.end());
    return sorted;
  }
};

// Each of so many items is on either side with even odds.
inline Sides RandomSides(size_t count, std::mt19937_64& random) {
  Sides sides;
  for (const Item item : RandomItems(count, random)) {
    (random() % 2 == 0 ? sides.theirs : sides.ours).push_back(item);
  }
  return sides;
}

// Gives one symbol after the other, for as long as they are wanted, and then
// says how many were. `symbols_max` where it was not done after as many.
inline size_t SymbolsWanted(const Sides& sides, size_t symbols_max,
                            Reconciler& reconciler) {
  const Sketch all = sides.Symbols({0, symbols_max});
  while (!reconciler.done() && reconciler.symbols() < symbols_max) {
    const size_t next = reconciler.symbols();
    if (!reconciler.Add(*all.Slice({next, next + 1})).ok()) return symbols_max;
  }
  return reconciler.symbols();
}

}  // namespace concordat::reconciliation

#endif  // CONCORDAT_TESTS_CONSISTENCY_RECONCILIATION_SETS_H_
