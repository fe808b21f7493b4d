#ifndef CONCORDAT_SERVER_ACCESS_CALLER_H_
#define CONCORDAT_SERVER_ACCESS_CALLER_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "consistency/access/entitlement.h"
#include "consistency/access/grants.h"

namespace concordat {

// By what a caller was recognised.
enum class RecognisedBy { kCertificate, kToken, kKey, kLocal, kInProcess };

// "certificate", "token" ...
absl::string_view RecognisedByName(RecognisedBy by);

// Somebody whom the server knows. Immutable.
struct Caller {
  // For logs and as `actor`: that of the file of callers, or for one that only
  // its token describes, "issuer#subject".
  std::string name;
  RoleSet roles;
  // For Role::kChannel: the channel that it speaks for.
  std::string channel;
  RecognisedBy by = RecognisedBy::kLocal;
  // Nobody is asked who he is, so this is whoever reaches the server.
  bool development = false;
  // 0: the server's default.
  double calls_per_second = 0;
  double items_per_second = 0;
  int open_calls_max = 0;

  // May touch other channels' matters.
  bool judges_channels() const {
    return roles.Has(Role::kQa) || roles.Has(Role::kSteward) ||
           roles.Has(Role::kAdmin) || roles.Has(Role::kAuditor);
  }
};

// One call of a caller.
struct Call {
  std::shared_ptr<const Caller> caller;
  // As stated; empty: none was.
  std::string purpose;

  Asker asker() const {
    return {
        .roles = caller->roles, .channel = caller->channel, .purpose = purpose};
  }
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_CALLER_H_
