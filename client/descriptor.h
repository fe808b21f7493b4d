#ifndef CONCORDAT_CLIENT_DESCRIPTOR_H_
#define CONCORDAT_CLIENT_DESCRIPTOR_H_

#include <unistd.h>

namespace concordat::client {

// A file descriptor that is closed with this; negative: none.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  const int number_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_DESCRIPTOR_H_
