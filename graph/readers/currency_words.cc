#include "graph/readers/currency_words.h"

#include <unicode/locid.h>
#include <unicode/ucurr.h>
#include <unicode/uenum.h>
#include <unicode/unistr.h>

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "graph/readers/number_text.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

// Languages whose names of currencies are understood.
constexpr const char* kNameLanguages[] = {
    "en", "de", "fr", "es", "pt", "it", "nl", "pl", "cs",     "sk",
    "sl", "hr", "sr", "hu", "ro", "bg", "ru", "uk", "el",     "tr",
    "sv", "nb", "da", "fi", "et", "lv", "lt", "ar", "he",     "fa",
    "hi", "th", "vi", "id", "ms", "ja", "ko", "zh", "zh_Hant"};

// The forms that languages give to numbers, by CLDR's names.
constexpr const char* kPluralForms[] = {"one", "few", "many", "other"};

// Currencies with thousandths, and those whose parts are out of use.
constexpr absl::string_view kWithThousandths = "BHD IQD JOD KWD LYD OMR TND";
constexpr absl::string_view kWithoutParts =
    "JPY KRW VND IDR ISK CLP PYG UGX RWF XOF XAF XPF GNF KMF DJF BIF VUV LAK "
    "MMK IRR UZS COP KHR";
// Currencies whose homes write 1,234.50, and those whose homes write 1.234,50
// (CLDR); the others' homes do both, or neither.
constexpr absl::string_view kPointHomes =
    "USD GBP JPY CNY INR KRW THB MYR SGD HKD TWD AUD NZD CAD MXN PHP ILS EGP "
    "NGN KES GHS PKR LKR BDT NPR AED SAR QAR TZS UGX DOP GTQ HNL PEN JMD TTD "
    "BBD BSD BZD MOP ETB BWP";
constexpr absl::string_view kCommaHomes =
    "BRL ARS UYU BOB DKK NOK SEK PLN CZK HUF RON BGN RSD BAM MKD ALL TRY RUB "
    "UAH BYN KZT GEL AZN AMD ITL DEM HRK SKK";

bool Lists(absl::string_view codes, absl::string_view code) {
  return code.size() == 3 && absl::StrContains(codes, code);
}

using Words = absl::flat_hash_map<absl::string_view, MoneyWord>;

// A copy that lives for ever.
absl::string_view Kept(absl::string_view text) {
  return *new std::string(text);
}

const Words& OwnWords() {
  static const Words* const kWords = [] {
    auto* const words = new Words;
    UErrorCode error = U_ZERO_ERROR;
    UEnumeration* const codes = ucurr_openISOCurrencies(UCURR_ALL, &error);
    int32_t length = 0;
    while (const char* const code = uenum_next(codes, &length, &error)) {
      words->emplace(Kept(absl::AsciiStrToLower(code)),
                     MoneyWord{MoneyWordKind::kCurrency, Kept(code)});
    }
    uenum_close(codes);
    for (const MoneyWordGroup& group : MoneyWordTable()) {
      for (const absl::string_view word : absl::StrSplit(group.words, ';')) {
        words->emplace(word, group.meaning);
      }
    }
    return words;
  }();
  return *kWords;
}

// As a writing of it comes to the reader.
std::string KeyOf(const UChar* name, int32_t length) {
  std::string utf8;
  icu::UnicodeString(name, length).toUTF8String(utf8);
  const std::string folded = FoldText(PlainNumberText(utf8));
  return std::string(
      absl::StripSuffix(absl::StripAsciiWhitespace(folded), "."));
}

using Names = absl::flat_hash_map<std::string, std::string>;

// Adds `code` to the currencies that are called `key`.
void AddName(const std::string& key, absl::string_view code, Names* names) {
  if (key.empty()) return;
  std::string& codes = (*names)[key];
  if (Lists(codes, code)) return;
  absl::StrAppend(&codes, codes.empty() ? "" : " ", code);
}

void AddNamesOf(const char* code, Names* names) {
  UChar wide[4] = {};
  for (size_t i = 0; i < 3; ++i) wide[i] = static_cast<UChar>(code[i]);
  for (const char* const language : kNameLanguages) {
    UBool is_choice = false;
    int32_t length = 0;
    for (const UCurrNameStyle style : {UCURR_LONG_NAME, UCURR_SYMBOL_NAME}) {
      UErrorCode error = U_ZERO_ERROR;
      const UChar* const name =
          ucurr_getName(wide, language, style, &is_choice, &length, &error);
      if (U_SUCCESS(error)) AddName(KeyOf(name, length), code, names);
    }
    for (const char* const form : kPluralForms) {
      UErrorCode error = U_ZERO_ERROR;
      const UChar* const name = ucurr_getPluralName(wide, language, &is_choice,
                                                    form, &length, &error);
      if (U_SUCCESS(error)) AddName(KeyOf(name, length), code, names);
    }
  }
}

const Words& NamesOfCldr() {
  static const Words* const kWords = [] {
    Names names;
    UErrorCode error = U_ZERO_ERROR;
    UEnumeration* const codes =
        ucurr_openISOCurrencies(UCURR_COMMON | UCURR_NON_DEPRECATED, &error);
    int32_t length = 0;
    while (const char* const code = uenum_next(codes, &length, &error)) {
      AddNamesOf(code, &names);
    }
    uenum_close(codes);
    auto* const words = new Words;
    for (const auto& [name, currencies] : names) {
      words->emplace(Kept(name),
                     MoneyWord{MoneyWordKind::kCurrency, Kept(currencies)});
    }
    return words;
  }();
  return *kWords;
}

}  // namespace

MoneyWord FindMoneyWord(absl::string_view word) {
  const Words& words = OwnWords();
  const auto found = words.find(word);
  return found == words.end() ? MoneyWord{} : found->second;
}

MoneyWord FindCurrencyName(absl::string_view word) {
  // No name is shorter, and a letter alone is no reason to load them all.
  if (word.size() < 3) return {};
  const Words& names = NamesOfCldr();
  const auto found = names.find(word);
  return found == names.end() ? MoneyWord{} : found->second;
}

absl::string_view CurrencyOfRegion(absl::string_view region) {
  using Regions = absl::flat_hash_map<absl::string_view, absl::string_view>;
  static const Regions* const kRegions = [] {
    auto* const regions = new Regions;
    for (const char* const* code = icu::Locale::getISOCountries();
         *code != nullptr; ++code) {
      UChar wide[8] = {};
      UErrorCode error = U_ZERO_ERROR;
      const int32_t length =
          ucurr_forLocale(absl::StrCat("und_", *code).c_str(), wide, 8, &error);
      if (U_FAILURE(error) || length != 3) continue;
      std::string currency;
      icu::UnicodeString(wide, length).toUTF8String(currency);
      regions->emplace(*code, Kept(currency));
    }
    return regions;
  }();
  const auto found = kRegions->find(region);
  return found == kRegions->end() ? "" : found->second;
}

absl::string_view ChooseCurrency(absl::string_view candidates,
                                 absl::string_view usual, absl::string_view own,
                                 absl::string_view region) {
  if (candidates.size() == 3) return candidates;
  if (Lists(candidates, own)) return own;
  if (!region.empty()) {
    const absl::string_view code = CurrencyOfRegion(region);
    if (Lists(candidates, code)) return code;
  }
  return Lists(candidates, usual) ? usual : "";
}

int MinorPowerOf(absl::string_view currency) {
  if (Lists(kWithThousandths, currency)) return 3;
  return Lists(kWithoutParts, currency) ? 0 : 2;
}

bool GroupsThousands(absl::string_view currency, char mark) {
  const int minor = MinorPowerOf(currency);
  if (minor != 2) return minor == 0;
  return Lists(mark == ',' ? kPointHomes : kCommaHomes, currency);
}

}  // namespace concordat::readers
