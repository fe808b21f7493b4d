// Legal forms and their writings, after the ISO 20275 list of entity legal
// forms (GLEIF) and the spellings in use.
#include "graph/readers/organisation_words.h"

namespace concordat::readers {
namespace {

// Most entries are longer than a line.
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
constexpr absl::string_view kLines[] = {
    // German.
    "gmbh|gmbh|g m b h|gesmbh|ges m b h|gesellschaft mit beschränkter haftung|"
    "gesellschaft mbh|gesellschaft m b h|mbh",
    "ggmbh|ggmbh|gemeinnützige gmbh|"
    "gemeinnützige gesellschaft mit beschränkter haftung",
    "gmbh co kg|gmbh co kg|gmbh cokg|gmbh kg|gmbh compagnie kg|"
    "gesellschaft mit beschränkter haftung co kommanditgesellschaft|"
    "gmbh co kommanditgesellschaft|gesmbh co kg|mbh co kg",
    "gmbh co ohg|gmbh co ohg",
    "gmbh co kgaa|gmbh co kgaa",
    "ag co kg|ag co kg",
    "ag co kgaa|ag co kgaa",
    "ag co ohg|ag co ohg",
    "se co kg|se co kg",
    "se co kgaa|se co kgaa",
    "ug co kg|ug co kg|"
    "ug haftungsbeschränkt co kg",
    "ltd co kg|ltd co kg|limited co kg",
    "co kg|co kg",
    "stiftung co kg|stiftung co kg",
    "co ohg|co ohg",
    "ag|ag|aktiengesellschaft|aktienges",
    "kgaa|kgaa|"
    "kommanditgesellschaft auf aktien",
    "se|se|societas europaea",
    "kg|kg|kommanditgesellschaft",
    "ohg|ohg|offene handelsgesellschaft|og",
    "ug|ug|ug haftungsbeschränkt|unternehmergesellschaft haftungsbeschränkt|"
    "unternehmergesellschaft",
    "ev|ev|eingetragener verein",
    "ek|ek|ekfm|ekfr|eingetragener kaufmann|eingetragene kauffrau",
    "eg|eg|eingetragene genossenschaft",
    "gbr|gbr|"
    "gesellschaft bürgerlichen rechts",
    "partg|partg|partgmbb|"
    "partnerschaftsgesellschaft",
    "vvag|vvag|"
    "versicherungsverein auf gegenseitigkeit",
    "stiftung|stiftung",
    // English.
    "ltd|ltd|limited|lmtd|co ltd|company limited|co limited|company ltd|"
    "limited company|colimited|private limited company|ltd co",
    "plc|plc|public limited company|public ltd co",
    "llc|llc|lc|"
    "limited liability company|limited liability co|ltd liability co",
    "pllc|pllc|professional limited liability company",
    "llp|llp|limited liability partnership",
    "lllp|lllp",
    "lp|lp|limited partnership",
    "gp|general partnership",
    "inc|inc|incorporated|incorp",
    "corp|corp|corporation",
    "co|co|company|compagnie",
    "pc|professional corporation",
    "pbc|pbc|public benefit corporation",
    "sagl|sagl|società a garanzia limitata",
    "cic|cic|"
    "community interest company",
    "cio|cio|"
    "charitable incorporated organisation",
    "dac|dac|"
    "designated activity company",
    "clg|clg|company limited by guarantee",
    "na|national association",
    "unlimited|unlimited|unlimited company",
    "pty ltd|pty ltd|pty limited|proprietary limited|proprietary ltd|"
    "pty co ltd",
    "pty|pty|proprietary",
    "pte ltd|pte ltd|pte limited|pte",
    "pvt ltd|pvt ltd|pvt limited|private limited|private ltd|p ltd|"
    "co pvt ltd|company private limited",
    "jsc|jsc|joint stock company|joint stock co|ао|акционерное общество|ат|"
    "акціонерне товариство|акционерно дружество",
    "<jsc|ao|aktsionernoe obshchestvo|ао|акционерное общество|ат|"
    "акціонерне товариство",
    "pjsc|pjsc|public joint stock company|pao|пао|"
    "публичное акционерное общество|пат|публічне акціонерне товариство",
    "cjsc|cjsc|closed joint stock company|zao|зао|"
    "закрытое акционерное общество|зат",
    "ojsc|ojsc|open joint stock company|oao|оао|"
    "открытое акционерное общество|ват",
    // French, also in Belgium, Luxembourg and Switzerland.
    "sa|sa|société anonyme|sociedad anónima|sociedade anônima|"
    "sociedade anónima|spółka akcyjna|société anonyme à conseil "
    "d'administration|societate pe acțiuni|anonim şirket sa",
    "<sas|sas|société par actions simplifiée",
    "<sasu|sasu|société par actions simplifiée unipersonnelle",
    "<sarl|sarl|s à r l|société à responsabilité limitée|sàrl",
    "<eurl|eurl|entreprise unipersonnelle à responsabilité limitée",
    "<snc|snc|société en nom collectif|società in nome collettivo",
    "<sci|sci|société civile immobilière",
    "scs|scs|"
    "société en commandite simple",
    "sca|sca|"
    "société en commandite par actions",
    "<scop|scop",
    "gie|gie|"
    "groupement d'intérêt économique",
    "sprl|sprl|"
    "société privée à responsabilité limitée",
    "asbl|asbl|"
    "association sans but lucratif",
    "scrl|scrl",
    // Italian, Spanish, Portuguese.
    "spa|spa|società per azioni|societa per azioni|ſpa",
    "srl|srl|società a responsabilità limitata|"
    "sociedad de responsabilidad limitada|sociedad responsabilidad limitada|"
    "societate cu răspundere limitată|s de rl|s r l",
    "srls|srls|società a responsabilità limitata semplificata",
    "sas it|società in accomandita semplice",
    "sapa|sapa|"
    "società in accomandita per azioni",
    "scarl|scarl|scrl coop|scpa",
    "sl|sl|sociedad limitada",
    "slu|slu|sociedad limitada unipersonal",
    "slp|slp|sociedad limitada profesional",
    "sau|sau|"
    "sociedad anónima unipersonal",
    "sll|sll|sociedad limitada laboral",
    "sal|sal|sociedad anónima laboral|société anonyme libanaise",
    "sa de cv|sa de cv|sociedad anónima de capital variable",
    "sab de cv|sab de cv|"
    "sociedad anónima bursátil de capital variable",
    "sapi de cv|sapi de cv",
    "s de rl de cv|s de rl de cv|srl de cv|"
    "sociedad de responsabilidad limitada de capital variable",
    "sc|sociedad civil",
    "sac|sac|sociedad anónima cerrada",
    "scoop|s coop|"
    "sociedad cooperativa",
    "eirl|eirl|"
    "empresa individual de responsabilidad limitada",
    "ltda|ltda|limitada|lda|sociedade limitada|sociedad limitada ltda|"
    "cia ltda|compañía limitada",
    "eireli|eireli|ei",
    "me|microempresa",
    "epp|epp",
    // Dutch and Nordic.
    "bv|bv|besloten vennootschap|"
    "besloten vennootschap met beperkte aansprakelijkheid",
    "nv|nv|naamloze vennootschap",
    "vof|vof|vennootschap onder firma",
    "cv nl|commanditaire vennootschap",
    "vzw|vzw|"
    "vereniging zonder winstoogmerk",
    "bvba|bvba",
    "as|as|a s|aktieselskab|aksjeselskap|akciová společnost|"
    "akciova spolocnost|akciová spoločnosť|anonim şirketi|anonim şirket|"
    "anonim sirketi|aktsiaselts",
    "asa|asa|allmennaksjeselskap",
    "aps|aps|anpartsselskab",
    "is|interessentskab",
    "ks|kommanditselskab",
    "ivs|ivs|"
    "iværksætterselskab",
    "ab|ab|aktiebolag|aktiebolaget",
    "abp|abp|publikt aktiebolag|ab publ|aktiebolag publ",
    "hb|handelsbolag",
    "oy|oy|osakeyhtiö|oy ab",
    "oyj|oyj|"
    "julkinen osakeyhtiö|oyj abp",
    "ky|kommandiittiyhtiö",
    "ehf|ehf|"
    "einkahlutafélag",
    "hf|hf|hlutafélag",
    // Central and South-East Europe, Baltic, Turkey, Greece.
    "sp zoo|sp z o o|sp zoo|sp z oo|spolka z oo|spzoo|"
    "spółka z ograniczoną odpowiedzialnością|spolka zoo",
    "sp zoo sp k|sp z o o sp k|sp zoo sp k|sp z oo spk|"
    "spółka z ograniczoną odpowiedzialnością spółka komandytowa|"
    "sp z o o spółka komandytowa",
    "sp j|sp j|spj|spółka jawna",
    "sp k|sp k|spk|spółka komandytowa",
    "sp p|sp p|spółka partnerska",
    "ska|ska|"
    "spółka komandytowo akcyjna",
    "psa|psa|prosta spółka akcyjna",
    "sro|sro|s r o|spol s r o|spol sro|společnost s ručením omezeným|"
    "spoločnosť s ručením obmedzeným|spolsro",
    "vos|vos|veřejná obchodní společnost",
    "ks cz|komanditní společnost",
    "kft|kft|korlátolt felelősségű társaság",
    "zrt|zrt|"
    "zártkörűen működő részvénytársaság",
    "nyrt|nyrt|"
    "nyilvánosan működő részvénytársaság",
    "rt|részvénytársaság",
    "bt|betéti társaság",
    "doo|doo|d o o|društvo s ograničenom odgovornošću|"
    "društvo sa ograničenom odgovornošću|"
    "družba z omejeno odgovornostjo|доо|"
    "друштво са ограниченом одговорношћу",
    "jdoo|jdoo",
    "dd|dd|d d|dioničko društvo|delniška družba",
    "ad|ad|akcionarsko društvo|ад|акционарско друштво|"
    "акционерно дружество",
    "eood|eood|еоод",
    "ood|ood|оод|дружество с ограничена отговорност",
    "ead|ead|еад",
    "uab|uab|uždaroji akcinė bendrovė",
    "sia|sia|"
    "sabiedrība ar ierobežotu atbildību",
    "ou|oü|osaühing",
    "<mb|mazoji bendrija",
    "ltd sti|ltd şti|ltd sti|limited şirketi|limited sirketi|limited şirket",
    "ae|ae|αε|ανώνυμη εταιρεία|ανωνυμη εταιρια|α ε",
    "epe|epe|επε|εταιρεία περιορισμένης ευθύνης",
    "oe|oe gr|οε|"
    "ομόρρυθμη εταιρεία",
    "ike|ike|ικε|ιδιωτική κεφαλαιουχική εταιρεία",
    // Russian, Ukrainian, Belarusian, Kazakh.
    "<llc|ооо|ooo|общество с ограниченной ответственностью|тов|tov|"
    "товариство з обмеженою відповідальністю|тоо|too|"
    "товарищество с ограниченной ответственностью|"
    "obshchestvo s ogranichennoy otvetstvennostyu|одо",
    "<pjsc|pao|пао|публичное акционерное общество|пат|"
    "публічне акціонерне товариство",
    "<cjsc|zao|зао|закрытое акционерное общество",
    "<ojsc|oao|оао|открытое акционерное общество",
    "<ip|ип|ip|индивидуальный предприниматель|фоп|fop|"
    "фізична особа підприємець",
    "<pe|чп|пп|частное предприятие|приватне підприємство",
    "<gup|гуп|муп|фгуп|федеральное государственное унитарное предприятие",
    "<nko|ано|автономная некоммерческая организация",
    // Asia.
    "<pt|pt|perseroan terbatas",
    "tbk|tbk",
    "<pt tbk|pt tbk",
    "<cv|cv|commanditaire vennootschap cv",
    "bhd|bhd|berhad",
    "sdn bhd|sdn bhd|sendirian berhad",
    "kk|kk|k k|kabushiki kaisha|"
    "kabushiki gaisha|株式会社|株式會社|株",
    "<kk|株式会社|株式會社|株|kabushiki kaisha",
    "<yk|yk|yugen kaisha|有限会社|有",
    "<gk|gk|godo kaisha|合同会社",
    "<goshi|合資会社",
    "<gomei|合名会社",
    "<jusik|주식회사|주|jusik hoesa",
    "<yuhan|유한회사|유",
    "<yuhanchaek|"
    "유한책임회사",
    "<cn ltd|有限公司|有限责任公司|有限責任公司|youxian gongsi",
    "<cn jsc|股份有限公司|gufen youxian gongsi",
    "<vn tnhh|tnhh|công ty tnhh|"
    "công ty trách nhiệm hữu hạn",
    "<vn cp|công ty cổ phần|ctcp",
    "<th ltd|บริษัท|จำกัด",
    "fze|fze|free zone establishment",
    "fzco|fzco",
    "wll|wll|with limited liability",
    "saoc|saoc",
    "saog|saog",
    "ksc|ksc",
    "<ltd il|בעם|בע מ",
};
// NOLINTEND(bugprone-suspicious-missing-comma)

}  // namespace

absl::Span<const absl::string_view> LegalFormLines() { return kLines; }

}  // namespace concordat::readers
