#include "graph/name_letters_tables.h"

#include <utility>

namespace concordat::name_tables {
namespace {

// From the letters of BGN/PCGN (1947), GOST R 52535.1, ICAO Doc 9303, ISO 9
// without its diacritics, the Duden and the French passport romanisations.
constexpr Rewrite kSlavic[] = {
    {"dj", "d", false, true},
    {"kj", "k", false, true},
    {"rdj", "rd"},
    {"ndj", "nd"},
    {"schtsch", "sc"},
    {"shch", "sc"},
    {"chtch", "sc"},
    {"tsch", "c"},
    {"tch", "c"},
    {"sch", "s"},
    {"sh", "s"},
    {"chr", "hr"},
    {"chl", "hl"},
    {"chm", "hm"},
    {"chv", "hv"},
    {"ch", "c"},
    {"zh", "z"},
    {"kh", "h"},
    {"gh", "h"},
    {"gj", "h"},
    {"gue", "he"},
    {"gui", "hi"},
    {"g", "h"},
    {"ts", "c"},
    {"tz", "c"},
    {"x", "ks"},
    {"w", "v"},
    {"ou", "u"},
    {"iova", "eva", true},
    {"iov", "ev", true},
    {"cova", "ceva", true},
    {"cov", "cev", true},
    {"y", "i"},
    {"j", "i"},
    {"ii", "i"},
    {"ie", "e"},
};

constexpr Rewrite kGreek[] = {
    {"kh", "h"},
    {"ch", "h"},
    {"ph", "f"},
    {"th", "t"},
    {"dh", "d"},
    {"gh", "g"},
    {"ks", "x"},
    {"ei", "i"},
    {"oi", "i"},
    {"ai", "e"},
    {"ou", "u"},
    {"y", "i"},
    {"mp", "b"},
    {"nt", "d"},
    {"nd", "d"},
    {"gk", "g"},
    {"gg", "g"},
    {"ng", "g"},
    {"av", "af"},
    {"au", "af"},
    {"ev", "ef"},
    {"eu", "ef"},
    {"ge", "ie", false, true},
    {"gi", "i", false, true},
    {"ii", "i"},
    {"ll", "l"},
    {"nn", "n"},
    {"ss", "s"},
    {"tt", "t"},
    {"kk", "k"},
    {"mm", "m"},
    {"rr", "r"},
    {"c", "k"},
};

constexpr Rewrite kJapanese[] = {
    {"shu", "shu"}, {"chu", "chu"}, {"sya", "sha"},    {"syu", "shu"},
    {"syo", "sho"}, {"si", "shi"},  {"tya", "cha"},    {"tyu", "chu"},
    {"tyo", "cho"}, {"ti", "chi"},  {"tu", "tsu"},     {"hu", "fu"},
    {"zya", "ja"},  {"zyu", "ju"},  {"zyo", "jo"},     {"zi", "ji"},
    {"di", "ji"},   {"du", "zu"},   {"dzu", "zu"},     {"mb", "nb"},
    {"mp", "np"},   {"mm", "nm"},   {"tch", "cch"},    {"ou", "o"},
    {"oo", "o"},    {"uu", "u"},    {"oh", "o", true}, {"ohk", "ok"},
    {"ohs", "os"},  {"oht", "ot"},  {"ohn", "on"},     {"ohm", "om"},
    {"ohr", "or"},  {"ohb", "ob"},  {"ohg", "og"},     {"ohd", "od"},
    {"ohz", "oz"},  {"ohj", "oj"},
};

// The usual English-like spellings against the Revised Romanization.
constexpr Rewrite kKorean[] = {
    {"young", "yong"}, {"yeong", "yong"}, {"yung", "yong"},  {"oung", "ong"},
    {"eong", "ong"},   {"ung", "ong"},    {"hyun", "hyon"},  {"hyeon", "hyon"},
    {"yeon", "yon"},   {"yun", "yon"},    {"eon", "on"},     {"cheol", "chol"},
    {"chul", "chol"},  {"seok", "sok"},   {"suk", "sok"},    {"sook", "suk"},
    {"oo", "u"},       {"ou", "u"},       {"ee", "i"},       {"hui", "hi"},
    {"eu", "u"},       {"eo", "o"},       {"ae", "e"},       {"ay", "e"},
    {"ai", "e"},       {"woo", "u"},      {"wu", "u"},       {"ck", "k"},
    {"kk", "k"},       {"gg", "k"},       {"jj", "j"},       {"tt", "t"},
    {"pp", "p"},       {"ch", "j"},       {"sh", "s"},       {"ss", "s"},
    {"ng", "N"},       {"g", "k"},        {"d", "t"},        {"b", "p"},
    {"l", "r"},        {"ah", "a", true}, {"oh", "o", true}, {"yi", "i"},
};

constexpr std::pair<absl::string_view, absl::string_view> kUsual[] = {
    {"pyotr", "petr"},     {"fyodor", "fedor"},    {"semyon", "semen"},
    {"artyom", "artem"},   {"alyona", "alena"},    {"michail", "mikhail"},
    {"jewgeni", "evgeni"}, {"jewgenij", "evgeni"}, {"savelyy", "saveli"},
    {"fjodor", "fedor"},   {"pjotr", "petr"},      {"semjon", "semen"},
    {"artjom", "artem"},   {"aljona", "alena"},    {"matvey", "matvei"},
    {"aliona", "alena"},   {"artiom", "artem"},    {"matwej", "matvei"},
};

}  // namespace

absl::Span<const Rewrite> SlavicRewrites() { return kSlavic; }
absl::Span<const Rewrite> GreekRewrites() { return kGreek; }
absl::Span<const Rewrite> JapaneseRewrites() { return kJapanese; }
absl::Span<const Rewrite> KoreanRewrites() { return kKorean; }

absl::string_view UsualSlavicWriting(absl::string_view base) {
  // Nearly all names are ruled out by their length or their second letters.
  if (base.size() < 5 || base.size() > 8) return "";
  for (const auto& [writing, usual] : kUsual) {
    if (writing == base) return usual;
  }
  return "";
}

const char kSlavicGivenNames[] =
    "aleksandr aleksandra aleksei aleksey alena alina alla alyosha anastasia "
    "anatoli andrei andrey angelina antonina arkadi arseni artem asya bogdan "
    "bohdan boris borislav daria dmitri dmytro dimitar dimitri dzhamal "
    "eduard efim egor ekaterina elena elizaveta elvira emelyan evgeni "
    "evgenia evdokia fedor filipp galina gavriil gennadi georgi gleb grigori "
    "hryhori igor ihor ilia ilya inessa inna innokenti irina iryna ivan "
    "kateryna kirill konstantin kostiantyn kseniya larisa leonid lyubov "
    "lyudmila liudmyla lyubomir maksim maksym margarita maria marina matvei "
    "mikhail mykhailo mykola mykyta nadezhda nadiya natalia nikita nikolai "
    "nina oksana oleg oleh oleksandr oleksandra oleksi oleksii olena olesya "
    "olga olha ostap pavlo petr petro polina raisa roman ruslan rostislav "
    "saveli semen serafim sergei sergey serhii sofia stanislav stepan svetlana "
    "svitlana sviatoslav svyatoslav taras tamara tatiana tatyana timofei timur "
    "tymofii uliana ulyana vadim vadym valentin valentina valeri valeria "
    "valeriya varvara vasili vasyl vasiliy vera veronika viktor viktoria "
    "vitali vitalina viacheslav vyacheslav vladimir vladislav vladislava "
    "volodymyr vsevolod yakov yana yaroslav yaroslava yegor yelena yevgeny "
    "yevhen yevheniia yulia yuliana yuri yurii zakhar zhanna zinaida zoya "
    "zhenya sasha misha mitya dima kolya vanya petya tolya vova volodya "
    "slava kostya lyosha lesha grisha ilyusha tanya katya lena sveta nastya "
    "dasha masha natasha olya yulya ira galya lyuda luda anya ksyusha "
    "dragan dragana jovan jovana jelena milica milos milosh dusan "
    "dushan nenad nikola stojan stoyan zeljko zoran ljiljana ljubica "
    "snezana snezhana biljana bojan boyan katarina yordan jordanka yordanka "
    "plamen krasimir rumen hristo khristo tsvetan cvetan tsvetelina";

}  // namespace concordat::name_tables
