#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/readers/currency_words.h"

namespace concordat::readers {
namespace {

constexpr MoneyWordKind kCurrency = MoneyWordKind::kCurrency;
constexpr MoneyWordKind kMinor = MoneyWordKind::kMinor;
constexpr MoneyWordKind kFiller = MoneyWordKind::kFiller;
constexpr MoneyWordKind kBookSide = MoneyWordKind::kBookSide;

constexpr absl::string_view kDollarSign =
    "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU DOP CUP BSD BBD BZD BMD "
    "BND JMD KYD GYD SRD LRD NAD FJD SBD TTD XCD TOP MOP NIO BRL CVE";
constexpr absl::string_view kDollars =
    "USD CAD AUD NZD SGD HKD TWD BSD BBD BZD BMD BND JMD KYD GYD SRD LRD NAD "
    "FJD SBD TTD XCD";
constexpr absl::string_view kFrancs =
    "CHF XOF XAF XPF FRF BEF LUF GNF RWF BIF DJF KMF CDF";
constexpr absl::string_view kPounds = "GBP GIP FKP SHP EGP LBP SDG SSP SYP";
constexpr absl::string_view kDinars = "KWD BHD JOD IQD DZD TND LYD RSD MKD";
constexpr absl::string_view kPesos = "MXN ARS CLP COP UYU DOP CUP PHP";
constexpr absl::string_view kGreatDollars = "USD CAD AUD NZD SGD HKD TWD";
constexpr absl::string_view kArabDinars = "KWD BHD JOD IQD DZD TND LYD";
constexpr absl::string_view kRupees = "INR PKR LKR NPR MUR SCR";
constexpr absl::string_view kKronor = "SEK NOK DKK ISK EEK";
constexpr absl::string_view kRials = "IRR SAR YER QAR OMR";
constexpr absl::string_view kFils = "KWD BHD JOD IQD AED";

constexpr MoneyWordGroup kGroups[] = {
    {{kCurrency, "EUR", false, 0},
     "€;euro;euros;eurs;евро;євро;ευρώ;欧元;歐元;ユーロ;유로;يورو;ευρω;eura;"
     "euroa;evro;eiro;eurų;ewro;euró"},
    {{kCurrency, kPounds, true, 0}, "£;pound;pounds"},
    {{kCurrency, "GBP ITL TRY", true, 0}, "₤"},
    {{kCurrency, "GBP", false, 0},
     "pound sterling;pounds sterling;sterling;quid;stg;gb£;"
     "pfund sterling;livre sterling;livres sterling;libra esterlina;"
     "libras esterlinas;sterlina;sterline;фунтов стерлингов;英镑;英鎊;ポンド"},
    {{kCurrency, "GBP", true, 0}, "pfund;libras;фунт;фунтов"},
    {{kCurrency, "EGP", false, 0}, "£e;e£;ج.م"},
    {{kCurrency, kDollarSign, false, 0}, "$"},
    {{kCurrency, kDollars, false, 0}, "dollar;dollars"},
    {{kCurrency, kGreatDollars, false, 0},
     "dólar;dólares;dollari;доллар;доллара;долларов;ドル;달러"},
    {{kCurrency, "USD CAD AUD NZD", false, 0}, "bucks"},
    {{kCurrency, "USD", false, 0},
     "us$;us $;$us;u$s;u$d;usd$;$usd;us dollar;us dollars;u.s. dollars;"
     "u.s. dollar;us-dollar;us-dollars;american dollars;dollar us;"
     "dollars us;dollar américain;dollars américains;долларов сша;"
     "доллар сша;доллара сша;美元;美金;米ドル;미국 달러;dólares americanos;"
     "dólares estadounidenses;dollari americani;dollari usa"},
    {{kCurrency, "CAD", false, 0},
     "c$;ca$;can$;cdn$;cad$;$ca;$cad;$can;$ cad;加元;canadian dollars"},
    {{kCurrency, "AUD", false, 0}, "a$;au$;aus$;aud$;$aud;澳元;aussie dollars"},
    {{kCurrency, "NZD", false, 0}, "nz$;$nz;nzd$"},
    {{kCurrency, "SGD", false, 0}, "s$;sg$;sgd$;新元"},
    {{kCurrency, "HKD", false, 0}, "hk$;hkd$;港元;港币;港幣"},
    {{kCurrency, "TWD", false, 0}, "nt$;ntd;nt;新台币;新台幣;台币;台幣"},
    {{kCurrency, "MXN", false, 0}, "mx$;mex$;mxn$;$mxn;m.n"},
    {{kCurrency, "ARS", false, 0}, "ar$;$ar"},
    {{kCurrency, "CLP", false, 0}, "clp$;cl$"},
    {{kCurrency, "COP", false, 0}, "col$;cop$"},
    {{kCurrency, "UYU", false, 0}, "$u;u$"},
    {{kCurrency, "DOP", false, 0}, "rd$"},
    {{kCurrency, "JMD", false, 0}, "j$;ja$"},
    {{kCurrency, "BBD", false, 0}, "bds$"},
    {{kCurrency, "BZD", false, 0}, "bz$"},
    {{kCurrency, "BND BSD", false, 0}, "b$"},
    {{kCurrency, "XCD", false, 0}, "ec$"},
    {{kCurrency, "FJD", false, 0}, "fj$"},
    {{kCurrency, "TTD", false, 0}, "tt$"},
    {{kCurrency, "NAD", false, 0}, "n$"},
    {{kCurrency, "ZWL", false, 0}, "z$"},
    {{kCurrency, "MOP", false, 0}, "mop$"},
    {{kCurrency, "GYD", false, 0}, "g$"},
    {{kCurrency, "LRD", false, 0}, "l$"},
    {{kCurrency, "BRL", false, 0}, "r$;brl$;real;reais;reales"},
    {{kCurrency, kPesos, false, 0}, "peso;pesos"},
    {{kCurrency, "PHP CUP", true, 0}, "₱"},
    {{kCurrency, "PHP", false, 0}, "php₱"},
    {{kCurrency, "JPY CNY", false, 0}, "¥"},
    {{kCurrency, "JPY", false, 0},
     "jp¥;jpy¥;円;yen;yens;иена;иен;日元;日圆;日圓;엔"},
    {{kCurrency, "CNY", false, 0},
     "cn¥;rmb¥;rmb;renminbi;人民币;人民幣;yuan;yuans;юань;юаней;人民元;위안"},
    {{kCurrency, "CNY TWD HKD", false, 0}, "元;圆;圓;块"},
    {{kCurrency, "INR", false, 0}, "₹;₹rs;indian rupees"},
    {{kCurrency, kRupees, false, 0}, "rs;re;rupee;rupees;roupies;rupien"},
    {{kCurrency, "INR NPR", false, 0}, "रु;रुपये;रुपए"},
    {{kCurrency, "RUB", false, 0}, "₽;rub"},
    {{kCurrency, "RUB BYN", true, 0},
     "р;руб;рубль;рубля;рублей;rouble;roubles;ruble;rubles;rubel;卢布"},
    {{kCurrency, "BYN ETB", false, 0}, "br"},
    {{kCurrency, "UAH", false, 0},
     "₴;грн;гривна;гривень;гривні;гривня;гривен;hryvnia;hryvnias"},
    {{kCurrency, "KZT", false, 0}, "₸;тг;тенге;tenge"},
    {{kCurrency, "PLN", false, 0},
     "zł;zl;złoty;złote;złotych;zloty;zlotys;zlotych;злотых"},
    {{kCurrency, "CZK", false, 0}, "kč;kc"},
    {{kCurrency, "CZK SKK", true, 0}, "koruna;koruny;korun"},
    {{kCurrency, "HUF", false, 0}, "ft;forint;forints"},
    {{kCurrency, kKronor, false, 0}, "kr;kr:"},
    {{kCurrency, "SEK ISK", false, 0}, "krona"},
    {{kCurrency, "SEK", false, 0}, "kronor;skr"},
    {{kCurrency, "NOK DKK", false, 0}, "krone;kroner"},
    {{kCurrency, "SEK NOK DKK", false, 0}, "kronen"},
    {{kCurrency, "ISK", false, 0}, "króna;krónur;íkr"},
    {{kCurrency, "NOK", false, 0}, "nkr"},
    {{kCurrency, "DKK", false, 0}, "dkr;d.kr"},
    {{kCurrency, "CHF", false, 0},
     "chf;sfr;sfrs;fr.-;schweizer franken;swiss francs;swiss franc;"
     "francs suisses;franc suisse;franchi svizzeri"},
    {{kCurrency, "CHF FRF", true, 0}, "fr"},
    {{kCurrency, "CHF", true, 0}, "frs;franken"},
    {{kCurrency, kFrancs, false, 0}, "franc;francs"},
    {{kCurrency, "XOF XAF", false, 0},
     "cfa;fcfa;f cfa;cfa franc;cfa francs;franc cfa;francs cfa;xfcfa"},
    {{kCurrency, "XPF", false, 0}, "f cfp"},
    {{kCurrency, "RON MDL", true, 0}, "lei;leu;lej"},
    {{kCurrency, "BGN", false, 0}, "lv;лв;лева;лев;leva"},
    {{kCurrency, "MKD", false, 0}, "ден"},
    {{kCurrency, "RSD", false, 0}, "дин;рсд;din;rsd"},
    {{kCurrency, "BAM", false, 0}, "km"},
    {{kCurrency, "HRK", false, 0}, "kn"},
    {{kCurrency, "TRY", false, 0}, "₺;tl;lirası;türk lirası;лира"},
    {{kCurrency, "TRY ITL", false, 0}, "lira;liras"},
    {{kCurrency, "ILS", false, 0},
     "₪;nis;shekel;shekels;ש\"ח;ש״ח;שח;שקל;שקלים"},
    {{kCurrency, "GEL", false, 0}, "₾;lari"},
    {{kCurrency, "AMD", false, 0}, "֏;dram"},
    {{kCurrency, "AZN", false, 0}, "₼"},
    {{kCurrency, "AZN TMT", false, 0}, "manat"},
    {{kCurrency, "KGS", false, 0}, "сом"},
    {{kCurrency, "UZS", false, 0}, "сум;soʻm"},
    {{kCurrency, "KRW KPW", true, 0}, "₩;won;원"},
    {{kCurrency, "VND", false, 0}, "₫;đ;vnđ;đồng;dong"},
    {{kCurrency, "THB", false, 0}, "฿;บาท;baht"},
    {{kCurrency, "MYR", false, 0}, "rm;ringgit"},
    {{kCurrency, "IDR", false, 0}, "rp;rupiah"},
    {{kCurrency, "LAK", false, 0}, "₭;kip"},
    {{kCurrency, "KHR", false, 0}, "៛;riel"},
    {{kCurrency, "MMK", false, 0}, "ks;kyat"},
    {{kCurrency, "BDT", false, 0}, "৳;tk;taka"},
    {{kCurrency, "MNT", false, 0}, "₮"},
    {{kCurrency, "NGN", false, 0}, "₦;naira"},
    {{kCurrency, "GHS", false, 0}, "₵;gh₵;gh¢;cedi;cedis"},
    {{kCurrency, "KES", false, 0}, "ksh;kshs"},
    {{kCurrency, "TZS", false, 0}, "tsh"},
    {{kCurrency, "UGX", false, 0}, "ush"},
    {{kCurrency, "KES TZS UGX SOS", false, 0}, "shilling;shillings"},
    {{kCurrency, "ZAR", false, 0}, "r;rand"},
    {{kCurrency, "ETB", false, 0}, "birr"},
    {{kCurrency, "PYG", false, 0}, "₲"},
    {{kCurrency, "CRC SVC", true, 0}, "₡"},
    {{kCurrency, "PEN", false, 0}, "s/;sol;soles"},
    {{kCurrency, "BOB VES", false, 0}, "bs"},
    {{kCurrency, "PAB", false, 0}, "b/"},
    {{kCurrency, "BOB", false, 0}, "bolivianos"},
    {{kCurrency, "GTQ", false, 0}, "q;quetzales"},
    {{kCurrency, "HNL", false, 0}, "lempiras"},
    {{kCurrency, "NIO", false, 0}, "c$n"},
    {{kCurrency, kRials, false, 0}, "ریال"},
    {{kCurrency, "SAR", false, 0}, "ر.س;رس;ريال سعودي;sr;sar;saudi riyals"},
    {{kCurrency, "SAR QAR YER OMR", false, 0}, "ريال"},
    {{kCurrency, "SAR QAR YER", false, 0}, "riyal;riyals"},
    {{kCurrency, "IRR OMR YER", false, 0}, "rial;rials"},
    {{kCurrency, "QAR", false, 0}, "qr;ر.ق"},
    {{kCurrency, "OMR", false, 0}, "ر.ع;ro"},
    {{kCurrency, "AED", false, 0}, "د.إ"},
    {{kCurrency, "JOD AED", false, 0}, "د.ا"},
    {{kCurrency, "JOD", false, 0}, "د.أ;jd"},
    {{kCurrency, "AED MAD", false, 0}, "dh;dhs;dirham;dirhams;درهم"},
    {{kCurrency, "MAD", false, 0}, "د.م"},
    {{kCurrency, "KWD", false, 0}, "د.ك;kd"},
    {{kCurrency, "BHD", false, 0}, "د.ب;bd"},
    {{kCurrency, "IQD", false, 0}, "د.ع"},
    {{kCurrency, "TND", false, 0}, "د.ت;dt"},
    {{kCurrency, "DZD", false, 0}, "د.ج;da"},
    {{kCurrency, "LYD", false, 0}, "د.ل"},
    {{kCurrency, "LBP", false, 0}, "ل.ل;ll"},
    {{kCurrency, "SYP", false, 0}, "ل.س"},
    {{kCurrency, kDinars, false, 0}, "dinar;dinars"},
    {{kCurrency, kArabDinars, false, 0}, "دينار"},
    {{kCurrency, "DEM", false, 0}, "dm"},
    {{kMinor, "", false, 0},
     "cent;cents;ct;cts;ctv;ctvs;c;¢;цент;цента;центов;centen;centi;"
     "sent;senttiä;centime;centimes;céntimo;céntimos;centavo;centavos"},
    {{kMinor, "EUR CHF ITL", false, 0}, "centesimi;centesimo"},
    {{kMinor, "EUR", false, 0},
     "λεπτά;eurocent;eurocents;euro cent;euro cents"},
    {{kMinor, "GBP", false, 2}, "p;pence;pennies;penny;пенсов"},
    {{kMinor, "CHF", false, 2}, "rappen"},
    {{kMinor, "DEM", false, 2}, "pf"},
    {{kMinor, "RUB UAH BYN", false, 2},
     "коп;копейка;копейки;копеек;kopecks;kopeks"},
    {{kMinor, "UAH", false, 2}, "копійок"},
    {{kMinor, "NOK DKK", false, 2}, "øre"},
    {{kMinor, "SEK", false, 2}, "öre"},
    {{kMinor, "ISK", false, 2}, "aurar"},
    {{kMinor, "PLN", false, 2}, "gr;grosz;grosze;groszy"},
    {{kMinor, "CZK", false, 2}, "haléř;haléřů;haléře"},
    {{kMinor, "HUF", false, 2}, "fillér"},
    {{kMinor, "RON MDL", false, 2}, "bani"},
    {{kMinor, "BGN", false, 2}, "стотинки;stotinki"},
    {{kMinor, "TRY", false, 2}, "kuruş;kurus;krş"},
    {{kMinor, "ILS", false, 2}, "agorot;אגורות"},
    {{kMinor, "INR PKR NPR", false, 2}, "paise;paisa"},
    {{kMinor, "CNY TWD HKD", false, 2}, "分"},
    {{kMinor, "CNY TWD HKD", false, 1}, "角;毛"},
    {{kMinor, "CNY", false, 1}, "jiao"},
    {{kMinor, "CNY", false, 2}, "fen"},
    {{kMinor, "JPY", false, 2}, "銭"},
    {{kMinor, "THB", false, 2}, "satang;สตางค์"},
    {{kMinor, "MYR IDR", false, 2}, "sen"},
    {{kMinor, "NGN", false, 2}, "kobo"},
    {{kMinor, "GHS", false, 2}, "pesewas"},
    {{kMinor, kFils, false, 0}, "fils;فلس"},
    {{kMinor, "SAR", false, 2}, "halala;halalas;هللة"},
    {{kMinor, "OMR", false, 3}, "baisa"},
    {{kMinor, "TND", false, 3}, "millimes"},
    {{kMinor, "KZT", false, 2}, "тиын"},
    {{kMinor, "HRK", false, 2}, "lipa"},
    {{kFiller, "", false, 0},
     "and;und;et;y;e;i;и;en;och;og;ja;only;net;only/-;flat;exactly;ровно"},
    {{kBookSide, "", false, 0}, "cr;dr;credit;debit;haben;soll"},
};

}  // namespace

absl::Span<const MoneyWordGroup> MoneyWordTable() { return kGroups; }

}  // namespace concordat::readers
