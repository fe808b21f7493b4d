#include "client/cli/finding_flags.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/judgement_text.h"
#include "client/cli/output.h"
#include "client/status_macros.h"
#include "proto/did_you_mean.h"

namespace concordat::client {
namespace {

// The number of an enum's value from its name without prefix, in any case.
absl::StatusOr<int> ParseName(const google::protobuf::EnumDescriptor& type,
                              absl::string_view prefix,
                              const std::string& name) {
  const std::string upper = absl::AsciiStrToUpper(name);
  std::vector<std::string> known;
  for (int i = 1; i < type.value_count(); ++i) {
    known.push_back(ShortName(type.value(i)->name(), prefix));
    if (known.back() == upper) return type.value(i)->number();
  }
  return UsageError(absl::StrCat("`", name, "` is not one of the values",
                                 DidYouMean(upper, known)));
}

}  // namespace

void AddScopeFlags(CLI::App* verb, FindingFlags& flags) {
  verb->add_option("--channel", flags.channels, "Only these channels")
      ->delimiter(',');
  verb->add_option("--attribute", flags.attributes, "Only these attributes")
      ->delimiter(',');
  verb->add_option("--rule", flags.rules, "Only these rules")->delimiter(',');
  verb->add_option("--verdict", flags.verdicts, "Only these verdicts")
      ->delimiter(',');
  verb->add_option("--family", flags.families,
                   "disagreement, disclosure or rule")
      ->delimiter(',');
  verb->add_option("--label", flags.labels,
                   "Only with one of these labels, NAME=VALUE")
      ->delimiter(',');
  verb->add_option("--entity", flags.entity, "Only this entity, TYPE/ID");
}

void AddFilterFlags(CLI::App* verb, FindingFlags& flags) {
  AddScopeFlags(verb, flags);
  verb->add_option("--state", flags.states,
                   "Only these states: observed, open, acknowledged, muted, "
                   "resolved, reopened")
      ->delimiter(',');
  verb->add_option("--assignee", flags.assignees,
                   "Only those that one of these looks after; `nobody`")
      ->delimiter(',');
}

absl::StatusOr<v1::FindingFilter> FilterOf(const FindingFlags& flags) {
  v1::FindingFilter filter;
  filter.mutable_ids()->Add(flags.ids.begin(), flags.ids.end());
  filter.mutable_channels()->Add(flags.channels.begin(), flags.channels.end());
  filter.mutable_attributes()->Add(flags.attributes.begin(),
                                   flags.attributes.end());
  filter.mutable_rules()->Add(flags.rules.begin(), flags.rules.end());
  for (const std::string& name : flags.verdicts) {
    CLIENT_ASSIGN_OR_RETURN(const v1::Verdict verdict, ParseVerdict(name));
    filter.add_verdicts(verdict);
  }
  for (const std::string& name : flags.states) {
    CLIENT_ASSIGN_OR_RETURN(
        const int state,
        ParseName(*v1::FindingState_descriptor(), "FINDING_STATE_", name));
    filter.add_states(static_cast<v1::FindingState>(state));
  }
  for (const std::string& name : flags.families) {
    CLIENT_ASSIGN_OR_RETURN(
        const int family,
        ParseName(*v1::FindingFamily_descriptor(), "FINDING_FAMILY_", name));
    filter.add_families(static_cast<v1::FindingFamily>(family));
  }
  for (const std::string& label : flags.labels) {
    const std::vector<std::string> parts =
        absl::StrSplit(label, absl::MaxSplits('=', 1));
    if (parts.size() != 2 || parts.front().empty())
      return UsageError("--label is NAME=VALUE, such as app_version=4.2");
    v1::Label* added = filter.add_labels();
    added->set_name(parts[0]);
    added->set_value(parts[1]);
  }
  for (const std::string& assignee : flags.assignees)
    filter.add_assignees(assignee == "nobody" ? "" : assignee);
  if (!flags.entity.empty()) {
    CLIENT_ASSIGN_OR_RETURN(*filter.mutable_entity(),
                            ParseEntity(flags.entity));
  }
  return filter;
}

std::string StateText(v1::FindingState state) {
  return ShortName(v1::FindingState_Name(state), "FINDING_STATE_");
}

}  // namespace concordat::client
