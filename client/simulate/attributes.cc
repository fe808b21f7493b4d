#include "client/simulate/attributes.h"

namespace concordat::simulate {
namespace {

constexpr CodeName kTiers[] = {
    {"bronze", "Bronze", "Bronze Member"},
    {"silver", "Silber", "Silver Member"},
    {"gold", "Gold", "Gold Member"},
    {"platinum", "Platin", "Platinum Member"},
};
constexpr CodeName kOrderStatuses[] = {
    {"placed", "bestellt", "ordered"},
    {"paid", "bezahlt", "payment received"},
    {"shipped", "versandt", "dispatched"},
    {"delivered", "zugestellt", "handed over"},
    {"cancelled", "storniert", "canceled"},
    {"returned", "retourniert", "sent back"},
};
constexpr CodeName kLanguages[] = {
    {"de", "Deutsch", "German"},     {"en", "Englisch", "English"},
    {"fr", "Französisch", "French"}, {"it", "Italienisch", "Italian"},
    {"es", "Spanisch", "Spanish"},   {"tr", "Türkisch", "Turkish"},
};
constexpr CodeName kCountries[] = {
    {"DE", "Deutschland", "Germany"},
    {"AT", "Österreich", "Austria"},
    {"GB", "Großbritannien", "United Kingdom"},
    {"US", "Vereinigte Staaten", "United States"},
};
constexpr CodeName kInterests[] = {
    {"garden", "Garten", "gardening"},
    {"kitchen", "Küche", "cooking"},
    {"fashion", "Mode", "clothing"},
    {"sports", "Sport", "athletics"},
    {"books", "Bücher", "reading"},
    {"toys", "Spielzeug", "games"},
    {"music", "Musik", "records"},
    {"diy", "Heimwerken", "home improvement"},
};

using enum ValueType;

constexpr AttributeInfo kAttributes[kAttrs] = {
    {"given_name", "givenName", kText, false, Attr::kNone, "crm", {}},
    {"family_name", "familyName", kText, false, Attr::kNone, "crm", {}},
    {"email", "email_address", kEmail, true, Attr::kNone, "crm", {}},
    {"phone", "phone_number", kPhone, true, Attr::kNone, "crm", {}},
    {"birth_date", "birthdate", kDate, false, Attr::kNone, "crm", {}},
    {"loyalty_number", "memberNumber", kText, true, Attr::kNone, "loyalty", {}},
    {"tier", "loyaltyTier", kCode, false, Attr::kNone, "loyalty", kTiers},
    {"loyalty_points", "points", kInteger, false, Attr::kNone, "loyalty", {}},
    {"balance_due",
     "totalPaymentDue",
     kMoney,
     false,
     Attr::kBalanceNet,
     "erp",
     {}},
    {"balance_net", "netBalance", kMoney, false, Attr::kBalanceDue, "erp", {}},
    {"delivery_city",
     "shipping_city",
     kText,
     false,
     Attr::kBillingCity,
     "crm",
     {}},
    {"billing_city",
     "invoice_city",
     kText,
     false,
     Attr::kDeliveryCity,
     "erp",
     {}},
    {"country", "addressCountry", kCode, false, Attr::kNone, "crm", kCountries},
    {"marketing_consent",
     "newsletter",
     kBoolean,
     false,
     Attr::kNone,
     "crm",
     {}},
    {"preferred_language", "locale", kCode, false, Attr::kNone, "crm",
     kLanguages},
    {"interests", "knowsAbout", kCodeSet, false, Attr::kNone, "crm",
     kInterests},
    {"customer_since", "createdAt", kDate, false, Attr::kNone, "crm", {}},
    {"last_login", "lastSeen", kInstant, false, Attr::kNone, "accounts", {}},
    {"preferred_contact_time",
     "callAt",
     kTimeOfDay,
     false,
     Attr::kNone,
     "crm",
     {}},
    {"discount_rate", "discount", kDecimal, false, Attr::kNone, "erp", {}},
    {"status", "orderStatus", kCode, false, Attr::kNone, "oms", kOrderStatuses},
    {"total", "totalPrice", kMoney, false, Attr::kTotalNet, "oms", {}},
    {"total_net", "netPrice", kMoney, false, Attr::kTotal, "oms", {}},
    {"delivery_date", "expectedArrival", kDate, false, Attr::kNone, "oms", {}},
    {"placed_at", "orderDate", kInstant, false, Attr::kNone, "oms", {}},
};

}  // namespace

const AttributeInfo& InfoOf(Attr attribute) {
  return kAttributes[static_cast<size_t>(attribute)];
}

}  // namespace concordat::simulate
