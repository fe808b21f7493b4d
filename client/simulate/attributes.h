// The attributes of the simulated world: those of
// config/vocabularies/retail.yaml that have facts or claims. A test compares
// the two.
#ifndef CONCORDAT_CLIENT_SIMULATE_ATTRIBUTES_H_
#define CONCORDAT_CLIENT_SIMULATE_ATTRIBUTES_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace concordat::simulate {

enum class Attr : uint8_t {
  // Of a customer.
  kGivenName,
  kFamilyName,
  kEmail,
  kPhone,
  kBirthDate,
  kLoyaltyNumber,
  kTier,
  kLoyaltyPoints,
  kBalanceDue,
  kBalanceNet,
  kDeliveryCity,
  kBillingCity,
  kCountry,
  kMarketingConsent,
  kPreferredLanguage,
  kInterests,
  kCustomerSince,
  kLastLogin,
  kPreferredContactTime,
  kDiscountRate,
  // Of an order.
  kStatus,
  kTotal,
  kTotalNet,
  kDeliveryDate,
  kPlacedAt,
  kNone,
};
inline constexpr size_t kAttrs = static_cast<size_t>(Attr::kNone);
inline constexpr size_t kFirstOrderAttr = static_cast<size_t>(Attr::kStatus);

enum class ValueType : uint8_t {
  kText,
  kCode,
  kCodeSet,
  kInteger,
  kDecimal,
  kMoney,
  kBoolean,
  kDate,
  kTimeOfDay,
  kInstant,
  kPhone,
  kEmail,
};

// One code with the German and the English word for it; both are aliases of
// it in the vocabulary.
struct CodeName {
  const char* code;
  const char* german;
  const char* english;
};

struct AttributeInfo {
  const char* name;
  // Another name in use for it, an alias in the vocabulary.
  const char* alias;
  ValueType type;
  bool identifying;
  // The attribute it is easily taken for; kNone where there is none.
  Attr confusable;
  // The system of record that writes its facts.
  const char* source;
  // For kCode and kCodeSet.
  absl::Span<const CodeName> codes;
};

const AttributeInfo& InfoOf(Attr attribute);

constexpr bool IsOrderAttr(Attr attribute) {
  return static_cast<size_t>(attribute) >= kFirstOrderAttr;
}

}  // namespace concordat::simulate

#endif  // CONCORDAT_CLIENT_SIMULATE_ATTRIBUTES_H_
