#include "tests/histories/customer.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/histories/vocabulary.h"

namespace concordat::histories {

Customer MakeCustomer(int64_t number, const Vocabulary& vocabulary,
                      Random& random, std::vector<Event>& events) {
  Customer customer;
  customer.id = {kCustomer, absl::StrCat("C", number)};
  const EntityType& type = *vocabulary.schema.FindEntityType(kCustomer);
  for (const auto& [name, attribute] : type.attributes) {
    std::shared_ptr<Values>& values = customer.values[name];
    for (const std::string& other : attribute.confusable_with) {
      const auto found = customer.values.find(other);
      if (found != customer.values.end()) values = found->second;
    }
    if (values == nullptr) {
      values = std::make_shared<Values>(attribute, number, random);
    }
    customer.stories[name] = MakeStory(
        customer.id, attribute, vocabulary.TermsOf(kCustomer, name).settle,
        *values, random, events);
  }
  for (const auto& entry : vocabulary.channels) {
    const std::string& name = entry.first;
    if (name == kChannelOfGraphIds) continue;
    std::string& subject = customer.subjects[name];
    subject = absl::StrCat(absl::AsciiStrToUpper(name.substr(0, 1)), number);
    events.push_back(LinkEvent(name, subject, customer.id, absl::InfinitePast(),
                               Beginning() - absl::Hours(24)));
  }
  return customer;
}

Cell CellOf(const Customer& customer, const Vocabulary& vocabulary,
            const Attribute& attribute, const Channel& channel) {
  Cell cell{.entity = customer.id,
            .attribute = &attribute,
            .channel = &channel,
            .terms = channel.FindTerms(kCustomer, attribute.name),
            .settle = vocabulary.TermsOf(kCustomer, attribute.name).settle,
            .subject = ""};
  const auto subject = customer.subjects.find(channel.name);
  if (subject != customer.subjects.end()) cell.subject = subject->second;
  return cell;
}

Backdrop BackdropOf(const Customer& customer, const Customer& stranger,
                    const Attribute& attribute, int chapter) {
  const auto of = [&](const Customer& whom, const std::string& name) {
    return &whom.stories.at(name)[static_cast<size_t>(chapter)];
  };
  Backdrop backdrop;
  backdrop.own = of(customer, attribute.name);
  backdrop.stranger = of(stranger, attribute.name);
  backdrop.values = customer.values.at(attribute.name).get();
  if (!attribute.confusable_with.empty()) {
    backdrop.confusable = of(customer, attribute.confusable_with.front());
  }
  return backdrop;
}

Event LinkEvent(const std::string& channel, const std::string& subject,
                const EntityId& customer, absl::Time from,
                absl::Time recorded_at) {
  LinkRecord link;
  link.channel = channel;
  link.subject = subject;
  link.entity = customer;
  link.valid.from = from;
  link.recorded.source = "crm";
  return {recorded_at, Change(std::move(link))};
}

}  // namespace concordat::histories
