// YAML text as a tree that knows its lines: the part of the reader that talks
// to the YAML library.
#ifndef CONCORDAT_PROTO_YAML_TREE_H_
#define CONCORDAT_PROTO_YAML_TREE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/yaml_node.h"

namespace concordat {

// What is wrong at one place of a YAML text.
struct YamlProblem {
  // From 1; 0: the text as a whole.
  int line = 0;
  // Path of the field (YamlPath); empty: the text as a whole.
  std::string field;
  // What is wrong and what would be right.
  std::string message;
};

struct YamlOptions {
  // Longer texts are refused unread.
  int64_t max_bytes = 1 << 20;
  // Maps and lists within each other; at most 400.
  int max_depth = 32;
  // Bytes of a key.
  int64_t max_key_bytes = 256;
  // Problems listed; what comes after is left out, and the last says so.
  int max_problems = 1000;
};

// Whether no more problems are listed.
bool HasAllYamlProblems(const YamlOptions& options,
                        const std::vector<YamlProblem>& problems);
// Adds a problem; the last that fits says instead that there are more.
void AddYamlProblem(YamlProblem problem, const YamlOptions& options,
                    std::vector<YamlProblem>& problems);

// By line; what is about the text as a whole comes last.
void SortYamlProblems(std::vector<YamlProblem>& problems);

// The tree of one document. Problems are added to `problems`, in the order of
// the text; after a syntax error the tree is empty, for what came before it may
// have been read otherwise than it was meant.
//
// Refused, so that a small file cannot become a large tree and a text means
// what it shows: anchors, aliases and merge keys, tags, several documents,
// keys that are no text, the same key twice, NUL, and what is not UTF-8.
//
// Throws nothing. Pure; thread-safe.
YamlNode ParseYamlTree(absl::string_view text, const YamlOptions& options,
                       std::vector<YamlProblem>& problems);

}  // namespace concordat

#endif  // CONCORDAT_PROTO_YAML_TREE_H_
