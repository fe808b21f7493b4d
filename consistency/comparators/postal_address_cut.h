// What can be said of two addresses whose parts do not fit: the inside of the
// comparison of postal addresses, which nobody else includes.
#ifndef CONCORDAT_CONSISTENCY_COMPARATORS_POSTAL_ADDRESS_CUT_H_
#define CONCORDAT_CONSISTENCY_COMPARATORS_POSTAL_ADDRESS_CUT_H_

#include "graph/values/postal_address.h"

namespace concordat::comparators::address {

// Whether two addresses say the same words, which were cut into parts of other
// kinds: then nothing is known to differ. Where both were cut alike, a number
// in another place is a difference.
bool AreCutDifferently(const PostalAddress& a, const PostalAddress& b);
// The address without the parts that AreCutDifferently() looks at.
PostalAddress Uncut(const PostalAddress& address);

// Whether the streets may be one by its two official names, which no reader
// can tell.
bool AreNamedInTwoLanguages(const PostalAddress& a, const PostalAddress& b);
// The address without its street.
PostalAddress Unnamed(const PostalAddress& address);

}  // namespace concordat::comparators::address

#endif  // CONCORDAT_CONSISTENCY_COMPARATORS_POSTAL_ADDRESS_CUT_H_
