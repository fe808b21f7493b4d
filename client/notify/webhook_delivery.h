#ifndef CONCORDAT_CLIENT_NOTIFY_WEBHOOK_DELIVERY_H_
#define CONCORDAT_CLIENT_NOTIFY_WEBHOOK_DELIVERY_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/notify/delivery.h"

namespace concordat::client {

struct WebhookOptions {
  // http:// or https://.
  std::string url;
  // Further headers, `Name: value`.
  std::vector<std::string> headers;
  // To sign with (SigningKey); empty: nothing is signed.
  std::string signing_key;
  // For one attempt, from connecting to the end of the answer.
  absl::Duration timeout = absl::Seconds(30);
  std::string user_agent;
};

// The headers in a header file's text: one a line, empty lines and those that
// begin with `#` aside. INVALID_ARGUMENT names the line.
absl::StatusOr<std::vector<std::string>> ParseHeaders(absl::string_view text);

// Posts the document, with the headers `webhook-id`, `webhook-timestamp` and,
// where there is a key, `webhook-signature`. 2xx is delivered; 408, 429, 5xx
// and a receiver that does not answer have failed; anything else, a redirection
// too, is refused. Certificates are checked. Not thread-safe.
class WebhookDelivery final : public Delivery {
 public:
  // INVALID_ARGUMENT where the URL is none of HTTP.
  static absl::StatusOr<std::unique_ptr<WebhookDelivery>> Create(
      WebhookOptions options, std::function<absl::Time()> now);
  ~WebhookDelivery() override;

  Outcome Deliver(const Parcel& parcel) override;

 private:
  struct Connection;
  WebhookDelivery(WebhookOptions options, std::string host,
                  std::function<absl::Time()> now,
                  std::unique_ptr<Connection> connection);

  // What the answer, or its lack, means; `code` is curl's.
  Outcome OutcomeOf(int code) const;

  const WebhookOptions options_;
  // Of the URL only this is shown: its path may be a secret.
  const std::string host_;
  const std::function<absl::Time()> now_;
  const std::unique_ptr<Connection> connection_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_WEBHOOK_DELIVERY_H_
