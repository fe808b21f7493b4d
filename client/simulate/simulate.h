// `concordat simulate`: a seeded retail world to try Concordat on, with every
// kind of contradiction planted and its verdict known beforehand.
//
// The vocabulary of the world is config/vocabularies/retail.yaml. How it is
// made:
//
//   world.h     the truth. Customer number i, with orders and histories, is a
//               pure function of (seed, i). So memory does not grow with the
//               world, and "the e-mail of another customer" is made again from
//               that customer's number.
//   planner.h   what six channels report of it. Most claims say the truth of
//               their time; the planted rate goes wrong in one way of
//   plants.h    a lost value, an outage longer than the promise, net for
//               gross, two customers mixed up ...
//   oracle.h    the verdict that each claim must get, worked out apart from
//               the judge. A claim is planted only if the oracle gives the
//               planted verdict; where a boundary is too close to call, it is
//               drawn again. So truth.csv is exact.
//   writing.h   how each channel writes: 13.04.2026, 1.234,50 EUR, 2:30 PM,
//               GOLD, Silber, 0151/... All of it must still agree.
//   people.h    names, cities and identifiers; all made up.
//
// Faults have causes that grouping should find: four in five stale claims come
// from region eu-2, four in five confused or lost values from one app_version,
// four in five mix-ups from the team `night`.
//
// A customer has about 20 facts, 5 links, 2 relations and 12 claims: some 50
// rows and 4 KB in the files, truth.csv included.
#ifndef CONCORDAT_CLIENT_SIMULATE_SIMULATE_H_
#define CONCORDAT_CLIENT_SIMULATE_SIMULATE_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/simulate/verdicts.h"

namespace concordat {

struct SimulateOptions {
  // Where the files go; made if it does not exist. Files of the same names are
  // replaced.
  std::string directory;
  // The same seed gives byte-identical files on every machine.
  uint64_t seed = 1;
  // 1 to 10,000,000.
  int64_t customers = 1000;
  // The share of claims that do not simply agree: 0 to 1.
  double planted_rate = 0.05;
  // The world's time, in whole seconds; at least 365 days. The wall clock is
  // never looked at. A server refuses claims from its future, so `end` must
  // lie in the past of the server that is to judge them.
  absl::Time start = absl::FromUnixSeconds(1'730'419'200);  // 2024-11-01
  absl::Time end = absl::FromUnixSeconds(1'793'491'200);    // 2026-11-01
};

// What has been written so far.
struct SimulateProgress {
  int64_t customers_done = 0;
  int64_t customers_total = 0;
  int64_t facts = 0;
  int64_t relations = 0;
  int64_t links = 0;
  int64_t claims = 0;
  // Claims by expected verdict, by simulate::Verdict.
  std::array<int64_t, simulate::kVerdicts> by_verdict = {};

  int64_t rows() const { return facts + relations + links + 2 * claims; }
};

// Writes into the directory, in the exchange formats:
//
//   facts.csv      entity_type,entity_id,attribute,value,valid_from,valid_to,
//                  source,reason
//   relations.csv  from_type,from_id,relation,to_type,to_id,valid_from,
//                  valid_to,source
//   links.csv      channel,subject,entity_type,entity_id,source
//   claims.csv     channel,subject,attribute,value,said_at,as_of,exposure,
//                  claim_id,label.app_version,label.team,label.region
//   truth.csv      claim_id,kind,entity_type,entity_id,attribute,channel,
//                  verdict,further_verdict,note
//
// Rows come customer by customer; the claims of one customer are in order of
// time, the claims of the world are not. truth.csv has one row for each claim,
// in the same order. `progress` is called every few thousand customers and at
// the end.
//
// Errors: INVALID_ARGUMENT (an option out of range), those of the file system.
absl::Status SimulateWorld(
    const SimulateOptions& options,
    absl::FunctionRef<void(const SimulateProgress&)> progress);

}  // namespace concordat

#endif  // CONCORDAT_CLIENT_SIMULATE_SIMULATE_H_
