// What channels do: one function a behaviour.
#ifndef CONCORDAT_TESTS_HISTORIES_BEHAVIOURS_H_
#define CONCORDAT_TESTS_HISTORIES_BEHAVIOURS_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "consistency/findings.h"
#include "consistency/verdict.h"
#include "tests/histories/scene.h"

namespace concordat::histories {

struct Behaviour {
  const char* name;
  uint32_t weight;
  // Says what is said. False: it does not fit the scene, in which then nothing
  // was said.
  bool (*play)(Scene& scene);
  // What people must be shown of it, by family; nullopt: nothing.
  std::optional<Verdict> disagreement = std::nullopt;
  std::optional<Verdict> disclosure = std::nullopt;
};

// Of channels that keep their promises, or of whose mistakes people must not be
// told.
absl::Span<const Behaviour> HarmlessBehaviours();
// Of channels that say what they have no excuse for.
absl::Span<const Behaviour> Mistakes();
// Of channels that may not know the attribute.
absl::Span<const Behaviour> Disclosures();

}  // namespace concordat::histories

#endif  // CONCORDAT_TESTS_HISTORIES_BEHAVIOURS_H_
