#ifndef CONCORDAT_CONSISTENCY_AGREEMENTS_H_
#define CONCORDAT_CONSISTENCY_AGREEMENTS_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/claims.h"
#include "graph/facts.h"
#include "graph/generation_cache.h"
#include "graph/ids.h"

namespace concordat {

// What a claim is known by among the agreements. XXH3 (xxhash.com) with a seed
// that each process draws, so that no channel can choose what collides: two
// subjects are taken for one with odds of 2^-128, two statements about one
// attribute with 2^-64.
struct StatementPrint {
  uint64_t subject_high = 0;  // channel, and its own id or the entity
  uint64_t subject_low = 0;
  uint64_t said = 0;  // attribute and value
};
StatementPrint PrintOf(const ReportedClaim& claim);

// Claims that were judged to agree, so that the same said again need not be
// judged: a verdict is a function of what is said, the terms of who says it,
// and the truth. So an agreement stands over the stretch of valid time of the
// fact that it rests on, and of the link by which its subject was found, until
// one of these changes: whoever owns this must tell it.
//
// About 45 bytes for what one channel says of one attribute of one entity,
// within a bound; what was not asked for lately goes first. Not thread-safe.
class Agreements {
 public:
  explicit Agreements(size_t bytes_max);

  struct Agreement {
    const EntityId& entity;
    // Canonical name; of the vocabulary.
    absl::string_view attribute;
    bool personal;  // Claim::personal
  };
  // Have memory fetched for a Find soon: where it looks, and, once that is
  // there, what it finds.
  void PrefetchPlace(const StatementPrint& print) const {
    subjects_.Prefetch(SubjectPrint{print.subject_high, print.subject_low});
  }
  void PrefetchSubject(const StatementPrint& print) const {
    const SubjectPtr* subject =
        subjects_.Peek(SubjectPrint{print.subject_high, print.subject_low});
    if (subject == nullptr) return;
    constexpr size_t kCacheLine = 64;  // most lie in two
    const char* const memory = reinterpret_cast<const char*>(subject->get());
    __builtin_prefetch(memory);
    __builtin_prefetch(memory + kCacheLine);
  }
  // nullopt where it has to be judged. Valid until the next Find.
  std::optional<Agreement> Find(const StatementPrint& print,
                                absl::Time said_at);

  // `attribute` is a name of the vocabulary in force, and stays until Clear.
  // `personal` is the same for all about the entity.
  void Remember(const StatementPrint& print, const EntityId& entity,
                const std::string& attribute, bool personal, ValidTime over);

  // After anything that bears on the entity's verdicts: its facts, its
  // identity, its erasure, the opening of a finding about it.
  void ForgetEntity(const EntityId& entity) { ++epochs_[PlaceOf(entity)]; }
  // After a link of the channel's own id was recorded.
  void ForgetSubject(const std::string& channel, const std::string& subject);
  // After the vocabulary changed or a transaction failed.
  void Clear();

  // Of what is remembered, at most what was given.
  size_t bytes() const { return subjects_.weight(); }

 private:
  using SubjectPrint = std::pair<uint64_t, uint64_t>;
  // Whole minutes within which it stands: nothing is said to the second that
  // a truth changes.
  struct Statement {
    uint32_t said_high;
    uint32_t said_low;
    int32_t from_minute;
    int32_t to_minute;
    uint16_t attribute;
  };
  // In one piece of memory, of which there is one for each subject: this, then
  // the statements that there is room for, then the entity's id.
  struct Subject {
    uint32_t epoch;
    uint32_t epoch_place;
    uint16_t entity_type;
    uint16_t id_size;
    uint16_t count;
    uint16_t capacity;
    bool personal;

    Statement* statements() { return reinterpret_cast<Statement*>(this + 1); }
    char* id() { return reinterpret_cast<char*>(statements() + capacity); }
    size_t bytes() const {
      return sizeof(Subject) + capacity * sizeof(Statement) + id_size;
    }
  };
  struct Free {
    void operator()(Subject* subject) const { std::free(subject); }
  };
  using SubjectPtr = std::unique_ptr<Subject, Free>;

  // With room for so many statements, and those of another.
  SubjectPtr MakeSubject(const EntityId& entity, bool personal,
                         uint16_t capacity);
  static SubjectPtr Grow(Subject& subject);
  SubjectPtr& Insert(const SubjectPrint& key, SubjectPtr subject);
  bool IsAbout(Subject& subject, const EntityId& entity) const;
  size_t PlaceOf(const EntityId& entity) const;
  uint16_t NumberOf(const std::string& attribute);
  uint16_t NumberOfType(const std::string& entity_type);

  GenerationCache<SubjectPrint, SubjectPtr> subjects_;
  // By a hash of the entity: a change of one forgets the few that share it.
  std::vector<uint32_t> epochs_;
  std::vector<const std::string*> attributes_;
  std::vector<std::string> entity_types_;
  EntityId found_;  // by the last Find
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_AGREEMENTS_H_
