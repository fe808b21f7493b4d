// Identities mixed up: a channel's own id that is linked to the wrong customer,
// that two customers share, or that passes from one to another.
#ifndef CONCORDAT_TESTS_HISTORIES_MIX_UPS_H_
#define CONCORDAT_TESTS_HISTORIES_MIX_UPS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "consistency/vocabulary.h"
#include "tests/histories/customer.h"
#include "tests/histories/history.h"

namespace concordat::histories {

enum class MixUp : uint8_t {
  kWrongLink,   // until it is corrected, one's id names the other
  kSharedId,    // the channel uses one's id for both
  kRecycledId,  // the channel gives one's id to the other: no fault
};
inline constexpr uint32_t kMixUps = 3;

// Plays it between two customers that the channel has ids for. `played` gets
// what people must be shown. After a kRecycledId `one` has another id.
void PlayMixUp(MixUp mix_up, const Vocabulary& vocabulary,
               const Channel& channel, int chapter, Customer& one,
               const Customer& other, Random& random, History& history);

}  // namespace concordat::histories

#endif  // CONCORDAT_TESTS_HISTORIES_MIX_UPS_H_
