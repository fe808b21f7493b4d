#include "consistency/vocabulary.h"

#include <string>

#include "absl/strings/string_view.h"

namespace concordat {

const AttributeTerms* Channel::FindTerms(absl::string_view entity_type,
                                         absl::string_view attribute) const {
  const auto of_type = contract.find(std::string(entity_type));
  if (of_type == contract.end()) return nullptr;
  const auto terms = of_type->second.find(std::string(attribute));
  return terms == of_type->second.end() ? nullptr : &terms->second;
}

const Channel* Vocabulary::FindChannel(absl::string_view channel) const {
  const auto found = channels.find(std::string(channel));
  return found == channels.end() ? nullptr : &found->second;
}

}  // namespace concordat
