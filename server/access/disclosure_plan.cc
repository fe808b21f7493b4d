#include "server/access/disclosure_plan.h"

#include "server/access/api_services.h"

namespace concordat {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

DisclosurePlans::DisclosurePlans() {
  for (const auto* service : ApiServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      Add(service->method(i)->input_type());
      Add(service->method(i)->output_type());
    }
  }
}

const DisclosurePlan& DisclosurePlans::Of(const Descriptor* message) const {
  return *plans_.at(message);
}

// No message of the API holds itself, so that all below one are known first.
const DisclosurePlan* DisclosurePlans::Add(const Descriptor* message) {
  const auto [place, is_new] = plans_.emplace(message, nullptr);
  if (!is_new) return place->second.get();
  auto plan = std::make_unique<DisclosurePlan>();
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* const field = message->field(i);
    const v1::Discloses discloses =
        field->options().GetExtension(v1::discloses);
    if (discloses == v1::DISCLOSES_GIVEN) continue;
    if (discloses == v1::DISCLOSES_WITHHELD) {
      plan->withheld = field;
      continue;
    }
    const DisclosurePlan* below = nullptr;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      below = Add(field->message_type());
      if (below != nullptr && below->empty()) below = nullptr;
    }
    plan->holds_values = plan->holds_values ||
                         discloses == v1::DISCLOSES_VALUE ||
                         discloses == v1::DISCLOSES_WORDS ||
                         (below != nullptr && below->holds_values);
    plan->only_judgement = plan->only_judgement &&
                           (discloses == v1::DISCLOSES_UNSPECIFIED ||
                            discloses == v1::DISCLOSES_JUDGEMENT) &&
                           (below == nullptr || below->only_judgement);
    if (discloses != v1::DISCLOSES_UNSPECIFIED || below != nullptr) {
      plan->fields.push_back({field, discloses, below});
    }
  }
  plans_[message] = std::move(plan);
  return plans_[message].get();
}

}  // namespace concordat
