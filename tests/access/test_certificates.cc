#include "tests/access/test_certificates.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <random>

#include "absl/strings/str_join.h"

namespace concordat {
namespace {

struct Free {
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

std::string Text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

Owned<BIO> From(const std::string& pem) {
  return Owned<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

void Extend(X509* certificate, X509* issuer, int kind,
            const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  ASSERT_NE(extension, nullptr) << value;
  X509_add_ext(certificate, extension.get(), -1);
}

Owned<X509> Begin(EVP_PKEY* key, const std::string& name,
                  absl::Time not_after) {
  Owned<X509> certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  std::random_device device;
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()),
                          device() | 1U);
  ASN1_TIME_set(
      X509_getm_notBefore(certificate.get()),
      absl::ToTimeT(std::min(absl::Now(), not_after) - absl::Hours(24)));
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()),
                absl::ToTimeT(not_after));
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(
      X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
      reinterpret_cast<const unsigned char*>(name.data()),
      static_cast<int>(name.size()), -1, 0);
  return certificate;
}

TestCertificate Written(X509* certificate, EVP_PKEY* key) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(out.get(), certificate);
  const Owned<BIO> key_out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(key_out.get(), key, nullptr, nullptr, 0, nullptr,
                           nullptr);
  return {Text(out.get()), Text(key_out.get())};
}

}  // namespace

TestCertificate MakeAuthority(const std::string& name) {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> certificate =
      Begin(key.get(), name, absl::Now() + absl::Hours(48));
  X509_set_issuer_name(certificate.get(),
                       X509_get_subject_name(certificate.get()));
  Extend(certificate.get(), certificate.get(), NID_basic_constraints,
         "critical,CA:TRUE");
  Extend(certificate.get(), certificate.get(), NID_key_usage,
         "critical,keyCertSign");
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  return Written(certificate.get(), key.get());
}

TestCertificate Issue(const TestCertificate& authority,
                      const CertificateTerms& terms) {
  const Owned<X509> issuer(PEM_read_bio_X509(From(authority.certificate).get(),
                                             nullptr, nullptr, nullptr));
  const Owned<EVP_PKEY> issuer_key(PEM_read_bio_PrivateKey(
      From(authority.key).get(), nullptr, nullptr, nullptr));
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> certificate = Begin(key.get(), "leaf", terms.not_after);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
  Extend(certificate.get(), issuer.get(), NID_ext_key_usage,
         "serverAuth,clientAuth");
  if (!terms.names.empty()) {
    Extend(certificate.get(), issuer.get(), NID_subject_alt_name,
           absl::StrJoin(terms.names, ","));
  }
  X509_sign(certificate.get(), issuer_key.get(), EVP_sha256());
  return Written(certificate.get(), key.get());
}

}  // namespace concordat
