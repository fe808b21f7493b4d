#include "server/access/certificates.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

struct Free {
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(X509_STORE* p) const { X509_STORE_free(p); }
  void operator()(X509_STORE_CTX* p) const { X509_STORE_CTX_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(STACK_OF(X509) * p) const { sk_X509_pop_free(p, X509_free); }
  void operator()(GENERAL_NAMES* p) const { GENERAL_NAMES_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIO> ReadFrom(absl::string_view pem) {
  return Owned<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// A key that has a passphrase would ask the terminal for it.
int NoPassphrase(char*, int, int, void*) { return 0; }

Owned<X509> NextCertificate(BIO* bio) {
  return Owned<X509>(PEM_read_bio_X509(bio, nullptr, NoPassphrase, nullptr));
}

// All there are, in order; nullptr where there is none.
Owned<STACK_OF(X509)> CertificatesOf(absl::string_view pem) {
  const Owned<BIO> bio = ReadFrom(pem);
  Owned<STACK_OF(X509)> certificates(sk_X509_new_null());
  while (Owned<X509> next = NextCertificate(bio.get())) {
    sk_X509_push(certificates.get(), next.release());
  }
  ERR_clear_error();  // the end of the text counts as one
  return sk_X509_num(certificates.get()) == 0 ? nullptr
                                              : std::move(certificates);
}

absl::Time TimeOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return absl::InfinitePast();
  return absl::FromTM(parts, absl::UTCTimeZone());
}

absl::Status NotACertificate() {
  return errors::Unauthenticated("certificate",
                                 "the client certificate cannot be read");
}

}  // namespace

absl::StatusOr<CertificateNames> ReadCertificate(absl::string_view pem) {
  const Owned<BIO> bio = ReadFrom(pem);
  const Owned<X509> certificate = NextCertificate(bio.get());
  ERR_clear_error();
  if (certificate == nullptr) return NotACertificate();
  CertificateNames read;
  read.not_after = TimeOf(X509_get0_notAfter(certificate.get()));
  const Owned<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(
      certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI && name->type != GEN_DNS) continue;
    const ASN1_IA5STRING* const text = name->type == GEN_URI
                                           ? name->d.uniformResourceIdentifier
                                           : name->d.dNSName;
    read.names.emplace_back(
        reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
        static_cast<size_t>(ASN1_STRING_length(text)));
  }
  return read;
}

absl::Status VerifyIssuedBy(absl::string_view chain,
                            absl::string_view authorities, absl::Time now) {
  const Owned<STACK_OF(X509)> certificates = CertificatesOf(chain);
  const Owned<STACK_OF(X509)> roots = CertificatesOf(authorities);
  if (certificates == nullptr || roots == nullptr) return NotACertificate();
  const Owned<X509_STORE> store(X509_STORE_new());
  for (int i = 0; i < sk_X509_num(roots.get()); ++i) {
    X509_STORE_add_cert(store.get(), sk_X509_value(roots.get(), i));
  }
  // An authority may itself be issued by one that is not listed.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), store.get(),
                          sk_X509_value(certificates.get(), 0),
                          certificates.get()) != 1) {
    return NotACertificate();
  }
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT);
  X509_STORE_CTX_set_time(context.get(), 0, absl::ToTimeT(now));
  const bool verified = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (verified) return absl::OkStatus();
  return errors::Unauthenticated(
      "trust_domain",
      "the client certificate is not issued by the authority of its own trust "
      "domain, or not valid now");
}

absl::StatusOr<absl::Time> CheckKeyPair(absl::string_view chain,
                                        absl::string_view key, absl::Time now) {
  const Owned<STACK_OF(X509)> certificates = CertificatesOf(chain);
  if (certificates == nullptr) {
    return errors::InvalidField("certificate", "holds no certificate in PEM");
  }
  const Owned<BIO> bio = ReadFrom(key);
  const Owned<EVP_PKEY> private_key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  ERR_clear_error();
  if (private_key == nullptr) {
    return errors::InvalidField(
        "key", "holds no private key in PEM that has no passphrase");
  }
  const X509* const leaf = sk_X509_value(certificates.get(), 0);
  const bool fits = X509_check_private_key(leaf, private_key.get()) == 1;
  ERR_clear_error();
  if (!fits) {
    return errors::InvalidField(
        "key", "does not belong to the certificate; was only one replaced?");
  }
  const absl::Time ends = TimeOf(X509_get0_notAfter(leaf));
  if (ends <= now) {
    return errors::InvalidField("certificate", "has expired");
  }
  return ends;
}

absl::Status CheckAuthorities(absl::string_view pem) {
  constexpr absl::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  int begun = 0;
  for (size_t at = pem.find(kBegin); at != pem.npos;
       at = pem.find(kBegin, at + 1)) {
    ++begun;
  }
  const Owned<STACK_OF(X509)> read = CertificatesOf(pem);
  if (read != nullptr && sk_X509_num(read.get()) == begun) {
    return absl::OkStatus();
  }
  return errors::InvalidField("authorities",
                              "are not certificates in PEM, every one of them");
}

}  // namespace concordat
