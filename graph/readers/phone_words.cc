#include "graph/readers/phone_words.h"

#include "absl/container/flat_hash_set.h"

namespace concordat::readers {
namespace {

using Words = absl::flat_hash_set<absl::string_view>;

}  // namespace

bool IsExtensionWord(absl::string_view word) {
  // Built once and never destroyed.
  static const Words* const kWords = new Words{
      // English, French, Spanish, Portuguese, Italian.
      "x", "ex", "ext", "extn", "extension", "poste", "interno", "int", "anexo",
      "extensión", "extensao", "extensão", "ramal", "interne", "intern",
      // German, Dutch, the Nordic languages.
      "durchwahl", "dw", "nebenstelle", "nst", "klappe", "kl", "apparat", "app",
      "toestel", "tst", "anknytning", "ankn", "linje", "lokal", "alanr",
      // Slavic languages.
      "доб", "добавочный", "вн", "внутр", "внутренний", "wew", "wewn",
      "wewnętrzny", "linka", "klapka", "local", "лок",
      // Others.
      "dahili", "mellék", "interior", "εσωτ", "εσωτερικό", "内線", "分机",
      "分机号", "分機", "转", "轉", "내선", "שלוחה", "تحويلة", "داخلي",
      "داخلی"};
  return kWords->contains(word);
}

bool IsPhoneLabel(absl::string_view word) {
  // Built once and never destroyed.
  static const Words* const kWords = new Words{
      // English.
      "tel", "telephone", "phone", "ph", "mobile", "mob", "cell", "cellphone",
      "cellular", "fax", "telefax", "office", "work", "home", "landline",
      "direct", "main", "hotline", "whatsapp", "private", "business",
      "switchboard", "call", "number", "no", "t", "m", "p", "f", "h", "w", "c",
      "voice", "day", "evening", "primary", "secondary", "toll", "free",
      "freephone", "us", "uk",
      // German, Dutch, the Nordic languages.
      "telefon", "fon", "telefonnummer", "rufnummer", "handy", "mobil",
      "mobilfunk", "mobiltelefon", "handynummer", "festnetz", "privat",
      "geschäftlich", "dienstlich", "büro", "zentrale", "tlf", "tfn",
      "telefoon", "mobiel", "gsm", "vast", "thuis", "werk", "puhelin", "puh",
      "matkapuhelin", "sími",
      // Romance languages.
      "tél", "téléphone", "portable", "fixe", "bureau", "domicile", "mobiles",
      "telf", "tfno", "teléfono", "telefono", "móvil", "movil", "celular",
      "cel", "fijo", "oficina", "casa", "cellulare", "fisso", "ufficio",
      "telefone", "telemóvel", "telemovel", "escritório",
      // Slavic languages.
      "тел", "телефон", "моб", "мобильный", "мобильний", "факс", "рабочий",
      "раб", "домашний", "дом", "сот", "telefonu", "komórka", "kom",
      "stacjonarny", "mobilní", "pevná",
      // Others.
      "τηλ", "τηλέφωνο", "κιν", "κινητό", "cep", "iş", "ev", "telefonszám",
      "電話", "電話番号", "携帯", "携帯電話", "自宅", "会社", "电话", "手机",
      "座机", "传真", "電話號碼", "手機", "전화", "휴대폰", "핸드폰", "팩스",
      "טלפון", "נייד", "هاتف", "جوال", "موبايل", "تلفون", "فاكس", "تلفن",
      "โทร"};
  return kWords->contains(word);
}

}  // namespace concordat::readers
