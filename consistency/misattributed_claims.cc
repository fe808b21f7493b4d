#include "consistency/misattributed_claims.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/claims.h"
#include "consistency/findings.h"
#include "consistency/held_reader.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/graph_reader.h"
#include "graph/identity.h"
#include "graph/key.h"
#include "graph/link_timeline.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr size_t kRowsAtOnce = 1000;

bool Has(const std::vector<EntityId>& members, const EntityId& entity) {
  return std::find(members.begin(), members.end(), entity) != members.end();
}

bool EraseValue(Claim& claim) {
  if (!claim.value.has_value()) return false;
  claim.value.reset();
  claim.erased = true;
  return true;
}

// The revisions from `first` to before `end`.
struct Revisions {
  Revision first;
  Revision end;
};

// A channel's own id of the person that was another's, as it was known once.
class CorrectedName {
 public:
  CorrectedName(const std::vector<EntityId>& members,
                const GraphReader::LinkName& name,
                const std::vector<LinkRecord>& records)
      : members_(members), name_(name), now_(records), records_(records) {
    for (const LinkRecord& record : records) {
      if (!record.retraction && !Has(members, record.entity)) {
        others_.insert(record.entity);
      }
    }
  }

  // Who it was taken for.
  const std::set<EntityId>& others() const { return others_; }

  // Whether a claim that named it is the person's, as known now; where it names
  // nobody then, it may be.
  bool IsTheirs(const Claim& claim) const {
    return claim.channel == name_.first && claim.subject == name_.second &&
           IsTheirsAt(claim.said_at);
  }

  // The earliest instant at which a record that names another is wrong.
  std::optional<absl::Time> WrongFrom(const LinkRecord& record) const {
    if (record.retraction || others_.count(record.entity) == 0) {
      return std::nullopt;
    }
    // What holds now changes at these only.
    std::set<absl::Time> instants = {record.valid.from};
    for (const TimelineSpan& span : now_.spans()) {
      instants.insert(span.valid.from);
      instants.insert(span.valid.to);
    }
    for (const absl::Time t : instants) {
      if (record.valid.Covers(t) && IsTheirsAt(t)) return t;
    }
    return std::nullopt;
  }

  const std::vector<LinkRecord>& records() const { return records_; }

 private:
  bool IsTheirsAt(absl::Time t) const {
    const LinkRecord* link = now_.At(t);
    return link == nullptr || Has(members_, link->entity);
  }

  const std::vector<EntityId>& members_;
  const GraphReader::LinkName& name_;
  const LinkTimeline now_;
  const std::vector<LinkRecord>& records_;
  std::set<EntityId> others_;
};

// The first commit in the range that was made at `t` or later; its end where
// there is none.
absl::StatusOr<Revision> FirstCommitAt(const Reader& reader, Revisions range,
                                       absl::Time t) {
  uint64_t low = range.first.number();
  uint64_t high = range.end.number();
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    std::optional<rows::CommitRecord> commit;
    absl::Status problem;
    // Commits may have been compacted.
    CONCORDAT_RETURN_IF_ERROR(
        reader.Scan(rows::kCommits, KeyWriter().Number(middle).bytes(),
                    KeyWriter().Number(high).bytes(),
                    [&](absl::string_view key, absl::string_view value) {
                      absl::StatusOr<rows::CommitRecord> parsed =
                          rows::ParseCommit(key, value);
                      problem = parsed.status();
                      if (parsed.ok()) commit = *std::move(parsed);
                      return false;
                    }));
    CONCORDAT_RETURN_IF_ERROR(problem);
    if (!commit.has_value() || commit->at >= t) {
      high = middle;
    } else {
      low = commit->revision.number() + 1;
    }
  }
  return Revision(low);
}

// Where in the log claims may be that were taken for another's: recorded while
// a record was known that is wrong now. What was said later than it is wrong
// from arrived a day before at the earliest.
absl::StatusOr<Revisions> RevisionsOfMistake(const Reader& reader,
                                             const CorrectedName& name) {
  Revisions found{Revision::Latest(), Revision()};
  const Revision end = name.records().back().recorded.revision;
  for (const LinkRecord& record : name.records()) {
    const std::optional<absl::Time> wrong_from = name.WrongFrom(record);
    if (!wrong_from.has_value()) continue;
    CONCORDAT_ASSIGN_OR_RETURN(
        const Revision first,
        FirstCommitAt(reader, {record.recorded.revision, end},
                      *wrong_from - kAheadOfClockMax));
    found.first = std::min(found.first, first);
    found.end = end;
  }
  return found;
}

// Erases the values of logged claims that `is_theirs` says are the person's.
absl::Status EraseFromLog(
    Transaction& tx, Revisions range,
    absl::FunctionRef<bool(const rows::JudgedClaim&)> is_theirs) {
  std::string begin = KeyWriter().At(range.first).Take();
  const std::string end = KeyWriter().At(range.end).Take();
  while (begin < end) {
    // A scan may not write.
    std::vector<std::pair<Revision, std::vector<rows::JudgedClaim>>> changed;
    absl::Status problem;
    std::string next = end;
    CONCORDAT_RETURN_IF_ERROR(tx.Scan(
        rows::kClaims, begin, end,
        [&](absl::string_view key, absl::string_view value) {
          absl::StatusOr<std::vector<rows::JudgedClaim>> claims =
              rows::ParseClaims(value);
          problem = claims.status();
          if (!problem.ok()) return false;
          bool any = false;
          for (rows::JudgedClaim& judged : *claims) {
            if (is_theirs(judged)) any |= EraseValue(judged.claim);
          }
          if (any) {
            changed.emplace_back(KeyReader(key).At(), *std::move(claims));
          }
          if (changed.size() < kRowsAtOnce) return true;
          next = std::string(key) + '\0';
          return false;
        }));
    CONCORDAT_RETURN_IF_ERROR(problem);
    for (const auto& [revision, claims] : changed) {
      CONCORDAT_RETURN_IF_ERROR(rows::PutClaims(tx, revision, claims));
    }
    begin = std::move(next);
  }
  return absl::OkStatus();
}

absl::Status EraseFromFinding(Transaction& tx, const CorrectedName& name,
                              const FindingSubject& subject,
                              ErasureRecord& record) {
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                             rows::GetFinding(tx, FingerprintOf(subject)));
  if (!finding.has_value()) return absl::OkStatus();
  bool is_theirs = false;
  const auto erase_theirs = [&](Claim& claim) {
    if (!name.IsTheirs(claim)) return;
    EraseValue(claim);
    is_theirs = true;
  };
  erase_theirs(finding->claim);
  for (Claim& other : finding->others) erase_theirs(other);
  if (finding->told.has_value()) erase_theirs(*finding->told);
  if (!is_theirs) return absl::OkStatus();
  ++record.findings;
  finding->explanation.clear();
  finding->erased = true;
  return rows::PutFinding(tx, *finding, finding);
}

// From what the channel holds of another.
absl::Status EraseFromHeld(Transaction& tx, const CorrectedName& name,
                           const EntityId& other, const std::string& channel,
                           ErasureRecord& record, HeldLookup held_of) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<HeldClaim> held, held_of(other));
  const auto erase_theirs = [&name](HeldClaim& claim) {
    return name.IsTheirs(claim.judged.claim) && EraseValue(claim.judged.claim);
  };
  std::vector<HeldClaim> erased;
  for (HeldClaim claim : held) {
    if (claim.channel() != channel) continue;
    if (erase_theirs(claim)) {
      claim.judged_at = record.revision;
      erased.push_back(claim);
      ++record.held_claims;
    }
    for (const FindingSubject& subject :
         SubjectsOfClaim(other, channel, claim.attribute())) {
      CONCORDAT_RETURN_IF_ERROR(EraseFromFinding(tx, name, subject, record));
    }
  }
  CONCORDAT_RETURN_IF_ERROR(ChangeHeldRows(tx, other, erase_theirs));
  return AddHeldChanges(tx, record.revision, erased);
}

}  // namespace

absl::Status EraseMisattributedClaims(Transaction& tx, ErasureRecord& record,
                                      HeldLookup held_of) {
  const GraphReader graph(tx, Revision::Latest());
  CONCORDAT_ASSIGN_OR_RETURN(
      const Cluster cluster,
      Identity(tx, Revision::Latest()).ClusterOf(record.entity));
  for (const GraphReader::LinkName& link_name : record.names) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const std::vector<LinkRecord> records,
        graph.RecordsOfLink(link_name.first, link_name.second));
    const CorrectedName name(cluster.members, link_name, records);
    if (name.others().empty()) continue;
    for (const EntityId& other : name.others()) {
      CONCORDAT_RETURN_IF_ERROR(
          EraseFromHeld(tx, name, other, link_name.first, record, held_of));
    }
    CONCORDAT_ASSIGN_OR_RETURN(const Revisions range,
                               RevisionsOfMistake(tx, name));
    CONCORDAT_RETURN_IF_ERROR(
        EraseFromLog(tx, range, [&](const rows::JudgedClaim& judged) {
          return name.IsTheirs(judged.claim);
        }));
  }
  return absl::OkStatus();
}

absl::Status EraseOpenClaims(Transaction& tx,
                             const std::vector<EntityId>& members) {
  return EraseFromLog(tx, {Revision(), Revision::Latest()},
                      [&](const rows::JudgedClaim& judged) {
                        return !judged.claim.personal &&
                               judged.about.has_value() &&
                               Has(members, *judged.about);
                      });
}

}  // namespace concordat
