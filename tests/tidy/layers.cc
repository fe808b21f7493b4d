// Which folder may include what. The table is ARCHITECTURE.md's picture of the
// layers; change both or neither.
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "tests/tidy/rules.h"

namespace concordat::tidy {
namespace {

struct Layer {
  // Files whose path starts so; the first layer that matches counts.
  absl::string_view prefix;
  // What of ours they may include, by prefix.
  std::vector<absl::string_view> may_include;
  // Whether they may see protobuf's generated types and its library.
  bool wire = false;
};

const std::vector<Layer>& Layers() {
  static const auto* const kLayers = new std::vector<Layer>{
      {"graph/", {"graph/"}},
      {"consistency/", {"graph/", "consistency/"}},
      {"proto/", {"proto/"}, true},
      {"config/", {"proto/", "graph/", "consistency/", "config/"}, true},
      {"server/storage/", {"graph/", "consistency/", "server/storage/"}},
      {"server/convert/",
       {"proto/", "graph/", "consistency/", "config/", "server/convert/"},
       true},
      {"server/rpc/",
       {"proto/", "graph/", "consistency/", "config/", "server/"},
       true},
      {"server/ingest/", {"graph/", "consistency/", "config/", "server/"}},
      {"server/security/",
       {"graph/", "consistency/", "config/", "server/", "proto/sha256.h"}},
      {"server/watch/", {"graph/", "consistency/", "config/", "server/"}},
      {"server/telemetry/", {"graph/", "consistency/", "config/", "server/"}},
      // The composition root and main.
      {"server/",
       {"proto/", "graph/", "consistency/", "config/", "server/"},
       true},
      {"client/values/", {"graph/", "consistency/", "client/values/"}},
      // Both read values as the server does.
      {"client/reconcile/",
       {"proto/", "graph/", "consistency/", "config/", "client/"},
       true},
      {"client/", {"proto/", "client/"}, true},
  };
  return *kLayers;
}

constexpr absl::string_view kFolders[] = {"graph/",  "consistency/", "proto/",
                                          "config/", "server/",      "client/",
                                          "tests/"};

// A library that only some folders may see.
struct Home {
  absl::string_view include;
  std::vector<absl::string_view> folders;
};

const std::vector<Home>& Homes() {
  static const auto* const kHomes = new std::vector<Home>{
      {"unicode/", {"graph/"}},
      {"phonenumbers/", {"graph/"}},
      {"SQLiteCpp/", {"server/storage/"}},
      {"sqlite3.h", {"server/storage/"}},
      {"openssl/", {"server/security/", "server/access/", "proto/", "tests/"}},
      {"yaml-cpp/", {"proto/"}},
      {"grpc/", {"server/", "client/"}},
      {"grpcpp/", {"server/", "client/"}},
      {"CLI/", {"server/", "client/"}},
      {"csv.h", {"client/"}},
      {"curl/", {"client/notify/", "server/access/"}},
      {"cjose/", {"server/access/", "tests/"}},
      {"jansson.h", {"server/access/"}},
      {"zlib.h", {"client/"}},
      {"openssl/", {"proto/", "server/"}},
  };
  return *kHomes;
}

bool StartsWithAny(absl::string_view text,
                   const std::vector<absl::string_view>& prefixes) {
  for (const absl::string_view prefix : prefixes) {
    if (absl::StartsWith(text, prefix)) return true;
  }
  return false;
}

bool IsOurs(absl::string_view include) {
  for (const absl::string_view folder : kFolders) {
    if (absl::StartsWith(include, folder)) return true;
  }
  return false;
}

// The included path of a line; empty where it includes nothing.
absl::string_view IncludedBy(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, "#include ")) return "";
  if (line.size() < 2) return "";
  const size_t end = line.find(line[0] == '<' ? '>' : '"', 1);
  if (end == absl::string_view::npos) return "";
  return line.substr(1, end - 1);
}

// Why `layer` must not include it; empty where it may.
std::string Objection(const Layer& layer, absl::string_view path,
                      absl::string_view include) {
  const bool wire = absl::EndsWith(include, ".pb.h") ||
                    absl::StartsWith(include, "google/protobuf/");
  if (wire && !layer.wire) {
    return absl::StrCat(layer.prefix, " must not see wire types: ", include);
  }
  if (IsOurs(include) && !StartsWithAny(include, layer.may_include)) {
    return absl::StrCat(layer.prefix, " must not include ", include, "; only ",
                        absl::StrJoin(layer.may_include, ", "));
  }
  const bool storage = absl::StartsWith(path, "server/storage/");
  for (const Home& home : Homes()) {
    if (!absl::StartsWith(include, home.include)) continue;
    const bool grpc = absl::StartsWith(home.include, "grpc");
    if (!StartsWithAny(path, home.folders) || (storage && grpc)) {
      return absl::StrCat(include, " belongs in ",
                          absl::StrJoin(home.folders, ", "), " only");
    }
  }
  return "";
}

}  // namespace

Violations CheckLayers(const File& file) {
  Violations violations;
  for (const Layer& layer : Layers()) {
    if (!absl::StartsWith(file.path, layer.prefix)) continue;
    int number = 0;
    for (const absl::string_view line : absl::StrSplit(file.text, '\n')) {
      ++number;
      const absl::string_view include = IncludedBy(line);
      if (include.empty()) continue;
      std::string objection = Objection(layer, file.path, include);
      if (!objection.empty()) {
        violations.push_back({number, std::move(objection)});
      }
    }
    break;
  }
  return violations;
}

}  // namespace concordat::tidy
