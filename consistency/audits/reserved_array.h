// An array that grows where it lies.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_RESERVED_ARRAY_H_
#define CONCORDAT_CONSISTENCY_AUDITS_RESERVED_ARRAY_H_

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <type_traits>

#include "absl/types/span.h"

namespace concordat::audits {

// Of at most so many elements, for which it reserves addresses; memory it takes
// as it grows. So it never needs twice its memory, as a vector does, and its
// elements never move. What has been there is never given back. Where the
// system has not so many addresses to give, it has room for none.
template <typename T>
class ReservedArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit ReservedArray(size_t size_max)
      : elements_(Reserve(size_max)),
        size_max_(elements_ == nullptr ? 0 : size_max) {}

  size_t size() const { return size_; }
  size_t bytes() const { return size_ * sizeof(T); }
  bool has_room(size_t more) const { return more <= size_max_ - size_; }
  const T* data() const { return elements_.get(); }
  const T& operator[](size_t i) const { return elements_[i]; }
  T& operator[](size_t i) { return elements_[i]; }

  // Needs has_room.
  void push_back(const T& element) { elements_[size_++] = element; }
  // Gives where the first of them is. Needs has_room.
  size_t Append(absl::Span<const T> more) {
    const size_t at = size_;
    std::copy(more.begin(), more.end(), elements_.get() + at);
    size_ += more.size();
    return at;
  }

 private:
  struct Release {
    size_t bytes;
    void operator()(T* elements) const { munmap(elements, bytes); }
  };

  static std::unique_ptr<T[], Release> Reserve(size_t size_max) {
    const size_t bytes = std::max<size_t>(size_max, 1) * sizeof(T);
    void* const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return {nullptr, Release{0}};
    // Only for speed: whether it works does not matter.
    madvise(memory, bytes, MADV_HUGEPAGE);
    return {static_cast<T*>(memory), Release{bytes}};
  }

  std::unique_ptr<T[], Release> elements_;
  size_t size_max_;
  size_t size_ = 0;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_RESERVED_ARRAY_H_
