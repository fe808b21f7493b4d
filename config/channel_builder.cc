#include "config/channel_builder.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "config/identity_builder.h"
#include "config/schema_builder.h"
#include "google/protobuf/duration.pb.h"
#include "graph/limits.h"
#include "graph/schema.h"
#include "proto/did_you_mean.h"
#include "proto/yaml_reader.h"

namespace concordat {
namespace {

// The reader has refused negative ones.
absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds());
}

// How many words a copy of the habits holds.
int64_t CountWords(const WritingHabits& habits) {
  return static_cast<int64_t>(habits.absence_tokens.size() +
                              habits.annotations.size() +
                              habits.code_aliases.size());
}

class ChannelBuilder {
 public:
  ChannelBuilder(const v1::Vocabulary& message, WritingBuilder& writing,
                 VocabularyProblems& problems, Vocabulary& vocabulary)
      : message_(message),
        writing_(writing),
        problems_(problems),
        vocabulary_(vocabulary),
        code_lists_(AllCodeLists(vocabulary.schema)) {}

  void Build() {
    std::map<std::string, std::string> by_lower_case;
    for (const std::string& name : SortedKeys(message_.channels())) {
      const std::string path = YamlPath("channels", name);
      CheckSystemName(name, path, problems_);
      const auto [other, is_new] =
          by_lower_case.emplace(absl::AsciiStrToLower(name), name);
      if (!is_new) {
        problems_.Report(path, absl::StrCat("differs from `", other->second,
                                            "` only in letter case"));
      }
      Check(message_.channels().at(name), path);
      if (!BuildChannel(name, path)) return;
    }
  }

 private:
  // What is wrong in what a channel declares itself, so that it is said once
  // and not again for all that are like it.
  void Check(const v1::Channel& channel, const std::string& path) {
    writing_.Check(channel.writing(), YamlPath(path, "writing"), code_lists_,
                   problems_);
    if (!channel.subject_type().empty()) {
      CheckEntityType(channel.subject_type(), YamlPath(path, "subject_type"));
    }
    const std::string contract_path = YamlPath(path, "contract");
    for (const std::string& type_name : SortedKeys(channel.contract())) {
      const std::string type_path = YamlPath(contract_path, type_name);
      const EntityType* type = CheckEntityType(type_name, type_path);
      if (type == nullptr) continue;
      CheckTerms(channel.contract().at(type_name), *type,
                 YamlPath(type_path, "attributes"));
    }
  }

  const EntityType* CheckEntityType(const std::string& name,
                                    const std::string& path) {
    const EntityType* type = vocabulary_.schema.FindEntityType(name);
    if (type == nullptr) {
      problems_.Report(
          path, absl::StrCat(
                    "there is no entity type `", name, "`",
                    problems_.Suggest(name, vocabulary_.schema.entity_types)));
    }
    return type;
  }

  void CheckTerms(const v1::Terms& terms, const EntityType& type,
                  const std::string& path) {
    std::map<std::string, std::string> written;
    for (const std::string& name : SortedKeys(terms.attributes())) {
      const std::string attribute_path = YamlPath(path, name);
      const Attribute* attribute = type.FindAttribute(name);
      if (attribute == nullptr) {
        problems_.Report(
            attribute_path,
            absl::StrCat("there is no attribute `", name, "` of `", type.name,
                         "`", problems_.Suggest(name, type.attributes)));
        continue;
      }
      const auto [other, is_new] = written.emplace(attribute->name, name);
      if (!is_new) {
        problems_.Report(attribute_path,
                         absl::StrCat("is the same attribute as `",
                                      other->second, "`; keep one"));
      }
      CodeLists lists;
      if (attribute->code_list != nullptr) {
        lists.emplace(attribute->code_list->name, attribute->code_list);
      }
      writing_.Check(terms.attributes().at(name).writing(),
                     YamlPath(attribute_path, "writing"), lists, problems_);
    }
  }

  // The channel and those that it is like, the furthest first. Where `like`
  // names none, or leads in a circle, the chain ends, and that is reported.
  std::vector<const v1::Channel*> ChainOf(const std::string& name,
                                          const std::string& path) {
    std::vector<const v1::Channel*> chain;
    std::vector<std::string> names;
    std::string next = name;
    do {
      if (std::find(names.begin(), names.end(), next) != names.end()) {
        names.push_back(next);
        problems_.Report(YamlPath(path, "like"),
                         absl::StrCat("leads in a circle: ",
                                      absl::StrJoin(names, " is like ")));
        break;
      }
      if (static_cast<int>(names.size()) > kLikeDepthMax) {
        problems_.Report(
            YamlPath(path, "like"),
            absl::StrCat("is a chain of more than ", kLikeDepthMax,
                         " channels; name the last of them directly"));
        break;
      }
      const auto found = message_.channels().find(next);
      if (found == message_.channels().end()) {
        // Said at the channel that names it.
        if (chain.size() == 1) {
          problems_.Report(
              YamlPath(path, "like"),
              absl::StrCat("there is no channel `", next, "`",
                           problems_.Suggest(next, message_.channels())));
        }
        break;
      }
      chain.push_back(&found->second);
      names.push_back(next);
      next = found->second.like();
    } while (!next.empty());
    std::reverse(chain.begin(), chain.end());
    return chain;
  }

  // False: the contracts have become too large.
  bool BuildChannel(const std::string& name, const std::string& path) {
    Channel& channel = vocabulary_.channels[name];
    const v1::Channel& own = message_.channels().at(name);
    channel.name = name;
    channel.description = own.description();
    channel.partner = own.partner();
    channel.habits.own_ids = true;
    absl::Duration promise = absl::ZeroDuration();
    const v1::Channel* contract = &own;
    const v1::ChannelIdentity* identity = nullptr;
    std::string objective;
    for (const v1::Channel* link : ChainOf(name, path)) {
      if (link->has_clock_skew()) {
        channel.clock_skew = ToDuration(link->clock_skew());
      }
      if (link->has_promise()) promise = ToDuration(link->promise());
      if (!link->subject_type().empty()) {
        channel.subject_type = link->subject_type();
      }
      if (!link->contract().empty()) contract = link;
      if (link->has_identity()) identity = &link->identity();
      if (!link->objective().empty()) objective = link->objective();
      writing_.Apply(link->writing(), channel.habits);
    }
    if (channel.subject_type.empty()) {
      problems_.Report(
          YamlPath(path, "subject_type"),
          absl::StrCat("is missing",
                       problems_.Suggest("", vocabulary_.schema.entity_types)));
    }
    if (!objective.empty()) {
      double share = 0;
      if (absl::SimpleAtod(objective, &share) && share > 0 && share < 1) {
        channel.objective = share;
      } else {
        problems_.Report(YamlPath(path, "objective"),
                         "must be a decimal over 0 and below 1, as 0.995");
      }
    }
    if (identity != nullptr) {
      vocabulary_.schema.link_caps[name] =
          BuildLinkCap(*identity, YamlPath(path, "identity"), problems_);
    }
    if (BuildContract(*contract, promise, channel)) return true;
    problems_.Report(
        path, absl::StrCat("the contracts have more terms than the ",
                           limits::kContractTermsMax, " that are allowed"));
    return false;
  }

  bool BuildContract(const v1::Channel& from, absl::Duration promise,
                     Channel& channel) {
    for (const auto& [type_name, terms] : from.contract()) {
      const EntityType* type = vocabulary_.schema.FindEntityType(type_name);
      if (type == nullptr) continue;
      auto& built = channel.contract[type_name];
      for (const auto& [attribute_name, declared] : terms.attributes()) {
        const Attribute* attribute = type->FindAttribute(attribute_name);
        if (attribute == nullptr) continue;
        AttributeTerms& to = built[attribute->name];
        to.required = declared.required();
        to.promise =
            declared.has_promise() ? ToDuration(declared.promise()) : promise;
        to.habits = channel.habits;
        writing_.Apply(declared.writing(), to.habits);
        terms_ += 1 + CountWords(to.habits);
        if (terms_ > limits::kContractTermsMax) return false;
      }
    }
    return true;
  }

  // Channels that are like another that is like another ...
  static constexpr int kLikeDepthMax = 16;

  const v1::Vocabulary& message_;
  WritingBuilder& writing_;
  VocabularyProblems& problems_;
  Vocabulary& vocabulary_;
  const CodeLists code_lists_;
  int64_t terms_ = 0;
};

}  // namespace

void BuildChannels(const v1::Vocabulary& message, WritingBuilder& writing,
                   VocabularyProblems& problems, Vocabulary& vocabulary) {
  ChannelBuilder(message, writing, problems, vocabulary).Build();
}

}  // namespace concordat
