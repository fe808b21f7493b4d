#include "consistency/finding_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/key.h"
#include "graph/personal.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat::rows {
namespace {

// First byte of every record: the version of its layout. Findings: 2 has the
// explanation as a personal value, 3 what people do to them and how harmful
// they are, 4 what other channels say, 5 what reached the customer.
constexpr uint64_t kFindingLayout = 5;
// Events: 2 has what people write.
constexpr uint64_t kEventLayout = 2;
// What findings are found by: 2 has ranks by harm, and findings_of.
constexpr uint64_t kIndexes = 2;
constexpr char kIndexesName[] = "finding_indexes";
// Of a share of harm, which has four digits.
constexpr double kSharesOfOne = 1e4;
constexpr size_t kRowsAtOnce = 1000;

absl::Status NewerLayout() {
  return errors::StorageVersion(
      "a record has a layout of a newer version; start that version");
}

absl::Status CheckLayout(uint64_t layout, uint64_t newest) {
  return layout >= 1 && layout <= newest ? absl::OkStatus() : NewerLayout();
}

std::string RankKey(const Finding& finding) {
  return RankOf(finding) + finding.id;
}

std::string OfKey(const Finding& finding) {
  return KeyWriter().Entity(finding.subject.entity).Take() + finding.id;
}

std::string DueKey(const Finding& finding) {
  return KeyWriter().Time(finding.confirm_at).Take() + finding.id;
}

void EncodeHarm(const Harm& harm, Encoder& out) {
  out.Unsigned(harm.parts.size());
  for (const HarmPart& part : harm.parts) {
    out.Unsigned(static_cast<uint64_t>(part.term));
    out.Unsigned(static_cast<uint64_t>(part.weight));
    out.Unsigned(static_cast<uint64_t>(std::lround(part.share * kSharesOfOne)));
  }
  out.Time(harm.as_of);
  out.Signed(harm.half_life == absl::InfiniteDuration()
                 ? 0
                 : absl::ToInt64Seconds(harm.half_life));
}

Harm DecodeHarm(Decoder& in) {
  std::vector<HarmPart> parts(std::min<uint64_t>(in.Unsigned(), kHarmTerms));
  for (HarmPart& part : parts) {
    part.term = static_cast<HarmTerm>(in.Unsigned());
    part.weight = static_cast<double>(in.Unsigned());
    part.share = static_cast<double>(in.Unsigned()) / kSharesOfOne;
  }
  const absl::Time as_of = in.Time();
  const int64_t seconds = in.Signed();
  return MakeHarm(
      std::move(parts), as_of,
      seconds <= 0 ? absl::InfiniteDuration() : absl::Seconds(seconds));
}

void DecodeLife(uint64_t layout, RowDecoder& in, Finding& finding) {
  finding.settled_until = in.Time();
  if (layout < 3) {
    finding.confirmed = true;
    finding.harm = MakeHarm({}, finding.last_said_at, HarmRules().half_life);
    return;
  }
  finding.confirm_at = in.Time();
  finding.confirmed = in.Bool();
  finding.vindicated = in.Bool();
  finding.assignee = in.String();
  finding.harm = DecodeHarm(in);
}

absl::StatusOr<Finding> ParseFinding(absl::string_view id,
                                     absl::string_view value) {
  RowDecoder in(value);
  const uint64_t layout = in.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(layout, kFindingLayout));
  Finding finding;
  finding.id = std::string(id);
  finding.subject.entity.type = in.String();
  finding.subject.entity.id = in.String();
  finding.subject.attribute = in.String();
  finding.subject.channel = in.String();
  finding.subject.family = static_cast<FindingFamily>(in.Unsigned());
  finding.state = static_cast<FindingState>(in.Unsigned());
  finding.verdict = static_cast<Verdict>(in.Unsigned());
  finding.exposure = static_cast<Exposure>(in.Unsigned());
  finding.count = in.Signed();
  finding.first_said_at = in.Time();
  finding.last_said_at = in.Time();
  DecodeLife(layout, in, finding);
  finding.claim = DecodeClaim(in);
  finding.judged_at = Revision(in.Unsigned());
  finding.vocabulary_version = in.Unsigned();
  if (layout == 1) {
    finding.explanation = in.String();
  } else {
    StoredValue explanation = in.Value();
    finding.explanation = std::move(explanation.text).value_or("");
    finding.erased = explanation.erased;
  }
  finding.changed_at = Revision(in.Unsigned());
  finding.events = static_cast<uint32_t>(in.Unsigned());
  if (layout >= 4) {
    for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
      finding.others.push_back(DecodeClaim(in));
    }
  }
  if (layout >= 5 && in.Bool()) finding.told = DecodeClaim(in);
  CONCORDAT_RETURN_IF_ERROR(in.Finish("finding"));
  return finding;
}

std::string EncodeFinding(const Finding& finding) {
  const FindingSubject& subject = finding.subject;
  const std::string person = SubjectOf(subject.entity);
  RowEncoder out;
  out.Unsigned(kFindingLayout)
      .String(subject.entity.type)
      .String(subject.entity.id);
  out.String(subject.attribute).String(subject.channel);
  out.Unsigned(static_cast<uint64_t>(subject.family));
  out.Unsigned(static_cast<uint64_t>(finding.state));
  out.Unsigned(static_cast<uint64_t>(finding.verdict));
  out.Unsigned(static_cast<uint64_t>(finding.exposure));
  out.Signed(finding.count).Time(finding.first_said_at);
  out.Time(finding.last_said_at).Time(finding.settled_until);
  out.Time(finding.confirm_at).Bool(finding.confirmed);
  out.Bool(finding.vindicated).String(finding.assignee);
  EncodeHarm(finding.harm, out);
  EncodeClaim(finding.claim, person, out);
  out.Unsigned(finding.judged_at.number());
  out.Unsigned(finding.vocabulary_version);
  out.Value(person, finding.explanation, /*personal=*/true, finding.erased);
  out.Unsigned(finding.changed_at.number()).Unsigned(finding.events);
  out.Unsigned(finding.others.size());
  for (const Claim& other : finding.others) EncodeClaim(other, person, out);
  out.Bool(finding.told.has_value());
  if (finding.told.has_value()) EncodeClaim(*finding.told, person, out);
  return out.TakeRow();
}

absl::StatusOr<FindingEvent> ParseFindingEvent(absl::string_view value) {
  RowDecoder in(value);
  const uint64_t layout = in.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(CheckLayout(layout, kEventLayout));
  FindingEvent event;
  event.state = static_cast<FindingState>(in.Unsigned());
  event.verdict = static_cast<Verdict>(in.Unsigned());
  event.at = in.Time();
  event.actor = in.String();
  event.revision = Revision(in.Unsigned());
  if (layout >= 2) {
    event.vindicated = in.Bool();
    event.assignee = in.OptionalString();
    StoredValue comment = in.Value();
    event.comment = std::move(comment.text).value_or("");
    event.erased = comment.erased;
  }
  CONCORDAT_RETURN_IF_ERROR(in.Finish("finding event"));
  return event;
}

// A row that is empty and only there to be found.
absl::Status Move(Transaction& tx, Space space, const std::string& before,
                  const std::string& now) {
  if (before == now) return absl::OkStatus();
  if (!before.empty()) CONCORDAT_RETURN_IF_ERROR(tx.Delete(space, before));
  return now.empty() ? absl::OkStatus() : tx.Put(space, now, "");
}

std::string DueKeyIfObserved(const Finding& finding) {
  return finding.state == FindingState::kObserved ? DueKey(finding) : "";
}

// The ids that end the keys of a space, from `begin` to `end`.
absl::StatusOr<std::vector<std::string>> IdsOf(const Reader& reader,
                                               Space space,
                                               const std::string& begin,
                                               const std::string& end,
                                               size_t skipped, size_t limit) {
  std::vector<std::string> ids;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      space, begin, end, [&](absl::string_view key, absl::string_view) {
        if (ids.size() == limit) return false;
        ids.emplace_back(key.substr(std::min(skipped, key.size())));
        return true;
      }));
  return ids;
}

// Deletes some of the rows of a space; gives whether there are more.
absl::StatusOr<bool> DeleteSome(Transaction& tx, Space space) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                             IdsOf(tx, space, "", "", 0, kRowsAtOnce));
  for (const std::string& key : keys) {
    CONCORDAT_RETURN_IF_ERROR(tx.Delete(space, key));
  }
  return keys.size() == kRowsAtOnce;
}

// Puts some of the findings anew, from the id `begin` on; gives where to go on,
// empty at the end.
absl::StatusOr<std::string> IndexSome(Transaction& tx,
                                      const std::string& begin) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                             IdsOf(tx, kFindings, begin, "", 0, kRowsAtOnce));
  for (const std::string& id : ids) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                               GetFinding(tx, id));
    if (!finding.has_value()) continue;
    CONCORDAT_RETURN_IF_ERROR(PutFinding(tx, *finding, std::nullopt));
  }
  return ids.size() == kRowsAtOnce ? ids.back() + '\0' : std::string();
}

absl::StatusOr<bool> HasIndexes(Store& store) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store.Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader->Get(kMeta, kIndexesName));
  return row.has_value() && Decoder(*row).Unsigned() >= kIndexes;
}

}  // namespace

absl::StatusOr<std::optional<Finding>> GetFinding(const Reader& reader,
                                                  absl::string_view id) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(kFindings, id));
  if (!row.has_value()) return std::nullopt;
  return ParseFinding(id, *row);
}

absl::Status PutFinding(Transaction& tx, const Finding& finding,
                        const std::optional<Finding>& before) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyFinding));
  CONCORDAT_RETURN_IF_ERROR(
      tx.Put(kFindings, finding.id, EncodeFinding(finding)));
  if (!before.has_value()) {
    CONCORDAT_RETURN_IF_ERROR(tx.Put(kFindingsOf, OfKey(finding), ""));
  }
  CONCORDAT_RETURN_IF_ERROR(
      Move(tx, kFindingDue, before.has_value() ? DueKeyIfObserved(*before) : "",
           DueKeyIfObserved(finding)));
  return Move(tx, kFindingRanks, before.has_value() ? RankKey(*before) : "",
              RankKey(finding));
}

absl::StatusOr<std::vector<std::string>> FindingsOf(const Reader& reader,
                                                    const EntityId& entity) {
  const std::string prefix = KeyWriter().Entity(entity).Take();
  return IdsOf(reader, kFindingsOf, prefix, PrefixEnd(prefix), prefix.size(),
               SIZE_MAX);
}

absl::StatusOr<std::vector<std::string>> DueFindings(const Reader& reader,
                                                     absl::Time now,
                                                     size_t limit) {
  const std::string last = KeyWriter().Time(now).Take();
  return IdsOf(reader, kFindingDue, "", PrefixEnd(last), last.size(), limit);
}

absl::StatusOr<absl::Time> NextDueFinding(const Reader& reader) {
  absl::Time next = absl::InfiniteFuture();
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      kFindingDue, "", "", [&](absl::string_view key, absl::string_view) {
        next = KeyReader(key).Time();
        return false;
      }));
  return next;
}

absl::Status EnsureFindingIndexes(Store& store) {
  CONCORDAT_ASSIGN_OR_RETURN(const bool done, HasIndexes(store));
  if (done) return absl::OkStatus();
  for (const Space space : {kFindingRanks, kFindingsOf, kFindingDue}) {
    bool more = true;
    while (more) {
      const absl::Status deleted = store.Write([&](Transaction& tx) {
        CONCORDAT_ASSIGN_OR_RETURN(more, DeleteSome(tx, space));
        return absl::OkStatus();
      });
      CONCORDAT_RETURN_IF_ERROR(deleted);
    }
  }
  std::string begin;
  do {
    const absl::Status indexed = store.Write([&](Transaction& tx) {
      CONCORDAT_ASSIGN_OR_RETURN(begin, IndexSome(tx, begin));
      return absl::OkStatus();
    });
    CONCORDAT_RETURN_IF_ERROR(indexed);
  } while (!begin.empty());
  return store.Write([](Transaction& tx) {
    return tx.Put(kMeta, kIndexesName, Encoder().Unsigned(kIndexes).bytes());
  });
}

absl::Status PutFindingEvent(Transaction& tx, const Finding& finding,
                             const FindingEvent& event) {
  RowEncoder out;
  out.Unsigned(kEventLayout).Unsigned(static_cast<uint64_t>(event.state));
  out.Unsigned(static_cast<uint64_t>(event.verdict)).Time(event.at);
  out.String(event.actor).Unsigned(event.revision.number());
  out.Bool(event.vindicated).OptionalString(event.assignee);
  const bool comments = event.erased || !event.comment.empty();
  out.Value(
      SubjectOf(finding.subject.entity),
      comments ? std::optional<absl::string_view>(event.comment) : std::nullopt,
      /*personal=*/true, event.erased);
  CONCORDAT_RETURN_IF_ERROR(
      tx.Put(kFindingEvents,
             KeyWriter().String(finding.id).Short(finding.events).bytes(),
             out.TakeRow()));
  return tx.Put(kFindingLog,
                KeyWriter()
                    .At(event.revision)
                    .String(finding.id)
                    .Short(finding.events)
                    .bytes(),
                "");
}

absl::StatusOr<LoggedFindingEvent> ParseFindingLogKey(absl::string_view key) {
  KeyReader keys(key);
  keys.At();
  LoggedFindingEvent event{keys.String(), keys.Short()};
  if (keys.ok() && keys.rest().empty()) return event;
  return errors::StorageCorrupt("a key of the finding log has the wrong shape");
}

absl::StatusOr<FindingEvent> GetFindingEvent(const Reader& reader,
                                             const LoggedFindingEvent& logged) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<std::string> row,
      reader.Get(
          kFindingEvents,
          KeyWriter().String(logged.finding_id).Short(logged.number).bytes()));
  if (!row.has_value()) {
    return errors::StorageCorrupt("the finding log names an event that is not");
  }
  return ParseFindingEvent(*row);
}

absl::StatusOr<std::vector<FindingEvent>> GetFindingEvents(
    const Reader& reader, absl::string_view id) {
  std::vector<FindingEvent> events;
  absl::Status problem;
  const std::string prefix = KeyWriter().String(id).Take();
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      kFindingEvents, prefix, PrefixEnd(prefix),
      [&](absl::string_view, absl::string_view value) {
        absl::StatusOr<FindingEvent> event = ParseFindingEvent(value);
        problem = event.status();
        if (event.ok()) events.push_back(*std::move(event));
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return events;
}

}  // namespace concordat::rows
