// ToYaml: any message as YAML, by reflection.
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/output.h"
#include "client/times.h"
#include "proto/yaml_reader.h"

namespace concordat::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Whether YAML reads the text, unquoted, as the same text.
bool IsPlain(absl::string_view text) {
  if (text.empty() || !absl::ascii_isalpha(text[0])) return false;
  for (const char c : text)
    if (!absl::ascii_isalnum(c) && c != '_' && c != '-' && c != '.' && c != '/')
      return false;
  for (const absl::string_view word :
       {"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
    if (absl::EqualsIgnoreCase(text, word)) return false;
  return true;
}

std::string Scalar(absl::string_view text) {
  if (IsPlain(text)) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      quoted.append({'\\', c});
    else if (c == '\n')
      quoted += "\\n";
    else if (byte < 0x20 || byte == 0x7F)
      absl::StrAppend(&quoted, "\\x", absl::Hex(byte, absl::kZeroPad2));
    else
      quoted += c;
  }
  return quoted + "\"";
}

void Write(const Message& message, int indent, std::string* yaml);

// A time or duration is one scalar; empty: another kind of message.
std::string WellKnown(const Message& message) {
  if (const auto* time =
          dynamic_cast<const google::protobuf::Timestamp*>(&message))
    return Scalar(FormatTime(*time));
  if (const auto* duration =
          dynamic_cast<const google::protobuf::Duration*>(&message))
    return WriteYamlDuration(*duration);
  return "";
}

// A field's value, or the value of its element `index`, where it is a scalar.
std::string ValueText(const Message& message, const FieldDescriptor& field,
                      int index) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const bool one = !field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return (one ? reflection.GetBool(message, &field)
                  : reflection.GetRepeatedBool(message, &field, index))
                 ? "true"
                 : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(
          one ? reflection.GetInt32(message, &field)
              : reflection.GetRepeatedInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(
          one ? reflection.GetInt64(message, &field)
              : reflection.GetRepeatedInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(
          one ? reflection.GetUInt64(message, &field)
              : reflection.GetRepeatedUInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(
          one ? reflection.GetDouble(message, &field)
              : reflection.GetRepeatedDouble(message, &field, index));
    case FieldDescriptor::CPPTYPE_ENUM:
      return (one ? reflection.GetEnum(message, &field)
                  : reflection.GetRepeatedEnum(message, &field, index))
          ->name();
    case FieldDescriptor::CPPTYPE_STRING:
      return Scalar(one ? reflection.GetString(message, &field)
                        : reflection.GetRepeatedString(message, &field, index));
    default:
      return "";
  }
}

// ` value` or, for a message, its fields on lines of their own.
void WriteMember(const Message& message, const FieldDescriptor& field,
                 int index, int indent, std::string* yaml) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    absl::StrAppend(yaml, " ", ValueText(message, field, index), "\n");
    return;
  }
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const Message& member =
      field.is_repeated()
          ? reflection.GetRepeatedMessage(message, &field, index)
          : reflection.GetMessage(message, &field);
  const std::string scalar = WellKnown(member);
  if (!scalar.empty()) {
    absl::StrAppend(yaml, " ", scalar, "\n");
    return;
  }
  std::string fields;
  Write(member, indent, &fields);
  absl::StrAppend(yaml, fields.empty() ? " {}\n" : absl::StrCat("\n", fields));
}

// A map's entries by key: protobuf keeps no order.
void WriteMap(const Message& message, const FieldDescriptor& field, int indent,
              std::string* yaml) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::map<std::string, const Message*> entries;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    const FieldDescriptor* key = entry.GetDescriptor()->map_key();
    entries.emplace(ValueText(entry, *key, 0), &entry);
  }
  for (const auto& [key, entry] : entries) {
    absl::StrAppend(yaml, std::string(indent, ' '), key, ":");
    WriteMember(*entry, *entry->GetDescriptor()->map_value(), 0, indent + 2,
                yaml);
  }
}

void Write(const Message& message, int indent, std::string* yaml) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  const std::string margin(indent, ' ');
  for (const FieldDescriptor* field : fields) {
    absl::StrAppend(yaml, margin, field->name(), ":");
    if (!field->is_repeated()) {
      WriteMember(message, *field, 0, indent + 2, yaml);
      continue;
    }
    *yaml += '\n';
    if (field->is_map()) {
      WriteMap(message, *field, indent + 2, yaml);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      absl::StrAppend(yaml, margin, "  -");
      WriteMember(message, *field, i, indent + 4, yaml);
    }
  }
}

}  // namespace

std::string ToYaml(const google::protobuf::Message& message) {
  std::string yaml;
  Write(message, 0, &yaml);
  return yaml.empty() ? "{}\n" : yaml;
}

}  // namespace concordat::client
