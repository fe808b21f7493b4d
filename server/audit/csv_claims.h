// The rows of a channel's export in the long CSV format of claims.
#ifndef CONCORDAT_SERVER_AUDIT_CSV_CLAIMS_H_
#define CONCORDAT_SERVER_AUDIT_CSV_CLAIMS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "consistency/audits/row_auditor.h"
#include "consistency/vocabulary.h"
#include "server/audit/csv_records.h"

namespace concordat {

// What the header of an export says, and what its rows leave out.
class CsvClaimFormat {
 public:
  // subject,attribute,value[,channel,said_at,as_of,exposure,claim_id,
  // label.NAME ...], in any order; other columns are an error, so that a slip
  // of the pen in a name does not lose data. `vocabulary` must outlive this.
  // `subject_type`: bare subjects are ids of entities of this type; empty:
  // the channel's own ids. Errors: INVALID_FIELD with what would be right.
  static absl::StatusOr<CsvClaimFormat> FromHeader(
      absl::Span<const absl::string_view> header, const Vocabulary* vocabulary,
      std::string channel, std::string subject_type, absl::Time as_at);

 private:
  friend class CsvClaims;
  enum class Column : uint8_t {
    kSubject,
    kAttribute,
    kValue,
    kChannel,
    kSaidAt,
    kAsOf,
    kExposure,
    kClaimId,
    kLabel,
  };

  const Vocabulary* vocabulary_ = nullptr;
  std::string channel_;
  std::string subject_type_;
  absl::Time as_at_;
  std::vector<std::pair<Column, std::string>> columns_;
};

// Makes claims of records. Not thread-safe.
class CsvClaims {
 public:
  // `format` and `bytes`, as CsvRecords has them, must outlive this.
  CsvClaims(const CsvClaimFormat* format, absl::string_view bytes, int64_t line)
      : format_(*format), records_(bytes, line, ',') {}

  // Fills `rows` with at most so many, valid until the next call, and adds to
  // `refused` what is no claim. False at the end.
  bool Next(size_t rows_max, std::vector<audits::AuditRow>& rows,
            std::vector<audits::RefusedRow>& refused);

 private:
  // nullptr: fine; else what is wrong with it.
  const char* Fill(audits::AuditRow& row);
  const char* SetCell(CsvClaimFormat::Column column, absl::string_view name,
                      absl::string_view cell, ReportedClaim& claim);
  void SetSubject(absl::string_view cell, ReportedClaim& claim) const;
  bool ParseTime(absl::string_view cell, absl::Time& time);

  const CsvClaimFormat& format_;
  CsvRecords records_;
  // The last time that was read: rows of an export mostly share theirs.
  std::string time_text_;
  absl::Time time_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_AUDIT_CSV_CLAIMS_H_
