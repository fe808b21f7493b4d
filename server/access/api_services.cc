#include "server/access/api_services.h"

#include <set>
#include <string>

#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "concordat/v1/access.pb.h"
#include "concordat/v1/admin.pb.h"
#include "concordat/v1/answers.pb.h"
#include "concordat/v1/audits.pb.h"
#include "concordat/v1/claims.pb.h"
#include "concordat/v1/disclosure.pb.h"
#include "concordat/v1/findings.pb.h"
#include "concordat/v1/history.pb.h"
#include "concordat/v1/identity.pb.h"
#include "concordat/v1/knowledge.pb.h"
#include "concordat/v1/privacy.pb.h"
#include "concordat/v1/probes.pb.h"
#include "concordat/v1/reconciliation.pb.h"
#include "concordat/v1/reliability.pb.h"
#include "concordat/v1/scorecards.pb.h"
#include "concordat/v1/server.pb.h"
#include "concordat/v1/values.pb.h"
#include "concordat/v1/vocabulary.pb.h"
#include "concordat/v1/watch.pb.h"
#include "concordat/v1/whatif.pb.h"

namespace concordat {

std::vector<const google::protobuf::ServiceDescriptor*> ApiServices() {
  // One message of each file of services.
  const std::set<const google::protobuf::FileDescriptor*> files = {
      v1::GetCallerRequest::descriptor()->file(),
      v1::BackupRequest::descriptor()->file(),
      v1::CheckAnswerRequest::descriptor()->file(),
      v1::StartAuditRequest::descriptor()->file(),
      v1::ReportClaimsRequest::descriptor()->file(),
      v1::GetFindingRequest::descriptor()->file(),
      v1::GetCommitRequest::descriptor()->file(),
      v1::ListMergesRequest::descriptor()->file(),
      v1::GetEntityRequest::descriptor()->file(),
      v1::EraseSubjectRequest::descriptor()->file(),
      v1::AskChannelsRequest::descriptor()->file(),
      v1::GetSketchTermsRequest::descriptor()->file(),
      v1::SuggestValueRequest::descriptor()->file(),
      v1::GetScorecardRequest::descriptor()->file(),
      v1::GetServerInfoRequest::descriptor()->file(),
      v1::ExplainValuesRequest::descriptor()->file(),
      v1::GetVocabularyRequest::descriptor()->file(),
      v1::WatchRequest::descriptor()->file(),
      v1::BacktestRequest::descriptor()->file()};
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const google::protobuf::FileDescriptor* const file : files) {
    for (int i = 0; i < file->service_count(); ++i) {
      services.push_back(file->service(i));
    }
  }
  return services;
}

const google::protobuf::MethodDescriptor* FindMethod(absl::string_view path) {
  if (!absl::ConsumePrefix(&path, "/concordat.v1.")) return nullptr;
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      "concordat.v1." + absl::StrReplaceAll(path, {{"/", "."}}));
}

RoleSet RolesOf(const google::protobuf::MethodDescriptor& method) {
  RoleSet roles;
  for (const int role : method.options().GetExtension(v1::access).roles()) {
    switch (static_cast<v1::Role>(role)) {
      case v1::ROLE_CHANNEL:
        roles.Add(Role::kChannel);
        break;
      case v1::ROLE_QA:
        roles.Add(Role::kQa);
        break;
      case v1::ROLE_STEWARD:
        roles.Add(Role::kSteward);
        break;
      case v1::ROLE_ADMIN:
        roles.Add(Role::kAdmin);
        break;
      case v1::ROLE_AUDITOR:
        roles.Add(Role::kAuditor);
        break;
      default:
        break;
    }
  }
  return roles;
}

}  // namespace concordat
