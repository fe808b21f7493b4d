#include "graph/readers/person_name_words.h"

#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace concordat::readers {
namespace {

using Words = absl::flat_hash_set<absl::string_view>;

// Both tables below are separated by spaces. A word that is in two lists has
// the role of the last one.
struct RoleWords {
  WordRole role;
  const char* words;
};

constexpr RoleWords kRoles[] = {
    {WordRole::kTitle,
     "mr mrs ms mx messrs sn bpk bapak sdr sdri drg smti shrimati mst dr drs "
     "dra drin doctor prof professor professorin "
     "univprof profdr drmed doz doktor professeur docteur "
     "herr herrn frau fraulein frl hr fr "
     "mme mlle mmes mm monsieur madame mademoiselle mgr me maitre dipl "
     "dipling dripling diplkfm diplkff diplinf diplphys diplbiol drrernat "
     "dring "
     "sig sigra signa signor signora signorina dott dottssa dottore dottoressa "
     "avv geom profssa gentma dna univprof "
     "sra srta snra senor senora senorita "
     "doutor doutora exmo exma "
     "dhr mevr mevrouw mijnheer meneer mej dhrmevr "
     "hrn fru froken herre "
     "mgr mgra inz magister "
     "pani pana panna panstwo slecna mudr judr ing ingarch phdr rndr "
     "paeddr bc bca mga mvdr "
     "bay bayan sayin gospodin gospodja gospoda gdin gdja "
     "domnul doamna kisasszony ozv "
     "kyrios kyria shri smt encik datuk dato "
     "г-н г-жа гн гжа господин госпожа гражданин гражданка гр др проф "
     "профессор доктор пан пані пани панна тов "
     "κ κος κα κύριος κυρία κυριος κυρια δρ δρα "
     "السيد السيدة الدكتور الدكتورة دكتور الأستاذ الأستاذة "
     "מר גב גברת דר פרופ ד״ר "
     "नाम श्री श्रीमती सुश्री कुमारी डॉ "
     "นาย นาง นางสาว คุณ ดร"},
    {WordRole::kTitleInFront,
     "sir dame lady lord hon honourable honorable rev reverend revd fr father "
     "sr sister brother capt captain cpt maj col colonel gen general lt ltc "
     "lieutenant sgt sergeant cpl cmdr commander adm admiral pvt insp miss "
     "mister pan pres president gov governor sen senator amb ambassador "
     "ibu rabbi imam sheikh sheik hrh count countess baron baroness graf "
     "grafin "
     "freiherr freifrau prinz prinzessin mag magistra lic arq abg cav "
     "ing ir mr mw rer eng engr adv ca atty cdr ssgt msgt pfc "
     "signorina sor fra padre madre univ priv pd ra stb pastor pfarrer "
     "dipl mgr bay"},
    {WordRole::kTitleOrName,
     "don dona dean judge major king prince princess master bishop pope duke d "
     "earl marshal chief m pan tuan haji kumari graf baron pastor father "
     "sister brother sheikh sheik rabbi mag ca ir adv general major"},
    {WordRole::kAfterTitle,
     "med phil rer nat jur ing habil hc h c pol oec theol vet dent mult techn "
     "mont math psych iur univ dr prof em agr forest sc soc paed disc arch "
     "inf kfm kffr volksw betriebsw wirt fh tu bakk"},
    {WordRole::kDegree,
     "phd dphil mba msc bsc mphil llm llb lld esq esquire cpa cfa dds dvm dmd "
     "edd eds bed meng beng mfa bfa msw lcsw cbe obe kbe dbe mbe kcb kcmg "
     "frs frcp frcs frcpc facs faan facp mrcp mrcgp rgn crna cfp pmp cissp "
     "pharmd psyd dnp fnp lpn emt aprn rdn mlitt dlitt dsc drph mph mpa mpp "
     "bey hanim efendi mhs mdiv thd dmin csc dess bba bca mca btech mtech bcom "
     "mcom "
     "acca fca aca cma cipm usn usaf usmc ret retd "
     "skom spd mpd ssos skm mkom ssi spsi mkes "
     "cert pgce ктн дтн кэн дэн кмн дмн"},
    {WordRole::kDegreeOrName,
     "ma ba md do jd rn pe mp bs pa aa cm dc od np da eng kc qc ac ao jp"},
    {WordRole::kConnector,
     "nee geb geboren geborene born aka alias formerly verw gesch bzw "
     "roz rozena ep szul урожд урождённая урожденная fka dba vel dit dite"},
};

const auto& Roles() {
  static const auto* const kByWord = [] {
    auto* const map = new absl::flat_hash_map<absl::string_view, WordRole>;
    for (const RoleWords& entry : kRoles) {
      for (const absl::string_view word : absl::StrSplit(entry.words, ' ')) {
        (*map)[word] = entry.role;
      }
    }
    // These have one role more than a table of one role can say.
    (*map)["ing"] = WordRole::kTitleInFront;
    (*map)["dr"] = WordRole::kTitle;
    (*map)["prof"] = WordRole::kTitle;
    (*map)["mr"] = WordRole::kTitle;
    return map;
  }();
  return *kByWord;
}

struct ParticleWords {
  ParticleKind kind;
  const char* words;
};

constexpr ParticleWords kParticles[] = {
    {ParticleKind::kAlways,
     "van von vom vander vanden vande zu zum zur ter ten te aan af av di da do "
     "dos das del della dello dei degli dalla dal de du des la le el ul bin "
     "ibn bint abd dela"},
    {ParticleKind::kNotInFront, "ben al abu do du le da della lo ter ten te"},
    {ParticleKind::kWithOthers, "der den het t los las op in dem d lo"},
    {ParticleKind::kPrefix, "mc mac st saint ste sainte sankt fitz"},
};

const auto& Particles() {
  static const auto* const kByWord = [] {
    auto* const map = new absl::flat_hash_map<absl::string_view, ParticleKind>;
    for (const ParticleWords& entry : kParticles) {
      for (const absl::string_view word : absl::StrSplit(entry.words, ' ')) {
        (*map)[word] = entry.kind;
      }
    }
    return map;
  }();
  return *kByWord;
}

Words* MakeWords(const char* words, char separator = ' ') {
  auto* const set = new Words;
  for (const absl::string_view word : absl::StrSplit(words, separator)) {
    set->insert(word);
  }
  return set;
}

}  // namespace

WordRole RoleOf(absl::string_view word) {
  const auto found = Roles().find(word);
  return found == Roles().end() ? WordRole::kNone : found->second;
}

ParticleKind ParticleOf(absl::string_view base) {
  if (base.size() > 6) return ParticleKind::kNone;
  const auto found = Particles().find(base);
  return found == Particles().end() ? ParticleKind::kNone : found->second;
}

bool IsNameAfterO(absl::string_view base) {
  static const Words* const kNames = MakeWords(
      "brien bryan byrne callaghan connell connor conner dea doherty donnell "
      "donoghue donovan dowd driscoll dwyer farrell flaherty flynn gara gorman "
      "grady hagan hanlon hara hare kane keefe keeffe kelly leary loughlin "
      "mahony malley meara neal neil neill reilly regan riordan rourke shea "
      "sullivan toole");
  return kNames->contains(base);
}

bool IsVietnameseSurname(absl::string_view base) {
  static const Words* const kNames =
      MakeWords("nguyen tran pham huynh hoang phan vo dang bui ngo duong vu");
  return kNames->contains(base);
}

bool IsNoName(absl::string_view writing) {
  // Separated by bars, for some are of several words.
  static const Words* const kWords = MakeWords(
      "unknown|n.n|nn|n. n|n/a|n.a|n/d|n.d|none|no name|noname|not known|not "
      "given|"
      "not available|not applicable|not provided|not specified|unspecified|"
      "undisclosed|anonymous|anon|tbd|tba|tbc|to be determined|"
      "to be confirmed|to be announced|null|undefined|empty|missing|"
      "redacted|withheld|name unknown|unnamed|no data|unbekannt|"
      "nicht bekannt|nicht angegeben|keine angabe|keine angaben|k.a|k. a|k/a|"
      "ohne namen|ohne angabe|entfällt|inconnu|inconnue|non renseigné|"
      "non renseigne|non communiqué|sans nom|anonyme|n/c|desconocido|"
      "desconocida|sin nombre|no disponible|no consta|sin datos|s/n|s/d|"
      "anónimo|sconosciuto|sconosciuta|ignoto|non disponibile|non noto|"
      "desconhecido|desconhecida|não informado|nao informado|sem nome|"
      "onbekend|niet bekend|niet opgegeven|n.v.t|nvt|ukendt|okänd|ukjent|"
      "tuntematon|ei tiedossa|nieznany|nieznana|nieznane|brak|brak danych|"
      "neznámý|neznámá|neznámé|neuvedeno|ismeretlen|necunoscut|bilinmiyor|"
      "bilinmeyen|неизвестно|неизвестен|неизвестна|неизвестный|нет данных|"
      "не указано|не указан|нет|н/д|невідомо|невідомий|немає даних|"
      "неизвестное|άγνωστος|άγνωστο|άγνωστη|不明|未知|不详|不詳|未定|匿名|"
      "なし|無し|未登録|未填|无|無|미상|없음|모름|미정|غير معروف|مجهول|"
      "לא ידוע|अज्ञात|ไม่ทราบ|không rõ|test|xxx|xxxx|xxxxx|customer|"
      "current resident|self-employed|self employed|freelancer|privat|"
      "private|privatperson|private person|siehe oben|see above|ditto|the "
      "occupier|occupant|kunde|client|cliente",
      '|');
  return kWords->contains(writing);
}

size_t EastAsianHonorificLength(absl::string_view name) {
  static constexpr absl::string_view kHonorifics[] = {
      "女士", "先生", "小姐",   "太太", "夫人",   "博士", "教授",
      "さん", "さま", "ちゃん", "くん", "サマ",   "サン", "様",
      "殿",   "氏",   "씨",     "님",   "선생님", "교수"};
  size_t length = 0;
  for (const absl::string_view honorific : kHonorifics) {
    if (honorific.size() > length && absl::EndsWith(name, honorific)) {
      length = honorific.size();
    }
  }
  return length;
}

}  // namespace concordat::readers
