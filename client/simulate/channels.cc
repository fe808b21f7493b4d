#include "client/simulate/channels.h"

namespace concordat::simulate {
namespace {

constexpr int64_t kMinute = 60;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

constexpr Terms kWeb[] = {
    {Attr::kGivenName, true},
    {Attr::kFamilyName, true},
    {Attr::kEmail, true},
    {Attr::kPhone, false},
    {Attr::kBirthDate, false},
    {Attr::kLoyaltyNumber, false},
    {Attr::kTier, true},
    {Attr::kLoyaltyPoints, false, kHour},
    {Attr::kBalanceDue, false},
    {Attr::kDeliveryCity, true},
    {Attr::kBillingCity, false},
    {Attr::kCountry, false},
    {Attr::kMarketingConsent, true, 5 * kMinute},
    {Attr::kPreferredLanguage, false},
    {Attr::kInterests, false},
    {Attr::kCustomerSince, false},
    {Attr::kLastLogin, false},
    {Attr::kPreferredContactTime, false},
    {Attr::kStatus, true},
    {Attr::kTotal, true},
    {Attr::kDeliveryDate, false},
    {Attr::kPlacedAt, false},
};
constexpr Terms kApp[] = {
    {Attr::kGivenName, false},
    {Attr::kFamilyName, false},
    {Attr::kEmail, true},
    {Attr::kPhone, false},
    {Attr::kLoyaltyNumber, true},
    {Attr::kTier, true},
    {Attr::kLoyaltyPoints, true},
    {Attr::kDeliveryCity, false},
    {Attr::kMarketingConsent, false},
    {Attr::kPreferredLanguage, false},
    {Attr::kInterests, false},
    {Attr::kLastLogin, false},
    {Attr::kPreferredContactTime, false},
    {Attr::kStatus, true},
    {Attr::kTotal, false},
    {Attr::kDeliveryDate, false, 30 * kMinute},
};
constexpr Terms kCallCentre[] = {
    {Attr::kGivenName, true},
    {Attr::kFamilyName, true},
    {Attr::kEmail, false},
    {Attr::kPhone, true},
    {Attr::kBirthDate, false},
    {Attr::kLoyaltyNumber, false},
    {Attr::kTier, true, kDay},
    {Attr::kBalanceDue, false},
    {Attr::kDeliveryCity, false},
    {Attr::kBillingCity, false},
    {Attr::kCountry, false},
    {Attr::kMarketingConsent, false},
    {Attr::kPreferredLanguage, false},
    {Attr::kCustomerSince, false},
    {Attr::kPreferredContactTime, false},
    {Attr::kStatus, false},
    {Attr::kTotal, false},
    {Attr::kDeliveryDate, true},
};
constexpr Terms kPartnerCentre[] = {
    {Attr::kGivenName, false},
    {Attr::kFamilyName, true},
    {Attr::kPhone, true},
    {Attr::kTier, true},
    {Attr::kDeliveryCity, false},
    {Attr::kPreferredLanguage, false},
    {Attr::kPreferredContactTime, false},
    {Attr::kStatus, false, 4 * kHour},
    {Attr::kDeliveryDate, false},
};
constexpr Terms kShop[] = {
    {Attr::kGivenName, false},
    {Attr::kFamilyName, false},
    {Attr::kEmail, false},
    {Attr::kBirthDate, false},
    {Attr::kLoyaltyNumber, true},
    {Attr::kTier, true},
    {Attr::kLoyaltyPoints, false},
    {Attr::kMarketingConsent, false, kHour},
    {Attr::kDiscountRate, false},
};
constexpr Terms kBillingTerms[] = {
    {Attr::kGivenName, false},
    {Attr::kFamilyName, true},
    {Attr::kEmail, true},
    {Attr::kPhone, false},
    {Attr::kBirthDate, false},
    {Attr::kBalanceDue, true, 10 * kMinute},
    {Attr::kBalanceNet, false},
    {Attr::kDeliveryCity, false},
    {Attr::kBillingCity, true},
    {Attr::kCountry, false},
    {Attr::kCustomerSince, false},
    {Attr::kDiscountRate, false},
    {Attr::kTotal, true},
    {Attr::kTotalNet, false},
    {Attr::kDeliveryDate, false},
    {Attr::kPlacedAt, false},
};

constexpr ChannelInfo kAll[kChannels] = {
    {"web", "W-", 800, false, 5, 15 * kMinute, "+49", "0", "EUR", ',', false,
     false, DateStyle::kDots, CodeStyle::kGerman, "ja", "nein", ";", "", false,
     {"12.0.4", "12.1.0", "12.1.1"}, kWeb},
    {"app", "A-", 600, false, 30, 5 * kMinute, "+49", "0", "EUR", '.', false,
     false, DateStyle::kIso, CodeStyle::kCode, "true", "false", ",", "", true,
     {"5.2.0", "5.3.0", "5.3.1"}, kApp},
    {"call_centre", "CC-", 700, false, 60, 4 * kHour, "+49", "0", "EUR", '.',
     true, false, DateStyle::kSlashesDmy, CodeStyle::kEnglish, "yes", "no",
     ";", "n/a", false, {"8.4", "8.5", "8.6"}, kCallCentre},
    {"partner_centre", "P-", 400, true, 5 * kMinute, kDay, "+1", "", "USD",
     '.', true, false, DateStyle::kSlashesMdy, CodeStyle::kEnglish, "Y", "N",
     ";", "Not Available", true, {"2026R1", "2026R2", "2026R3"},
     kPartnerCentre},
    {"shop", "S-", 600, false, 2 * kMinute, 12 * kHour, "+49", "0", "EUR", ',',
     false, true, DateStyle::kDotsShort, CodeStyle::kLetter, "JA", "NEIN", ";",
     "-", false, {"31", "32", "33"}, kShop},
    {"billing", "B-", 900, false, 0, kHour, nullptr, nullptr, "EUR", ',',
     false, true, DateStyle::kIso, CodeStyle::kUpper, "1", "0", ";", "",
     false, {"4.0", "4.1", "4.2"}, kBillingTerms},
};

}  // namespace

const Terms* ChannelInfo::Find(Attr attribute) const {
  for (const Terms& terms : contract) {
    if (terms.attribute == attribute) return &terms;
  }
  return nullptr;
}

int64_t ChannelInfo::PromiseSeconds(Attr attribute) const {
  const Terms* terms = Find(attribute);
  return terms == nullptr || terms->promise_s < 0 ? promise_s
                                                  : terms->promise_s;
}

const ChannelInfo& ChannelAt(size_t channel) { return kAll[channel]; }

}  // namespace concordat::simulate
