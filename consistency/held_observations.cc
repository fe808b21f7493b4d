#include "consistency/held_observations.h"

#include <xxhash.h>

#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consistency/held_reader.h"
#include "consistency/held_runs.h"
#include "consistency/knowledge.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Claims that are in memory at a time, and how often the same state is read
// before another is taken, for an engine keeps what a reader may need.
constexpr size_t kClaimsAtOnce = 20'000;
constexpr int kPartsOfOneState = 50;

// Claims of whole entities, in order of key.
struct Part {
  std::vector<HeldClaim> held;
  // Where the next begins; empty at the end.
  std::string next;
};

bool IsSampled(const EntityId& entity, uint64_t one_in) {
  if (one_in <= 1) return true;
  const std::string key = KeyWriter().Entity(entity).Take();
  return XXH3_64bits(key.data(), key.size()) % one_in == 0;
}

absl::StatusOr<Part> ReadPart(const HeldReader& held, const std::string& begin,
                              uint64_t one_in) {
  Part part;
  std::optional<EntityId> last;
  size_t read = 0;
  CONCORDAT_RETURN_IF_ERROR(
      held.Visit(begin, "", [&](absl::string_view key, const HeldClaim& claim) {
        if (last != claim.entity()) {
          if (read >= kClaimsAtOnce) {
            part.next = std::string(key);
            return false;
          }
          last = claim.entity();
        }
        ++read;
        if (IsSampled(*last, one_in)) part.held.push_back(claim);
        return true;
      }));
  return part;
}

// What is true now, by the newest side that agrees; nullopt: nobody knows.
std::optional<int> TruthAmong(const std::vector<const Side*>& sides) {
  std::optional<int> truth;
  absl::Time said_at = absl::InfinitePast();
  for (const Side* side : sides) {
    if (!side->value.has_value()) continue;
    if (IsAgreement(side->verdict) && side->claim.said_at >= said_at) {
      truth = static_cast<int>(*side->value);
      said_at = side->claim.said_at;
    } else if (IsDisagreement(side->verdict) && !truth.has_value()) {
      truth = kTruthUnsaid;
    }
  }
  return truth;
}

// Not where the truth has changed between it and the newest, so that to count
// it by what is true now would be against its own verdict.
bool TellsOfTruth(const Side& side, const std::optional<int>& truth) {
  if (side.verdict == Verdict::kPropagating || !side.value.has_value()) {
    return false;
  }
  const bool says_truth = truth == static_cast<int>(*side.value);
  return says_truth ? !IsDisagreement(side.verdict)
                    : !IsAgreement(side.verdict);
}

// Adds what is said of one attribute of one entity, where it teaches anything:
// several channels speak, or the truth is known.
absl::Status AddItem(const EntityId& entity, const std::string& attribute,
                     const std::vector<Claim>& claims,
                     const Vocabulary& vocabulary, Knowledge& knowledge,
                     ObservationsBuilder& builder) {
  CONCORDAT_ASSIGN_OR_RETURN(const Sides sides,
                             CompareSides(claims, vocabulary, knowledge));
  const std::vector<const Side*> within =
      sides.Within(vocabulary.TermsOf(entity.type, attribute).compare_within);
  const std::optional<int> truth = TruthAmong(within);
  std::vector<ObservationsBuilder::Said> said;
  for (const Side* side : within) {
    if (TellsOfTruth(*side, truth)) {
      said.push_back({side->claim.channel, static_cast<int>(*side->value)});
    }
  }
  if (said.empty() || (said.size() == 1 && !truth.has_value())) {
    return absl::OkStatus();
  }
  return builder.Add(absl::StrCat(entity.type, "/", entity.id),
                     ObservedName(entity.type, attribute), said, truth);
}

absl::Status AddPart(const Part& part, const Vocabulary& vocabulary,
                     Knowledge& knowledge, ObservationsBuilder& builder) {
  for (size_t begin = 0; begin < part.held.size();) {
    const EntityId& entity = part.held[begin].entity();
    std::map<std::string, std::vector<Claim>> by_attribute;
    size_t end = begin;
    for (; end < part.held.size() && part.held[end].entity() == entity; ++end) {
      const HeldClaim& held = part.held[end];
      Claim claim = held.judged.claim;
      claim.entity = entity;
      claim.attribute = held.attribute();
      by_attribute[held.attribute()].push_back(std::move(claim));
    }
    for (const auto& [attribute, claims] : by_attribute) {
      CONCORDAT_RETURN_IF_ERROR(
          AddItem(entity, attribute, claims, vocabulary, knowledge, builder));
    }
    begin = end;
  }
  return absl::OkStatus();
}

}  // namespace

std::string ObservedName(absl::string_view entity_type,
                         absl::string_view attribute) {
  return absl::StrCat(entity_type, ".", attribute);
}

absl::StatusOr<Observations> ObserveHeld(Store& store,
                                         const Vocabulary& vocabulary,
                                         absl::FunctionRef<bool()> go_on,
                                         uint64_t claims_max) {
  ObservationsBuilder builder;
  std::string next;
  uint64_t one_in = 0;
  do {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                               store.Snapshot());
    CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(*reader));
    if (one_in == 0) {
      CONCORDAT_ASSIGN_OR_RETURN(const HeldManifest manifest,
                                 ReadHeldManifest(*reader));
      uint64_t held = 0;
      for (const HeldRun& run : manifest.runs) held += run.claims;
      one_in = held / claims_max + 1;
    }
    CONCORDAT_ASSIGN_OR_RETURN(const HeldReader held,
                               HeldReader::Open(*reader));
    StoredKnowledge knowledge(*reader, head, vocabulary, nullptr);
    for (int i = 0; i < kPartsOfOneState; ++i) {
      if (!go_on()) return absl::CancelledError("not wanted any more");
      CONCORDAT_ASSIGN_OR_RETURN(const Part part, ReadPart(held, next, one_in));
      CONCORDAT_RETURN_IF_ERROR(AddPart(part, vocabulary, knowledge, builder));
      next = part.next;
      if (next.empty()) break;
    }
  } while (!next.empty());
  return std::move(builder).Build();
}

}  // namespace concordat
