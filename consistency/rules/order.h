// Whether two values are the same, and which is less, in three-valued logic.
#ifndef CONCORDAT_CONSISTENCY_RULES_ORDER_H_
#define CONCORDAT_CONSISTENCY_RULES_ORDER_H_

#include "consistency/comparison.h"
#include "consistency/rules/operand.h"

namespace concordat::rules {

// Whether the two mean the same, by the comparators of the attribute. What is
// compatible without being the same (a month and a day of it), and amounts of
// different currencies, are undecided. Operands are of one type.
Operand IsSame(const Operand& a, const Operand& b, const Sides& sides,
               Horizon& horizon);

// Whether `a` is before or below `b`, or with `or_same` not after or above it.
Operand IsLess(const Operand& a, const Operand& b, bool or_same,
               Horizon& horizon);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_ORDER_H_
