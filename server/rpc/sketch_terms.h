#ifndef CONCORDAT_SERVER_RPC_SKETCH_TERMS_H_
#define CONCORDAT_SERVER_RPC_SKETCH_TERMS_H_

#include <string>

#include "absl/status/statusor.h"
#include "concordat/v1/reconciliation.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// What a channel makes its sketch with now. Errors: NO_VOCABULARY,
// UNKNOWN_CHANNEL, the store's.
absl::StatusOr<v1::SketchTerms> SketchTermsOf(const ServiceContext& context,
                                              const std::string& channel);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_SKETCH_TERMS_H_
