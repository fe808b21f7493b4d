#include "client/cli/connection_flags.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "client/cli/contexts.h"
#include "client/files.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

constexpr int64_t kSecretBytesMax = 16 << 10;

std::string Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The key or token that says who asks. Never a flag: arguments are seen by
// everybody on the machine.
absl::StatusOr<std::string> BearerOf(const v1::SavedContext& said) {
  const std::string& file =
      said.key_file().empty() ? said.token_file() : said.key_file();
  if (file.empty()) {
    const std::string key = Environment("CONCORDAT_API_KEY");
    return key.empty() ? Environment("CONCORDAT_TOKEN") : key;
  }
  CLIENT_ASSIGN_OR_RETURN(const std::string text,
                          ReadFile(file, kSecretBytesMax));
  return std::string(absl::StripAsciiWhitespace(text));
}

template <typename Get>
CLI::Option* AddText(CLI::App& app, const std::string& name, Get get,
                     const std::string& description) {
  return app.add_option_function<std::string>(
      name, [get](const std::string& text) { *get() = text; }, description);
}

}  // namespace

void AddSavedFlags(CLI::App& app, v1::SavedContext& said) {
  app.add_flag_function(
      "--tls", [&said](int64_t) { said.set_tls(true); },
      "Connect by TLS, believing the machine's authorities");
  AddText(
      app, "--ca", [&said] { return said.mutable_ca_file(); },
      "Connect by TLS, believing the authorities of this PEM file");
  AddText(
      app, "--cert", [&said] { return said.mutable_cert_file(); },
      "Client certificate, a PEM file");
  AddText(
      app, "--cert-key", [&said] { return said.mutable_cert_key_file(); },
      "Its private key, a PEM file");
  AddText(
      app, "--key-file", [&said] { return said.mutable_key_file(); },
      "File that holds an API key (else: CONCORDAT_API_KEY)");
  AddText(
      app, "--token-file", [&said] { return said.mutable_token_file(); },
      "File that holds a token, JWT (else: CONCORDAT_TOKEN)");
  AddText(
      app, "--purpose", [&said] { return said.mutable_purpose(); },
      "Why you ask, see `concordat access whoami`");
}

void AddConnectionFlags(CLI::App& app, ConnectionFlags& flags) {
  app.add_option("--server", flags.server,
                 "Address: host:port or unix:/path (default: the context's, "
                 "else localhost:7400)");
  app.add_option("--context", flags.context,
                 "Saved server, see `concordat contexts`");
  AddSavedFlags(app, flags.said);
  app.add_option("--timeout", flags.timeout_seconds,
                 "Longest wait for one answer, seconds")
      ->check(CLI::Range(0.001, 86400.0))
      ->capture_default_str();
}

absl::StatusOr<ConnectionOptions> ConnectionOf(const ConnectionFlags& flags) {
  v1::SavedContext said;
  if (flags.server.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const std::string path, ContextsPath());
    CLIENT_ASSIGN_OR_RETURN(const v1::ContextsFile contexts,
                            LoadContexts(path));
    CLIENT_ASSIGN_OR_RETURN(said, ContextOf(contexts, flags.context));
  } else {
    said.set_server(flags.server);
  }
  said.MergeFrom(flags.said);
  ConnectionOptions options;
  options.address = said.server();
  options.tls = said.tls();
  options.ca_file = said.ca_file();
  options.cert_file = said.cert_file();
  options.cert_key_file = said.cert_key_file();
  options.purpose = said.purpose();
  CLIENT_ASSIGN_OR_RETURN(options.bearer, BearerOf(said));
  options.timeout = absl::Seconds(flags.timeout_seconds);
  return options;
}

}  // namespace concordat::client
