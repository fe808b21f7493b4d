#include "tests/histories/score.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace concordat::histories {
namespace {

constexpr size_t kExamplesMax = 20;
constexpr const char* kNothing = "nothing";

// Of one finding, shown or not.
struct Case {
  std::vector<const Played*> played;
  std::set<Verdict> planted;
  const SeenFinding* seen = nullptr;

  std::set<Verdict> shown() const {
    return seen == nullptr ? std::set<Verdict>() : seen->shown;
  }
};

size_t Index(Verdict verdict) { return static_cast<size_t>(verdict); }

std::vector<Verdict> Without(const std::set<Verdict>& all,
                             const std::set<Verdict>& taken) {
  std::vector<Verdict> left;
  std::set_difference(all.begin(), all.end(), taken.begin(), taken.end(),
                      std::back_inserter(left));
  return left;
}

std::string NamesOf(const std::set<Verdict>& verdicts) {
  if (verdicts.empty()) return kNothing;
  return absl::StrJoin(verdicts, "+", [](std::string* out, Verdict verdict) {
    absl::StrAppend(out, VerdictName(verdict));
  });
}

std::string Describe(const Case& one) {
  const FindingSubject& subject = one.seen != nullptr
                                      ? one.seen->finding.subject
                                      : one.played.front()->subject;
  std::string text = absl::StrCat(
      subject.entity.id, " ", subject.attribute, " ", subject.channel, ": ",
      absl::StrJoin(one.played, ", ",
                    [](std::string* out, const Played* played) {
                      out->append(played->name);
                    }),
      "; planted ", NamesOf(one.planted), ", shown ", NamesOf(one.shown()));
  if (one.seen != nullptr) {
    absl::StrAppend(&text, "; ", one.seen->finding.explanation);
  }
  return text;
}

void Count(const Case& one, Score& score) {
  const std::set<Verdict> shown = one.shown();
  if (one.planted.empty() && shown.empty()) ++score.confusion[0][0];
  for (const Verdict kind : shown) {
    if (one.planted.count(kind) > 0)
      ++score.confusion[Index(kind)][Index(kind)];
  }
  const std::vector<Verdict> missed = Without(one.planted, shown);
  const std::vector<Verdict> unplanted = Without(shown, one.planted);
  for (size_t i = 0; i < std::max(missed.size(), unplanted.size()); ++i) {
    ++score.confusion[i < missed.size() ? Index(missed[i]) : 0]
                     [i < unplanted.size() ? Index(unplanted[i]) : 0];
  }
  if (one.planted.empty() && !shown.empty()) ++score.false_findings;
  for (const Played* played : one.played) {
    Score::Behaved& behaved = score.by_behaviour[played->name];
    ++behaved.played;
    if (played->kind.has_value() && shown.count(*played->kind) == 0) {
      ++behaved.missed;
    }
    if (!unplanted.empty()) ++behaved.unplanted;
  }
  const bool differs = !missed.empty() || !unplanted.empty();
  if (differs && score.examples.size() < kExamplesMax) {
    score.examples.push_back(Describe(one));
  }
}

std::string MatrixText(const Score& score) {
  std::vector<size_t> kinds = {0};
  for (size_t i = 1; i < kVerdictsMax; ++i) {
    for (size_t j = 0; j < kVerdictsMax; ++j) {
      if (score.confusion[i][j] == 0 && score.confusion[j][i] == 0) continue;
      kinds.push_back(i);
      break;
    }
  }
  const auto name = [](size_t kind) {
    return kind == 0 ? absl::string_view(kNothing)
                     : VerdictName(static_cast<Verdict>(kind));
  };
  std::string text = absl::StrFormat("%-14s", "planted\\shown");
  for (const size_t kind : kinds)
    absl::StrAppendFormat(&text, " %13s", name(kind));
  for (const size_t planted : kinds) {
    absl::StrAppendFormat(&text, "\n%-14s", name(planted));
    for (const size_t shown : kinds) {
      absl::StrAppendFormat(&text, " %13d", score.confusion[planted][shown]);
    }
  }
  return text;
}

}  // namespace

std::vector<Verdict> Score::Kinds() const {
  std::vector<Verdict> kinds;
  for (size_t i = 1; i < kVerdictsMax; ++i) {
    const Verdict kind = static_cast<Verdict>(i);
    if (Planted(kind) > 0) kinds.push_back(kind);
  }
  return kinds;
}

int64_t Score::Planted(Verdict kind) const {
  int64_t planted = 0;
  for (const int64_t count : confusion[Index(kind)]) planted += count;
  return planted;
}

int64_t Score::Shown(Verdict kind) const {
  int64_t shown = 0;
  for (const auto& row : confusion) shown += row[Index(kind)];
  return shown;
}

double Score::Precision(Verdict kind) const {
  const int64_t shown = Shown(kind);
  const double right = static_cast<double>(confusion[Index(kind)][Index(kind)]);
  return shown == 0 ? 1 : right / static_cast<double>(shown);
}

double Score::Recall(Verdict kind) const {
  const int64_t planted = Planted(kind);
  const double right = static_cast<double>(confusion[Index(kind)][Index(kind)]);
  return planted == 0 ? 1 : right / static_cast<double>(planted);
}

std::string Score::ToText() const {
  std::string text = absl::StrCat(
      "findings by planted and shown kind\n", MatrixText(*this), "\n\n",
      absl::StrFormat("%-14s %9s %9s %9s %9s\n", "kind", "planted", "shown",
                      "precision", "recall"));
  for (const Verdict kind : Kinds()) {
    absl::StrAppendFormat(&text, "%-14s %9d %9d %9.4f %9.4f\n",
                          VerdictName(kind), Planted(kind), Shown(kind),
                          Precision(kind), Recall(kind));
  }
  absl::StrAppendFormat(&text, "\n%-28s %9s %9s %9s\n", "played", "times",
                        "missed", "unplanted");
  for (const auto& [name, behaved] : by_behaviour) {
    absl::StrAppendFormat(&text, "%-28s %9d %9d %9d\n", name, behaved.played,
                          behaved.missed, behaved.unplanted);
  }
  absl::StrAppend(&text, "\nfalse findings of what nobody said wrongly: ",
                  false_findings, "\n");
  for (const std::string& example : examples) {
    absl::StrAppend(&text, example, "\n");
  }
  return text;
}

Score ScoreFindings(const std::vector<Played>& played,
                    const std::vector<SeenFinding>& seen) {
  std::map<std::string, Case> cases;  // by finding
  for (const Played& one : played) {
    Case& its = cases[FingerprintOf(one.subject)];
    its.played.push_back(&one);
    if (one.kind.has_value()) its.planted.insert(*one.kind);
  }
  for (const SeenFinding& one : seen) cases[one.finding.id].seen = &one;
  Score score;
  for (const auto& entry : cases) Count(entry.second, score);
  return score;
}

}  // namespace concordat::histories
