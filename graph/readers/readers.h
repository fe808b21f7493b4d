// The readers of single values, one function a type: the inside of
// graph/reading.h, which nobody else includes.
//
// Every reader takes a writing that is valid UTF-8 without NUL, is trimmed and
// not empty, has at most limits::kValueBytesMax bytes, and is already folded
// (graph/text.h) where it is not ASCII. All are pure, thread-safe and linear.
#ifndef CONCORDAT_GRAPH_READERS_READERS_H_
#define CONCORDAT_GRAPH_READERS_READERS_H_

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

  bool ok() const { return scalar_.has_value(); }
  // Needs ok().
  Scalar& scalar() { return *scalar_; }
  std::string& problem() { return problem_; }

 private:
  Outcome(std::nullopt_t, std::string problem) : problem_(std::move(problem)) {}

  std::optional<Scalar> scalar_;
  std::string problem_;
};

// code.cc
Outcome ReadText(absl::string_view writing, const Context& context);
Outcome ReadCode(absl::string_view writing, const Context& context);
Outcome ReadBoolean(absl::string_view writing, const Context& context);
// number.cc
Outcome ReadInteger(absl::string_view writing, const Context& context);
Outcome ReadDecimal(absl::string_view writing, const Context& context);
Outcome ReadMoney(absl::string_view writing, const Context& context);
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
// contact.cc
Outcome ReadPhone(absl::string_view writing, const Context& context);
Outcome ReadEmail(absl::string_view writing, const Context& context);
// person_name.cc
Outcome ReadPersonName(absl::string_view writing, const Context& context);
// organisation_name.cc
Outcome ReadOrganisationName(absl::string_view writing, const Context& context);
// postal_address.cc
Outcome ReadPostalAddress(absl::string_view writing, const Context& context);

// Whether `writing` is a date or a weekday and nothing else, in any order of
// day and month: what may stand beside a time or beside an absence token.
// (temporal.cc)
bool IsDateOnly(absl::string_view writing);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_READERS_H_
