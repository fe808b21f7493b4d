// What expressions are evaluated to: values, entities, and what is not decided.
#ifndef CONCORDAT_CONSISTENCY_RULES_OPERAND_H_
#define CONCORDAT_CONSISTENCY_RULES_OPERAND_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/ids.h"
#include "graph/reading.h"
#include "graph/value.h"

namespace concordat::rules {

// Why nothing can be said. Never a guess in its place.
enum class UndecidedReason : uint8_t {
  kNoValue = 1,       // the attribute has none at the instant
  kNothingRelated,    // the relation leads nowhere at the instant
  kSeveralRelated,    // it should lead to one entity, and leads to more
  kErased,            // the person was erased
  kUnreadable,        // the value cannot be read as its type
  kAmbiguous,         // it can be read in several ways
  kImprecise,         // the values agree as far as they go: a month, a day
  kOtherUnit,         // another currency, or kind of quantity
  kNotRepresentable,  // the result is no exact number, or no time there is
  kEmpty,             // the least or greatest of nothing
  kNoBeginning,       // it has been so since ever
  kTooManyRelated,    // limits::kRuleRelatedMax
  kTooManySteps,      // limits::kRuleStepsMax
};
inline constexpr UndecidedReason kUndecidedReasonLast =
    UndecidedReason::kTooManySteps;

// "NO_VALUE"
absl::string_view UndecidedReasonName(UndecidedReason reason);
// "there is no value"
absl::string_view UndecidedReasonText(UndecidedReason reason);

struct Undecided {
  UndecidedReason reason = UndecidedReason::kNoValue;
  // The attribute or relation that it is of: "line.amount"; may be empty. Never
  // a value.
  std::string of;

  // "there is no value: line.amount"
  std::string Text() const;
};

// One value. Numbers are Decimals, of integers too. Money and Quantity without
// a currency or unit are zero, and nothing of any.
struct Operand {
  std::variant<Undecided, Scalar, EntityId> what;
  // Of Instant and Duration: by how much it grows while time does, for now() is
  // part of it.
  int64_t slope = 0;
  // Of a value that may mean something else besides: how it was read.
  std::shared_ptr<const Reading> ambiguous = nullptr;

  const Undecided* undecided() const { return std::get_if<Undecided>(&what); }
  const EntityId* entity() const { return std::get_if<EntityId>(&what); }
  const Scalar* scalar() const { return std::get_if<Scalar>(&what); }
  // nullptr where it is not a T.
  template <typename T>
  const T* Get() const {
    const Scalar* value = scalar();
    return value == nullptr ? nullptr : std::get_if<T>(value);
  }
  bool IsTruth(bool truth) const {
    const auto* boolean = Get<Boolean>();
    return boolean != nullptr && boolean->truth == truth;
  }
};

Operand TruthOperand(bool truth);
Operand UndecidedOperand(UndecidedReason reason, std::string of = "");
// How a person reads it: "40 EUR", "order/o-7", "undecided (...)". Personal.
std::string Write(const Operand& operand);

// What an expression gives: one operand, or any number of them.
struct Result {
  bool many = false;
  absl::InlinedVector<Operand, 1> items;
  // Of many: there may be members that are not among `items`, and those may not
  // be all; why.
  std::optional<Undecided> open = std::nullopt;

  static Result One(Operand operand);
  const Operand& one() const { return items.front(); }
};

// Three-valued logic (Kleene): what is not decided stays so, unless the other
// side decides alone.
Operand Not(const Operand& a);
Operand And(const Operand& a, const Operand& b);
Operand Or(const Operand& a, const Operand& b);

// How long an answer holds without a write.
class Horizon {
 public:
  explicit Horizon(absl::Time at) : at_(at) {}

  absl::Time at() const { return at_; }
  absl::Time stable_until() const { return stable_until_; }

  // Something that was looked at holds until `end`.
  void NoteEnd(absl::Time end);
  // Whether `distance`, which grows by `slope` with every microsecond, is
  // negative was asked.
  void NoteSign(absl::int128 distance, int64_t slope);

 private:
  const absl::Time at_;
  absl::Time stable_until_ = absl::InfiniteFuture();
};

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_OPERAND_H_
