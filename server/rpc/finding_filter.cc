#include "server/rpc/finding_filter.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/rpc/filter_values.h"

namespace concordat {
namespace {

using convert::FromWire;

// `is_valid` says which numbers the enumeration has.
absl::Status CheckNumbers(absl::string_view field,
                          const google::protobuf::RepeatedField<int>& numbers,
                          bool (*is_valid)(int)) {
  CONCORDAT_RETURN_IF_ERROR(CheckFilterCount(field, numbers.size()));
  for (int i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != 0 && is_valid(numbers[i])) continue;
    return errors::InvalidField(absl::StrCat(field, "[", i, "]"),
                                "is not one of the values");
  }
  return absl::OkStatus();
}

absl::Status CheckRules(absl::string_view field, const FilterNames& rules,
                        const Vocabulary* vocabulary) {
  CONCORDAT_RETURN_IF_ERROR(CheckFilterCount(field, rules.size()));
  for (int i = 0; i < rules.size(); ++i) {
    if (vocabulary != nullptr && vocabulary->rules.contains(rules[i])) continue;
    return errors::InvalidField(
        absl::StrCat(field, "[", i, "]"),
        vocabulary == nullptr
            ? "there is no vocabulary"
            : absl::StrCat("there is no such rule; there is: ",
                           NamesOf(vocabulary->rules)));
  }
  return absl::OkStatus();
}

// 32 hexadecimal digits (FingerprintOf).
constexpr int64_t kFindingIdBytes = 32;

absl::Status CheckBytes(
    const std::string& field,
    const google::protobuf::RepeatedPtrField<std::string>& texts,
    absl::string_view limit, int64_t bytes_max) {
  for (int i = 0; i < texts.size(); ++i) {
    const auto bytes = static_cast<int64_t>(texts[i].size());
    if (bytes <= bytes_max) continue;
    return errors::LimitExceeded(limit, bytes, bytes_max,
                                 absl::StrCat(field, "[", i, "]"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckFindingFilter(absl::string_view field,
                                const v1::FindingFilter& wire,
                                const Vocabulary* vocabulary) {
  CONCORDAT_RETURN_IF_ERROR(CheckChannels(absl::StrCat(field, ".channels"),
                                          wire.channels(), vocabulary));
  CONCORDAT_RETURN_IF_ERROR(CheckAttributes(absl::StrCat(field, ".attributes"),
                                            wire.attributes(), vocabulary));
  CONCORDAT_RETURN_IF_ERROR(CheckNumbers(absl::StrCat(field, ".verdicts"),
                                         wire.verdicts(), v1::Verdict_IsValid));
  CONCORDAT_RETURN_IF_ERROR(CheckNumbers(
      absl::StrCat(field, ".states"), wire.states(), v1::FindingState_IsValid));
  CONCORDAT_RETURN_IF_ERROR(CheckNumbers(absl::StrCat(field, ".families"),
                                         wire.families(),
                                         v1::FindingFamily_IsValid));
  CONCORDAT_RETURN_IF_ERROR(
      CheckFilterCount(absl::StrCat(field, ".ids"), wire.ids_size()));
  CONCORDAT_RETURN_IF_ERROR(
      CheckFilterCount(absl::StrCat(field, ".labels"), wire.labels_size()));
  CONCORDAT_RETURN_IF_ERROR(CheckFilterCount(absl::StrCat(field, ".assignees"),
                                             wire.assignees_size()));
  CONCORDAT_RETURN_IF_ERROR(
      CheckRules(absl::StrCat(field, ".rules"), wire.rules(), vocabulary));
  CONCORDAT_RETURN_IF_ERROR(CheckBytes(absl::StrCat(field, ".ids"), wire.ids(),
                                       "finding_id_bytes_max",
                                       kFindingIdBytes));
  CONCORDAT_RETURN_IF_ERROR(CheckBytes(absl::StrCat(field, ".assignees"),
                                       wire.assignees(), "reason_bytes_max",
                                       limits::kReasonBytesMax));
  for (int i = 0; i < wire.labels_size(); ++i) {
    const std::string label = absl::StrCat(field, ".labels[", i, "]");
    if (wire.labels(i).name().empty()) {
      return errors::InvalidField(label + ".name", "is missing");
    }
    for (const std::string* text :
         {&wire.labels(i).name(), &wire.labels(i).value()}) {
      const auto bytes = static_cast<int64_t>(text->size());
      if (bytes > limits::kLabelBytesMax) {
        return errors::LimitExceeded("label_bytes_max", bytes,
                                     limits::kLabelBytesMax, label);
      }
    }
  }
  if (!wire.has_entity()) return absl::OkStatus();
  return CheckEntity(absl::StrCat(field, ".entity"), wire.entity(), vocabulary);
}

absl::StatusOr<FindingFilter> ReadFindingFilter(const v1::FindingFilter& wire,
                                                const Identity& identity) {
  FindingFilter filter;
  filter.scope.channels.assign(wire.channels().begin(), wire.channels().end());
  filter.scope.attributes.assign(wire.attributes().begin(),
                                 wire.attributes().end());
  for (const int verdict : wire.verdicts()) {
    filter.scope.verdicts.push_back(static_cast<Verdict>(verdict));
  }
  for (const int state : wire.states()) {
    filter.states.push_back(static_cast<FindingState>(state));
  }
  for (const int family : wire.families()) {
    filter.scope.families.push_back(static_cast<FindingFamily>(family));
  }
  filter.scope.rules.assign(wire.rules().begin(), wire.rules().end());
  filter.scope.ids.assign(wire.ids().begin(), wire.ids().end());
  for (const v1::Label& label : wire.labels()) {
    filter.scope.labels.emplace_back(label.name(), label.value());
  }
  filter.assignees.assign(wire.assignees().begin(), wire.assignees().end());
  if (wire.has_entity()) {
    CONCORDAT_ASSIGN_OR_RETURN(Cluster cluster,
                               identity.ClusterOf(FromWire(wire.entity())));
    filter.scope.entities = std::move(cluster.members);
  }
  return filter;
}

}  // namespace concordat
