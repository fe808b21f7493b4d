#include "proto/yaml_tree.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "yaml-cpp/depthguard.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/parser.h"

namespace concordat {
namespace {

// The length of the UTF-8 sequence at the start of `text`; 0: there is none.
size_t Utf8SequenceLength(absl::string_view text) {
  const auto byte = [&](size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Overlong writings, surrogates, and what is beyond U+10FFFF.
  const unsigned char second = byte(1);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
    return 0;
  }
  return length;
}

// What makes the bytes no text at all.
std::optional<YamlProblem> FindEncodingProblem(absl::string_view text) {
  int line = 1;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '\n') ++line;
    if (text[i] == '\0') {
      return YamlProblem{line, "", "a NUL byte is not allowed in text"};
    }
    const size_t length = Utf8SequenceLength(text.substr(i));
    if (length == 0) {
      return YamlProblem{line, "", "is not UTF-8; save the file as UTF-8"};
    }
    i += length;
  }
  return std::nullopt;
}

// The first line up to `last_line` that is indented with a tab; 0: none.
int FindTabIndent(absl::string_view text, int last_line) {
  int line = 1;
  bool in_indent = true;
  for (const char c : text) {
    if (c == '\n') {
      in_indent = true;
      if (++line > last_line) return 0;
    } else if (c == '\t' && in_indent) {
      return line;
    } else if (c != ' ') {
      in_indent = false;
    }
  }
  return 0;
}

// Whether the quote at `position` is closed. yaml-cpp takes the end of the
// text for the closing quote, so that a truncated file would pass.
bool QuoteIsClosed(absl::string_view text, size_t position) {
  const char quote = text[position];
  for (size_t i = position + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != '\'') {
        return true;
      }
      ++i;
    }
  }
  return false;
}

// Builds the tree from yaml-cpp's events, so that aliases are seen as such and
// never expanded.
class TreeBuilder : public YAML::EventHandler {
 public:
  // All must outlive the builder. `text` has no byte order mark.
  TreeBuilder(absl::string_view text, const YamlOptions& options,
              std::vector<YamlProblem>& problems)
      : text_(text), options_(options), problems_(problems) {}

  bool has_document() const { return documents_ > 0; }

  // What was read, after the end.
  YamlNode Take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2) {
      Report(mark.line + 1, "",
             "starts a second document; a file holds one, whose fields all "
             "start in the same column");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (Ignored()) return;
    YamlNode node;
    node.kind = YamlNode::Kind::kNull;
    node.line = mark.line + 1;
    if (!CheckDecoration(node.line, "?", anchor)) {
      node.kind = YamlNode::Kind::kInvalid;
    }
    if (ExpectsKey()) {
      ReportHere(node.line, "a key is empty or null; write it in quotes");
      StartDroppedValue(node.line);
      return;
    }
    Add(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    if (Ignored()) return;
    const int line = mark.line + 1;
    ReportHere(line, kNoAnchors);
    if (ExpectsKey()) {
      StartDroppedValue(line);
    } else {
      Add(Invalid(line));
    }
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    if (Ignored()) return;
    const int line = mark.line + 1;
    bool valid = CheckDecoration(line, tag, anchor);
    if (tag == "!") valid = CheckQuoted(mark) && valid;
    if (value.find('\0') != std::string::npos) {
      ReportHere(line, "a NUL character is not allowed in text");
      valid = false;
    }
    if (ExpectsKey()) {
      AddKey(valid, value, line);
      return;
    }
    YamlNode node = Invalid(line);
    if (valid) {
      node.kind = YamlNode::Kind::kScalar;
      node.text = value;
    }
    Add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Open(YamlNode::Kind::kSequence, mark.line + 1, tag, anchor);
  }
  void OnSequenceEnd() override { End(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Open(YamlNode::Kind::kMap, mark.line + 1, tag, anchor);
  }
  void OnMapEnd() override { End(); }

 private:
  static constexpr absl::string_view kNoAnchors =
      "anchors (&), aliases (*) and merge keys (<<) are not supported; write "
      "the value out";

  // A map or sequence that is being read.
  struct Frame {
    YamlNode node;
    // Of a map: its key was read, its value comes next.
    bool has_key = false;
    // The value belongs to a key that cannot stand; drop it.
    bool drop_value = false;
    YamlNode::Key key;
  };

  static YamlNode Invalid(int line) {
    YamlNode node;
    node.line = line;
    return node;
  }

  // Within something that was refused, or in a second document.
  bool Ignored() const { return documents_ > 1 || skipped_depth_ > 0; }

  bool ExpectsKey() const {
    return !stack_.empty() && stack_.back().node.kind == YamlNode::Kind::kMap &&
           !stack_.back().has_key;
  }

  void Report(int line, std::string field, absl::string_view message) {
    AddYamlProblem({line, std::move(field), std::string(message)}, options_,
                   problems_);
  }

  void ReportHere(int line, absl::string_view message) {
    if (HasAllYamlProblems(options_, problems_)) return;
    std::string path;
    for (const Frame& frame : stack_) {
      if (frame.node.kind == YamlNode::Kind::kSequence) {
        path = YamlPath(path, static_cast<int>(frame.node.items.size()));
      } else if (frame.has_key) {
        path = YamlPath(path, frame.key.text);
      }
    }
    Report(line, std::move(path), message);
  }

  bool CheckDecoration(int line, const std::string& tag,
                       YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      ReportHere(line, kNoAnchors);
      return false;
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      ReportHere(line, "tags (!) are not supported; write the value alone");
      return false;
    }
    return true;
  }

  bool CheckQuoted(const YAML::Mark& mark) {
    const auto position = static_cast<size_t>(mark.pos);
    if (position >= text_.size()) return true;
    const char quote = text_[position];
    if (quote != '"' && quote != '\'') return true;  // a block: | or >
    if (QuoteIsClosed(text_, position)) return true;
    ReportHere(mark.line + 1, "the quote that opens here is never closed");
    return false;
  }

  void StartValue(const std::string& key, int line) {
    Frame& frame = stack_.back();
    frame.has_key = true;
    frame.drop_value = false;
    frame.key = {key, line};
  }

  // After a key that cannot stand; a problem was reported.
  void StartDroppedValue(int line) {
    StartValue("", line);
    stack_.back().drop_value = true;
  }

  void AddKey(bool valid, const std::string& key, int line) {
    if (static_cast<int64_t>(key.size()) > options_.max_key_bytes) {
      ReportHere(line,
                 absl::StrCat("a key has ", key.size(), " bytes; at most ",
                              options_.max_key_bytes, " are allowed"));
      valid = false;
    } else if (valid && key == "<<") {
      ReportHere(line, kNoAnchors);
      valid = false;
    }
    if (!valid) {
      StartDroppedValue(line);
      return;
    }
    StartValue(key, line);
    Frame& frame = stack_.back();
    const auto [first, is_new] =
        frame.node.places.emplace(key, frame.node.keys.size());
    if (is_new) return;
    frame.drop_value = true;
    ReportHere(line,
               absl::StrCat("is there twice, first on line ",
                            frame.node.keys[first->second].line, "; keep one"));
  }

  void Add(YamlNode node) {
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.kind == YamlNode::Kind::kSequence) {
      frame.node.items.push_back(std::move(node));
      return;
    }
    frame.has_key = false;
    if (frame.drop_value) return;
    frame.node.keys.push_back(std::move(frame.key));
    frame.node.items.push_back(std::move(node));
  }

  void Open(YamlNode::Kind kind, int line, const std::string& tag,
            YAML::anchor_t anchor) {
    if (Ignored()) {
      ++skipped_depth_;
      return;
    }
    bool valid = CheckDecoration(line, tag, anchor);
    if (ExpectsKey()) {
      ReportHere(line, "a key must be text, not a map or a list");
      StartDroppedValue(line);
      ++skipped_depth_;
      return;
    }
    if (static_cast<int>(stack_.size()) >= options_.max_depth) {
      ReportHere(line, absl::StrCat("is nested more than ", options_.max_depth,
                                    " deep"));
      valid = false;
    }
    if (!valid) {
      Add(Invalid(line));
      ++skipped_depth_;
      return;
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.line = line;
    stack_.push_back(std::move(frame));
  }

  void End() {
    if (skipped_depth_ > 0) {
      --skipped_depth_;
      return;
    }
    if (!stack_.empty()) Close();
  }

  void Close() {
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    Add(std::move(node));
  }

  const absl::string_view text_;
  const YamlOptions& options_;
  std::vector<YamlProblem>& problems_;
  std::vector<Frame> stack_;
  YamlNode root_;
  int documents_ = 0;
  int skipped_depth_ = 0;
};

// Problem of a text that yaml-cpp gave up on, in line `line`.
YamlProblem SyntaxProblem(absl::string_view text, int line,
                          absl::string_view what) {
  if (const int tab = FindTabIndent(text, line); tab > 0) {
    return {tab, "", "is indented with a tab; YAML takes spaces only"};
  }
  return {line, "", absl::StrCat("is not YAML: ", what)};
}

}  // namespace

bool HasAllYamlProblems(const YamlOptions& options,
                        const std::vector<YamlProblem>& problems) {
  return static_cast<int>(problems.size()) >= options.max_problems;
}

void AddYamlProblem(YamlProblem problem, const YamlOptions& options,
                    std::vector<YamlProblem>& problems) {
  if (HasAllYamlProblems(options, problems)) return;
  problems.push_back(std::move(problem));
  if (HasAllYamlProblems(options, problems)) {
    problems.back() = {0, "", "has more problems than are listed here"};
  }
}

void SortYamlProblems(std::vector<YamlProblem>& problems) {
  // Line 0 becomes the greatest.
  const auto key = [](const YamlProblem& problem) {
    return static_cast<unsigned>(problem.line) - 1;
  };
  std::stable_sort(problems.begin(), problems.end(),
                   [&](const YamlProblem& a, const YamlProblem& b) {
                     return key(a) < key(b);
                   });
}

YamlNode ParseYamlTree(absl::string_view text, const YamlOptions& options,
                       std::vector<YamlProblem>& problems) {
  if (static_cast<int64_t>(text.size()) > options.max_bytes) {
    problems.push_back({0, "",
                        absl::StrCat("has ", text.size(), " bytes; at most ",
                                     options.max_bytes, " are allowed")});
    return {};
  }
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  if (std::optional<YamlProblem> problem = FindEncodingProblem(text)) {
    problems.push_back(*std::move(problem));
    return {};
  }
  TreeBuilder builder(text, options, problems);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    // A second document is enough to refuse the text.
    if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);
  } catch (const YAML::DeepRecursion& error) {
    problems.push_back(
        {error.mark.line + 1, "",
         absl::StrCat("is nested more than ", options.max_depth, " deep")});
    return {};
  } catch (const YAML::Exception& error) {
    problems.push_back(SyntaxProblem(text, error.mark.line + 1, error.msg));
    return {};
  }
  if (!builder.has_document()) {
    problems.push_back({0, "", "is empty; write at least one field"});
  }
  return builder.Take();
}

}  // namespace concordat
