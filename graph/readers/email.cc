// Email addresses: RFC 5321 and 5322, RFC 6531 for mailboxes that are not
// ASCII, UTS #46 for such domains.
#include <unicode/bytestream.h>
#include <unicode/idna.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "graph/readers/email_providers.h"
#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

constexpr auto kNone = absl::string_view::npos;

constexpr absl::string_view kEmailExpected =
    "email address expected, such as name@example.com";
constexpr absl::string_view kTwoAddresses =
    "email: more than one address; report each alone";

// RFC 5321.
constexpr size_t kLocalPartMax = 64;
constexpr size_t kAddressMax = 254;

bool IsOneOf(char c, absl::string_view chars) { return chars.find(c) != kNone; }

// "Jamie Doe <jamie@example.com>" without the name and the brackets.
absl::string_view WithoutDisplayName(absl::string_view writing) {
  if (!absl::EndsWith(writing, ">")) return writing;
  const size_t open = writing.rfind('<');
  if (open == kNone) return writing;
  writing.remove_prefix(open + 1);
  writing.remove_suffix(1);
  return TrimWhiteSpace(writing);
}

// Without "E-mail:" or the "SMTP:" of a directory in front.
absl::string_view WithoutLabel(absl::string_view address) {
  const size_t colon = address.find(':');
  if (colon == kNone || colon > address.find('@')) return address;
  const absl::string_view label = TrimWhiteSpace(address.substr(0, colon));
  for (const absl::string_view known :
       {"email", "e-mail", "mail", "smtp", "courriel", "correo", "adresse",
        "email address", "e-mail address", "e-mail-adresse", "e", "почта",
        "эл. почта", "メール"}) {
    if (EqualsFolded(label, known)) {
      return TrimWhiteSpace(address.substr(colon + 1));
    }
  }
  return address;
}

// %40 and the like, as mailto: URIs have them (RFC 6068).
std::string WithoutPercents(absl::string_view text) {
  std::string plain;
  for (size_t at = 0; at < text.size(); ++at) {
    uint32_t code = 0;
    const bool coded = text[at] == '%' && at + 2 < text.size() &&
                       absl::SimpleHexAtoi(text.substr(at + 1, 2), &code);
    plain.push_back(coded ? static_cast<char>(code) : text[at]);
    if (coded) at += 2;
  }
  if (!IsValidUtf8(plain)) return std::string(text);
  return plain;
}

// Without comments (RFC 5322), which are words in round brackets beside the
// parts of an address, outside of quotes. The same where they do not close.
std::string WithoutComments(absl::string_view address) {
  std::string plain;
  int depth = 0;
  bool quoted = false;
  for (const char c : address) {
    if (c == '"' && depth == 0) quoted = !quoted;
    if (!quoted && c == '(') ++depth;
    if (depth == 0) plain.push_back(c);
    if (!quoted && c == ')' && --depth < 0) break;
  }
  if (depth != 0) return std::string(address);
  return std::string(TrimWhiteSpace(plain));
}

// Without characters that nobody sees, but for the joiners, which tell domains
// apart.
std::string WithoutInvisible(absl::string_view writing) {
  std::string seen;
  const int32_t size = static_cast<int32_t>(writing.size());
  for (int32_t at = 0; at < size;) {
    const int32_t start = at;
    UChar32 point;
    U8_NEXT(writing.data(), at, size, point);
    const bool joiner = point == 0x200C || point == 0x200D;
    if (!joiner && point >= 0 &&
        u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
      continue;
    }
    seen.append(writing.data() + start, static_cast<size_t>(at - start));
  }
  return seen;
}

// The writing with ASCII marks in place of their full-width forms, without what
// stands around an address.
std::string Bare(absl::string_view writing, const Context& context) {
  std::string plain;
  if (!IsAscii(writing)) {
    // Folds only what is syntax: the domain has rules of its own (UTS #46).
    plain =
        absl::StrReplaceAll(WithoutInvisible(writing), {{"＠", "@"},
                                                        {"﹫", "@"},
                                                        {"．", "."},
                                                        {"＜", "<"},
                                                        {"＞", ">"},
                                                        {"：", ":"},
                                                        {"\xc2\xa0", " "},
                                                        {"\xe3\x80\x80", " "}});
    writing = TrimWhiteSpace(plain);
  }
  while (!writing.empty() && IsOneOf(writing.back(), ",; ")) {
    writing.remove_suffix(1);
  }
  absl::string_view address = WithoutDisplayName(writing);
  if (address.size() != writing.size()) {
    context.log.Add("display name", address);
  }
  const absl::string_view labelled = address;
  address = WithoutLabel(address);
  if (address.size() != labelled.size()) context.log.Add("label", address);
  std::string bare(address);
  if (absl::StartsWithIgnoreCase(address, "mailto:")) {
    address.remove_prefix(7);
    bare = WithoutPercents(address.substr(0, address.find('?')));
    context.log.Add("mailto: URI", bare);
  }
  if (IsOneOf('(', bare)) {
    bare = WithoutComments(bare);
    context.log.Add("comment", bare);
  }
  return bare;
}

// Where the mailbox ends and the domain starts; npos where there is no such
// place or more than one.
size_t FindAt(absl::string_view address) {
  if (absl::StartsWith(address, "\"")) {
    // A quoted mailbox may have any character.
    for (size_t at = 1; at < address.size(); ++at) {
      if (address[at] == '\\') {
        ++at;
      } else if (address[at] == '"') {
        const bool ends = at + 1 < address.size() && address[at + 1] == '@';
        return ends && address.find('@', at + 2) == kNone ? at + 1 : kNone;
      }
    }
    return kNone;
  }
  const size_t at = address.find('@');
  return at == address.rfind('@') ? at : kNone;
}

// The mailbox as RFC 5322 writes it without quotes (dot-atom), and other
// letters as RFC 6531 allows.
bool IsDotAtom(absl::string_view local) {
  if (local.empty() || local.front() == '.' || local.back() == '.' ||
      absl::StrContains(local, "..")) {
    return false;
  }
  return std::none_of(local.begin(), local.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7F || IsOneOf(c, "\"(),:;<>@[\\]");
  });
}

// The mailbox in its normal form, "" where it is none. Quotes that need not be
// there are not.
std::string ReadLocalPart(absl::string_view local) {
  const bool quoted = absl::ConsumePrefix(&local, "\"");
  if (quoted) absl::ConsumeSuffix(&local, "\"");
  std::string folded = FoldText(local);
  if (!quoted) {
    const bool spaced = TrimWhiteSpace(local).size() != local.size();
    return !spaced && IsDotAtom(folded) ? folded : "";
  }
  std::string plain;
  for (size_t at = 0; at < folded.size(); ++at) {
    if (folded[at] == '\\' && at + 1 < folded.size()) ++at;
    plain.push_back(folded[at]);
  }
  if (plain.empty() || IsDotAtom(plain)) return plain;
  return absl::StrCat(
      "\"", absl::StrReplaceAll(plain, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

bool IsAsciiDomain(absl::string_view domain) {
  size_t label = 0;
  bool dotted = false;
  char previous = '.';
  for (const char c : domain) {
    if (c == '.') {
      if (label == 0 || previous == '-') return false;
      dotted = true;
      label = 0;
    } else {
      const bool allowed = absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                           c == '-' || c == '_';
      if (!allowed || (label == 0 && c == '-') || ++label > 63) return false;
    }
    previous = c;
  }
  return dotted && label > 0 && previous != '-';
}

// The domain in its ASCII form, lower case; empty where it has none.
std::string AsciiDomain(absl::string_view domain) {
  if (IsAscii(domain)) return absl::AsciiStrToLower(domain);
  UErrorCode status = U_ZERO_ERROR;
  // Built once and never destroyed; IDNA objects are immutable.
  static const icu::IDNA* const kIdna = icu::IDNA::createUTS46Instance(
      UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI, status);
  if (kIdna == nullptr || U_FAILURE(status)) return "";
  std::string ascii;
  icu::StringByteSink<std::string> sink(&ascii);
  icu::IDNAInfo info;
  kIdna->nameToASCII_UTF8(
      icu::StringPiece(domain.data(), static_cast<int32_t>(domain.size())),
      sink, info, status);
  return U_FAILURE(status) || info.hasErrors() ? "" : ascii;
}

// Brings both parts to what the provider delivers them as. An address that
// would lose its whole mailbox stays.
void ApplyProviderRules(std::string* local, std::string* domain) {
  const EmailProvider* const provider = FindEmailProvider(*domain);
  if (provider == nullptr || absl::StartsWith(*local, "\"")) return;
  std::string kept = local->substr(0, local->find(provider->tag));
  kept.erase(
      std::remove_if(kept.begin(), kept.end(),
                     [&](char c) { return IsOneOf(c, provider->ignored); }),
      kept.end());
  if (provider->dot != 0)
    std::replace(kept.begin(), kept.end(), '.', provider->dot);
  if (kept.empty()) return;
  *local = std::move(kept);
  if (provider->domain != nullptr) *domain = provider->domain;
}

}  // namespace

Outcome ReadEmail(absl::string_view writing, const Context& context) {
  const std::string address = Bare(writing, context);
  const size_t at = FindAt(address);
  if (at == kNone) {
    const bool several = absl::StrContains(address, "@") &&
                         address.find_first_of(",; |/\n\t") != kNone;
    return Outcome::Problem(
        std::string(several ? kTwoAddresses : kEmailExpected));
  }
  const absl::string_view whole = address;
  std::string local = ReadLocalPart(whole.substr(0, at));
  absl::string_view name = whole.substr(at + 1);
  // The dot of the root says nothing.
  absl::ConsumeSuffix(&name, ".");
  std::string domain = AsciiDomain(name);
  if (local.empty() || local.size() > kLocalPartMax || !IsAsciiDomain(domain) ||
      local.size() + 1 + domain.size() > kAddressMax) {
    return Outcome::Problem(std::string(kEmailExpected));
  }
  if (context.attribute.provider_rules) {
    ApplyProviderRules(&local, &domain);
    context.log.Add("rules of the provider", absl::StrCat(local, "@", domain));
  }
  return Scalar(Email{absl::StrCat(local, "@", domain)});
}

}  // namespace concordat::readers
