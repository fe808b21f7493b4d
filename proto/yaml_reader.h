// YAML into any protobuf message, by reflection: the configuration's schema is
// a message, and every error names line and field.
#ifndef CONCORDAT_PROTO_YAML_READER_H_
#define CONCORDAT_PROTO_YAML_READER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "proto/yaml_tree.h"

namespace concordat {

// What came of reading a text. Knows where everything stood, so that what is
// wrong with the meaning can be reported by line too. Thread-compatible.
class YamlResult {
 public:
  // In the order of the text. Empty: the message holds the whole text.
  std::vector<YamlProblem> problems;

  bool ok() const { return problems.empty(); }

  // The line of the field at `path` (YamlPath), or of the nearest one that
  // encloses it; 0 where nothing was read.
  int LineOf(absl::string_view path) const;

  // Whether something was written for the field at `path`.
  bool Has(absl::string_view path) const;

  // The keys of the map at `path` in the order of the text, which a protobuf
  // map does not keep. Empty where there is none.
  std::vector<std::string> KeysOf(absl::string_view path) const;

 private:
  friend YamlResult ReadYaml(absl::string_view text,
                             google::protobuf::Message& message,
                             const YamlOptions& options);
  YamlNode root_;
};

// Reads `text` into `message`, which is cleared first. All problems are
// collected, up to a limit; where there are some, `message` holds what could be
// read: nothing after a syntax error, of which only the first is known.
//
// How fields are written, strictly:
//   message, map    a YAML map; nothing at all stands for an empty message
//   repeated        a YAML list
//   string          any scalar, as it is written: `no` and `007` are text
//   bool            true or false
//   numbers         decimal digits, within the range of the type
//   enum            the value's name, in any case; the prefix that it shares
//                   with its type may be left out: `told` for EXPOSURE_TOLD
//   Duration        `0s`, `90s`, `15m`, `4h`, `1d`, `1h30m`
//   Timestamp       RFC 3339
// Fields have their proto names. What is refused besides: ParseYamlTree.
//
// Throws nothing. Pure; thread-safe.
YamlResult ReadYaml(absl::string_view text, google::protobuf::Message& message,
                    const YamlOptions& options = {});

// As ReadYaml reads it: `1h30m`; fractions of a second are left out.
std::string WriteYamlDuration(const google::protobuf::Duration& duration);

// "file:line: field: message", without what there is none of.
std::string WriteYamlProblem(absl::string_view file_name,
                             const YamlProblem& problem);

}  // namespace concordat

#endif  // CONCORDAT_PROTO_YAML_READER_H_
