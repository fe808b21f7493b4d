// concordat watch, concordat cursors list|put|delete
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/cli/app.h"
#include "client/cli/change_text.h"
#include "client/cli/fact_text.h"
#include "client/cli/judgement_text.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

struct Flags {
  bool facts = false;
  bool relations = false;
  bool links = false;
  bool identity = false;
  bool claims = false;
  bool findings = false;
  std::vector<std::string> types;
  std::vector<std::string> attributes;
  std::vector<std::string> channels;
  std::vector<std::string> entities;
  std::string after;
  std::string since;
  std::string cursor;
  bool advance = false;
  bool snapshot = false;
  bool from_now = false;
  bool until_now = false;
  int64_t limit = 0;
  double progress_seconds = 10;
};

absl::StatusOr<v1::WatchRequest> RequestOf(const Flags& flags) {
  v1::WatchRequest request;
  v1::WatchFilter* filter = request.mutable_filter();
  const std::pair<bool, v1::WatchKind> kinds[] = {
      {flags.facts, v1::WATCH_KIND_FACT},
      {flags.relations, v1::WATCH_KIND_RELATION},
      {flags.links, v1::WATCH_KIND_LINK},
      {flags.identity, v1::WATCH_KIND_IDENTITY},
      {flags.claims, v1::WATCH_KIND_CLAIM},
      {flags.findings, v1::WATCH_KIND_FINDING}};
  for (const auto& [wanted, kind] : kinds) {
    if (wanted) filter->add_kinds(kind);
  }
  filter->mutable_entity_types()->Add(flags.types.begin(), flags.types.end());
  filter->mutable_attributes()->Add(flags.attributes.begin(),
                                    flags.attributes.end());
  filter->mutable_channels()->Add(flags.channels.begin(), flags.channels.end());
  for (const std::string& entity : flags.entities) {
    CLIENT_ASSIGN_OR_RETURN(*filter->add_entities(), ParseEntity(entity));
  }
  if (!flags.after.empty()) {
    request.set_after(flags.after);
  } else if (!flags.cursor.empty()) {
    request.set_after_cursor(flags.cursor);
  } else if (!flags.since.empty()) {
    CLIENT_ASSIGN_OR_RETURN(
        const absl::Time since,
        ParseInstantFlag("--since", flags.since, absl::Now()));
    *request.mutable_since() =
        google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
            absl::ToUnixMicros(since));
  } else if (flags.snapshot) {
    request.set_snapshot(true);
  } else {
    request.set_from_now(true);
  }
  const absl::Duration progress = absl::Seconds(flags.progress_seconds);
  request.mutable_progress_interval()->set_seconds(
      absl::ToInt64Seconds(progress));
  request.mutable_progress_interval()->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(progress % absl::Seconds(1))));
  return request;
}

// --- What an event is in a table ---------------------------------------------

TableRow FactRow(const std::string& what, const v1::Fact& fact,
                 const std::string& value) {
  return {what, "", EntityText(fact.entity()), fact.attribute(), value};
}

TableRow RelationRow(const std::string& what, const v1::Relation& relation) {
  return {what, "", EntityText(relation.from()), relation.relation(),
          EntityText(relation.to())};
}

TableRow LinkRow(const std::string& what, const v1::Link& link) {
  return {what, link.channel(), EntityText(link.entity()), "", link.subject()};
}

TableRow ChangeRow(const v1::RecordedChange& recorded) {
  const v1::Change& change = recorded.change();
  switch (change.change_case()) {
    case v1::Change::kPutFact:
      return FactRow(
          "fact", change.put_fact(),
          recorded.erased() ? kErased : ValueText(change.put_fact()));
    case v1::Change::kRetractFact:
      return {"fact retracted", "", EntityText(change.retract_fact().entity()),
              change.retract_fact().attribute(), ""};
    case v1::Change::kPutRelation:
      return RelationRow("relation", change.put_relation());
    case v1::Change::kRetractRelation:
      return RelationRow("relation retracted", change.retract_relation());
    case v1::Change::kPutLink:
      return LinkRow("link", change.put_link());
    case v1::Change::kRetractLink:
      return LinkRow("link retracted", change.retract_link());
    default:
      return {ChangeKindText(change), "", ChangeSubjectText(change), "", ""};
  }
}

TableRow EventRow(const v1::WatchEvent& event) {
  if (event.has_claim()) {
    const v1::Claim& claim = event.claim().claim();
    return {absl::StrCat("claim ", VerdictText(event.claim().verdict())),
            claim.channel(),
            event.claim().has_entity() ? EntityText(event.claim().entity())
                                       : claim.subject(),
            event.claim().attribute(), ClaimText(claim)};
  }
  if (event.has_finding()) {
    const v1::WatchedFinding& finding = event.finding();
    return {absl::StrCat("finding ",
                         ShortName(v1::FindingState_Name(finding.state()),
                                   "FINDING_STATE_"),
                         " ", VerdictText(finding.verdict())),
            finding.channel(), EntityText(finding.entity()),
            finding.attribute(), finding.id()};
  }
  return ChangeRow(event.change());
}

// Prints responses as they come: whole ones as JSON or YAML, and a row for
// each event in a table or as CSV.
class Printer {
 public:
  explicit Printer(OutputFormat format)
      : whole_(format == OutputFormat::kJson || format == OutputFormat::kYaml),
        printer_(format, {"AT", "WHAT", "CHANNEL", "ENTITY", "ATTRIBUTE",
                          "VALUE", "ACTOR"}) {}

  void Print(const v1::WatchResponse& response) {
    if (whole_) {
      printer_.Add(response, {});
    } else {
      for (const v1::WatchEvent& event : response.snapshot()) {
        const v1::RecordedChange& change = event.change();
        Add(event,
            change.has_recorded_at() ? FormatTime(change.recorded_at()) : "",
            change.actor());
      }
      for (const v1::WatchedCommit& commit : response.commits()) {
        for (const v1::WatchEvent& event : commit.events()) {
          Add(event, FormatTime(commit.recorded_at()), commit.actor());
        }
      }
      // A bookmark is no row; the columns are as wide as the first rows are.
      if (response.snapshot().empty() && response.commits().empty()) return;
    }
    printer_.Flush();
    std::fflush(stdout);
  }

 private:
  void Add(const v1::WatchEvent& event, const std::string& at,
           const std::string& actor) {
    TableRow row = EventRow(event);
    row.insert(row.begin(), at);
    row.push_back(actor);
    printer_.Add(event, std::move(row));
  }

  const bool whole_;
  ListPrinter printer_;
};

// Drops what comes after the first `left` events; gives how many stay. With
// `whole_commits` a commit that has begun stays as a whole. `before` is the
// place up to which everything was printed; the response is given the place up
// to which that is so with it.
int64_t CutTo(int64_t left, bool whole_commits, const std::string& before,
              v1::WatchResponse& response) {
  int64_t kept = 0;
  const auto cut = [&](auto* events) {
    const int64_t room = std::max<int64_t>(left - kept, 0);
    const bool fits = events->size() <= room;
    if (!fits && !(whole_commits && room > 0)) {
      events->DeleteSubrange(static_cast<int>(room),
                             events->size() - static_cast<int>(room));
    }
    kept += events->size();
    return fits || events->size() > room;
  };
  if (response.content() == v1::WATCH_CONTENT_SNAPSHOT) {
    whole_commits = false;
    cut(response.mutable_snapshot());
    return kept;
  }
  std::string place = before;
  for (int i = 0; i < response.commits_size(); ++i) {
    v1::WatchedCommit* commit = response.mutable_commits(i);
    const bool whole = cut(commit->mutable_events());
    if (whole) {
      place = commit->revision();
      continue;
    }
    const int stay = commit->events().empty() ? i : i + 1;
    response.mutable_commits()->DeleteSubrange(stay,
                                               response.commits_size() - stay);
    response.set_revision(place);
  }
  return kept;
}

absl::StatusOr<int> RunWatch(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(v1::WatchRequest request, RequestOf(flags));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  std::string until;
  if (flags.until_now) {
    CLIENT_ASSIGN_OR_RETURN(const v1::GetServerInfoResponse info,
                            client->GetServerInfo());
    until = info.revision();
    // Where nothing more matches, a bookmark says that it is over.
    request.mutable_progress_interval()->set_seconds(0);
    request.mutable_progress_interval()->set_nanos(100'000'000);
  }
  Printer printer(app.format());
  const std::unique_ptr<Watch> watch = client->StartWatch(std::move(request));
  int64_t left = flags.limit == 0 ? INT64_MAX : flags.limit;
  int64_t restarts = 0;
  std::string printed;  // everything up to it was
  std::string saved;
  bool over = false;
  while (!over) {
    absl::StatusOr<v1::WatchResponse> response = watch->Next();
    if (!response.ok()) {
      if (!watch->revision().empty()) {
        std::fprintf(stderr, "go on with --after %s\n",
                     watch->revision().c_str());
      }
      return response.status();
    }
    if (watch->snapshots_restarted() != restarts) {
      restarts = watch->snapshots_restarted();
      std::fprintf(stderr,
                   "the snapshot broke off and begins anew: the rows above are "
                   "void\n");
    }
    left -= CutTo(left, flags.advance, printed, *response);
    printer.Print(*response);
    if (std::ferror(stdout) != 0) break;
    if (!response->revision().empty()) printed = response->revision();
    // Kept only once it was printed: after a failure an event may be printed
    // again, but none is missed.
    if (flags.advance && !printed.empty() && printed != saved) {
      saved = printed;
      v1::PutCursorRequest place;
      place.set_name(flags.cursor);
      place.set_revision(saved);
      CLIENT_RETURN_IF_ERROR(client->PutCursor(place).status());
    }
    CLIENT_ASSIGN_OR_RETURN(const bool reached,
                            client->HasReached(watch->revision(), until));
    over = reached || left <= 0;
  }
  return kDone;
}

void AddWatch(App& app) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      &app.cli(), "watch",
      "Follow what is recorded: facts, relations, links, claims, findings",
      "  concordat watch\n"
      "  concordat watch --findings --channel web,app\n"
      "  concordat watch --facts --entity customer/c-17 --snapshot\n"
      "  concordat watch --after TOKEN --until-now -o json\n"
      "  concordat watch --since 1h --until-now\n"
      "  concordat watch --cursor nightly --advance --until-now -o csv",
      [&app, flags] { return RunWatch(app, *flags); });
  verb->add_flag("--facts", flags->facts, "Facts (default: every kind)");
  verb->add_flag("--relations", flags->relations, "Relations");
  verb->add_flag("--links", flags->links, "Links");
  verb->add_flag("--identity", flags->identity, "Merges and splits");
  verb->add_flag("--claims", flags->claims, "Claims with their verdicts");
  verb->add_flag("--findings", flags->findings, "Findings");
  verb->add_option("--type", flags->types, "Only of these entity types")
      ->delimiter(',');
  verb->add_option("--attribute", flags->attributes,
                   "Only of these attributes or relations")
      ->delimiter(',');
  verb->add_option("--channel", flags->channels,
                   "Only of these channels: links, claims, findings")
      ->delimiter(',');
  verb->add_option("--entity", flags->entities,
                   "Only of these entities, TYPE/ID")
      ->delimiter(',');
  CLI::Option* const after =
      verb->add_option("--after", flags->after, "From after this token on");
  CLI::Option* const cursor = verb->add_option(
      "--cursor", flags->cursor, "From after the place of this cursor on");
  CLI::Option* const since = verb->add_option(
      "--since", flags->since,
      "From this time on, or from so long ago: 2026-03-01, 24h, 7d");
  CLI::Option* const snapshot = verb->add_flag(
      "--snapshot", flags->snapshot, "First what there is, then what comes");
  CLI::Option* const from_now = verb->add_flag(
      "--from-now", flags->from_now, "What comes from now on (default)");
  after->excludes(cursor, since, snapshot, from_now);
  cursor->excludes(since, snapshot, from_now);
  since->excludes(snapshot, from_now);
  snapshot->excludes(from_now);
  verb->add_flag("--advance", flags->advance,
                 "Move the cursor behind what was printed")
      ->needs(cursor);
  verb->add_flag("--until-now", flags->until_now,
                 "End when everything recorded by now has come");
  verb->add_option("--limit", flags->limit,
                   "End after so many events; with --advance after the commit "
                   "that has the last of them")
      ->check(CLI::PositiveNumber);
  verb->add_option("--progress", flags->progress_seconds,
                   "Seconds of silence after which a bookmark comes")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
}

// --- Cursors
// ------------------------------------------------------------------

struct CursorFlags {
  std::string name;
  std::string revision;
};

TableRow CursorRow(const v1::Cursor& cursor) {
  return {cursor.name(), FormatTime(cursor.updated_at()), cursor.revision()};
}

absl::StatusOr<int> ListCursors(const App& app) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::ListCursorsResponse response,
                          client->ListCursors({}));
  ListPrinter printer(app.format(), {"NAME", "MOVED", "REVISION"});
  for (const v1::Cursor& cursor : response.cursors()) {
    printer.Add(cursor, CursorRow(cursor));
  }
  printer.Flush();
  return kDone;
}

absl::StatusOr<int> PutCursor(const App& app, const CursorFlags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  v1::PutCursorRequest request;
  request.set_name(flags.name);
  request.set_revision(flags.revision);
  if (flags.revision.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const v1::GetServerInfoResponse info,
                            client->GetServerInfo());
    request.set_revision(info.revision());
  }
  CLIENT_ASSIGN_OR_RETURN(const v1::PutCursorResponse response,
                          client->PutCursor(request));
  PrintAnswer(app.format(), response.cursor(),
              absl::StrCat("cursor ", flags.name, " stands at ",
                           response.cursor().revision(), "\n"));
  return kDone;
}

absl::StatusOr<int> DeleteCursor(const App& app, const CursorFlags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  v1::DeleteCursorRequest request;
  request.set_name(flags.name);
  CLIENT_ASSIGN_OR_RETURN(const v1::DeleteCursorResponse response,
                          client->DeleteCursor(request));
  PrintAnswer(app.format(), response,
              absl::StrCat("cursor ", flags.name, " is gone\n"));
  return kDone;
}

void AddCursors(App& app) {
  CLI::App* const noun =
      app.Noun("cursors", "Named places in the log, which compaction respects");
  app.Verb(noun, "list", "All cursors", "  concordat cursors list",
           [&app] { return ListCursors(app); });
  const auto flags = std::make_shared<CursorFlags>();
  CLI::App* verb = app.Verb(noun, "put", "Make a cursor, or move it",
                            "  concordat cursors put nightly\n"
                            "  concordat cursors put nightly TOKEN",
                            [&app, flags] { return PutCursor(app, *flags); });
  verb->add_option("NAME", flags->name, "Its name")->required();
  verb->add_option("TOKEN", flags->revision,
                   "Revision token (default: the newest)");
  verb = app.Verb(noun, "delete", "Forget a cursor",
                  "  concordat cursors delete nightly",
                  [&app, flags] { return DeleteCursor(app, *flags); });
  verb->add_option("NAME", flags->name, "Its name")->required();
}

}  // namespace

void AddWatchCommands(App& app) {
  AddWatch(app);
  AddCursors(app);
}

}  // namespace concordat::client
