#include "server/rpc/watch_service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/cursors.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "server/convert/common.h"
#include "server/convert/watch.h"
#include "server/rpc/call.h"
#include "server/rpc/filter_values.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

absl::StatusOr<WatchFilter> ReadFilter(const v1::WatchFilter& wire,
                                       const Vocabulary* vocabulary) {
  WatchFilter filter;
  for (int i = 0; i < wire.kinds_size(); ++i) {
    if (!v1::WatchKind_IsValid(wire.kinds(i)) || wire.kinds(i) == 0) {
      return errors::InvalidField(
          absl::StrCat("filter.kinds[", i, "]"),
          "must be FACT, RELATION, LINK, IDENTITY, CLAIM or FINDING");
    }
    filter.kinds.insert(static_cast<WatchKind>(wire.kinds(i)));
  }
  CONCORDAT_RETURN_IF_ERROR(
      CheckEntityTypes("filter.entity_types", wire.entity_types(), vocabulary));
  CONCORDAT_RETURN_IF_ERROR(
      CheckAttributes("filter.attributes", wire.attributes(), vocabulary));
  CONCORDAT_RETURN_IF_ERROR(
      CheckChannels("filter.channels", wire.channels(), vocabulary));
  CONCORDAT_RETURN_IF_ERROR(
      CheckFilterCount("filter.entities", wire.entities_size()));
  filter.types.insert(wire.entity_types().begin(), wire.entity_types().end());
  filter.attributes.insert(wire.attributes().begin(), wire.attributes().end());
  filter.channels.insert(wire.channels().begin(), wire.channels().end());
  for (int i = 0; i < wire.entities_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckEntity(absl::StrCat("filter.entities[", i, "]"), wire.entities(i),
                    vocabulary));
    filter.entities.insert(convert::FromWire(wire.entities(i)));
  }
  return filter;
}

absl::Status ReadStart(const v1::WatchRequest& request, const TokenMint& tokens,
                       WatchSpec& spec) {
  switch (request.start_case()) {
    case v1::WatchRequest::kFromNow:
      if (request.from_now()) return absl::OkStatus();
      return errors::InvalidField("from_now", "must be true");
    case v1::WatchRequest::kSnapshot:
      spec.start = WatchSpec::Start::kSnapshot;
      if (request.snapshot()) return absl::OkStatus();
      return errors::InvalidField("snapshot", "must be true");
    case v1::WatchRequest::kAfter: {
      spec.start = WatchSpec::Start::kAfter;
      const absl::StatusOr<Revision> after =
          tokens.ReadRevision(request.after());
      if (!after.ok()) return AtField("after", after.status());
      spec.after = *after;
      return absl::OkStatus();
    }
    case v1::WatchRequest::kAfterCursor:
      spec.start = WatchSpec::Start::kCursor;
      spec.cursor = request.after_cursor();
      return AtField("after_cursor", ValidateCursorName(spec.cursor));
    case v1::WatchRequest::kSince: {
      spec.start = WatchSpec::Start::kSince;
      CONCORDAT_ASSIGN_OR_RETURN(spec.since,
                                 convert::FromWire(request.since(), "since"));
      return absl::OkStatus();
    }
    case v1::WatchRequest::START_NOT_SET:
      break;
  }
  return errors::InvalidField(
      "start", "choose from_now, after, snapshot, after_cursor or since");
}

absl::StatusOr<WatchSpec> ReadSpec(const ServiceContext& context,
                                   const grpc::CallbackServerContext& rpc,
                                   const grpc::ByteBuffer& bytes) {
  // What is wrong with a request is for who may make it.
  CONCORDAT_RETURN_IF_ERROR(ServedCall::Of(rpc).admission);
  v1::WatchRequest request;
  grpc::ByteBuffer copy(bytes);  // shares the bytes
  if (!grpc::SerializationTraits<v1::WatchRequest>::Deserialize(&copy, &request)
           .ok()) {
    return errors::UnreadableMessage();
  }
  CONCORDAT_RETURN_IF_ERROR(Admit(context, rpc, request));
  WatchSpec spec;
  const std::shared_ptr<const Vocabulary> vocabulary =
      context.vocabularies->Current();
  CONCORDAT_ASSIGN_OR_RETURN(spec.filter,
                             ReadFilter(request.filter(), vocabulary.get()));
  CONCORDAT_RETURN_IF_ERROR(ReadStart(request, *context.tokens, spec));
  if (request.has_progress_interval()) {
    const google::protobuf::Duration& interval = request.progress_interval();
    spec.progress_interval =
        absl::Seconds(interval.seconds()) + absl::Nanoseconds(interval.nanos());
    if (spec.progress_interval <
        absl::Milliseconds(limits::kWatchProgressMillisecondsMin)) {
      return errors::InvalidField("progress_interval",
                                  "must be at least 100 ms");
    }
    spec.progress_interval = std::min(spec.progress_interval, absl::Hours(1));
  }
  return spec;
}

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchServiceHandlers::Watch(
    grpc::CallbackServerContext* rpc, const grpc::ByteBuffer* request) {
  absl::StatusOr<WatchSpec> spec = ReadSpec(context_, *rpc, *request);
  const absl::Status refusal = spec.status();
  return WatchStream::Open(surroundings_, rpc, TraceIdOf(*rpc),
                           spec.ok() ? *std::move(spec) : WatchSpec(), refusal);
}

grpc::ServerUnaryReactor* WatchServiceHandlers::PutCursor(
    grpc::CallbackServerContext* rpc, const v1::PutCursorRequest* request,
    v1::PutCursorResponse* response) {
  static constexpr absl::string_view kMethod = "PutCursor";
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  if (const absl::Status admitted = Admit(context_, *rpc, *request);
      !admitted.ok()) {
    return FinishCall(context_, rpc, kMethod, reactor, admitted);
  }
  const absl::StatusOr<Revision> revision =
      context_.tokens->ReadRevision(request->revision());
  if (!revision.ok()) {
    return FinishCall(context_, rpc, kMethod, reactor,
                      AtField("revision", revision.status()));
  }
  auto cursor = std::make_shared<Cursor>(
      Cursor{.name = request->name(), .revision = *revision, .updated_at = {}});
  context_.committer->WriteAside(
      [this, cursor](Transaction& tx, absl::Time now) {
        cursor->updated_at = now;
        CONCORDAT_RETURN_IF_ERROR(
            CheckLogKept(tx, *context_.tokens, cursor->revision));
        return ::concordat::PutCursor(tx, *cursor);
      },
      [this, rpc, reactor, response, cursor](const absl::Status& status) {
        if (status.ok()) {
          convert::ToWire(*cursor, *context_.tokens,
                          response->mutable_cursor());
        }
        FinishCall(context_, rpc, kMethod, reactor, status);
      });
  return reactor;
}

grpc::ServerUnaryReactor* WatchServiceHandlers::ListCursors(
    grpc::CallbackServerContext* rpc, const v1::ListCursorsRequest* request,
    v1::ListCursorsResponse* response) {
  return RunCall(context_, rpc, "ListCursors", request, [this, response] {
    CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                               ReadSession::OpenLatest(context_));
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<Cursor> cursors,
                               ::concordat::ListCursors(session.reader()));
    for (const Cursor& cursor : cursors) {
      convert::ToWire(cursor, *context_.tokens, response->add_cursors());
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* WatchServiceHandlers::DeleteCursor(
    grpc::CallbackServerContext* rpc, const v1::DeleteCursorRequest* request,
    v1::DeleteCursorResponse*) {
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  if (const absl::Status admitted = Admit(context_, *rpc, *request);
      !admitted.ok()) {
    return FinishCall(context_, rpc, "DeleteCursor", reactor, admitted);
  }
  context_.committer->WriteAside(
      [name = request->name()](Transaction& tx, absl::Time) {
        return ::concordat::DeleteCursor(tx, name);
      },
      [this, rpc, reactor](const absl::Status& status) {
        FinishCall(context_, rpc, "DeleteCursor", reactor, status);
      });
  return reactor;
}

}  // namespace concordat
