#include "client/probe/probe_summary.h"

namespace concordat::client {

void ProbeSummary::Add(const v1::AskChannelsResponse& response) {
  ++questions_;
  if (response.answered() > 1) {
    ++compared_;
    if (response.all_agree()) ++all_agree_;
  }
  for (const v1::ChannelAnswer& answer : response.answers()) {
    v1::ProbedChannel& channel = channels_[answer.channel()];
    channel.set_channel(answer.channel());
    switch (answer.outcome()) {
      case v1::PROBE_OUTCOME_ANSWERED:
        channel.set_answered(channel.answered() + 1);
        if (answer.judgement().verdict() == v1::VERDICT_AGREES)
          channel.set_agree(channel.agree() + 1);
        break;
      case v1::PROBE_OUTCOME_DECLINED:
        channel.set_declined(channel.declined() + 1);
        break;
      case v1::PROBE_OUTCOME_UNKNOWN_SUBJECT:
        channel.set_unknown(channel.unknown() + 1);
        break;
      default:
        channel.set_failed(channel.failed() + 1);
    }
  }
}

v1::ProbeRunSummary ProbeSummary::Summary() const {
  v1::ProbeRunSummary summary;
  summary.set_questions(questions_);
  summary.set_failed(failed_);
  summary.set_compared(compared_);
  summary.set_all_agree(all_agree_);
  if (compared_ > 0)
    summary.set_phi(static_cast<double>(all_agree_) /
                    static_cast<double>(compared_));
  for (const auto& [name, channel] : channels_)
    *summary.add_channels() = channel;
  return summary;
}

}  // namespace concordat::client
