// Phone numbers and email addresses.
#ifndef CONCORDAT_GRAPH_VALUES_CONTACT_H_
#define CONCORDAT_GRAPH_VALUES_CONTACT_H_

#include <compare>
#include <string>

namespace concordat {

// E.164 with an optional extension. `complete` is false where the country was
// neither written nor known from the context; then `number` is the national
// number alone.
struct Phone {
  std::string number;  // "+493012345" or "3012345"
  std::string extension;
  bool complete = true;
  friend bool operator==(const Phone&, const Phone&) = default;
};

struct Email {
  std::string address;  // lower case; domain in its ASCII (IDNA) form
  friend auto operator<=>(const Email&, const Email&) = default;
};

// The canonical writing, equal for equal values: "+493012345 ext. 12",
// "name@example.com".
void AppendCanonical(const Phone& phone, std::string* out);
void AppendCanonical(const Email& email, std::string* out);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_CONTACT_H_
