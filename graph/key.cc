#include "graph/key.h"

#include "graph/codec.h"

namespace concordat {
namespace {

constexpr uint64_t kSignBit = uint64_t{1} << 63;

}  // namespace

KeyWriter& KeyWriter::String(absl::string_view text) {
  bytes_.append(text.data(), text.size());
  bytes_.push_back('\0');
  return *this;
}

KeyWriter& KeyWriter::Entity(const EntityId& entity) {
  return String(entity.type).String(entity.id);
}

KeyWriter& KeyWriter::Number(uint64_t number) {
  char bytes[sizeof(number)];
  for (size_t i = sizeof(number); i-- > 0; number >>= 8) {
    bytes[i] = static_cast<char>(number);
  }
  bytes_.append(bytes, sizeof(number));
  return *this;
}

KeyWriter& KeyWriter::Short(uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes_.push_back(static_cast<char>(number >> shift));
  }
  return *this;
}

// Flipping the sign bit makes two's complement sort as unsigned bytes.
KeyWriter& KeyWriter::Time(absl::Time time) {
  return Number(static_cast<uint64_t>(ToStoredMicros(time)) ^ kSignBit);
}

absl::string_view KeyReader::View() {
  const size_t end = rest_.find('\0');
  if (end == absl::string_view::npos) {
    ok_ = false;
    return {};
  }
  const absl::string_view part = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return part;
}

EntityId KeyReader::Entity() {
  std::string type = String();
  return EntityId{std::move(type), String()};
}

uint64_t KeyReader::Number() {
  if (rest_.size() < 8) {
    ok_ = false;
    return 0;
  }
  uint64_t number = 0;
  for (int i = 0; i < 8; ++i) {
    number = number << 8 | static_cast<uint8_t>(rest_[i]);
  }
  rest_.remove_prefix(8);
  return number;
}

uint32_t KeyReader::Short() {
  if (rest_.size() < 4) {
    ok_ = false;
    return 0;
  }
  uint32_t number = 0;
  for (int i = 0; i < 4; ++i) {
    number = number << 8 | static_cast<uint8_t>(rest_[i]);
  }
  rest_.remove_prefix(4);
  return number;
}

absl::Time KeyReader::Time() {
  return FromStoredMicros(static_cast<int64_t>(Number() ^ kSignBit));
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<uint8_t>(end.back()) == 0xff) {
    end.pop_back();
  }
  if (!end.empty()) ++end.back();
  return end;
}

}  // namespace concordat
