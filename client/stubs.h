// What a client calls; of its own sources only.
#ifndef CONCORDAT_CLIENT_STUBS_H_
#define CONCORDAT_CLIENT_STUBS_H_

#include <grpcpp/channel.h>

#include <memory>

#include "client/client.h"
#include "concordat/v1/access.grpc.pb.h"
#include "concordat/v1/admin.grpc.pb.h"
#include "concordat/v1/answers.grpc.pb.h"
#include "concordat/v1/audits.grpc.pb.h"
#include "concordat/v1/claims.grpc.pb.h"
#include "concordat/v1/findings.grpc.pb.h"
#include "concordat/v1/history.grpc.pb.h"
#include "concordat/v1/identity.grpc.pb.h"
#include "concordat/v1/knowledge.grpc.pb.h"
#include "concordat/v1/privacy.grpc.pb.h"
#include "concordat/v1/probes.grpc.pb.h"
#include "concordat/v1/reconciliation.grpc.pb.h"
#include "concordat/v1/reliability.grpc.pb.h"
#include "concordat/v1/scorecards.grpc.pb.h"
#include "concordat/v1/server.grpc.pb.h"
#include "concordat/v1/values.grpc.pb.h"
#include "concordat/v1/vocabulary.grpc.pb.h"
#include "concordat/v1/watch.grpc.pb.h"
#include "concordat/v1/whatif.grpc.pb.h"

namespace concordat::client {

struct Client::Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel)
      : server(channel),
        access(channel),
        vocabulary(channel),
        knowledge(channel),
        claims(channel),
        answers(channel),
        audits(channel),
        probes(channel),
        reconciliation(channel),
        reliability(channel),
        scorecards(channel),
        findings(channel),
        privacy(channel),
        values(channel),
        watch(channel),
        what_if(channel),
        admin(channel),
        history(channel),
        identity(channel) {}

  v1::ServerService::Stub server;
  v1::AccessService::Stub access;
  v1::VocabularyService::Stub vocabulary;
  v1::KnowledgeService::Stub knowledge;
  v1::ClaimService::Stub claims;
  v1::AnswerService::Stub answers;
  v1::AuditService::Stub audits;
  v1::ProbeService::Stub probes;
  v1::ReconciliationService::Stub reconciliation;
  v1::ReliabilityService::Stub reliability;
  v1::ScorecardService::Stub scorecards;
  v1::FindingService::Stub findings;
  v1::PrivacyService::Stub privacy;
  v1::ValueService::Stub values;
  v1::WatchService::Stub watch;
  v1::WhatIfService::Stub what_if;
  v1::AdminService::Stub admin;
  v1::HistoryService::Stub history;
  v1::IdentityService::Stub identity;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_STUBS_H_
