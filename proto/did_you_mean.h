// What somebody probably meant who wrote a name that there is not.
#ifndef CONCORDAT_PROTO_DID_YOU_MEAN_H_
#define CONCORDAT_PROTO_DID_YOU_MEAN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace concordat {

// The end of a message about `name`, where one of `known` was expected:
// "; did you mean `email`?", or "; there is email, phone" if none is near and
// they are few, or nothing; of many names none is looked for. Pure;
// thread-safe.
std::string DidYouMean(absl::string_view name,
                       const std::vector<std::string>& known);

}  // namespace concordat

#endif  // CONCORDAT_PROTO_DID_YOU_MEAN_H_
