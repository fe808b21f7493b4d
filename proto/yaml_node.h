// A tree of YAML, and the paths of its fields.
#ifndef CONCORDAT_PROTO_YAML_NODE_H_
#define CONCORDAT_PROTO_YAML_NODE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace concordat {

struct YamlNode {
  enum class Kind : uint8_t {
    kInvalid,  // a problem was reported here already
    kNull,     // nothing was written, or `null` or `~`
    kScalar,
    kSequence,
    kMap,
  };
  struct Key {
    std::string text;
    int line = 0;
  };

  Kind kind = Kind::kInvalid;
  int line = 0;
  // Of a scalar, as text, quotes and escapes taken away.
  std::string text;
  // Of a map, in the order of the text; keys[i] belongs to items[i].
  std::vector<Key> keys;
  // Of a map: its keys' places in `keys`.
  absl::flat_hash_map<std::string, size_t> places;
  // Of a sequence or map.
  std::vector<YamlNode> items;
};

// The path of a field: parent.key, or parent["the key"] where the key holds
// other characters than ASCII letters, digits, `_` and `-`.
std::string YamlPath(absl::string_view parent, absl::string_view key);
// The path of a list's item: parent[2].
std::string YamlPath(absl::string_view parent, int index);

struct YamlPlace {
  // nullptr where the path is malformed.
  const YamlNode* node = nullptr;
  // Of the node's key, if it has one, of the node otherwise.
  int line = 0;
  // Whether it is the node asked for, not one that encloses it.
  bool exact = false;
};

// The node at `path`, or the nearest one that encloses it.
YamlPlace FindYamlNode(const YamlNode& root, absl::string_view path);

}  // namespace concordat

#endif  // CONCORDAT_PROTO_YAML_NODE_H_
