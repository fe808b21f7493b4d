// Certificates made for a test.
#ifndef CONCORDAT_TESTS_ACCESS_TEST_CERTIFICATES_H_
#define CONCORDAT_TESTS_ACCESS_TEST_CERTIFICATES_H_

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace concordat {

// PEM texts that belong together.
struct TestCertificate {
  std::string certificate;
  std::string key;
};

struct CertificateTerms {
  // Subject alternative names, as OpenSSL writes them: "DNS:localhost",
  // "IP:127.0.0.1", "URI:spiffe://shop.example/web".
  std::vector<std::string> names;
  // Valid from a day before.
  absl::Time not_after = absl::Now() + absl::Hours(24);
};

// A certificate authority that vouches for itself.
TestCertificate MakeAuthority(const std::string& name);
// A certificate for a server or a client.
TestCertificate Issue(const TestCertificate& authority,
                      const CertificateTerms& terms);

}  // namespace concordat

#endif  // CONCORDAT_TESTS_ACCESS_TEST_CERTIFICATES_H_
