// What the fuzzers share: taking an input apart, and saying that something
// which must hold does not.
#ifndef CONCORDAT_TESTS_FUZZ_INPUT_H_
#define CONCORDAT_TESTS_FUZZ_INPUT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/string_view.h"

// Ends the process where `condition` does not hold, in every kind of build.
#define CONCORDAT_FUZZ_CHECK(condition)                                      \
  do {                                                                       \
    if (!(condition)) {                                                      \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, \
                   #condition);                                              \
      std::abort();                                                          \
    }                                                                        \
  } while (false)

namespace concordat::fuzz {

// Takes choices from the front of an input, then texts. Past its end, numbers
// are 0 and texts are empty, so that every input means something.
class Input {
 public:
  Input(const uint8_t* data, size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return rest_.empty(); }

  uint8_t Byte() {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }

  // A text with its length, two bytes, before it; cut short at the end.
  absl::string_view Text() {
    const size_t high = Byte();
    const size_t size = std::min<size_t>(high << 8 | Byte(), rest_.size());
    const absl::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }

  // Up to the first `mark`, which is dropped, or to the end.
  absl::string_view Before(absl::string_view mark) {
    const size_t at = rest_.find(mark);
    const absl::string_view text = rest_.substr(0, at);
    rest_ = at == absl::string_view::npos ? absl::string_view()
                                          : rest_.substr(at + mark.size());
    return text;
  }

  absl::string_view Rest() const { return rest_; }

 private:
  absl::string_view rest_;
};

}  // namespace concordat::fuzz

#endif  // CONCORDAT_TESTS_FUZZ_INPUT_H_
