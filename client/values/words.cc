#include "client/values/words.h"

namespace concordat::values {
namespace {

constexpr Word kTypes[] = {
    {"text", "any text: letter case and white space do not count"},
    {"code", "a word of a closed list, declared by the key aliases"},
    {"integer", "a whole number: 1,234"},
    {"decimal", "a number: 40.50"},
    {"money", "an amount with its currency: 40,50 EUR"},
    {"boolean", "true or false: yes, nein"},
    {"date", "a day: 2026-11-21, 21.11.2026"},
    {"time_of_day", "a time: 14:30, 2:30 p.m."},
    {"instant", "a date with a time and its zone: 2026-11-21T14:30:00Z"},
    {"phone", "a telephone number: +49 30 12345"},
    {"email", "an e-mail address: ada@example.com"},
    {"person_name", "a person's full name: Lovelace, Ada"},
    {"organisation_name", "a company's name: Example GmbH"},
    {"postal_address", "a postal address or parts of one: 1 Hill St, Leeds"},
    {"quantity", "a number with its unit: 1.5 kg"},
    {"duration", "a length of time: 90 min, PT1H30M"},
    {"set", "members of any order: garden; books"},
};

constexpr Word kKeys[] = {
    {"region", "country of numbers and addresses without one: region=DE"},
    {"locale",
     "language and country; gives region, date order and decimal "
     "mark: locale=de_DE"},
    {"date_order", "of dates in numbers, DMY, MDY or YMD: date_order=DMY"},
    {"decimal_mark", "a point or a comma: decimal_mark=."},
    {"currency", "of amounts without one: currency=EUR"},
    {"timezone", "of instants without one: timezone=Europe/Berlin"},
    {"two_digit_year_pivot",
     "last year of the hundred that two-digit years "
     "lie in: two_digit_year_pivot=2030"},
    {"unit", "of quantities without one: unit=kg"},
    {"rounding", "numbers are shown in multiples of it: rounding=0.05"},
    {"tolerance_abs", "by how much a number may be off: tolerance_abs=0.01"},
    {"tolerance_rel", "the same as a share of it: tolerance_rel=0.001"},
    {"set_separator", "between the members of a set: set_separator=|"},
    {"aliases",
     "codes and their other writings: "
     "aliases=gold:GOLD|Or,silver:Argent"},
    {"nicknames", "for person_name: Bob is Robert: nicknames=on"},
    {"provider_rules",
     "for email: mailboxes delivered alike are the same: "
     "provider_rules=on"},
    {"confusables",
     "for text: characters that look alike are the same: "
     "confusables=on"},
    {"ordered", "for set: order and repetition count: ordered=on"},
};

}  // namespace

absl::Span<const Word> PairTypes() { return kTypes; }

absl::Span<const Word> ContextKeys() { return kKeys; }

}  // namespace concordat::values
