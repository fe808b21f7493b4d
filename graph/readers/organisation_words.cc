#include "graph/readers/organisation_words.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "graph/name_letters.h"
#include "graph/readers/name_tokens.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

struct FormTable {
  absl::flat_hash_map<std::string, LegalForm> by_words;
  absl::flat_hash_set<absl::string_view> forms;
};

void AddLine(absl::string_view line, FormTable* table) {
  const bool in_front = absl::ConsumePrefix(&line, "<");
  absl::string_view form;
  for (const absl::string_view writing : absl::StrSplit(line, '|')) {
    if (form.empty()) {
      form = writing;
      table->forms.insert(form);
      continue;
    }
    NameTokens tokens;
    SplitName(FoldText(writing), nullptr, kNameTokensMax, &tokens);
    std::string words;
    for (const NameToken& token : tokens) {
      words += token.script == NameScript::kLatin
                   ? token.text
                   : NativeKey(token.text, token.script);
    }
    LegalForm& entry = table->by_words[words];
    if (entry.form.empty()) entry.form = form;
    entry.in_front = entry.in_front || in_front;
  }
}

const FormTable& Forms() {
  static const auto* const kTable = [] {
    auto* const made = new FormTable;
    for (const absl::string_view line : LegalFormLines()) AddLine(line, made);
    for (const absl::string_view line : LegalFormLinesOfTheWorld()) {
      AddLine(line, made);
    }
    return made;
  }();
  return *kTable;
}

// What is written without a space beside a name, longest first, folded.
constexpr std::pair<absl::string_view, absl::string_view> kAttached[] = {
    {"股份有限公司", "cn jsc"}, {"有限责任公司", "cn ltd"},
    {"有限責任公司", "cn ltd"}, {"株式会社", "kk"},
    {"株式會社", "kk"},         {"有限会社", "yk"},
    {"合同会社", "gk"},         {"合資会社", "goshi"},
    {"合名会社", "gomei"},      {"有限公司", "cn ltd"},
    {"주식회사", "jusik"},      {"유한회사", "yuhan"},
    {"บริษัท", "th ltd"},         {"จำกัด", "th ltd"}};

constexpr std::pair<absl::string_view, absl::string_view> kAbbreviations[] = {
    {"intl", "international"},
    {"int", "international"},
    {"internat", "international"},
    {"mfg", "manufacturing"},
    {"mfrs", "manufacturers"},
    {"bros", "brothers"},
    {"assoc", "associates"},
    {"assocs", "associates"},
    {"assn", "association"},
    {"dept", "department"},
    {"univ", "university"},
    {"gebr", "gebruder"},
    {"gebrueder", "gebruder"},
    {"ges", "gesellschaft"},
    {"natl", "national"},
    {"nat", "national"},
    {"govt", "government"},
    {"ctr", "center"},
    {"cntr", "center"},
    {"centre", "center"},
    {"grp", "group"},
    {"hldg", "holding"},
    {"hldgs", "holdings"},
    {"mgmt", "management"},
    {"mgt", "management"},
    {"inds", "industries"},
    {"svc", "service"},
    {"svcs", "services"},
    {"serv", "services"},
    {"hosp", "hospital"},
    {"inst", "institute"},
    {"fdn", "foundation"},
    {"ins", "insurance"},
    {"labs", "laboratories"},
    {"lab", "laboratory"},
    {"equip", "equipment"},
    {"constr", "construction"},
    {"engr", "engineering"},
    {"engg", "engineering"},
    {"transp", "transport"},
    {"corp", "corporation"},
    {"co", "company"},
    {"cie", "compagnie"},
    {"cia", "compania"},
    {"saint", "st"},
    {"mt", "mount"},
    {"ft", "fort"},
    {"1st", "first"},
    {"2nd", "second"},
    {"3rd", "third"},
    {"theatre", "theater"},
    {"org", "organization"},
    {"organisation", "organization"},
    {"ets", "etablissements"},
    {"hnos", "hermanos"},
    {"flli", "fratelli"},
    {"nachf", "nachfolger"},
    {"dt", "deutsche"},
    {"hdls", "handels"},
    {"amer", "american"},
    {"comm", "communications"},
    {"dist", "distribution"},
    {"whse", "warehouse"},
    {"prop", "properties"},
    {"props", "properties"}};

}  // namespace

LegalForm LegalFormOf(absl::string_view words) {
  const auto found = Forms().by_words.find(words);
  return found == Forms().by_words.end() ? LegalForm() : found->second;
}

bool IsLegalForm(absl::string_view form) {
  return Forms().forms.contains(form);
}

AttachedForm AttachedFormOf(absl::string_view name) {
  for (const auto& [words, form] : kAttached) {
    if (name.size() <= words.size()) continue;
    if (absl::StartsWith(name, words)) return {words.size(), 0, form};
    if (absl::EndsWith(name, words)) return {0, words.size(), form};
  }
  return {};
}

absl::string_view SpeltOut(absl::string_view word) {
  if (word.size() > 12) return word;
  static const auto* const kWords = [] {
    auto* const map =
        new absl::flat_hash_map<absl::string_view, absl::string_view>;
    for (const auto& [from, to] : kAbbreviations) (*map)[from] = to;
    return map;
  }();
  const auto found = kWords->find(word);
  return found == kWords->end() ? word : found->second;
}

bool IsAnd(absl::string_view word) {
  static constexpr absl::string_view kWords[] = {
      "and", "und", "et", "y",  "e", "og", "och", "i",  "en",   "ed",  "ja",
      "und", "a",   "и",  "та", "і", "i",  "u",   "ve", "oraz", "και", "és"};
  for (const absl::string_view candidate : kWords) {
    if (word == candidate) return true;
  }
  return false;
}

}  // namespace concordat::readers
