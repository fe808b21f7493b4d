#include "client/notify/webhook_delivery.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/notify/signature.h"

namespace concordat::client {
namespace {

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

// False where there is no memory left.
bool Append(const std::string& header, HeaderList& list) {
  curl_slist* const longer = curl_slist_append(list.get(), header.c_str());
  if (longer == nullptr) return false;
  list.release();
  list.reset(longer);
  return true;
}

// What a receiver answers beside its status is not for us.
size_t Ignore(char*, size_t size, size_t count, void*) { return size * count; }

// The host of a URL that is one of HTTP; empty where it is none.
std::string HostOf(const std::string& url) {
  struct FreeUrl {
    void operator()(CURLU* parsed) const { curl_url_cleanup(parsed); }
  };
  const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
  if (parsed == nullptr ||
      curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    return "";
  std::string parts[2];
  const CURLUPart wanted[2] = {CURLUPART_SCHEME, CURLUPART_HOST};
  for (int i = 0; i < 2; ++i) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), wanted[i], &text, 0) != CURLUE_OK) return "";
    parts[i] = text;
    curl_free(text);
  }
  return parts[0] == "http" || parts[0] == "https" ? parts[1] : "";
}

bool MayGoBetter(long status) {
  return status == 408 || status == 429 || status >= 500;
}

}  // namespace

struct WebhookDelivery::Connection {
  Connection() : curl(curl_easy_init()) {}
  ~Connection() { curl_easy_cleanup(curl); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  CURL* const curl;  // keeps the connection open from one to the next
};

absl::StatusOr<std::vector<std::string>> ParseHeaders(absl::string_view text) {
  std::vector<std::string> headers;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    const size_t colon = line.find(':');
    const bool has_control = std::any_of(
        line.begin(), line.end(),
        [](unsigned char c) { return absl::ascii_iscntrl(c) && c != '\t'; });
    // curl takes a header away where it has no value.
    if (colon == 0 || colon == line.npos || colon + 1 == line.size() ||
        has_control || line.find_first_of(" \t") < colon) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, " is no header: write `Name: value`"));
    }
    headers.emplace_back(line);
  }
  return headers;
}

absl::StatusOr<std::unique_ptr<WebhookDelivery>> WebhookDelivery::Create(
    WebhookOptions options, std::function<absl::Time()> now) {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  std::string host = HostOf(options.url);
  if (host.empty())
    return absl::InvalidArgumentError(
        "the webhook is no http:// or https:// URL");
  auto connection = std::make_unique<Connection>();
  if (kReady != CURLE_OK || connection->curl == nullptr)
    return absl::InternalError("the HTTP library does not start");
  return std::unique_ptr<WebhookDelivery>(
      new WebhookDelivery(std::move(options), std::move(host), std::move(now),
                          std::move(connection)));
}

WebhookDelivery::WebhookDelivery(WebhookOptions options, std::string host,
                                 std::function<absl::Time()> now,
                                 std::unique_ptr<Connection> connection)
    : options_(std::move(options)),
      host_(std::move(host)),
      now_(std::move(now)),
      connection_(std::move(connection)) {
  CURL* const curl = connection_->curl;
  const auto timeout =
      static_cast<long>(absl::ToInt64Milliseconds(options_.timeout));
  curl_easy_setopt(curl, CURLOPT_URL, options_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, timeout);
  // Its timeouts would use signals otherwise, which belong to the program.
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Ignore);
}

WebhookDelivery::~WebhookDelivery() = default;

Outcome WebhookDelivery::OutcomeOf(int code) const {
  if (code != CURLE_OK)
    return {.kind = Outcome::Kind::kFailed,
            .problem = absl::StrCat(
                host_, ": ", curl_easy_strerror(static_cast<CURLcode>(code)))};
  long status = 0;
  curl_off_t retry_after = 0;
  curl_easy_getinfo(connection_->curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(connection_->curl, CURLINFO_RETRY_AFTER, &retry_after);
  if (status >= 200 && status < 300) return {};
  return {.kind = MayGoBetter(status) ? Outcome::Kind::kFailed
                                      : Outcome::Kind::kRefused,
          .problem = absl::StrCat(host_, " answered HTTP ", status),
          .retry_after = absl::Seconds(retry_after)};
}

Outcome WebhookDelivery::Deliver(const Parcel& parcel) {
  const absl::Time now = now_();
  std::vector<std::string> headers = {
      "Content-Type: application/json",
      // A second round trip before the body gains nothing.
      "Expect:", absl::StrCat("webhook-id: ", parcel.id),
      absl::StrCat("webhook-timestamp: ", absl::ToUnixSeconds(now))};
  if (!options_.signing_key.empty())
    headers.push_back(absl::StrCat(
        "webhook-signature: ",
        SignatureOf(options_.signing_key, parcel.id, now, parcel.body)));
  headers.insert(headers.end(), options_.headers.begin(),
                 options_.headers.end());
  HeaderList list;
  for (const std::string& header : headers) {
    if (!Append(header, list)) return OutcomeOf(CURLE_OUT_OF_MEMORY);
  }
  CURL* const curl = connection_->curl;
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(parcel.body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, parcel.body.c_str());
  const Outcome outcome = OutcomeOf(curl_easy_perform(curl));
  // They go out of scope.
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, nullptr);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, nullptr);
  return outcome;
}

}  // namespace concordat::client
