// concordat facts|relations|links|claims export: the long formats exactly, so
// that an import of them gives the same again.
#include <cstdio>
#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

constexpr int kPageSize = 1000;

struct Flags {
  std::string type;
  std::string channel;
  std::string entity;
  std::string at_revision;
};

// Prints rows as CSV as they are, or messages as JSON lines.
class Exporter {
 public:
  Exporter(const App& app, const TableRow& header)
      : is_json_(app.format() == OutputFormat::kJson) {
    if (!is_json_) std::fputs(CsvLine(header, false).c_str(), stdout);
  }

  void Add(const google::protobuf::Message& message, const TableRow& row) {
    std::fputs(
        (is_json_ ? ToJson(message, false) : CsvLine(row, false)).c_str(),
        stdout);
  }

 private:
  const bool is_json_;
};

// Calls `list` for every page and `use` for its answer.
template <typename Request, typename Response>
absl::Status ForEachPage(
    Client& client, Request request,
    absl::StatusOr<Response> (Client::*list)(const Request&),
    const std::function<void(const Response&)>& use) {
  request.set_page_size(kPageSize);
  do {
    CLIENT_ASSIGN_OR_RETURN(const Response page, (client.*list)(request));
    use(page);
    if (std::ferror(stdout) != 0)
      return absl::DataLossError("cannot write standard output");
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

std::string TimeText(bool is_set, const google::protobuf::Timestamp& time) {
  return is_set ? FormatTime(time) : "";
}

absl::StatusOr<int> ExportFacts(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  v1::ListFactsRequest request;
  request.set_type(flags.type);
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  Exporter exporter(app, {"entity_type", "entity_id", "attribute", "value",
                          "valid_from", "valid_to", "source", "reason"});
  CLIENT_RETURN_IF_ERROR(
      (ForEachPage<v1::ListFactsRequest, v1::ListFactsResponse>(
          *client, request, &Client::ListFacts,
          [&exporter](const v1::ListFactsResponse& page) {
            for (const v1::RecordedFact& recorded : page.facts()) {
              if (recorded.retraction()) continue;
              const v1::Fact& fact = recorded.fact();
              exporter.Add(fact,
                           {fact.entity().type(), fact.entity().id(),
                            fact.attribute(), fact.value(),
                            TimeText(fact.has_valid_from(), fact.valid_from()),
                            TimeText(fact.has_valid_to(), fact.valid_to()),
                            fact.source(), fact.reason()});
            }
          })));
  return kDone;
}

absl::StatusOr<int> ExportRelations(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  v1::ListRelationsRequest request;
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  Exporter exporter(app, {"from_type", "from_id", "relation", "to_type",
                          "to_id", "valid_from", "valid_to", "source"});
  CLIENT_RETURN_IF_ERROR(
      (ForEachPage<v1::ListRelationsRequest, v1::ListRelationsResponse>(
          *client, request, &Client::ListRelations,
          [&exporter](const v1::ListRelationsResponse& page) {
            for (const v1::Relation& relation : page.relations())
              exporter.Add(
                  relation,
                  {relation.from().type(), relation.from().id(),
                   relation.relation(), relation.to().type(),
                   relation.to().id(),
                   TimeText(relation.has_valid_from(), relation.valid_from()),
                   TimeText(relation.has_valid_to(), relation.valid_to()),
                   relation.source()});
          })));
  return kDone;
}

absl::StatusOr<int> ExportLinks(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  v1::ListLinksRequest request;
  request.set_channel(flags.channel);
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  Exporter exporter(
      app, {"channel", "subject", "entity_type", "entity_id", "source"});
  CLIENT_RETURN_IF_ERROR(
      (ForEachPage<v1::ListLinksRequest, v1::ListLinksResponse>(
          *client, request, &Client::ListLinks,
          [&exporter](const v1::ListLinksResponse& page) {
            for (const v1::Link& link : page.links())
              exporter.Add(
                  link, {link.channel(), link.subject(), link.entity().type(),
                         link.entity().id(), link.source()});
          })));
  return kDone;
}

absl::StatusOr<int> ExportClaims(const App& app, const Flags& flags) {
  v1::ListHeldClaimsRequest request;
  request.set_channel(flags.channel);
  if (!flags.entity.empty()) {
    CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(),
                            ParseEntity(flags.entity));
  }
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  const auto each = [&](const std::function<void(const v1::Claim&)>& use) {
    return ForEachPage<v1::ListHeldClaimsRequest, v1::ListHeldClaimsResponse>(
        *client, request, &Client::ListHeldClaims,
        [&use](const v1::ListHeldClaimsResponse& page) {
          for (const v1::HeldClaim& held : page.claims()) use(held.claim());
        });
  };
  // A header names every label: CSV takes a first pass to find them.
  std::set<std::string> labels;
  if (app.format() != OutputFormat::kJson)
    CLIENT_RETURN_IF_ERROR(each([&labels](const v1::Claim& claim) {
      for (const auto& [name, value] : claim.labels()) labels.insert(name);
    }));
  TableRow header = {"channel", "subject", "attribute", "value",
                     "said_at", "as_of",   "exposure",  "claim_id"};
  for (const std::string& label : labels)
    header.push_back(absl::StrCat("label.", label));
  Exporter exporter(app, header);
  CLIENT_RETURN_IF_ERROR(each([&](const v1::Claim& claim) {
    TableRow row = {
        claim.channel(),
        claim.has_entity() ? EntityText(claim.entity()) : claim.subject(),
        claim.attribute(),
        claim.value(),
        TimeText(claim.has_said_at(), claim.said_at()),
        TimeText(claim.has_as_of(), claim.as_of()),
        claim.exposure() == v1::EXPOSURE_UNSPECIFIED
            ? ""
            : ShortName(v1::Exposure_Name(claim.exposure()), "EXPOSURE_"),
        claim.claim_id()};
    for (const std::string& label : labels) {
      const auto found = claim.labels().find(label);
      row.push_back(found == claim.labels().end() ? "" : found->second);
    }
    exporter.Add(claim, row);
  }));
  return kDone;
}

using Export = absl::StatusOr<int> (*)(const App&, const Flags&);

CLI::App* AddExport(App& app, const std::string& noun, Export run,
                    const std::shared_ptr<Flags>& flags) {
  CLI::App* const verb = app.Verb(
      app.Noun(noun, ""), "export",
      "Write all to standard output as CSV, or with -o json as JSON lines",
      absl::StrCat("  concordat ", noun, " export > ", noun, ".csv\n",
                   "  concordat ", noun, " export -o json | gzip > ", noun,
                   ".jsonl.gz"),
      [&app, run, flags]() -> absl::StatusOr<int> {
        if (app.format() == OutputFormat::kYaml)
          return UsageError("exports are csv or json");
        return run(app, *flags);
      });
  if (run != ExportClaims)
    verb->add_option("--at-revision", flags->at_revision,
                     "As known at this revision token (default: latest)");
  return verb;
}

}  // namespace

void AddExportCommands(App& app) {
  const auto flags = std::make_shared<Flags>();
  AddExport(app, "facts", ExportFacts, flags)
      ->add_option("--type", flags->type, "Only entities of this type");
  AddExport(app, "relations", ExportRelations, flags);
  AddExport(app, "links", ExportLinks, flags)
      ->add_option("--channel", flags->channel, "Only this channel");
  CLI::App* const claims = AddExport(app, "claims", ExportClaims, flags);
  claims->add_option("--channel", flags->channel, "Only this channel");
  claims->add_option("--entity", flags->entity, "Only this entity, TYPE/ID");
}

}  // namespace concordat::client
