// The members of a set or list, apart.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

constexpr auto kNone = absl::string_view::npos;

// Separators that no value of any type has inside, in the order in which they
// are looked for: semicolons, bars, line ends, the commas of other scripts.
constexpr absl::string_view kSeparators[] = {";",  "；", "؛",  "|",  "｜",
                                             "\n", "\t", "、", "，", "،"};

// The same for words alone, after the comma: names and numbers have them.
constexpr absl::string_view kWordSeparators[] = {" / ", "・", "･", " · ", "•"};

// Values that commas stand inside: 1,50 EUR; Smith, John; Nov 21, 2026.
bool HasCommas(ValueType type) {
  switch (type) {
    case ValueType::kText:
    case ValueType::kCode:
    case ValueType::kBoolean:
    case ValueType::kPhone:
    case ValueType::kEmail:
    case ValueType::kReference:
      return false;
    default:
      return true;
  }
}

// Numbers have commas, but none before a space.
bool IsNumber(ValueType type) {
  return type == ValueType::kInteger || type == ValueType::kDecimal ||
         type == ValueType::kMoney || type == ValueType::kQuantity;
}

absl::string_view SeparatorOf(absl::string_view writing, ValueType type) {
  // Quoted members may have anything inside, and commas between them.
  if (writing.front() == '"' && absl::StrContains(writing, "\",")) return ",";
  for (const absl::string_view separator : kSeparators) {
    if (absl::StrContains(writing, separator)) return separator;
  }
  if (!HasCommas(type) && absl::StrContains(writing, ",")) return ",";
  if (type == ValueType::kText || type == ValueType::kCode) {
    for (const absl::string_view separator : kWordSeparators) {
      if (absl::StrContains(writing, separator)) return separator;
    }
  }
  return IsNumber(type) && absl::StrContains(writing, ", ") ? ", " : ";";
}

// Without the brackets of an array, a set or a tuple around it, if they are the
// only ones.
absl::string_view WithoutBrackets(absl::string_view writing) {
  writing = TrimWhiteSpace(writing);
  for (const absl::string_view pair : {"[]", "{}", "()"}) {
    if (writing.size() < 2 || writing.front() != pair[0] ||
        writing.back() != pair[1]) {
      continue;
    }
    const absl::string_view inside = writing.substr(1, writing.size() - 2);
    if (inside.find_first_of(pair) == kNone) return inside;
  }
  return writing;
}

bool IsQuoted(absl::string_view member, char quote) {
  return member.size() >= 2 && member.front() == quote &&
         member.back() == quote && member.find(quote, 1) == member.size() - 1;
}

// Where the separator next stands outside of double quotes; npos: nowhere. A
// quote opens only at the start of a member, so that inches are none.
size_t FindOutsideQuotes(absl::string_view text, absl::string_view separator) {
  const size_t first = text.find_first_not_of(" \t\n");
  size_t from = 0;
  if (first != kNone && text[first] == '"') {
    const size_t closed = text.find('"', first + 1);
    if (closed != kNone) from = closed + 1;
  }
  return text.find(separator, from);
}

// Takes the quotes away where every member has them.
void Unquote(std::vector<absl::string_view>* members) {
  for (const char quote : {'"', '\''}) {
    const auto quoted = [quote](absl::string_view member) {
      return IsQuoted(TrimWhiteSpace(member), quote);
    };
    if (!std::all_of(members->begin(), members->end(), quoted)) continue;
    for (absl::string_view& member : *members) {
      member = TrimWhiteSpace(member);
      member = member.substr(1, member.size() - 2);
    }
  }
}

// Takes the mark of an item in a list of lines away: "- red".
absl::string_view WithoutBullet(absl::string_view line) {
  line = TrimWhiteSpace(line);
  for (const absl::string_view bullet : {"- ", "* ", "• ", "· ", "– "}) {
    if (absl::ConsumePrefix(&line, bullet)) break;
  }
  return line;
}

}  // namespace

std::vector<absl::string_view> SplitMembers(absl::string_view writing,
                                            const Context& context,
                                            size_t limit) {
  absl::string_view separator = context.habits.set_separator;
  const bool declared = !separator.empty();
  if (!declared) {
    writing = TrimWhiteSpace(WithoutBrackets(writing));
    if (writing.empty()) return {};
    separator = SeparatorOf(writing, context.attribute.type);
  }
  const bool lines = !declared && separator == "\n";
  std::vector<absl::string_view> members;
  while (members.size() <= limit) {
    const size_t end = declared ? writing.find(separator)
                                : FindOutsideQuotes(writing, separator);
    const absl::string_view member = writing.substr(0, end);
    if (!TrimWhiteSpace(member).empty()) {
      members.push_back(lines ? WithoutBullet(member) : member);
    }
    if (end == kNone) break;
    writing.remove_prefix(end + separator.size());
  }
  if (!declared && !members.empty()) Unquote(&members);
  return members;
}

}  // namespace concordat::readers
