// concordat identity merge|split|distinct|explain|history|list
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/change_text.h"
#include "client/cli/write_change.h"
#include "client/status_macros.h"
#include "client/times.h"
#include "concordat/v1/identity.pb.h"

namespace concordat::client {
namespace {

struct Flags : WriteFlags {
  std::string one;
  std::string other;
  std::string source;
  std::string type;
  std::string at_revision;
  bool override_brakes = false;
  bool retract = false;
};

absl::StatusOr<int> Merge(const App& app, const Flags& flags) {
  v1::Change change;
  v1::Merge& merge = *change.mutable_merge();
  CLIENT_ASSIGN_OR_RETURN(*merge.mutable_duplicate(), ParseEntity(flags.one));
  CLIENT_ASSIGN_OR_RETURN(*merge.mutable_survivor(), ParseEntity(flags.other));
  merge.set_source(flags.source);
  merge.set_reason(flags.reason);
  merge.set_override_brakes(flags.override_brakes);
  return WriteChange(app, flags, change,
                     absl::StrCat(flags.one, " is merged into ", flags.other));
}

absl::StatusOr<int> Split(const App& app, const Flags& flags) {
  v1::Change change;
  v1::Split& split = *change.mutable_split();
  CLIENT_ASSIGN_OR_RETURN(*split.mutable_duplicate(), ParseEntity(flags.one));
  split.set_source(flags.source);
  split.set_reason(flags.reason);
  return WriteChange(app, flags, change,
                     absl::StrCat(flags.one, " is an entity of its own again"));
}

absl::StatusOr<int> Distinct(const App& app, const Flags& flags) {
  v1::Distinct distinct;
  CLIENT_ASSIGN_OR_RETURN(*distinct.mutable_a(), ParseEntity(flags.one));
  CLIENT_ASSIGN_OR_RETURN(*distinct.mutable_b(), ParseEntity(flags.other));
  distinct.set_source(flags.source);
  distinct.set_reason(flags.reason);
  v1::Change change;
  (flags.retract ? *change.mutable_retract_distinct()
                 : *change.mutable_declare_distinct()) = distinct;
  return WriteChange(
      app, flags, change,
      absl::StrCat(flags.one, " and ", flags.other,
                   flags.retract ? " are no longer declared distinct"
                                 : " are declared distinct"));
}

// TYPE/ID of the graph, or CHANNEL:SUBJECT.
absl::StatusOr<v1::IdentityParty> ParseParty(const std::string& text) {
  v1::IdentityParty party;
  const size_t colon = text.find(':');
  const size_t slash = text.find('/');
  if (slash < colon) {
    CLIENT_ASSIGN_OR_RETURN(*party.mutable_entity(), ParseEntity(text));
    return party;
  }
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
    return UsageError(absl::StrCat(
        "`", text,
        "` is nobody: write TYPE/ID, such as customer/c-17, or a channel's own "
        "id as CHANNEL:SUBJECT, such as web:w-17"));
  }
  party.mutable_subject()->set_channel(text.substr(0, colon));
  party.mutable_subject()->set_subject(text.substr(colon + 1));
  return party;
}

std::string ReasonOf(const v1::Change& change) {
  switch (change.change_case()) {
    case v1::Change::kMerge:
      return change.merge().reason();
    case v1::Change::kSplit:
      return change.split().reason();
    case v1::Change::kDeclareDistinct:
      return change.declare_distinct().reason();
    case v1::Change::kRetractDistinct:
      return change.retract_distinct().reason();
    default:
      return "";
  }
}

std::string SourceOf(const v1::Change& change) {
  switch (change.change_case()) {
    case v1::Change::kPutLink:
      return change.put_link().source();
    case v1::Change::kMerge:
      return change.merge().source();
    case v1::Change::kSplit:
      return change.split().source();
    case v1::Change::kDeclareDistinct:
      return change.declare_distinct().source();
    case v1::Change::kRetractDistinct:
      return change.retract_distinct().source();
    default:
      return "";
  }
}

const std::vector<std::string>& ChangeColumns() {
  static const auto* const kColumns = new std::vector<std::string>(
      {"AT", "CHANGE", "OF", "WITH", "ACTOR", "SOURCE", "REASON"});
  return *kColumns;
}

TableRow RowOf(const v1::RecordedChange& recorded) {
  const v1::Change& change = recorded.change();
  return {FormatTime(recorded.recorded_at()),
          ChangeKindText(change),
          ChangeSubjectText(change),
          ChangeValueText(change),
          recorded.actor(),
          SourceOf(change),
          ReasonOf(change)};
}

// A table under its heading; nothing where there are no rows.
std::string Section(const std::string& heading,
                    const std::vector<std::string>& columns,
                    const std::vector<TableRow>& rows) {
  if (rows.empty()) return "";
  TableText table(columns, TerminalWidth());
  return absl::StrCat("\n", heading, "\n", table.Page(rows));
}

std::vector<TableRow> RowsOf(
    const google::protobuf::RepeatedPtrField<v1::RecordedChange>& changes) {
  std::vector<TableRow> rows;
  for (const v1::RecordedChange& change : changes) {
    rows.push_back(RowOf(change));
  }
  return rows;
}

std::string Describe(const v1::ExplainIdentityResponse& response) {
  std::string text = response.explanation() + "\n";
  absl::StrAppend(&text,
                  Section("HOW THE ONE IS KNOWN", ChangeColumns(),
                          RowsOf(response.a().steps())),
                  Section("HOW THE OTHER IS KNOWN", ChangeColumns(),
                          RowsOf(response.b().steps())),
                  Section("DECLARED DISTINCT", ChangeColumns(),
                          RowsOf(response.distinct())));
  std::vector<TableRow> rows;
  for (const v1::SharedIdentifier& shared : response.shared()) {
    rows.push_back({shared.attribute(), absl::StrCat(shared.values()),
                    absl::StrCat(shared.blocked()),
                    absl::StrCat(shared.generic())});
  }
  absl::StrAppend(
      &text, Section("VALUES THAT BOTH HAVE",
                     {"ATTRIBUTE", "EVIDENCE", "BLOCKED", "GENERIC"}, rows));
  rows.clear();
  for (const v1::StandingBrake& brake : response.brakes()) {
    const bool cap = brake.allowed() > 0;
    rows.push_back(
        {ShortName(v1::MergeBrake_Name(brake.brake()), "MERGE_BRAKE_"),
         brake.of(), cap ? absl::StrCat(brake.actual()) : "",
         cap ? absl::StrCat(brake.allowed()) : "",
         brake.may_be_overridden() ? "yes" : "no"});
  }
  absl::StrAppend(
      &text,
      Section("WHAT A MERGE WOULD MEET",
              {"BRAKE", "OF", "ACTUAL", "ALLOWED", "OVERRIDABLE"}, rows));
  return text;
}

absl::StatusOr<int> Explain(const App& app, const Flags& flags) {
  v1::ExplainIdentityRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_a(), ParseParty(flags.one));
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_b(), ParseParty(flags.other));
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::ExplainIdentityResponse response,
                          client->ExplainIdentity(request));
  PrintAnswer(app.format(), response, Describe(response));
  return kDone;
}

absl::StatusOr<int> List(const App& app, v1::ListMergesRequest request,
                         const Flags& flags) {
  request.set_page_size(1000);
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(app.format(), ChangeColumns());
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::ListMergesResponse page,
                            client->ListMerges(request));
    for (const v1::RecordedChange& merge : page.merges()) {
      printer.Add(merge, RowOf(merge));
    }
    printer.Flush();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return kDone;
}

absl::StatusOr<int> History(const App& app, const Flags& flags) {
  v1::ListMergesRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(), ParseEntity(flags.one));
  return List(app, std::move(request), flags);
}

absl::StatusOr<int> ListInForce(const App& app, const Flags& flags) {
  v1::ListMergesRequest request;
  request.set_type(flags.type);
  return List(app, std::move(request), flags);
}

void AddProvenance(CLI::App* verb, Flags& flags) {
  AddWriteFlags(verb, flags)->required();
  verb->add_option("--source", flags.source, "Who says so");
}

void AddAtRevision(CLI::App* verb, Flags& flags) {
  verb->add_option("--at-revision", flags.at_revision,
                   "As known at this revision token (default: latest)");
}

void AddWriting(App& app, CLI::App* noun) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.Verb(
      noun, "merge", "Two ids name one entity",
      "  concordat identity merge customer/c-18 --into customer/c-17 \\\n"
      "      --reason \"same passport, shown at the counter\"\n"
      "  concordat identity merge customer/c-18 --into customer/c-17 \\\n"
      "      --override-brakes --reason \"two tax ids after moving abroad\"",
      [&app, flags] { return Merge(app, *flags); });
  verb->add_option("DUPLICATE", flags->one, "TYPE/ID that is merged away")
      ->required();
  verb->add_option("--into", flags->other, "TYPE/ID that stays")->required();
  verb->add_flag("--override-brakes", flags->override_brakes,
                 "Go over the vocabulary's caps");
  AddProvenance(verb, *flags);

  const auto split = std::make_shared<Flags>();
  verb = app.Verb(noun, "split", "Takes a merge back, exactly",
                  "  concordat identity split customer/c-18 --reason \"father "
                  "and son\"",
                  [&app, split] { return Split(app, *split); });
  verb->add_option("DUPLICATE", split->one, "TYPE/ID that was merged away")
      ->required();
  AddProvenance(verb, *split);

  const auto distinct = std::make_shared<Flags>();
  verb = app.Verb(
      noun, "distinct", "Two ids must never name one entity",
      "  concordat identity distinct customer/c-17 customer/c-18 \\\n"
      "      --reason \"father and son\"\n"
      "  concordat identity distinct customer/c-17 customer/c-18 --retract \\\n"
      "      --reason \"it was a typing error\"",
      [&app, distinct] { return Distinct(app, *distinct); });
  verb->add_option("A", distinct->one, "TYPE/ID")->required();
  verb->add_option("B", distinct->other, "TYPE/ID")->required();
  verb->add_flag("--retract", distinct->retract, "Take that back");
  AddProvenance(verb, *distinct);
}

}  // namespace

void AddIdentityCommands(App& app) {
  CLI::App* const noun =
      app.Noun("identity", "Which ids are one entity: merge, split, why");
  AddWriting(app, noun);
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb =
      app.Verb(noun, "explain", "Why two are one entity, or why not",
               "  concordat identity explain customer/c-17 customer/c-18\n"
               "  concordat identity explain web:w-17 billing:4711 -o json",
               [&app, flags] { return Explain(app, *flags); });
  verb->add_option("A", flags->one, "TYPE/ID or CHANNEL:SUBJECT")->required();
  verb->add_option("B", flags->other, "TYPE/ID or CHANNEL:SUBJECT")->required();
  AddAtRevision(verb, *flags);

  verb =
      app.Verb(noun, "history", "Merges, splits and declarations of one entity",
               "  concordat identity history customer/c-17",
               [&app, flags] { return History(app, *flags); });
  verb->add_option("ENTITY", flags->one, "TYPE/ID")->required();
  AddAtRevision(verb, *flags);

  verb = app.Verb(noun, "list", "The merges in force",
                  "  concordat identity list --type customer -o csv",
                  [&app, flags] { return ListInForce(app, *flags); });
  verb->add_option("--type", flags->type, "Only entities of this type");
  AddAtRevision(verb, *flags);
}

}  // namespace concordat::client
