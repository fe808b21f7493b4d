#ifndef CONCORDAT_SERVER_ACCESS_CERTIFICATE_STAGE_H_
#define CONCORDAT_SERVER_ACCESS_CERTIFICATE_STAGE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace concordat {

// A folder of the server's own from which gRPC reads its certificate, key and
// the authorities of clients. gRPC drops what it had as soon as a key does not
// belong to its certificate, or the authorities cannot be read, and refuses all
// new connections from then on; so only what was checked, and as a whole, comes
// into this folder. Not thread-safe.
class CertificateStage {
 public:
  // `folder` is made, for the owner only.
  explicit CertificateStage(std::string folder);
  // Removes the folder.
  ~CertificateStage();
  CertificateStage(const CertificateStage&) = delete;
  CertificateStage& operator=(const CertificateStage&) = delete;

  // Reads the two files again and puts them on stage with `authorities` (PEM;
  // may be empty), where they are good. Else what is on stage stays there.
  // Errors: INVALID_FIELD, which says what is wrong with which file.
  absl::Status Refresh(const std::string& certificate_file,
                       const std::string& key_file,
                       absl::string_view authorities, absl::Time now);

  // Whether clients are asked for certificates: set by the first Refresh.
  bool has_authorities() const { return has_authorities_; }

  // When the certificate on stage ends; InfiniteFuture where there is none.
  absl::Time expires_at() const { return expires_at_; }

  // Where gRPC finds them.
  std::string certificate_path() const;
  std::string key_path() const;
  std::string authorities_path() const;

 private:
  absl::Status PutOnStage(absl::string_view certificate, absl::string_view key,
                          absl::string_view authorities);

  const std::string folder_;
  std::string on_stage_;  // all three, as they are there
  int shown_ = 0;
  bool has_authorities_ = false;
  absl::Time expires_at_ = absl::InfiniteFuture();
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_CERTIFICATE_STAGE_H_
