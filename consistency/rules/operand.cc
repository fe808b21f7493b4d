#include "consistency/rules/operand.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace concordat::rules {
namespace {

struct ReasonText {
  UndecidedReason reason;
  absl::string_view name;
  absl::string_view text;
};
constexpr ReasonText kReasons[] = {
    {UndecidedReason::kNoValue, "NO_VALUE", "there is no value"},
    {UndecidedReason::kNothingRelated, "NOTHING_RELATED",
     "the relation leads nowhere"},
    {UndecidedReason::kSeveralRelated, "SEVERAL_RELATED",
     "the relation leads to several entities and not to one"},
    {UndecidedReason::kErased, "ERASED", "the value was erased"},
    {UndecidedReason::kUnreadable, "UNREADABLE", "the value cannot be read"},
    {UndecidedReason::kAmbiguous, "AMBIGUOUS",
     "the value can be read in several ways"},
    {UndecidedReason::kImprecise, "IMPRECISE",
     "the values agree only as far as they go"},
    {UndecidedReason::kOtherUnit, "OTHER_UNIT",
     "amounts of different currencies or units"},
    {UndecidedReason::kNotRepresentable, "NOT_REPRESENTABLE",
     "the result cannot be represented exactly"},
    {UndecidedReason::kEmpty, "EMPTY", "there is nothing to choose from"},
    {UndecidedReason::kNoBeginning, "NO_BEGINNING",
     "when it changed is not known"},
    {UndecidedReason::kTooManyRelated, "TOO_MANY_RELATED",
     "more related entities than are looked at"},
    {UndecidedReason::kTooManySteps, "TOO_MANY_STEPS",
     "more steps than are made"},
};

const ReasonText& TextOf(UndecidedReason reason) {
  return *std::find_if(
      std::begin(kReasons), std::end(kReasons),
      [reason](const ReasonText& one) { return one.reason == reason; });
}

}  // namespace

absl::string_view UndecidedReasonName(UndecidedReason reason) {
  return TextOf(reason).name;
}

absl::string_view UndecidedReasonText(UndecidedReason reason) {
  return TextOf(reason).text;
}

std::string Undecided::Text() const {
  return absl::StrCat(UndecidedReasonText(reason), of.empty() ? "" : ": ", of);
}

Operand TruthOperand(bool truth) { return {Scalar(Boolean{truth})}; }

Operand UndecidedOperand(UndecidedReason reason, std::string of) {
  return {Undecided{reason, std::move(of)}};
}

std::string Write(const Operand& operand) {
  if (const Undecided* undecided = operand.undecided()) {
    return absl::StrCat("undecided (", undecided->Text(), ")");
  }
  if (const EntityId* entity = operand.entity()) {
    return absl::StrCat(entity->type, "/", entity->id);
  }
  // Nothing of any currency is written as the number that it is.
  const auto* money = operand.Get<Money>();
  const auto* quantity = operand.Get<Quantity>();
  if ((money != nullptr && money->currency.empty()) ||
      (quantity != nullptr && quantity->unit.empty())) {
    return "0";
  }
  return Value(*operand.scalar()).Canonical();
}

Result Result::One(Operand operand) {
  Result result;
  result.items.push_back(std::move(operand));
  return result;
}

Operand Not(const Operand& a) {
  return a.undecided() != nullptr ? a : TruthOperand(a.IsTruth(false));
}

Operand And(const Operand& a, const Operand& b) {
  if (a.IsTruth(false) || b.IsTruth(false)) return TruthOperand(false);
  return a.undecided() != nullptr ? a : b;
}

Operand Or(const Operand& a, const Operand& b) {
  if (a.IsTruth(true) || b.IsTruth(true)) return TruthOperand(true);
  return a.undecided() != nullptr ? a : b;
}

void Horizon::NoteEnd(absl::Time end) {
  if (end > at_) stable_until_ = std::min(stable_until_, end);
}

void Horizon::NoteSign(absl::int128 distance, int64_t slope) {
  const bool is_negative = distance < 0;
  const bool approaches = is_negative ? slope > 0 : slope < 0;
  if (!approaches) return;
  const absl::int128 speed = slope < 0 ? -absl::int128(slope) : slope;
  const absl::int128 steps =
      is_negative ? (-distance + speed - 1) / speed : distance / speed + 1;
  // Further away than any time that can be written.
  if (steps > std::numeric_limits<int64_t>::max()) return;
  NoteEnd(at_ + absl::Microseconds(static_cast<int64_t>(steps)));
}

}  // namespace concordat::rules
