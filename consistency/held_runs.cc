#include "consistency/held_runs.h"

#include <algorithm>
#include <utility>

#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr char kManifestName[] = "held";
constexpr uint64_t kManifestLayout = 1;
constexpr uint64_t kBlockLayout = 1;
// Some 200 claims: few are read to find an entity's.
constexpr size_t kBlockBytes = 16 << 10;

std::string RunPrefix(uint64_t run) { return KeyWriter().Number(run).Take(); }

// What the keys of all about the entity begin with.
absl::string_view EntityPartOf(absl::string_view key) {
  KeyReader parts(key);
  parts.View();
  parts.View();
  return key.substr(0, key.size() - parts.rest().size());
}

class RunSource final : public HeldSource {
 public:
  RunSource(const Reader& reader, uint64_t run)
      : reader_(reader), prefix_(RunPrefix(run)) {}

  absl::Status Seek(absl::string_view from) {
    next_block_ = prefix_;
    next_block_.append(from.data(), from.size());
    CONCORDAT_RETURN_IF_ERROR(LoadBlock());
    while (Current() != nullptr && entry_.key < from) {
      CONCORDAT_RETURN_IF_ERROR(Advance());
    }
    return absl::OkStatus();
  }

  const HeldEntry* Current() const override {
    return at_end_ ? nullptr : &entry_;
  }
  absl::Status Advance() override {
    if (decoder_->Next(entry_)) return absl::OkStatus();
    CONCORDAT_RETURN_IF_ERROR(decoder_->Finish());
    return LoadBlock();
  }

 private:
  // The first block whose last key is not before `next_block_`.
  absl::Status LoadBlock() {
    at_end_ = true;
    CONCORDAT_RETURN_IF_ERROR(
        reader_.Scan(rows::kHeldRuns, next_block_, PrefixEnd(prefix_),
                     [&](absl::string_view key, absl::string_view value) {
                       block_ = std::string(value);
                       next_block_ = std::string(key) + '\0';
                       at_end_ = false;
                       return false;
                     }));
    if (at_end_) return absl::OkStatus();
    decoder_.emplace(block_);
    return Advance();
  }

  const Reader& reader_;
  const std::string prefix_;
  std::string next_block_;
  std::string block_;
  std::optional<rows::HeldDecoder> decoder_;
  HeldEntry entry_;
  bool at_end_ = true;
};

// Of the least key the newest first.
bool ComesAfter(const HeldSource* a, const HeldSource* b) {
  const int order = a->Current()->key.compare(b->Current()->key);
  return order != 0 ? order > 0 : a->Current()->stamp < b->Current()->stamp;
}

// Puts the first of a heap, of which nothing else has moved, where it belongs:
// mostly that is where it is, for a run has what is about one entity together.
void SiftDown(std::vector<HeldSource*>& heap) {
  size_t at = 0;
  while (true) {
    size_t least = at;
    for (const size_t child : {2 * at + 1, 2 * at + 2}) {
      if (child < heap.size() && ComesAfter(heap[least], heap[child])) {
        least = child;
      }
    }
    if (least == at) return;
    std::swap(heap[at], heap[least]);
    at = least;
  }
}

}  // namespace

absl::StatusOr<HeldManifest> ReadHeldManifest(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(rows::kMeta, kManifestName));
  HeldManifest manifest;
  if (!row.has_value()) return manifest;
  Decoder in(*row);
  if (in.Unsigned() != kManifestLayout) {
    return errors::StorageVersion(
        "what channels hold has a layout of a newer version; start that "
        "version");
  }
  manifest.applied = Revision(in.Unsigned());
  manifest.next_run = in.Unsigned();
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    HeldRun run;
    run.id = in.Unsigned();
    run.claims = in.Unsigned();
    run.entities = in.Unsigned();
    run.newest_said_at = in.Time();
    manifest.runs.push_back(run);
  }
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    manifest.discarded.push_back(in.Unsigned());
  }
  CONCORDAT_RETURN_IF_ERROR(in.Finish("held manifest"));
  return manifest;
}

absl::Status PutHeldManifest(Transaction& tx, const HeldManifest& manifest) {
  Encoder out;
  out.Unsigned(kManifestLayout).Unsigned(manifest.applied.number());
  out.Unsigned(manifest.next_run).Unsigned(manifest.runs.size());
  for (const HeldRun& run : manifest.runs) {
    out.Unsigned(run.id).Unsigned(run.claims).Unsigned(run.entities);
    out.Time(run.newest_said_at);
  }
  out.Unsigned(manifest.discarded.size());
  for (const uint64_t run : manifest.discarded) out.Unsigned(run);
  return tx.Put(rows::kMeta, kManifestName, out.bytes());
}

absl::Status HeldRunWriter::Add(Transaction& tx, const HeldEntry& entry) {
  block_.Add(entry);
  ++run_.claims;
  run_.newest_said_at = std::max(run_.newest_said_at, entry.stamp.said_at);
  const absl::string_view entity = EntityPartOf(entry.key);
  if (entity != entity_) {
    entity_ = std::string(entity);
    filter_.Add(entity);
    ++run_.entities;
  }
  return block_.bytes() < kBlockBytes ? absl::OkStatus() : Flush(tx);
}

absl::Status HeldRunWriter::Flush(Transaction& tx) {
  if (block_.key().empty()) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyHeld));
  const std::string key = RunPrefix(run_.id) + block_.key();
  return tx.Put(rows::kHeldRuns, key, block_.TakeRow());
}

absl::Status HeldRunWriter::Finish(Transaction& tx) {
  CONCORDAT_RETURN_IF_ERROR(Flush(tx));
  return tx.Put(rows::kHeldFilters, RunPrefix(run_.id), filter_.bits());
}

absl::StatusOr<HeldFilter> ReadHeldFilter(const Reader& reader, uint64_t run) {
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<std::string> bits,
                             reader.Get(rows::kHeldFilters, RunPrefix(run)));
  return HeldFilter(std::move(bits).value_or(""));
}

absl::StatusOr<std::unique_ptr<HeldSource>> OpenHeldRun(
    const Reader& reader, uint64_t run, absl::string_view from) {
  auto source = std::make_unique<RunSource>(reader, run);
  CONCORDAT_RETURN_IF_ERROR(source->Seek(from));
  return std::unique_ptr<HeldSource>(std::move(source));
}

absl::Status MergeHeld(const std::vector<std::unique_ptr<HeldSource>>& sources,
                       absl::string_view end,
                       absl::FunctionRef<bool(const HeldEntry& entry)> visit) {
  std::vector<HeldSource*> heap;
  heap.reserve(sources.size());
  for (const auto& source : sources) {
    if (source->Current() != nullptr) heap.push_back(source.get());
  }
  std::make_heap(heap.begin(), heap.end(), ComesAfter);
  std::string key;
  while (!heap.empty()) {
    const HeldEntry& newest = *heap.front()->Current();
    if ((!end.empty() && newest.key >= end) || !visit(newest)) break;
    key.assign(newest.key.data(), newest.key.size());
    while (!heap.empty() && heap.front()->Current()->key == key) {
      CONCORDAT_RETURN_IF_ERROR(heap.front()->Advance());
      if (heap.front()->Current() == nullptr) {
        heap.front() = heap.back();
        heap.pop_back();
      }
      SiftDown(heap);
    }
  }
  return absl::OkStatus();
}

absl::Status VisitHeld(
    const std::vector<std::unique_ptr<HeldSource>>& sources,
    absl::string_view end,
    absl::FunctionRef<bool(absl::string_view key, const HeldClaim& held)>
        visit) {
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(
      MergeHeld(sources, end, [&](const HeldEntry& entry) {
        const absl::StatusOr<HeldClaim> held = ToHeldClaim(entry);
        problem = held.status();
        return held.ok() && visit(entry.key, *held);
      }));
  return problem;
}

absl::StatusOr<std::string> RemoveHeldRun(Transaction& tx, uint64_t run,
                                          absl::string_view from,
                                          size_t blocks_max) {
  std::vector<std::string> keys;
  const std::string prefix = RunPrefix(run);
  CONCORDAT_RETURN_IF_ERROR(
      tx.Scan(rows::kHeldRuns, from.empty() ? prefix : from, PrefixEnd(prefix),
              [&](absl::string_view key, absl::string_view) {
                keys.emplace_back(key);
                return keys.size() < blocks_max;
              }));
  for (const std::string& key : keys) {
    CONCORDAT_RETURN_IF_ERROR(tx.Delete(rows::kHeldRuns, key));
  }
  if (keys.size() == blocks_max) return keys.back() + '\0';
  CONCORDAT_RETURN_IF_ERROR(tx.Delete(rows::kHeldFilters, prefix));
  return std::string();
}

absl::Status AddHeldChanges(Transaction& tx, Revision revision,
                            const std::vector<HeldClaim>& changed) {
  if (changed.empty()) return absl::OkStatus();
  const std::string key = KeyWriter().At(revision).Take();
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> before,
                             tx.Get(rows::kHeldChanges, key));
  std::vector<HeldClaim> all;
  if (before.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(all, rows::ParseHeld(*before));
  }
  all.insert(all.end(), changed.begin(), changed.end());
  return tx.Put(rows::kHeldChanges, key, rows::EncodeHeld(all));
}

namespace {

struct Block {
  std::string key;
  std::vector<HeldClaim> held;
};

// The blocks of the run that may hold what is about the entity.
absl::StatusOr<std::vector<Block>> BlocksOf(const Reader& reader, uint64_t run,
                                            const EntityId& entity) {
  const std::string begin = KeyWriter().Entity(entity).Take();
  const std::string end = PrefixEnd(begin);
  const std::string prefix = RunPrefix(run);
  std::vector<Block> blocks;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      rows::kHeldRuns, prefix + begin, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view value) {
        absl::StatusOr<std::vector<HeldClaim>> held = rows::ParseHeld(value);
        problem = held.status();
        if (!held.ok() || KeyOf(held->front()) >= end) return false;
        blocks.push_back({std::string(key), *std::move(held)});
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return blocks;
}

absl::StatusOr<std::vector<Block>> ChangesSince(const Reader& reader,
                                                Revision after) {
  std::vector<Block> blocks;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      rows::kHeldChanges, KeyWriter().At(after.Next()).bytes(), "",
      [&](absl::string_view key, absl::string_view value) {
        absl::StatusOr<std::vector<HeldClaim>> held = rows::ParseHeld(value);
        problem = held.status();
        if (!held.ok()) return false;
        blocks.push_back({std::string(key), *std::move(held)});
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return blocks;
}

absl::Status ChangeBlocks(Transaction& tx, Space space,
                          std::vector<Block> blocks, const EntityId& entity,
                          absl::FunctionRef<bool(HeldClaim& held)> change) {
  for (Block& block : blocks) {
    bool changed = false;
    for (HeldClaim& held : block.held) {
      if (held.entity() == entity && change(held)) changed = true;
    }
    if (!changed) continue;
    CONCORDAT_RETURN_IF_ERROR(
        tx.Put(space, block.key, rows::EncodeHeld(block.held)));
  }
  return absl::OkStatus();
}

}  // namespace

// Also in a run that is being written, or that is not removed yet.
absl::Status ChangeHeldRows(Transaction& tx, const EntityId& entity,
                            absl::FunctionRef<bool(HeldClaim& held)> change) {
  CONCORDAT_ASSIGN_OR_RETURN(const HeldManifest manifest, ReadHeldManifest(tx));
  std::vector<uint64_t> runs = manifest.discarded;
  for (const HeldRun& run : manifest.runs) runs.push_back(run.id);
  for (const uint64_t run : runs) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<Block> blocks,
                               BlocksOf(tx, run, entity));
    CONCORDAT_RETURN_IF_ERROR(
        ChangeBlocks(tx, rows::kHeldRuns, std::move(blocks), entity, change));
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<Block> changes,
                             ChangesSince(tx, manifest.applied));
  return ChangeBlocks(tx, rows::kHeldChanges, std::move(changes), entity,
                      change);
}

namespace rows {

HeldEncoder::HeldEncoder() { out_.Unsigned(kBlockLayout); }

void HeldEncoder::Add(const HeldEntry& entry) {
  const size_t shared = std::mismatch(key_.begin(), key_.end(),
                                      entry.key.begin(), entry.key.end())
                            .first -
                        key_.begin();
  const absl::string_view differs = entry.key.substr(shared);
  out_.Unsigned(1 + shared).String(differs);
  out_.Time(entry.stamp.said_at).Unsigned(entry.stamp.revision.number());
  out_.Unsigned(entry.stamp.judged_at.number() - entry.stamp.revision.number());
  std::string subject;
  if (entry.value.personal) subject = SubjectOf(KeyReader(entry.key).Entity());
  out_.Value(subject, entry.value.text, entry.value.personal,
             entry.value.erased);
  out_.String(entry.rest);
  key_.resize(shared);
  key_.append(differs.data(), differs.size());
}

std::string HeldEncoder::TakeRow() {
  out_.Unsigned(0);
  std::string row = out_.TakeRow();
  *this = HeldEncoder();
  return row;
}

HeldDecoder::HeldDecoder(absl::string_view block)
    : in_(block), known_layout_(in_.Unsigned() == kBlockLayout) {}

bool HeldDecoder::Next(HeldEntry& entry) {
  if (!known_layout_) return false;
  const uint64_t shared = in_.Unsigned();
  if (shared == 0 || shared - 1 > key_.size()) return false;
  key_.resize(shared - 1);
  const absl::string_view differs = in_.View();
  key_.append(differs.data(), differs.size());
  entry.key = key_;
  entry.stamp.said_at = in_.Time();
  const uint64_t revision = in_.Unsigned();
  entry.stamp.revision = Revision(revision);
  entry.stamp.judged_at = Revision(revision + in_.Unsigned());
  entry.value = in_.ValueView();
  entry.rest = in_.View();
  return !in_.failed();
}

absl::Status HeldDecoder::Finish() const {
  if (!known_layout_) {
    return errors::StorageVersion(
        "a record has a layout of a newer version; start that version");
  }
  return in_.Finish("held claims");
}

std::string EncodeHeld(const std::vector<HeldClaim>& held) {
  HeldEncoder block;
  for (const HeldClaim& claim : held) {
    const ReportedClaim view = ViewOf(claim.judged.claim);
    Encoder rest;
    EncodeHeldRest(rows::ViewOf(claim.judged, view), rest);
    const std::string key = KeyOf(claim);
    block.Add({.key = key,
               .stamp = claim.stamp(),
               .value = {.text = claim.judged.claim.value,
                         .personal = claim.judged.claim.personal,
                         .erased = claim.judged.claim.erased},
               .rest = rest.bytes()});
  }
  return block.TakeRow();
}

absl::StatusOr<std::vector<HeldClaim>> ParseHeld(absl::string_view block) {
  std::vector<HeldClaim> held;
  HeldDecoder in(block);
  HeldEntry entry;
  while (in.Next(entry)) {
    CONCORDAT_ASSIGN_OR_RETURN(HeldClaim claim, ToHeldClaim(entry));
    held.push_back(std::move(claim));
  }
  CONCORDAT_RETURN_IF_ERROR(in.Finish());
  if (held.empty()) return errors::StorageCorrupt("a block of no held claims");
  return held;
}

}  // namespace rows
}  // namespace concordat
