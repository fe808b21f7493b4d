// Words of dates and times that the CLDR does not name. Abbreviations of time
// zones are those of the IANA tz database that mean one zone to their readers.
#include "graph/readers/calendar_words.h"

namespace concordat::readers {
namespace {

constexpr auto kGregorian = CalendarKind::kGregorian;

constexpr WordMeaning Month(int16_t number, absl::string_view language) {
  return {WordKind::kMonth, kGregorian, number, language};
}
constexpr WordMeaning Weekday(int16_t number, absl::string_view language) {
  return {WordKind::kWeekday, kGregorian, number, language};
}
constexpr WordMeaning Half(HalfOfDay half) {
  return {WordKind::kHalf, kGregorian, static_cast<int16_t>(half), ""};
}
constexpr WordMeaning Just(WordKind kind) { return {kind, kGregorian, 0, ""}; }
constexpr WordMeaning Era(int16_t added) {
  return {WordKind::kEra, kGregorian, added, ""};
}
constexpr WordMeaning Zone(int16_t minutes) {
  return {WordKind::kZone, kGregorian, minutes, ""};
}

constexpr CalendarWordList kWords[] = {
    {Month(1, "de"), "jänner|jaenner|jän|jaen"},
    {Month(2, "de"), "feber"},
    {Month(3, "de"), "mrz|mär|maerz|maer"},
    {Month(9, "en"), "sept"},
    {Month(7, "fr"), "juill"},
    {Month(9, "es"), "set|setiembre"},
    {Month(1, "tr"), "oca"},
    {Month(8, "id"), "ags|agt|agu"},
    {Month(4, "vi"), "tư|tháng tư"},
    {Weekday(2, "en"), "tues"},
    {Weekday(4, "en"), "thur|thurs"},
    {Weekday(6, "de"), "sonnabend"},

    {Half(HalfOfDay::kMorning),
     "am|a|午前|上午|早上|早晨|清晨|凌晨|오전|새벽|아침|πμ|ص|صباحا|صباحًا|قظ|"
     "ق ظ|sáng|เช้า|पूर्वाह्न|öö|"
     "fm|vorm|vormittags|morgens|früh|du matin|matin|"
     "de la mañana|mañana|de la madrugada|madrugada|da manhã|manhã|"
     "di mattina|del mattino|mattina|mattino|утра|ранку|rano|ráno|dop|"
     "délelőtt|in the morning"},
    {Half(HalfOfDay::kAfternoon),
     "pm|p|午後|下午|오후|μμ|م|مساء|مساءً|بظ|ب ظ|chiều|अपराह्न|ös|nachm|"
     "nachmittags|de l'après-midi|l'après-midi|après-midi|de la tarde|tarde|"
     "da tarde|di pomeriggio|del pomeriggio|pomeriggio|дня|po południu|odp|"
     "délután|in the afternoon"},
    {Half(HalfOfDay::kEvening),
     "abends|du soir|soir|di sera|della sera|sera|вечера|вечора|wieczorem|"
     "večer|晚上|傍晚|夜晩|저녁|tối|in the evening|på kvällen"},
    {Half(HalfOfDay::kNight),
     "de la noche|noche|da noite|noite|nachts|ночи|ночі|夜|深夜|夜里|밤|đêm|"
     "w nocy|at night"},
    {Half(HalfOfDay::kMidday), "中午|trưa|mittags|del mediodía"},
    {Just(WordKind::kNoon),
     "noon|midday|正午|정오|mittag|midi|mezzogiorno|mediodía|mediodia|"
     "meio-dia|полдень|południe|poledne|öğlen|12 noon"},
    {Just(WordKind::kMidnight),
     "midnight|mitternacht|minuit|mezzanotte|medianoche|meia-noite|полночь|"
     "północ|půlnoc|자정|午夜|gece yarısı"},

    {Just(WordKind::kHourMark),
     "h|hr|hrs|hour|hours|hs|uhr|heure|heures|uur|u|時|时|点|點|点钟|點鐘|시|"
     "giờ|gio|ч|час|часа|часов|година|годин|години|hod|hodin|godz|น|นาฬิกา|"
     "horas|hora|óra|o'clock"},
    {Just(WordKind::kMinuteMark),
     "min|mn|m|minutes|minuten|minuti|minutos|分|分钟|分鐘|분|phút|phut|мин|"
     "минут|минуты|хв|นาที"},
    {Just(WordKind::kSecondMark),
     "s|sec|sek|seconds|sekunden|secondes|秒|초|giây|giay|с|сек|วินาที"},
    {Just(WordKind::kHalfHour), "半|반|rưỡi"},
    {Just(WordKind::kYearMark), "年|년|年度"},
    {Just(WordKind::kMonthMark), "月|월|月份"},
    {Just(WordKind::kDayMark), "日|일|号|號"},
    {Just(WordKind::kYearNext), "năm|nam"},
    {Just(WordKind::kMonthNext), "tháng|thang"},
    {Just(WordKind::kDayNext), "ngày|ngay"},
    {Just(WordKind::kQuarter),
     "quarter|qtr|quartal|trimestre|trimestre de|квартал|кв|kwartał|kwartaal|"
     "čtvrtletí|季度|四半期|분기"},

    {Era(2018), "令和|reiwa"},
    {Era(1988), "平成|heisei"},
    {Era(1925), "昭和|shōwa|showa"},
    {Era(1911), "大正|taishō|taisho|民國|民国|中華民國|minguo|roc"},
    {Era(1867), "明治|meiji"},
    {Era(-543), "พศ|พุทธศักราช|be"},
    {Era(0), "คศ|ad|ce|西元|公元|西暦|서기|нэ|н э|ميلادي|ميلادية|میلادی"},
    {{WordKind::kCalendar, CalendarKind::kIslamic, 0, ""},
     "ه|هـ|هجري|هجرية|ah"},
    {{WordKind::kCalendar, CalendarKind::kPersian, 0, ""},
     "هش|ه ش|شمسی|هجری شمسی|خورشیدی"},

    {Zone(0),
     "z|utc|gmt|wet|zulu|coordinated universal time|greenwich mean time"},
    {Zone(60),
     "cet|mez|west|central european standard time|central european time"},
    {Zone(120), "cest|mesz|eet|sast|central european summer time"},
    {Zone(180), "eest|msk|мск|trt"},
    {Zone(300), "pkt"},
    {Zone(345), "npt"},
    {Zone(420), "wib"},
    {Zone(480), "awst|hkt|sgt|wita|pht"},
    {Zone(540), "jst|kst|wit"},
    {Zone(570), "acst"},
    {Zone(600), "aest"},
    {Zone(630), "acdt"},
    {Zone(660), "aedt"},
    {Zone(720), "nzst"},
    {Zone(780), "nzdt"},
    {Zone(-180), "brt"},
    {Zone(-240), "edt|eastern daylight time"},
    {Zone(-300), "est|cdt|eastern standard time|central daylight time"},
    {Zone(-360), "mdt|mountain daylight time|central standard time"},
    {Zone(-420), "mst|pdt|mountain standard time|pacific daylight time"},
    {Zone(-480), "pst|akdt|pacific standard time"},
    {Zone(-540), "akst"},
    {Zone(-600), "hst"},
    {Just(WordKind::kOpenZone),
     "cst|ist|bst|ast|adt|sst|gst|wst|ect|amt|art|bot|cct|lst|nst|ndt|pt|et|"
     "ct|mt"},

    {Just(WordKind::kFiller),
     "of|the|on|at|in|um|am|den|der|dem|vom|le|la|el|il|lo|o|de|del|di|da|d|"
     "du|ore|oras|las|a las|alle|alle ore|à|às|as|kl|klo|kello|saat|pukul|jam|"
     "lúc|в|у|о|об|г|год|года|году|року|р|рік|т г|roku|rok|r|god|godine|год|"
     "leta|év|évi|gada|m|metai|al|på|den|e|ngày|de l|του|في|من|ليوم|"
     "בשעה|date|dated|datum|om|το|στις|vào|o'clock"},
};

}  // namespace

absl::Span<const CalendarWordList> OwnCalendarWords() { return kWords; }

}  // namespace concordat::readers
