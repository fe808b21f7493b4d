// What mail providers deliver alike. Plain data.
#ifndef CONCORDAT_GRAPH_READERS_EMAIL_PROVIDERS_H_
#define CONCORDAT_GRAPH_READERS_EMAIL_PROVIDERS_H_

#include "absl/strings/string_view.h"

namespace concordat::readers {

struct EmailProvider {
  // The domain that stands for all of the provider's on which one mailbox has
  // several addresses; null: each domain stands for itself.
  const char* domain;
  // A tag starts with it: jane+shop@.
  char tag;
  // Characters of a mailbox's name that do not count: "." or "._-".
  const char* ignored;
  // Stands for '.' in a mailbox's name; 0: nothing does.
  char dot = 0;
};

// The provider of a domain (lower case, ASCII); nullptr where its rules are not
// known. Thread-safe.
const EmailProvider* FindEmailProvider(absl::string_view domain);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_EMAIL_PROVIDERS_H_
