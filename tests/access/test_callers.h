// Callers of every role, each with a key of its own.
#ifndef CONCORDAT_TESTS_ACCESS_TEST_CALLERS_H_
#define CONCORDAT_TESTS_ACCESS_TEST_CALLERS_H_

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/sha256.h"
#include "server/access/callers.h"

namespace concordat {

// The key of a test's caller.
inline std::string KeyOf(absl::string_view name) {
  return absl::StrCat("concordat_key-of-", name);
}

inline void AddCaller(Callers& callers, const Caller& caller) {
  callers.by_key[absl::BytesToHexString(
      Sha256().Add(KeyOf(caller.name)).Finish())] =
      std::make_shared<Caller>(caller);
}

// "qa", "steward", "admin", "auditor", and "web", which speaks for the channel
// web. Each has the one role, and a key.
inline std::shared_ptr<Callers> OneOfEachRole() {
  auto callers = std::make_shared<Callers>();
  for (const Role role : kRoles) {
    Caller caller;
    caller.name = role == Role::kChannel ? "web" : RoleName(role);
    caller.roles = {role};
    if (role == Role::kChannel) caller.channel = "web";
    caller.by = RecognisedBy::kKey;
    AddCaller(*callers, caller);
  }
  return callers;
}

}  // namespace concordat

#endif  // CONCORDAT_TESTS_ACCESS_TEST_CALLERS_H_
