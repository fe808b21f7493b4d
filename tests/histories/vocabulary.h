#ifndef CONCORDAT_TESTS_HISTORIES_VOCABULARY_H_
#define CONCORDAT_TESTS_HISTORIES_VOCABULARY_H_

#include <memory>

#include "consistency/vocabulary.h"

namespace concordat::histories {

// One entity type; attributes of all shapes with a settle time and without;
// channels whose promises range from none to a day, with clocks that are
// exact or minutes off.
std::shared_ptr<const Vocabulary> MakeVocabulary();

// This channel of it makes no mistakes in any history.
inline constexpr char kFaultlessChannel[] = "app";
// This one names customers by the ids of the graph, the others by their own.
inline constexpr char kChannelOfGraphIds[] = "billing";

}  // namespace concordat::histories

#endif  // CONCORDAT_TESTS_HISTORIES_VOCABULARY_H_
