#ifndef CONCORDAT_CLIENT_PROBE_PROBE_SUMMARY_H_
#define CONCORDAT_CLIENT_PROBE_PROBE_SUMMARY_H_

#include <map>
#include <string>

#include "concordat/v1/client_files.pb.h"
#include "concordat/v1/probes.pb.h"

namespace concordat::client {

// Counts what came of a script's questions. Not thread-safe.
class ProbeSummary {
 public:
  void Add(const v1::AskChannelsResponse& response);
  // A question that could not be asked of anybody.
  void AddFailed() { ++questions_, ++failed_; }

  v1::ProbeRunSummary Summary() const;

 private:
  int64_t questions_ = 0;
  int64_t failed_ = 0;
  int64_t compared_ = 0;
  int64_t all_agree_ = 0;
  std::map<std::string, v1::ProbedChannel> channels_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_PROBE_PROBE_SUMMARY_H_
