// The digits of a number, with the marks that people put between them: the
// inside of graph/reading.h for integers, decimals, money and quantities.
#ifndef CONCORDAT_GRAPH_READERS_MAGNITUDE_H_
#define CONCORDAT_GRAPH_READERS_MAGNITUDE_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "graph/values/number.h"

namespace concordat::readers {

// What would decide how a number such as 1,234 is meant.
extern const absl::string_view kMarkUndeclared;
extern const absl::string_view kNumberTooLong;

// A number without a sign at the start of a writing.
struct Magnitude {
  bool ok = false;
  // Why it is no number; "" for "not a number at all".
  absl::string_view problem;
  Decimal decimal;
  // How many bytes it takes, at least one where ok.
  size_t length = 0;
  // '.' or ',' where that is the only mark, exactly three digits follow, and
  // the writer has not declared what it means; `decimal` is then with the mark
  // as a thousands mark, a thousandth of it with the mark as decimal mark.
  char open_mark = 0;
  bool grouped = false;
  bool scientific = false;
  bool fraction = false;  // "1 1/2"
};

// Whether a number starts at the start of `text`.
bool StartsNumber(absl::string_view text);

// Reads the longest number at the start of `text`: grouped by points, commas,
// spaces, apostrophes or underscores, by threes or as in India; with
// an exponent ("1.5e3", "1.5*10^3"); or with a proper fraction ("1 1/2").
// `declared` is the writer's decimal mark or 0. Linear.
Magnitude ScanNumber(absl::string_view text, char declared);

// Takes the sign off `writing`: before, after, or accounting brackets. False
// where there are two. What is left has no space at its ends.
struct Sign {
  bool negative = false;
  bool bracketed = false;
};
bool TakeSign(absl::string_view* writing, Sign* sign);

// The decimal of `magnitude` where an open mark is a decimal mark.
Decimal WithMarkAsDecimal(const Magnitude& magnitude);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_MAGNITUDE_H_
