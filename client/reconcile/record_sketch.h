// What a channel's backend keeps so that it can be audited by what differs:
//
//   auto terms = SketchTerms::Create(client->GetSketchTerms(...)->terms());
//   auto sketch = RecordSketch::Create(*terms);
//   sketch->Insert({.subject = "w-1", .attribute = "tier"}, "gold");
//   sketch->Update({.subject = "w-1", .attribute = "tier"}, "gold", "silver");
//
// and see differential_audit.h.
#ifndef CONCORDAT_CLIENT_RECONCILE_RECORD_SKETCH_H_
#define CONCORDAT_CLIENT_RECONCILE_RECORD_SKETCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "concordat/v1/claims.pb.h"
#include "concordat/v1/reconciliation.pb.h"
#include "consistency/audits/record_items.h"
#include "consistency/reconciliation/item.h"
#include "consistency/reconciliation/sketch.h"
#include "consistency/vocabulary.h"

namespace concordat::client {

using RecordItem = reconciliation::Item;
// About whom, by the type and id of an entity of the graph or by the channel's
// own id, and which attribute.
using RecordKey = audits::RecordKey;

// Whom a claim is about, as a key; the claim must outlive it.
RecordKey KeyOf(const v1::Claim& claim);

// What a channel makes its sketch with: the server's key and vocabulary. The
// key is a secret of the channel: who has it and can choose what records say
// can hide where they differ, so a hostile channel can spoil its own audits, as
// it can by telling what it does not hold; others' it cannot. Immutable;
// thread-safe.
class SketchTerms {
 public:
  // Errors: INVALID_ARGUMENT where they are not whole, or the vocabulary is one
  // that this build cannot read.
  static absl::StatusOr<std::shared_ptr<const SketchTerms>> Create(
      v1::SketchTerms wire);

  const v1::SketchTerms& wire() const { return wire_; }
  const std::string& forms() const { return wire_.forms(); }
  // Makes items under these terms; must not outlive them.
  audits::RecordItems MakeItems() const { return items_; }

 private:
  SketchTerms(v1::SketchTerms wire,
              std::shared_ptr<const Vocabulary> vocabulary,
              audits::RecordItems items);

  const v1::SketchTerms wire_;
  const std::shared_ptr<const Vocabulary> vocabulary_;
  const audits::RecordItems items_;
};

// A sketch of all records of a channel that have a value. It is told of each
// change, with what the record was before, for it holds none; each takes half a
// microsecond and what reading the value takes, whatever there are of them.
//
// There is at most one record for each subject and attribute. What a record
// says is put in as the channel writes it: other writings of the same, by the
// attribute's type and the channel's conventions in the vocabulary, are the
// same to it.
//
// Takes 16 bytes a symbol, and half a mebibyte. Thread-compatible. Copies are
// for an audit to work with while the records go on.
class RecordSketch {
 public:
  // Enough to find some 57,000 differences; one record that differs is mostly
  // two, one of each side.
  static constexpr size_t kSymbols = size_t{1} << 16;

  // Of no records. INVALID_ARGUMENT: more symbols than there may be (2^18).
  static absl::StatusOr<RecordSketch> Create(
      std::shared_ptr<const SketchTerms> terms, size_t symbols = kSymbols);

  // The record is not in it.
  void Insert(const RecordKey& key, absl::string_view value);
  // The record is in it, with this value, or one that is written otherwise.
  void Remove(const RecordKey& key, absl::string_view value);
  // Both.
  void Update(const RecordKey& key, absl::string_view before,
              absl::string_view after);

  // By which the server asks for it.
  RecordItem ItemOf(const RecordKey& key, absl::string_view value);

  int64_t records() const;
  // Whether most of them name entities of the graph, not own ids.
  bool names_entities() const { return naming_entities_ * 2 > records(); }
  const std::shared_ptr<const SketchTerms>& terms() const { return terms_; }
  const reconciliation::Sketch& symbols() const { return sketch_; }

  // To be kept over a restart, with the terms: nobody else may read it.
  std::string Serialize() const;
  // INVALID_ARGUMENT of anything but what Serialize gives.
  static absl::StatusOr<RecordSketch> Parse(absl::string_view bytes);

 private:
  RecordSketch(std::shared_ptr<const SketchTerms> terms,
               reconciliation::Sketch sketch);

  std::shared_ptr<const SketchTerms> terms_;
  audits::RecordItems items_;
  reconciliation::Sketch sketch_;
  int64_t naming_entities_ = 0;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_RECONCILE_RECORD_SKETCH_H_
