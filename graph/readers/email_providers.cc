#include "graph/readers/email_providers.h"

#include "absl/container/flat_hash_map.h"

namespace concordat::readers {
namespace {

// "Dots don't matter in Gmail addresses"; "Create task-specific email
// addresses"; gmail.com and googlemail.com: Gmail Help 7436150, 9308648, 10313.
constexpr EmailProvider kGmail = {"gmail.com", '+', "."};
// Plus addressing of Outlook.com; its domains are separate mailboxes, and dots
// count: Microsoft Support, "Add or remove an email alias in Outlook.com".
constexpr EmailProvider kOutlook = {nullptr, '+', ""};
// One account's me.com, mac.com and icloud.com addresses are the same:
// Apple Support HT201771.
constexpr EmailProvider kIcloud = {"icloud.com", '+', ""};
// Fastmail Help, "Plus addressing and subdomain addressing".
constexpr EmailProvider kFastmail = {nullptr, '+', ""};
// Proton Support, "Addresses and aliases": dots, hyphens and underscores do
// not count, and protonmail.com, proton.me and pm.me are one account's.
constexpr EmailProvider kProton = {"proton.me", '+', ".-_"};
// A hyphen stands in no Yahoo ID and starts the keyword of a disposable
// address: Yahoo Help SLN28815.
constexpr EmailProvider kYahoo = {nullptr, '-', ""};
// Yandex Mail Help, "Mailbox aliases": all its domains, and a dot for a hyphen.
constexpr EmailProvider kYandex = {"yandex.ru", '+', "", '-'};

struct Entry {
  const char* domain;
  const EmailProvider* provider;
};

constexpr Entry kEntries[] = {
    {"gmail.com", &kGmail},
    {"googlemail.com", &kGmail},
    {"outlook.com", &kOutlook},
    {"outlook.at", &kOutlook},
    {"outlook.be", &kOutlook},
    {"outlook.cl", &kOutlook},
    {"outlook.co.id", &kOutlook},
    {"outlook.co.il", &kOutlook},
    {"outlook.co.th", &kOutlook},
    {"outlook.com.ar", &kOutlook},
    {"outlook.com.au", &kOutlook},
    {"outlook.com.br", &kOutlook},
    {"outlook.com.gr", &kOutlook},
    {"outlook.com.tr", &kOutlook},
    {"outlook.com.vn", &kOutlook},
    {"outlook.cz", &kOutlook},
    {"outlook.de", &kOutlook},
    {"outlook.dk", &kOutlook},
    {"outlook.es", &kOutlook},
    {"outlook.fr", &kOutlook},
    {"outlook.hu", &kOutlook},
    {"outlook.ie", &kOutlook},
    {"outlook.in", &kOutlook},
    {"outlook.it", &kOutlook},
    {"outlook.jp", &kOutlook},
    {"outlook.kr", &kOutlook},
    {"outlook.lv", &kOutlook},
    {"outlook.my", &kOutlook},
    {"outlook.ph", &kOutlook},
    {"outlook.pt", &kOutlook},
    {"outlook.sa", &kOutlook},
    {"outlook.sg", &kOutlook},
    {"outlook.sk", &kOutlook},
    {"hotmail.com", &kOutlook},
    {"hotmail.be", &kOutlook},
    {"hotmail.ca", &kOutlook},
    {"hotmail.ch", &kOutlook},
    {"hotmail.cl", &kOutlook},
    {"hotmail.co.il", &kOutlook},
    {"hotmail.co.jp", &kOutlook},
    {"hotmail.co.nz", &kOutlook},
    {"hotmail.co.th", &kOutlook},
    {"hotmail.co.uk", &kOutlook},
    {"hotmail.co.za", &kOutlook},
    {"hotmail.com.ar", &kOutlook},
    {"hotmail.com.au", &kOutlook},
    {"hotmail.com.br", &kOutlook},
    {"hotmail.com.tr", &kOutlook},
    {"hotmail.cz", &kOutlook},
    {"hotmail.de", &kOutlook},
    {"hotmail.dk", &kOutlook},
    {"hotmail.es", &kOutlook},
    {"hotmail.fi", &kOutlook},
    {"hotmail.fr", &kOutlook},
    {"hotmail.gr", &kOutlook},
    {"hotmail.hu", &kOutlook},
    {"hotmail.it", &kOutlook},
    {"hotmail.nl", &kOutlook},
    {"hotmail.no", &kOutlook},
    {"hotmail.se", &kOutlook},
    {"live.com", &kOutlook},
    {"live.at", &kOutlook},
    {"live.be", &kOutlook},
    {"live.ca", &kOutlook},
    {"live.cl", &kOutlook},
    {"live.cn", &kOutlook},
    {"live.co.uk", &kOutlook},
    {"live.co.za", &kOutlook},
    {"live.com.ar", &kOutlook},
    {"live.com.au", &kOutlook},
    {"live.com.mx", &kOutlook},
    {"live.com.pt", &kOutlook},
    {"live.de", &kOutlook},
    {"live.dk", &kOutlook},
    {"live.fi", &kOutlook},
    {"live.fr", &kOutlook},
    {"live.ie", &kOutlook},
    {"live.in", &kOutlook},
    {"live.it", &kOutlook},
    {"live.jp", &kOutlook},
    {"live.nl", &kOutlook},
    {"live.no", &kOutlook},
    {"live.se", &kOutlook},
    {"msn.com", &kOutlook},
    {"windowslive.com", &kOutlook},
    {"passport.com", &kOutlook},
    {"icloud.com", &kIcloud},
    {"me.com", &kIcloud},
    {"mac.com", &kIcloud},
    {"fastmail.com", &kFastmail},
    {"fastmail.fm", &kFastmail},
    {"fastmail.co.uk", &kFastmail},
    {"fastmail.de", &kFastmail},
    {"fastmail.es", &kFastmail},
    {"fastmail.fr", &kFastmail},
    {"fastmail.in", &kFastmail},
    {"fastmail.jp", &kFastmail},
    {"fastmail.net", &kFastmail},
    {"fastmail.nl", &kFastmail},
    {"fastmail.org", &kFastmail},
    {"fastmail.se", &kFastmail},
    {"fastmail.us", &kFastmail},
    {"messagingengine.com", &kFastmail},
    {"proton.me", &kProton},
    {"protonmail.com", &kProton},
    {"protonmail.ch", &kProton},
    {"pm.me", &kProton},
    {"yahoo.com", &kYahoo},
    {"yahoo.ca", &kYahoo},
    {"yahoo.co.id", &kYahoo},
    {"yahoo.co.in", &kYahoo},
    {"yahoo.co.nz", &kYahoo},
    {"yahoo.co.uk", &kYahoo},
    {"yahoo.com.ar", &kYahoo},
    {"yahoo.com.au", &kYahoo},
    {"yahoo.com.br", &kYahoo},
    {"yahoo.com.hk", &kYahoo},
    {"yahoo.com.mx", &kYahoo},
    {"yahoo.com.ph", &kYahoo},
    {"yahoo.com.sg", &kYahoo},
    {"yahoo.com.tw", &kYahoo},
    {"yahoo.com.vn", &kYahoo},
    {"yahoo.de", &kYahoo},
    {"yahoo.dk", &kYahoo},
    {"yahoo.es", &kYahoo},
    {"yahoo.fr", &kYahoo},
    {"yahoo.gr", &kYahoo},
    {"yahoo.ie", &kYahoo},
    {"yahoo.in", &kYahoo},
    {"yahoo.it", &kYahoo},
    {"yahoo.no", &kYahoo},
    {"yahoo.pl", &kYahoo},
    {"yahoo.ro", &kYahoo},
    {"yahoo.se", &kYahoo},
    {"ymail.com", &kYahoo},
    {"rocketmail.com", &kYahoo},
    {"yandex.ru", &kYandex},
    {"yandex.by", &kYandex},
    {"yandex.com", &kYandex},
    {"yandex.kz", &kYandex},
    {"yandex.ua", &kYandex},
    {"ya.ru", &kYandex},
};

}  // namespace

const EmailProvider* FindEmailProvider(absl::string_view domain) {
  using Providers =
      absl::flat_hash_map<absl::string_view, const EmailProvider*>;
  // Built once and never destroyed.
  static const Providers* const kProviders = [] {
    auto* const providers = new Providers;
    for (const Entry& entry : kEntries) {
      providers->emplace(entry.domain, entry.provider);
    }
    return providers;
  }();
  const auto found = kProviders->find(domain);
  return found == kProviders->end() ? nullptr : found->second;
}

}  // namespace concordat::readers
