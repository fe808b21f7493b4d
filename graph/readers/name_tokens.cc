#include "graph/readers/name_tokens.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

enum class Class : uint8_t { kWord, kStop, kComma, kHyphen, kApostrophe, kGap };

Class ClassOf(UChar32 point) {
  if (point < 0x80) {
    const auto c = static_cast<unsigned char>(point);
    if (absl::ascii_isalnum(c)) return Class::kWord;
    switch (c) {
      case '.':
        return Class::kStop;
      case ',':
      case ';':
        return Class::kComma;
      case '-':
        return Class::kHyphen;
      case '\'':
      case '`':
        return Class::kApostrophe;
      default:
        return Class::kGap;
    }
  }
  switch (point) {
    case 0x2018:
    case 0x2019:
    case 0x2B9:
    case 0x2BB:
    case 0x2BC:
    case 0x2BE:
    case 0x2BF:
    case 0x5F3:
    case 0x5F4:
      return Class::kApostrophe;
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
      return Class::kHyphen;
    case 0x3001:
    case 0x60C:
      return Class::kComma;
    default:
      break;
  }
  const int8_t type = u_charType(point);
  const bool is_mark = type == U_NON_SPACING_MARK ||
                       type == U_COMBINING_SPACING_MARK ||
                       type == U_ENCLOSING_MARK;
  return is_mark || u_isalnum(point) ? Class::kWord : Class::kGap;
}

class Splitter {
 public:
  Splitter(absl::string_view writing, bool (*is_word)(absl::string_view),
           size_t most, NameTokens* tokens)
      : writing_(writing), is_word_(is_word), most_(most), tokens_(*tokens) {}

  bool Run() {
    const int32_t size = static_cast<int32_t>(writing_.size());
    for (int32_t at = 0; at < size;) {
      const int32_t start = at;
      UChar32 point;
      U8_NEXT(writing_.data(), at, size, point);
      const bool joins = at < size && NextIsWord(at, size);
      switch (ClassOf(point)) {
        case Class::kWord:
          Append(point, start, at);
          break;
        case Class::kStop:
          if (text_.empty()) break;
          stops_.push_back(text_.size());
          if (!joins) End();
          break;
        case Class::kApostrophe:
          if (text_.empty()) {
            apostrophe_before_ = joins;
          } else if (!joins) {
            apostrophe_after_ = true;
            End();
          }
          break;
        case Class::kComma:
          End();
          comma_ = true;
          break;
        case Class::kHyphen:
          End();
          hyphen_ = true;
          break;
        case Class::kGap:
          // NFKC writes the spacing acute, used as an apostrophe, as a space
          // with a combining one.
          if (absl::string_view(writing_).substr(at).substr(0, 2) ==
              "\xcc\x81") {
            at += 2;
            break;
          }
          End();
          break;
      }
      if (tokens_.size() > most_) return false;
    }
    End();
    return tokens_.size() <= most_;
  }

 private:
  bool NextIsWord(int32_t at, int32_t size) const {
    UChar32 next;
    U8_NEXT(writing_.data(), at, size, next);
    return ClassOf(next) == Class::kWord;
  }

  void Append(UChar32 point, int32_t start, int32_t end) {
    if (point < 0x80) {
      const auto c = static_cast<unsigned char>(point);
      any_upper_ = any_upper_ || absl::ascii_isupper(c);
      any_lower_ = any_lower_ || absl::ascii_islower(c);
      text_.push_back(absl::ascii_tolower(c));
    } else {
      any_upper_ = any_lower_ = true;
      text_.append(writing_.data() + start, static_cast<size_t>(end - start));
    }
    if (stops_.empty() || letters_.size() < stops_.size() + 1) {
      letters_.resize(stops_.size() + 1);
    }
    letters_.back() += 1;
  }

  // Adds a word that ended.
  void Emit(absl::string_view text, bool dotted, bool initials) {
    NameToken& token = tokens_.emplace_back();
    if (IsAscii(text)) {
      token.text = std::string(text);
    } else {
      token.script = ScriptOf(text);
      token.text = token.script == NameScript::kLatin ? LatinBase(text)
                                                      : std::string(text);
    }
    if (token.text.empty()) {
      tokens_.pop_back();
      return;
    }
    token.dotted = dotted;
    token.initials = initials;
    token.comma_before = std::exchange(comma_, false);
    token.hyphen_before = std::exchange(hyphen_, false);
    token.apostrophe_before = std::exchange(apostrophe_before_, false);
    token.upper = any_upper_ && !any_lower_;
    token.lower = any_lower_ && !any_upper_;
  }

  void End() {
    if (!text_.empty()) EndWord();
    text_.clear();
    stops_.clear();
    letters_.clear();
    any_upper_ = any_lower_ = false;
  }

  void EndWord() {
    const bool ends_with_stop =
        !stops_.empty() && stops_.back() == text_.size();
    const bool inside = stops_.size() > (ends_with_stop ? 1u : 0u);
    if (!inside) {
      Emit(text_, ends_with_stop, false);
    } else {
      bool single = true;
      for (const int count : letters_) single = single && count == 1;
      if (single) {
        Emit(text_, true, true);
      } else if (is_word_ != nullptr && is_word_(text_)) {
        Emit(text_, true, false);
      } else {
        size_t from = 0;
        for (const size_t stop : stops_) {
          if (stop > from) {
            Emit(absl::string_view(text_).substr(from, stop - from), true,
                 false);
          }
          from = stop;
          if (tokens_.size() > most_) return;
        }
        if (from < text_.size()) {
          Emit(absl::string_view(text_).substr(from), false, false);
        }
      }
    }
    if (!tokens_.empty()) {
      tokens_.back().apostrophe_after = std::exchange(apostrophe_after_, false);
    }
  }

  const absl::string_view writing_;
  bool (*const is_word_)(absl::string_view);
  const size_t most_;
  NameTokens& tokens_;
  std::string text_;
  // Where in `text_` full stops stood, and how many letters each part between
  // them has.
  absl::InlinedVector<size_t, 8> stops_;
  absl::InlinedVector<int, 8> letters_;
  bool any_upper_ = false;
  bool any_lower_ = false;
  bool comma_ = false;
  bool hyphen_ = false;
  bool apostrophe_before_ = false;
  bool apostrophe_after_ = false;
};

}  // namespace

bool SplitName(absl::string_view writing, bool (*is_word)(absl::string_view),
               size_t most, NameTokens* tokens) {
  return Splitter(writing, is_word, most, tokens).Run();
}

}  // namespace concordat::readers
