#include "config/vocabulary_diff.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "proto/yaml_reader.h"

namespace concordat {
namespace {

using google::protobuf::Duration;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Path -> value as written.
using Leaves = std::map<std::string, std::string>;

// Of a scalar; `index` is that of a repeated field's item, -1 for none. The
// schema's scalars are text, truth values and whole numbers.
std::string WriteScalar(const Message& message, const FieldDescriptor& field,
                        int index) {
  const Reflection& r = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return index < 0 ? r.GetString(message, &field)
                       : r.GetRepeatedString(message, &field, index);
    case FieldDescriptor::CPPTYPE_BOOL:
      return r.GetBool(message, &field) ? "true" : "false";
    default:
      return absl::StrCat(r.GetInt32(message, &field));
  }
}

void Flatten(const Message& message, const std::string& path, Leaves& leaves);

void FlattenMessage(const Message& message, const std::string& path,
                    Leaves& leaves) {
  if (message.GetDescriptor() == Duration::descriptor()) {
    leaves[path] = WriteYamlDuration(static_cast<const Duration&>(message));
    return;
  }
  const size_t before = leaves.size();
  Flatten(message, path, leaves);
  if (leaves.size() == before) leaves[path] = "{}";
}

void FlattenMap(const Message& message, const FieldDescriptor& field,
                const std::string& path, Leaves& leaves) {
  const Reflection& r = *message.GetReflection();
  const FieldDescriptor& key = *field.message_type()->map_key();
  const FieldDescriptor& value = *field.message_type()->map_value();
  for (int i = 0; i < r.FieldSize(message, &field); ++i) {
    const Message& entry = r.GetRepeatedMessage(message, &field, i);
    const std::string entry_path = YamlPath(path, WriteScalar(entry, key, -1));
    if (value.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      FlattenMessage(entry.GetReflection()->GetMessage(entry, &value),
                     entry_path, leaves);
    } else {
      leaves[entry_path] = WriteScalar(entry, value, -1);
    }
  }
}

void Flatten(const Message& message, const std::string& path, Leaves& leaves) {
  const Reflection& r = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  r.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string field_path = YamlPath(path, field->name());
    if (field->is_map()) {
      FlattenMap(message, *field, field_path, leaves);
    } else if (field->is_repeated()) {
      std::vector<std::string> items;
      for (int i = 0; i < r.FieldSize(message, field); ++i) {
        items.push_back(WriteScalar(message, *field, i));
      }
      leaves[field_path] = absl::StrCat("[", absl::StrJoin(items, ", "), "]");
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      FlattenMessage(r.GetMessage(message, field), field_path, leaves);
    } else {
      leaves[field_path] = WriteScalar(message, *field, -1);
    }
  }
}

// Whether something stands beneath `path`; then its being empty on the other
// side is no difference of its own.
bool HasBeneath(const Leaves& leaves, const std::string& path) {
  for (const absl::string_view next : {".", "["}) {
    const std::string prefix = absl::StrCat(path, next);
    const auto found = leaves.lower_bound(prefix);
    if (found != leaves.end() &&
        found->first.compare(0, prefix.size(), prefix) == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<VocabularyDifference> DiffVocabularies(
    const v1::Vocabulary& before, const v1::Vocabulary& after) {
  Leaves old_leaves, new_leaves;
  Flatten(before, "", old_leaves);
  Flatten(after, "", new_leaves);
  std::map<std::string, VocabularyDifference> differences;
  for (const auto& [path, value] : old_leaves) {
    const auto other = new_leaves.find(path);
    if (other != new_leaves.end() && other->second == value) continue;
    if (value == "{}" && HasBeneath(new_leaves, path)) continue;
    differences[path] = {path, value,
                         other == new_leaves.end() ? "" : other->second};
  }
  for (const auto& [path, value] : new_leaves) {
    if (old_leaves.contains(path)) continue;
    if (value == "{}" && HasBeneath(old_leaves, path)) continue;
    differences[path] = {path, "", value};
  }
  std::vector<VocabularyDifference> sorted;
  for (auto& [path, difference] : differences) {
    sorted.push_back(std::move(difference));
  }
  return sorted;
}

}  // namespace concordat
