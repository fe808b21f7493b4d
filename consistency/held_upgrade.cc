#include "consistency/held_upgrade.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "consistency/held_runs.h"
#include "consistency/held_tail.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr uint64_t kLayout = 1;

// entity channel -> layout, count, and of each attribute its name, two marks of
// findings, the claim, its verdict and further verdict.
absl::StatusOr<std::vector<HeldClaim>> ParseEarlier(absl::string_view key,
                                                    absl::string_view value) {
  KeyReader keys(key);
  const EntityId entity = keys.Entity();
  RowDecoder in(value);
  if (in.Unsigned() != kLayout) {
    return errors::StorageVersion(
        "a record has a layout of a newer version; start that version");
  }
  std::vector<HeldClaim> held;
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    rows::JudgedClaim& judged = held.emplace_back().judged;
    judged.attribute = in.String();
    in.Bool();
    in.Bool();
    judged.claim = DecodeClaim(in);
    judged.verdict = static_cast<Verdict>(in.Unsigned());
    if (const uint64_t further = in.Unsigned(); further != 0) {
      judged.further = static_cast<Verdict>(further);
    }
    judged.about = entity;
  }
  CONCORDAT_RETURN_IF_ERROR(in.Finish("held claims"));
  return held;
}

absl::Status Convert(Transaction& tx) {
  HeldManifest manifest;
  std::vector<std::string> keys;
  HeldTail tail;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(tx.Scan(
      rows::kHeld, "", "", [&](absl::string_view key, absl::string_view value) {
        const auto row = ParseEarlier(key, value);
        problem = row.status();
        if (!row.ok()) return false;
        keys.emplace_back(key);
        for (const HeldClaim& held : *row) tail.Add(held);
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  const HeldTail::Order order = tail.Sorted();
  HeldRunWriter run(manifest.next_run++, order.entities());
  for (const auto source = order.Open(""); source->Current() != nullptr;
       source->Advance().IgnoreError()) {
    CONCORDAT_RETURN_IF_ERROR(run.Add(tx, *source->Current()));
  }
  CONCORDAT_RETURN_IF_ERROR(run.Finish(tx));
  for (const std::string& key : keys) {
    CONCORDAT_RETURN_IF_ERROR(tx.Delete(rows::kHeld, key));
  }
  CONCORDAT_ASSIGN_OR_RETURN(manifest.applied, rows::ReadHead(tx));
  manifest.runs.push_back(run.run());
  return PutHeldManifest(tx, manifest);
}

}  // namespace

absl::Status EnsureHeldRuns(Store& store) {
  bool any = false;
  {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                               store.Snapshot());
    CONCORDAT_RETURN_IF_ERROR(reader->Scan(
        rows::kHeld, "", "", [&](absl::string_view, absl::string_view) {
          any = true;
          return false;
        }));
  }
  return any ? store.Write(Convert) : absl::OkStatus();
}

}  // namespace concordat
