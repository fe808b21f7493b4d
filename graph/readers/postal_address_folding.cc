// From a writing in any alphabet to words in one.
#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "graph/readers/postal_address.h"
#include "graph/text.h"

namespace concordat::readers::address {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The letters U+0430 to U+045F as BGN/PCGN and the national systems write them,
// with what differs between systems (y, i, j; kh, h) levelled by AppendLetter.
constexpr const char* kCyrillic[] = {"a", "b", "v", "g", "d", "e", "zh", "z",
                                     "i", "i", "k", "l", "m", "n", "o", "p",
                                     "r", "s", "t", "u", "f", "h", "ts", "ch",
                                     "sh", "shch", "", "i", "", "e", "iu", "ia",
                                     // U+0450 ...
                                     "e", "e", "dj", "g", "ie", "dz", "i", "i",
                                     "i", "l", "n", "c", "k", "i", "u", "dz"};

// ELOT 743 for the letters U+03B1 to U+03C9.
constexpr const char* kGreek[] = {
    "a", "v", "g", "d", "e", "z", "i", "th", "i", "k",  "l",  "m", "n",
    "x", "o", "p", "r", "s", "s", "t", "i",  "f", "ch", "ps", "o"};

struct Special {
  UChar32 point;
  const char* letters;
};
// Latin letters that do not decompose.
constexpr Special kSpecials[] = {
    {0xE6, "a"},  {0xF0, "d"},  {0xF8, "o"},  {0xFE, "th"}, {0xDF, "ss"},
    {0x111, "d"}, {0x127, "h"}, {0x131, "i"}, {0x142, "l"}, {0x14B, "n"},
    {0x153, "o"}, {0x167, "t"}, {0x259, "a"}, {0x138, "k"}, {0x491, "g"},
    {0x493, "g"}, {0x49B, "k"}, {0x4A3, "n"}, {0x4AF, "u"}, {0x4B1, "u"},
    {0x4BB, "h"}, {0x4D9, "a"}, {0x4E9, "o"},
};

// Appends one small letter of a word that begins at `begin`, levelling what
// writers do differently: umlauts and their expansions (ä, ae, a), å and aa,
// and i, y and j, which systems of romanisation choose at will. Two streets
// that differ in nothing else are rarer than the two writings.
void AppendLetter(size_t begin, char c, std::string* out) {
  const char last = out->size() > begin ? out->back() : '\0';
  switch (c) {
    case 'y':
    case 'j':
    case 'i':
      if (last != 'i') out->push_back('i');
      return;
    case 'e':
      if (last == 'a' || last == 'o' || last == 'u') return;
      break;
    case 'a':
      if (last == 'a') return;
      break;
    case 'x':
      out->append("ks");
      return;
    case 'h':
      while (out->size() > begin && out->back() == 'k') out->pop_back();
      break;
    default:
      break;
  }
  out->push_back(c);
}

void AppendLetters(size_t begin, const char* letters, std::string* out) {
  for (; *letters != '\0'; ++letters) AppendLetter(begin, *letters, out);
}

// Serbia writes both alphabets; the Latin one has a letter with a mark where
// others have two letters.
bool AppendSerbian(size_t begin, UChar32 point, std::string* out) {
  constexpr Special kLetters[] = {
      {0x436, "z"}, {0x446, "c"},  {0x447, "c"},  {0x448, "s"},  {0x452, "d"},
      {0x45B, "c"}, {0x45F, "dz"}, {0x459, "li"}, {0x45A, "ni"},
  };
  for (const Special& letter : kLetters) {
    if (letter.point != point) continue;
    AppendLetters(begin, letter.letters, out);
    return true;
  }
  return false;
}

void AppendUtf8(UChar32 point, std::string* out) {
  char bytes[U8_MAX_LENGTH];
  int32_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, point);
  out->append(bytes, static_cast<size_t>(size));
}

// Romanises one letter that is not ASCII. Returns false for what is none.
bool AppendForeign(size_t begin, UChar32 point, bool ukrainian,
                   std::string* out) {
  if (u_getCombiningClass(point) != 0) return true;
  if (point >= 0x430 && point <= 0x45F) {
    const bool g = ukrainian && point == 0x433;
    AppendLetters(begin, g ? "h" : kCyrillic[point - 0x430], out);
    return true;
  }
  for (const Special& special : kSpecials) {
    if (special.point != point) continue;
    AppendLetters(begin, special.letters, out);
    return true;
  }
  if (point >= 0x3B1 && point <= 0x3C9) {
    // "ου" is one vowel.
    const bool diphthong =
        point == 0x3C5 && out->size() > begin && out->back() == 'o';
    AppendLetters(begin, diphthong ? "u" : kGreek[point - 0x3B1], out);
    return true;
  }
  if (!u_isalnum(point)) return false;
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const nfd = icu::Normalizer2::getNFDInstance(status);
  icu::UnicodeString parts;
  if (U_SUCCESS(status) && nfd->getDecomposition(point, parts)) {
    const UChar32 base = parts.char32At(0);
    if (base < 0x80) {
      AppendLetter(begin, static_cast<char>(u_tolower(base)), out);
      return true;
    }
    if (base != point && base >= 0x370 && base < 0x460) {
      return AppendForeign(begin, base, ukrainian, out);
    }
  }
  AppendUtf8(point, out);
  return true;
}

// Scripts that only ICU romanises.
bool NeedsTransliterator(absl::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    // U+0530 to U+1FFF without Latin and Greek extensions: Armenian, the
    // scripts of India, Georgian. Hebrew, Arabic and Thai stay as they are:
    // what their romanisation gives is not what anybody writes.
    const bool thai =
        lead == 0xE0 && (static_cast<unsigned char>(text[i + 1]) == 0xB8 ||
                         static_cast<unsigned char>(text[i + 1]) == 0xB9);
    if (lead == 0xD5 || (lead == 0xE0 && !thai) ||
        (lead == 0xE1 && static_cast<unsigned char>(text[i + 1]) < 0xB4)) {
      return true;
    }
  }
  return false;
}

std::string Transliterated(absl::string_view text) {
  static const icu::Transliterator* const kAnyLatin = [] {
    UErrorCode status = U_ZERO_ERROR;
    // Lives for ever; transliterate() is const and thread-safe.
    return icu::Transliterator::createInstance("Any-Latin; Latin-ASCII; Lower",
                                               UTRANS_FORWARD, status);
  }();
  if (kAnyLatin == nullptr) return std::string(text);
  icu::UnicodeString wide = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  kAnyLatin->transliterate(wide);
  std::string latin;
  wide.toUTF8String(latin);
  return latin;
}

// Cuts words. One writing each.
class Splitter {
 public:
  Splitter(absl::string_view text, const Manner& manner, Words* words)
      : text_(text), manner_(manner), words_(*words) {
    serbian_ = manner.In("rs") || manner.In("me") || manner.In("ba");
    ukrainian_ = manner.In("ua") || absl::StrContains(text, "\xd1\x96") ||
                 absl::StrContains(text, "\xd1\x97");
    words_.buffer.reserve(text.size() * 2 + 16);
  }

  void Run() {
    while (at_ < text_.size()) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (absl::ascii_isalnum(byte)) {
        AppendAscii();
      } else if (byte >= 0x80) {
        Foreign();
      } else {
        Mark(text_[at_]);
        ++at_;
      }
    }
    EndWord();
  }

 private:
  char Next(size_t ahead = 1) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void AppendAscii() {
    if (!open_) {
      Begin();
      verbatim_ = IsVerbatim();
    }
    const char c = absl::ascii_tolower(static_cast<unsigned char>(text_[at_]));
    if (IsDigit(c)) {
      words_.buffer.push_back(c);
      letters_ = false;
    } else {
      if (verbatim_) {
        words_.buffer.push_back(c);
      } else {
        AppendLetter(begin_, c, &words_.buffer);
      }
      digits_ = false;
    }
    ++since_dot_;
    ++at_;
  }

  // Whether the letters of the word that starts here count each as it is: in
  // postcodes and numbers, and where there are only two.
  bool IsVerbatim() const {
    size_t end = at_;
    bool digit = false;
    bool roman = true;
    for (; end < text_.size() &&
           absl::ascii_isalnum(static_cast<unsigned char>(text_[end]));
         ++end) {
      digit = digit || IsDigit(text_[end]);
      roman = roman && absl::StrContains("ivxIVX", text_.substr(end, 1));
    }
    const bool cut_short =
        end < text_.size() && static_cast<unsigned char>(text_[end]) >= 0x80;
    // "III" is not "I".
    return digit || ((end - at_ <= 2 || roman) && !cut_short);
  }

  void Foreign() {
    const int32_t size = static_cast<int32_t>(text_.size());
    int32_t next = static_cast<int32_t>(at_);
    UChar32 point;
    U8_NEXT(text_.data(), next, size, point);
    at_ = static_cast<size_t>(next);
    // Modifier apostrophes stand within words.
    if (point == 0x2BC || point == 0x2019 || point == 0x2B9) return;
    // "5°", "n°" are the "5º" and "nº" of keyboards without them.
    if (point == 0xB0 && open_) {
      words_.buffer.push_back('o');
      digits_ = false;
      EndWord();
      return;
    }
    const bool mark = point >= 0 && u_getCombiningClass(point) != 0;
    const int32_t digit = point < 0 ? -1 : u_charDigitValue(point);
    if (digit >= 0) {
      Begin();
      words_.buffer.push_back(static_cast<char>('0' + digit));
      letters_ = false;
      ++since_dot_;
      return;
    }
    const bool thai = point >= 0xE30 && point <= 0xE4E && point != 0xE3F;
    if (thai) {
      Begin();
      // Vowels and tones, some of which are no letters.
      AppendUtf8(point, &words_.buffer);
      digits_ = false;
      ++since_dot_;
      return;
    }
    if (point < 0 || (!mark && !u_isalnum(point))) {
      const bool comma = point == 0x3001 || point == 0x60C || point == 0x2014;
      Mark(comma ? ',' : ' ');
      return;
    }
    if (mark && !open_) return;
    Begin();
    if (!serbian_ || !AppendSerbian(begin_, point, &words_.buffer)) {
      AppendForeign(begin_, point, ukrainian_, &words_.buffer);
    }
    digits_ = false;
    ++since_dot_;
  }

  void Begin() {
    if (open_) return;
    open_ = true;
    verbatim_ = false;
    begin_ = words_.buffer.size();
    digits_ = letters_ = true;
    since_dot_ = 0;
  }

  void EndWord() {
    if (!open_) return;
    open_ = false;
    // Hard and soft signs alone leave nothing.
    if (words_.buffer.size() == begin_) return;
    Token token;
    token.text = absl::string_view(words_.buffer).substr(begin_);
    token.before = words_.tokens.empty() ? Gap::kBreak : gap_;
    token.digits = digits_;
    token.letters = letters_;
    words_.tokens.push_back(token);
    gap_ = Gap::kSpace;
  }

  void Widen(Gap gap) {
    EndWord();
    if (gap > gap_) gap_ = gap;
  }

  // "P.O.", "D.C.", "U.S.A." and Italian "C.so" are one word.
  bool DotJoins() const {
    if (!open_ || since_dot_ != 1 || !letters_) return false;
    if (!absl::ascii_isalpha(static_cast<unsigned char>(Next()))) return false;
    if (!absl::ascii_isalpha(static_cast<unsigned char>(Next(2)))) return true;
    if (manner_.customs != kAnyCustom && !manner_.Has(kItalian)) return false;
    size_t end = at_ + 1;
    while (end < text_.size() && end < at_ + 5 &&
           absl::ascii_isalpha(static_cast<unsigned char>(text_[end]))) {
      ++end;
    }
    const std::string rest =
        absl::AsciiStrToLower(text_.substr(at_ + 1, end - at_ - 1));
    for (const char* known : {"so", "le", "za", "zza", "go", "lo", "tta"}) {
      if (rest == known) return true;
    }
    return false;
  }

  // "l'Église" is two words where the customs elide articles; "O'Connell" and
  // "John's" are one.
  bool ApostropheSplits() const {
    if (!open_ || !manner_.Has(kFrench | kItalian | kSpanish)) return false;
    const absl::string_view word =
        absl::string_view(words_.buffer).substr(begin_);
    for (const char* known :
         {"l", "d", "dell", "all", "nell", "dall", "sull", "qu"}) {
      if (word == known) return true;
    }
    return false;
  }

  void Mark(char c) {
    switch (c) {
      case '\'':
      case '`':
        if (ApostropheSplits()) EndWord();
        return;
      case '.':
        if (DotJoins()) {
          since_dot_ = 0;
          return;
        }
        if (open_) {
          EndWord();
          if (!words_.tokens.empty()) words_.tokens.back().dotted = true;
          Widen(Gap::kDot);
        }
        return;
      case '-':
        Hyphen();
        return;
      case '/':
      case '\\':
        Widen(Gap::kSlash);
        return;
      case ',':
      case ';':
      case '|':
      case '\n':
      case '\r':
        Widen(Gap::kBreak);
        return;
      case '#':
        Widen(Gap::kSpace);
        words_.buffer.push_back('#');
        begin_ = words_.buffer.size() - 1;
        open_ = letters_ = true;
        digits_ = false;
        EndWord();
        return;
      default:
        Widen(Gap::kSpace);
        return;
    }
  }

  // Between blanks a dash separates, but not between two numbers.
  void Hyphen() {
    const bool after_blank = at_ > 0 && text_[at_ - 1] == ' ';
    const bool numbers = at_ > 1 && IsDigit(text_[at_ - 2]) && IsDigit(Next(2));
    const bool apart = after_blank && Next() == ' ' && !numbers;
    Widen(apart ? Gap::kBreak : Gap::kHyphen);
  }

  const absl::string_view text_;
  const Manner& manner_;
  Words& words_;
  bool ukrainian_ = false;
  bool serbian_ = false;
  size_t at_ = 0;
  size_t begin_ = 0;
  bool open_ = false;
  bool verbatim_ = false;
  bool digits_ = true;
  bool letters_ = true;
  int since_dot_ = 0;
  Gap gap_ = Gap::kSpace;
};

}  // namespace

absl::string_view Words::Joined(size_t begin, size_t end) const {
  if (begin >= end) return "";
  const char* const from = tokens[begin].text.data();
  const absl::string_view last = tokens[end - 1].text;
  return absl::string_view(
      from, static_cast<size_t>(last.data() + last.size() - from));
}

bool IsBreak(const std::vector<Token>& tokens, size_t at) {
  return at >= tokens.size() || tokens[at].before == Gap::kBreak;
}

void Use(size_t begin, size_t end, std::vector<Token>* tokens) {
  for (size_t i = begin; i < end; ++i) (*tokens)[i].used = true;
}

std::string FoldWord(absl::string_view word) {
  Words words;
  Manner manner;
  manner.customs = kEnglish;
  const std::string text = FoldText(word);
  Splitter(text, manner, &words).Run();
  return words.buffer;
}

// Thai has no spaces behind the words for streets and quarters.
std::string WithThaiSpaces(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"ถนน", " thanon "},
                                    {"ถ.", " thanon "},
                                    {"ซอย", " soi "},
                                    {"ซ.", " soi "},
                                    {"แขวง", ", "},
                                    {"เขต", ", "},
                                    {"ตำบล", ", "},
                                    {"ต.", ", "},
                                    {"อำเภอ", ", "},
                                    {"อ.", ", "},
                                    {"จังหวัด", ", "},
                                    {"จ.", ", "},
                                    {"กรุงเทพมหานคร", ", bangkok "},
                                    {"กรุงเทพฯ", ", bangkok "},
                                    {"กรุงเทพ", ", bangkok "},
                                    {"กทม.", ", bangkok "}});
}

Words SplitWords(absl::string_view writing, const Manner& manner) {
  Words words;
  words.tokens.reserve(writing.size() / 4 + 4);
  std::string spaced;
  if (!IsAscii(writing) && absl::StrContains(writing, "\xE0\xB8")) {
    spaced = WithThaiSpaces(writing);
    writing = spaced;
  }
  if (!IsAscii(writing) && NeedsTransliterator(writing)) {
    const std::string latin = Transliterated(writing);
    Splitter(latin, manner, &words).Run();
  } else {
    Splitter(writing, manner, &words).Run();
  }
  return words;
}

std::string NumberKey(absl::string_view text) {
  std::string key;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool starts = i == 0 || !IsDigit(text[i - 1]);
    if (text[i] == '0' && starts) {
      while (i + 1 < text.size() && text[i] == '0' && IsDigit(text[i + 1])) ++i;
    }
    key.push_back(text[i]);
  }
  return key;
}

}  // namespace concordat::readers::address
