// The ways into Concordat that every scenario goes through.
#ifndef CONCORDAT_TESTS_SCENARIOS_DOORS_H_
#define CONCORDAT_TESTS_SCENARIOS_DOORS_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/claims.pb.h"
#include "concordat/v1/findings.pb.h"
#include "concordat/v1/knowledge.pb.h"
#include "google/rpc/status.pb.h"
#include "graph/clock.h"
#include "graph/store.h"

namespace concordat {

// A clock that stands where it is put. Thread-safe.
class FakeClock final : public Clock {
 public:
  absl::Time Now() const override {
    return absl::FromUnixMicros(micros_.load());
  }
  void Set(absl::Time now) { micros_.store(absl::ToUnixMicros(now)); }

 private:
  std::atomic<int64_t> micros_ = 0;
};

// Each method but Start takes and gives what the API does. A refusal is the
// status on the wire; OK has code 0. Not thread-safe.
class Door {
 public:
  virtual ~Door() = default;

  virtual google::rpc::Status ApplyVocabulary(const std::string& yaml) = 0;
  virtual google::rpc::Status Write(const v1::WriteKnowledgeRequest& request,
                                    v1::WriteKnowledgeResponse* response) = 0;
  virtual google::rpc::Status Report(const v1::ReportClaimsRequest& request,
                                     v1::ReportClaimsResponse* response) = 0;
  virtual google::rpc::Status Check(const v1::Claim& claim,
                                    v1::Judgement* judgement) = 0;
  virtual google::rpc::Status Neighbourhood(
      const v1::GetNeighbourhoodRequest& request,
      v1::GetNeighbourhoodResponse* response) = 0;
  // What the clock has brought to findings is done.
  virtual void Settle() = 0;
  // In any state, each with its history.
  virtual std::vector<v1::GetFindingResponse> Findings() = 0;
  virtual std::vector<v1::HeldClaim> Held() = 0;
  // Stops, opens the store anew and starts.
  virtual void Restart() = 0;
};

// Opens the store, the same one each time.
using OpenStore = std::function<std::unique_ptr<Store>()>;

// The checker called directly. `clock` must outlive the door.
std::unique_ptr<Door> MakeCoreDoor(OpenStore open, const Clock* clock);
// A server in this process, called over gRPC. `clock` must outlive the door.
std::unique_ptr<Door> MakeGrpcDoor(OpenStore open, const Clock* clock);

}  // namespace concordat

#endif  // CONCORDAT_TESTS_SCENARIOS_DOORS_H_
