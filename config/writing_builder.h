// How somebody writes values: from the vocabulary's file to what readers use.
#ifndef CONCORDAT_CONFIG_WRITING_BUILDER_H_
#define CONCORDAT_CONFIG_WRITING_BUILDER_H_

#include <map>
#include <optional>
#include <string>

#include "concordat/v1/vocabulary.pb.h"
#include "config/vocabulary_problems.h"
#include "graph/locale.h"
#include "graph/schema.h"

namespace concordat {

// Digits with at most one decimal point, such as 0.05; nullopt for anything
// else. No sign: nothing that a vocabulary declares so may be negative.
std::optional<Decimal> ParseDeclaredDecimal(const std::string& text);

// Code lists by name.
using CodeLists = std::map<std::string, const CodeList*>;

// Thread-compatible: remembers locales, which are dear to look up.
class WritingBuilder {
 public:
  // Reports what is wrong in `writing`, which stands at `path`. The codes that
  // `code_aliases` may name are those of `code_lists`.
  void Check(const v1::Writing& writing, const std::string& path,
             const CodeLists& code_lists, VocabularyProblems& problems);

  // Puts what `writing` declares over `habits`, member by member; a list that
  // is declared replaces the one before. `locale` gives region, date order and
  // decimal mark where `writing` does not declare them itself, and so goes
  // over what was declared further out. What is invalid is passed over.
  void Apply(const v1::Writing& writing, WritingHabits& habits);

 private:
  const std::optional<LocaleHabits>& LocaleOf(const std::string& name);

  std::map<std::string, std::optional<LocaleHabits>> locales_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONFIG_WRITING_BUILDER_H_
