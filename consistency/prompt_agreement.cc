#include "consistency/prompt_agreement.h"

#include <algorithm>

#include "graph/limits.h"
#include "graph/text.h"

namespace concordat {

bool AgreesPromptly(const Attribute& attribute, absl::string_view raw,
                    const WritingHabits& writer, absl::string_view truth_raw,
                    const Value& truth) {
  if (attribute.is_set ||
      raw.size() > static_cast<size_t>(limits::kValueBytesMax)) {
    return false;
  }
  const auto* text = std::get_if<Text>(&truth.scalar());
  const auto* code = std::get_if<Code>(&truth.scalar());
  // The same bytes mean the same to whoever has no words of their own. What
  // folds to the code itself is that code unless the writer has such words.
  const bool alike =
      text != nullptr ? writer.annotations.empty() && !attribute.confusables &&
                            (raw == truth_raw || FoldsTo(raw, text->folded))
                      : code != nullptr && writer.annotations.empty() &&
                            writer.code_aliases.empty() &&
                            (raw == truth_raw || FoldsToCode(raw, code->code));
  // The truth's very words may be this writer's for "there is none".
  return alike && std::none_of(writer.absence_tokens.begin(),
                               writer.absence_tokens.end(),
                               [&](const std::string& token) {
                                 return EqualsFolded(raw, token);
                               });
}

}  // namespace concordat
