#include "graph/readers/number_words.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"

namespace concordat::readers {
namespace {

struct PowerWord {
  absl::string_view word;
  int power;
};

// After the number spellings of Unicode CLDR (compact decimal formats) and,
// for billion and trillion, the long scale where `kLongScale` has the language.
constexpr PowerWord kPowerWords[] = {
    {"k", 3},          {"thousand", 3},   {"thsd", 3},       {"tsd", 3},
    {"tausend", 3},    {"mille", 3},      {"duizend", 3},    {"tusen", 3},
    {"tusind", 3},     {"tys", 3},        {"tis", 3},        {"тыс", 3},
    {"тысяч", 3},      {"тысяча", 3},     {"тысячи", 3},     {"тис", 3},
    {"хил", 3},        {"ezer", 3},       {"bin", 3},        {"ribu", 3},
    {"千", 3},         {"천", 3},         {"万", 4},         {"萬", 4},
    {"만", 4},         {"lakh", 5},       {"lakhs", 5},      {"lac", 5},
    {"lacs", 5},       {"लाख", 5},        {"million", 6},    {"millions", 6},
    {"millionen", 6},  {"mio", 6},        {"mill", 6},       {"mln", 6},
    {"mn", 6},         {"mm", 6},         {"millones", 6},   {"millón", 6},
    {"millon", 6},     {"milhão", 6},     {"milhões", 6},    {"milione", 6},
    {"milioni", 6},    {"miljoen", 6},    {"milion", 6},     {"miliony", 6},
    {"milionów", 6},   {"milionů", 6},    {"miljon", 6},     {"miljoner", 6},
    {"millioner", 6},  {"miljoonaa", 6},  {"milj", 6},       {"milyon", 6},
    {"millió", 6},     {"juta", 6},       {"млн", 6},        {"миллион", 6},
    {"миллиона", 6},   {"миллионов", 6},  {"мільйон", 6},    {"мільйонів", 6},
    {"εκατ", 6},       {"مليون", 6},      {"百万", 6},       {"百萬", 6},
    {"백만", 6},       {"crore", 7},      {"crores", 7},     {"करोड़", 7},
    {"千万", 7},       {"千萬", 7},       {"億", 8},         {"亿", 8},
    {"억", 8},         {"bn", 9},         {"bln", 9},        {"billion", 9},
    {"billions", 9},   {"mrd", 9},        {"mia", 9},        {"md", 9},
    {"mld", 9},        {"milliard", 9},   {"milliards", 9},  {"milliarde", 9},
    {"milliarden", 9}, {"miljard", 9},    {"miljarder", 9},  {"milliarder", 9},
    {"miliard", 9},    {"miliardy", 9},   {"miliardów", 9},  {"miliardi", 9},
    {"miliardo", 9},   {"milyar", 9},     {"miliar", 9},     {"млрд", 9},
    {"миллиард", 9},   {"миллиарда", 9},  {"миллиардов", 9}, {"مليار", 9},
    {"十億", 9},       {"十亿", 9},       {"trillion", 12},  {"tn", 12},
    {"trn", 12},       {"billionen", 12}, {"billones", 12},  {"billón", 12},
    {"billioner", 12},
};

// Languages in which a billion is a million millions.
constexpr absl::string_view kLongScale =
    "de fr es it nl pl cs sk sv da nb nn no fi hu ro sl hr sr";

constexpr PowerWord kShareWords[] = {
    {"%", -2},          {"percent", -2},    {"per cent", -2},
    {"pct", -2},        {"prozent", -2},    {"v.h", -2},
    {"pour cent", -2},  {"por ciento", -2}, {"por cento", -2},
    {"procent", -2},    {"procenten", -2},  {"procento", -2},
    {"prosent", -2},    {"procenta", -2},   {"procentów", -2},
    {"proc", -2},       {"per cento", -2},  {"percento", -2},
    {"prosenttia", -2}, {"százalék", -2},   {"процент", -2},
    {"проц", -2},       {"процента", -2},   {"процентов", -2},
    {"パーセント", -2}, {"퍼센트", -2},     {"‰", -3},
    {"promille", -3},   {"per mille", -3},  {"per mil", -3},
    {"pour mille", -3}, {"промилле", -3},
};

using Powers = absl::flat_hash_map<absl::string_view, int>;

template <size_t kSize>
const Powers* MakePowers(const PowerWord (&words)[kSize]) {
  auto* const powers = new Powers;
  for (const PowerWord& word : words) powers->emplace(word.word, word.power);
  return powers;
}

int Find(const Powers& powers, absl::string_view word) {
  const auto found = powers.find(word);
  return found == powers.end() ? 0 : found->second;
}

}  // namespace

int PowerOfWord(absl::string_view word, absl::string_view language) {
  static const Powers* const kPowers = MakePowers(kPowerWords);
  if (word == "mil") return language == "es" || language == "pt" ? 3 : 0;
  const bool is_long =
      language.size() == 2 && absl::StrContains(kLongScale, language);
  if (is_long && (word == "billion" || word == "billions")) return 12;
  if (is_long && word == "trillion") return 18;
  return Find(*kPowers, word);
}

int PowerOfShare(absl::string_view word) {
  static const Powers* const kPowers = MakePowers(kShareWords);
  return Find(*kPowers, word);
}

}  // namespace concordat::readers
