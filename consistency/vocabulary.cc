#include "consistency/vocabulary.h"

#include "graph/errors.h"

namespace concordat {

const AttributeTerms* Channel::FindTerms(absl::string_view entity_type,
                                         absl::string_view attribute) const {
  const auto of_type = contract.find(entity_type);
  if (of_type == contract.end()) return nullptr;
  const auto terms = of_type->second.find(attribute);
  return terms == of_type->second.end() ? nullptr : &terms->second;
}

const Channel* Vocabulary::FindChannel(absl::string_view channel) const {
  const auto found = channels.find(channel);
  return found == channels.end() ? nullptr : &found->second;
}

const FindingTerms& Vocabulary::TermsOf(absl::string_view entity_type,
                                        absl::string_view attribute) const {
  static const FindingTerms* const kDefault = new FindingTerms;
  const auto of_type = finding_terms.find(entity_type);
  if (of_type == finding_terms.end()) return *kDefault;
  const auto terms = of_type->second.find(attribute);
  return terms == of_type->second.end() ? *kDefault : terms->second;
}

absl::StatusOr<const Channel*> Vocabulary::RequireChannel(
    absl::string_view channel) const {
  if (const Channel* found = FindChannel(channel)) return found;
  return errors::UnknownChannel(channel, NamesOf(channels));
}

}  // namespace concordat
