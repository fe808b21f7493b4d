// What others do on the same machine in the same run: where Debian's packages
// of them are installed, etcd-server and postgresql; and an audit by a program
// that is named.
#ifndef CONCORDAT_TESTS_BENCH_PEERS_H_
#define CONCORDAT_TESTS_BENCH_PEERS_H_

#include <string>
#include <vector>

#include "tests/bench/load.h"

namespace concordat::bench {

struct PeerResult {
  std::string name;
  LoadResult load;  // `error` says why there is none
};

// Durable puts of a claim's size, and reads of one key, by gRPC with so many
// calls in flight. Empty where etcd is not installed.
std::vector<PeerResult> MeasureEtcd(double seconds, int calls_in_flight);

// Durable updates of one row each, and prepared reads of one, by pgbench with
// so many connections. Empty where PostgreSQL is not installed.
std::vector<PeerResult> MeasurePostgres(double seconds, int connections);

// `command FACTS.csv CLAIMS.csv` compares both and prints how many "claims" it
// has read and how many "seconds" that took, as JSON.
PeerResult MeasureAudit(const std::string& command, const std::string& facts,
                        const std::string& claims);

}  // namespace concordat::bench

#endif  // CONCORDAT_TESTS_BENCH_PEERS_H_
