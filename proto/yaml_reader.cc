#include "proto/yaml_reader.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/did_you_mean.h"

namespace concordat {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Duration;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

struct DurationUnit {
  char letter;
  int64_t seconds;
};
// Largest first: the order they are written in.
constexpr DurationUnit kDurationUnits[] = {
    {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

// The range of google.protobuf.Duration, some 10,000 years.
constexpr int64_t kDurationSecondsMax = 315'576'000'000;

// nullopt: malformed or out of range.
std::optional<int64_t> ParseDurationSeconds(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  int64_t total = 0;
  size_t unit = 0;
  while (!text.empty()) {
    size_t digits = 0;
    while (digits < text.size() && absl::ascii_isdigit(text[digits])) ++digits;
    int64_t count = 0;
    if (digits == 0 || digits == text.size() ||
        !absl::SimpleAtoi(text.substr(0, digits), &count)) {
      return std::nullopt;
    }
    while (unit < std::size(kDurationUnits) &&
           kDurationUnits[unit].letter != text[digits]) {
      ++unit;
    }
    if (unit == std::size(kDurationUnits)) return std::nullopt;
    const int64_t seconds = kDurationUnits[unit++].seconds;
    if (count > (kDurationSecondsMax - total) / seconds) return std::nullopt;
    total += count * seconds;
    text.remove_prefix(digits + 1);
  }
  return total;
}

std::vector<std::string> FieldNames(const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) {
    names.push_back(type.field(i)->name());
  }
  return names;
}

// The names of an enum's values, as they are best written, without the one
// that means "unset": EXPOSURE_TOLD of Exposure is `told`.
std::string ShortEnumName(const EnumValueDescriptor& value) {
  std::string prefix;
  for (const char c : value.type()->name()) {
    if (absl::ascii_isupper(c) && !prefix.empty()) prefix.push_back('_');
    prefix.push_back(absl::ascii_tolower(c));
  }
  prefix.push_back('_');
  const std::string name = absl::AsciiStrToLower(value.name());
  return absl::StartsWith(name, prefix) ? name.substr(prefix.size()) : name;
}

const EnumValueDescriptor* FindEnumValue(const EnumDescriptor& type,
                                         absl::string_view text) {
  for (int i = 0; i < type.value_count(); ++i) {
    const EnumValueDescriptor* value = type.value(i);
    if (absl::EqualsIgnoreCase(text, value->name()) ||
        absl::EqualsIgnoreCase(text, ShortEnumName(*value))) {
      return value;
    }
  }
  return nullptr;
}

absl::string_view KindName(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kInvalid:
      return "something unreadable";
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return "";
}

// Reads a tree into messages. Paths and lines are those of what is read.
class MessageReader {
 public:
  MessageReader(const YamlOptions& options, std::vector<YamlProblem>& problems)
      : options_(options), problems_(problems) {}

  void ReadMessage(const YamlNode& node, int line, const std::string& path,
                   Message& message) {
    if (node.kind == YamlNode::Kind::kNull) return;
    if (node.kind != YamlNode::Kind::kMap) {
      ReportKind(node, line, path, "a map of fields");
      return;
    }
    const Descriptor& type = *message.GetDescriptor();
    for (size_t i = 0; i < node.items.size(); ++i) {
      const YamlNode::Key& key = node.keys[i];
      const std::string field_path = YamlPath(path, key.text);
      const FieldDescriptor* field = type.FindFieldByName(key.text);
      if (field == nullptr) {
        Report(key.line, field_path,
               absl::StrCat("there is no such field",
                            DidYouMean(key.text, FieldNames(type))));
        continue;
      }
      ReadField(node.items[i], key.line, field_path, *field, message);
    }
  }

 private:
  void Report(int line, const std::string& path, std::string text) {
    AddYamlProblem({line, path, std::move(text)}, options_, problems_);
  }

  void ReportKind(const YamlNode& node, int line, const std::string& path,
                  absl::string_view expected) {
    // Said already where it is invalid.
    if (node.kind == YamlNode::Kind::kInvalid) return;
    Report(line, path,
           absl::StrCat("must be ", expected, ", not ", KindName(node.kind)));
  }

  void ReadField(const YamlNode& node, int line, const std::string& path,
                 const FieldDescriptor& field, Message& message) {
    if (field.is_map()) {
      ReadMap(node, line, path, field, message);
      return;
    }
    if (field.is_repeated()) {
      if (node.kind != YamlNode::Kind::kSequence) {
        ReportKind(node, line, path,
                   "a list, such as [a, b] or lines that start with `-`");
        return;
      }
      for (size_t i = 0; i < node.items.size(); ++i) {
        const YamlNode& item = node.items[i];
        ReadValue(item, item.line, YamlPath(path, static_cast<int>(i)), field,
                  message);
      }
      return;
    }
    const Reflection& reflection = *message.GetReflection();
    if (const auto* oneof = field.real_containing_oneof();
        oneof != nullptr && reflection.HasOneof(message, oneof)) {
      const FieldDescriptor* other =
          reflection.GetOneofFieldDescriptor(message, oneof);
      Report(line, path,
             absl::StrCat("cannot stand beside `", other->name(),
                          "`; keep one of them"));
      return;
    }
    ReadValue(node, line, path, field, message);
  }

  void ReadMap(const YamlNode& node, int line, const std::string& path,
               const FieldDescriptor& field, Message& message) {
    if (node.kind != YamlNode::Kind::kMap) {
      ReportKind(node, line, path, "a map by name");
      return;
    }
    const FieldDescriptor& key_field = *field.message_type()->map_key();
    if (key_field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      Report(line, path, "cannot be written in YAML: its keys are no text");
      return;
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
      Message& entry = *message.GetReflection()->AddMessage(&message, &field);
      entry.GetReflection()->SetString(&entry, &key_field, node.keys[i].text);
      ReadValue(node.items[i], node.keys[i].line,
                YamlPath(path, node.keys[i].text),
                *field.message_type()->map_value(), entry);
    }
  }

  // One value: of a singular field, of a list's item or of a map's entry.
  void ReadValue(const YamlNode& node, int line, const std::string& path,
                 const FieldDescriptor& field, Message& message) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      ReadScalar(node, line, path, field, message);
      return;
    }
    const Reflection& reflection = *message.GetReflection();
    Message& child = field.is_repeated()
                         ? *reflection.AddMessage(&message, &field)
                         : *reflection.MutableMessage(&message, &field);
    const std::string& type = field.message_type()->full_name();
    if (type == Duration::descriptor()->full_name()) {
      ReadDuration(node, line, path, child);
    } else if (type == Timestamp::descriptor()->full_name()) {
      ReadTimestamp(node, line, path, child);
    } else {
      ReadMessage(node, line, path, child);
    }
  }

  void ReadDuration(const YamlNode& node, int line, const std::string& path,
                    Message& message) {
    constexpr absl::string_view kExpected =
        "a duration, such as 0s, 90s, 15m, 4h, 1d or 1h30m";
    if (node.kind != YamlNode::Kind::kScalar) {
      ReportKind(node, line, path, kExpected);
      return;
    }
    if (absl::StartsWith(node.text, "-")) {
      Report(node.line, path,
             absl::StrCat("must not be negative; write ", kExpected));
      return;
    }
    const std::optional<int64_t> seconds = ParseDurationSeconds(node.text);
    if (!seconds.has_value()) {
      Report(node.line, path, absl::StrCat("must be ", kExpected, Quote(node)));
      return;
    }
    // By reflection, since `message` may be a dynamic one.
    message.GetReflection()->SetInt64(
        &message,
        message.GetDescriptor()->FindFieldByNumber(
            Duration::kSecondsFieldNumber),
        *seconds);
  }

  void ReadTimestamp(const YamlNode& node, int line, const std::string& path,
                     Message& message) {
    constexpr absl::string_view kExpected =
        "a time of RFC 3339, such as 2026-11-21T14:30:00Z";
    if (node.kind != YamlNode::Kind::kScalar) {
      ReportKind(node, line, path, kExpected);
      return;
    }
    absl::Time time;
    if (!absl::ParseTime(absl::RFC3339_full, node.text, &time, nullptr) ||
        time < absl::FromCivil(absl::CivilYear(1), absl::UTCTimeZone()) ||
        time >= absl::FromCivil(absl::CivilYear(10000), absl::UTCTimeZone())) {
      Report(node.line, path, absl::StrCat("must be ", kExpected, Quote(node)));
      return;
    }
    const int64_t seconds = absl::ToUnixSeconds(time);
    const Descriptor& type = *message.GetDescriptor();
    const Reflection& reflection = *message.GetReflection();
    reflection.SetInt64(&message,
                        type.FindFieldByNumber(Timestamp::kSecondsFieldNumber),
                        seconds);
    reflection.SetInt32(
        &message, type.FindFieldByNumber(Timestamp::kNanosFieldNumber),
        static_cast<int32_t>(
            absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  }

  // ", not `what was written`".
  static std::string Quote(const YamlNode& node) {
    constexpr size_t kQuotedBytesMax = 60;
    if (node.text.size() > kQuotedBytesMax) return "";
    return absl::StrCat(", not `", absl::Utf8SafeCEscape(node.text), "`");
  }

  void ReadScalar(const YamlNode& node, int line, const std::string& path,
                  const FieldDescriptor& field, Message& message) {
    if (node.kind == YamlNode::Kind::kNull) {
      Report(line, path,
             "has no value; write one, or leave the field out, or put the "
             "text null in quotes");
      return;
    }
    if (node.kind != YamlNode::Kind::kScalar) {
      ReportKind(node, line, path, "a single value");
      return;
    }
    const Reflection& r = *message.GetReflection();
    const bool add = field.is_repeated();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return StoreInteger<int32_t>(node, path, field, message,
                                     &Reflection::AddInt32,
                                     &Reflection::SetInt32);
      case FieldDescriptor::CPPTYPE_INT64:
        return StoreInteger<int64_t>(node, path, field, message,
                                     &Reflection::AddInt64,
                                     &Reflection::SetInt64);
      case FieldDescriptor::CPPTYPE_UINT32:
        return StoreInteger<uint32_t>(node, path, field, message,
                                      &Reflection::AddUInt32,
                                      &Reflection::SetUInt32);
      case FieldDescriptor::CPPTYPE_UINT64:
        return StoreInteger<uint64_t>(node, path, field, message,
                                      &Reflection::AddUInt64,
                                      &Reflection::SetUInt64);
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
        return StoreReal(node, path, field, message);
      case FieldDescriptor::CPPTYPE_BOOL: {
        if (node.text != "true" && node.text != "false") {
          Report(node.line, path,
                 absl::StrCat("must be true or false", Quote(node)));
          return;
        }
        const bool value = node.text == "true";
        add ? r.AddBool(&message, &field, value)
            : r.SetBool(&message, &field, value);
        return;
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        return StoreEnum(node, path, field, message);
      case FieldDescriptor::CPPTYPE_STRING:
        add ? r.AddString(&message, &field, node.text)
            : r.SetString(&message, &field, node.text);
        return;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return;  // ReadValue reads these.
    }
  }

  template <typename Integer>
  void StoreInteger(const YamlNode& node, const std::string& path,
                    const FieldDescriptor& field, Message& message,
                    void (Reflection::*add)(Message*, const FieldDescriptor*,
                                            Integer) const,
                    void (Reflection::*set)(Message*, const FieldDescriptor*,
                                            Integer) const) {
    using Limits = std::numeric_limits<Integer>;
    Integer value = 0;
    // SimpleAtoi would take white space and a plus sign.
    const absl::string_view text = node.text;
    const bool digits =
        !text.empty() && text.find_first_not_of("-0123456789") == text.npos;
    if (!digits || !absl::SimpleAtoi(text, &value)) {
      Report(node.line, path,
             absl::StrCat("must be a whole number from ", Limits::min(), " to ",
                          Limits::max(), Quote(node)));
      return;
    }
    const Reflection& reflection = *message.GetReflection();
    (reflection.*(field.is_repeated() ? add : set))(&message, &field, value);
  }

  void StoreReal(const YamlNode& node, const std::string& path,
                 const FieldDescriptor& field, Message& message) {
    double value = 0;
    if (!absl::SimpleAtod(node.text, &value) || !std::isfinite(value)) {
      Report(node.line, path,
             absl::StrCat("must be a number, such as 0.25", Quote(node)));
      return;
    }
    const Reflection& r = *message.GetReflection();
    const bool add = field.is_repeated();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
      add ? r.AddDouble(&message, &field, value)
          : r.SetDouble(&message, &field, value);
    } else {
      const auto narrow = static_cast<float>(value);
      add ? r.AddFloat(&message, &field, narrow)
          : r.SetFloat(&message, &field, narrow);
    }
  }

  void StoreEnum(const YamlNode& node, const std::string& path,
                 const FieldDescriptor& field, Message& message) {
    const EnumDescriptor& type = *field.enum_type();
    const EnumValueDescriptor* value = FindEnumValue(type, node.text);
    if (value == nullptr) {
      std::vector<std::string> names;
      for (int i = 0; i < type.value_count(); ++i) {
        if (type.value(i)->number() != 0) {
          names.push_back(ShortEnumName(*type.value(i)));
        }
      }
      Report(node.line, path,
             absl::StrCat("must be one of ", absl::StrJoin(names, ", "),
                          Quote(node)));
      return;
    }
    const Reflection& r = *message.GetReflection();
    field.is_repeated() ? r.AddEnum(&message, &field, value)
                        : r.SetEnum(&message, &field, value);
  }

  const YamlOptions& options_;
  std::vector<YamlProblem>& problems_;
};

}  // namespace

int YamlResult::LineOf(absl::string_view path) const {
  return FindYamlNode(root_, path).line;
}

bool YamlResult::Has(absl::string_view path) const {
  const YamlPlace place = FindYamlNode(root_, path);
  return place.node != nullptr && place.exact;
}

std::vector<std::string> YamlResult::KeysOf(absl::string_view path) const {
  std::vector<std::string> keys;
  const YamlPlace place = FindYamlNode(root_, path);
  if (place.node == nullptr || !place.exact) return keys;
  for (const YamlNode::Key& key : place.node->keys) keys.push_back(key.text);
  return keys;
}

YamlResult ReadYaml(absl::string_view text, Message& message,
                    const YamlOptions& options) {
  YamlResult result;
  message.Clear();
  result.root_ = ParseYamlTree(text, options, result.problems);
  MessageReader(options, result.problems)
      .ReadMessage(result.root_, result.root_.line, "", message);
  SortYamlProblems(result.problems);
  return result;
}

std::string WriteYamlDuration(const Duration& duration) {
  int64_t rest = duration.seconds();
  std::string text;
  for (const DurationUnit& unit : kDurationUnits) {
    if (const int64_t count = rest / unit.seconds; count > 0) {
      absl::StrAppend(&text, count, std::string(1, unit.letter));
      rest -= count * unit.seconds;
    }
  }
  return text.empty() ? "0s" : text;
}

std::string WriteYamlProblem(absl::string_view file_name,
                             const YamlProblem& problem) {
  std::string text;
  if (!file_name.empty()) absl::StrAppend(&text, file_name, ":");
  if (problem.line > 0) absl::StrAppend(&text, problem.line, ":");
  if (!text.empty()) text.push_back(' ');
  if (!problem.field.empty()) absl::StrAppend(&text, problem.field, ": ");
  absl::StrAppend(&text, problem.message);
  return text;
}

}  // namespace concordat
