// A server with personal attributes, a person to erase, and all that can be
// heard of one.
#ifndef CONCORDAT_TESTS_SERVICE_PRIVACY_FIXTURE_H_
#define CONCORDAT_TESTS_SERVICE_PRIVACY_FIXTURE_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "concordat/v1/admin.grpc.pb.h"
#include "graph/rows.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/conformance/rows.h"
#include "tests/service/test_server.h"

namespace concordat {

// Values that occur nowhere else.
inline constexpr char kMail[] = "unmistakable.person@example.com";
inline constexpr char kName[] = "Unmistakable Person";
inline constexpr char kSaid[] = "Mistaken Person";
inline constexpr char kEarly[] = "Early Bird Person";

class PrivacyTest : public ServiceTest {
 protected:
  std::string InitialVocabulary() const override {
    return absl::StrReplaceAll(
        kVocabulary,
        {{"name: {type: text}", "name: {type: text, personal: true}"},
         {"identifying: true}", "identifying: true, personal: true}"}});
  }

  grpc::Status TryErase(const std::string& id,
                        v1::EraseSubjectResponse* response = nullptr) {
    grpc::ClientContext context;
    v1::EraseSubjectRequest request;
    v1::EraseSubjectResponse ignored;
    *request.mutable_entity() = Customer(id);
    request.set_reason("request 118");
    request.set_actor("officer");
    return privacy_->EraseSubject(&context, request,
                                  response == nullptr ? &ignored : response);
  }
  v1::EraseSubjectResponse Erase(const std::string& id) {
    v1::EraseSubjectResponse response;
    const grpc::Status status = TryErase(id, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  // Kind of record -> its JSON-like texts.
  grpc::Status TryExport(const std::string& id,
                         std::map<std::string, std::vector<std::string>>& all) {
    grpc::ClientContext context;
    v1::ExportSubjectRequest request;
    *request.mutable_entity() = Customer(id);
    const auto reader = privacy_->ExportSubject(&context, request);
    v1::ExportSubjectResponse part;
    uint64_t read = 0;
    while (reader->Read(&part)) {
      for (const v1::SubjectRecord& record : part.records()) {
        const auto* field =
            record.GetDescriptor()->FindFieldByNumber(record.record_case());
        all[field->name()].push_back(record.ShortDebugString());
      }
      EXPECT_GE(part.log_read(), read);
      read = part.log_read();
      EXPECT_LE(read, part.log_total());
    }
    return reader->Finish();
  }
  std::map<std::string, std::vector<std::string>> Export(
      const std::string& id) {
    std::map<std::string, std::vector<std::string>> all;
    const grpc::Status status = TryExport(id, all);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return all;
  }

  v1::GetEntityResponse Entity(const std::string& id) {
    grpc::ClientContext context;
    v1::GetEntityRequest request;
    v1::GetEntityResponse response;
    *request.mutable_entity() = Customer(id);
    *request.mutable_consistency() = Latest();
    EXPECT_TRUE(knowledge_->GetEntity(&context, request, &response).ok());
    return response;
  }

  // c1 with facts, a link, claims and a finding; c2 as a bystander.
  void Fill() {
    Report({Subject("w1", kEarly)});  // before anybody knew whose w1 is
    Write({PutFact("c1", "name", kName), PutFact("c1", "email", kMail),
           PutFact("c1", "tier", "gold"), PutLink("web", "w1", "c1"),
           PutFact("c2", "name", "Bystander")});
    finding_ = Report({MakeClaim("web", "c1", "name", kSaid, "1"),
                       MakeClaim("web", "c1", "tier", "gold", "2"),
                       MakeClaim("web", "c2", "name", "By", "3")})
                   .results(0)
                   .finding_id();
  }
  v1::Claim Subject(const std::string& subject, const std::string& name) {
    v1::Claim claim = MakeClaim("web", "", "name", name, "early");
    claim.set_subject(subject);
    return claim;
  }
  v1::GetFindingResponse Finding(const std::string& id) {
    grpc::ClientContext context;
    v1::GetFindingRequest request;
    v1::GetFindingResponse response;
    request.set_id(id);
    const grpc::Status status =
        findings_->GetFinding(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  // Everything that the server can be made to say.
  std::string EverythingSaid() {
    std::string said = Entity("c1").DebugString();
    said += HeldClaims().DebugString();
    said += Finding(finding_).DebugString();
    v1::ListFactsRequest facts;
    v1::ListFactsResponse listed;
    *facts.mutable_consistency() = Latest();
    {
      grpc::ClientContext context;
      EXPECT_TRUE(knowledge_->ListFacts(&context, facts, &listed).ok());
      said += listed.DebugString();
    }
    for (const char* attribute : {"name", "email"}) {
      grpc::ClientContext context;
      v1::GetTimelineRequest request;
      v1::GetTimelineResponse response;
      *request.mutable_entity() = Customer("c1");
      request.set_attribute(attribute);
      *request.mutable_consistency() = Latest();
      EXPECT_TRUE(knowledge_->GetTimeline(&context, request, &response).ok());
      said += response.DebugString();
    }
    v1::ListFindingsResponse findings;
    {
      grpc::ClientContext context;
      v1::ListFindingsRequest request;
      for (int state = 1; state <= 6; ++state) {
        request.mutable_filter()->add_states(
            static_cast<v1::FindingState>(state));
      }
      EXPECT_TRUE(findings_->ListFindings(&context, request, &findings).ok());
    }
    said += findings.DebugString();
    for (const auto& [kind, texts] : Export("c1")) {
      for (const std::string& text : texts) said += text;
    }
    return said;
  }

  // The bytes of a backup file.
  std::string Backup(v1::ArchiveContent content) {
    const auto admin = v1::AdminService::NewStub(server_->InProcessChannel());
    grpc::ClientContext context;
    v1::BackupRequest request;
    request.set_content(content);
    const auto reader = admin->Backup(&context, request);
    v1::BackupResponse part;
    std::string bytes;
    while (reader->Read(&part)) bytes += part.data();
    const grpc::Status status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return bytes;
  }

  // All bytes of all files of the store; of the memory store, all rows.
  std::string EveryByte() {
    std::string bytes;
    if (GetParam() == Engine::kMemory) {
      for (const Space space : rows::AllSpaces()) {
        for (const auto& [key, value] : ScanRows(store(), space)) {
          bytes += key + value;
        }
      }
      return bytes;
    }
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(directory())) {
      std::ifstream in(file.path(), std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(in), {});
    }
    return bytes;
  }
  std::string KeyOf(const std::string& subject) {
    const auto row = GetRow(store(), rows::kSubjectKeys, subject);
    EXPECT_TRUE(row.has_value());
    return row.has_value() ? row->substr(2) : "no key";
  }

  std::string finding_;
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_SERVICE_PRIVACY_FIXTURE_H_
