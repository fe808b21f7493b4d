#include "server/convert/watch.h"

#include <utility>

#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/convert/findings.h"
#include "server/convert/knowledge.h"
#include "server/convert/wire_format.h"

namespace concordat::convert {
namespace {

static_assert(static_cast<int>(WatchContent::kSnapshot) ==
              static_cast<int>(v1::WATCH_CONTENT_SNAPSHOT));
static_assert(static_cast<int>(WatchContent::kBookmark) ==
              static_cast<int>(v1::WATCH_CONTENT_BOOKMARK));

void ChangeToWire(const Change& change, uint32_t ordinal,
                  const TokenMint& tokens, v1::WatchEvent* wire) {
  wire->set_ordinal(ordinal);
  ToWire(change, tokens, wire->mutable_change());
}

void SubjectToWire(const std::string& id, const FindingSubject& subject,
                   v1::WatchedFinding* wire) {
  wire->set_id(id);
  if (subject.attribute.empty()) return;
  ToWire(subject.entity, wire->mutable_entity());
  AboutToWire(subject, wire);
}

}  // namespace

std::string EventBytes(const Change& change, uint32_t ordinal,
                       const TokenMint& tokens) {
  v1::WatchEvent wire;
  ChangeToWire(change, ordinal, tokens, &wire);
  return wire.SerializeAsString();
}

std::string EventBytes(const rows::JudgedClaim& judged, uint32_t ordinal,
                       const TokenMint&) {
  v1::WatchEvent wire;
  wire.set_ordinal(ordinal);
  v1::WatchedClaim* claim = wire.mutable_claim();
  ToWire(judged.claim, claim->mutable_claim());
  // A build before did not record it.
  const std::optional<EntityId>& entity =
      judged.attribute.empty() ? judged.claim.entity : judged.about;
  if (entity.has_value()) ToWire(*entity, claim->mutable_entity());
  claim->set_attribute(judged.attribute.empty() ? judged.claim.attribute
                                                : judged.attribute);
  ToWire(judged.claim.received_at, claim->mutable_received_at());
  claim->set_verdict(static_cast<v1::Verdict>(judged.verdict));
  if (judged.further.has_value()) {
    claim->set_further_verdict(static_cast<v1::Verdict>(*judged.further));
  }
  return wire.SerializeAsString();
}

std::string EventBytes(const FindingChange& finding, uint32_t ordinal,
                       const TokenMint& tokens) {
  v1::WatchEvent wire;
  wire.set_ordinal(ordinal);
  v1::WatchedFinding* change = wire.mutable_finding();
  SubjectToWire(finding.id, finding.subject, change);
  change->set_state(static_cast<v1::FindingState>(finding.event.state));
  change->set_verdict(static_cast<v1::Verdict>(finding.event.verdict));
  ToWire(finding.event.at, change->mutable_at());
  change->set_actor(finding.event.actor);
  change->set_revision(tokens.RevisionToken(finding.event.revision));
  if (finding.previous_state.has_value()) {
    change->set_previous_state(
        static_cast<v1::FindingState>(*finding.previous_state));
  }
  return wire.SerializeAsString();
}

std::string RowBytes(const Change& change, const TokenMint& tokens) {
  v1::WatchEvent wire;
  ChangeToWire(change, 0, tokens, &wire);
  return wire.SerializeAsString();
}

std::string RowBytes(const HeldClaim& held) {
  v1::WatchEvent wire;
  v1::WatchedClaim* claim = wire.mutable_claim();
  ToWire(held.judged.claim, claim->mutable_claim());
  ToWire(held.entity(), claim->mutable_entity());
  claim->set_attribute(held.attribute());
  ToWire(held.judged.claim.received_at, claim->mutable_received_at());
  claim->set_verdict(static_cast<v1::Verdict>(held.judged.verdict));
  if (held.judged.further.has_value()) {
    claim->set_further_verdict(static_cast<v1::Verdict>(*held.judged.further));
  }
  return wire.SerializeAsString();
}

std::string RowBytes(const Finding& finding, const TokenMint& tokens) {
  v1::WatchEvent wire;
  v1::WatchedFinding* row = wire.mutable_finding();
  SubjectToWire(finding.id, finding.subject, row);
  row->set_state(static_cast<v1::FindingState>(finding.state));
  row->set_verdict(static_cast<v1::Verdict>(finding.verdict));
  row->set_revision(tokens.RevisionToken(finding.changed_at));
  return wire.SerializeAsString();
}

std::string CommitBytes(const rows::CommitRecord& commit,
                        const TokenMint& tokens) {
  v1::WatchedCommit wire;
  wire.set_revision(tokens.RevisionToken(commit.revision));
  ToWire(commit.at, wire.mutable_recorded_at());
  wire.set_actor(commit.actor);
  wire.set_request_id(commit.request_id);
  return wire.SerializeAsString();
}

void WatchResponseWriter::AddCommit(absl::string_view commit,
                                    absl::Span<const absl::string_view> events,
                                    bool partial) {
  constexpr int kEvents = v1::WatchedCommit::kEventsFieldNumber;
  std::string flag;
  if (partial) {
    AppendNumber(v1::WatchedCommit::kPartialFieldNumber, 1, flag);
  }
  size_t size = commit.size() + flag.size();
  for (const absl::string_view event : events) {
    size += BytesSize(kEvents, event);
  }
  AppendVarint(TagOf(v1::WatchResponse::kCommitsFieldNumber, WireType::kBytes),
               bytes_);
  AppendVarint(size, bytes_);
  bytes_.append(commit.data(), commit.size());
  for (const absl::string_view event : events) {
    AppendBytes(kEvents, event, bytes_);
  }
  bytes_ += flag;
}

void WatchResponseWriter::AddRow(absl::string_view event) {
  AppendBytes(v1::WatchResponse::kSnapshotFieldNumber, event, bytes_);
}

std::string WatchResponseWriter::Take(absl::string_view revision_token,
                                      WatchContent content) {
  if (!revision_token.empty()) {
    AppendBytes(v1::WatchResponse::kRevisionFieldNumber, revision_token,
                bytes_);
  }
  AppendNumber(v1::WatchResponse::kContentFieldNumber,
               static_cast<uint64_t>(content), bytes_);
  return std::exchange(bytes_, std::string());
}

void ToWire(const Cursor& cursor, const TokenMint& tokens, v1::Cursor* wire) {
  wire->set_name(cursor.name);
  wire->set_revision(tokens.RevisionToken(cursor.revision));
  ToWire(cursor.updated_at, wire->mutable_updated_at());
}

}  // namespace concordat::convert
