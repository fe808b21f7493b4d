// Addresses in Chinese characters, kana and Hangul. They go from the large to
// the small, and each name ends with what it is: 県, 市, 区, 路, 号; 시, 구,
// 로.
#include <unicode/translit.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "graph/readers/postal_address.h"
#include "graph/text.h"

namespace concordat::readers::address {
namespace {

using Kind = AddressPartKind;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Traditional characters as simplified ones: the same street in Taipei is
// written with both. Japanese forms stay as they are on both sides alike.
std::string Simplified(absl::string_view text) {
  static const icu::Transliterator* const kSimplify = [] {
    UErrorCode status = U_ZERO_ERROR;
    return icu::Transliterator::createInstance("Traditional-Simplified",
                                               UTRANS_FORWARD, status);
  }();
  if (kSimplify == nullptr) return std::string(text);
  icu::UnicodeString wide = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  kSimplify->transliterate(wide);
  std::string simple;
  wide.toUTF8String(simple);
  return simple;
}

struct Ending {
  absl::string_view text;
  Kind kind;
};

// What a name ends with, in simplified characters.
constexpr Ending kNameEndings[] = {
    {"特别行政区", Kind::kRegion}, {"自治区", Kind::kRegion},
    {"都", Kind::kRegion},         {"道", Kind::kRegion},
    {"府", Kind::kRegion},         {"县", Kind::kRegion},
    {"省", Kind::kRegion},         {"市", Kind::kLocality},
    {"区", Kind::kLocality},       {"郡", Kind::kLocality},
    {"镇", Kind::kLocality},       {"乡", Kind::kLocality},
    {"街道", Kind::kLocality},
};

// What a number ends with. The empty kinds join the numbers of one house.
constexpr Ending kNumberEndings[] = {
    {"丁目", Kind::kHouseNumber}, {"番地", Kind::kHouseNumber},
    {"番", Kind::kHouseNumber},   {"号室", Kind::kUnit},
    {"号楼", Kind::kBuilding},    {"号", Kind::kHouseNumber},
    {"弄", Kind::kHouseNumber},   {"之", Kind::kHouseNumber},
    {"の", Kind::kHouseNumber},   {"单元", Kind::kStaircase},
    {"室", Kind::kUnit},          {"栋", Kind::kBuilding},
    {"幢", Kind::kBuilding},      {"座", Kind::kBuilding},
    {"楼", Kind::kFloor},         {"层", Kind::kFloor},
    {"阶", Kind::kFloor},         {"階", Kind::kFloor},
    {"f", Kind::kFloor},          {"번지", Kind::kHouseNumber},
    {"동", Kind::kBuilding},      {"호", Kind::kUnit},
    {"층", Kind::kFloor},         {"-", Kind::kHouseNumber},
};

// Regions that are written with and without what they are.
struct Short {
  absl::string_view name;
  absl::string_view ending;
};
constexpr Short kShortRegions[] = {
    {"北京", "市"},         {"上海", "市"},         {"天津", "市"},
    {"重庆", "市"},         {"东京", "都"},         {"大阪", "府"},
    {"京都", "府"},         {"北海", "道"},         {"台北", "市"},
    {"서울", "특별시"},     {"부산", "광역시"},     {"대구", "광역시"},
    {"인천", "광역시"},     {"광주", "광역시"},     {"대전", "광역시"},
    {"울산", "광역시"},     {"경기", "도"},         {"강원", "도"},
    {"세종", "특별자치시"}, {"제주", "특별자치도"},
};

constexpr absl::string_view kNumerals[] = {"〇", "一", "二", "三", "四",
                                           "五", "六", "七", "八", "九"};

size_t PointSize(absl::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return std::min(size, text.size());
}

// The value of the numeral at the start of `text`, -1 for none; 10 for ten.
int NumeralAt(absl::string_view text) {
  for (int i = 0; i < 10; ++i) {
    if (absl::StartsWith(text, kNumerals[i])) return i;
  }
  return absl::StartsWith(text, "十") ? 10 : -1;
}

// Numerals before "丁目", "号" and the like become digits: 六丁目 is 6丁目.
std::string WithDigits(absl::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t to = at;
    int value = 0;
    for (int count = 0; to < text.size() && count < 3; ++count) {
      const int numeral = NumeralAt(text.substr(to));
      if (numeral < 0) break;
      value = numeral == 10 ? std::max(value, 1) * 10
              : value >= 10 ? value + numeral
                            : value * 10 + numeral;
      to += 3;
    }
    const absl::string_view rest = text.substr(to);
    bool counted = false;
    for (const absl::string_view ending :
         {"丁目", "番", "号", "楼", "层", "段", "巷", "弄", "栋", "单元"}) {
      counted = counted || absl::StartsWith(rest, ending);
    }
    if (to > at && counted) {
      absl::StrAppend(&out, value);
      at = to;
      continue;
    }
    const size_t size = PointSize(text.substr(at));
    absl::StrAppend(&out, text.substr(at, size));
    at += size;
  }
  return out;
}

// Cuts the postcode: behind its mark, or at an end.
std::string TakePostcodeOf(absl::string_view text, PostalAddress* address) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (!IsDigit(text[at])) {
      out.push_back(text[at++]);
      continue;
    }
    size_t end = at;
    std::string digits;
    while (end < text.size() && (IsDigit(text[end]) || text[end] == '-')) {
      if (text[end] != '-') digits.push_back(text[end]);
      ++end;
    }
    const absl::string_view group = text.substr(at, end - at);
    const bool at_edge =
        at == 0 || end == text.size() || out.empty() || text[end] == ' ';
    const bool shape =
        (digits.size() == 7 && (group.size() == 7 || group[3] == '-')) ||
        ((digits.size() == 6 || digits.size() == 5) && group == digits);
    if (at_edge && shape && address->Find(Kind::kPostcode) == nullptr) {
      address->Add(Kind::kPostcode, digits);
      out.push_back(' ');
    } else {
      absl::StrAppend(&out, group);
    }
    at = end;
  }
  return out;
}

// Reads from the large to the small.
class Walker {
 public:
  Walker(absl::string_view text, PostalAddress* address)
      : text_(text), address_(*address) {}

  void Run() {
    TakeShortRegion();
    while (!text_.empty() && address_.parts.size() <= kPartsMax) Step();
    Word();
    Flush();
    while (absl::EndsWith(house_, "-")) house_.pop_back();
    address_.Add(Kind::kHouseNumber, house_);
  }

 private:
  void TakeShortRegion() {
    text_ = absl::StripLeadingAsciiWhitespace(text_);
    for (const Short& row : kShortRegions) {
      if (!absl::StartsWith(text_, row.name)) continue;
      address_.Add(Kind::kRegion, row.name);
      text_.remove_prefix(row.name.size());
      if (!absl::ConsumePrefix(&text_, row.ending)) {
        absl::ConsumePrefix(&text_, "시");
      }
      return;
    }
  }

  void Step() {
    if (IsDigit(text_[0])) {
      Number();
      return;
    }
    if (text_[0] == ' ' || text_[0] == ',' || text_[0] == '(' ||
        text_[0] == ')') {
      text_.remove_prefix(1);
      Word();
      return;
    }
    // In Korean and Chinese a street ends so; the number follows.
    if (!street_done_ && !name_.empty()) {
      for (const Ending& ending : kNameEndings) {
        if (!absl::StartsWith(text_, ending.text)) continue;
        // 道 is Hokkaido's alone; a prefecture comes first.
        if (ending.kind == Kind::kRegion &&
            address_.Find(Kind::kRegion) != nullptr) {
          if (ending.text != "县") continue;
          Close(Kind::kLocality, ending.text);
          return;
        }
        if (ending.text == "道" || ending.text == "府" || ending.text == "都") {
          continue;
        }
        Close(ending.kind, ending.text);
        return;
      }
    }
    const size_t size = PointSize(text_);
    // Of ASCII only letters and digits are a name's.
    const auto byte = static_cast<unsigned char>(text_[0]);
    if (byte >= 0x80 || absl::ascii_isalnum(byte)) {
      absl::StrAppend(&name_, text_.substr(0, size));
    }
    text_.remove_prefix(size);
  }

  void Close(Kind kind, absl::string_view ending) {
    absl::StrAppend(&name_, ending);
    text_.remove_prefix(ending.size());
    address_.Add(kind, name_);
    name_.clear();
  }

  // At the end of a Korean word.
  void Word() {
    if (name_.empty()) return;
    for (const absl::string_view ending :
         {"시", "군", "구", "읍", "면", "동", "리"}) {
      if (!absl::EndsWith(name_, ending) || street_done_) continue;
      address_.Add(Kind::kLocality, name_);
      name_.clear();
      return;
    }
    if (absl::EndsWith(name_, "도") && street_done_ == false &&
        address_.Find(Kind::kRegion) == nullptr) {
      address_.Add(Kind::kRegion, name_);
      name_.clear();
      return;
    }
    if (absl::EndsWith(name_, "로") || absl::EndsWith(name_, "길")) Flush();
  }

  // What has gathered is the street, or behind it the building.
  void Flush() {
    if (name_.empty()) return;
    if (!street_done_) {
      // A single name and nothing else is a place.
      const bool place =
          text_.empty() && house_.empty() && address_.parts.empty();
      address_.Add(place ? Kind::kLocality : Kind::kStreet, name_);
      street_done_ = true;
    } else {
      address_.Add(Kind::kHouseName, name_);
    }
    name_.clear();
  }

  void Number() {
    const size_t size =
        std::min(text_.find_first_not_of("0123456789"), text_.size());
    const std::string digits = NumberKey(text_.substr(0, size));
    text_.remove_prefix(size);
    // 2路, 3街, 12길: the number is in the street's name.
    if (!street_done_) {
      for (const absl::string_view part :
           {"路", "街", "段", "巷", "条", "길", "로", "번길", "环"}) {
        if (!absl::StartsWith(text_, part)) continue;
        absl::StrAppend(&name_, digits, part);
        text_.remove_prefix(part.size());
        return;
      }
    }
    Kind kind = Kind::kHouseNumber;
    for (const Ending& ending : kNumberEndings) {
      if (!absl::ConsumePrefix(&text_, ending.text)) continue;
      kind = ending.kind;
      break;
    }
    absl::ConsumePrefix(&text_, "の");
    if (kind != Kind::kHouseNumber) {
      if (!street_done_) Flush();
      address_.Add(kind, digits);
      return;
    }
    Flush();
    street_done_ = true;
    absl::StrAppend(&house_, digits, "-");
  }

  absl::string_view text_;
  PostalAddress& address_;
  std::string name_;
  std::string house_;
  bool street_done_ = false;
};

}  // namespace

bool HasEastAsian(absl::string_view writing) {
  for (size_t i = 0; i + 1 < writing.size(); ++i) {
    const auto lead = static_cast<unsigned char>(writing[i]);
    // U+3040 to U+D7FF without punctuation; U+20000 and above.
    if ((lead == 0xE3 && static_cast<unsigned char>(writing[i + 1]) > 0x80) ||
        (lead >= 0xE4 && lead <= 0xED) ||
        (lead == 0xF0 && static_cast<unsigned char>(writing[i + 1]) >= 0xA0)) {
      return true;
    }
  }
  return false;
}

PostalAddress ReadEastAsian(absl::string_view writing, const Manner& manner) {
  PostalAddress address;
  std::string text = Simplified(writing);
  if (!manner.In("kr")) text = WithDigits(text);
  text = absl::StrReplaceAll(text, {{"〒", ""},
                                    {"邮编", " "},
                                    {"邮政编码", " "},
                                    {"ー", "-"},
                                    {"−", "-"},
                                    {"、", " "},
                                    {":", " "},
                                    {"：", " "},
                                    {"大韩民国", " "}});
  struct Country {
    absl::string_view name;
    absl::string_view code;
  };
  for (const Country& country : {Country{"日本国", "jp"},
                                 {"日本", "jp"},
                                 {"中华人民共和国", "cn"},
                                 {"中国", "cn"},
                                 {"대한민국", "kr"},
                                 {"한국", "kr"},
                                 {"台湾", "tw"}}) {
    const absl::string_view before = absl::StripAsciiWhitespace(text);
    // "日本橋" is a quarter of Tokyo.
    if (!absl::StartsWith(before, country.name) ||
        absl::StartsWith(before, "日本桥")) {
      continue;
    }
    address.Add(Kind::kCountry, country.code);
    text = std::string(before.substr(country.name.size()));
    break;
  }
  text = TakePostcodeOf(absl::StripAsciiWhitespace(text), &address);
  Walker(absl::StripAsciiWhitespace(text), &address).Run();
  // What was cut may compose with its new neighbour.
  PostalAddress folded;
  for (const AddressPart& part : address.parts) {
    folded.Add(part.kind, FoldText(part.key));
  }
  return folded;
}

}  // namespace concordat::readers::address
