// Every limit of the service, in one place. Exceeding one is an error that
// names the limit and both numbers (errors::LimitExceeded). The server reports
// them in GetServerInfo.
#ifndef CONCORDAT_GRAPH_LIMITS_H_
#define CONCORDAT_GRAPH_LIMITS_H_

#include <cstdint>

namespace concordat::limits {

// Bytes of a name: entity type, attribute, relation, channel, source.
inline constexpr int64_t kNameBytesMax = 64;
// Bytes of an entity id, of a channel's own id, of a claim or request id.
inline constexpr int64_t kIdBytesMax = 256;
// Bytes of a value as written.
inline constexpr int64_t kValueBytesMax = 4096;
// Bytes of an actor or of a reason.
inline constexpr int64_t kReasonBytesMax = 512;
// Members of a set-valued attribute.
inline constexpr int64_t kSetMembersMax = 256;
// Changes in one atomic write.
inline constexpr int64_t kChangesPerWriteMax = 1000;
// Preconditions of one write.
inline constexpr int64_t kPreconditionsPerWriteMax = 100;
// Claims in one batch.
inline constexpr int64_t kClaimsPerBatchMax = 1000;
// Labels of one claim, and bytes of a label's name and value.
inline constexpr int64_t kLabelsPerClaimMax = 16;
inline constexpr int64_t kLabelBytesMax = 128;
// Rows of a page.
inline constexpr int64_t kPageSizeMax = 1000;
inline constexpr int64_t kPageSizeDefault = 100;
// Values of one field of a filter, of a watch or of a list.
inline constexpr int64_t kFilterValuesMax = 1000;
// Bytes of a vocabulary file.
inline constexpr int64_t kVocabularyBytesMax = 1 << 20;
// Channel x attribute pairs in all contracts of a vocabulary, each counted
// once more for every word that its writing lists.
inline constexpr int64_t kContractTermsMax = 1'000'000;
// Recorded facts of one entity that a read or a judgement will look at.
inline constexpr int64_t kFactsPerEntityMax = 100'000;
// Entities that one value of an identifying attribute may name before the
// value counts as generic and identifies nobody.
inline constexpr int64_t kEntitiesPerIdentifierMax = 16;
// Ids that name one entity, after merges.
inline constexpr int64_t kClusterMembersMax = 100;
// Rows of relations that are read, and steps from relation to relation that are
// made, to check that what one write says of relations keeps to their types'
// cardinality and acyclicity.
inline constexpr int64_t kRelationCheckRowsMax = 100'000;
inline constexpr int64_t kRelationCheckStepsMax = 1'000'000;
// Rows that are looked at to check one write's preconditions, to find what its
// ends end, and which ids the ends of its relations are merged with.
inline constexpr int64_t kWriteCheckRowsMax = 1'000'000;
// Rows that one page of a list looks at, most of which may not be wanted: then
// the page ends before it is full.
inline constexpr int64_t kListRowsMax = 100'000;
// What one walk through relations may do (graph/walk.h): entities it starts
// from, steps away from them, edges followed from one entity, rows of relations
// read in all, entities given.
inline constexpr int64_t kWalkStartsMax = 100;
inline constexpr int64_t kWalkDepthMax = 10;
inline constexpr int64_t kWalkFanOutMax = 1000;
inline constexpr int64_t kWalkWorkMax = 100'000;
inline constexpr int64_t kWalkResultsMax = 10'000;
inline constexpr int64_t kWalkResultsDefault = 1000;
// Steps, types and attributes that the request of a walk names, of each.
inline constexpr int64_t kWalkNamesMax = 100;
// Shortest paths that are given.
inline constexpr int64_t kPathsMax = 100;
inline constexpr int64_t kPathsDefault = 10;
// Rules of a vocabulary; of one expression or message of a rule its bytes, the
// nodes of its tree and their depth.
inline constexpr int64_t kRulesMax = 200;
inline constexpr int64_t kRuleExpressionBytesMax = 2048;
inline constexpr int64_t kRuleNodesMax = 256;
inline constexpr int64_t kRuleDepthMax = 48;
// Relations that a rule follows one after the other.
inline constexpr int64_t kRuleHopsMax = 3;
// What one evaluation of a rule may do: related entities it looks at, and steps
// that it makes; past them it is undecided.
inline constexpr int64_t kRuleRelatedMax = 1000;
inline constexpr int64_t kRuleStepsMax = 100'000;
// Entities that one change may have a rule checked again for, one by one, and
// that are looked at to find them.
inline constexpr int64_t kRuleAffectedMax = 10'000;
// Bytes of one gRPC message.
inline constexpr int64_t kMessageBytesMax = 4 << 20;
// Commits in one message of an imported history.
inline constexpr int64_t kCommitsPerImportMax = 10'000;
// Backups and logs that are sent at a time, each of which holds a state of the
// store.
inline constexpr int64_t kByteStreamsMax = 4;
// Rows that one step of a compaction looks at; writes go on between steps.
inline constexpr int64_t kCompactionRowsMax = 2000;
// Write requests that wait for the committer before callers are told to retry.
inline constexpr int64_t kQueuedWritesMax = 1024;
// How many recent claim ids are remembered to recognise retries.
inline constexpr int64_t kRecentClaimIdsMax = 1 << 22;
// Watches that are open at a time, and snapshots that they read at a time, each
// of which holds a state of the store.
inline constexpr int64_t kWatchersMax = 4096;
inline constexpr int64_t kWatchSnapshotsMax = 16;
// Seconds that a watch may take to read its snapshot.
inline constexpr int64_t kWatchSnapshotSecondsMax = 60;
// The shortest progress interval of a watch.
inline constexpr int64_t kWatchProgressMillisecondsMin = 100;
// Bytes of recent commits that watches share in memory.
inline constexpr int64_t kWatchTailBytesMax = 16 << 20;
// Mutes in force, each of which every finding that is listed is held against.
inline constexpr int64_t kMutesMax = 1000;
// Bytes of the values that the scope of a mute names, together.
inline constexpr int64_t kMuteScopeBytesMax = 2048;
// Audits that run, or wait for rows, at a time: each of rows holds a few
// mebibytes of them.
inline constexpr int64_t kAuditsRunningMax = 4;
// Claims in one message of an audit.
inline constexpr int64_t kAuditClaimsPerMessageMax = 10'000;
// Bytes of who asks for an audit, and of what it is for.
inline constexpr int64_t kAuditActorBytesMax = 256;
inline constexpr int64_t kAuditDescriptionBytesMax = 512;
// Channels that have a probe. Of one of them: subjects of one call, calls that
// go on at a time, calls that wait; claims about one subject, and its own ids;
// bytes of a question and of the words of an answer.
inline constexpr int64_t kProbesMax = 100;
inline constexpr int64_t kProbeSubjectsMax = 1000;
inline constexpr int64_t kProbeConcurrentMax = 64;
inline constexpr int64_t kProbeQueuedMax = 1024;
inline constexpr int64_t kProbeClaimsPerSubjectMax = 1000;
inline constexpr int64_t kProbeOwnIdsMax = 16;
inline constexpr int64_t kProbeQuestionBytesMax = 1000;
inline constexpr int64_t kProbeSpokenBytesMax = 4096;
// Questions of a mystery shopper that go on at a time.
inline constexpr int64_t kProbeAsksMax = 64;
// Entities of a sample, and its strata.
inline constexpr int64_t kSampledEntitiesMax = 1'000'000;
inline constexpr int64_t kSampleStrataMax = 100;
// Symbols by which two parties find where their sets differ: enough for some
// 900,000 items that only one of them has (consistency/reconciliation).
inline constexpr int64_t kReconciliationSymbolsMax = 1 << 20;
// Of these as many as one differential audit takes, and symbols and items in
// one of its messages.
inline constexpr int64_t kDifferentialSymbolsMax = 1 << 18;
inline constexpr int64_t kDifferentialSymbolsPerMessageMax = 1 << 16;
inline constexpr int64_t kDifferentialItemsPerMessageMax = 10'000;
// Bytes of a comment on a finding.
inline constexpr int64_t kCommentBytesMax = 2048;
// Named cursors.
inline constexpr int64_t kCursorsMax = 1000;
// What reliability is learned from (consistency/fusion): channels, attributes,
// items, reports in all; and different values of one item.
inline constexpr int64_t kFusionChannelsMax = 512;
inline constexpr int64_t kFusionAttributesMax = 1024;
inline constexpr int64_t kFusionItemsMax = 4'000'000;
inline constexpr int64_t kFusionReportsMax = 20'000'000;
inline constexpr int64_t kFusionValuesPerItemMax = 64;
// What causes are sought over (consistency/causes): dimensions; of one of them
// its values, and the levels at which they are parts of each other.
inline constexpr int64_t kCauseDimensionsMax = 16;
inline constexpr int64_t kCauseValuesMax = 1'000'000;
inline constexpr int64_t kCauseLevelsMax = 8;
// Different combinations of values, and observations in all; of findings and of
// agreements each.
inline constexpr int64_t kCauseTuplesMax = 8'000'000;
inline constexpr int64_t kCauseObservationsMax = int64_t{1} << 48;
// Causes that one run finds, that are kept from run to run, and conditions of
// one of them.
inline constexpr int64_t kCausesMax = 64;
inline constexpr int64_t kCauseRecordsMax = 1024;
inline constexpr int64_t kCauseConditionsMax = 4;
// Rows of one scorecard.
inline constexpr int64_t kScorecardRowsMax = 10'000;
// Years that a time may name.
inline constexpr int kYearMin = 1;
inline constexpr int kYearMax = 9999;

// Grants of a vocabulary: a bit each (consistency/access/entitlement.h), and
// some are left for the defaults of roles.
inline constexpr int64_t kGrantsMax = 56;
// Purposes of a vocabulary.
inline constexpr int64_t kPurposesMax = 100;

}  // namespace concordat::limits

#endif  // CONCORDAT_GRAPH_LIMITS_H_
