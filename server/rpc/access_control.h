// Who may call what, and what of an answer is for him: asked before each call,
// and of each message that leaves.
#ifndef CONCORDAT_SERVER_RPC_ACCESS_CONTROL_H_
#define CONCORDAT_SERVER_RPC_ACCESS_CONTROL_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "concordat/v1/knowledge.pb.h"
#include "consistency/access/entitlement.h"
#include "google/protobuf/message.h"
#include "graph/clock.h"
#include "graph/mutex.h"
#include "graph/store.h"
#include "server/access/access_log.h"
#include "server/access/authenticator.h"
#include "server/access/discloser.h"
#include "server/access/disclosure_plan.h"
#include "server/access/quotas.h"
#include "server/memory_gauge.h"
#include "server/rpc/served_call.h"
#include "server/vocabulary_registry.h"

namespace concordat {

// What a caller gets to see under one vocabulary, which it keeps. Immutable.
class AccessView {
 public:
  AccessView(std::shared_ptr<const Vocabulary> vocabulary, const Asker& asker)
      : vocabulary_(std::move(vocabulary)), entitlement_(*vocabulary_, asker) {}

  const Vocabulary& vocabulary() const { return *vocabulary_; }
  const Entitlement& entitlement() const { return entitlement_; }

 private:
  const std::shared_ptr<const Vocabulary> vocabulary_;
  const Entitlement entitlement_;
};

// Thread-safe.
class AccessControl {
 public:
  // All must outlive this.
  struct Surroundings {
    const Authenticator* authenticator;
    Quotas* quotas;
    const MemoryGauge* memory;
    AccessLog* log;
    Store* store;
    const VocabularyRegistry* vocabularies;
    const Clock* clock;
  };

  explicit AccessControl(const Surroundings& with);

  // Before the first call: what hashes that stand for values are made with.
  void Start(std::string hash_key);

  // A call begins: finds out whose it is and whether he may make it.
  void Begin(absl::string_view path, ServedCall& call) const;
  // Whether that is still so: a stream may outlive a token, or a caller's being
  // known. Errors: UNAUTHENTICATED.
  absl::Status StillAdmitted(const ServedCall& call) const;
  // The caller does not see everything.
  bool SeesPart(const ServedCall& call) const;

  // Whether what the request is about is the caller's matter. Reads the store
  // where that depends on the entity. Errors: CheckRequest's.
  absl::Status Check(const ServedCall& call,
                     const google::protobuf::Message& request) const;

  // The caller sends so many claims or changes. Errors: QUOTA_EXCEEDED.
  absl::Status Spend(const Call& call, int64_t items) const;
  // Errors: WITHHELD at `field` where the caller does not see everything.
  absl::Status CheckSeesAll(const ServedCall& call,
                            absl::string_view field) const;

  // Whether responses of the call need to be cut, or noted: not those of who
  // has the server in his own process, or has it for development.
  bool Concerns(const ServedCall& call) const;
  // Cuts a response and gives what is left of personal attributes in it.
  // Errors: Discloser::Cut's.
  absl::StatusOr<ShownAttributes> Cut(
      const ServedCall& call, google::protobuf::Message& response) const;

  // The personal attributes that a write changes; of nobody to be held to
  // account for it, none.
  ShownAttributes PersonalIn(const ServedCall& call,
                             const v1::WriteKnowledgeRequest& request) const;
  // Notes an access; `done` is called once that is durable.
  void Note(const ServedCall& call, const ShownAttributes& attributes,
            bool changed, std::string revision,
            std::function<void(absl::Status)> done) const;

  const AccessLog& log() const { return *with_.log; }
  const Authenticator& authenticator() const { return *with_.authenticator; }
  Quotas& quotas() const { return *with_.quotas; }

 private:
  // One set of grants and what it is of.
  using ViewKey = std::tuple<uint64_t, std::string, std::string, std::string>;

  absl::Status Admit(absl::string_view path, ServedCall& call) const;
  absl::StatusOr<std::shared_ptr<const Caller>> CallerOf(
      const ServedCall& call) const;
  std::shared_ptr<const AccessView> ViewOf(const Asker& asker) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  template <typename Work>
  absl::Status WithSurroundings(const ServedCall& call, const Work& work) const;

  const Surroundings with_;
  const DisclosurePlans plans_;
  // By the path of a call.
  absl::flat_hash_map<std::string, ServedMethod> methods_;
  Discloser::Hash hash_;
  mutable Mutex mutex_;
  mutable std::map<ViewKey, std::shared_ptr<const AccessView>> views_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_ACCESS_CONTROL_H_
