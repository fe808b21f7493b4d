// Conditions on what an audit came to, for release gates.
#ifndef CONCORDAT_CLIENT_AUDIT_GATES_H_
#define CONCORDAT_CLIENT_AUDIT_GATES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "concordat/v1/audits.pb.h"

namespace concordat::client {

// One condition: `[CHANGE:]WHAT OP NUMBER[%]`, such as `contradicts>0`,
// `new:any>10`, `stale>=0.5%`, `new:contradicts>5%`.
//
// WHAT is a verdict in lower case; `any`: every verdict that is listed as a
// finding; `refused`: rows that could not be judged; `missing_entities`.
// Without CHANGE it counts rows, and a percentage is of all rows that were
// judged (of missing_entities: of all entities that should be there). With
// CHANGE (new, unchanged, updated, gone, reopened) it counts findings, and a
// percentage is of the findings that the baseline had.
class Gate {
 public:
  // Errors: INVALID_ARGUMENT with what would be right.
  static absl::StatusOr<Gate> Parse(absl::string_view text);

  // Whether it holds of an audit; a condition that was asked for should not.
  // `changes` are those since the baseline. A percentage of nothing is 0, or
  // infinitely many where there is something.
  bool Holds(const v1::AuditResult& result,
             const std::vector<v1::AuditChangeCount>& changes) const;
  // What it found: `new:contradicts>0: there are 12`.
  std::string Explain(const v1::AuditResult& result,
                      const std::vector<v1::AuditChangeCount>& changes) const;

  bool needs_baseline() const { return change_.has_value(); }
  const std::string& text() const { return text_; }

 private:
  enum class Op { kGreater, kAtLeast, kLess, kAtMost, kEqual };
  struct Measured {
    double count = 0;
    double whole = 0;
  };

  Measured Measure(const v1::AuditResult& result,
                   const std::vector<v1::AuditChangeCount>& changes) const;
  bool Wants(v1::Verdict verdict) const;

  std::string text_;
  std::optional<v1::AuditChange> change_;
  std::string what_;
  std::optional<v1::Verdict> verdict_;
  Op op_ = Op::kGreater;
  double limit_ = 0;
  bool is_percentage_ = false;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_AUDIT_GATES_H_
