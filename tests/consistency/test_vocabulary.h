#ifndef CONCORDAT_TESTS_CONSISTENCY_TEST_VOCABULARY_H_
#define CONCORDAT_TESTS_CONSISTENCY_TEST_VOCABULARY_H_

#include "consistency/vocabulary.h"

namespace concordat {

// Version 7 of a small vocabulary.
//
// customer: tier (code bronze, silver, gold, with oro for gold; alias
// loyaltyTier), visits (integer), points (integer), balance_due and balance_net
// (money, taken for each other), email (identifying, taken for backup_email),
// backup_email, born (date), interests (set of text), nickname (text).
// order: status (text).
//
// web: no clock skew; customer: tier (required, promise 1 h), visits
// (required), balance_due, balance_net, email (required), backup_email, born,
// interests (promise 1 h).
// shop: clock skew 5 min; customer: tier (promise 1 h), visits, interests.
void FillTestVocabulary(Vocabulary& vocabulary);

}  // namespace concordat

#endif  // CONCORDAT_TESTS_CONSISTENCY_TEST_VOCABULARY_H_
