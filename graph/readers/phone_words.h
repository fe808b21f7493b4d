// Words that stand in phone numbers without being part of them. Plain data.
#ifndef CONCORDAT_GRAPH_READERS_PHONE_WORDS_H_
#define CONCORDAT_GRAPH_READERS_PHONE_WORDS_H_

#include "absl/strings/string_view.h"

namespace concordat::readers {

// Whether `word`, lower case and without a full stop, announces an extension:
// "ext", "x", "durchwahl", "доб".
bool IsExtensionWord(absl::string_view word);

// Whether `word`, lower case and without a full stop, says whose number it is
// or what answers there: "tel", "mobile", "fax", "büro".
bool IsPhoneLabel(absl::string_view word);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_PHONE_WORDS_H_
