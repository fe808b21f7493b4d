// Learns how reliable each channel is for each attribute, from the truth where
// it is known and from the channels themselves where it is not.
#ifndef CONCORDAT_CONSISTENCY_FUSION_LEARNING_H_
#define CONCORDAT_CONSISTENCY_FUSION_LEARNING_H_

#include "consistency/fusion/observations.h"
#include "consistency/fusion/reliability_model.h"

namespace concordat {

// The method, in README.md at more length:
//
// 1. Channels that mirror each other, gaps and values, begin as one witness.
// 2. Again and again: each item's truth is judged from all channels, and each
//    channel is credited with what the others, without its copies, find true.
//    First one reliability a channel; then one a channel and attribute, drawn
//    to the former, and which channels are copies is judged anew each time.
// 3. Where the truth of items is known it takes the place of the judgement, and
//    says how often all channels are misled together.
//
// Nothing known for sure and nothing random: the same observations give the
// same model, bit for bit. Pure; thread-safe.
//
// O(rounds x (reports x channels of an item)), of which there are at most 22,
// and O(attributes x channels^2) once. 10^6 reports of 50 channels take
// seconds; memory is some 50 bytes a report and 100 bytes a pair of channels.
ReliabilityModel LearnReliability(const Observations& observations);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FUSION_LEARNING_H_
