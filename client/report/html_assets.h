// The page's own style and script, which its security policy names by hash.
#ifndef CONCORDAT_CLIENT_REPORT_HTML_ASSETS_H_
#define CONCORDAT_CLIENT_REPORT_HTML_ASSETS_H_

#include "absl/strings/string_view.h"

namespace concordat::client::report {

// What stands between <style> and </style>.
absl::string_view PageStyle();

// What stands between <script> and </script>: sorts, filters and leafs through
// the findings of the element `findings`. Makes text nodes, never markup.
absl::string_view PageScript();

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_HTML_ASSETS_H_
