#include "consistency/rule_rows.h"

#include <optional>
#include <utility>

#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat::rows {
namespace {

std::string DuePrefix() { return KeyWriter().String("due").Take(); }

std::string DueKey(const RuleOf& rule, absl::Time due) {
  return KeyWriter()
      .String("due")
      .Time(due)
      .String(rule.rule)
      .Entity(rule.root)
      .Take();
}

std::string NextKey(const RuleOf& rule) {
  return KeyWriter().String("next").Entity(rule.root).String(rule.rule).Take();
}

}  // namespace

absl::Status PutRuleDue(Transaction& tx, const RuleOf& rule, absl::Time due) {
  const std::string next = NextKey(rule);
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             tx.Get(kRuleDue, next));
  if (row.has_value()) {
    Decoder in(*row);
    const absl::Time before = in.Time();
    CONCORDAT_RETURN_IF_ERROR(in.Finish("rule_due"));
    if (before == due) return absl::OkStatus();
    CONCORDAT_RETURN_IF_ERROR(tx.Delete(kRuleDue, DueKey(rule, before)));
  }
  if (due == absl::InfiniteFuture()) {
    return row.has_value() ? tx.Delete(kRuleDue, next) : absl::OkStatus();
  }
  CONCORDAT_RETURN_IF_ERROR(tx.Put(kRuleDue, DueKey(rule, due), ""));
  return tx.Put(kRuleDue, next, Encoder().Time(due).bytes());
}

absl::StatusOr<std::vector<RuleOf>> DueRules(const Reader& reader,
                                             absl::Time now, size_t limit) {
  std::vector<RuleOf> due;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      kRuleDue, DuePrefix(),
      PrefixEnd(KeyWriter().String("due").Time(now).bytes()),
      [&](absl::string_view key, absl::string_view) {
        if (due.size() == limit) return false;
        KeyReader in(key);
        in.View();
        in.Time();
        RuleOf& rule = due.emplace_back();
        rule.rule = in.String();
        rule.root = in.Entity();
        if (!in.ok() || !in.rest().empty()) {
          problem = errors::StorageCorrupt("a key of rule_due is no rule's");
        }
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return due;
}

absl::StatusOr<absl::Time> NextDueRule(const Reader& reader) {
  absl::Time next = absl::InfiniteFuture();
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(kRuleDue, DuePrefix(), PrefixEnd(DuePrefix()),
                  [&](absl::string_view key, absl::string_view) {
                    KeyReader in(key);
                    in.View();
                    next = in.Time();
                    return false;
                  }));
  return next;
}

}  // namespace concordat::rows
