#include "graph/values/postal_address.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace concordat {

const char* AddressPartKindName(AddressPartKind kind) {
  switch (kind) {
    case AddressPartKind::kHouseName:
      return "house_name";
    case AddressPartKind::kHouseNumber:
      return "house_number";
    case AddressPartKind::kStreet:
      return "street";
    case AddressPartKind::kStreetType:
      return "street_type";
    case AddressPartKind::kDirection:
      return "direction";
    case AddressPartKind::kUnit:
      return "unit";
    case AddressPartKind::kFloor:
      return "floor";
    case AddressPartKind::kStaircase:
      return "staircase";
    case AddressPartKind::kBuilding:
      return "building";
    case AddressPartKind::kStructure:
      return "structure";
    case AddressPartKind::kPoBox:
      return "po_box";
    case AddressPartKind::kPostcode:
      return "postcode";
    case AddressPartKind::kLocality:
      return "locality";
    case AddressPartKind::kRegion:
      return "region";
    case AddressPartKind::kCountry:
      return "country";
  }
  return "part";
}

const AddressPart* PostalAddress::Find(AddressPartKind kind) const {
  for (const AddressPart& part : parts) {
    if (part.kind == kind) return &part;
  }
  return nullptr;
}

void PostalAddress::Add(AddressPartKind kind, absl::string_view key) {
  if (key.empty()) return;
  // Most addresses have so many; growing would move them thrice.
  if (parts.empty()) parts.reserve(8);
  const bool many =
      kind == AddressPartKind::kLocality || kind == AddressPartKind::kHouseName;
  auto at = parts.begin();
  for (; at != parts.end(); ++at) {
    if (at->kind < kind) continue;
    if (at->kind > kind) break;
    if (!many || absl::string_view(at->key) == key) return;
    if (absl::string_view(at->key) > key) break;
  }
  parts.insert(at, AddressPart{kind, std::string(key)});
}

void AppendCanonical(const PostalAddress& address, std::string* out) {
  absl::string_view separator;
  for (const AddressPart& part : address.parts) {
    absl::StrAppend(out, separator, AddressPartKindName(part.kind), "=",
                    part.key);
    separator = ", ";
  }
}

}  // namespace concordat
