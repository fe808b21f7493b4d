#include "client/simulate/plants.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/simulate/writing.h"

namespace concordat::simulate {
namespace {

constexpr int64_t kDay = 24 * 3600;
// Beside the clock's skew, how far a shifted claim keeps from the boundary.
constexpr int64_t kClearSeconds = 5;

const Timeline& TimelineOf(const Draft& draft) {
  return draft.statement.entity->Of(draft.statement.attribute);
}

const AttributeInfo& Info(const Draft& draft) {
  return InfoOf(draft.statement.attribute);
}

// What is true when the draft is said; nullptr where the graph is silent.
const Span* Truth(const Draft& draft) {
  return SpanAt(TimelineOf(draft), draft.statement.said_at_s);
}

bool SayTruth(Draft& draft) {
  const Span* const truth = Truth(draft);
  if (truth == nullptr || truth->value.empty()) return false;
  draft.statement.value = truth->value;
  return true;
}

bool SayOther(const PlantContext& context, Random& random, Draft& draft) {
  draft.statement.value = MakeOtherValue(
      draft.statement.attribute, context.customer, context.options, random);
  return !draft.statement.value.empty();
}

// Says what was true before a change, `delay_s` after it.
bool SayEarlier(const PlantContext& context, int64_t delay_s, Random& random,
                Draft& draft) {
  const Timeline& timeline = TimelineOf(draft);
  if (timeline.size() < 2) return false;
  const size_t change =
      1 + random.Below(static_cast<uint32_t>(timeline.size()) - 1);
  draft.statement.value = timeline[change - 1].value;
  draft.statement.said_at_s = timeline[change].from_s + delay_s;
  return draft.statement.said_at_s < context.options.end_s;
}

bool Unlinked(const PlantContext&, Random&, Draft& draft) {
  draft.unlinked = true;
  return draft.order == nullptr && SayTruth(draft);
}

bool NotEntitled(const PlantContext& context, Random& random, Draft& draft) {
  const uint32_t draw = random.Below(10);
  if (draw < 5) return SayTruth(draft);
  if (draw < 8) {
    return Truth(draft) != nullptr && SayOther(context, random, draft);
  }
  return SayEarlier(context, random.Between(30 * kDay, 60 * kDay), random,
                    draft) &&
         !draft.statement.value.empty();
}

bool Unreadable(const PlantContext&, Random& random, Draft& draft) {
  if (Truth(draft) == nullptr) return false;
  draft.written = WriteUnreadable(*draft.statement.channel,
                                  draft.statement.attribute, random);
  draft.statement.unreadable = true;
  return !draft.written.empty();
}

bool Silent(const PlantContext& context, Random& random, Draft& draft) {
  return Truth(draft) == nullptr && !Info(draft).identifying &&
         SayOther(context, random, draft);
}

bool OtherPrecision(const PlantContext&, Random& random, Draft& draft) {
  if (!SayTruth(draft)) return false;
  std::string& value = draft.statement.value;
  if (Info(draft).type == ValueType::kTimeOfDay) {
    absl::StrAppend(&value, ":",
                    absl::Dec(1 + random.Below(59), absl::kZeroPad2));
    return true;
  }
  if (Info(draft).type != ValueType::kCodeSet) return false;
  std::vector<std::string> members = absl::StrSplit(value, "; ");
  members.erase(members.begin() +
                random.Below(static_cast<uint32_t>(members.size())));
  value = absl::StrJoin(members, "; ");
  return !value.empty();
}

bool WithoutCountry(const PlantContext&, Random&, Draft& draft) {
  if (Info(draft).type != ValueType::kPhone ||
      draft.statement.channel->calling_code != nullptr || !SayTruth(draft)) {
    return false;
  }
  draft.statement.without_country = true;
  draft.written = WritePhoneWithoutCountry(draft.statement.value);
  return true;
}

// Says that there is none.
bool Absent(const PlantContext&, Random&, Draft& draft) {
  draft.statement.value.clear();
  return true;
}

bool Late(const PlantContext& context, Random& random, Draft& draft) {
  const ChannelInfo& channel = *draft.statement.channel;
  const int64_t least_s = channel.clock_skew_s + kClearSeconds;
  const int64_t most_s =
      channel.PromiseSeconds(draft.statement.attribute) - kClearSeconds;
  return least_s <= most_s &&
         SayEarlier(context, random.Between(least_s, most_s), random, draft);
}

bool Outage(const PlantContext& context, Random& random, Draft& draft) {
  const ChannelInfo& channel = *draft.statement.channel;
  const int64_t least_s = channel.PromiseSeconds(draft.statement.attribute) +
                          2 * channel.clock_skew_s + kClearSeconds;
  return SayEarlier(context, random.Between(least_s, least_s + 20 * kDay),
                    random, draft);
}

bool Ahead(const PlantContext& context, Random& random, Draft& draft) {
  const Timeline& timeline = TimelineOf(draft);
  if (timeline.empty()) return false;
  const Span& span =
      timeline[random.Below(static_cast<uint32_t>(timeline.size()))];
  if (span.from_s == kSinceEver || span.value.empty()) return false;
  draft.statement.value = span.value;
  draft.statement.said_at_s = span.from_s -
                              draft.statement.channel->clock_skew_s -
                              kClearSeconds - random.Between(0, 5 * kDay);
  return draft.statement.said_at_s >= context.options.start_s;
}

bool Confuse(const PlantContext&, Random&, Draft& draft) {
  const Attr other = Info(draft).confusable;
  if (other == Attr::kNone) return false;
  const Span* const span =
      SpanAt(draft.statement.entity->Of(other), draft.statement.said_at_s);
  if (span == nullptr || span->value.empty()) return false;
  draft.statement.value = span->value;
  return true;
}

bool MixUp(const PlantContext& context, Random& random, Draft& draft) {
  const uint64_t customers = context.options.customers;
  if (!Info(draft).identifying || customers < 2) return false;
  // Any customer but this one, made again from the index alone.
  const uint64_t step = 1 + random.Below(static_cast<uint32_t>(customers) - 1);
  const Customer other = MakeCustomer(
      context.options, (context.customer.index + step) % customers);
  const Span* const span = SpanAt(other.entity.Of(draft.statement.attribute),
                                  draft.statement.said_at_s);
  if (span == nullptr || span->value.empty()) return false;
  draft.statement.value = span->value;
  draft.statement.of_another = true;
  return true;
}

// A value while the graph knows that there is none.
bool Extra(const PlantContext& context, Random& random, Draft& draft) {
  const Timeline& timeline = TimelineOf(draft);
  for (size_t i = 0; i < timeline.size(); ++i) {
    if (!timeline[i].value.empty()) continue;
    const int64_t begin_s =
        std::max(timeline[i].from_s, context.options.start_s);
    const int64_t end_s = i + 1 < timeline.size() ? timeline[i + 1].from_s
                                                  : context.options.end_s;
    if (begin_s >= end_s) continue;
    draft.statement.said_at_s = random.Between(begin_s, end_s - 1);
    return SayOther(context, random, draft);
  }
  return false;
}

bool NeverTrue(const PlantContext& context, Random& random, Draft& draft) {
  return SayOther(context, random, draft);
}

constexpr Plant kPlants[] = {
    {"unlinked_subject", Verdict::kUnknownSubject, 6,
     "the channel's own id links to nobody", Unlinked},
    {"not_entitled", Verdict::kNotEntitled, 10,
     "the contract does not name the attribute", NotEntitled},
    {"unreadable_writing", Verdict::kUndecided, 8,
     "the writing cannot be read, or only by guessing", Unreadable},
    {"graph_silent", Verdict::kUnverifiable, 8,
     "no fact says anything at that time", Silent},
    {"other_precision", Verdict::kPartial, 4,
     "seconds added, or a member of the set left out", OtherPrecision},
    {"without_country", Verdict::kAgrees, 3,
     "a phone number without its country", WithoutCountry},
    {"absent_optional", Verdict::kPartial, 3,
     "absent where the contract does not require it", Absent},
    {"late", Verdict::kPropagating, 12,
     "the value before a change, within the promise", Late},
    {"outage", Verdict::kStale, 20,
     "the value before a change, past the promise", Outage},
    {"ahead_of_time", Verdict::kAhead, 6,
     "the value after a change that is yet to come", Ahead},
    {"confused_attribute", Verdict::kMeaning, 8,
     "the truth of the attribute easily taken for this one", Confuse},
    {"mixed_up_customers", Verdict::kMisidentified, 6,
     "the truth of another customer", MixUp},
    {"lost_value", Verdict::kMissing, 6,
     "absent where the contract requires it", Absent},
    {"value_where_none", Verdict::kExtra, 24,
     "a value while the graph knows that there is none", Extra},
    {"never_true", Verdict::kContradicts, 14, "a value that was never true",
     NeverTrue},
};

}  // namespace

absl::Span<const Plant> AllPlants() { return kPlants; }

bool DrawPlace(const PlantContext& context, bool entitled, Random& random,
               Draft& draft) {
  const Customer& customer = context.customer;
  draft = Draft();
  draft.channel = random.Below(kChannels);
  if (customer.subjects[draft.channel].empty()) return false;
  const ChannelInfo& channel = ChannelAt(draft.channel);
  Statement& statement = draft.statement;
  if (entitled) {
    statement.attribute = channel
                              .contract[random.Below(static_cast<uint32_t>(
                                  channel.contract.size()))]
                              .attribute;
  } else {
    statement.attribute = static_cast<Attr>(random.Below(kAttrs));
    if (channel.Find(statement.attribute) != nullptr) return false;
  }
  draft.entitled = entitled;
  statement.channel = &channel;
  statement.entity = &customer.entity;
  int64_t first_s = std::max(context.options.start_s, customer.joined_s);
  if (IsOrderAttr(statement.attribute)) {
    if (customer.orders.empty()) return false;
    draft.order = &customer.orders[random.Below(
        static_cast<uint32_t>(customer.orders.size()))];
    statement.entity = &draft.order->entity;
    first_s = draft.order->placed_s;
  }
  statement.said_at_s = random.Between(first_s, context.options.end_s - 1);
  return true;
}

}  // namespace concordat::simulate
