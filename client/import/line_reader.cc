#include "client/import/line_reader.h"

#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

// Length of the valid UTF-8 sequence at the start of [at, end), which starts
// with a byte of 0x80 or more; 0: none.
size_t SequenceLength(const unsigned char* at, const unsigned char* end) {
  const unsigned char lead = at[0];
  size_t length = 0;
  unsigned char low = 0x80;  // Bounds of the second byte.
  unsigned char high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;   // Overlong.
    if (lead == 0xED) high = 0x9F;  // Surrogates.
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;  // Above U+10FFFF.
  } else {
    return 0;
  }
  if (static_cast<size_t>(end - at) < length) return 0;
  if (at[1] < low || at[1] > high) return 0;
  for (size_t i = 2; i < length; ++i)
    if ((at[i] & 0xC0) != 0x80) return 0;
  return length;
}

bool IsUtf8(absl::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  while (at < end) {
    uint64_t word = 0;
    if (end - at >= 8) {
      std::memcpy(&word, at, sizeof word);
      if ((word & 0x8080808080808080u) == 0) {
        at += 8;
        continue;
      }
    }
    if (*at < 0x80) {
      ++at;
      continue;
    }
    const size_t length = SequenceLength(at, end);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace

absl::string_view TextProblem(absl::string_view text) {
  if (std::memchr(text.data(), '\0', text.size()) != nullptr)
    return "the line holds a NUL byte; the file must be UTF-8 text";
  if (!IsUtf8(text)) return "the line is not valid UTF-8";
  return "";
}

LineReader::LineReader(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), buffer_(2 * kRecordBytesMax) {}

absl::Status LineReader::SkipTo(int64_t offset) {
  while (position_.offset < offset) {
    CLIENT_ASSIGN_OR_RETURN(const Event event, Next());
    if (event == Event::kEnd)
      return absl::OutOfRangeError(
          absl::StrCat("the file ends before byte ", offset));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> LineReader::Fill() {
  if (at_end_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  CLIENT_ASSIGN_OR_RETURN(const size_t bytes,
                          source_->Read(absl::MakeSpan(buffer_).subspan(end_)));
  at_end_ = bytes == 0;
  end_ += bytes;
  return bytes > 0;
}

absl::StatusOr<absl::string_view> LineReader::Peek(size_t bytes) {
  while (end_ - begin_ < bytes) {
    CLIENT_ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) break;
  }
  return absl::string_view(buffer_.data() + begin_, end_ - begin_);
}

absl::StatusOr<LineReader::Event> LineReader::Next() {
  if (position_.offset == 0) {
    CLIENT_ASSIGN_OR_RETURN(const absl::string_view start, Peek(3));
    if (absl::StartsWith(start, kByteOrderMark)) {
      begin_ += 3;
      position_.offset += 3;
    }
  }
  size_t searched = 0;
  while (true) {
    const char* const from = buffer_.data() + begin_;
    const auto* const found = static_cast<const char*>(
        std::memchr(from + searched, '\n', end_ - begin_ - searched));
    size_t bytes = end_ - begin_;
    if (found != nullptr) {
      bytes = static_cast<size_t>(found - from) + 1;
    } else {
      searched = bytes;
      if (bytes > kRecordBytesMax) return SkipLongLine();
      CLIENT_ASSIGN_OR_RETURN(const bool more, Fill());
      if (more) continue;
      if (bytes == 0) return Event::kEnd;
    }
    line_ = absl::string_view(buffer_.data() + begin_, bytes);
    begin_ += bytes;
    position_.offset += static_cast<int64_t>(bytes);
    ++position_.line;
    return bytes > kRecordBytesMax ? Event::kTooLong : Event::kLine;
  }
}

absl::StatusOr<LineReader::Event> LineReader::SkipLongLine() {
  line_ = absl::string_view();
  ++position_.line;
  while (true) {
    const char* const from = buffer_.data() + begin_;
    const auto* const found =
        static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
    const size_t bytes = found != nullptr
                             ? static_cast<size_t>(found - from) + 1
                             : end_ - begin_;
    begin_ += bytes;
    position_.offset += static_cast<int64_t>(bytes);
    if (found != nullptr) return Event::kTooLong;
    CLIENT_ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) return Event::kTooLong;
  }
}

}  // namespace concordat::client
