// The `concordat` command line.
#include "client/cli/app.h"

int main(int argc, char** argv) {
  concordat::client::App app;
  concordat::client::AddServerCommands(app);
  concordat::client::AddVocabularyCommands(app);
  concordat::client::AddBacktestCommand(app);
  concordat::client::AddEntityCommands(app);
  concordat::client::AddNeighbourCommands(app);
  concordat::client::AddTimelineCommands(app);
  concordat::client::AddWhyCommand(app);
  concordat::client::AddImportCommands(app);
  concordat::client::AddExportCommands(app);
  concordat::client::AddEndCommands(app);
  concordat::client::AddCheckCommand(app);
  concordat::client::AddAnswerCommands(app);
  concordat::client::AddAuditCommands(app);
  concordat::client::AddAuditCauseCommands(app);
  concordat::client::AddAuditDiffCommand(app);
  concordat::client::AddAuditFindingCommands(app);
  concordat::client::AddProbeCommands(app);
  concordat::client::AddAuditReportCommand(app);
  concordat::client::AddReliabilityCommands(app);
  concordat::client::AddScorecardCommands(app);
  concordat::client::AddFindingCommands(app);
  concordat::client::AddFindingUpdateCommands(app);
  concordat::client::AddNotifyCommand(app);
  concordat::client::AddDigestCommand(app);
  concordat::client::AddCounterfactualCommand(app);
  concordat::client::AddMuteCommands(app);
  concordat::client::AddUnconfirmedCommand(app);
  concordat::client::AddPrivacyCommands(app);
  concordat::client::AddArchiveCommands(app);
  concordat::client::AddBackupCommands(app);
  concordat::client::AddHistoryCommands(app);
  concordat::client::AddIdentityCommands(app);
  concordat::client::AddValueCommands(app);
  concordat::client::AddPairFileCommand(app);
  concordat::client::AddSimulateCommands(app);
  concordat::client::AddWatchCommands(app);
  concordat::client::AddAccessCommands(app);
  concordat::client::AddContextCommands(app);
  concordat::client::AddCompletionCommand(app);
  return app.Run(argc, argv);
}
