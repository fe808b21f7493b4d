#include "proto/yaml_node.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace concordat {
namespace {

bool IsPlainKey(absl::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-';
  });
}

// One step of a path, taken off its front.
struct PathStep {
  std::string key;
  int index = -1;
};

// nullopt: malformed.
std::optional<PathStep> TakeStep(absl::string_view& path) {
  PathStep step;
  if (path.front() != '[') {
    if (path.front() == '.') path.remove_prefix(1);
    const size_t end = std::min(path.find_first_of(".["), path.size());
    step.key = std::string(path.substr(0, end));
    path.remove_prefix(end);
    return step;
  }
  path.remove_prefix(1);
  if (path.empty() || path.front() != '"') {
    const size_t end = path.find(']');
    if (end == path.npos ||
        !absl::SimpleAtoi(path.substr(0, end), &step.index)) {
      return std::nullopt;
    }
    path.remove_prefix(end + 1);
    return step;
  }
  size_t i = 1;
  for (; i < path.size() && path[i] != '"'; ++i) {
    if (path[i] == '\\' && i + 1 < path.size()) ++i;
    step.key.push_back(path[i]);
  }
  if (path.substr(std::min(i, path.size()), 2) != "\"]") return std::nullopt;
  path.remove_prefix(i + 2);
  return step;
}

}  // namespace

std::string YamlPath(absl::string_view parent, absl::string_view key) {
  if (IsPlainKey(key)) {
    return parent.empty() ? std::string(key) : absl::StrCat(parent, ".", key);
  }
  std::string quoted;
  for (const char c : key) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(absl::ascii_iscntrl(c) ? ' ' : c);
  }
  return absl::StrCat(parent, "[\"", quoted, "\"]");
}

std::string YamlPath(absl::string_view parent, int index) {
  return absl::StrCat(parent, "[", index, "]");
}

YamlPlace FindYamlNode(const YamlNode& root, absl::string_view path) {
  YamlPlace place = {&root, root.line, true};
  while (!path.empty()) {
    const std::optional<PathStep> step = TakeStep(path);
    if (!step.has_value()) return {};
    const YamlNode& node = *place.node;
    size_t i = node.items.size();
    if (step->index >= 0) {
      i = static_cast<size_t>(step->index);
    } else {
      const auto found = node.places.find(step->key);
      if (found != node.places.end()) i = found->second;
    }
    if (i >= node.items.size()) {
      place.exact = false;
      return place;
    }
    place.line = node.keys.empty() ? node.items[i].line : node.keys[i].line;
    place.node = &node.items[i];
  }
  return place;
}

}  // namespace concordat
