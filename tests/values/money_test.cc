#include "absl/strings/str_replace.h"
#include "tests/values/number_cases.h"

namespace concordat::values {
namespace {

class MoneyPairTest : public testing::TestWithParam<NumberCase> {};
TEST_P(MoneyPairTest, Verdict) { CheckNumbers("money", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Writing, MoneyPairTest,
    testing::Values(
        NumberCase{"Comma", "", "EUR 40,-", "40 €"},
        NumberCase{"LongDash", "", "40,— €", "40.00 EUR"},
        NumberCase{"Swiss", "", "CHF 40.–", "40.- CHF"},
        NumberCase{"TwoDashes", "", "Fr. 40.--", "CHF 40"},
        NumberCase{"SlashDash", "currency=INR", "Rs. 500/-", "₹500"},
        NumberCase{"MinusBefore", "", "-€40", "€-40"},
        NumberCase{"MinusSpaced", "", "- € 40", "(€40.00)"},
        NumberCase{"MinusAfter", "", "40.00- EUR", "-40 EUR"},
        NumberCase{"PlusAfter", "", "40.00+ EUR", "40 EUR"},
        NumberCase{"Credit", "", "EUR 40.00 CR", "EUR 40.00", kUndecided,
                   "sign"},
        NumberCase{"MinusZero", "", "EUR -0.00", "0 €"},
        NumberCase{"CodeAndSymbol", "", "$40 USD", "US$ 40"},
        NumberCase{"SymbolCodeTight", "", "USD$40", "40 USD"},
        NumberCase{"Kopecks", "", "1500 руб. 50 коп.", "1500,50 ₽"},
        NumberCase{"Pence", "", "£12 10p", "£12.10"},
        NumberCase{"PenceAlone", "", "50p", "GBP 0.50"},
        NumberCase{"CentsInWords", "", "12 euros and 5 cents", "12.05 EUR"},
        NumberCase{"Ore", "currency=NOK", "250 øre", "2,50 kr"},
        NumberCase{"Fils", "", "250 fils KWD", "KWD 0.250"},
        NumberCase{"TooManyCents", "", "12 € 105 ct", "13.05 €", kUndecided},
        NumberCase{"PoundsOrPence", "", "£10.50p", "£10.50", kUndecided,
                   "part"},
        NumberCase{"FrenchShort", "", "5€50", "5,50 €"},
        NumberCase{"TwoAmounts", "", "5 € 50", "5,50 €", kUndecided},
        NumberCase{"NoSpacePoint", "currency=USD", "$.50", "50¢"},
        NumberCase{"CentsOpen", "", "99¢", "$0.99", kUndecided, "currency"},
        NumberCase{"Lakh", "", "₹2.5 lakh", "INR 2,50,000"},
        NumberCase{"Millions", "", "€1.5m", "1,5 Mio. EUR"},
        NumberCase{"Thousands", "", "45 k€", "45 kEUR"},
        NumberCase{"GermanThousands", "", "45 T€", "45.000,00 EUR"},
        NumberCase{"ManYen", "", "1万円", "¥10,000 JPY"},
        NumberCase{"Renminbi", "", "人民币88元", "CNY 88"},
        NumberCase{"Rubles", "", "100 рублей", "RUB 100"},
        NumberCase{"Zloty", "", "12,50 złotych", "12.50 PLN"},
        NumberCase{"CldrName", "", "100 Schweizer Franken", "CHF 100"},
        NumberCase{"CldrNameFrench", "", "100 couronnes suédoises", "SEK 100"},
        NumberCase{"CldrNameJapanese", "", "100 米ドル", "100 USD"},
        NumberCase{"LowerCase", "", "40 eur", "EUR 40"},
        NumberCase{"Arabic", "", "١٬٢٣٤٫٥٠ ر.س", "SAR 1234.50"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Currency, MoneyPairTest,
    testing::Values(
        NumberCase{"DollarByLocale", "locale=en_US", "$40", "40 USD"},
        NumberCase{"DollarByLocaleCanada", "locale=en_CA", "$40", "40 CAD"},
        NumberCase{"KronaByLocale", "locale=sv_SE", "40 kr", "40 SEK"},
        NumberCase{"YenByLocale", "locale=ja_JP", "¥500", "500 JPY"},
        NumberCase{"YuanByLocale", "locale=zh_CN", "¥500", "500 CNY"},
        NumberCase{"CentsByRegion", "locale=en_US", "99¢", "$0.99"},
        NumberCase{"CentsOfTheEuro", "locale=de_DE", "99 ct", "0,99 €"},
        NumberCase{"CentsAbroad", "locale=en_GB", "99¢", "0.99 GBP", kUndecided,
                   "currency"},
        NumberCase{"WhicheverDollar", "", "€100", "$100", kDifferent,
                   "another currency"},
        NumberCase{"WhicheverKrone", "", "$100", "100 kr", kDifferent,
                   "another currency"},
        NumberCase{"OneOfTheDollars", "", "100 CAD", "$100", kUndecided,
                   "currency"},
        NumberCase{"YenOrYuan", "locale=ja_JP", "12800円", "12800元",
                   kDifferent, "another currency"},
        NumberCase{"BothOpen", "", "¥100", "100元", kUndecided, "currency"},
        NumberCase{"DollarsOpen", "", "40 dollars", "40 USD", kUndecided,
                   "currency"},
        NumberCase{"FrancsOpen", "", "40 francs", "40 CHF", kUndecided,
                   "currency"},
        NumberCase{"PesosByRegion", "region=MX", "40 pesos", "40 MXN"},
        NumberCase{"RupeesByCurrency", "currency=PKR", "Rs 500", "PKR 500"},
        NumberCase{"PoundIsUsuallySterling", "", "£40", "GBP 40"},
        NumberCase{"EgyptianPound", "currency=EGP", "£40", "EGP 40"},
        NumberCase{"Default", "currency=EUR", "40", "40 EUR"},
        NumberCase{"None", "", "40", "40 EUR", kUndecided, "currency"},
        NumberCase{"Other", "", "40 EUR", "40 USD", kDifferent,
                   "another currency"},
        NumberCase{"ToleranceIsOfOne", "tolerance_abs=5", "40 EUR", "40 USD",
                   kDifferent},
        NumberCase{"NoSuch", "", "40 XYQ", "40 EUR", kUndecided, "ISO 4217"},
        NumberCase{"Contradiction", "", "£40 EUR", "40 EUR", kUndecided,
                   "different"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    OpenMark, MoneyPairTest,
    testing::Values(
        // The euro's home writes both marks, and fuel has thousandths.
        NumberCase{"Euro", "", "1.234 EUR", "1234 EUR", kUndecided,
                   "decimal mark"},
        NumberCase{"EuroComma", "", "1,234 EUR", "1234 EUR", kUndecided,
                   "decimal mark"},
        NumberCase{"DollarComma", "", "US$1,234", "1234 USD"},
        NumberCase{"DollarPoint", "", "US$1.234", "1234 USD", kUndecided,
                   "decimal mark"},
        NumberCase{"RealPoint", "", "R$ 1.234", "1234 BRL"},
        NumberCase{"YenHasNoParts", "", "1,234円", "JPY 1.234"},
        NumberCase{"DinarHasThousandths", "", "KWD 12.345", "KWD 12345",
                   kUndecided, "decimal mark"},
        NumberCase{"Declared", "locale=de_DE", "1.234 EUR", "1234 EUR"},
        NumberCase{"OpenMillions", "", "US$1,234 million", "USD 1,234,000,000",
                   kUndecided, "decimal mark"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Precision, MoneyPairTest,
    testing::Values(NumberCase{"WholeEuros", "a.rounding=1", "40 €", "40,49 €",
                               kSame, "rounding"},
                    NumberCase{"WholeEurosHalf", "a.rounding=1", "40 €",
                               "40,50 €", kSame, "rounding"},
                    NumberCase{"Beyond", "a.rounding=1", "40 €", "40,51 €",
                               kDifferent}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    NotMoney, MoneyPairTest,
    testing::Values(
        NumberCase{"Range", "", "EUR 10–20", "EUR 15", kUndecided},
        NumberCase{"Letter", "", "EUR 1O.00", "EUR 10", kUndecided},
        NumberCase{"Prose", "", "about 40 EUR", "40 EUR", kUndecided},
        NumberCase{"HalfBracket", "", "(40 EUR", "40 EUR", kUndecided},
        NumberCase{"OnlySign", "", "-", "40 EUR", kUndecided}),
    NameOf);

// What is read at once is read as it is with a trace, which takes the long way.
TEST(OrdinaryMoneyTest, IsReadAsOtherMoney) {
  const char* const kNumbers[] = {"0",
                                  "40",
                                  "40.5",
                                  "40,50",
                                  "0.00",
                                  "007.50",
                                  "1234.50",
                                  "1.234,50",
                                  "1,234.50",
                                  "1,234",
                                  "1.234",
                                  "1.234,5",
                                  "1.234.567",
                                  "12.34.567",
                                  "1,234.567",
                                  "1234,567",
                                  "0,123.45",
                                  "1.2345",
                                  "40.",
                                  ".50",
                                  "1.5.5",
                                  "1.234,5,5",
                                  "1234.567,8",
                                  "1,,5",
                                  "1.50.20",
                                  "999999999999999",
                                  "123.456.789.012,34",
                                  "123456789012345678901",
                                  "12e3"};
  const char* const kForms[] = {
      "{} EUR", "EUR {}",  "{}EUR",     "EUR{}",   "-{} EUR",   "{} eur",
      "{} €",   "€{}",     "-€{}",      "€-{}",    "{}\u00a0€", "$ {}",
      "${}",    "{} $",    "£{}",       "¥{}",     "₹{}",       "{} JPY",
      "KWD {}", "{} XYQ",  "{}",        "{}  EUR", "{} EUR$",   "+{} €",
      "$ - {}", "{} USD ", "{} USD EUR"};
  const char* const kContexts[] = {"", "locale=en_US", "locale=de_DE",
                                   "currency=CAD", "decimal_mark=,;region=JP"};
  for (const char* const written : kContexts) {
    const auto context = ParseContext("money", written);
    ASSERT_TRUE(context.ok());
    for (const char* const form : kForms) {
      for (const char* const number : kNumbers) {
        const std::string raw = absl::StrReplaceAll(form, {{"{}", number}});
        const Reading quick = ReadValue(context->attribute, raw, context->a);
        const Reading traced =
            ReadValue(context->attribute, raw, context->a, Trace::kOn);
        EXPECT_EQ(quick.value, traced.value) << raw << " " << written;
        EXPECT_EQ(quick.problem, traced.problem) << raw << " " << written;
        EXPECT_EQ(quick.rewritten, traced.rewritten) << raw << " " << written;
        if (!quick.value.has_value()) continue;
        EXPECT_EQ(quick.rewritten, quick.value->Canonical() != raw) << raw;
      }
    }
  }
}

TEST(MoneyTraceTest, SaysHow) {
  Attribute attribute;
  attribute.type = ValueType::kMoney;
  const Reading reading =
      ReadValue(attribute, "(1.234,50 €)", WritingHabits(), Trace::kOn);
  ASSERT_EQ(reading.steps.size(), 3u);
  EXPECT_EQ(reading.steps[0].rule, "digit grouping");
  EXPECT_EQ(reading.steps[1].rule, "accounting brackets");
  EXPECT_EQ(reading.steps[2].rule, "currency symbol");
  EXPECT_EQ(reading.steps[2].result, "-1234.5 EUR");
}

}  // namespace
}  // namespace concordat::values
