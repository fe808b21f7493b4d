#include "client/simulate/simulate.h"

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <system_error>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "client/simulate/attributes.h"
#include "client/simulate/channels.h"
#include "client/simulate/csv.h"
#include "client/simulate/planner.h"
#include "client/simulate/world.h"

namespace concordat {
namespace simulate {
namespace {

constexpr int64_t kCustomersMax = 10'000'000;
constexpr int64_t kCustomersPerProgress = 4096;
constexpr absl::Duration kWorldLeast = absl::Hours(24 * 365);

absl::Status Validate(const SimulateOptions& options) {
  if (options.customers < 1 || options.customers > kCustomersMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "customers: ", options.customers, "; 1 to ", kCustomersMax));
  }
  if (!(options.planted_rate >= 0 && options.planted_rate <= 1)) {
    return absl::InvalidArgumentError("planted rate: 0 to 1 expected");
  }
  if (options.end - options.start < kWorldLeast ||
      options.start < absl::UnixEpoch() ||
      options.end > absl::FromUnixSeconds(4'000'000'000)) {
    return absl::InvalidArgumentError(
        "start and end: at least 365 days between 1970 and 2096 expected");
  }
  return absl::OkStatus();
}

// The five files of a world.
class WorldFiles {
 public:
  static absl::StatusOr<std::unique_ptr<WorldFiles>> Create(
      const std::string& directory);

  void Write(const Customer& customer, const std::vector<PlannedClaim>& claims);
  bool ok() const;
  // The first error of any file.
  absl::Status Finish();
  SimulateProgress progress() const;

 private:
  void WriteFacts(const Entity& entity);
  void WriteRelationsAndLinks(const Customer& customer);
  void WriteClaims(const Customer& customer,
                   const std::vector<PlannedClaim>& claims);

  std::unique_ptr<CsvWriter> facts_;
  std::unique_ptr<CsvWriter> relations_;
  std::unique_ptr<CsvWriter> links_;
  std::unique_ptr<CsvWriter> claims_;
  std::unique_ptr<CsvWriter> truth_;
  std::array<int64_t, kVerdicts> by_verdict_ = {};
};

absl::StatusOr<std::unique_ptr<WorldFiles>> WorldFiles::Create(
    const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return absl::ErrnoToStatus(error.value(),
                               absl::StrCat("cannot make ", directory));
  }
  auto files = std::make_unique<WorldFiles>();
  struct Plan {
    std::unique_ptr<CsvWriter>& writer;
    const char* name;
    const char* header;
  };
  for (const Plan& plan : std::initializer_list<Plan>{
           {files->facts_, "facts.csv",
            "entity_type,entity_id,attribute,value,valid_from,valid_to,source,"
            "reason"},
           {files->relations_, "relations.csv",
            "from_type,from_id,relation,to_type,to_id,valid_from,valid_to,"
            "source"},
           {files->links_, "links.csv",
            "channel,subject,entity_type,entity_id,source"},
           {files->claims_, "claims.csv",
            "channel,subject,attribute,value,said_at,as_of,exposure,claim_id,"
            "label.app_version,label.team,label.region"},
           {files->truth_, "truth.csv",
            "claim_id,kind,entity_type,entity_id,attribute,channel,verdict,"
            "further_verdict,note"}}) {
    absl::StatusOr<std::unique_ptr<CsvWriter>> writer =
        CsvWriter::Create(absl::StrCat(directory, "/", plan.name), plan.header);
    if (!writer.ok()) return writer.status();
    plan.writer = *std::move(writer);
  }
  return files;
}

void WorldFiles::WriteFacts(const Entity& entity) {
  for (size_t i = 0; i < kAttrs; ++i) {
    const Timeline& timeline = entity.timelines[i];
    const AttributeInfo& info = InfoOf(static_cast<Attr>(i));
    // An open fact comes back when a bounded one laid over it ends: where a
    // history ends, each of its facts is bounded.
    const bool bounded = !timeline.empty() && timeline.back().ended;
    for (size_t j = 0; j < timeline.size(); ++j) {
      const Span& span = timeline[j];
      if (span.ended) continue;
      facts_->Row({entity.type, entity.id, info.name, span.value,
                   span.from_s == kSinceEver ? "" : FormatInstant(span.from_s),
                   bounded ? FormatInstant(timeline[j + 1].from_s) : "",
                   info.source, j == 0 ? "first record" : "change"});
    }
  }
}

void WorldFiles::WriteRelationsAndLinks(const Customer& customer) {
  const std::string& id = customer.entity.id;
  relations_->Row({"customer", id, "member_of", "household", customer.household,
                   "", "", "crm"});
  if (!customer.organisation.empty()) {
    relations_->Row({"customer", id, "works_for", "organisation",
                     customer.organisation, FormatInstant(customer.joined_s),
                     "", "crm"});
  }
  for (const Order& order : customer.orders) {
    relations_->Row({"customer", id, "placed", "order", order.entity.id,
                     FormatInstant(order.placed_s), "", "oms"});
    if (!order.billing_id.empty()) {
      links_->Row({ChannelAt(kBilling).name, order.billing_id, "order",
                   order.entity.id, "oms"});
    }
  }
  for (size_t channel = 0; channel < kChannels; ++channel) {
    if (customer.subjects[channel].empty()) continue;
    links_->Row({ChannelAt(channel).name, customer.subjects[channel],
                 "customer", id, "crm"});
  }
}

void WorldFiles::WriteClaims(const Customer& customer,
                             const std::vector<PlannedClaim>& claims) {
  int number = 0;
  for (const PlannedClaim& claim : claims) {
    const ChannelInfo& channel = ChannelAt(claim.channel);
    const AttributeInfo& info = InfoOf(claim.attribute);
    const std::string claim_id = absl::StrCat(
        customer.entity.id, "-", absl::Dec(++number, absl::kZeroPad2));
    claims_->Row({channel.name, claim.subject,
                  channel.uses_aliases ? info.alias : info.name, claim.value,
                  FormatInstant(claim.said_at_s), "", claim.exposure, claim_id,
                  claim.app_version, claim.team, claim.region});
    truth_->Row({claim_id, claim.kind, claim.entity->type, claim.entity->id,
                 info.name, channel.name, VerdictName(claim.verdict),
                 VerdictName(claim.further), claim.note});
    ++by_verdict_[static_cast<size_t>(claim.verdict)];
  }
}

void WorldFiles::Write(const Customer& customer,
                       const std::vector<PlannedClaim>& claims) {
  WriteFacts(customer.entity);
  for (const Order& order : customer.orders) WriteFacts(order.entity);
  WriteRelationsAndLinks(customer);
  WriteClaims(customer, claims);
}

bool WorldFiles::ok() const {
  return facts_->ok() && relations_->ok() && links_->ok() && claims_->ok() &&
         truth_->ok();
}

absl::Status WorldFiles::Finish() {
  absl::Status first;
  for (CsvWriter* writer : {facts_.get(), relations_.get(), links_.get(),
                            claims_.get(), truth_.get()}) {
    first.Update(writer->Finish());
  }
  return first;
}

SimulateProgress WorldFiles::progress() const {
  SimulateProgress progress;
  progress.facts = facts_->rows();
  progress.relations = relations_->rows();
  progress.links = links_->rows();
  progress.claims = claims_->rows();
  progress.by_verdict = by_verdict_;
  return progress;
}

}  // namespace
}  // namespace simulate

absl::Status SimulateWorld(
    const SimulateOptions& options,
    absl::FunctionRef<void(const SimulateProgress&)> progress) {
  if (absl::Status valid = simulate::Validate(options); !valid.ok()) {
    return valid;
  }
  absl::StatusOr<std::unique_ptr<simulate::WorldFiles>> files =
      simulate::WorldFiles::Create(options.directory);
  if (!files.ok()) return files.status();
  const simulate::WorldOptions world = {
      options.seed, static_cast<uint64_t>(options.customers),
      absl::ToUnixSeconds(options.start), absl::ToUnixSeconds(options.end)};
  const simulate::Planner planner(world, options.planted_rate);
  for (uint64_t i = 0; i < world.customers && (*files)->ok(); ++i) {
    const simulate::Customer customer = simulate::MakeCustomer(world, i);
    (*files)->Write(customer, planner.Plan(customer));
    if ((i + 1) % simulate::kCustomersPerProgress == 0 ||
        i + 1 == world.customers) {
      SimulateProgress done = (*files)->progress();
      done.customers_done = static_cast<int64_t>(i) + 1;
      done.customers_total = options.customers;
      progress(done);
    }
  }
  return (*files)->Finish();
}

}  // namespace concordat
