// The readers of single values, one function a type: the inside of
// graph/reading.h, which nobody else includes.
//
// Every reader takes a writing that is valid UTF-8 without NUL, is trimmed and
// not empty, has at most limits::kValueBytesMax bytes, and is already folded
// (graph/text.h) where it is not ASCII; but integers, decimals, money and
// quantities come as plain number text (number_text.h), and text, codes, emails
// and references as they were written. All are pure, thread-safe and linear.
#ifndef CONCORDAT_GRAPH_READERS_READERS_H_
#define CONCORDAT_GRAPH_READERS_READERS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "graph/reading.h"
#include "graph/schema.h"
#include "graph/value.h"

namespace concordat::readers {

// Collects the steps of a reading where they are asked for.
class StepLog {
 public:
  // `steps` may be null: then nothing is collected.
  explicit StepLog(std::vector<ReadingStep>* steps) : steps_(steps) {}

  // For a caller whose `result` costs something to make.
  bool on() const { return steps_ != nullptr; }
  void Add(absl::string_view rule, absl::string_view result) const {
    if (on()) steps_->push_back({std::string(rule), std::string(result)});
  }

 private:
  std::vector<ReadingStep>* steps_;
};

struct Context {
  const Attribute& attribute;
  const WritingHabits& habits;
  const StepLog& log;
};

// What a reader came to: a scalar, or the reason why there is none (never
// quoting the writing).
class Outcome {
 public:
  Outcome(Scalar scalar) : scalar_(std::move(scalar)) {}  // NOLINT
  static Outcome Problem(std::string problem) {
    return Outcome(std::nullopt, std::move(problem));
  }
  // With what it may be all the same (Reading::kinds).
  static Outcome Problem(absl::string_view problem, absl::string_view kinds) {
    Outcome outcome(std::nullopt, std::string(problem));
    outcome.kinds_ = std::string(kinds);
    return outcome;
  }

  bool ok() const { return scalar_.has_value(); }
  // Needs ok().
  Scalar& scalar() { return *scalar_; }
  std::string& problem() { return problem_; }
  std::string& kinds() { return kinds_; }

 private:
  Outcome(std::nullopt_t, std::string problem) : problem_(std::move(problem)) {}

  std::optional<Scalar> scalar_;
  std::string problem_;
  std::string kinds_;
};

// text.cc
Outcome ReadText(absl::string_view writing, const Context& context);
// code.cc
Outcome ReadCode(absl::string_view writing, const Context& context);
Outcome ReadBoolean(absl::string_view writing, const Context& context);
// number.cc
Outcome ReadInteger(absl::string_view writing, const Context& context);
Outcome ReadDecimal(absl::string_view writing, const Context& context);
// money.cc
Outcome ReadMoney(absl::string_view writing, const Context& context);
// Reads the most usual amounts as they were written, at once: "40 EUR",
// "-1.234,50 €", "$12.50". False where it is any other writing, of which it
// says nothing. Never reads what ReadMoney would not, or otherwise.
// (ordinary_money.cc)
bool ReadOrdinaryMoney(absl::string_view raw, const WritingHabits& habits,
                       Money* money);
// quantity.cc
Outcome ReadQuantity(absl::string_view writing, const Context& context);
// temporal.cc
Outcome ReadDate(absl::string_view writing, const Context& context);
Outcome ReadTimeOfDay(absl::string_view writing, const Context& context);
Outcome ReadInstant(absl::string_view writing, const Context& context);
// reference.cc
Outcome ReadReference(absl::string_view writing, const Context& context);
// duration.cc
Outcome ReadDuration(absl::string_view writing, const Context& context);
// phone.cc
Outcome ReadPhone(absl::string_view writing, const Context& context);
// email.cc
Outcome ReadEmail(absl::string_view writing, const Context& context);
// person_name.cc
Outcome ReadPersonName(absl::string_view writing, const Context& context);
// organisation_name.cc
Outcome ReadOrganisationName(absl::string_view writing, const Context& context);
// postal_address.cc
Outcome ReadPostalAddress(absl::string_view writing, const Context& context);

// The members of a set as `context` writes them, without empty ones; at most
// `limit` and one more. (members.cc)
std::vector<absl::string_view> SplitMembers(absl::string_view writing,
                                            const Context& context,
                                            size_t limit);

// Whether `writing` is a date or a weekday and nothing else, in any order of
// day and month: what may stand beside a time or beside an absence token.
// (temporal.cc)
bool IsDateOnly(absl::string_view writing);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_READERS_H_
