// A company for the benchmarks: customers with facts, and claims that agree.
#ifndef CONCORDAT_TESTS_BENCH_WORKLOAD_H_
#define CONCORDAT_TESTS_BENCH_WORKLOAD_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/string_view.h"
#include "grpcpp/channel.h"
#include "tests/bench/load.h"

namespace concordat::bench {

// Each customer has so many facts, one an attribute.
inline constexpr int kFactsPerCustomer = 4;
// And a link, by which the channel names it.
inline constexpr int kChangesPerCustomer = kFactsPerCustomer + 1;

// Three of the four attributes are personal, or none is.
std::string CompanyVocabulary(bool personal);

std::string CustomerId(int64_t customer);

// The name of an attribute, 0 to kFactsPerCustomer - 1, and what the channel
// says of it.
std::string AttributeName(int attribute);
std::string SaidOf(int64_t customer, int attribute);

// Writes the facts and links of so many customers, one after the other; both
// are the items.
LoadResult WriteKnowledge(const std::shared_ptr<grpc::Channel>& channel,
                          int64_t customers);

// Writes what is true of so many customers, and what the channel says of each
// once, as CSV: two files that audits compare.
void WriteAuditFiles(int64_t customers, const std::string& facts,
                     const std::string& claims);

// Makes claims as channels write them, every one new: no two are said at the
// same microsecond. As bytes, so that what is measured is not how they are
// made: some 100 ns each.
class ClaimSource {
 public:
  enum class Order : uint8_t {
    kInTurn,  // one customer after the other, each with all attributes
    kRandom,
  };
  struct Options {
    int64_t customers = 0;
    Order order = Order::kInTurn;
    // The share of claims that contradict, 0 to 1.
    double contradicting = 0;
    // The number of the first: none of before is repeated from here on.
    int64_t first = 0;
  };
  explicit ClaimSource(const Options& options)
      : options_(options),
        random_(static_cast<uint64_t>(options.first) + 1),
        next_(options.first) {}

  // A ReportClaimsRequest, or StreamClaimsRequest, of so many. Valid until the
  // next call.
  const std::string& Next(int claims);

 private:
  void AppendClaim();
  void AppendValue(int64_t customer, int attribute);

  const Options options_;
  std::mt19937_64 random_;
  int64_t next_;
  std::string request_;
  std::string claim_;
  std::string part_;
};

// How many results of a ReportClaimsResponse, or StreamClaimsResponse, are not
// of claims that were recorded; of those that were, how many do not agree.
struct Answered {
  uint64_t refused = 0;
  uint64_t disagree = 0;
};
Answered ReadAnswers(absl::string_view response);

}  // namespace concordat::bench

#endif  // CONCORDAT_TESTS_BENCH_WORKLOAD_H_
