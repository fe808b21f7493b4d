#include "server/access/text_fetch.h"

#include <curl/curl.h>

#include <fstream>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "server/access/token_keys.h"

namespace concordat {
namespace {

constexpr long kSeconds = 10;
constexpr long kOk = 200;

struct CurlClose {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};

// Takes fewer bytes than it was given, which ends the transfer, once there are
// too many.
size_t Append(char* bytes, size_t size, size_t count, void* to) {
  std::string& text = *static_cast<std::string*>(to);
  if (text.size() + size * count > kKeySetBytesMax) return 0;
  text.append(bytes, size * count);
  return size * count;
}

absl::StatusOr<std::string> FetchUrl(const std::string& url) {
  const std::unique_ptr<CURL, CurlClose> curl(curl_easy_init());
  if (curl == nullptr) return errors::Internal("curl cannot be used");
  std::string text;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &text);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) {
    return errors::StorageUnavailable(
        absl::StrCat("cannot be fetched: ", curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == kOk) return text;
  return errors::StorageUnavailable(
      absl::StrCat("cannot be fetched: HTTP status ", status));
}

absl::StatusOr<std::string> FetchFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kKeySetBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (file.bad() || text.empty() || text.size() > kKeySetBytesMax) {
    return errors::StorageUnavailable(
        absl::StrCat(path, " cannot be read, is empty or too large"));
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> FetchText(const std::string& from) {
  return absl::StartsWith(from, "https://") ? FetchUrl(from) : FetchFile(from);
}

}  // namespace concordat
