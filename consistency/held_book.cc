#include "consistency/held_book.h"

#include <algorithm>
#include <utility>

#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Claims of the log that make a run though few are held of them, for a read
// looks through them all.
constexpr size_t kLogClaimsPerRunClaim = 2;
// Fewer than a run's claims by this are not worth one when there is time.
constexpr size_t kIdleShare = 16;
// Runs of about one size that are merged into one: more cost reads, fewer cost
// writes. (16 rather than 8: a fifth to a third less time for a claim, of a
// million that are held.)
constexpr size_t kFanOut = 16;
// Past this, merging goes before flushing.
constexpr size_t kRunsMax = 64;
// A run of at most so many times the claims of another is of about its size.
constexpr uint64_t kSameSize = 4;
constexpr size_t kClaimsPerBlock = 200;
constexpr size_t kStepClaims = 4096;
// The memory of a tail of so many runs is kept for the next.
constexpr size_t kSpareRuns = 4;

}  // namespace

absl::Status HeldBook::Load(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(manifest_, ReadHeldManifest(reader));
  filters_.clear();
  for (const HeldRun& run : manifest_.runs) {
    CONCORDAT_ASSIGN_OR_RETURN(HeldFilter filter,
                               ReadHeldFilter(reader, run.id));
    filters_.emplace(run.id, std::move(filter));
  }
  // A run that is being written begins anew; what there is of it is discarded.
  merge_.reset();
  flush_.reset();
  frozen_.reset();
  remove_from_.clear();
  tally_.Clear();
  flushed_tally_.Clear();
  must_load_ = false;
  tail_ = std::make_unique<HeldTail>();
  followed_ = manifest_.applied;
  followed_claims_ = 0;
  flushed_claims_ = 0;
  applied_claims_ = 0;
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> HeldBook::Follow(const Reader& reader, Revision upto,
                                          uint64_t claims_max) {
  const int64_t counted = tally_.claims();
  const absl::StatusOr<LogPlace> place = AddLogTo(*tail_, reader,
                                                  {.after = followed_,
                                                   .upto = upto,
                                                   .tally = &tally_,
                                                   .claims_max = claims_max});
  if (!place.ok()) {
    must_load_ = must_load_ || tally_.claims() != counted;
    return place.status();
  }
  // Within a commit the head may not be put yet when its claims are.
  followed_ = std::max(followed_, place->through);
  followed_claims_ += place->claims;
  return place->claims;
}

absl::Time HeldBook::newest_said_at() const {
  absl::Time newest = tail_->newest_said_at();
  if (frozen_ != nullptr) newest = std::max(newest, frozen_->newest_said_at());
  for (const HeldRun& run : manifest_.runs) {
    newest = std::max(newest, run.newest_said_at);
  }
  return newest;
}

// In what is on its way into a run, too: the values must not get there.
absl::Status HeldBook::TakeErased(const Reader& reader, Revision revision) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<std::string> row,
      reader.Get(rows::kHeldChanges, KeyWriter().At(revision).bytes()));
  if (!row.has_value()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<HeldClaim> changed,
                             rows::ParseHeld(*row));
  for (HeldClaim& held : changed) {
    Claim& claim = held.judged.claim;
    // The key that goes with this commit may still open it.
    if (claim.value.has_value()) claim.erased = true;
    claim.value.reset();
    tail_->Add(held);
    if (frozen_ != nullptr) frozen_->Replace(held);
  }
  followed_ = revision;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<HeldClaim>> HeldBook::SaidSince(
    const Reader& reader, absl::Time said_at, const EntityId& entity,
    const std::string& channel, const std::string& attribute) const {
  const std::string key = HeldKey(entity, channel, attribute);
  InMemory in_memory{.tail = tail_->Only(key), .frozen = {}};
  if (frozen_ != nullptr) in_memory.frozen = frozen_->Only(key);
  std::optional<HeldClaim> newest;
  CONCORDAT_RETURN_IF_ERROR(Visit(reader, in_memory, entity, key, key + '\0',
                                  said_at, [&](const HeldClaim& held) {
                                    if (held.judged.claim.said_at >= said_at)
                                      newest = held;
                                  }));
  return newest;
}

absl::StatusOr<std::vector<HeldClaim>> HeldBook::Of(
    const Reader& reader, const EntityId& entity) const {
  const std::string begin = KeyWriter().Entity(entity).Take();
  InMemory in_memory{.tail = tail_->SortedOf(entity), .frozen = {}};
  if (frozen_ != nullptr) in_memory.frozen = frozen_->SortedOf(entity);
  std::vector<HeldClaim> held;
  CONCORDAT_RETURN_IF_ERROR(Visit(
      reader, in_memory, entity, begin, PrefixEnd(begin), absl::InfinitePast(),
      [&](const HeldClaim& claim) { held.push_back(claim); }));
  return held;
}

absl::Status HeldBook::Visit(
    const Reader& reader, const InMemory& in_memory, const EntityId& entity,
    absl::string_view begin, absl::string_view end, absl::Time said_at,
    absl::FunctionRef<void(const HeldClaim& held)> visit) const {
  const std::string entity_part = KeyWriter().Entity(entity).Take();
  std::vector<std::unique_ptr<HeldSource>> sources;
  sources.push_back(in_memory.tail.Open(begin));
  sources.push_back(in_memory.frozen.Open(begin));
  for (const HeldRun& run : manifest_.runs) {
    const auto filter = filters_.find(run.id);
    if (run.newest_said_at < said_at || filter == filters_.end() ||
        !filter->second.MayHold(entity_part)) {
      continue;
    }
    CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<HeldSource> source,
                               OpenHeldRun(reader, run.id, begin));
    sources.push_back(std::move(source));
  }
  return VisitHeld(sources, end, [&](absl::string_view, const HeldClaim& held) {
    visit(held);
    return true;
  });
}

bool HeldBook::TooManyRuns() const { return manifest_.runs.size() >= kRunsMax; }

// Work that was begun, or that waits though nothing was added.
bool HeldBook::HasStarted() const {
  return flush_.has_value() || merge_.has_value() ||
         !manifest_.discarded.empty() || !Mergeable().empty();
}

bool HeldBook::is_full() const {
  return tail_->size() >= run_claims_ ||
         unflushed() >= kLogClaimsPerRunClaim * run_claims_;
}

bool HeldBook::HasWorkWhenIdle() const {
  return HasStarted() ||
         unflushed() > std::max<size_t>(run_claims_ / kIdleShare, 1);
}

bool HeldBook::CanStep(const HeldManifest& written) const {
  if (flush_.has_value() || (is_full() && !TooManyRuns())) return true;
  if (!merge_.has_value()) return written == manifest_;
  return std::all_of(
      merge_->inputs.begin(), merge_->inputs.end(), [&](const HeldRun& input) {
        return std::find(written.runs.begin(), written.runs.end(), input) !=
               written.runs.end();
      });
}

absl::Status HeldBook::Step(Transaction& tx, size_t claims_max) {
  if (flush_.has_value()) return StepFlush(tx, claims_max);
  if (is_full() && !TooManyRuns()) return BeginFlush(tx);
  if (merge_.has_value()) return StepMerge(tx, claims_max);
  if (std::vector<HeldRun> inputs = Mergeable(); !inputs.empty()) {
    return BeginMerge(tx, std::move(inputs));
  }
  if (!manifest_.discarded.empty()) return RemoveDiscarded(tx, claims_max);
  return BeginFlush(tx);
}

absl::Status HeldBook::ApplyAll(Transaction& tx) {
  while (flush_.has_value() || tail_->size() > 0) {
    CONCORDAT_RETURN_IF_ERROR(flush_.has_value() ? StepFlush(tx, kStepClaims)
                                                 : BeginFlush(tx));
  }
  if (manifest_.applied == followed_) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(tally_.WriteTo(tx, followed_));
  tally_.Clear();
  manifest_.applied = followed_;
  return PutHeldManifest(tx, manifest_);
}

// Until it is whole, what is written of it is to be removed.
absl::StatusOr<uint64_t> HeldBook::BeginRun(Transaction& tx) {
  const uint64_t run = manifest_.next_run++;
  manifest_.discarded.push_back(run);
  CONCORDAT_RETURN_IF_ERROR(PutHeldManifest(tx, manifest_));
  return run;
}

absl::Status HeldBook::EndRun(Transaction& tx, HeldRunWriter& writer) {
  CONCORDAT_RETURN_IF_ERROR(writer.Finish(tx));
  const HeldRun& run = writer.run();
  std::erase(manifest_.discarded, run.id);
  manifest_.runs.push_back(run);
  filters_.insert_or_assign(run.id, writer.TakeFilter());
  return PutHeldManifest(tx, manifest_);
}

absl::Status HeldBook::BeginFlush(Transaction& tx) {
  flushed_claims_ = followed_claims_;
  if (tail_->size() == 0) {  // all were about nobody
    applied_claims_ = followed_claims_;
    manifest_.applied = followed_;
    CONCORDAT_RETURN_IF_ERROR(tally_.WriteTo(tx, followed_));
    tally_.Clear();
    return PutHeldManifest(tx, manifest_);
  }
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t run, BeginRun(tx));
  frozen_ = std::exchange(tail_, std::move(spare_));
  std::swap(tally_, flushed_tally_);
  if (tail_ == nullptr) tail_ = std::make_unique<HeldTail>();
  HeldTail::Order order = frozen_->Sorted();
  const size_t entities = order.entities();
  flush_.emplace(Flush{.order = std::move(order),
                       .writer = HeldRunWriter(run, entities),
                       .through = followed_,
                       .followed_claims = followed_claims_,
                       .next = {}});
  return absl::OkStatus();
}

absl::Status HeldBook::StepFlush(Transaction& tx, size_t claims_max) {
  const std::unique_ptr<HeldSource> source = flush_->order.Open(flush_->next);
  for (; source->Current() != nullptr && claims_max > 0; --claims_max) {
    CONCORDAT_RETURN_IF_ERROR(flush_->writer.Add(tx, *source->Current()));
    CONCORDAT_RETURN_IF_ERROR(source->Advance());
  }
  if (source->Current() == nullptr) return EndFlush(tx);
  CONCORDAT_RETURN_IF_ERROR(flush_->writer.Flush(tx));
  flush_->next = std::string(source->Current()->key);
  return absl::OkStatus();
}

absl::Status HeldBook::EndFlush(Transaction& tx) {
  std::vector<std::string> changes;
  CONCORDAT_RETURN_IF_ERROR(tx.Scan(
      rows::kHeldChanges, "", KeyWriter().At(flush_->through.Next()).bytes(),
      [&](absl::string_view key, absl::string_view) {
        changes.emplace_back(key);
        return true;
      }));
  for (const std::string& key : changes) {
    CONCORDAT_RETURN_IF_ERROR(tx.Delete(rows::kHeldChanges, key));
  }
  CONCORDAT_RETURN_IF_ERROR(flushed_tally_.WriteTo(tx, flush_->through));
  flushed_tally_.Clear();
  manifest_.applied = flush_->through;
  applied_claims_ = flush_->followed_claims;
  CONCORDAT_RETURN_IF_ERROR(EndRun(tx, flush_->writer));
  flush_.reset();
  // One that a backlog made large is given back.
  if (frozen_->size() > kSpareRuns * run_claims_) frozen_.reset();
  if (frozen_ != nullptr) frozen_->Clear();
  spare_ = std::move(frozen_);
  return absl::OkStatus();
}

std::vector<HeldRun> HeldBook::Mergeable() const {
  if (manifest_.runs.size() < kFanOut) return {};
  std::vector<HeldRun> runs = manifest_.runs;
  std::sort(runs.begin(), runs.end(), [](const HeldRun& a, const HeldRun& b) {
    return a.claims < b.claims;
  });
  // Small ones are of one size: how they differ is chance.
  const auto size_of = [this](const HeldRun& run) {
    return std::max<uint64_t>(run.claims, run_claims_);
  };
  for (size_t begin = 0; begin + kFanOut <= runs.size(); ++begin) {
    size_t end = begin;
    while (end < runs.size() &&
           size_of(runs[end]) <= kSameSize * size_of(runs[begin])) {
      ++end;
    }
    if (end - begin < kFanOut) continue;
    return {runs.begin() + static_cast<std::ptrdiff_t>(begin),
            runs.begin() + static_cast<std::ptrdiff_t>(end)};
  }
  return {};
}

absl::Status HeldBook::BeginMerge(Transaction& tx,
                                  std::vector<HeldRun> inputs) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t run, BeginRun(tx));
  uint64_t entities = 0;
  for (const HeldRun& input : inputs) entities += input.entities;
  merge_.emplace(Merge{.inputs = std::move(inputs),
                       .writer = HeldRunWriter(run, entities),
                       .next = {}});
  return absl::OkStatus();
}

absl::Status HeldBook::StepMerge(Transaction& tx, size_t claims_max) {
  std::vector<std::unique_ptr<HeldSource>> sources;
  for (const HeldRun& run : merge_->inputs) {
    CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<HeldSource> source,
                               OpenHeldRun(tx, run.id, merge_->next));
    sources.push_back(std::move(source));
  }
  absl::Status written;
  std::string next;
  CONCORDAT_RETURN_IF_ERROR(MergeHeld(sources, "", [&](const HeldEntry& entry) {
    if (claims_max-- == 0) {
      next = std::string(entry.key);
      return false;
    }
    written = merge_->writer.Add(tx, entry);
    return written.ok();
  }));
  CONCORDAT_RETURN_IF_ERROR(written);
  merge_->next = std::move(next);
  if (!merge_->next.empty()) return merge_->writer.Flush(tx);
  for (const HeldRun& input : merge_->inputs) {
    std::erase_if(manifest_.runs,
                  [&](const HeldRun& run) { return run.id == input.id; });
    manifest_.discarded.push_back(input.id);
    filters_.erase(input.id);
  }
  CONCORDAT_RETURN_IF_ERROR(EndRun(tx, merge_->writer));
  merge_.reset();
  return absl::OkStatus();
}

absl::Status HeldBook::RemoveDiscarded(Transaction& tx, size_t claims_max) {
  const uint64_t run = manifest_.discarded.front();
  CONCORDAT_ASSIGN_OR_RETURN(
      remove_from_,
      RemoveHeldRun(tx, run, remove_from_,
                    std::max<size_t>(1, claims_max / kClaimsPerBlock)));
  if (!remove_from_.empty()) return absl::OkStatus();
  manifest_.discarded.erase(manifest_.discarded.begin());
  return PutHeldManifest(tx, manifest_);
}

}  // namespace concordat
