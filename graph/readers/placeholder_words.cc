// What people and programs write where a value is missing. Collected from the
// null markers of spreadsheets, databases and statistics packages (#N/A, NULL,
// NaN) and from the words that forms and call-centre notes use.
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "graph/readers/words.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

constexpr const char* kWords[] = {
    // Programs.
    "#n/a",
    "n/a",
    "n.a",
    "na",
    "n. a",
    "n/d",
    "n.d",
    "#na",
    "#null!",
    "#ref!",
    "#value!",
    "#name?",
    "#div/0!",
    "#num!",
    "null",
    "nil",
    "none",
    "nan",
    "undefined",
    "void",
    "empty",
    "blank",
    "\\n",
    // English.
    "unknown",
    "not known",
    "unk",
    "not available",
    "not applicable",
    "not provided",
    "not given",
    "not specified",
    "unspecified",
    "not supplied",
    "not stated",
    "not disclosed",
    "not entered",
    "not recorded",
    "not found",
    "no data",
    "no value",
    "no answer",
    "no entry",
    "no information",
    "missing",
    "tbd",
    "tba",
    "tbc",
    "tbs",
    "to be determined",
    "to be confirmed",
    "to be announced",
    "to be advised",
    "pending",
    "maybe",
    "unsure",
    "not sure",
    "don't know",
    "do not know",
    "dont know",
    "withheld",
    "prefer not to say",
    "redacted",
    "anonymous",
    "anonymised",
    "anonymized",
    "ex-directory",
    "no phone",
    "no email",
    "no e-mail",
    "no address",
    "no name",
    "no number",
    "no date",
    "never",
    "nothing",
    "dummy",
    "placeholder",
    // German, Dutch, the Nordic languages.
    "unbekannt",
    "nicht bekannt",
    "keine angabe",
    "keine angaben",
    "k.a",
    "k. a",
    "ka",
    "k/a",
    "ohne angabe",
    "o.a",
    "keine",
    "keiner",
    "keines",
    "kein",
    "entfällt",
    "nicht vorhanden",
    "nicht angegeben",
    "nicht verfügbar",
    "nicht zutreffend",
    "nicht anwendbar",
    "leer",
    "fehlt",
    "nichts",
    "offen",
    "n.v",
    "n.b",
    "keine e-mail",
    "keine email",
    "kein telefon",
    "keine nummer",
    "onbekend",
    "geen",
    "niet bekend",
    "niet beschikbaar",
    "niet opgegeven",
    "n.v.t",
    "nvt",
    "okänd",
    "okänt",
    "saknas",
    "ingen",
    "inget",
    "ej angivet",
    "ej tillämpligt",
    "ukjent",
    "ukendt",
    "ikke oppgitt",
    "ikke angivet",
    "mangler",
    "ei tiedossa",
    "tuntematon",
    "ei ole",
    "puuttuu",
    // Romance languages.
    "inconnu",
    "inconnue",
    "aucun",
    "aucune",
    "non renseigné",
    "non renseignée",
    "non communiqué",
    "non disponible",
    "non applicable",
    "non précisé",
    "s/o",
    "sans objet",
    "néant",
    "vide",
    "nc",
    "n.c",
    "nr",
    "n.r",
    "desconocido",
    "desconocida",
    "sin datos",
    "sin dato",
    "sin información",
    "sin especificar",
    "no disponible",
    "no aplica",
    "no consta",
    "no informado",
    "no indicado",
    "ninguno",
    "ninguna",
    "ningún",
    "s/d",
    "s.d",
    "se desconoce",
    "vacío",
    "sin teléfono",
    "sin correo",
    "sin nombre",
    "sconosciuto",
    "sconosciuta",
    "ignoto",
    "nessuno",
    "nessuna",
    "non noto",
    "non disponibile",
    "non applicabile",
    "non specificato",
    "non indicato",
    "non fornito",
    "vuoto",
    "desconhecido",
    "desconhecida",
    "não informado",
    "não disponível",
    "não aplicável",
    "não se aplica",
    "nenhum",
    "nenhuma",
    "sem dados",
    "sem informação",
    "vazio",
    "necunoscut",
    "niciunul",
    "nespecificat",
    // Slavic languages.
    "неизвестно",
    "неизвестен",
    "неизвестна",
    "не известно",
    "не указано",
    "не указан",
    "не указана",
    "не задано",
    "не заполнено",
    "нет данных",
    "нет информации",
    "нет телефона",
    "нет почты",
    "отсутствует",
    "пусто",
    "нет",
    "н/д",
    "н.д",
    "б/н",
    "невідомо",
    "не вказано",
    "немає даних",
    "немає",
    "nieznany",
    "nieznane",
    "nieznana",
    "brak",
    "brak danych",
    "nie podano",
    "nie dotyczy",
    "nie wiadomo",
    "neznámý",
    "neznámé",
    "neuvedeno",
    "není",
    "nezadáno",
    "chybí",
    "žádný",
    "žádné",
    "nepoznato",
    "nema",
    "nema podataka",
    "neznano",
    "неизвестан",
    "нема",
    "няма",
    "няма данни",
    // Other languages of Europe.
    "ismeretlen",
    "nincs",
    "nincs megadva",
    "nincs adat",
    "άγνωστο",
    "άγνωστος",
    "δεν υπάρχει",
    "δ/υ",
    "bilinmiyor",
    "yok",
    "belirtilmemiş",
    "boş",
    "teadmata",
    "nezināms",
    "nežinoma",
    "nav",
    "nėra",
    // Asia.
    "不明",
    "不詳",
    "不详",
    "未定",
    "未登録",
    "未入力",
    "未設定",
    "未记录",
    "該当なし",
    "なし",
    "無し",
    "特になし",
    "無",
    "无",
    "未知",
    "未填写",
    "未填寫",
    "未提供",
    "没有",
    "沒有",
    "暂无",
    "暫無",
    "不适用",
    "不適用",
    "空",
    "없음",
    "미정",
    "알 수 없음",
    "모름",
    "해당 없음",
    "미입력",
    "غير معروف",
    "غير متوفر",
    "غير متاح",
    "لا يوجد",
    "مجهول",
    "نامشخص",
    "ندارد",
    "לא ידוע",
    "אין",
    "לא צוין",
    "अज्ञात",
    "उपलब्ध नहीं",
    "ไม่ทราบ",
    "ไม่มี",
    "ไม่ระบุ",
    "không có",
    "không rõ",
    "chưa biết",
    "tidak ada",
    "tidak diketahui",
    "tiada",
};

// Of these, the ones that somebody is called.
constexpr const char* kNames[] = {
    "na",   "nan",  "nil",  "nc",  "nr",  "ka",    "blank",
    "void", "leer", "brak", "yok", "nav", "never", "offen",
};

using Words = absl::flat_hash_set<std::string>;

const Words& WordsOf(bool for_names) {
  // Built once and never destroyed.
  static const Words* const kAll = [] {
    auto* const words = new Words;
    for (const char* const word : kWords) words->insert(FoldText(word));
    return words;
  }();
  static const Words* const kForNames = [] {
    auto* const words = new Words(*kAll);
    for (const char* const name : kNames) words->erase(name);
    return words;
  }();
  return for_names ? *kForNames : *kAll;
}

// Nothing but marks: "-", "??", "...", "--/--/----", "__". A plus alone, too.
bool IsOnlyMarks(absl::string_view text) {
  return text.find_first_not_of("-?.*_/\\#=~+:,;!'\" ()[]<>") ==
         absl::string_view::npos;
}

// "x" three times or more, which no value is.
bool IsCrossedOut(absl::string_view text) {
  return text.size() >= 3 &&
         text.find_first_not_of('x') == absl::string_view::npos;
}

// Without brackets around it and a full stop or exclamation mark after it.
absl::string_view Bare(absl::string_view text) {
  constexpr absl::string_view kOpen = "<([{\"'*";
  constexpr absl::string_view kClose = ">)]}\"'*.!";
  while (!text.empty() && absl::StrContains(kOpen, text.substr(0, 1))) {
    text.remove_prefix(1);
  }
  while (!text.empty() &&
         absl::StrContains(kClose, text.substr(text.size() - 1))) {
    text.remove_suffix(1);
  }
  return TrimWhiteSpace(text);
}

}  // namespace

bool IsPlaceholder(absl::string_view writing, bool is_name) {
  const std::string folded = FoldText(writing);
  if (IsOnlyMarks(folded)) return true;
  const absl::string_view bare = Bare(folded);
  return IsCrossedOut(bare) || WordsOf(is_name).contains(bare);
}

bool IsPlaceholderCode(absl::string_view folded) {
  constexpr absl::string_view kCodeWords[] = {
      "n/a",          "#n/a",          "n.a.",          "n/d",
      "n/v",          "k.a.",          "null",          "<null>",
      "(null)",       "undefined",     "unknown",       "unspecified",
      "not_known",    "not_available", "not_specified", "not_provided",
      "not_set",      "no_data",       "tbd",           "unbekannt",
      "keine_angabe", "inconnu",       "inconnue",      "non_renseigné",
      "desconocido",  "desconocida",   "desconhecido",  "sconosciuto",
      "onbekend",     "okänd",         "ukjent",        "ukendt",
      "tuntematon",   "nieznany",      "nieznane",      "neznámý",
      "ismeretlen",   "necunoscut",    "неизвестно",    "невідомо",
      "bilinmiyor",   "άγνωστο",       "不明",          "未知",
      "알_수_없음",   "غير_معروف",
  };
  for (const absl::string_view word : kCodeWords) {
    if (folded == word) return true;
  }
  // Question marks stand for letters that an encoding lost.
  return folded.find_first_not_of("?") == absl::string_view::npos ||
         folded.find_first_not_of("-_.") == absl::string_view::npos;
}

}  // namespace concordat::readers
