#include "client/report/escape.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace concordat::client::report {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;
constexpr absl::string_view kReplacementUtf8 = "\xEF\xBF\xBD";

// A character of a text: its code and its bytes. What is no UTF-8 is one byte
// of kReplacement, with `valid` false.
struct Character {
  uint32_t code = kReplacement;
  size_t bytes = 1;
  bool valid = false;
};

Character CharacterAt(absl::string_view text) {
  const auto byte = [&text](size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes > text.size()) return {};
  uint32_t code = lead & (0x7Fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  const bool overlong =
      (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return {};
  return {code, bytes, true};
}

bool TurnsWriting(uint32_t code) {
  return code == 0x061C || code == 0x200E || code == 0x200F ||
         (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

bool IsControl(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

bool IsArmed(uint32_t code) {
  if (code == '\t' || code == '\n' || code == '\r') return false;
  const bool no_character =
      (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF);
  return IsControl(code) || TurnsWriting(code) || no_character;
}

// The name of a character in markup; empty: it stands for itself.
absl::string_view MarkupName(uint32_t code) {
  switch (code) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '\t':
      return "&#9;";
    case '\n':
      return "&#10;";
    case '\r':
      return "&#13;";
    default:
      return "";
  }
}

void AppendJsonCode(std::string* json, uint32_t code) {
  switch (code) {
    case '"':
      json->append("\\\"");
      return;
    case '\\':
      json->append("\\\\");
      return;
    case '\n':
      json->append("\\n");
      return;
    default:
      // None that is escaped is beyond the basic plane.
      absl::StrAppendFormat(json, "\\u%04x", code);
  }
}

bool IsEscapedInJson(uint32_t code) {
  return code == '"' || code == '\\' || code == '<' || code == '>' ||
         code == '&' || IsControl(code) || TurnsWriting(code) ||
         code == 0x2028 || code == 0x2029;
}

// `-12.50`; a plus is none, for it begins telephone numbers.
bool IsNegativeNumber(absl::string_view text) {
  if (text.size() < 2 || text[0] != '-') return false;
  const absl::string_view digits = text.substr(1);
  const size_t point = digits.find('.');
  const auto all_digits = [](absl::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return absl::ascii_isdigit(static_cast<unsigned char>(c));
    });
  };
  if (point == absl::string_view::npos) return all_digits(digits);
  return all_digits(digits.substr(0, point)) &&
         all_digits(digits.substr(point + 1));
}

}  // namespace

std::string Disarmed(absl::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character next = CharacterAt(text);
    if (next.valid && !IsArmed(next.code))
      result.append(text.data(), next.bytes);
    else
      absl::StrAppend(&result, kReplacementUtf8);
    text.remove_prefix(next.bytes);
  }
  return result;
}

std::string Markup(absl::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character next = CharacterAt(text);
    const absl::string_view name = MarkupName(next.code);
    if (!name.empty())
      absl::StrAppend(&result, name);
    else if (next.valid && !IsArmed(next.code))
      result.append(text.data(), next.bytes);
    else
      absl::StrAppend(&result, kReplacementUtf8);
    text.remove_prefix(next.bytes);
  }
  return result;
}

std::string Json(absl::string_view text) {
  std::string result = "\"";
  result.reserve(text.size() + 2);
  while (!text.empty()) {
    const Character next = CharacterAt(text);
    if (!next.valid)
      absl::StrAppend(&result, kReplacementUtf8);
    else if (IsEscapedInJson(next.code))
      AppendJsonCode(&result, next.code);
    else
      result.append(text.data(), next.bytes);
    text.remove_prefix(next.bytes);
  }
  result += '"';
  return result;
}

std::string MarkdownCode(absl::string_view text) {
  std::string code = Disarmed(text);
  for (char& c : code) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  if (code.empty()) return code;
  // Cells of a table are told apart before code is: there a pipe needs a
  // backslash, which one that is already there must not take away.
  code = absl::StrReplaceAll(code, {{"\\|", "\\ \\|"}, {"|", "\\|"}});
  size_t longest = 0;
  for (size_t at = 0, run = 0; at < code.size(); ++at) {
    run = code[at] == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const bool pads = longest > 0 || code.front() == ' ' || code.back() == ' ';
  return absl::StrCat(fence, pads ? " " : "", code, pads ? " " : "", fence);
}

bool IsFormula(absl::string_view text) {
  if (IsNegativeNumber(text)) return false;
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  if (text.empty()) return false;
  switch (CharacterAt(text).code) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
    case '\n':
    case 0xFF1D:  // The full-width forms of = + - @.
    case 0xFF0B:
    case 0xFF0D:
    case 0xFF20:
      return true;
    default:
      return false;
  }
}

std::string CsvCell(absl::string_view text) {
  std::string cell = Disarmed(text);
  if (IsFormula(cell)) cell.insert(0, 1, '\'');
  const bool quoted =
      cell.find_first_of(",;\"\t\r\n") != std::string::npos ||
      (!cell.empty() && (cell.front() == ' ' || cell.back() == ' '));
  if (!quoted) return cell;
  return absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
}

}  // namespace concordat::client::report
