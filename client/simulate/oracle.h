// What the verdict of a simulated claim must be: section "Verdicts" of the
// architecture once more, over simulated timelines, independent of the judge.
#ifndef CONCORDAT_CLIENT_SIMULATE_ORACLE_H_
#define CONCORDAT_CLIENT_SIMULATE_ORACLE_H_

#include <optional>
#include <string>

#include "client/simulate/attributes.h"
#include "client/simulate/channels.h"
#include "client/simulate/verdicts.h"
#include "client/simulate/world.h"

namespace concordat::simulate {

// What a channel means to say, whatever its writing.
struct Statement {
  const ChannelInfo* channel = nullptr;
  const Entity* entity = nullptr;
  Attr attribute = Attr::kNone;
  int64_t said_at_s = 0;
  // As facts write it; empty: it says that there is none.
  std::string value;
  // The writing cannot be read.
  bool unreadable = false;
  // A phone number written without its country, which the channel does not
  // declare.
  bool without_country = false;
  // The value is the truth of another entity.
  bool of_another = false;
};

// The verdict on the statement, contract left aside (never UNKNOWN_SUBJECT or
// NOT_ENTITLED). nullopt where it depends on a boundary closer than the
// channel's clock can tell: such a claim is not planted. Pure.
std::optional<Verdict> Expect(const Statement& statement);

// The span that covers `time_s`; nullptr before the first.
const Span* SpanAt(const Timeline& timeline, int64_t time_s);

}  // namespace concordat::simulate

#endif  // CONCORDAT_CLIENT_SIMULATE_ORACLE_H_
