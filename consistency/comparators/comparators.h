// The comparison of single values, one function a type: the inside of
// consistency/comparison.h, which nobody else includes. All are pure,
// thread-safe and linear; each is mirrored when its arguments are.
#ifndef CONCORDAT_CONSISTENCY_COMPARATORS_COMPARATORS_H_
#define CONCORDAT_CONSISTENCY_COMPARATORS_COMPARATORS_H_

#include "consistency/comparison.h"
#include "graph/value.h"

namespace concordat::comparators {

// The same or different, and nothing between: for types whose equal meaning is
// equal normal form.
template <typename T>
Comparison Compare(const T& a, const T& b, const Sides&) {
  return {a == b ? Likeness::kSame : Likeness::kDifferent, ""};
}

// number.cc
Comparison Compare(const Integer& a, const Integer& b, const Sides& sides);
Comparison Compare(const Decimal& a, const Decimal& b, const Sides& sides);
Comparison Compare(const Money& a, const Money& b, const Sides& sides);
Comparison Compare(const Quantity& a, const Quantity& b, const Sides& sides);
// temporal.cc
Comparison Compare(const Date& a, const Date& b, const Sides& sides);
Comparison Compare(const TimeOfDay& a, const TimeOfDay& b, const Sides& sides);
Comparison Compare(const Instant& a, const Instant& b, const Sides& sides);
Comparison Compare(const Duration& a, const Duration& b, const Sides& sides);
// contact.cc
Comparison Compare(const Phone& a, const Phone& b, const Sides& sides);
// person_name.cc
Comparison Compare(const PersonName& a, const PersonName& b,
                   const Sides& sides);
// organisation_name.cc
Comparison Compare(const OrganisationName& a, const OrganisationName& b,
                   const Sides& sides);
// postal_address.cc
Comparison Compare(const PostalAddress& a, const PostalAddress& b,
                   const Sides& sides);

}  // namespace concordat::comparators

#endif  // CONCORDAT_CONSISTENCY_COMPARATORS_COMPARATORS_H_
