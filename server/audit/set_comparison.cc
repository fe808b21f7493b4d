#include "server/audit/set_comparison.h"

#include <algorithm>
#include <utility>

#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/audit/parallel.h"

namespace concordat {
namespace {

using reconciliation::Item;
using reconciliation::SetSummary;
using reconciliation::Sketch;
using reconciliation::SymbolRange;

// Going through the truth costs much more than some symbols.
constexpr size_t kFirstSymbols = 4096;
constexpr size_t kWorkersMax = 4;
// Of the truth, under one lock.
constexpr size_t kSubjectsAtOnce = 1 << 15;
// How often it begins anew where other audits bring the truth up to date.
constexpr int kTriesMax = 3;
// A channel of few records need not be asked for many symbols.
constexpr size_t kSymbolsAlways = 256;
constexpr size_t kSymbolsPerMessageMax =
    limits::kDifferentialSymbolsPerMessageMax;

struct Summed {
  SetSummary summary;
  void Add(Item item) {
    ++summary.items;
    summary.check += reconciliation::SummaryCheckOf(item);
  }
};

}  // namespace

absl::StatusOr<SetComparison> SetComparison::Create(AuditRun* run,
                                                    Theirs theirs,
                                                    Executor* executor) {
  ReaderLock lock(&run->truth().mutex);
  CONCORDAT_ASSIGN_OR_RETURN(
      audits::RecordItems items,
      audits::RecordItems::Create(&run->plan().vocabulary(),
                                  run->plan().channel().name, theirs.key));
  return SetComparison(run, theirs, executor, std::move(items));
}

SetComparison::SetComparison(AuditRun* run, const Theirs& theirs,
                             Executor* executor, audits::RecordItems items)
    : run_(*run),
      of_(theirs),
      executor_(*executor),
      truth_(&run->plan(), theirs.key, theirs.names_entities),
      items_(std::move(items)) {}

absl::Status SetComparison::Check(const Sketch& theirs) const {
  if (theirs.range().begin != reconciler_.symbols() ||
      (wanted_end_ != 0 && theirs.range().end != wanted_end_) ||
      theirs.range().end == theirs.range().begin) {
    return errors::InvalidField("symbols", "are not those that were wanted");
  }
  if (theirs.range().end > symbols_max()) {
    return errors::InvalidField("symbols", "are more than `symbols_max`");
  }
  if (!theirs_.empty() && theirs.summary() != theirs_.front().summary()) {
    return errors::InvalidField(
        "symbols",
        "are of another set than those before: send those of one state");
  }
  return absl::OkStatus();
}

size_t SetComparison::symbols_max() const {
  return std::min(of_.symbols_max,
                  static_cast<size_t>(limits::kDifferentialSymbolsMax));
}

SetComparison::Wanted SetComparison::All(std::string why) const {
  return {.kind = Wanted::Kind::kAll, .range = {}, .why = std::move(why)};
}

absl::StatusOr<SetComparison::Wanted> SetComparison::Take(Sketch theirs) {
  CONCORDAT_RETURN_IF_ERROR(Check(theirs));
  theirs_.push_back(std::move(theirs));
  for (int tries = 0; tries < kTriesMax; ++tries) {
    if (tries > 0) BeginAnew();
    Wanted wanted;
    CONCORDAT_ASSIGN_OR_RETURN(const bool caught, Catch(wanted));
    if (!caught) continue;
    if (wanted.kind != Wanted::Kind::kRecords) {
      wanted_end_ = wanted.range.end;
      return wanted;
    }
    CONCORDAT_ASSIGN_OR_RETURN(const bool counted, CountAgreeing());
    if (counted) return wanted;
  }
  return All("the truth changed all the while");
}

void SetComparison::BeginAnew() {
  ours_.clear();
  reconciler_ = reconciliation::Reconciler();
  pace_ = reconciliation::Pace();
}

absl::StatusOr<bool> SetComparison::Catch(Wanted& wanted) {
  const SetSummary& summary = theirs_.front().summary();
  for (const Sketch& theirs : theirs_) {
    while (!reconciler_.done() && reconciler_.symbols() < theirs.range().end) {
      const size_t begin = reconciler_.symbols();
      CONCORDAT_ASSIGN_OR_RETURN(const bool same, Extend(begin + 1));
      if (!same) return false;
      const auto ours = std::find_if(
          ours_.begin(), ours_.end(),
          [&](const Sketch& part) { return begin < part.range().end; });
      const SymbolRange range{begin,
                              std::min(ours->range().end, theirs.range().end)};
      CONCORDAT_ASSIGN_OR_RETURN(Sketch difference, theirs.Slice(range));
      CONCORDAT_ASSIGN_OR_RETURN(const Sketch part, ours->Slice(range));
      CONCORDAT_RETURN_IF_ERROR(difference.Subtract(part));
      pace_.Add(difference);
      // Two records are one item, or one is there twice; or they are of no set
      // at all. The rows themselves tell.
      if (!reconciler_.Add(difference).ok()) {
        wanted = All("the symbols are of no set");
        return true;
      }
    }
  }
  if (reconciler_.done()) {
    wanted.kind = Wanted::Kind::kRecords;
    return true;
  }
  const size_t worth = static_cast<size_t>(std::min<uint64_t>(
      std::max<uint64_t>(summary.items, kSymbolsAlways), symbols_max()));
  if (reconciler_.symbols() >= worth || pace_.NeedsMoreThan(worth)) {
    wanted = All("too many records differ");
    return true;
  }
  const size_t begin = reconciler_.symbols();
  wanted.range = {
      begin, std::min({pace_.NextEnd(), worth, begin + kSymbolsPerMessageMax})};
  return true;
}

absl::Status SetComparison::ForEachPart(const Visit& visit) const {
  size_t subjects = 0;
  {
    ReaderLock lock(&run_.truth().mutex);
    subjects = truth_.subjects();
  }
  InParallel(executor_, kWorkersMax,
             (subjects + kSubjectsAtOnce - 1) / kSubjectsAtOnce,
             [&](size_t worker, size_t part) {
               if (run_.is_cancelled()) return;
               ReaderLock lock(&run_.truth().mutex);
               const size_t begin = part * kSubjectsAtOnce;
               visit(worker, begin,
                     std::min(subjects, begin + kSubjectsAtOnce));
             });
  return run_.is_cancelled() ? absl::CancelledError() : absl::OkStatus();
}

absl::StatusOr<bool> SetComparison::Extend(size_t end) {
  const size_t begin = ours_.empty() ? 0 : ours_.back().range().end;
  if (end <= begin) return true;
  const size_t upto =
      std::max({kFirstSymbols, theirs_.back().range().end, begin + begin / 2});
  const SymbolRange range{
      begin,
      std::min(upto, static_cast<size_t>(limits::kReconciliationSymbolsMax))};
  std::vector<Sketch> parts;
  for (size_t worker = 0; worker < kWorkersMax; ++worker) {
    CONCORDAT_ASSIGN_OR_RETURN(Sketch part, Sketch::Create(range));
    parts.push_back(std::move(part));
  }
  CONCORDAT_RETURN_IF_ERROR(ForEachPart([&](size_t worker, size_t from,
                                            size_t to) {
    Sketch& part = parts[worker];
    truth_.ForEach(from, to, [&](Item item, auto, auto) { part.Insert(item); });
  }));
  for (size_t worker = 1; worker < kWorkersMax; ++worker) {
    CONCORDAT_RETURN_IF_ERROR(parts.front().Add(parts[worker]));
  }
  if (!ours_.empty() && parts.front().summary() != ours_.front().summary()) {
    return false;
  }
  ours_.push_back(std::move(parts.front()));
  return true;
}

absl::StatusOr<bool> SetComparison::CountAgreeing() {
  absl::flat_hash_set<uint64_t> differing;
  for (const Item item : reconciler_.difference().only_ours) {
    differing.insert(item.number());
  }
  const audits::AuditPlan& plan = run_.plan();
  std::vector<Summed> sums(kWorkersMax);
  std::vector<audits::Tally> tallies(kWorkersMax,
                                     audits::Tally(plan.index().attributes()));
  CONCORDAT_RETURN_IF_ERROR(
      ForEachPart([&](size_t worker, size_t from, size_t to) {
        audits::Tally& tally = tallies[worker];
        truth_.ForEach(from, to, [&](Item item, auto entity, auto attribute) {
          sums[worker].Add(item);
          if (differing.contains(item.number())) return;
          ++tally.rows;
          const audits::AuditPlan::AttributePlan& of = plan.PlanOf(attribute);
          if (!of.in_scope) {
            ++tally.rows_out_of_scope;
            return;
          }
          ++tally.prompt_rows;
          tally.Count(attribute, Verdict::kAgrees);
          run_.coverage().Note(entity, of.required);
        });
      }));
  for (size_t worker = 1; worker < kWorkersMax; ++worker) {
    sums.front().summary.items += sums[worker].summary.items;
    sums.front().summary.check += sums[worker].summary.check;
    tallies.front().Add(tallies[worker]);
  }
  // What is not in the truth any more had been noted by nobody; what is was.
  if (sums.front().summary != ours_.front().summary()) return false;
  run_.AddTally(tallies.front());
  for (const Item item : items()) awaited_.insert(item.number());
  return true;
}

}  // namespace concordat
