// The part of graph/readers/person_name_words.h that knows abbreviated names
// and titles written together with a name.
#include "absl/strings/match.h"
#include "graph/readers/person_name_words.h"

namespace concordat::readers {
namespace {

struct Abbreviation {
  absl::string_view writing;
  absl::string_view name;
  bool dotted_only;
};

constexpr Abbreviation kAbbreviations[] = {
    {"wm", "william", false},      {"chas", "charles", true},
    {"thos", "thomas", false},     {"jas", "james", true},
    {"jno", "john", false},        {"geo", "george", true},
    {"robt", "robert", false},     {"edw", "edward", true},
    {"saml", "samuel", true},      {"danl", "daniel", true},
    {"jos", "joseph", true},       {"fco", "francisco", false},
    {"fca", "francisca", false},   {"fdo", "fernando", true},
    {"gmo", "guillermo", false},   {"hdez", "hernandez", false},
    {"hdz", "hernandez", false},   {"fdez", "fernandez", false},
    {"glez", "gonzalez", false},   {"gzlez", "gonzalez", false},
    {"rguez", "rodriguez", false}, {"rdguez", "rodriguez", false},
    {"rdez", "rodriguez", false},  {"mtnez", "martinez", false},
    {"mtez", "martinez", false},   {"dguez", "dominguez", false},
    {"gtez", "gutierrez", false},  {"vzquez", "vazquez", false},
    {"wilh", "wilhelm", true},     {"friedr", "friedrich", true},
    {"jph", "joseph", false}};

}  // namespace

absl::string_view NameOfAbbreviation(absl::string_view base, bool dotted) {
  if (base.size() < 2 || base.size() > 6) return "";
  for (const Abbreviation& entry : kAbbreviations) {
    if (entry.writing == base && (dotted || !entry.dotted_only)) {
      return entry.name;
    }
  }
  return "";
}

bool IsBesideMaria(absl::string_view base) {
  static constexpr absl::string_view kNames[] = {
      "jose",     "jesus",   "angeles", "carmen",    "dolores",  "pilar",
      "isabel",   "teresa",  "luisa",   "elena",     "victoria", "mercedes",
      "rosa",     "rosario", "antonia", "cristina",  "fernanda", "soledad",
      "angel",    "juan",    "jordi",   "josep",     "lourdes",  "concepcion",
      "eugenia",  "paz",     "cruz",    "nieves",    "josefa",   "belen",
      "asuncion", "del",     "angela",  "inmaculada"};
  for (const absl::string_view name : kNames) {
    if (base == name) return true;
  }
  return false;
}

size_t ThaiTitleLength(absl::string_view name) {
  // Longest first. A name has at least two letters of three bytes after it.
  constexpr size_t kNameBytesMin = 6;
  for (const absl::string_view title : {"นางสาว", "นาย", "นาง", "คุณ"}) {
    if (absl::StartsWith(name, title) &&
        name.size() >= title.size() + kNameBytesMin) {
      return title.size();
    }
  }
  return 0;
}

}  // namespace concordat::readers
