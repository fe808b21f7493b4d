#include "consistency/audits/audit_plan.h"

#include <algorithm>
#include <utility>

#include "consistency/claims.h"
#include "graph/status_macros.h"
#include "graph/text.h"

namespace concordat::audits {
namespace {

// A name that no entity type has is a slip of the pen.
absl::Status CheckScope(const Vocabulary& vocabulary, const AuditScope& scope) {
  for (const std::string& name : scope.entity_types) {
    CONCORDAT_RETURN_IF_ERROR(
        vocabulary.schema.RequireEntityType(name).status());
  }
  for (const std::string& name : scope.attributes) {
    absl::Status problem;
    const bool known = std::any_of(
        vocabulary.schema.entity_types.begin(),
        vocabulary.schema.entity_types.end(), [&](const auto& named) {
          const absl::Status found =
              named.second.RequireAttribute(name).status();
          if (!found.ok()) problem = found;
          return found.ok();
        });
    if (!known) return problem;
  }
  return absl::OkStatus();
}

bool Names(const std::set<std::string, std::less<>>& names,
           const EntityType& type, const Attribute& attribute) {
  return names.empty() ||
         std::any_of(names.begin(), names.end(), [&](const std::string& name) {
           return type.FindAttribute(name) == &attribute;
         });
}

}  // namespace

absl::StatusOr<AuditPlan> AuditPlan::Make(const TruthIndex& index,
                                          AuditRequest request) {
  const Vocabulary& vocabulary = index.vocabulary();
  AuditPlan plan;
  plan.index_ = &index;
  CONCORDAT_ASSIGN_OR_RETURN(plan.channel_,
                             vocabulary.RequireChannel(request.channel));
  CONCORDAT_RETURN_IF_ERROR(CheckScope(vocabulary, request.scope));
  plan.channel_salt_ = TruthIndex::SaltOf(request.channel);
  plan.latest_ = request.now + kAheadOfClockMax;
  const auto& types = request.scope.entity_types;
  for (size_t i = 0; i < index.types(); ++i) {
    const auto number = static_cast<TypeNumber>(i);
    plan.types_.push_back(
        {types.empty() || types.contains(index.TypeOf(number).name), {}});
  }
  for (size_t i = 0; i < index.attributes(); ++i) {
    const auto number = static_cast<AttributeNumber>(i);
    const Attribute& attribute = index.AttributeOf(number);
    const TypeNumber type = index.TypeOfAttribute(number);
    TypePlan& type_plan = plan.types_[type];
    AttributePlan& of = plan.attributes_.emplace_back();
    of.terms =
        plan.channel_->FindTerms(index.TypeOf(type).name, attribute.name);
    of.in_scope = type_plan.in_scope && Names(request.scope.attributes,
                                              index.TypeOf(type), attribute);
    // Among one plan's readings, of one channel, the attribute tells the
    // writer.
    of.salt = number + 1;
    if (of.terms == nullptr) continue;
    const std::vector<std::string>& tokens = of.terms->habits.absence_tokens;
    // Prints know letter case in ASCII only.
    of.reads_alike =
        ReadAlike(attribute, of.terms->habits, vocabulary.schema.habits) &&
        std::all_of(tokens.begin(), tokens.end(), IsAscii);
    for (const std::string& token : tokens) {
      plan.absence_tokens_.push_back(PrintOfWriting(ValueType::kText, token));
    }
    if (of.terms->required && of.in_scope) {
      type_plan.required.push_back(number);
      of.required = static_cast<uint32_t>(type_plan.required.size());
      plan.required_max_ =
          std::max(plan.required_max_, type_plan.required.size());
    }
  }
  std::sort(plan.absence_tokens_.begin(), plan.absence_tokens_.end());
  plan.absence_tokens_.erase(
      std::unique(plan.absence_tokens_.begin(), plan.absence_tokens_.end()),
      plan.absence_tokens_.end());
  plan.request_ = std::move(request);
  return plan;
}

}  // namespace concordat::audits
