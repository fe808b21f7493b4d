// concordat facts|relations|links|claims export: the long formats exactly, so
// that an import of them gives the same again.
#include <algorithm>
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
  std::string valid_at;
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

// Whether any page of a list has something that the long format writes in a
// column of its own only where there is such a thing. Pins the list to the
// revision looked at, so that what is exported is the same.
template <typename Request, typename Response>
absl::StatusOr<bool> AnyPage(
    Client& client, absl::StatusOr<Response> (Client::*list)(const Request&),
    const std::function<bool(const Response&)>& has, Request& request) {
  Request each = request;
  each.set_page_size(kPageSize);
  do {
    CLIENT_ASSIGN_OR_RETURN(const Response page, (client.*list)(each));
    request.mutable_consistency()->set_exactly_at(page.revision());
    if (has(page)) return true;
    each.set_page_token(page.next_page_token());
  } while (!each.page_token().empty());
  return false;
}

absl::Status SetValidAt(const Flags& flags,
                        google::protobuf::Timestamp* valid_at) {
  return ParseTimeFlag("--valid-at", flags.valid_at, valid_at);
}

std::string TimeText(bool is_set, const google::protobuf::Timestamp& time) {
  return is_set ? FormatTime(time) : "";
}

std::string ValidationText(const v1::Fact& fact) {
  return fact.validation() == v1::VALIDATION_UNSPECIFIED
             ? ""
             : ShortName(v1::Validation_Name(fact.validation()), "VALIDATION_");
}

// Has more than the format's five columns.
bool IsExtended(const v1::Link& link) {
  return link.has_valid_from() || link.has_valid_to() || !link.reason().empty();
}

absl::StatusOr<int> ExportFacts(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  v1::ListFactsRequest request;
  request.set_type(flags.type);
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  if (!flags.valid_at.empty())
    CLIENT_RETURN_IF_ERROR(SetValidAt(flags, request.mutable_valid_at()));
  bool validated = false;
  if (app.format() != OutputFormat::kJson) {
    CLIENT_ASSIGN_OR_RETURN(
        validated, (AnyPage<v1::ListFactsRequest, v1::ListFactsResponse>(
                       *client, &Client::ListFacts,
                       [](const v1::ListFactsResponse& page) {
                         return std::any_of(
                             page.facts().begin(), page.facts().end(),
                             [](const v1::RecordedFact& recorded) {
                               return recorded.fact().validation() !=
                                      v1::VALIDATION_UNSPECIFIED;
                             });
                       },
                       request)));
  }
  TableRow header = {"entity_type", "entity_id", "attribute", "value",
                     "valid_from",  "valid_to",  "source",    "reason"};
  if (validated) header.push_back("validation");
  Exporter exporter(app, header);
  CLIENT_RETURN_IF_ERROR(
      (ForEachPage<v1::ListFactsRequest, v1::ListFactsResponse>(
          *client, request, &Client::ListFacts,
          [&exporter, validated](const v1::ListFactsResponse& page) {
            for (const v1::RecordedFact& recorded : page.facts()) {
              // What nobody can read would be read again as "none".
              if (recorded.retraction() || recorded.erased()) continue;
              const v1::Fact& fact = recorded.fact();
              TableRow row = {
                  fact.entity().type(),
                  fact.entity().id(),
                  fact.attribute(),
                  fact.value(),
                  TimeText(fact.has_valid_from(), fact.valid_from()),
                  TimeText(fact.has_valid_to(), fact.valid_to()),
                  fact.source(),
                  fact.reason()};
              if (validated) row.push_back(ValidationText(fact));
              exporter.Add(fact, row);
            }
          })));
  return kDone;
}

absl::StatusOr<int> ExportRelations(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  v1::ListRelationsRequest request;
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  if (!flags.valid_at.empty())
    CLIENT_RETURN_IF_ERROR(SetValidAt(flags, request.mutable_valid_at()));
  bool reasoned = false;
  if (app.format() != OutputFormat::kJson) {
    CLIENT_ASSIGN_OR_RETURN(
        reasoned, (AnyPage<v1::ListRelationsRequest, v1::ListRelationsResponse>(
                      *client, &Client::ListRelations,
                      [](const v1::ListRelationsResponse& page) {
                        return std::any_of(page.relations().begin(),
                                           page.relations().end(),
                                           [](const v1::Relation& relation) {
                                             return !relation.reason().empty();
                                           });
                      },
                      request)));
  }
  TableRow header = {"from_type", "from_id",    "relation", "to_type",
                     "to_id",     "valid_from", "valid_to", "source"};
  if (reasoned) header.push_back("reason");
  Exporter exporter(app, header);
  CLIENT_RETURN_IF_ERROR(
      (ForEachPage<v1::ListRelationsRequest, v1::ListRelationsResponse>(
          *client, request, &Client::ListRelations,
          [&exporter, reasoned](const v1::ListRelationsResponse& page) {
            for (const v1::Relation& relation : page.relations()) {
              TableRow row = {
                  relation.from().type(),
                  relation.from().id(),
                  relation.relation(),
                  relation.to().type(),
                  relation.to().id(),
                  TimeText(relation.has_valid_from(), relation.valid_from()),
                  TimeText(relation.has_valid_to(), relation.valid_to()),
                  relation.source()};
              if (reasoned) row.push_back(relation.reason());
              exporter.Add(relation, row);
            }
          })));
  return kDone;
}

absl::StatusOr<int> ExportLinks(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  v1::ListLinksRequest request;
  request.set_channel(flags.channel);
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  if (!flags.valid_at.empty())
    CLIENT_RETURN_IF_ERROR(SetValidAt(flags, request.mutable_valid_at()));
  bool extended = false;
  if (app.format() != OutputFormat::kJson) {
    CLIENT_ASSIGN_OR_RETURN(
        extended, (AnyPage<v1::ListLinksRequest, v1::ListLinksResponse>(
                      *client, &Client::ListLinks,
                      [](const v1::ListLinksResponse& page) {
                        return std::any_of(page.links().begin(),
                                           page.links().end(), IsExtended);
                      },
                      request)));
  }
  TableRow header = {"channel", "subject", "entity_type", "entity_id",
                     "source"};
  if (extended)
    header.insert(header.end(), {"valid_from", "valid_to", "reason"});
  Exporter exporter(app, header);
  CLIENT_RETURN_IF_ERROR(
      (ForEachPage<v1::ListLinksRequest, v1::ListLinksResponse>(
          *client, request, &Client::ListLinks,
          [&exporter, extended](const v1::ListLinksResponse& page) {
            for (const v1::Link& link : page.links()) {
              TableRow row = {link.channel(), link.subject(),
                              link.entity().type(), link.entity().id(),
                              link.source()};
              if (extended)
                row.insert(row.end(),
                           {TimeText(link.has_valid_from(), link.valid_from()),
                            TimeText(link.has_valid_to(), link.valid_to()),
                            link.reason()});
              exporter.Add(link, row);
            }
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
          for (const v1::HeldClaim& held : page.claims()) {
            // What nobody can read would be read again as "none".
            if (!held.claim().erased()) use(held.claim());
          }
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
  if (run == ExportClaims) return verb;
  verb->add_option("--at-revision", flags->at_revision,
                   "As known at this revision token (default: latest)");
  verb->add_option("--valid-at", flags->valid_at,
                   "Only what holds then: RFC 3339 or a date (default: all)");
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
