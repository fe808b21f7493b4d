#include "client/simulate/writing.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/simulate/people.h"

namespace concordat::simulate {
namespace {

// Upper case for ASCII and the Latin-1 letters of our names; others stay.
std::string UpperCase(absl::string_view text) {
  constexpr char kLatin1Lead = '\xc3';
  constexpr unsigned char kSharpS = 0x9f;
  constexpr unsigned char kSmallFirst = 0xa0;
  constexpr unsigned char kSmallLast = 0xbe;
  constexpr unsigned char kDivision = 0xb7;
  std::string upper;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (i > 0 && text[i - 1] == kLatin1Lead) {
      if (byte == kSharpS) {
        upper.back() = 'S';
        upper.push_back('S');
        continue;
      }
      if (byte >= kSmallFirst && byte <= kSmallLast && byte != kDivision) {
        upper.push_back(static_cast<char>(byte - 0x20));
        continue;
      }
    }
    upper.push_back(absl::ascii_toupper(byte));
  }
  return upper;
}

std::string WriteText(const ChannelInfo& channel, const std::string& value,
                      Random& random) {
  if (channel.upper_case) return UpperCase(value);
  if (random.PerMille(40)) return absl::StrCat(value, " ");
  if (random.PerMille(20)) return absl::AsciiStrToUpper(value);
  return value;
}

std::string WriteCode(const ChannelInfo& channel, Attr attribute,
                      absl::string_view value) {
  for (const CodeName& code : InfoOf(attribute).codes) {
    if (value != code.code) continue;
    switch (channel.codes) {
      case CodeStyle::kGerman:
        return code.german;
      case CodeStyle::kEnglish:
        return code.english;
      case CodeStyle::kUpper:
        return absl::AsciiStrToUpper(value);
      case CodeStyle::kLetter:
        if (attribute != Attr::kTier) return UpperCase(code.german);
        return absl::AsciiStrToUpper(value.substr(0, 1));
      case CodeStyle::kCode:
        break;
    }
  }
  return std::string(value);
}

// Digits in groups of three, as the other mark than the decimal one does it.
std::string Group(absl::string_view digits, char decimal_mark) {
  const char mark = decimal_mark == ',' ? '.' : ',';
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped.push_back(mark);
    grouped.push_back(digits[i]);
  }
  return grouped;
}

std::string WriteDecimal(const ChannelInfo& channel, absl::string_view value) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(value, absl::MaxSplits('.', 1));
  return absl::StrCat(Group(parts.first, channel.decimal_mark),
                      absl::string_view(&channel.decimal_mark, 1),
                      parts.second);
}

std::string WriteMoney(const ChannelInfo& channel, const std::string& value,
                       Random& random) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(value, ' ');
  std::string amount = WriteDecimal(channel, parts.first);
  if (parts.second == channel.currency && random.PerMille(400)) return amount;
  if (parts.second == "EUR" && random.PerMille(500)) {
    return channel.decimal_mark == ',' ? absl::StrCat(amount, " €")
                                       : absl::StrCat("€", amount);
  }
  if (random.PerMille(300)) return absl::StrCat(parts.second, " ", amount);
  return absl::StrCat(amount, " ", parts.second);
}

std::string WriteDate(const ChannelInfo& channel, const std::string& value) {
  const absl::string_view text = value;
  const absl::string_view year = text.substr(0, 4);
  const absl::string_view month = text.substr(5, 2);
  const absl::string_view day = text.substr(8, 2);
  switch (channel.dates) {
    case DateStyle::kDots:
      return absl::StrCat(day, ".", month, ".", year);
    case DateStyle::kDotsShort:
      return absl::StrCat(day, ".", month, ".", year.substr(2));
    case DateStyle::kSlashesDmy:
      return absl::StrCat(day, "/", month, "/", year);
    case DateStyle::kSlashesMdy:
      return absl::StrCat(month, "/", day, "/", year);
    case DateStyle::kIso:
      break;
  }
  return value;
}

// "14:30" or "14:30:20".
std::string WriteTimeOfDay(const ChannelInfo& channel,
                           const std::string& value) {
  int hour = 0;
  if (!channel.twelve_hours || !absl::SimpleAtoi(value.substr(0, 2), &hour)) {
    return value;
  }
  return absl::StrCat((hour + 11) % 12 + 1, value.substr(2),
                      hour < 12 ? " AM" : " PM");
}

std::string WritePhone(const ChannelInfo& channel, const std::string& value,
                       Random& random) {
  const absl::string_view number = value;
  if (channel.calling_code != nullptr &&
      absl::StartsWith(number, channel.calling_code) && random.PerMille(700)) {
    const absl::string_view national =
        number.substr(absl::string_view(channel.calling_code).size());
    if (channel.trunk[0] == '\0') {
      return absl::StrCat("(", national.substr(0, 3), ") ",
                          national.substr(3, 3), "-", national.substr(6));
    }
    return absl::StrCat(channel.trunk, national.substr(0, 3),
                        random.PerMille(500) ? "/" : " ", national.substr(3));
  }
  // Country codes are of one digit (+1) or of two, in this world.
  const size_t code = absl::StartsWith(number, "+1") ? 2 : 3;
  if (random.PerMille(300) && channel.trunk != nullptr &&
      absl::string_view(channel.trunk) == "0") {
    return absl::StrCat("00", number.substr(1, code - 1), " ",
                        number.substr(code));
  }
  return absl::StrCat(number.substr(0, code), " ", number.substr(code, 3), " ",
                      number.substr(code + 3));
}

std::string WriteSet(const ChannelInfo& channel, Attr attribute,
                     const std::string& value, Random& random) {
  std::vector<std::string> members = absl::StrSplit(value, "; ");
  for (std::string& member : members) {
    member = WriteCode(channel, attribute, member);
  }
  const uint32_t size = static_cast<uint32_t>(members.size());
  std::rotate(members.begin(), members.begin() + random.Below(size),
              members.end());
  return absl::StrJoin(members, absl::StrCat(channel.set_separator, " "));
}

constexpr const char* kGarbage[] = {"see notes", "tbd-7", "pending call back",
                                    "ask the customer"};

}  // namespace

std::string WriteValue(const ChannelInfo& channel, Attr attribute,
                       const std::string& value, Random& random) {
  if (value.empty()) return channel.absence;
  switch (InfoOf(attribute).type) {
    case ValueType::kText:
      return WriteText(channel, value, random);
    case ValueType::kCode:
      return WriteCode(channel, attribute, value);
    case ValueType::kCodeSet:
      return WriteSet(channel, attribute, value, random);
    case ValueType::kInteger:
      return Group(value, channel.decimal_mark);
    case ValueType::kDecimal:
      return WriteDecimal(channel, value);
    case ValueType::kMoney:
      return WriteMoney(channel, value, random);
    case ValueType::kBoolean:
      return value == "true" ? channel.yes : channel.no;
    case ValueType::kDate:
      return WriteDate(channel, value);
    case ValueType::kTimeOfDay:
      return WriteTimeOfDay(channel, value);
    case ValueType::kInstant:
      if (random.PerMille(500)) return value;
      return absl::StrCat(value.substr(0, 19), "+00:00");
    case ValueType::kPhone:
      return WritePhone(channel, value, random);
    case ValueType::kEmail:
      return channel.upper_case ? absl::AsciiStrToUpper(value) : value;
  }
  return value;
}

std::string WritePhoneWithoutCountry(const std::string& value) {
  const absl::string_view number = value;
  const size_t code = absl::StartsWith(number, "+1") ? 2 : 3;
  return absl::StrCat(number.substr(code, 3), " ", number.substr(code + 3));
}

std::string WriteUnreadable(const ChannelInfo& channel, Attr attribute,
                            Random& random) {
  switch (InfoOf(attribute).type) {
    case ValueType::kText:
      return "";
    case ValueType::kDate:
      if (channel.dates == DateStyle::kIso && channel.upper_case &&
          random.PerMille(700)) {
        // Billing declares no order: two days in one writing.
        const uint32_t day = 1 + random.Below(12);
        const uint32_t month = (day + random.Below(11)) % 12 + 1;
        return absl::StrCat(absl::Dec(day, absl::kZeroPad2), "/",
                            absl::Dec(month, absl::kZeroPad2), "/2026");
      }
      return random.PerMille(500) ? "2026-02-30" : "next week";
    case ValueType::kTimeOfDay:
      return random.PerMille(500) ? "25:61" : "in the evening";
    case ValueType::kMoney:
      return random.PerMille(500) ? "about forty" : "12,3,4 EUR";
    case ValueType::kEmail:
      return random.PerMille(500) ? "no at sign.example" : "anna(at)example";
    default:
      return kGarbage[random.Below(4)];
  }
}

}  // namespace concordat::simulate
