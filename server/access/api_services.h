// The services of the API that this server answers, and their methods.
#ifndef CONCORDAT_SERVER_ACCESS_API_SERVICES_H_
#define CONCORDAT_SERVER_ACCESS_API_SERVICES_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "consistency/access/grants.h"
#include "google/protobuf/descriptor.h"

namespace concordat {

// All that the server answers: those of the package but ChannelProbeService,
// which channels answer.
std::vector<const google::protobuf::ServiceDescriptor*> ApiServices();

// By the path of a call: `/concordat.v1.KnowledgeService/GetEntity`. nullptr:
// no method of these.
const google::protobuf::MethodDescriptor* FindMethod(absl::string_view path);

// Who may call it; nobody, where it does not say.
RoleSet RolesOf(const google::protobuf::MethodDescriptor& method);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_API_SERVICES_H_
