// Postal addresses by component.
#include "graph/readers/postal_address.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

using address::Draft;
using address::Manner;
using address::Words;

constexpr absl::string_view kExpected =
    "postal address expected, such as 5 Main St, Springfield, IL 62701";

// Reads a canonical writing, "street=main, locality=springfield"; an address
// without parts where `writing` is none.
PostalAddress ReadCanonical(absl::string_view writing) {
  PostalAddress address;
  for (const absl::string_view entry : absl::StrSplit(writing, ", ")) {
    const size_t equals = entry.find('=');
    if (equals == absl::string_view::npos) return PostalAddress();
    const absl::string_view key = entry.substr(equals + 1);
    if (key.empty() || absl::StrContains(key, "=") ||
        absl::StrContains(key, ",")) {
      return PostalAddress();
    }
    bool known = false;
    for (int i = 0; i < kAddressPartKinds && !known; ++i) {
      const auto kind = static_cast<AddressPartKind>(i);
      if (entry.substr(0, equals) != AddressPartKindName(kind)) continue;
      address.Add(kind, FoldText(key));
      known = true;
    }
    if (!known) return PostalAddress();
  }
  return address;
}

bool HasAlnum(const Words& words) {
  for (const address::Token& token : words.tokens) {
    if (token.text != "#") return true;
  }
  return false;
}

// Whether there are only digits, and not all are a postcode: a telephone number
// or an account.
bool IsBareNumber(const Words& words) {
  bool rest = false;
  for (const address::Token& token : words.tokens) {
    if (!token.digits) return false;
    rest = rest || !token.used;
  }
  return rest;
}

// Whether the writer's alphabet says what the words' customs are.
void GuessAlphabet(absl::string_view writing, Manner* manner) {
  if (manner->customs != address::kAnyCustom || IsAscii(writing)) return;
  for (const char c : writing) {
    const auto byte = static_cast<unsigned char>(c);
    // The lead bytes of Greek and Cyrillic.
    if (byte == 0xCE || byte == 0xCF) manner->customs = address::kGreek;
    if (byte == 0xD0 || byte == 0xD1) manner->customs = address::kRussian;
  }
}

// A number in no street is no address.
bool SaysNothing(const PostalAddress& address) {
  if (address.parts.size() > address::kPartsMax) return true;
  for (const AddressPart& part : address.parts) {
    if (part.kind != AddressPartKind::kHouseNumber &&
        part.kind != AddressPartKind::kStreetType &&
        part.kind != AddressPartKind::kDirection) {
      return false;
    }
  }
  return true;
}

void LogParts(const PostalAddress& address, const Context& context) {
  if (!context.log.on()) return;
  for (const AddressPart& part : address.parts) {
    context.log.Add(AddressPartKindName(part.kind), part.key);
  }
}

// Whether it ends as addresses of the United States do, with a state's code and
// a ZIP: then it is one, wherever the writer is at home.
bool EndsWithStateAndZip(absl::string_view writing) {
  size_t end = writing.size();
  const auto digits_before = [&writing](size_t at) {
    size_t begin = at;
    while (begin > 0 && absl::ascii_isdigit(writing[begin - 1])) --begin;
    return at - begin;
  };
  size_t digits = digits_before(end);
  if (digits == 4 && end > 4 && writing[end - 5] == '-') {
    end -= 5;
    digits = digits_before(end);
  }
  if (digits != 5 || end < 9 || writing[end - 6] != ' ') return false;
  const absl::string_view state = writing.substr(end - 8, 2);
  const char before = writing[end - 9];
  return (before == ' ' || before == ',') && absl::ascii_isupper(state[0]) &&
         absl::ascii_isupper(state[1]) &&
         !address::FindRegion(absl::AsciiStrToLower(state), "us").empty();
}

}  // namespace

Outcome ReadPostalAddress(absl::string_view writing, const Context& context) {
  if (absl::StrContains(writing, "=")) {
    PostalAddress address = ReadCanonical(writing);
    if (!address.parts.empty()) return Scalar(std::move(address));
  }
  if (absl::StrContains(writing, "@") || absl::StrContains(writing, "://")) {
    return Outcome::Problem(std::string(kExpected));
  }
  Draft draft;
  draft.manner = EndsWithStateAndZip(writing)
                     ? address::MannerOfCountry("us")
                     : address::MannerOf(context.habits);
  GuessAlphabet(writing, &draft.manner);
  draft.words = address::SplitWords(writing, draft.manner);
  if (!HasAlnum(draft.words) || address::IsPlaceholder(draft.words.buffer)) {
    return Outcome::Problem(std::string(kExpected));
  }
  if (!IsAscii(writing) && address::HasEastAsian(writing)) {
    draft.address = address::ReadEastAsian(writing, draft.manner);
  } else {
    address::TakeCountry(&draft);
    address::GuessCustoms(draft.words, &draft.manner);
    address::AssignRoles(draft.manner, &draft.words);
    address::TakePostcode(&draft);
    if (IsBareNumber(draft.words)) {
      return Outcome::Problem(std::string(kExpected));
    }
    address::TakeBoxes(&draft);
    address::TakeUnits(&draft);
    address::TakeRuns(&draft);
  }
  if (SaysNothing(draft.address)) {
    return Outcome::Problem(std::string(kExpected));
  }
  LogParts(draft.address, context);
  return Scalar(std::move(draft.address));
}

}  // namespace concordat::readers
