// Client certificates, and who they say a caller is.
#ifndef CONCORDAT_SERVER_ACCESS_CERTIFICATES_H_
#define CONCORDAT_SERVER_ACCESS_CERTIFICATES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace concordat {

// What stands in a certificate.
struct CertificateNames {
  // SPIFFE ids and DNS names of its subject alternative names, in their order.
  std::vector<std::string> names;
  absl::Time not_after;
};

// The first certificate of a PEM text. Errors: UNAUTHENTICATED where it cannot
// be read.
absl::StatusOr<CertificateNames> ReadCertificate(absl::string_view pem);

// Whether one of `authorities` (PEM) issued the first certificate of `chain`
// (PEM; the others may stand between) for clients, and it is valid at `now`.
// TLS has checked that it is issued by some authority that is believed, but not
// by which: another trust domain's must not do. Errors: UNAUTHENTICATED.
absl::Status VerifyIssuedBy(absl::string_view chain,
                            absl::string_view authorities, absl::Time now);

// Whether a certificate chain and a key (PEM) belong together and are valid at
// `now`, and when the certificate ends. Errors: INVALID_FIELD, which says what
// is wrong.
absl::StatusOr<absl::Time> CheckKeyPair(absl::string_view chain,
                                        absl::string_view key, absl::Time now);

// Whether every certificate of a PEM text of authorities can be read, and there
// is one. Errors: INVALID_FIELD.
absl::Status CheckAuthorities(absl::string_view pem);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_CERTIFICATES_H_
