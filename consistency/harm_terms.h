#ifndef CONCORDAT_CONSISTENCY_HARM_TERMS_H_
#define CONCORDAT_CONSISTENCY_HARM_TERMS_H_

#include "consistency/findings.h"
#include "consistency/harm.h"
#include "consistency/judge.h"
#include "consistency/vocabulary.h"

namespace concordat {

// How harmful the finding is by its newest judgement. `known` is what is known
// of the finding's entity. Pure.
Harm HarmOf(const Finding& finding, const Judgement& judgement,
            const KnownEntity& known, const Vocabulary& vocabulary);

// The finding's harm with the term of its exposure as it is now, for a claim
// that is not its newest may be its gravest. Pure.
Harm WithExposure(const Finding& finding, const Vocabulary& vocabulary);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HARM_TERMS_H_
