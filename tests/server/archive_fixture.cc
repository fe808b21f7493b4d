#include "tests/server/archive_fixture.h"

#include <fstream>
#include <future>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "consistency/consistency_reader.h"
#include "consistency/finding_editor.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/rows.h"
#include "gtest/gtest.h"
#include "server/archive/archive_source.h"
#include "tests/conformance/rows.h"

namespace concordat {
namespace {

constexpr absl::string_view kVocabulary = R"(
name: archive_test
sources: [crm, erp]
entity_types:
  customer:
    attributes:
      name: {type: text}
      email: {type: email, identifying: true, personal: true}
      visits: {type: integer}
  order: {attributes: {status: {type: text}}}
relation_types:
  placed: {from: [customer], to: [order]}
channels:
  web:
    subject_type: customer
    contract: {customer: {attributes: {name: {}, email: {}, visits: {}}}}
  app: {like: web}
)";

constexpr uint64_t kCustomers = 5;

EntityId AnyCustomer(std::mt19937_64& random) {
  return {"customer", absl::StrCat("c", Below(random, kCustomers))};
}

void FillValue(std::mt19937_64& random, std::string& attribute,
               std::optional<std::string>& value) {
  switch (Below(random, 3)) {
    case 0:
      attribute = "name";
      value = Below(random, 2) == 0 ? "Ann" : "Eve";
      break;
    case 1:
      attribute = "email";
      value = absl::StrCat("p", Below(random, 4), "@example.org");
      break;
    default:
      attribute = "visits";
      value = absl::StrCat(Below(random, 3));
  }
}

Change AnyChange(std::mt19937_64& random, const std::string& order) {
  const uint64_t kind = Below(random, 10);
  if (kind == 0) {
    RelationRecord edge;
    edge.from = AnyCustomer(random);
    edge.relation = "placed";
    edge.to = {"order", order};
    return edge;
  }
  if (kind <= 2) {
    LinkRecord link;
    link.channel = "web";
    link.subject = absl::StrCat("s", Below(random, 4));
    link.entity = AnyCustomer(random);
    return link;
  }
  FactRecord fact;
  fact.entity = AnyCustomer(random);
  FillValue(random, fact.attribute, fact.value);
  if (Below(random, 3) == 0) {
    fact.valid.from = absl::FromUnixSeconds(1'767'000'000);
  }
  fact.recorded.source = Below(random, 2) == 0 ? "crm" : "erp";
  fact.retraction = Below(random, 6) == 0;
  if (fact.retraction) fact.value.reset();
  return fact;
}

Claim AnyClaim(std::mt19937_64& random, const std::string& id) {
  Claim claim;
  claim.channel = Below(random, 2) == 0 ? "web" : "app";
  if (Below(random, 2) == 0) {
    claim.subject = absl::StrCat("s", Below(random, 4));
  } else {
    claim.entity = AnyCustomer(random);
  }
  FillValue(random, claim.attribute, claim.value);
  if (Below(random, 2) == 0) claim.claim_id = id;
  if (Below(random, 3) == 0) {
    claim.said_at = absl::FromUnixSeconds(1'767'268'000 + Below(random, 900));
    claim.said_at_given = true;
  }
  return claim;
}

}  // namespace

std::string VocabularyText(uint64_t number) {
  return absl::StrCat(kVocabulary, "# ", number, "\n");
}

FactRecord CustomerFact(const std::string& id, const std::string& attribute,
                        const std::string& value) {
  FactRecord fact;
  fact.entity = {"customer", id};
  fact.attribute = attribute;
  fact.value = value;
  fact.recorded.source = "crm";
  return fact;
}

std::string Reason(const absl::Status& status) {
  if (status.ok()) return "OK";
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail.has_value() ? std::string(ErrorReasonName(detail->reason))
                            : status.ToString();
}

AllRows RowsOf(Store& store) {
  AllRows all = StoredRowsOf(**store.Snapshot());
  all.erase("meta/store_id");
  all.erase("meta/followed");
  return all;
}

std::string Differences(const AllRows& is, const AllRows& should_be) {
  std::string text;
  const auto add = [&](const std::string& key, absl::string_view how) {
    absl::StrAppend(&text, how, " ", absl::CHexEscape(key), "\n");
  };
  for (const auto& [key, value] : should_be) {
    const auto found = is.find(key);
    if (found == is.end()) {
      add(key, "lacks");
    } else if (found->second != value) {
      add(key, "differs");
      absl::StrAppend(&text, "  ", absl::CHexEscape(found->second), "\n  ",
                      absl::CHexEscape(value), "\n");
    }
  }
  for (const auto& row : is) {
    if (should_be.count(row.first) == 0) add(row.first, "has");
  }
  return text;
}

absl::Status FailingStore::Write(
    absl::FunctionRef<absl::Status(Transaction&)> work) {
  if (left_ > 0 && --left_ == 0) {
    left_ = 1;
    return errors::StorageUnavailable("the disk has failed");
  }
  return store_.Write(work);
}

Instance::Instance()
    : clock_(kFirstSecond), store_(std::make_unique<MemoryStore>()) {
  const absl::Status made = store_->Write([](Transaction& tx) -> absl::Status {
    const absl::Status started = rows::PutLogStart(tx, Revision());
    return started.ok() ? rows::PutStoreId(tx, 42) : started;
  });
  EXPECT_TRUE(made.ok()) << made;
  Start();
}

Instance::Instance(std::unique_ptr<Store> store, int64_t seconds)
    : clock_(seconds), store_(std::move(store)) {
  Start();
}

Instance::~Instance() { committer_->Stop(); }

void Instance::Start() {
  EXPECT_TRUE(vocabularies_.Load(**store_->Snapshot()).ok());
  committer_ =
      std::make_unique<Committer>(store_.get(), &clock_, &vocabularies_);
  committer_->OnCommit([this](Revision, bool erased) { erasing_ += erased; });
  EXPECT_TRUE(committer_->Start().ok());
}

Revision Instance::head() { return *rows::ReadHead(**store_->Snapshot()); }

void Instance::Apply(const std::string& yaml) {
  VocabularyApplication application;
  application.yaml = yaml;
  application.file_name = "test.yaml";
  const auto applied = committer_->Apply(application);
  EXPECT_TRUE(applied.ok()) << applied.status();
}

void Instance::Commit(std::mt19937_64& random) {
  const uint64_t number = head().number();
  if (number == 0 || Below(random, 25) == 0) {
    return Apply(VocabularyText(number));
  }
  if (Below(random, 6) == 0) return ChangeFindings(random);
  if (Below(random, 2) == 0) {
    WriteBatch batch;
    batch.actor = "tester";
    if (Below(random, 2) == 0) batch.request_id = absl::StrCat("r", number);
    // A precondition is part of what a request_id stands for.
    if (Below(random, 3) == 0) {
      batch.preconditions.push_back(
          UnchangedSince{AnyCustomer(random), Revision(number)});
    }
    const uint64_t count = 1 + Below(random, 4);
    for (uint64_t i = 0; i < count; ++i) {
      batch.changes.push_back(AnyChange(random, absl::StrCat("o", number)));
    }
    Write(std::move(batch));
  } else {
    std::vector<Claim> claims;
    const uint64_t count = 1 + Below(random, 4);
    for (uint64_t i = 0; i < count; ++i) {
      claims.push_back(AnyClaim(random, absl::StrCat(number, "-", i)));
    }
    Report(std::move(claims));
  }
}

void Instance::ChangeFindings(std::mt19937_64& random) {
  std::promise<absl::Status> done;
  committer_->ChangeFindings(
      "tester",
      [&](const Reader& reader,
          CommitStamp) -> absl::StatusOr<rows::FindingChanges> {
        rows::FindingChanges changes;
        FindingFilter every;
        every.states = {FindingState::kOpen, FindingState::kResolved,
                        FindingState::kReopened, FindingState::kAcknowledged};
        const auto page = ListFindings(reader, Mutes(), every, "", 100);
        if (!page.ok()) return page.status();
        for (const Finding& finding : page->findings) {
          if (Below(random, 3) != 0) continue;
          FindingEdit edit;
          edit.acknowledged = Below(random, 2) == 0;
          if (Below(random, 2) == 0) edit.assignee = "anna";
          if (Below(random, 2) == 0) edit.comment = "about Ann";
          changes.edited.push_back({finding.id, finding.subject.entity, edit});
        }
        return changes;
      },
      [&](auto revision) { done.set_value(revision.status()); });
  const absl::Status status = done.get_future().get();
  EXPECT_TRUE(status.ok()) << status;
}

void Instance::PutMute(Mute mute) {
  std::promise<absl::Status> done;
  committer_->ChangeFindings(
      mute.owner,
      [&](const Reader&,
          CommitStamp stamp) -> absl::StatusOr<rows::FindingChanges> {
        rows::FindingChanges changes;
        changes.mute = PutBy(std::move(mute), "tester", stamp);
        return changes;
      },
      [&](auto revision) { done.set_value(revision.status()); });
  const absl::Status status = done.get_future().get();
  EXPECT_TRUE(status.ok()) << status;
}

void Instance::Write(WriteBatch batch) {
  std::promise<absl::Status> done;
  committer_->Write(std::move(batch),
                    [&](auto out) { done.set_value(out.status()); });
  const absl::Status status = done.get_future().get();
  EXPECT_TRUE(status.ok()) << status;
}

void Instance::Report(std::vector<Claim> claims) {
  std::vector<PreparedClaim> prepared;
  prepared.reserve(claims.size());
  for (const Claim& claim : claims) prepared.emplace_back(ViewOf(claim));
  std::promise<absl::Status> done;
  committer_->Report(absl::MakeSpan(prepared),
                     [&](auto out) { done.set_value(out.status()); });
  const absl::Status status = done.get_future().get();
  EXPECT_TRUE(status.ok()) << status;
}

void Instance::Erase(const EntityId& entity, const std::string& request_id) {
  std::promise<absl::Status> done;
  committer_->Erase({.entity = entity,
                     .actor = "tester",
                     .reason = "asked",
                     .request_id = request_id},
                    [&](auto reply) { done.set_value(reply.status()); });
  const absl::Status status = done.get_future().get();
  EXPECT_TRUE(status.ok()) << status;
}

absl::StatusOr<Replayed> Instance::Import(v1::ArchiveLog commits) {
  std::promise<absl::StatusOr<Replayed>> done;
  const absl::Status handed = committer_->Submit([&](Checker* checker) {
    return std::make_unique<ReplayJob>(
        checker, &vocabularies_, std::move(commits),
        [&](auto replayed) { done.set_value(std::move(replayed)); });
  });
  if (!handed.ok()) return handed;
  return done.get_future().get();
}

absl::StatusOr<std::string> AllOf(
    absl::StatusOr<std::unique_ptr<ArchiveSource>> source) {
  if (!source.ok()) return source.status();
  std::string file;
  while (true) {
    absl::StatusOr<std::string> bytes = (*source)->Next();
    if (!bytes.ok()) return bytes.status();
    if (bytes->empty()) return file;
    file += *bytes;
  }
}

std::string Instance::Backup() {
  const absl::StatusOr<std::string> file =
      AllOf(OpenBackup(*store_->Snapshot(), absl::FromUnixSeconds(1)));
  EXPECT_TRUE(file.ok()) << file.status();
  return file.value_or("");
}

absl::StatusOr<std::string> Instance::Log(Revision after) {
  return AllOf(OpenLog(*store_->Snapshot(), after, head()));
}

void WriteBytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace concordat
