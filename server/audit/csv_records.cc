#include "server/audit/csv_records.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace concordat {
namespace {

constexpr size_t kWindow = 64;

// A bit for each of the 64 bytes: whether it is a mark.
uint64_t MarksOf(const char* bytes, char delimiter) {
  uint64_t marks = 0;
#if defined(__SSE2__)
  const __m128i delimiters = _mm_set1_epi8(delimiter);
  const __m128i breaks = _mm_set1_epi8('\n');
  const __m128i quotes = _mm_set1_epi8('"');
  for (size_t i = 0; i < kWindow; i += sizeof(__m128i)) {
    __m128i part;
    std::memcpy(&part, bytes + i, sizeof(part));
    const __m128i found =
        _mm_or_si128(_mm_cmpeq_epi8(part, delimiters),
                     _mm_or_si128(_mm_cmpeq_epi8(part, breaks),
                                  _mm_cmpeq_epi8(part, quotes)));
    marks |= uint64_t{static_cast<uint16_t>(_mm_movemask_epi8(found))} << i;
  }
#else
  for (size_t i = 0; i < kWindow; ++i) {
    const char c = bytes[i];
    marks |= uint64_t{c == delimiter || c == '\n' || c == '"'} << i;
  }
#endif
  return marks;
}

}  // namespace

size_t EndOfCsvRecords(absl::string_view bytes) {
  const size_t last = bytes.rfind('\n');
  if (last == absl::string_view::npos) return absl::string_view::npos;
  // A line break is one of a record where the quotes before it are even: those
  // that are doubled count for nothing.
  const auto quotes = std::count(bytes.begin(), bytes.begin() + last, '"');
  if (quotes % 2 == 0) return last + 1;
  bool within = false;
  size_t end = absl::string_view::npos;
  for (size_t i = 0; i < last; ++i) {
    if (bytes[i] == '"') {
      within = !within;
    } else if (bytes[i] == '\n' && !within) {
      end = i + 1;
    }
  }
  return end;
}

CsvRecords::CsvRecords(absl::string_view bytes, int64_t line, char delimiter)
    : bytes_(bytes), delimiter_(delimiter), line_(line) {}

size_t CsvRecords::NextMark() {
  while (true) {
    if (!has_window_ || at_ >= window_ + kWindow) {
      window_ = at_;
      has_window_ = true;
      if (window_ + kWindow <= bytes_.size()) {
        marks_ = MarksOf(bytes_.data() + window_, delimiter_);
      } else {
        char tail[kWindow] = {};
        std::memcpy(tail, bytes_.data() + window_, bytes_.size() - window_);
        marks_ = MarksOf(tail, delimiter_);
        const size_t left = bytes_.size() - window_;
        if (left < kWindow) marks_ &= (uint64_t{1} << left) - 1;
      }
    }
    const uint64_t left = marks_ >> (at_ - window_);
    if (left != 0) return at_ + static_cast<size_t>(std::countr_zero(left));
    at_ = window_ + kWindow;
    if (at_ >= bytes_.size()) {
      at_ = bytes_.size();
      return at_;
    }
  }
}

bool CsvRecords::ReadQuoted() {
  const size_t begin = at_ + 1;
  size_t from = begin;
  std::string* unquoted = nullptr;
  while (true) {
    const size_t quote = bytes_.find('"', from);
    if (quote == absl::string_view::npos) return false;
    const bool doubled = quote + 1 < bytes_.size() && bytes_[quote + 1] == '"';
    if (doubled || unquoted != nullptr) {
      if (unquoted == nullptr) unquoted = &unquoted_.emplace_back();
      unquoted->append(bytes_.data() + from, quote - from);
      if (doubled) unquoted->push_back('"');
    }
    if (doubled) {
      from = quote + 2;
      continue;
    }
    const absl::string_view raw = bytes_.substr(begin, quote - begin);
    line_ += std::count(raw.begin(), raw.end(), '\n');
    cells_.push_back(unquoted == nullptr ? raw : *unquoted);
    at_ = quote + 1;
    has_window_ = false;
    return true;
  }
}

CsvRecords::Event CsvRecords::Bad(const char* problem) {
  problem_ = problem;
  SkipLine();
  return Event::kBad;
}

void CsvRecords::SkipLine() {
  const size_t end = bytes_.find('\n', at_);
  at_ = end == absl::string_view::npos ? bytes_.size() : end + 1;
  ++line_;
  has_window_ = false;
}

CsvRecords::Event CsvRecords::Next() {
  cells_.clear();
  record_line_ = line_;
  size_t cell = at_;
  while (true) {
    if (at_ >= bytes_.size() && cells_.empty() && cell >= bytes_.size()) {
      return Event::kEnd;
    }
    size_t mark = NextMark();
    if (mark < bytes_.size() && bytes_[mark] == '"') {
      if (mark != cell) {
        return Bad(
            "a quote stands inside a cell: quote the whole cell and double "
            "the quote");
      }
      at_ = mark;
      if (!ReadQuoted()) return Bad("a quote is opened and never closed");
      mark = at_;
      if (mark < bytes_.size() && bytes_[mark] == '\r') ++mark;
      if (mark < bytes_.size() && bytes_[mark] != delimiter_ &&
          bytes_[mark] != '\n') {
        return Bad("something follows a closing quote");
      }
    } else {
      absl::string_view text = bytes_.substr(cell, mark - cell);
      const bool ends = mark >= bytes_.size() || bytes_[mark] == '\n';
      if (ends && !text.empty() && text.back() == '\r') text.remove_suffix(1);
      if (ends && text.empty() && cells_.empty()) {  // a blank line
        at_ = std::min(mark + 1, bytes_.size());
        ++line_;
        record_line_ = line_;
        cell = at_;
        continue;
      }
      cells_.push_back(text);
    }
    at_ = std::min(mark + 1, bytes_.size());
    if (mark >= bytes_.size() || bytes_[mark] == '\n') {
      ++line_;
      return Event::kRecord;
    }
    cell = at_;
  }
}

}  // namespace concordat
