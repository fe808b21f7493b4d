// concordat.v1.PrivacyService: who is erased is gone from every answer, from
// every file and from whatever comes later; and before that, everything known
// of a person can be had.
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "concordat/v1/admin.grpc.pb.h"
#include "consistency/rows.h"
#include "gmock/gmock.h"
#include "graph/erasure.h"
#include "graph/graph_reader.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/memory_store.h"
#include "graph/personal.h"
#include "graph/rows.h"
#include "grpcpp/grpcpp.h"
#include "server/archive/restore.h"
#include "server/security/sealed_store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/privacy_fixture.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST_P(PrivacyTest, AnErasedPersonIsGoneFromEveryAnswer) {
  Fill();
  for (const char* value : {kMail, kName, kSaid, kEarly}) {
    EXPECT_THAT(EverythingSaid(), HasSubstr(value));
  }
  const v1::GetFindingResponse before = Finding(finding_);
  const v1::EraseSubjectResponse erased = Erase("c1");
  EXPECT_FALSE(erased.replayed());
  EXPECT_TRUE(erased.scrubbed());
  EXPECT_EQ(erased.erasure().facts(), 2);
  EXPECT_EQ(erased.erasure().held_claims(), 2);
  EXPECT_EQ(erased.erasure().findings(), 1);
  EXPECT_EQ(erased.erasure().reason(), "request 118");

  for (const char* value : {kMail, kName, kSaid, kEarly, "Unmistakable"}) {
    EXPECT_THAT(EverythingSaid(), Not(HasSubstr(value)));
  }
  EXPECT_THAT(EverythingSaid(), HasSubstr("Bystander"));
  // What stays: that there were values, of which attribute, and what is not
  // personal.
  const v1::GetEntityResponse entity = Entity("c1");
  ASSERT_THAT(entity.facts(), SizeIs(3));
  for (const v1::RecordedFact& fact : entity.facts()) {
    EXPECT_EQ(fact.erased(), fact.fact().attribute() != "tier");
    EXPECT_EQ(fact.fact().has_value(), fact.fact().attribute() == "tier");
  }
  EXPECT_THAT(entity.links(), SizeIs(1));
  const v1::GetFindingResponse after = Finding(finding_);
  EXPECT_TRUE(after.finding().erased());
  EXPECT_TRUE(after.claim().erased());
  EXPECT_FALSE(after.has_judgement());
  EXPECT_EQ(after.finding().state(), before.finding().state());
  EXPECT_EQ(after.finding().count(), before.finding().count());
  EXPECT_EQ(after.finding().last_said_at().seconds(),
            before.finding().last_said_at().seconds());
  EXPECT_THAT(after.history(), SizeIs(before.history_size()));
}

TEST_P(PrivacyTest, EveryByteOfEveryFileForgets) {
  Fill();
  const std::string key = KeyOf(SubjectOf(EntityId{"customer", "c1"}));
  const std::string early_key = KeyOf(SubjectOf("web", "w1"));
  EXPECT_THAT(EveryByte(), HasSubstr(key));
  EXPECT_THAT(EveryByte(), HasSubstr(kMail));  // the index of identifiers
  // No value was ever written in clear but there.
  for (const char* value : {kName, kSaid, kEarly}) {
    EXPECT_THAT(EveryByte(), Not(HasSubstr(value)));
  }
  EXPECT_TRUE(Erase("c1").scrubbed());
  const std::string bytes = EveryByte();
  EXPECT_EQ(bytes.find(key), std::string::npos);
  EXPECT_EQ(bytes.find(early_key), std::string::npos);
  EXPECT_EQ(bytes.find("unmistakable"), std::string::npos);
}

TEST_P(PrivacyTest, ARestartBringsNothingBack) {
  Fill();
  Erase("c1");
  RestartServer();
  for (const char* value : {kMail, kName, kSaid, kEarly}) {
    EXPECT_THAT(EverythingSaid(), Not(HasSubstr(value)));
  }
  EXPECT_TRUE(Entity("c1").facts(0).erased());
  EXPECT_TRUE(Erase("c1").replayed());
}

TEST_P(PrivacyTest, ErasingAgainGivesTheFirstErasure) {
  Fill();
  const v1::EraseSubjectResponse first = Erase("c1");
  clock_.Advance(absl::Hours(1));
  const v1::EraseSubjectResponse again = Erase("c1");
  EXPECT_TRUE(again.replayed());
  EXPECT_EQ(again.erasure().DebugString(), first.erasure().DebugString());
  grpc::ClientContext context;
  v1::ListErasuresResponse listed;
  EXPECT_TRUE(
      privacy_->ListErasures(&context, v1::ListErasuresRequest(), &listed)
          .ok());
  ASSERT_THAT(listed.erasures(), SizeIs(1));
  EXPECT_EQ(listed.erasures(0).actor(), "officer");
}

TEST_P(PrivacyTest, NothingNewIsRecordedOfAnErasedPerson) {
  Fill();
  v1::WriteKnowledgeRequest retry;
  retry.set_request_id("r1");
  *retry.add_changes() = PutFact("c1", "email", kMail);
  EXPECT_TRUE(TryWrite(retry).ok());
  Erase("c1");
  const auto refused = [&](const v1::Change& change) {
    v1::WriteKnowledgeRequest request;
    *request.add_changes() = PutFact("c2", "name", "Also");
    *request.add_changes() = change;
    return Summary(TryWrite(request));
  };
  EXPECT_EQ(refused(PutFact("c1", "tier", "gold")),
            "FAILED_PRECONDITION ERASED changes[1]");
  EXPECT_EQ(refused(PutLink("web", "w2", "c1")),
            "FAILED_PRECONDITION ERASED changes[1]");
  EXPECT_EQ(refused(PutOrder("c1", "o1")),
            "FAILED_PRECONDITION ERASED changes[1]");
  // What was hashed of the request is gone as well.
  EXPECT_EQ(Summary(TryWrite(retry)), "FAILED_PRECONDITION ERASED");
  // To take away is allowed.
  v1::WriteKnowledgeRequest unlink;
  *unlink.add_changes()->mutable_retract_link() =
      PutLink("web", "w1", "c1").put_link();
  EXPECT_TRUE(TryWrite(unlink).ok());
}

TEST_P(PrivacyTest, AChannelThatStillHoldsThePersonIsFound) {
  Fill();
  // Said before, arrived after: the channel could not know.
  v1::Claim before = MakeClaim("web", "c1", "email", kMail, "b");
  before.mutable_said_at()->set_seconds(
      absl::ToUnixSeconds(clock_.Now() - absl::Minutes(1)));
  Erase("c1");
  v1::ClaimResult result = Report({before}).results(0);
  EXPECT_EQ(result.verdict(), v1::VERDICT_UNVERIFIABLE);
  EXPECT_EQ(result.finding_id(), "");

  // After the promise of the channel (an hour) it holds what it must not.
  clock_.Advance(absl::Hours(2));
  result = Report({MakeClaim("web", "c1", "email", kMail, "c")}).results(0);
  EXPECT_EQ(result.verdict(), v1::VERDICT_NOT_ENTITLED);
  EXPECT_EQ(result.further_verdict(), v1::VERDICT_UNVERIFIABLE);
  const v1::GetFindingResponse found = Finding(result.finding_id());
  EXPECT_EQ(found.finding().family(), v1::FINDING_FAMILY_DISCLOSURE);
  EXPECT_EQ(found.finding().state(), v1::FINDING_STATE_OPEN);
  EXPECT_TRUE(found.claim().erased());
  // Nor is what it said kept, of no attribute.
  Report({MakeClaim("web", "c1", "tier", "unmistakable tier", "d")});
  EXPECT_EQ(EveryByte().find("unmistakable"), std::string::npos);

  // Once it says that it holds nothing any more, the finding is resolved.
  clock_.Advance(absl::Seconds(10));
  v1::Claim none = MakeClaim("web", "c1", "email", "", "e");
  none.clear_value();
  EXPECT_EQ(Report({none}).results(0).verdict(), v1::VERDICT_UNVERIFIABLE);
  EXPECT_EQ(Finding(result.finding_id()).finding().state(),
            v1::FINDING_STATE_RESOLVED);
}

TEST_P(PrivacyTest, TheErasedIdentifyNobody) {
  Fill();
  EXPECT_EQ(Report({MakeClaim("web", "c2", "email", "x@example.com", "m1")})
                .results(0)
                .verdict(),
            v1::VERDICT_UNVERIFIABLE);
  Write({PutFact("c2", "email", "by@example.com")});
  clock_.Advance(absl::Seconds(5));
  EXPECT_EQ(Report({MakeClaim("web", "c2", "email", kMail, "m2")})
                .results(0)
                .verdict(),
            v1::VERDICT_MISIDENTIFIED);
  Erase("c1");
  clock_.Advance(absl::Seconds(5));
  // Whose it was cannot be told any more, so neither can the verdict again.
  v1::ReplayFindingsRequest replay;
  v1::ReplayFindingsResponse replayed;
  grpc::ClientContext context;
  ASSERT_TRUE(findings_->ReplayFindings(&context, replay, &replayed).ok());
  EXPECT_THAT(replayed.differences(), IsEmpty());
  EXPECT_EQ(Report({MakeClaim("web", "c2", "email", kMail, "m3")})
                .results(0)
                .verdict(),
            v1::VERDICT_CONTRADICTS);
}

// Nothing of it is done: half of an erasure is worse than none.
TEST_P(PrivacyTest, WhoHasMoreIdsThanCanBeReadIsNotErasedByHalf) {
  Fill();
  Write({PutFact("c2", "email", "by@example.com")});
  constexpr int kAtOnce = 1000;
  for (int64_t written = 0; written <= limits::kFactsPerEntityMax;) {
    std::vector<v1::Change> links;
    for (int i = 0; i < kAtOnce; ++i, ++written) {
      links.push_back(PutLink("web", absl::StrCat("walk-in ", written), "c1"));
    }
    Write(links);
  }
  v1::EraseSubjectRequest request;
  *request.mutable_entity() = Customer("c1");
  request.set_reason("asked for it");
  request.set_actor("dpo");
  grpc::ClientContext context;
  v1::EraseSubjectResponse response;
  EXPECT_EQ(Summary(privacy_->EraseSubject(&context, request, &response)),
            "INVALID_ARGUMENT LIMIT_EXCEEDED");
  clock_.Advance(absl::Seconds(5));
  // What identifies is still known.
  EXPECT_EQ(Report({MakeClaim("web", "c2", "email", kMail, "m2")})
                .results(0)
                .verdict(),
            v1::VERDICT_MISIDENTIFIED);
  EXPECT_EQ(Report({MakeClaim("web", "c1", "email", kMail, "m3")})
                .results(0)
                .verdict(),
            v1::VERDICT_AGREES);
}

TEST_P(PrivacyTest, WhatIsAskedForMustBeRight) {
  Fill();
  EXPECT_EQ(Summary(TryErase("nobody")), "NOT_FOUND NOT_FOUND");
  EXPECT_EQ(Summary(TryErase("")), "INVALID_ARGUMENT INVALID_FIELD entity.id");
  std::map<std::string, std::vector<std::string>> none;
  EXPECT_EQ(Summary(TryExport("nobody", none)), "NOT_FOUND NOT_FOUND");
  const std::string seen = Write({PutFact("c2", "tier", "gold")});
  Write({PutFact("c1", "tier", "silver")});
  grpc::ClientContext context;
  v1::EraseSubjectRequest request;
  v1::EraseSubjectResponse response;
  *request.mutable_entity() = Customer("c1");
  EXPECT_EQ(Summary(privacy_->EraseSubject(&context, request, &response)),
            "INVALID_ARGUMENT INVALID_FIELD reason");
  request.set_reason("r");
  request.set_unchanged_since(seen);
  grpc::ClientContext another;
  EXPECT_EQ(Summary(privacy_->EraseSubject(&another, request, &response)),
            "FAILED_PRECONDITION PRECONDITION_FAILED");
  EXPECT_THAT(EverythingSaid(), HasSubstr(kName));
}

TEST_P(PrivacyTest, TheExportHasAllAndOnlyThePersons) {
  Fill();
  Write({PutOrder("c1", "o1")});
  const auto all = Export("c1");
  EXPECT_THAT(all.at("change"), SizeIs(5));  // 3 facts, a relation, a link
  EXPECT_THAT(all.at("held_claim"), SizeIs(2));
  EXPECT_THAT(all.at("logged_claim"), SizeIs(3));  // one before the link
  EXPECT_THAT(all.at("finding"), SizeIs(1));
  EXPECT_EQ(all.count("erasure"), 0u);
  for (const auto& [kind, texts] : all) {
    for (const std::string& text : texts) {
      EXPECT_THAT(text, Not(HasSubstr("Bystander")));
    }
  }
  EXPECT_THAT(Export("c2").at("logged_claim"), SizeIs(1));
  Erase("c1");
  EXPECT_THAT(Export("c1").at("erasure"), SizeIs(1));
}

// Two emails of one start and source: of the first, compaction leaves nothing
// but its entry in the index.
TEST_P(PrivacyTest, WhatWasCompactedIsErasedFromTheIndexToo) {
  Write({PutFact("c1", "email", kMail)});
  const std::string seen = Write({PutFact("c1", "email", "new@example.com")});
  const auto admin = v1::AdminService::NewStub(server_->InProcessChannel());
  grpc::ClientContext context;
  v1::CompactRequest request;
  request.set_revision(seen);
  const auto stream = admin->Compact(&context, request);
  v1::CompactResponse response;
  while (stream->Read(&response)) continue;
  ASSERT_TRUE(stream->Finish().ok());
  EXPECT_THAT(EveryByte(), HasSubstr(kMail));
  EXPECT_TRUE(Erase("c1").scrubbed());
  EXPECT_EQ(EveryByte().find(kMail), std::string::npos);
  EXPECT_EQ(EveryByte().find("new@example"), std::string::npos);
}

// Whatever the attribute: who can say what a channel writes there?
TEST_P(PrivacyTest, AllThatIsSaidOfAPersonGoes) {
  Fill();
  Report({MakeClaim("web", "c1", "tier", "unmistakable tier", "t")});
  EXPECT_EQ(EveryByte().find("unmistakable tier"), std::string::npos);
  EXPECT_TRUE(Erase("c1").scrubbed());
  for (const auto& [kind, texts] : Export("c1")) {
    for (const std::string& text : texts) {
      EXPECT_THAT(text, Not(HasSubstr("unmistakable")));
    }
  }
}

// Hashes of content, by which a short value could be found by trying, are in no
// backup; nor are retries forgotten for it.
TEST_P(PrivacyTest, NoBackupHoldsAHashOfAValue) {
  const auto hashes = [&] {
    std::vector<std::string> found;
    SealedStore open(&store(), rows::kPersonalSpaces);
    for (const auto& [key, row] : ScanRows(open, rows::kClaimKeys)) {
      const std::vector<ClaimKey> keys = *rows::ParseClaimKeys(row);
      for (const ClaimKey& claim : keys) {
        KeyWriter bytes;
        bytes.Number(claim.high).Number(claim.low);
        found.push_back(bytes.Take());
      }
    }
    for (const auto& [key, row] : ScanRows(open, rows::kRequests)) {
      const rows::RequestRecord request = *rows::ParseRequest(row);
      found.push_back(request.fingerprint);
    }
    return found;
  };
  v1::WriteKnowledgeRequest write;
  write.set_request_id("r1");
  *write.add_changes() = PutFact("c1", "birth_date", "1990-02-03");
  EXPECT_TRUE(TryWrite(write).ok());
  v1::Claim claim = MakeClaim("web", "c1", "birth_date", "1990-02-03", "");
  claim.mutable_said_at()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
  Report({claim});
  ASSERT_THAT(hashes(), SizeIs(2));
  const std::string bytes = EveryByte() + Backup(v1::ARCHIVE_CONTENT_BACKUP);
  for (const std::string& hash : hashes()) {
    ASSERT_THAT(hash, SizeIs(16));
    EXPECT_EQ(bytes.find(hash), std::string::npos);
  }
  RestartServer();
  EXPECT_EQ(Report({claim}).results(0).status(), v1::CLAIM_STATUS_DUPLICATE);
  v1::WriteKnowledgeResponse written;
  EXPECT_TRUE(TryWrite(write, &written).ok());
  EXPECT_TRUE(written.replayed());
}

// An attribute that came to be personal only after its values were recorded.
TEST_P(PrivacyTest, ValuesFromBeforeTheirAttributeWasPersonalGoToo) {
  EXPECT_TRUE(Apply(kVocabulary).ok());
  Fill();
  EXPECT_NE(EveryByte().find(kName), std::string::npos);
  EXPECT_TRUE(Apply(absl::StrCat(InitialVocabulary(), "# again\n")).ok());
  EXPECT_EQ(Erase("c1").erasure().facts(), 2);
  const std::string bytes = EveryByte();
  for (const char* value : {kName, kSaid, "unmistakable"}) {
    EXPECT_EQ(bytes.find(value), std::string::npos) << value;
  }
}

TEST_P(PrivacyTest, ANewVocabularySealsWhatThereIsAtTheNextStart) {
  EXPECT_TRUE(Apply(kVocabulary).ok());
  Fill();
  EXPECT_NE(EveryByte().find(kName), std::string::npos);
  EXPECT_TRUE(Apply(absl::StrCat(InitialVocabulary(), "# again\n")).ok());
  RestartServer();
  for (const char* value : {kMail, kName, kSaid}) {
    EXPECT_THAT(EverythingSaid(), HasSubstr(value));
  }
  const std::string bytes = EveryByte();
  for (const char* value : {kName, kSaid, "Bystander"}) {
    EXPECT_EQ(bytes.find(value), std::string::npos) << value;
  }
}

// What a backup and a log from before the erasure still hold stays closed.
TEST_P(PrivacyTest, ARestoreLeavesTheErasedErased) {
  Fill();
  const std::string backup = Backup(v1::ARCHIVE_CONTENT_BACKUP);
  for (const char* value : {kName, kSaid, kEarly, kMail, "Bystander"}) {
    EXPECT_EQ(backup.find(value), std::string::npos) << value;
  }
  Erase("c1");
  const TemporaryDirectory files;
  RestoreOptions options;
  options.backup = files.Sub("backup");
  options.keys = files.Sub("keys");
  std::ofstream(options.backup, std::ios::binary) << backup;
  std::ofstream(options.keys, std::ios::binary)
      << Backup(v1::ARCHIVE_CONTENT_KEYS);
  MemoryStore restored;
  SealedStore sealed(&restored, rows::kPersonalSpaces);
  const auto result = Restore(restored, sealed, options);
  ASSERT_TRUE(result.ok()) << result.status();
  const std::unique_ptr<Reader> reader = *sealed.Snapshot();
  const GraphReader graph(*reader, Revision::Latest());
  const auto erased = graph.FactsOf({"customer", "c1"});
  ASSERT_TRUE(erased.ok()) << erased.status();
  ASSERT_THAT(*erased, SizeIs(3));
  for (const FactRecord& fact : *erased) {
    EXPECT_EQ(fact.erased, fact.attribute != "tier");
  }
  EXPECT_EQ(graph.FactsOf({"customer", "c2"})->front().value, "Bystander");
  const auto record = rows::GetErasure(*reader, {"customer", "c1"});
  ASSERT_TRUE(record.ok() && record->has_value());
  EXPECT_EQ((*record)->reason, "request 118");
  EXPECT_EQ((*record)->revision, *rows::ReadHead(*reader));
  for (const auto& [key, value] : ScanRows(restored, rows::kIdentifiers)) {
    EXPECT_THAT(key, Not(HasSubstr("unmistakable")));
  }
}

// Measured: with a few thousand others in the store, from the call until no
// file holds anything of the person.
TEST_P(PrivacyTest, TakesLessThanASecond) {
  for (int batch = 0; batch < 20; ++batch) {
    std::vector<v1::Change> changes;
    for (int i = 0; i < 200; ++i) {
      changes.push_back(PutFact(absl::StrCat("x", batch, "-", i), "name",
                                absl::StrCat("Name ", i)));
    }
    Write(changes);
  }
  Fill();
  const absl::Time began = absl::Now();
  EXPECT_TRUE(Erase("c1").scrubbed());
  const absl::Duration took = absl::Now() - began;
  EXPECT_LT(took, absl::Seconds(1));
  RecordProperty("milliseconds",
                 static_cast<int>(absl::ToInt64Milliseconds(took)));
  EXPECT_EQ(EveryByte().find("unmistakable"), std::string::npos);
}

CONCORDAT_ON_BOTH_ENGINES(PrivacyTest);

}  // namespace
}  // namespace concordat
