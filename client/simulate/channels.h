// The channels of the simulated world: the contracts and writing habits that
// config/vocabularies/retail.yaml declares. A test compares the two.
#ifndef CONCORDAT_CLIENT_SIMULATE_CHANNELS_H_
#define CONCORDAT_CLIENT_SIMULATE_CHANNELS_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "client/simulate/attributes.h"

namespace concordat::simulate {

inline constexpr size_t kChannels = 6;
inline constexpr size_t kBilling = 5;

enum class DateStyle : uint8_t {
  kIso,         // 2026-04-13
  kDots,        // 13.04.2026
  kDotsShort,   // 13.04.26
  kSlashesDmy,  // 13/04/2026
  kSlashesMdy,  // 04/13/2026
};

enum class CodeStyle : uint8_t { kCode, kGerman, kEnglish, kUpper, kLetter };

// What a contract says of one attribute.
struct Terms {
  Attr attribute;
  bool required;
  // Seconds; -1: the channel's own.
  int64_t promise_s = -1;
};

struct ChannelInfo {
  const char* name;
  // Before the channel's own ids.
  const char* prefix;
  // How many of 1000 customers it knows.
  uint32_t reach_per_mille;
  bool partner;
  int64_t clock_skew_s;
  int64_t promise_s;
  // Country calling code and trunk prefix of its region, for national phone
  // numbers; nullptr: no region declared.
  const char* calling_code;
  const char* trunk;
  // For amounts without a currency; nullptr: none declared.
  const char* currency;
  char decimal_mark;
  bool twelve_hours;
  bool upper_case;
  DateStyle dates;
  CodeStyle codes;
  const char* yes;
  const char* no;
  const char* set_separator;
  // How it writes "there is none".
  const char* absence;
  // Writes attributes under their alias instead of their name.
  bool uses_aliases;
  // Three versions of its software; the second is the faulty one.
  const char* app_versions[3];
  absl::Span<const Terms> contract;

  // nullptr where it may not know the attribute.
  const Terms* Find(Attr attribute) const;
  int64_t PromiseSeconds(Attr attribute) const;
};

// `channel` < kChannels.
const ChannelInfo& ChannelAt(size_t channel);

}  // namespace concordat::simulate

#endif  // CONCORDAT_CLIENT_SIMULATE_CHANNELS_H_
