// A watch as tests read it: response by response, and events in short words.
#ifndef CONCORDAT_TESTS_WATCH_WATCHED_H_
#define CONCORDAT_TESTS_WATCH_WATCHED_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/watch.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat::watch {

inline std::string TextOf(const v1::EntityRef& entity) {
  return absl::StrCat(entity.type(), "/", entity.id());
}

// "fact customer/c1 name=N", "retract fact ...", "claim web customer/c1 name
// AGREES", "finding web customer/c1 name OPEN CONTRADICTS".
inline std::string TextOf(const v1::WatchEvent& event) {
  if (event.has_claim()) {
    const v1::WatchedClaim& claim = event.claim();
    return absl::StrCat(
        "claim ", claim.claim().channel(), " ",
        claim.has_entity() ? TextOf(claim.entity()) : claim.claim().subject(),
        " ", claim.attribute(), " ",
        v1::Verdict_Name(claim.verdict()).substr(8));
  }
  if (event.has_finding()) {
    const v1::WatchedFinding& finding = event.finding();
    return absl::StrCat("finding ", finding.channel(), " ",
                        TextOf(finding.entity()), " ", finding.attribute(), " ",
                        v1::FindingState_Name(finding.state()).substr(14), " ",
                        v1::Verdict_Name(finding.verdict()).substr(8));
  }
  const v1::Change& change = event.change().change();
  if (change.has_put_fact()) {
    return absl::StrCat("fact ", TextOf(change.put_fact().entity()), " ",
                        change.put_fact().attribute(), "=",
                        change.put_fact().value());
  }
  if (change.has_retract_fact()) {
    return absl::StrCat("retract fact ", TextOf(change.retract_fact().entity()),
                        " ", change.retract_fact().attribute());
  }
  if (change.has_put_relation()) {
    return absl::StrCat("relation ", TextOf(change.put_relation().from()), " ",
                        change.put_relation().relation(), " ",
                        TextOf(change.put_relation().to()));
  }
  if (change.has_put_link()) {
    return absl::StrCat("link ", change.put_link().channel(), " ",
                        change.put_link().subject(), " ",
                        TextOf(change.put_link().entity()));
  }
  if (change.has_retract_link()) {
    return absl::StrCat("retract link ", change.retract_link().channel(), " ",
                        change.retract_link().subject());
  }
  return change.ShortDebugString();
}

// One call of Watch. Cancelled when it goes.
class Watched {
 public:
  Watched(v1::WatchService::Stub& stub, const v1::WatchRequest& request)
      : reader_(stub.Watch(&context_, request)) {}
  ~Watched() {
    context_.TryCancel();
    if (!finished_) Finish();
  }

  // Adds a failure where the watch ended instead.
  v1::WatchResponse Next() {
    v1::WatchResponse response;
    if (!reader_->Read(&response)) {
      ADD_FAILURE() << "the watch ended: " << Finish().error_message();
    }
    return response;
  }
  bool TryNext(v1::WatchResponse* response) { return reader_->Read(response); }

  // The events up to a revision, which they must reach in so many responses.
  std::vector<std::string> Until(const std::string& revision) {
    std::vector<std::string> texts;
    for (int i = 0; i < 1000 && !finished_; ++i) {
      const v1::WatchResponse response = Next();
      for (const v1::WatchedCommit& commit : response.commits()) {
        for (const v1::WatchEvent& event : commit.events()) {
          texts.push_back(TextOf(event));
        }
      }
      if (response.revision().empty()) continue;
      if (NumberOf(response.revision()) >= NumberOf(revision)) return texts;
    }
    ADD_FAILURE() << "the watch does not reach the revision";
    return texts;
  }

  // Rows up to the end of the snapshot, and its revision.
  std::vector<std::string> Snapshot(std::string* revision) {
    std::vector<std::string> rows;
    while (!finished_) {
      const v1::WatchResponse response = Next();
      for (const v1::WatchEvent& row : response.snapshot()) {
        rows.push_back(TextOf(row));
      }
      if (response.content() == v1::WATCH_CONTENT_SNAPSHOT_END) {
        *revision = response.revision();
        return rows;
      }
      EXPECT_EQ(response.content(), v1::WATCH_CONTENT_SNAPSHOT);
      EXPECT_EQ(response.revision(), "");
    }
    return rows;
  }

  // How it ended; reads what is left first.
  grpc::Status Finish() {
    v1::WatchResponse ignored;
    while (reader_->Read(&ignored)) {
    }
    finished_ = true;
    return reader_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> reader_;
  bool finished_ = false;
};

inline v1::WatchRequest FromNow() {
  v1::WatchRequest request;
  request.set_from_now(true);
  request.mutable_progress_interval()->set_nanos(100'000'000);
  return request;
}

inline v1::WatchRequest After(const std::string& token) {
  v1::WatchRequest request = FromNow();
  request.set_after(token);
  return request;
}

inline v1::WatchRequest WithSnapshot() {
  v1::WatchRequest request = FromNow();
  request.set_snapshot(true);
  return request;
}

}  // namespace concordat::watch

#endif  // CONCORDAT_TESTS_WATCH_WATCHED_H_
