// The name of an organisation: what it is called, and its legal form.
#ifndef CONCORDAT_GRAPH_VALUES_ORGANISATION_NAME_H_
#define CONCORDAT_GRAPH_VALUES_ORGANISATION_NAME_H_

#include <compare>
#include <string>

#include "graph/name_letters.h"

namespace concordat {

struct OrganisationName {
  // The words of the name in their order, run together: "rollsroyce". Without
  // the legal form, "The" in front and words for "and"; abbreviations spelt
  // out. Only between two digits a space remains. Never empty.
  std::string key;
  // What `key` is written in: Latin where all of it is.
  NameScript script = NameScript::kLatin;
  // Follows from `key` where that is not Latin: its romanisation, to be held
  // against Latin keys (CrossKey). Else empty.
  std::string latin;
  // "gmbh", "gmbh co kg", "ltd": equal for all writings of one legal form, in
  // any script. Forms of several countries that are written alike or that are
  // each other's translation (ООО, LLC) are one. Empty where it is not written.
  std::string legal_form;

  friend auto operator<=>(const OrganisationName&,
                          const OrganisationName&) = default;
};

// The canonical writing, equal for equal values: "rollsroyce|plc", and "acme|"
// without a legal form. The bar says that the name is read as it stands.
void AppendCanonical(const OrganisationName& name, std::string* out);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_ORGANISATION_NAME_H_
