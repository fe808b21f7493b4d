// Prints: 64 bits by which a text or a value is known, in the place of its
// bytes. XXH3 (xxhash.com) with a seed that each process draws, so that no
// channel can choose what collides: two that differ are taken for one with odds
// of 2^-64. They mean nothing outside of the process.
//
// Those of readings may have another seed, which the store keeps and gives to
// channels that make sketches of their records (record_items.h). Who has it can
// make two values of one print, and so hide contradictions of his own, as he
// can by not telling of them.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_PRINTS_H_
#define CONCORDAT_CONSISTENCY_AUDITS_PRINTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "graph/reading.h"
#include "graph/schema.h"
#include "graph/value.h"

namespace concordat::audits {

// The seed that this process has drawn.
uint64_t ProcessSeed();

// What stands for no print; no print is it.
inline constexpr uint64_t kNoPrint = 0;

// Of bytes as they are; `salt` keeps apart what is of different kinds.
uint64_t PrintOfBytes(absl::string_view bytes, uint64_t salt);
// The same on every machine, for who has the seed.
uint64_t PrintWithSeed(absl::string_view bytes, uint64_t seed);

// Of a writing without the white space around it and, where the type does not
// tell them apart, without letter case in ASCII. Two writings of one print are
// read as the same by whoever reads both alike; of two with different prints
// that says nothing. kNoPrint: the type's writings have none.
uint64_t PrintOfWriting(ValueType type, absl::string_view raw);

// Of what a writing means: equal for equal values, which says that two agree.
// kNoPrint where it has no one meaning (Reading::otherwise), or one that
// changes with more than what was read: references, which links resolve.
uint64_t PrintOfReading(const Attribute& attribute, const Reading& reading,
                        uint64_t seed = ProcessSeed());

// Whether the two read a writing of one attribute alike, but for the words of
// `a` and `b` for "there is none".
bool ReadAlike(const Attribute& attribute, const WritingHabits& a,
               const WritingHabits& b);

// Prints of readings, of which those of writings that come again are
// remembered. Not thread-safe.
class ReadingPrinter {
 public:
  explicit ReadingPrinter(uint64_t seed);

  // `salt` stands for the attribute and its writer: other ones, another salt.
  uint64_t Print(const Attribute& attribute, const WritingHabits& habits,
                 uint64_t salt, absl::string_view raw);

 private:
  struct Place {
    uint64_t writing = kNoPrint;
    uint64_t reading = kNoPrint;
  };
  static constexpr size_t kPlaces = size_t{1} << 15;  // half a mebibyte

  uint64_t seed_;
  std::vector<Place> places_;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_PRINTS_H_
