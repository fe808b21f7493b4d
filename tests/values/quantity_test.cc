#include "tests/values/number_cases.h"

namespace concordat::values {
namespace {

class QuantityPairTest : public testing::TestWithParam<NumberCase> {};
TEST_P(QuantityPairTest, Verdict) { CheckNumbers("quantity", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Units, QuantityPairTest,
    testing::Values(
        NumberCase{"Decagram", "locale=de_AT", "20 dag", "200 g"},
        NumberCase{"DecagramHungarian", "locale=hu_HU", "20 dkg", "0,2 kg"},
        NumberCase{"DaysInDutch", "locale=nl_NL", "20 dag", "20 d"},
        NumberCase{"DagOpen", "", "20 dag", "200 g", kUndecided, "locale"},
        NumberCase{"WhicheverFluidOunce", "", "8 oz", "8 fl oz", kDifferent,
                   "another"},
        NumberCase{"SomeFluidOunce", "", "8 fl oz", "0.24 l", kUndecided,
                   "unit"},
        NumberCase{"Prefix", "", "72,5 kg", "72500 g"},
        NumberCase{"CaseCounts", "", "5 mW", "5 MW", kDifferent},
        NumberCase{"CaseCountsBesideNonAscii", "", "−5 mΩ", "-5 MΩ",
                   kDifferent},
        NumberCase{"Capitals", "", "70 KG", "70 kg"},
        NumberCase{"CapitalsOpen", "", "70 ML", "70 ml", kUndecided,
                   "letter case"},
        NumberCase{"Binary", "", "1 KiB", "1 kB", kDifferent},
        NumberCase{"KilobyteOpen", "", "1 KB", "1024 B", kUndecided, "KiB"},
        NumberCase{"BitsAndBytes", "", "8 Mbit", "1 MB"},
        NumberCase{"Rate", "", "100 Mbps", "100 Mbit/s"},
        NumberCase{"RateOfBytes", "", "100 Mbps", "100 MB/s", kDifferent},
        NumberCase{"Squared", "", "1 m²", "10000 cm2"},
        NumberCase{"SquareFeet", "", "9 sq. ft.", "1 yd²"},
        NumberCase{"CubicMetre", "", "1 cbm", "1000 Liter"},
        NumberCase{"Celsius", "", "37 °C", "98.6 °F"},
        NumberCase{"Kelvin", "", "0 °C", "273.15 K"},
        NumberCase{"FahrenheitOnly", "", "70 °F", "70 degrees Fahrenheit"},
        NumberCase{"DegreesOpen", "", "20°", "20 °C", kUndecided, "degrees"},
        NumberCase{"Speed", "", "36 km/h", "10 m/s"},
        NumberCase{"SpeedInWords", "", "60 miles per hour", "60 mph"},
        NumberCase{"Concentration", "", "10 mg/dL", "100 mg/L"},
        NumberCase{"Flow", "", "10 L/min", "600 L/h"},
        NumberCase{"Consumption", "", "5,6 l/100 km", "5.6 L/100km"},
        NumberCase{"Psi", "", "32 psi", "32 lbf/in²"},
        NumberCase{"Torr", "", "760 Torr", "1 atm"},
        NumberCase{"Energy", "", "1 kWh", "3.6 MJ"},
        NumberCase{"PowerIsNotEnergy", "", "11 kW", "11 kWh", kDifferent,
                   "another kind"},
        NumberCase{"Russian", "", "5 МВт", "5 MW"},
        NumberCase{"RussianMilli", "", "5 мВт", "5 МВт", kDifferent},
        NumberCase{"Chinese", "", "5公里", "5 km"},
        NumberCase{"Names", "", "75 Kilogramm", "75 kilogrammes"},
        NumberCase{"Pieces", "", "12 Stück", "1 dozen"},
        NumberCase{"UnitBefore", "", "kg 5", "5 kg"},
        NumberCase{"Approximate", "", "approx. 5 kg", "5 kg", kUndecided},
        NumberCase{"Bound", "", "<5 kg", "5 kg", kUndecided},
        NumberCase{"PressurePerTime", "", "1 psi/h", "1 psi/h", kUndecided},
        NumberCase{"Million", "", "1.5 million km", "1500000 km"},
        NumberCase{"GallonOpen", "", "1 gal", "3.785 L", kUndecided, "region"},
        NumberCase{"GallonByRegion", "region=US", "1 gal", "128 US fl oz"},
        NumberCase{"ImperialGallon", "region=GB", "1 gal", "4.54609 L"},
        NumberCase{"TonOpen", "", "1 ton", "1000 kg", kUndecided, "metric"},
        NumberCase{"Unknown", "", "5 zorks", "5 kg", kUndecided, "unknown"},
        NumberCase{"None", "", "5", "5 kg", kUndecided, "unit"},
        NumberCase{"Declared", "unit=kg", "72,5", "72500 g"},
        NumberCase{"OtherDimension", "", "5 kg", "5 m", kDifferent,
                   "another kind"},
        NumberCase{"OpenMark", "", "1,500 kg", "1.5 kg", kUndecided,
                   "decimal mark"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Compound, QuantityPairTest,
    testing::Values(
        NumberCase{"FeetInches", "", "5'11\"", "71 in"},
        NumberCase{"Primes", "", "5′10″", "177.8 cm"},
        NumberCase{"FeetAlone", "", "6'", "6 ft"},
        NumberCase{"InchesOmitted", "", "5'11", "5 ft 11 in"},
        NumberCase{"FractionOfInch", "", "5 ft 10 1/2 in", "70.5 in"},
        NumberCase{"StonePounds", "", "11 st 4 lb", "158 lb"},
        NumberCase{"PoundsOunces", "", "6 lb, 4 oz", "100 oz"},
        NumberCase{"HoursMinutes", "", "1 h 30 min", "90 min"},
        NumberCase{"HoursMinutesTight", "", "1h30", "5400 s"},
        NumberCase{"MetresTight", "", "1m80", "180 cm"},
        NumberCase{"HoursM", "", "1 h 30 m", "90 min"},
        NumberCase{"Negative", "", "-5 ft 2 in", "-62 in"},
        NumberCase{"TooManyInches", "", "5 ft 14 in", "74 in", kUndecided},
        NumberCase{"TwoKinds", "", "5 ft 3 kg", "5 ft", kUndecided},
        NumberCase{"Range", "", "5-7 kg", "6 kg", kUndecided},
        NumberCase{"Product", "", "5 x 3 m", "15 m", kUndecided},
        NumberCase{"BloodPressure", "", "120/80 mmHg", "1.5 mmHg", kUndecided}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Precision, QuantityPairTest,
    testing::Values(
        NumberCase{"InDeclaredUnit", "unit=m;tolerance_abs=0.01", "6 ft",
                   "1.83 m", kSame, "tolerance"},
        NumberCase{"BeyondDeclaredUnit", "unit=m;tolerance_abs=0.01", "6 ft",
                   "1.85 m", kDifferent},
        NumberCase{"InWrittenUnit", "a.rounding=1", "12 km", "12400 m", kSame,
                   "rounding"},
        NumberCase{"BeyondWrittenUnit", "a.rounding=1", "12 km", "12600 m",
                   kDifferent},
        NumberCase{"DegreesCelsius", "a.tolerance_abs=1", "20 °C", "69.8 °F",
                   kSame, "tolerance"},
        NumberCase{"BeyondDegreesCelsius", "a.tolerance_abs=1", "20 °C",
                   "69.9 °F", kDifferent},
        NumberCase{"Relative", "tolerance_rel=0.01", "150 lb", "68 kg", kSame},
        NumberCase{"RelativeBeyond", "tolerance_rel=0.01", "150 lb", "70 kg",
                   kDifferent}),
    NameOf);

struct CanonicalCase {
  std::string raw;
  std::string canonical;
};

TEST(QuantityTest, IsWrittenInAUsualUnit) {
  Attribute attribute;
  attribute.type = ValueType::kQuantity;
  for (const CanonicalCase& test :
       {CanonicalCase{"72500 g", "72.5 kg"}, CanonicalCase{"68 °F", "20 °C"},
        CanonicalCase{"70 °F", "70 °F"}, CanonicalCase{"1 bar", "100000 Pa"},
        CanonicalCase{"32 psi", "32 psi"}, CanonicalCase{"5 Torr", "5 Torr"},
        CanonicalCase{"5 µF", "0.000005 farad"},
        CanonicalCase{"10 g/min", "14.4 kg/d"}}) {
    const Reading reading = ReadValue(attribute, test.raw, WritingHabits());
    ASSERT_TRUE(reading.value.has_value()) << test.raw << reading.problem;
    EXPECT_EQ(reading.value->Canonical(), test.canonical);
  }
}

}  // namespace
}  // namespace concordat::values
