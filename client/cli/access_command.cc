// concordat access whoami|list|verify, concordat keys make
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "client/cli/app.h"
#include "client/status_macros.h"
#include "client/times.h"
#include "proto/sha256.h"

namespace concordat::client {
namespace {

// So keys are told from tokens (server/access/authenticator.cc).
constexpr char kKeyPrefix[] = "concordat_";
constexpr int kKeyBytes = 32;
constexpr int kPageSize = 1000;

struct ListFlags {
  std::string entity;
  std::string caller;
  std::string since;
  std::string until;
  int64_t limit = 100;
};

// `LAST_4` of WITHHELD_ALL_BUT_LAST_4.
std::string WithheldWord(v1::Withheld withheld) {
  constexpr absl::string_view kPrefix = "WITHHELD_ALL_BUT_";
  const std::string name = v1::Withheld_Name(withheld);
  if (withheld == v1::WITHHELD_UNSPECIFIED) return "full";
  return absl::AsciiStrToLower(absl::string_view(name).substr(kPrefix.size()));
}

absl::StatusOr<int> WhoAmI(const App& app) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetCallerResponse caller,
                          client->GetCaller());
  if (app.format() != OutputFormat::kTable) {
    PrintAnswer(app.format(), caller, "");
    return kDone;
  }
  std::vector<std::string> roles;
  for (const int role : caller.roles()) {
    roles.push_back(absl::AsciiStrToLower(
        v1::Role_Name(static_cast<v1::Role>(role)).substr(5)));
  }
  std::printf("%s, recognised by %s: %s%s%s\n", caller.name().c_str(),
              caller.recognised_by().c_str(),
              absl::StrJoin(roles, ", ").c_str(),
              caller.channel().empty() ? "" : " of ", caller.channel().c_str());
  if (caller.development())
    std::printf(
        "The server asks nobody who he is: for development only "
        "(concordatd --callers).\n");
  if (!caller.purposes().empty())
    std::printf("Purposes: %s; stated: %s\n",
                absl::StrJoin(caller.purposes(), ", ").c_str(),
                caller.purpose().empty() ? "none" : caller.purpose().c_str());
  if (!caller.grants().empty())
    std::printf("Grants: %s\n", absl::StrJoin(caller.grants(), ", ").c_str());
  ListPrinter printer(app.format(), {"TYPE", "ATTRIBUTE", "SEES", "OF"});
  for (const v1::AttributeSight& sight : caller.sees())
    printer.Add(sight,
                {sight.entity_type(), sight.attribute(),
                 sight.hidden() ? "nothing" : WithheldWord(sight.withheld()),
                 sight.some_rows() ? "some" : "all"});
  printer.Flush();
  return kDone;
}

std::string AttributesText(const v1::AccessedEntity& entity) {
  return absl::StrJoin(
      entity.attributes(), ", ",
      [](std::string* out, const v1::AccessedAttribute& attribute) {
        absl::StrAppend(out, attribute.attribute());
        if (attribute.withheld() != v1::WITHHELD_UNSPECIFIED)
          absl::StrAppend(out, " (", WithheldWord(attribute.withheld()), ")");
      });
}

void SetTime(absl::Time time, google::protobuf::Timestamp* wire) {
  wire->set_seconds(absl::ToUnixSeconds(time));
  wire->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(wire->seconds()))));
}

absl::StatusOr<v1::ListAccessesRequest> RequestOf(const ListFlags& flags) {
  v1::ListAccessesRequest request;
  request.set_caller(flags.caller);
  if (!flags.entity.empty()) {
    CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(),
                            ParseEntity(flags.entity));
  }
  const absl::Time now = absl::Now();
  if (!flags.since.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const absl::Time since,
                            ParseInstantFlag("--since", flags.since, now));
    SetTime(since, request.mutable_start_time());
  }
  if (!flags.until.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const absl::Time until,
                            ParseInstantFlag("--until", flags.until, now));
    SetTime(until, request.mutable_end_time());
  }
  request.set_page_size(
      static_cast<int32_t>(std::min<int64_t>(flags.limit, kPageSize)));
  return request;
}

absl::StatusOr<int> List(const App& app, const ListFlags& flags) {
  CLIENT_ASSIGN_OR_RETURN(v1::ListAccessesRequest request, RequestOf(flags));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(app.format(), {"TIME", "CALLER", "PURPOSE", "METHOD",
                                     "ENTITY", "ATTRIBUTES"});
  int64_t shown = 0;
  while (true) {
    CLIENT_ASSIGN_OR_RETURN(const v1::ListAccessesResponse page,
                            client->ListAccesses(request));
    for (const v1::Access& access : page.accesses()) {
      if (shown++ == flags.limit) break;
      for (const v1::AccessedEntity& entity : access.entities())
        printer.Add(
            access,
            {FormatTime(access.time()), access.caller(), access.purpose(),
             absl::StrCat(access.method(),
                          access.changed() ? " (changed)" : ""),
             EntityText(entity.entity()), AttributesText(entity)});
    }
    if (page.next_page_token().empty() || shown >= flags.limit) break;
    request.set_page_token(page.next_page_token());
  }
  printer.Flush();
  return kDone;
}

absl::StatusOr<int> Verify(const App& app) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::VerifyAccessLogResponse log,
                          client->VerifyAccessLog());
  PrintAnswer(app.format(), log,
              absl::StrCat("The access log is whole: ", log.records(),
                           " records; the last has the hash ", log.head(),
                           "\nKeep that somewhere else: it tells later whether "
                           "anything up to here was changed or cut off.\n"));
  return kDone;
}

// Not std::random_device alone: it says little of where its bytes come from.
absl::StatusOr<std::string> DrawKey() {
  std::string bytes(kKeyBytes, '\0');
  const int random = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  const ssize_t got =
      random < 0 ? -1 : read(random, bytes.data(), bytes.size());
  if (random >= 0) close(random);
  if (got != kKeyBytes)
    return absl::InternalError("/dev/urandom gives no random bytes");
  return absl::StrCat(kKeyPrefix, absl::WebSafeBase64Escape(bytes));
}

absl::StatusOr<int> MakeKey(const std::string& path) {
  CLIENT_ASSIGN_OR_RETURN(const std::string key, DrawKey());
  // For the owner only from the beginning, and never over another key.
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                        S_IRUSR | S_IWUSR);
  if (file < 0)
    return absl::InvalidArgumentError(
        absl::StrCat("cannot make ", path, ": ", std::strerror(errno)));
  const std::string line = key + "\n";
  const bool written = write(file, line.data(), line.size()) ==
                       static_cast<ssize_t>(line.size());
  close(file);
  if (!written) return absl::InternalError(absl::StrCat("cannot write ", path));
  std::printf(
      "The key is in %s. In the file of callers it stands as\n"
      "    key_sha256: [%s]\n",
      path.c_str(), absl::BytesToHexString(Sha256().Add(key).Finish()).c_str());
  return kDone;
}

}  // namespace

void AddAccessCommands(App& app) {
  CLI::App* noun = app.Noun("access", "Who may know what, and who looked");
  app.Verb(noun, "whoami", "Who the server takes you for, and what you may see",
           "  concordat access whoami\n"
           "  concordat access whoami --purpose support",
           [&app] { return WhoAmI(app); });
  const auto flags = std::make_shared<ListFlags>();
  CLI::App* verb = app.Verb(
      noun, "list", "Who read or changed personal values, the newest first",
      "  concordat access list customer/c-1\n"
      "  concordat access list --caller partner --since 7d",
      [&app, flags] { return List(app, *flags); });
  verb->add_option("ENTITY", flags->entity,
                   "Who saw this one's data: TYPE/ID (default: anybody's)");
  verb->add_option("--caller", flags->caller, "Only what this caller did");
  verb->add_option("--since", flags->since, "From then on: RFC 3339, or `7d`");
  verb->add_option("--until", flags->until, "Before then: RFC 3339, or `1h`");
  verb->add_option("--limit", flags->limit, "Accesses to show at most")
      ->check(CLI::Range(int64_t{1}, int64_t{1'000'000}))
      ->capture_default_str();
  app.Verb(noun, "verify", "Check that nothing of the access log was changed",
           "  concordat access verify", [&app] { return Verify(app); });
  noun = app.Noun("keys", "API keys");
  const auto path = std::make_shared<std::string>();
  verb = app.Verb(noun, "make",
                  "Draw a key into a new file and print what the file of "
                  "callers needs",
                  "  concordat keys make ~/.config/concordat/qa.key",
                  [path] { return MakeKey(*path); });
  verb->add_option("FILE", *path, "File to make, for the owner only")
      ->required();
}

}  // namespace concordat::client
