// What leaves. Whatever a response of the API holds, of a caller who may see
// nothing no value and no words that quote one are left in it, and cutting it
// again leaves it as it is. Whatever a request of the API asks for, it is let
// pass or refused as somebody else's matter.
//
// Input: a byte for the method, a byte for the caller, then a message.
#include <functional>
#include <string>
#include <vector>

#include "config/vocabulary_loader.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/stubs/logging.h"
#include "graph/errors.h"
#include "server/access/api_services.h"
#include "server/access/discloser.h"
#include "tests/fuzz/input.h"

namespace concordat {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr char kVocabulary[] = R"(
name: fuzz
entity_types:
  customer:
    attributes:
      name: {type: text, personal: true}
      born: {type: date, personal: true}
channels:
  web: {subject_type: customer, contract: {customer: {attributes: {name: {}}}}}
access:
  grants:
    all:
      roles: [qa]
      sees: {customer: {attributes: {name: last_4, born: year}}}
)";

// Calls `see` with every string that the plan says is a value or quotes one.
void ForEachSecret(
    const Message& message, const DisclosurePlan& plan,
    const std::function<void(v1::Discloses, const std::string&)>& see) {
  const auto& reflection = *message.GetReflection();
  for (const DisclosurePlan::Field& entry : plan.fields) {
    const FieldDescriptor* const field = entry.field;
    if (entry.discloses == v1::DISCLOSES_VALUE ||
        entry.discloses == v1::DISCLOSES_WORDS) {
      see(entry.discloses, reflection.GetString(message, field));
    } else if (entry.message == nullptr ||
               entry.discloses == v1::DISCLOSES_ENTITY) {
      continue;
    } else if (!field->is_repeated()) {
      if (reflection.HasField(message, field)) {
        ForEachSecret(reflection.GetMessage(message, field), *entry.message,
                      see);
      }
    } else {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        ForEachSecret(reflection.GetRepeatedMessage(message, field, i),
                      *entry.message, see);
      }
    }
  }
}

const std::vector<const MethodDescriptor*>& Methods() {
  static const auto* const methods = [] {
    auto* all = new std::vector<const MethodDescriptor*>;
    for (const auto* service : ApiServices()) {
      for (int i = 0; i < service->method_count(); ++i) {
        all->push_back(service->method(i));
      }
    }
    return all;
  }();
  return *methods;
}

struct World {
  DisclosurePlans plans;
  LoadedVocabulary loaded = LoadVocabulary(kVocabulary, "fuzz", 1);
  Discloser::Hash hash = [](absl::string_view) { return "#"; };
};

void CheckAs(const World& world, const Caller& caller,
             const MethodDescriptor& method, absl::string_view bytes) {
  const Vocabulary& vocabulary = *world.loaded.vocabulary;
  const Entitlement entitlement(
      vocabulary, {.roles = caller.roles, .channel = caller.channel});
  const Discloser::Surroundings with{.plans = &world.plans,
                                     .vocabulary = &vocabulary,
                                     .entitlement = &entitlement,
                                     .rows = nullptr,
                                     .caller = &caller,
                                     .hash = &world.hash};
  google::protobuf::Arena arena;
  auto* const factory = google::protobuf::MessageFactory::generated_factory();
  Message* const request =
      factory->GetPrototype(method.input_type())->New(&arena);
  if (request->ParsePartialFromArray(bytes.data(),
                                     static_cast<int>(bytes.size()))) {
    const absl::Status checked = CheckRequest(*request, with);
    CONCORDAT_FUZZ_CHECK(checked.ok() || DetailOf(checked).has_value());
  }
  Message* const response =
      factory->GetPrototype(method.output_type())->New(&arena);
  if (!response->ParsePartialFromArray(bytes.data(),
                                       static_cast<int>(bytes.size()))) {
    return;
  }
  if (!Discloser(with).Cut(*response).ok()) return;
  const DisclosurePlan& plan = world.plans.Of(method.output_type());
  // Who sees the last four at most, sees no whole value of eight letters.
  ForEachSecret(
      *response, plan, [&](v1::Discloses discloses, const std::string& text) {
        if (caller.roles.Has(Role::kChannel)) return;
        const bool words = discloses == v1::DISCLOSES_WORDS;
        CONCORDAT_FUZZ_CHECK(!words || text.empty() || text == "(withheld)");
        CONCORDAT_FUZZ_CHECK(words || text.empty() ||
                             caller.roles.Has(Role::kQa));
      });
  const std::string once = response->SerializeAsString();
  if (caller.roles.Has(Role::kAdmin)) {
    CONCORDAT_FUZZ_CHECK(Discloser(with).Cut(*response).ok());
    CONCORDAT_FUZZ_CHECK(response->SerializeAsString() == once);
  }
}

}  // namespace
}  // namespace concordat

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  static const World* const world = [] {
    google::protobuf::SetLogHandler(nullptr);
    return new World;
  }();
  static const Caller* const callers = [] {
    auto* all = new Caller[3];
    all[0].roles = {Role::kAdmin};
    all[1].roles = {Role::kQa};
    all[2].roles = {Role::kChannel};
    all[2].channel = "web";
    return all;
  }();
  fuzz::Input input(data, size);
  const MethodDescriptor& method = *Methods()[input.Byte() % Methods().size()];
  const Caller& caller = callers[input.Byte() % 3];
  CheckAs(*world, caller, method, input.Rest());
  return 0;
}
