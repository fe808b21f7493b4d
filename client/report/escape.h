// Text of others within a report: in none of its formats does it become more
// than text.
#ifndef CONCORDAT_CLIENT_REPORT_ESCAPE_H_
#define CONCORDAT_CLIENT_REPORT_ESCAPE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace concordat::client::report {

// What people read: valid UTF-8, in which U+FFFD stands for bytes that are
// none, for control characters (but tab, line feed and carriage return), for
// what turns the direction of writing around, and for what is no character.
// All of this XML 1.0 allows.
std::string Disarmed(absl::string_view text);

// Disarmed text of an element, or of an attribute in double or single quotes;
// in HTML and in XML. Line breaks and tabs survive in attributes, too.
std::string Markup(absl::string_view text);

// A JSON string with its quotes, which says all of the text (U+FFFD for what is
// no UTF-8) and may stand within <script>: `<`, `>`, `&`, U+2028, U+2029,
// controls and what turns the direction of writing around are escaped.
std::string Json(absl::string_view text);

// Disarmed text as a code span of Markdown, on one line, which may stand in a
// table: no markup, link, mention or reference to an issue. Empty stays empty.
std::string MarkdownCode(absl::string_view text);

// Whether a spreadsheet would run the text as a formula: it begins with `=`,
// `+`, `-`, `@`, their full-width forms, a tab or a line break; spaces before
// them do not help. A negative number is none.
bool IsFormula(absl::string_view text);

// A cell of CSV (RFC 4180) of disarmed text, quoted where it must be. Before a
// formula stands an apostrophe, so that a spreadsheet shows it as text.
std::string CsvCell(absl::string_view text);

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_ESCAPE_H_
