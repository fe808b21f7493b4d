// The name of a street: its direction, its type, and what is left.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/readers/postal_address_street.h"

namespace concordat::readers::address {
namespace {

using Tokens = std::vector<Token>;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string WithoutOrdinal(absl::string_view text) {
  const size_t size =
      std::min(text.find_first_not_of("0123456789"), text.size());
  return NumberKey(size == 0 ? text : text.substr(0, size));
}

// The name of the street [begin, end), its type and its direction.
class StreetName {
 public:
  StreetName(size_t begin, size_t end, Draft* draft)
      : begin_(begin), end_(end), draft_(*draft) {}

  void Add() {
    TakeDirections();
    TakeType();
    if (begin_ >= end_) return;
    std::string name = Name(true);
    if (name.empty()) name = Name(false);
    draft_.address.Add(AddressPartKind::kStreet, name);
    // Where streets are called "ulica" unless they say otherwise, the word is
    // left out at will.
    if (type_.empty() && (draft_.manner.In("pl") || draft_.manner.In("gr"))) {
      type_ = "street";
    }
    draft_.address.Add(AddressPartKind::kStreetType, type_);
    draft_.address.Add(AddressPartKind::kDirection, direction_);
  }

 private:
  const Token& At(size_t i) const { return draft_.words.tokens[i]; }

  void TakeDirections() {
    const auto names = [&](size_t from, size_t to) {
      for (size_t i = from; i < to; ++i) {
        if (At(i).type == nullptr) return true;
      }
      return false;
    };
    while (end_ - begin_ > 1 && At(begin_).direction != nullptr &&
           names(begin_ + 1, end_) && draft_.manner.Has(kEnglish) &&
           !At(begin_).Is(Role::kStop)) {
      direction_.append(At(begin_).direction->value);
      ++begin_;
      if (direction_.size() > 1) break;
    }
    size_t count = 0;
    while (end_ - begin_ > 1 && At(end_ - 1).direction != nullptr &&
           names(begin_, end_ - 1) && ++count <= 2) {
      direction_.insert(0, At(end_ - 1).direction->value);
      --end_;
    }
  }

  void TakeType() {
    if (end_ - begin_ < 2) return;
    const Token& first = At(begin_);
    const Token& last = At(end_ - 1);
    const bool english_first =
        first.type != nullptr && (first.type->customs & kEnglish) != 0;
    const bool first_is =
        first.type != nullptr &&
        (!english_first || (first.type->customs & ~kEnglish) != 0);
    if (first_is && !(last.type != nullptr && last.text.size() > 2 &&
                      draft_.manner.Knows(kEnglish))) {
      type_ = first.type->value;
      ++begin_;
    } else if (last.type != nullptr) {
      type_ = last.type->value;
      --end_;
    } else if (first.type != nullptr && first.expand == nullptr) {
      type_ = first.type->value;
      ++begin_;
    }
  }

  std::string Name(bool without_stops) const {
    std::string name;
    // "North Avenue".
    if (begin_ + 1 == end_ && At(begin_).direction != nullptr) {
      return At(begin_).direction->value;
    }
    for (size_t i = begin_; i < end_; ++i) {
      const Token& token = At(i);
      if (without_stops && token.Is(Role::kStop) && token.type == nullptr) {
        continue;
      }
      if (token.Is(Role::kTens) && i + 1 < end_ &&
          At(i + 1).Is(Role::kOrdinal)) {
        absl::StrAppend(&name, token.ordinal->value, At(i + 1).ordinal->value);
        ++i;
      } else if (token.Is(Role::kOrdinal)) {
        name.append(token.ordinal->value);
      } else if (token.expand != nullptr) {
        absl::StrAppend(&name, FoldedExpansion(token));
      } else if (IsOrdinalNumber(draft_.words.tokens, i, end_)) {
        name.append(WithoutOrdinal(token.text));
        if (token.digits && At(i + 1).text.size() <= 2) ++i;
      } else if (!token.letters) {
        name.append(NumberKey(token.text));
      } else {
        AppendWord(i, &name);
      }
    }
    return name;
  }

  static std::string FoldedExpansion(const Token& token) {
    return FoldWord(token.expand->value);
  }

  void AppendWord(size_t i, std::string* name) const {
    const Token& token = At(i);
    absl::string_view text = token.text;
    name->append(text.data(), text.size());
    // "Hauptstr.": glued types are spelt out.
    const Manner& manner = draft_.manner;
    if (text.size() > 4 && absl::EndsWith(text, "str")) {
      name->append(manner.Knows(kDutch) ? "at" : "asse");
    } else if (token.dotted && text.size() > 4) {
      if (absl::EndsWith(text, "gt")) {
        name->pop_back();
        name->append("ata");
      } else if (text.back() == 'g' && manner.In("no")) {
        name->append("ata");
      } else if (text.back() == 'g' && manner.In("dk")) {
        name->append("ade");
      } else if (absl::EndsWith(text, "pl")) {
        name->append(manner.Knows(kDutch) ? "ein" : "atz");
      } else if (text.back() == 'g' && manner.Knows(kNordic)) {
        name->append("atan");
      } else if (text.back() == 'g' && manner.In("at")) {
        name->append("asse");
      } else if (text.back() == 'v' && manner.Knows(kNordic)) {
        name->append("agen");
      }
    }
    // Icelandic addresses have the dative: "Laugavegi".
    if (manner.In("is") && text.size() > 4) {
      constexpr absl::string_view kEndings[][2] = {
          {"vegi", "vegur"},   {"gotu", "gata"},  {"stig", "stigur"},
          {"gardi", "gardur"}, {"holti", "holt"}, {"tuni", "tun"},
          {"torgi", "torg"},   {"sundi", "sund"}, {"hrauni", "hraun"}};
      for (const auto& ending : kEndings) {
        if (!absl::EndsWith(*name, ending[0])) continue;
        name->resize(name->size() - ending[0].size());
        name->append(ending[1].data(), ending[1].size());
        break;
      }
    }
    // An initial keeps its mark, so that it can stand for a name; several
    // ("H. C.", "H.C.") are written in too many ways for that.
    const auto single = [&](size_t at) {
      return at >= begin_ && at < end_ && At(at).letters &&
             At(at).text.size() == 1;
    };
    if (single(i) && end_ - begin_ > 1 && !single(i + 1) &&
        (i == 0 || !single(i - 1))) {
      name->push_back('.');
    }
  }

  size_t begin_;
  size_t end_;
  Draft& draft_;
  absl::string_view type_;
  std::string direction_;
};

}  // namespace

bool IsOrdinalNumber(const Tokens& tokens, size_t at, size_t end) {
  const absl::string_view text = tokens[at].text;
  if (!tokens[at].digits) {
    return text.size() > 2 && IsDigit(text[text.size() - 3]) &&
           (absl::EndsWith(text, "st") || absl::EndsWith(text, "nd") ||
            absl::EndsWith(text, "rd") || absl::EndsWith(text, "th"));
  }
  if (at + 1 >= end) return false;
  const Token& next = tokens[at + 1];
  if (next.before != Gap::kHyphen || !next.letters) return false;
  for (const char* ending : {"ia", "ya", "ja", "i", "y", "oi", "oy", "go"}) {
    if (next.text == ending) return true;
  }
  return next.text.size() > 1;
}

void AddStreetName(size_t begin, size_t end, Draft* draft) {
  StreetName(begin, end, draft).Add();
}

}  // namespace concordat::readers::address
