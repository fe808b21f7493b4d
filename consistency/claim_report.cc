#include "consistency/claim_report.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"
#include "consistency/cross_keeper.h"
#include "consistency/finding_keeper.h"
#include "consistency/personal_rows.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Mixed in a way that cannot be known, so that nobody makes two the same.
uint64_t HeldBy(const EntityId& entity, absl::string_view channel,
                absl::string_view attribute) {
  return absl::HashOf(entity, channel, attribute);
}

// Of what took longer it is not known how long.
constexpr absl::Duration kLagMax = absl::Hours(24 * 90);

// What a log says that a claim is about becomes part of keys.
bool IsInSchema(const Vocabulary& vocabulary, const EntityId& entity,
                absl::string_view attribute) {
  const EntityType* type = vocabulary.schema.FindEntityType(entity.type);
  return type != nullptr && type->FindAttribute(attribute) != nullptr &&
         entity.id.find('\0') == std::string::npos;
}

// Whether `claim`, which agrees, is the first to do so since a change, as far
// as what the channel said last tells.
bool IsFirstAfter(const HeldClaim& last, const Claim& claim,
                  absl::Time changed) {
  const Claim& said = last.judged.claim;
  // What is said as before has not changed: it was only recorded anew.
  if (said.said_at < changed) return said.value != claim.value;
  // Of what else was said it is not remembered whether something agreed before.
  return said.said_at < claim.said_at &&
         (last.judged.verdict == Verdict::kPropagating ||
          IsDisagreement(last.judged.verdict));
}

}  // namespace

ClaimReport::ClaimReport(Transaction& tx, const Vocabulary& vocabulary,
                         CommitStamp stamp, Admission admission,
                         CheckerMemory& memory)
    : tx_(tx),
      vocabulary_(vocabulary),
      stamp_(stamp),
      admission_(admission),
      memory_(memory),
      knowledge_(tx, stamp.revision, vocabulary, &memory.knowledge) {}

// Looking a claim up touches memory that no cache has: it is fetched while
// those before are looked at.
absl::Status ClaimReport::Add(absl::Span<PreparedClaim> claims,
                              absl::Span<ClaimOutcome> outcomes) {
  constexpr size_t kAhead = 8;
  for (size_t i = 0; i < claims.size(); ++i) {
    if (i + kAhead < claims.size()) {
      memory_.agreements.PrefetchPlace(claims[i + kAhead].print);
      memory_.recent.Prefetch(claims[i + kAhead].key);
    }
    if (i + kAhead / 2 < claims.size()) {
      memory_.agreements.PrefetchSubject(claims[i + kAhead / 2].print);
    }
    CONCORDAT_RETURN_IF_ERROR(AddOne(claims[i], outcomes[i]));
  }
  return absl::OkStatus();
}

absl::Status ClaimReport::AddOne(PreparedClaim& prepared,
                                 ClaimOutcome& outcome) {
  ReportedClaim& claim = prepared.claim;
  if (!claim.said_at_given) claim.said_at = stamp_.at;
  const std::optional<Agreements::Agreement> agreed =
      claim.erased ? std::nullopt
                   : memory_.agreements.Find(prepared.print, claim.said_at);
  // What agreed was checked when it was said first.
  absl::Status valid = agreed.has_value()
                           ? absl::OkStatus()
                           : ValidateStatement(vocabulary_, claim);
  if (valid.ok()) valid = ValidateCircumstances(claim, stamp_.at);
  if (!valid.ok()) {
    outcome.error = std::move(valid);
    return absl::OkStatus();
  }
  const bool is_new =
      prepared.key.identifies() && memory_.recent.Add(prepared.key);
  if (admission_ == Admission::kRequested && prepared.key.identifies() &&
      !is_new) {
    outcome.status = ClaimOutcome::Status::kDuplicate;
    return absl::OkStatus();
  }
  if (!agreed.has_value()) return JudgeAndAdd(prepared, is_new, outcome);
  Record(prepared,
         {.claim = claim,
          .personal = agreed->personal,
          .received_at = stamp_.at,
          .verdict = Verdict::kAgrees,
          .further = std::nullopt,
          .about = &agreed->entity,
          .attribute = agreed->attribute},
         outcome);
  return absl::OkStatus();
}

absl::Status ClaimReport::AddAgain(const rows::JudgedView& judged,
                                   ClaimOutcome& outcome) {
  PreparedClaim prepared(judged.claim);
  bool stands = judged.verdict == Verdict::kAgrees && judged.about != nullptr;
  if (stands) {
    CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                               knowledge_.CanonicalOf(*judged.about));
    stands = canonical == *judged.about;
  }
  stands = stands && IsInSchema(vocabulary_, *judged.about, judged.attribute) &&
           ValidateStatement(vocabulary_, judged.claim).ok() &&
           ValidateCircumstances(judged.claim, stamp_.at).ok() &&
           !memory_.opened.MayHold(*judged.about, judged.claim.channel,
                                   judged.attribute);
  if (!stands) return AddOne(prepared, outcome);
  if (prepared.key.identifies()) memory_.recent.Add(prepared.key);
  Record(prepared, judged, outcome);
  return absl::OkStatus();
}

absl::Status ClaimReport::JudgeAndAdd(const PreparedClaim& prepared,
                                      bool is_new, ClaimOutcome& outcome) {
  Claim claim = ToClaim(prepared.claim);
  claim.received_at = stamp_.at;
  const absl::StatusOr<Judgement> judged =
      Judge(claim, vocabulary_, knowledge_);
  if (IsBeyondLimits(judged.status())) {
    if (is_new) memory_.recent.RemoveNewest();
    outcome.error = judged.status();
    return absl::OkStatus();
  }
  CONCORDAT_ASSIGN_OR_RETURN(const Judgement& judgement, judged);
  claim.personal = judgement.erased_at.has_value() ||
                   IsClaimPersonal(vocabulary_.schema, judgement.entity);
  std::optional<absl::Duration> lag;
  if (judgement.entity.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<std::string> finding_id,
                               KeepFinding(prepared, claim, judgement));
    if (!finding_id.has_value()) {
      outcome.status = ClaimOutcome::Status::kDuplicate;
      return absl::OkStatus();
    }
    outcome.finding_id = *std::move(finding_id);
    CONCORDAT_ASSIGN_OR_RETURN(lag, LagOf(claim, judgement));
    CONCORDAT_RETURN_IF_ERROR(NoteCrossed(judgement));
    CONCORDAT_RETURN_IF_ERROR(RememberAgreement(prepared, claim, judgement));
    // What agrees after it is the first that does.
    if (judgement.verdict == Verdict::kPropagating) {
      memory_.agreements.ForgetEntity(*judgement.entity);
    }
  }
  Record(prepared,
         {.claim = prepared.claim,
          .personal = claim.personal,
          .received_at = stamp_.at,
          .verdict = judgement.verdict,
          .further = judgement.further,
          .about = judgement.entity.has_value() ? &*judgement.entity : nullptr,
          .attribute = judgement.attribute,
          .lag = lag},
         outcome);
  return absl::OkStatus();
}

bool ClaimReport::IsOlderThanHere(const Claim& claim,
                                  const Judgement& judgement) const {
  const uint64_t held_by =
      HeldBy(*judgement.entity, claim.channel, judgement.attribute);
  return std::any_of(said_.begin(), said_.end(), [&](const Said& said) {
    return said.held_by == held_by && said.at > claim.said_at;
  });
}

absl::StatusOr<std::optional<std::string>> ClaimReport::KeepFinding(
    const PreparedClaim& prepared, const Claim& claim,
    const Judgement& judgement) {
  // Only for a contradiction does it matter what is held.
  const bool contradicts = FindingKeeper::Contradicts(judgement);
  bool newest = !contradicts || !IsOlderThanHere(claim, judgement);
  if (contradicts && newest) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const std::optional<HeldClaim> held,
        memory_.held.SaidSince(tx_, claim.said_at, *judgement.entity,
                               claim.channel, judgement.attribute));
    if (held.has_value()) {
      const Claim& before = held->judged.claim;
      // A retry so late that its key was forgotten.
      if (admission_ == Admission::kRequested && prepared.key.identifies() &&
          before.said_at == claim.said_at &&
          KeyOf(ViewOf(before)) == prepared.key) {
        return std::nullopt;
      }
      newest = before.said_at == claim.said_at;
    }
  }
  FindingKeeper keeper(tx_, stamp_, vocabulary_, knowledge_, memory_.opened);
  const bool had_finding = memory_.opened.MayHold(
      *judgement.entity, claim.channel, judgement.attribute);
  CONCORDAT_ASSIGN_OR_RETURN(
      std::string finding_id,
      keeper.Keep(claim, judgement,
                  newest ? FindingKeeper::Trigger::kNewestClaim
                         : FindingKeeper::Trigger::kOlderClaim));
  // Each agreement bears on the finding from now on.
  if (!had_finding && !finding_id.empty()) {
    memory_.agreements.ForgetEntity(*judgement.entity);
  }
  return finding_id;
}

// Not where there is a finding, which each agreement bears on; nor of several
// ids that are one entity, for then it rests on more than one of them.
absl::Status ClaimReport::RememberAgreement(const PreparedClaim& prepared,
                                            const Claim& claim,
                                            const Judgement& judgement) {
  const EntityId& entity = *judgement.entity;
  if (judgement.verdict != Verdict::kAgrees ||
      !judgement.agrees_over.has_value() ||
      memory_.opened.MayHold(entity, claim.channel, judgement.attribute)) {
    return absl::OkStatus();
  }
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             knowledge_.ClusterOf(entity));
  if (cluster.members.size() > 1) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const ValidTime named,
                             knowledge_.ResolvedOver(prepared.claim));
  const ValidTime over{std::max(named.from, judgement.agrees_over->from),
                       std::min(named.to, judgement.agrees_over->to)};
  const std::string& attribute = vocabulary_.schema.FindEntityType(entity.type)
                                     ->FindAttribute(judgement.attribute)
                                     ->name;
  memory_.agreements.Remember(prepared.print, entity, attribute, claim.personal,
                              over);
  return absl::OkStatus();
}

void ClaimReport::Record(const PreparedClaim& prepared,
                         const rows::JudgedView& judged,
                         ClaimOutcome& outcome) {
  outcome.status = ClaimOutcome::Status::kRecorded;
  outcome.verdict = judged.verdict;
  outcome.further = judged.further;
  row_.Add(judged);
  if (prepared.key.identifies()) keys_.push_back(prepared.key);
  if (judged.about != nullptr) {
    said_.push_back(
        {HeldBy(*judged.about, judged.claim.channel, judged.attribute),
         judged.claim.said_at, judged.verdict == Verdict::kAgrees});
  }
  ++recorded_;
}

// What holds since ever is no change, and of one that is long ago nobody waits
// to hear.
absl::StatusOr<std::optional<absl::Duration>> ClaimReport::LagOf(
    const Claim& claim, const Judgement& judgement) {
  const std::optional<absl::Duration> none;
  if (judgement.verdict != Verdict::kAgrees ||
      !judgement.agrees_over.has_value() ||
      judgement.agrees_over->from == absl::InfinitePast()) {
    return none;
  }
  const absl::Time changed =
      std::max(judgement.agrees_over->from, judgement.truth_recorded_at);
  const absl::Duration lag = claim.said_at - changed;
  if (lag < absl::ZeroDuration() || lag > kLagMax) return none;
  const uint64_t held_by =
      HeldBy(*judgement.entity, claim.channel, judgement.attribute);
  for (const Said& said : said_) {
    if (said.held_by == held_by && said.at >= changed && said.agrees) {
      return none;
    }
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<HeldClaim> held,
      memory_.held.SaidSince(tx_, absl::InfinitePast(), *judgement.entity,
                             claim.channel, judgement.attribute));
  if (held.has_value() && !IsFirstAfter(*held, claim, changed)) return none;
  return absl::Trunc(lag, absl::Seconds(1));
}

// One that agrees matters only where channels were found to differ, which is
// kept by the canonical id.
absl::Status ClaimReport::NoteCrossed(const Judgement& judgement) {
  const Verdict substance = judgement.substance();
  const bool may_differ = substance == Verdict::kUnverifiable ||
                          substance == Verdict::kContradicts ||
                          substance == Verdict::kExtra;
  CONCORDAT_ASSIGN_OR_RETURN(EntityId canonical,
                             knowledge_.CanonicalOf(*judgement.entity));
  if (may_differ ||
      memory_.opened.MayHold(canonical, "", judgement.attribute)) {
    crossed_[std::move(canonical)].insert(judgement.attribute);
  }
  return absl::OkStatus();
}

absl::Status ClaimReport::CheckCrossed() {
  CrossKeeper keeper(tx_, stamp_, vocabulary_, knowledge_, memory_.opened);
  for (const auto& entry : crossed_) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<HeldClaim> held,
                               memory_.held.Of(tx_, entry.first));
    CONCORDAT_RETURN_IF_ERROR(keeper.Check(
        entry.first, held,
        [this](const EntityId& id) { return memory_.held.Of(tx_, id); },
        [&entry](const std::string& attribute) {
          return entry.second.contains(attribute);
        },
        Occasion::kClaim));
    // Each agreement bears on what was found from now on.
    memory_.agreements.ForgetEntity(entry.first);
  }
  return absl::OkStatus();
}

absl::Status ClaimReport::Finish() {
  if (recorded_ == 0) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(
      rows::PutClaims(tx_, stamp_.revision, row_.TakeRow()));
  if (!keys_.empty()) {
    CONCORDAT_RETURN_IF_ERROR(rows::PutClaimKeys(tx_, stamp_.revision, keys_));
  }
  absl::Time newest_said_at = absl::InfinitePast();
  for (const Said& said : said_) {
    newest_said_at = std::max(newest_said_at, said.at);
  }
  memory_.held.Recorded(recorded_, newest_said_at);
  CONCORDAT_RETURN_IF_ERROR(CheckCrossed());
  return rows::PutCommit(tx_, {.revision = stamp_.revision,
                               .kind = rows::CommitRecord::Kind::kClaims,
                               .at = stamp_.at,
                               .actor = "",
                               .request_id = "",
                               .items = recorded_});
}

}  // namespace concordat
