// Vocabulary files. Whatever the text, loading ends in a vocabulary or in
// problems, never in both or neither; a problem names a line of the file; a
// vocabulary does not differ from itself.
//
// Input: the text.
#include <algorithm>

#include "config/vocabulary_diff.h"
#include "config/vocabulary_loader.h"
#include "graph/errors.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  const absl::string_view text = fuzz::Input(data, size).Rest();
  const LoadedVocabulary loaded = LoadVocabulary(text, "fuzzed.yaml", 7);
  CONCORDAT_FUZZ_CHECK((loaded.vocabulary == nullptr) ==
                       !loaded.problems.empty());
  CONCORDAT_FUZZ_CHECK(ToStatus(loaded).ok() == loaded.problems.empty());
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n') +
                     std::count(text.begin(), text.end(), '\r');
  for (const YamlProblem& problem : loaded.problems) {
    CONCORDAT_FUZZ_CHECK(!problem.message.empty());
    CONCORDAT_FUZZ_CHECK(problem.line >= 0 && problem.line <= lines + 1);
  }
  if (loaded.vocabulary != nullptr) {
    CONCORDAT_FUZZ_CHECK(loaded.vocabulary->version == 7);
    CONCORDAT_FUZZ_CHECK(
        DiffVocabularies(loaded.message, loaded.message).empty());
  }
  return 0;
}
