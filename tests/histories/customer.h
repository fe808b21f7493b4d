#ifndef CONCORDAT_TESTS_HISTORIES_CUSTOMER_H_
#define CONCORDAT_TESTS_HISTORIES_CUSTOMER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "consistency/vocabulary.h"
#include "graph/ids.h"
#include "tests/histories/history.h"
#include "tests/histories/scene.h"
#include "tests/histories/truth.h"

namespace concordat::histories {

inline constexpr char kCustomer[] = "customer";

// One customer: what becomes of its attributes, and what channels call it.
struct Customer {
  EntityId id;
  // By attribute. Attributes that are easily taken for each other share values.
  std::map<std::string, std::shared_ptr<Values>> values;
  std::map<std::string, Story> stories;
  // By channel; those that use the graph's id are not in it.
  std::map<std::string, std::string> subjects;
};

// `events` gets what the graph hears of it: facts and links.
Customer MakeCustomer(int64_t number, const Vocabulary& vocabulary,
                      Random& random, std::vector<Event>& events);

// What a channel may say of it. Points into the vocabulary.
Cell CellOf(const Customer& customer, const Vocabulary& vocabulary,
            const Attribute& attribute, const Channel& channel);
// The truth in a chapter, as far as claims about the customer may touch it.
// Points into both.
Backdrop BackdropOf(const Customer& customer, const Customer& stranger,
                    const Attribute& attribute, int chapter);

// The channel's own id names the customer from an instant of valid time on.
Event LinkEvent(const std::string& channel, const std::string& subject,
                const EntityId& customer, absl::Time from,
                absl::Time recorded_at);

}  // namespace concordat::histories

#endif  // CONCORDAT_TESTS_HISTORIES_CUSTOMER_H_
