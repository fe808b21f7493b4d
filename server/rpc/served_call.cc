#include "server/rpc/served_call.h"

#include "graph/errors.h"

namespace concordat {

ServedCall::ServedCall()
    : admission(errors::Internal("nobody asked whose call this is")) {}

ServedCall::~ServedCall() {
  if (quotas != nullptr) quotas->End(*call.caller);
}

}  // namespace concordat
