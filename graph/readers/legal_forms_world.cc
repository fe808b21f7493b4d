// Legal forms by country, after the ISO 20275 list of entity legal forms
// (GLEIF): those that stand before the name, and what countries with several
// official languages call one form.
#include "absl/strings/match.h"
#include "graph/readers/organisation_words.h"

namespace concordat::readers {
namespace {

// Most entries are longer than a line.
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
constexpr absl::string_view kLines[] = {
    // Spelt out or unmistakable, these stand in front as well as behind.
    "<sa|société anonyme|sociedad anónima|sociedade anónima|sociedade anônima",
    "<sca|société en commandite par actions",
    "<scs|société en commandite simple",
    "<sc|société civile|sociedad civil",
    "<asbl|asbl|association sans but lucratif",
    "<gie|gie|groupement d'intérêt économique",
    "<spa|società per azioni",
    "<srl|società a responsabilità limitata|"
    "sociedad de responsabilidad limitada|societatea cu răspundere limitată|"
    "sc srl",
    "<sl|sociedad limitada",
    "<scoop|sociedad cooperativa|società cooperativa|coop|soc coop|scoop",
    "<gmbh|gesellschaft mit beschränkter haftung",
    "<ag|aktiengesellschaft",
    "<kg|kommanditgesellschaft",
    "<stiftung|stiftung",
    "<stichting|stichting",
    "<cooperatie|coöperatie|cooperatie|coop ua|coöperatief ua|cooperatief ua",
    "<vereniging|vereniging",
    "<bv|besloten vennootschap|"
    "besloten vennootschap met beperkte aansprakelijkheid|"
    "besloten vennootschap beperkte aansprakelijkheid",
    "<nv|naamloze vennootschap",
    "<vof|vof|vennootschap onder firma",
    "<vzw|vzw|vereniging zonder winstoogmerk",
    "<ab|aktiebolaget|aktiebolag|akcinė bendrovė",
    "<abp|aktiebolaget publ",
    "<hb|handelsbolaget|handelsbolag",
    "<kb|kommanditbolaget|kommanditbolag",
    "<as|aktieselskabet|aktieselskab|aksjeselskapet|aksjeselskap|"
    "akciju sabiedrība|aktsiaselts|anonim şirketi",
    "<aps|anpartsselskabet|anpartsselskab",
    "<is|interessentskabet|interessentskab",
    "<ks|kommanditselskabet|kommanditselskab",
    "ks|kommandittselskap",
    "ans|ans|ansvarlig selskap",
    "da|ansvarlig selskap med delt ansvar",
    "enk|enkeltpersonforetak",
    "amba|amba|andelsselskab med begrænset ansvar",
    "<fond|fonden|stiftelsen|stiftelse",
    "ek for|ekonomisk förening|ek för",
    "<oy|oy|osakeyhtiö|oy ltd",
    "osk|osk|osuuskunta",
    "<ry|rekisteröity yhdistys",
    "<uab|uab|uždaroji akcinė bendrovė",
    "<vsi|všį|viešoji įstaiga",
    "<mb|mažoji bendrija",
    "<sia|sabiedrība ar ierobežotu atbildību",
    "<ou|oü|osaühing",
    "<mtu|mtü|mittetulundusühing",
    "<sihtasutus|sihtasutus",
    "<sp zoo|spółka z ograniczoną odpowiedzialnością",
    "<sro|společnost s ručením omezeným|spoločnosť s ručením obmedzeným",
    "<doo|društvo s ograničenom odgovornošću|"
    "družba z omejeno odgovornostjo",
    "dooel|dooel|дооел|društvo so ograničena odgovornost od edno lice",
    "<ae|ανώνυμη εταιρεία|ανώνυμος εταιρεία|ανώνυμη εταιρία",
    "ee|εε|ετερόρρυθμη εταιρεία",
    "mon ike|μονοπρόσωπη ικε|monoprosopi ike",
    "mon epe|μονοπρόσωπη επε|monoprosopi epe",
    "slf|slf|samlagsfélag",
    "sf|sameignarfélag",
    // Wales and Ireland: the English forms in the other official language.
    "ltd|cyf|cyfyngedig|cwmni cyfyngedig|cwmni preifat cyfyngedig|teoranta|"
    "teo|cuideachta phríobháideach faoi theorainn scaireanna",
    "plc|ccc|cwmni cyfyngedig cyhoeddus|cpt|cuideachta phoiblí theoranta",
    "llp|pac|partneriaeth atebolrwydd cyfyngedig",
    "lp|partneriaeth cyfyngedig",
    "cic|cwmni buddiannau cymunedol|cbc",
    "dac|cuideachta ghníomhaíochta ainmnithe",
    "clg|cuideachta faoi theorainn ráthaíochta",
    // Canada, also in French.
    "ltd|ltée|ltee|limitée|cie ltée|compagnie limitée|ltée ltd|ltd ltée|"
    "limited limitée|limitée limited",
    "inc|incorporée|inc ltée",
    "senc|senc",
    "sec|sec|société en commandite",
    "ulc|ulc|unlimited liability company|unlimited liability corporation",
    // Latin America.
    "<sas|sociedad por acciones simplificada|"
    "société par actions simplifiée|sociedad por acciones simplificadas",
    "spa|sociedad por acciones",
    "saic|saic|sociedad anónima industrial y comercial",
    "saci|saci",
    "sacif|sacif",
    "scrl|sociedad comercial de responsabilidad limitada",
    "ac|asociación civil",
    "spr de rl|spr de rl",
    "sapi de cv|sociedad anónima promotora de inversión de capital variable",
    "sofom|sofom enr|sa de cv sofom enr|sa de cv sofom er",
    "<ltda|sociedade limitada",
    "slu br|sociedade limitada unipessoal",
    "ltda|unipessoal lda|sociedade unipessoal lda",
    // Africa and the Middle East.
    "npc|npc|non profit company|nonprofit company",
    "sae|sae|شركة مساهمة مصرية",
    "<wll|شركة ذات مسؤولية محدودة|ذمم|ش ذ م م|شذمم",
    "pjsc|psc|شركة مساهمة عامة|شمع|ش م ع",
    "qpsc|qpsc|qsc",
    "bsc|bsc",
    "fze|fze|free zone establishment",
    "fzco|fzco|free zone company|fz co",
    "fzllc|fz llc|fzllc",
    "dmcc|dmcc",
    "ltd gte|ltd gte|limited by guarantee",
    "<ltd il|בעמ|בע מ|חברה בערבון מוגבל",
    // Asia.
    "<pt|perseroan terbatas|perusahaan perseroan|persero",
    "<pt tbk|perseroan terbatas tbk",
    "<cv|persekutuan komanditer",
    "<ud|usaha dagang",
    "bhd|berhad",
    "sdn bhd|sendirian berhad|sdn berhad|sendirian bhd",
    "plt|plt|perkongsian liabiliti terhad",
    "pcl|pcl|public company limited|public co ltd|บมจ|"
    "บริษัทมหาชนจำกัด",
    "<th ltd|บจก|บจ",
    "<th lp|ห้างหุ้นส่วนจำกัด|หจก",
    "<vn tnhh|công ty trách nhiệm hữu hạn|công ty tnhh|cty tnhh|"
    "công ty tnhh một thành viên|công ty tnhh mtv|tnhh mtv|cty tnhh mtv",
    "<vn cp|công ty cổ phần|cty cổ phần|ctcp|cty cp|công ty cp",
    "<vn dntn|doanh nghiệp tư nhân|dntn",
    "opc|opc|one person company|opc pvt ltd|opc private limited",
    "<kk|kabushiki kaisha|kabushikigaisha|kabushiki gaisha",
    "<gk|godo kaisha|goudou kaisha|godogaisha",
    "<yk|yugen kaisha|yuugen kaisha|yugen gaisha",
    "<jusik|jusikhoesa|chusik hoesa",
    // Russian, Ukrainian and their neighbours, spelt out.
    "<tdv|тдв|товариство з додатковою відповідальністю",
    "<prat|прат|приватне акціонерне товариство",
    "<nao|нао|непубличное акционерное общество",
    "<ip|жеке кәсіпкер|жк",
    "<llc|жшс|жауапкершілігі шектеулі серіктестік|ххк|"
    "хязгаарлагдмал хариуцлагатай компани|mchj|осоо",
    "<jsc|ақ|акционерлік қоғам|хк",
    "<eood|еоод|еднолично дружество с ограничена отговорност",
    "<ood|оод|дружество с ограничена отговорност",
    "<ead|еад|еднолично акционерно дружество",
    "<et|ет|едноличен търговец",
    "<llc ge|შპს|შეზღუდული პასუხისმგებლობის საზოგადოება",
    "<jsc ge|სს|სააქციო საზოგადოება",
    "<llc am|սպը|սահմանափակ պատասխանատվությամբ ընկերություն",
    // Forms of two languages, written together.
    "sa nv|sa nv|nv sa",
    "asbl vzw|asbl vzw|vzw asbl",
};
// NOLINTEND(bugprone-suspicious-missing-comma)

// Short forms that are also words or abbreviations: before the name only in
// their countries, or where quotation marks set the name off.
constexpr RegionalFront kFronts[] = {
    {"ab", "SE LT FI"}, {"as", "EE LV NO DK"}, {"sa", "FR BE LU CH MC EE"},
    {"sia", "LV"},      {"ae", "GR CY"},       {"nv", "BE NL"},
    {"bv", "BE NL"},    {"spa", "IT DZ"},      {"srl", "IT RO BE"},
    {"ad", "BG RS ME"}, {"doo", "RS HR SI"},   {"se", "LV EE"},
    {"ik", "LV"},       {"et", "BG"},          {"is", "DK"},
    {"kb", "SE"},       {"hb", "SE"},          {"ltd", "TH GE"},
    {"coop", "IT CH"},  {"sas it", "IT"},      {"ltda", "BR"},
};

// From and to a form that one country has in several languages.
constexpr RegionalForm kForms[] = {
    {"CH", "sa", "ag"},           {"CH", "sarl", "gmbh"},
    {"CH", "sagl", "gmbh"},       {"CH", "srl", "gmbh"},
    {"LI", "sa", "ag"},           {"LU", "ag", "sa"},
    {"LU", "gmbh", "sarl"},       {"LU", "sca", "kgaa"},
    {"BE", "nv", "sa"},           {"BE", "sa nv", "sa"},
    {"BE", "bv", "srl"},          {"BE", "bvba", "sprl"},
    {"BE", "vzw", "asbl"},        {"BE", "asbl vzw", "asbl"},
    {"BE", "vof", "snc"},         {"BE", "ag", "sa"},
    {"BE", "gmbh", "srl"},        {"IT", "gmbh", "srl"},
    {"IT", "ag", "spa"},          {"IT", "kg", "sas it"},
    {"IT", "ohg", "snc"},         {"FI", "ab", "oy"},
    {"FI", "abp", "oyj"},         {"FI", "kb", "ky"},
    {"SG", "pvt ltd", "pte ltd"}, {"GB", "pvt ltd", "ltd"},
    {"IE", "pvt ltd", "ltd"},     {"MY", "pvt ltd", "sdn bhd"},
    {"HK", "pvt ltd", "ltd"},     {"ZA", "pvt ltd", "pty ltd"},
    {"AU", "pvt ltd", "pty ltd"}, {"IT", "sas", "sas it"},
};

}  // namespace

absl::Span<const absl::string_view> LegalFormLinesOfTheWorld() {
  return kLines;
}

bool StandsInFront(absl::string_view form, absl::string_view region) {
  for (const RegionalFront& front : kFronts) {
    if (front.form != form) continue;
    // Without a region, for a name in quotation marks.
    return region.empty() || absl::StrContains(front.regions, region);
  }
  return false;
}

absl::string_view FormInRegion(absl::string_view form,
                               absl::string_view region) {
  if (form.empty() || region.empty()) return form;
  for (const RegionalForm& entry : kForms) {
    if (entry.region == region && entry.form == form) return entry.same_as;
  }
  return form;
}

}  // namespace concordat::readers
