// Values in their normal form: what a written value means once its writing is
// taken away. Equal meaning is equal normal form.
#ifndef CONCORDAT_GRAPH_VALUE_H_
#define CONCORDAT_GRAPH_VALUE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "graph/values/contact.h"
#include "graph/values/number.h"
#include "graph/values/organisation_name.h"
#include "graph/values/person_name.h"
#include "graph/values/plain.h"
#include "graph/values/postal_address.h"
#include "graph/values/temporal.h"

namespace concordat {

enum class ValueType : uint8_t {
  kText,
  kCode,
  kInteger,
  kDecimal,
  kMoney,
  kBoolean,
  kDate,
  kTimeOfDay,
  kInstant,
  kPhone,
  kEmail,
  kPersonName,
  kOrganisationName,
  kPostalAddress,
  kQuantity,
  kDuration,
  kReference,
};

// All of them, in the order of the enumeration.
inline constexpr ValueType kValueTypes[] = {
    ValueType::kText,
    ValueType::kCode,
    ValueType::kInteger,
    ValueType::kDecimal,
    ValueType::kMoney,
    ValueType::kBoolean,
    ValueType::kDate,
    ValueType::kTimeOfDay,
    ValueType::kInstant,
    ValueType::kPhone,
    ValueType::kEmail,
    ValueType::kPersonName,
    ValueType::kOrganisationName,
    ValueType::kPostalAddress,
    ValueType::kQuantity,
    ValueType::kDuration,
    ValueType::kReference,
};

// "text", "time_of_day" ...: the name used in vocabularies and messages.
const char* ValueTypeName(ValueType type);

using Scalar =
    std::variant<Text, Code, Integer, Decimal, Money, Boolean, Date, TimeOfDay,
                 Instant, Phone, Email, PersonName, OrganisationName,
                 PostalAddress, Quantity, Duration, Reference>;

// One scalar; or, for an attribute that has many, a set of them or a list.
class Value {
 public:
  // A single value.
  explicit Value(Scalar scalar) { members_.push_back(std::move(scalar)); }
  // A set; order and repetition of `members` do not matter. May be empty.
  static Value Set(std::vector<Scalar> members);
  // A list; order and repetition count. May be empty.
  static Value List(std::vector<Scalar> members);

  // Whether it is a set or a list.
  bool is_many() const { return kind_ != Kind::kSingle; }
  bool is_list() const { return kind_ == Kind::kList; }
  // Of a set sorted by canonical writing and without repetition; exactly one
  // where not is_many().
  absl::Span<const Scalar> members() const { return members_; }
  const Scalar& scalar() const { return members_.front(); }

  // The canonical writing, equal for equal values: "2026-11-21", "14:30",
  // "40.5 EUR", "+493012345", "gold". Members are joined by "; "; an only one
  // with another separator in it ends with ";".
  std::string Canonical() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  enum class Kind : uint8_t { kSingle, kSet, kList };

  explicit Value(Kind kind) : kind_(kind) {}

  Kind kind_ = Kind::kSingle;
  // Inline, for almost every value is a single one.
  absl::InlinedVector<Scalar, 1> members_;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUE_H_
