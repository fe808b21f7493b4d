// How single parts of persons' names relate, and names in scripts whose letters
// do not say how they are romanised: the inside of person_name.cc.
#ifndef CONCORDAT_CONSISTENCY_COMPARATORS_PERSON_NAME_PARTS_H_
#define CONCORDAT_CONSISTENCY_COMPARATORS_PERSON_NAME_PARTS_H_

#include "consistency/comparison.h"
#include "graph/value.h"

namespace concordat::comparators::person_name {

// Whether `name` begins as `initial` says, by any romanisation.
bool InitialFits(const NamePart& initial, const NamePart& name);

// Whether `shorter` is `longer` without its particle: Berg and van der Berg.
bool LacksParticle(const NamePart& shorter, const NamePart& longer);

// Han, Hangul, Arabic, Hebrew, Thai or kOther where a part of `name` is written
// so; else Latin, which stands for all alphabets with one romanisation.
NameScript LossyScriptOf(const PersonName& name);

// Two names both in Han, or both in Hangul: written without a space.
Comparison CompareUnspaced(const PersonName& a, const PersonName& b);

// Two names whose LossyScriptOf differ. Never different where a reading of the
// characters that is not written could explain it.
Comparison CompareScripts(const PersonName& a, NameScript script_a,
                          const PersonName& b, NameScript script_b);

}  // namespace concordat::comparators::person_name

#endif  // CONCORDAT_CONSISTENCY_COMPARATORS_PERSON_NAME_PARTS_H_
