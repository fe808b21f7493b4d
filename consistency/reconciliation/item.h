// What sets that are reconciled hold.
#ifndef CONCORDAT_CONSISTENCY_RECONCILIATION_ITEM_H_
#define CONCORDAT_CONSISTENCY_RECONCILIATION_ITEM_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "consistency/reconciliation/field.h"

namespace concordat::reconciliation {

// Stands for a record: a number from 1 to kModulus - 1, made from a hash of the
// record in normal form. The hash must have a key that both parties hold and
// that nobody knows who can choose records, or he could make two records that
// are one item, or items that a decoder cannot tell apart.
//
// About 61 bits: of n differing and N other records, two have one item with
// odds of n N / 2^61 (2,000 and 10 million: 10^-8). Two in one set are then
// taken for a set that holds an item twice, which does not decode; another key
// helps.
class Item {
 public:
  // Of any 64 bits. Two hashes that differ give one item with odds of 2^-61.
  static constexpr Item FromHash(uint64_t hash) {
    return Item(hash % (kModulus - 1) + 1);
  }
  // nullopt: the number is of no item.
  static constexpr std::optional<Item> FromNumber(uint64_t number) {
    if (number == 0 || number >= kModulus) return std::nullopt;
    return Item(number);
  }

  constexpr uint64_t number() const { return number_; }

  friend constexpr auto operator<=>(Item, Item) = default;

 private:
  explicit constexpr Item(uint64_t number) : number_(number) {}

  uint64_t number_;
};

// What one of two sets has and the other lacks, each in ascending order.
struct Difference {
  std::vector<Item> only_theirs;
  std::vector<Item> only_ours;
};

// Mixes all bits of a number into all bits: the finaliser of SplitMix64
// (Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
// OOPSLA 2014). Symbols on the wire depend on it.
constexpr uint64_t Mix(uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

}  // namespace concordat::reconciliation

#endif  // CONCORDAT_CONSISTENCY_RECONCILIATION_ITEM_H_
