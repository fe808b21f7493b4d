#ifndef CONCORDAT_GRAPH_REVISION_H_
#define CONCORDAT_GRAPH_REVISION_H_

#include <compare>
#include <cstdint>
#include <limits>

namespace concordat {

// The place of a commit in the total order of commits of one store. Order is
// by revision, never by wall clock. Revision 0 is the empty store; the first
// commit is 1. Consecutive, never reused.
class Revision {
 public:
  constexpr Revision() = default;
  constexpr explicit Revision(uint64_t number) : number_(number) {}

  // Above every commit: "as known now".
  static constexpr Revision Latest() {
    return Revision(std::numeric_limits<uint64_t>::max());
  }

  constexpr uint64_t number() const { return number_; }
  constexpr Revision Next() const { return Revision(number_ + 1); }

  friend constexpr auto operator<=>(Revision, Revision) = default;

 private:
  uint64_t number_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_REVISION_H_
