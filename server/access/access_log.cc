#include "server/access/access_log.h"

#include <algorithm>

#include "absl/strings/string_view.h"
#include "consistency/held_filter.h"
#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/status_macros.h"
#include "proto/sha256.h"

namespace concordat {
namespace {

// number -> record, hash.
constexpr Space kAccesses{1, "accesses"};
// Number of the first record of a block -> which entities and callers may be in
// it.
constexpr Space kAccessFilters{2, "access_filters"};

// Records of a block.
constexpr uint64_t kBlock = 1024;
// Records that wait to be written; more are refused.
constexpr size_t kWaitingMax = 10'000;
// Records that one page looks at, and blocks whose filters it looks at.
constexpr int kLookedAtMax = 20'000;
constexpr int kBlocksMax = 20'000;

std::string NumberKey(uint64_t number) {
  return KeyWriter().Number(number).Take();
}

uint64_t BlockOf(uint64_t number) { return (number - 1) / kBlock * kBlock + 1; }

std::string EntityKey(const EntityId& entity) {
  return KeyWriter().String("e").Entity(entity).Take();
}

std::string CallerKey(absl::string_view caller) {
  return KeyWriter().String("c").String(caller).Take();
}

std::string Encode(const AccessRecord& record) {
  Encoder out;
  out.Time(record.time).String(record.caller).String(record.channel);
  out.String(record.purpose).String(record.method).Bool(record.changed);
  out.String(record.revision).String(record.trace_id);
  out.Unsigned(record.entities.size());
  for (const AccessedEntity& entity : record.entities) {
    out.String(entity.entity.type).String(entity.entity.id);
    out.Unsigned(entity.attributes.size());
    for (const auto& [attribute, sight] : entity.attributes) {
      out.String(attribute).Unsigned(static_cast<uint64_t>(sight));
    }
  }
  return out.Take();
}

absl::StatusOr<AccessRecord> Decode(uint64_t number, absl::string_view bytes) {
  Decoder in(bytes);
  AccessRecord record;
  record.number = number;
  record.time = in.Time();
  record.caller = in.String();
  record.channel = in.String();
  record.purpose = in.String();
  record.method = in.String();
  record.changed = in.Bool();
  record.revision = in.String();
  record.trace_id = in.String();
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    AccessedEntity entity;
    entity.entity.type = in.String();
    entity.entity.id = in.String();
    for (uint64_t more = in.Unsigned(); more > 0 && !in.failed(); --more) {
      std::string attribute = in.String();
      entity.attributes.emplace_back(std::move(attribute),
                                     static_cast<Sight>(in.Unsigned()));
    }
    record.entities.push_back(std::move(entity));
  }
  if (!in.Finish("access").ok()) {
    return errors::AccessLogBroken(number, "it cannot be read");
  }
  return record;
}

// The number is hashed too: a record at another place is another one.
std::string ChainHash(absl::string_view previous, uint64_t number,
                      absl::string_view record) {
  return Sha256().Add(previous).Add(NumberKey(number)).Add(record).Finish();
}

struct Stored {
  absl::string_view record;
  absl::string_view hash;
};

std::optional<Stored> Parse(absl::string_view row) {
  if (row.size() < Sha256::kBytes) return std::nullopt;
  const size_t size = row.size() - Sha256::kBytes;
  return Stored{row.substr(0, size), row.substr(size)};
}

std::string FilterOf(const std::vector<std::string>& keys) {
  HeldFilter filter(keys.size());
  for (const std::string& key : keys) filter.Add(key);
  return filter.bits();
}

void AddKeys(const AccessRecord& record, std::vector<std::string>& keys) {
  keys.push_back(CallerKey(record.caller));
  for (const AccessedEntity& entity : record.entities) {
    keys.push_back(EntityKey(entity.entity));
  }
}

bool IsOf(const AccessFilter& filter, const EntityId& entity) {
  return std::find(filter.entities.begin(), filter.entities.end(), entity) !=
         filter.entities.end();
}

// Leaves of the record what was asked for; false: nothing was.
bool Keep(const AccessFilter& filter, AccessRecord& record) {
  if (!filter.caller.empty() && record.caller != filter.caller) return false;
  if (record.time < filter.from || record.time >= filter.before) return false;
  if (filter.entities.empty()) return true;
  const auto others = std::remove_if(
      record.entities.begin(), record.entities.end(),
      [&filter](const AccessedEntity& e) { return !IsOf(filter, e.entity); });
  record.entities.erase(others, record.entities.end());
  return !record.entities.empty();
}

// Whether the block of these bits may hold what is asked for.
bool MayHold(const AccessFilter& filter, std::string bits) {
  const HeldFilter held(std::move(bits));
  if (!filter.caller.empty() && !held.MayHold(CallerKey(filter.caller))) {
    return false;
  }
  return filter.entities.empty() ||
         std::any_of(filter.entities.begin(), filter.entities.end(),
                     [&held](const EntityId& entity) {
                       return held.MayHold(EntityKey(entity));
                     });
}

absl::StatusOr<uint64_t> LastNumber(const Reader& reader) {
  // Filters are of full blocks, so the last number is in the block after them,
  // or is the last of the last one.
  uint64_t block = 1;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      kAccessFilters, "", "", [&](absl::string_view key, absl::string_view) {
        block = KeyReader(key).Number() + kBlock;
        return true;
      }));
  uint64_t last = block - 1;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(kAccesses, NumberKey(block), "",
                  [&](absl::string_view key, absl::string_view) {
                    last = KeyReader(key).Number();
                    return true;
                  }));
  return last;
}

}  // namespace

std::vector<Space> AccessLog::Spaces() { return {kAccesses, kAccessFilters}; }

AccessLog::AccessLog(Store* store, const Clock* clock)
    : store_(*store), clock_(*clock), head_(Sha256::kBytes, '\0') {}

AccessLog::~AccessLog() { Stop(); }

absl::Status AccessLog::Start() {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store_.Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(number_, LastNumber(*reader));
  absl::Status read;
  if (number_ > 0) {
    const uint64_t begin = BlockOf(number_);
    CONCORDAT_RETURN_IF_ERROR(reader->Scan(
        kAccesses, NumberKey(begin), "",
        [&](absl::string_view key, absl::string_view row) {
          const uint64_t number = KeyReader(key).Number();
          const std::optional<Stored> stored = Parse(row);
          if (!stored.has_value()) {
            read = errors::AccessLogBroken(number, "it is cut off");
            return false;
          }
          absl::StatusOr<AccessRecord> record = Decode(number, stored->record);
          read = record.status();
          if (!read.ok()) return false;
          AddKeys(*record, block_keys_);
          head_ = std::string(stored->hash);
          return true;
        }));
    if (number_ == begin + kBlock - 1) block_keys_.clear();
  }
  CONCORDAT_RETURN_IF_ERROR(read);
  const MutexLock lock(&mutex_);
  recorded_ = number_;
  started_ = true;
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void AccessLog::Stop() {
  {
    const MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void AccessLog::Append(AccessRecord record,
                       std::function<void(absl::Status)> done) {
  {
    const MutexLock lock(&mutex_);
    if (started_ && !stopping_ && waiting_.size() < kWaitingMax) {
      waiting_.push_back({std::move(record), std::move(done)});
      changed_.NotifyAll();
      return;
    }
  }
  done(errors::AccessLogUnavailable());
}

void AccessLog::Run() {
  while (true) {
    std::vector<Waiting> group;
    {
      const MutexLock lock(&mutex_);
      while (waiting_.empty() && !stopping_) changed_.Wait(&mutex_);
      if (waiting_.empty()) return;
      group.swap(waiting_);
    }
    const absl::Status written = Write(group);
    {
      const MutexLock lock(&mutex_);
      failing_ = !written.ok();
      recorded_ = number_;
    }
    for (Waiting& waiting : group) {
      waiting.done(written.ok() ? written : errors::AccessLogUnavailable());
    }
  }
}

absl::Status AccessLog::Write(std::vector<Waiting>& group) {
  const uint64_t number = number_;
  const std::string head = head_;
  const std::vector<std::string> keys = block_keys_;
  const absl::Status written = store_.Write([&](Transaction& tx) {
    for (Waiting& waiting : group) {
      AccessRecord& record = waiting.record;
      record.number = ++number_;
      record.time = clock_.Now();
      std::string row = Encode(record);
      head_ = ChainHash(head_, number_, row);
      row += head_;
      CONCORDAT_RETURN_IF_ERROR(tx.Put(kAccesses, NumberKey(number_), row));
      CONCORDAT_RETURN_IF_ERROR(AddToBlock(tx, record));
    }
    return absl::OkStatus();
  });
  if (!written.ok()) {
    number_ = number;
    head_ = head;
    block_keys_ = keys;
  }
  return written;
}

absl::Status AccessLog::AddToBlock(Transaction& tx,
                                   const AccessRecord& record) {
  AddKeys(record, block_keys_);
  const uint64_t begin = BlockOf(record.number);
  if (record.number != begin + kBlock - 1) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(
      tx.Put(kAccessFilters, NumberKey(begin), FilterOf(block_keys_)));
  block_keys_.clear();
  return absl::OkStatus();
}

absl::StatusOr<AccessPage> AccessLog::List(const AccessFilter& filter,
                                           uint64_t before,
                                           size_t limit) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store_.Snapshot());
  AccessPage page;
  uint64_t end = records() + 1;
  if (before != 0) end = std::min(end, before);
  int looked_at = 0;
  for (int blocks = 0; end > 1; ++blocks) {
    const uint64_t begin = BlockOf(end - 1);
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<std::string> bits,
                               reader->Get(kAccessFilters, NumberKey(begin)));
    // The last block has no filter yet.
    std::vector<AccessRecord> found;
    if (!bits.has_value() || MayHold(filter, *std::move(bits))) {
      absl::Status read;
      CONCORDAT_RETURN_IF_ERROR(reader->Scan(
          kAccesses, NumberKey(begin), NumberKey(end),
          [&](absl::string_view key, absl::string_view row) {
            const uint64_t number = KeyReader(key).Number();
            const std::optional<Stored> stored = Parse(row);
            absl::StatusOr<AccessRecord> record =
                stored.has_value() ? Decode(number, stored->record)
                                   : errors::AccessLogBroken(number, "cut off");
            read = record.status();
            if (!read.ok()) return false;
            ++looked_at;
            if (Keep(filter, *record)) found.push_back(*std::move(record));
            return true;
          }));
      CONCORDAT_RETURN_IF_ERROR(read);
    }
    for (auto record = found.rbegin(); record != found.rend(); ++record) {
      if (page.records.size() == limit) {
        page.next = page.records.back().number;
        return page;
      }
      page.records.push_back(std::move(*record));
    }
    end = begin;
    if (looked_at >= kLookedAtMax || blocks >= kBlocksMax) break;
  }
  page.next = end > 1 ? end : 0;
  return page;
}

absl::StatusOr<AccessChain> AccessLog::Verify() const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store_.Snapshot());
  AccessChain chain;
  chain.head = std::string(Sha256::kBytes, '\0');
  absl::Status broken;
  CONCORDAT_RETURN_IF_ERROR(reader->Scan(
      kAccesses, "", "", [&](absl::string_view key, absl::string_view row) {
        const uint64_t expected = chain.records + 1;
        const std::optional<Stored> stored = Parse(row);
        if (KeyReader(key).Number() != expected) {
          broken = errors::AccessLogBroken(expected, "it is missing");
        } else if (!stored.has_value() ||
                   std::string(stored->hash) !=
                       ChainHash(chain.head, expected, stored->record)) {
          broken = errors::AccessLogBroken(
              expected, "it, or one before it, is not what was written");
        }
        if (!broken.ok()) return false;
        const absl::StatusOr<AccessRecord> record =
            Decode(expected, stored->record);
        broken = record.status();
        if (!broken.ok()) return false;
        if (expected == 1) chain.first_time = record->time;
        chain.last_time = record->time;
        chain.head = std::string(stored->hash);
        chain.records = expected;
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(broken);
  // What was cut off at the end shows in the filters of full blocks.
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t last, LastNumber(*reader));
  if (last != chain.records) {
    return errors::AccessLogBroken(chain.records + 1, "it is missing");
  }
  return chain;
}

uint64_t AccessLog::records() const {
  const MutexLock lock(&mutex_);
  return recorded_;
}

bool AccessLog::failing() const {
  const MutexLock lock(&mutex_);
  return failing_;
}

}  // namespace concordat
