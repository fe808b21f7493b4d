#include "server/access/certificate_stage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/access/certificates.h"
#include "server/access/text_fetch.h"

namespace concordat {
namespace {

constexpr char kCurrent[] = "current";

absl::Status CannotWrite(const std::string& path) {
  return errors::StorageUnavailable(
      absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
}

// For the owner's eyes only, from the first byte on.
absl::Status WriteSecret(const std::string& path, absl::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                        S_IRUSR | S_IWUSR);
  if (file < 0) return CannotWrite(path);
  const ssize_t written = write(file, text.data(), text.size());
  const bool ok = written == static_cast<ssize_t>(text.size());
  close(file);
  return ok ? absl::OkStatus() : CannotWrite(path);
}

}  // namespace

CertificateStage::CertificateStage(std::string folder)
    : folder_(std::move(folder)) {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);  // of a process that was killed
  std::filesystem::create_directories(folder_, error);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all,
                               error);
}

CertificateStage::~CertificateStage() {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
}

std::string CertificateStage::certificate_path() const {
  return absl::StrCat(folder_, "/", kCurrent, "/certificate.pem");
}

std::string CertificateStage::key_path() const {
  return absl::StrCat(folder_, "/", kCurrent, "/key.pem");
}

std::string CertificateStage::authorities_path() const {
  return absl::StrCat(folder_, "/", kCurrent, "/authorities.pem");
}

absl::Status CertificateStage::Refresh(const std::string& certificate_file,
                                       const std::string& key_file,
                                       absl::string_view authorities,
                                       absl::Time now) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string certificate,
                             FetchText(certificate_file));
  CONCORDAT_ASSIGN_OR_RETURN(const std::string key, FetchText(key_file));
  const std::string all = absl::StrCat(certificate, key, authorities);
  if (all == on_stage_) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const absl::Time ends,
                             CheckKeyPair(certificate, key, now));
  if (!authorities.empty()) {
    CONCORDAT_RETURN_IF_ERROR(CheckAuthorities(authorities));
  }
  CONCORDAT_RETURN_IF_ERROR(PutOnStage(certificate, key, authorities));
  if (on_stage_.empty()) has_authorities_ = !authorities.empty();
  on_stage_ = all;
  expires_at_ = ends;
  return absl::OkStatus();
}

// The three lie in a folder of their own, to which one link is turned: whoever
// reads through it never sees a part of the old and a part of the new for
// longer than one look.
absl::Status CertificateStage::PutOnStage(absl::string_view certificate,
                                          absl::string_view key,
                                          absl::string_view authorities) {
  const std::string before = absl::StrCat(shown_);
  const std::string name = absl::StrCat(++shown_);
  const std::string folder = absl::StrCat(folder_, "/", name);
  if (mkdir(folder.c_str(), S_IRWXU) != 0) return CannotWrite(folder);
  CONCORDAT_RETURN_IF_ERROR(
      WriteSecret(absl::StrCat(folder, "/certificate.pem"), certificate));
  CONCORDAT_RETURN_IF_ERROR(WriteSecret(absl::StrCat(folder, "/key.pem"), key));
  CONCORDAT_RETURN_IF_ERROR(
      WriteSecret(absl::StrCat(folder, "/authorities.pem"), authorities));
  const std::string link = absl::StrCat(folder_, "/", kCurrent);
  const std::string next = absl::StrCat(link, ".next");
  if (symlink(name.c_str(), next.c_str()) != 0 ||
      rename(next.c_str(), link.c_str()) != 0) {
    return CannotWrite(link);
  }
  std::error_code error;
  std::filesystem::remove_all(absl::StrCat(folder_, "/", before), error);
  return absl::OkStatus();
}

}  // namespace concordat
