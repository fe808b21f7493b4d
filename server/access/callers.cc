#include "server/access/callers.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "concordat/v1/callers_file.pb.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "proto/yaml_reader.h"

namespace concordat {
namespace {

constexpr size_t kFileBytesMax = 4 << 20;
constexpr size_t kKeyHashDigits = 64;

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    return errors::InvalidField("", absl::StrCat("cannot open ", path));
  }
  // A larger one is refused, not cut: the byte too many shows it.
  std::string text(kFileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (file.bad() || text.size() > kFileBytesMax) {
    return errors::InvalidField(
        "", absl::StrCat("cannot read ", path, ", or it is too large"));
  }
  return text;
}

bool IsKeyHash(absl::string_view text) {
  return text.size() == kKeyHashDigits &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

class CallersBuilder {
 public:
  CallersBuilder(std::string path, const v1::CallersFile& message,
                 YamlResult& yaml)
      : path_(std::move(path)),
        folder_(std::filesystem::path(path_).parent_path()),
        message_(message),
        yaml_(yaml) {}

  std::shared_ptr<const Callers> Build() {
    callers_.files.push_back(path_);
    for (const auto& [domain, from] : message_.trust_domains()) {
      BuildDomain(domain, from);
    }
    for (const auto& [issuer, from] : message_.issuers()) {
      BuildIssuer(issuer, from);
    }
    if (message_.callers().empty()) {
      Report("callers", "is empty; nobody could call");
    }
    // In order of name, so that the same file has the same problems.
    std::map<std::string, const v1::CallerEntry*> sorted;
    for (const auto& [name, from] : message_.callers()) sorted[name] = &from;
    for (const auto& [name, from] : sorted) BuildCaller(name, *from);
    return std::make_shared<Callers>(std::move(callers_));
  }

 private:
  void Report(const std::string& path, std::string message) {
    AddYamlProblem({yaml_.LineOf(path), path, std::move(message)}, options_,
                   yaml_.problems);
  }

  std::string PathOf(const std::string& file) const {
    return (folder_ / file).string();
  }

  void BuildDomain(const std::string& domain, const v1::TrustDomain& from) {
    const std::string path =
        YamlPath(YamlPath("trust_domains", domain), "ca_file");
    callers_.files.push_back(PathOf(from.ca_file()));
    const auto pem = ReadSmallFile(callers_.files.back());
    if (from.ca_file().empty() || !pem.ok()) {
      Report(path, from.ca_file().empty()
                       ? "is missing"
                       : std::string(pem.status().message()));
      return;
    }
    if (!absl::StrContains(*pem, "-----BEGIN CERTIFICATE-----")) {
      Report(path, "holds no certificate in PEM");
    }
    callers_.authorities[domain] = *pem;
  }

  void BuildIssuer(const std::string& name, const v1::TokenIssuer& from) {
    const std::string path = YamlPath("issuers", name);
    TokenIssuer issuer;
    issuer.rules.issuer = name;
    issuer.rules.audience = from.audience();
    issuer.rules.roles_claim = from.roles_claim();
    issuer.rules.channel_claim = from.channel_claim();
    if (from.has_leeway()) {
      issuer.rules.leeway = absl::Seconds(from.leeway().seconds());
    }
    if (from.audience().empty()) {
      Report(YamlPath(path, "audience"),
             "is missing; without it tokens meant for others would do");
    }
    issuer.rules.algorithms.insert(from.algorithms().begin(),
                                   from.algorithms().end());
    if (from.algorithms().empty()) issuer.rules.algorithms = {"ES256", "RS256"};
    for (int i = 0; i < from.algorithms_size(); ++i) {
      if (!IsSignatureAlgorithm(from.algorithms(i))) {
        Report(YamlPath(YamlPath(path, "algorithms"), i),
               "must be ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384 "
               "or PS512");
      }
    }
    BuildKeySource(from, path, issuer);
    for (const auto& [word, role_name] : from.roles()) {
      AddRole(role_name, YamlPath(YamlPath(path, "roles"), word),
              [&issuer, word = word](Role role) { issuer.roles[word] = role; });
    }
    callers_.issuers[name] = std::move(issuer);
  }

  void BuildKeySource(const v1::TokenIssuer& from, const std::string& path,
                      TokenIssuer& issuer) {
    if (from.jwks_file().empty() == from.jwks_url().empty()) {
      Report(path, "needs its keys: either `jwks_file` or `jwks_url`");
    }
    if (!from.jwks_url().empty() &&
        !absl::StartsWith(from.jwks_url(), "https://")) {
      Report(YamlPath(path, "jwks_url"), "must begin with https://");
    }
    issuer.jwks_url = from.jwks_url();
    if (from.jwks_file().empty()) return;
    issuer.jwks_file = PathOf(from.jwks_file());
    const auto text = ReadSmallFile(issuer.jwks_file);
    const auto keys =
        text.ok() ? TokenKeys::Parse(*text).status() : text.status();
    if (!keys.ok()) {
      Report(YamlPath(path, "jwks_file"), std::string(keys.message()));
    }
  }

  template <typename Add>
  void AddRole(const std::string& name, const std::string& path, Add add) {
    for (const Role role : kRoles) {
      if (name == RoleName(role)) return add(role);
    }
    Report(path, "must be channel, qa, steward, admin or auditor");
  }

  void BuildCaller(const std::string& name, const v1::CallerEntry& from) {
    const std::string path = YamlPath("callers", name);
    auto caller = std::make_shared<Caller>();
    caller->name = name;
    caller->channel = from.channel();
    caller->calls_per_second = from.calls_per_second();
    caller->items_per_second = from.items_per_second();
    caller->open_calls_max = from.open_calls_max();
    if (from.calls_per_second() < 0 || from.items_per_second() < 0 ||
        from.open_calls_max() < 0) {
      Report(path, "has a quota below 0");
    }
    if (name.size() > static_cast<size_t>(limits::kNameBytesMax)) {
      Report(path,
             absl::StrCat("is longer than ", limits::kNameBytesMax, " bytes"));
    }
    if (from.roles().empty()) {
      Report(YamlPath(path, "roles"), "is missing; a caller has at least one");
    }
    for (int i = 0; i < from.roles_size(); ++i) {
      AddRole(from.roles(i), YamlPath(YamlPath(path, "roles"), i),
              [&caller](Role role) { caller->roles.Add(role); });
    }
    if (caller->roles.Has(Role::kChannel) == from.channel().empty()) {
      Report(YamlPath(path, "channel"),
             from.channel().empty() ? "is missing; which one does it speak for?"
                                    : "is only for the role `channel`");
    }
    AddWays(from, path, std::move(caller));
  }

  // By what it is recognised.
  void AddWays(const v1::CallerEntry& from, const std::string& path,
               const std::shared_ptr<Caller>& caller) {
    for (int i = 0; i < from.certificates_size(); ++i) {
      AddCertificate(from.certificates(i),
                     YamlPath(YamlPath(path, "certificates"), i), *caller);
    }
    for (int i = 0; i < from.key_sha256_size(); ++i) {
      const std::string key_path = YamlPath(YamlPath(path, "key_sha256"), i);
      if (!IsKeyHash(from.key_sha256(i))) {
        Report(key_path,
               "must be 64 hexadecimal digits in lower case, as `concordat "
               "keys make` prints them");
        continue;
      }
      AddUnique(callers_.by_key, from.key_sha256(i), RecognisedBy::kKey,
                *caller, key_path);
    }
    for (int i = 0; i < from.tokens_size(); ++i) {
      const v1::TokenSubject& token = from.tokens(i);
      const std::string token_path = YamlPath(YamlPath(path, "tokens"), i);
      const auto issuer = callers_.issuers.find(token.issuer());
      if (issuer == callers_.issuers.end()) {
        Report(YamlPath(token_path, "issuer"), "is not one of `issuers`");
        continue;
      }
      AddUnique(issuer->second.callers, token.subject(), RecognisedBy::kToken,
                *caller, token_path);
    }
    if (from.local()) {
      if (callers_.local != nullptr) {
        Report(YamlPath(path, "local"),
               absl::StrCat("is said of `", callers_.local->name, "` too"));
      }
      callers_.local = Recognised(*caller, RecognisedBy::kLocal);
    }
    if (from.certificates().empty() && from.key_sha256().empty() &&
        from.tokens().empty() && !from.local()) {
      Report(path,
             "cannot be recognised; give it `certificates`, `key_sha256`, "
             "`tokens` or `local`");
    }
  }

  void AddCertificate(const std::string& name, const std::string& path,
                      const Caller& caller) {
    const bool vouched = std::any_of(
        callers_.authorities.begin(), callers_.authorities.end(),
        [&name](const auto& entry) {
          return absl::StartsWith(
                     name, absl::StrCat("spiffe://", entry.first, "/")) ||
                 name == entry.first ||
                 absl::EndsWith(name, absl::StrCat(".", entry.first));
        });
    if (!vouched) {
      Report(path, "is in none of `trust_domains`");
      return;
    }
    AddUnique(callers_.by_certificate, name, RecognisedBy::kCertificate, caller,
              path);
  }

  void AddUnique(ByText<std::shared_ptr<const Caller>>& callers,
                 const std::string& by, RecognisedBy how, const Caller& caller,
                 const std::string& path) {
    const auto [other, is_new] = callers.emplace(by, Recognised(caller, how));
    if (is_new) return;
    Report(path, absl::StrCat("is also that of `", other->second->name, "`"));
  }

  static std::shared_ptr<const Caller> Recognised(Caller caller,
                                                  RecognisedBy by) {
    caller.by = by;
    return std::make_shared<const Caller>(std::move(caller));
  }

  const std::string path_;
  const std::filesystem::path folder_;
  const v1::CallersFile& message_;
  YamlResult& yaml_;
  const YamlOptions options_;
  Callers callers_;
};

}  // namespace

absl::string_view RecognisedByName(RecognisedBy by) {
  switch (by) {
    case RecognisedBy::kCertificate:
      return "certificate";
    case RecognisedBy::kToken:
      return "token";
    case RecognisedBy::kKey:
      return "key";
    case RecognisedBy::kLocal:
      return "local";
    case RecognisedBy::kInProcess:
      return "in_process";
  }
  return "";
}

std::shared_ptr<const Callers> Callers::Anybody() {
  auto caller = std::make_shared<Caller>();
  caller->name = "anybody";
  for (const Role role : kRoles) {
    if (role != Role::kChannel) caller->roles.Add(role);
  }
  caller->development = true;
  auto callers = std::make_shared<Callers>();
  callers->local = std::move(caller);
  return callers;
}

absl::StatusOr<std::shared_ptr<const Callers>> LoadCallers(
    const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(path));
  v1::CallersFile message;
  YamlResult yaml = ReadYaml(text, message);
  std::shared_ptr<const Callers> callers;
  if (yaml.ok()) callers = CallersBuilder(path, message, yaml).Build();
  if (yaml.ok()) return callers;
  SortYamlProblems(yaml.problems);
  return errors::InvalidField(
      "", absl::StrJoin(yaml.problems, "\n",
                        [&path](std::string* out, const YamlProblem& problem) {
                          out->append(WriteYamlProblem(path, problem));
                        }));
}

}  // namespace concordat
