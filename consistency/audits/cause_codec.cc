#include "consistency/audits/cause_codec.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/base/casts.h"

namespace concordat::rows {
namespace {

using audits::AuditCause;

void EncodeReal(double real, Encoder& out) {
  out.Unsigned(absl::bit_cast<uint64_t>(real));
}

double DecodeReal(Decoder& in) { return absl::bit_cast<double>(in.Unsigned()); }

void EncodeConditions(const CauseConditions& conditions, Encoder& out) {
  out.Unsigned(conditions.size());
  for (const CauseCondition& condition : conditions) {
    out.String(condition.dimension).String(condition.value);
  }
}

CauseConditions DecodeConditions(Decoder& in) {
  CauseConditions conditions;
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    std::string dimension = in.String();
    conditions.push_back({std::move(dimension), in.String()});
  }
  return conditions;
}

void EncodeRun(const CauseRun& run, Encoder& out) {
  out.Signed(run.number).Time(run.at);
}

CauseRun DecodeRun(Decoder& in) {
  CauseRun run;
  run.number = in.Signed();
  run.at = in.Time();
  return run;
}

void EncodeFigures(const CauseFigures& figures, Encoder& out) {
  out.Signed(figures.findings).Signed(figures.observations);
  EncodeReal(figures.share, out);
  EncodeReal(figures.rate_inside, out);
  EncodeReal(figures.rate_outside, out);
  EncodeReal(figures.risk_ratio.ratio, out);
  EncodeReal(figures.risk_ratio.low, out);
  EncodeReal(figures.risk_ratio.high, out);
  out.Bool(figures.against_usual);
}

CauseFigures DecodeFigures(Decoder& in) {
  CauseFigures figures;
  figures.findings = in.Signed();
  figures.observations = in.Signed();
  figures.share = DecodeReal(in);
  figures.rate_inside = DecodeReal(in);
  figures.rate_outside = DecodeReal(in);
  figures.risk_ratio.ratio = DecodeReal(in);
  figures.risk_ratio.low = DecodeReal(in);
  figures.risk_ratio.high = DecodeReal(in);
  figures.against_usual = in.Bool();
  return figures;
}

AuditCause DecodeCause(Decoder& in) {
  AuditCause cause;
  CauseRecord& record = cause.record;
  record.id = in.String();
  record.title = in.String();
  record.conditions = DecodeConditions(in);
  record.owner = in.String();
  record.state = static_cast<CauseState>(in.Unsigned());
  record.opened = DecodeRun(in);
  record.since = DecodeRun(in);
  record.figures = DecodeFigures(in);
  record.members = in.Signed();
  record.merged_into = in.String();
  cause.change = static_cast<CauseChange>(in.Unsigned());
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    cause.alternatives.push_back(DecodeConditions(in));
  }
  cause.findings = in.Signed();
  return cause;
}

}  // namespace

void EncodeCauses(const std::vector<AuditCause>& causes, Encoder& out) {
  out.Unsigned(causes.size());
  for (const AuditCause& cause : causes) {
    const CauseRecord& record = cause.record;
    out.String(record.id).String(record.title);
    EncodeConditions(record.conditions, out);
    out.String(record.owner).Unsigned(static_cast<uint64_t>(record.state));
    EncodeRun(record.opened, out);
    EncodeRun(record.since, out);
    EncodeFigures(record.figures, out);
    out.Signed(record.members).String(record.merged_into);
    out.Unsigned(static_cast<uint64_t>(cause.change));
    out.Unsigned(cause.alternatives.size());
    for (const CauseConditions& conditions : cause.alternatives) {
      EncodeConditions(conditions, out);
    }
    out.Signed(cause.findings);
  }
}

std::vector<AuditCause> DecodeCauses(Decoder& in) {
  std::vector<AuditCause> causes;
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    causes.push_back(DecodeCause(in));
  }
  return causes;
}

}  // namespace concordat::rows
