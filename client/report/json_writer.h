// JSON as it is written, piece by piece.
#ifndef CONCORDAT_CLIENT_REPORT_JSON_WRITER_H_
#define CONCORDAT_CLIENT_REPORT_JSON_WRITER_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/report/escape.h"
#include "client/report/output.h"

namespace concordat::client::report {

// Writes one JSON value without white space; keeps account of commas, not of
// whether keys and values alternate. Not thread-safe.
class JsonWriter {
 public:
  explicit JsonWriter(Output& out) : out_(out) {}

  void BeginObject() { Begin("{"); }
  void EndObject() { End("}"); }
  void BeginArray() { Begin("["); }
  void EndArray() { End("]"); }

  // The name of an object's member; its value follows.
  void Key(absl::string_view name) {
    Comma();
    out_.Add(Json(name), ":");
    after_key_ = true;
  }
  void String(absl::string_view text) { Value(Json(text)); }
  void Number(int64_t number) { Value(absl::StrCat(number)); }
  void Bool(bool value) { Value(value ? "true" : "false"); }
  void Null() { Value("null"); }

  // A member, by kind. The optional ones are left out where they say nothing.
  void Member(absl::string_view name, absl::string_view text) {
    Key(name);
    String(text);
  }
  void OptionalMember(absl::string_view name, absl::string_view text) {
    if (!text.empty()) Member(name, text);
  }
  void NumberMember(absl::string_view name, int64_t number) {
    Key(name);
    Number(number);
  }

 private:
  void Begin(absl::string_view bracket) {
    Comma();
    out_.Add(bracket);
    is_first_.push_back(true);
  }
  void End(absl::string_view bracket) {
    is_first_.pop_back();
    out_.Add(bracket);
  }
  void Value(absl::string_view json) {
    Comma();
    out_.Add(json);
  }
  void Comma() {
    if (after_key_) {
      after_key_ = false;
      return;
    }
    if (is_first_.empty()) return;
    if (!is_first_.back()) out_.Add(",");
    is_first_.back() = false;
  }

  Output& out_;
  std::vector<bool> is_first_;  // of what is open: nothing is in it yet
  bool after_key_ = false;
};

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_JSON_WRITER_H_
