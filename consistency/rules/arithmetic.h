// Exact calculation with operands. What cannot be represented is undecided,
// never rounded.
#ifndef CONCORDAT_CONSISTENCY_RULES_ARITHMETIC_H_
#define CONCORDAT_CONSISTENCY_RULES_ARITHMETIC_H_

#include <cstdint>

#include "absl/time/time.h"
#include "consistency/rules/operand.h"
#include "consistency/rules/syntax.h"

namespace concordat::rules {

// a op b, for the types that TypeOfOperation allows; `op` is one of + - * /.
// Where an operand is undecided, so is the result.
Operand Calculate(Operator op, const Operand& a, const Operand& b);

// A point in time, in microseconds since 1970 began in UTC.
Operand InstantOperand(int64_t microseconds, int64_t slope);

Operand Negative(const Operand& a);
Operand Absolute(const Operand& a, Horizon& horizon);
// Whole days of a duration, rounded down.
Operand DaysOf(const Operand& duration, Horizon& horizon);
// The day of an instant in a time zone.
Operand DayOf(const Operand& instant, absl::TimeZone zone, Horizon& horizon);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_ARITHMETIC_H_
