#include "absl/types/span.h"
#include "graph/readers/units.h"

namespace concordat::readers {
namespace {

using D = Dimension;

// Prefixes by the kinds of unit that they are in use with; others would only
// make room for misreadings ("mb", "mhz").
constexpr absl::string_view kSmall = "pnμum";
constexpr absl::string_view kLarge = "kMGTP";
constexpr absl::string_view kElectric = "pnμumkMGT";

constexpr UnitSymbol kSymbols[] = {
    // Mass, in kilograms.
    {"g", D::kMass, 1, 3, "pnμumcdhk"},
    {"t", D::kMass, 1000, 0, "M"},
    {"dag", D::kMass, 1, 2, ""},
    {"lb", D::kMass, 45359237, 8, ""},
    {"oz", D::kMass, 28349523125, 12, ""},
    {"ozt", D::kMass, 311034768, 10, ""},
    {"st", D::kMass, 635029318, 8, ""},
    {"grain", D::kMass, 6479891, 11, ""},
    {"carat", D::kMass, 2, 4, ""},
    {"cwtUS", D::kMass, 45359237, 6, ""},
    {"cwtUK", D::kMass, 5080234544, 8, ""},
    {"tonUS", D::kMass, 90718474, 5, ""},
    {"tonUK", D::kMass, 10160469088, 7, ""},
    {"jin", D::kMass, 5, 1, ""},
    {"zentner", D::kMass, 50, 0, ""},
    {"q", D::kMass, 100, 0, ""},
    // Length, in metres.
    {"m", D::kLength, 1, 0, "pnμumcdhk"},
    {"in", D::kLength, 254, 4, ""},
    {"ft", D::kLength, 3048, 4, ""},
    {"yd", D::kLength, 9144, 4, ""},
    {"mi", D::kLength, 1609344, 3, ""},
    {"nmi", D::kLength, 1852, 0, ""},
    {"thou", D::kLength, 254, 7, ""},
    {"fathom", D::kLength, 18288, 4, ""},
    {"furlong", D::kLength, 201168, 3, ""},
    {"ly", D::kLength, 9460730472580800, 0, ""},
    {"Å", D::kLength, 1, 10, ""},
    // Area, in square metres; the squares of lengths are made.
    {"ha", D::kArea, 10000, 0, ""},
    {"are", D::kArea, 100, 0, ""},
    {"acre", D::kArea, 40468564224, 7, ""},
    // Volume, in litres; the cubes of lengths are made.
    {"L", D::kVolume, 1, 0, "pnμumcdhk"},
    {"l", D::kVolume, 1, 0, "pnμumcdhk"},
    {"galUS", D::kVolume, 3785411784, 9, ""},
    {"qtUS", D::kVolume, 946352946, 9, ""},
    {"ptUS", D::kVolume, 473176473, 9, ""},
    {"cupUS", D::kVolume, 2365882365, 10, ""},
    {"flozUS", D::kVolume, 295735295625, 13, ""},
    {"tbspUS", D::kVolume, 1478676478125, 14, ""},
    {"tspUS", D::kVolume, 492892159375, 14, ""},
    {"galUK", D::kVolume, 454609, 5, ""},
    {"qtUK", D::kVolume, 11365225, 7, ""},
    {"ptUK", D::kVolume, 56826125, 8, ""},
    {"flozUK", D::kVolume, 284130625, 10, ""},
    {"bbl", D::kVolume, 158987294928, 9, ""},
    // Time, in seconds; and what has no fixed number of them, in months.
    {"s", D::kTime, 1, 0, kSmall},
    {"min", D::kTime, 60, 0, ""},
    {"h", D::kTime, 3600, 0, ""},
    {"d", D::kTime, 86400, 0, ""},
    {"wk", D::kTime, 604800, 0, ""},
    {"month", D::kMonths, 1, 0, ""},
    {"yr", D::kMonths, 12, 0, ""},
    // Speed, in kilometres an hour.
    {"km/h", D::kSpeed, 1, 0, ""},
    {"mph", D::kSpeed, 1609344, 6, ""},
    {"kn", D::kSpeed, 1852, 3, ""},
    // Temperature: the offsets are in units.cc.
    {"°F", D::kTemperature, 1, 0, ""},
    {"°C", D::kTemperature, 18, 1, ""},
    {"K", D::kTemperature, 18, 1, ""},
    // Pressure, in parts of a pascal of which there are 306451 = 19 * 127^2.
    {"Pa/306451", D::kPressure, 1, 0, ""},
    {"Pa", D::kPressure, 306451, 0, "mhkMG"},
    {"bar", D::kPressure, 30645100000, 0, "μumk"},
    {"psi", D::kPressure, 21129052672487375, 7, "k"},
    {"Torr", D::kPressure, 40856773125, 3, ""},
    {"mmHg", D::kPressure, 40856778945714165, 9, ""},
    {"inHg", D::kPressure, 1037762185221139791, 9, ""},
    {"atm", D::kPressure, 31051147575, 0, ""},
    {"at", D::kPressure, 300525769915, 1, ""},
    // Energy and power, in joules and watts.
    {"J", D::kEnergy, 1, 0, "mkMGT"},
    {"Wh", D::kEnergy, 3600, 0, "mkMGT"},
    {"cal", D::kEnergy, 4184, 3, "kM"},
    {"Btu", D::kEnergy, 105505585262, 8, ""},
    {"W", D::kPower, 1, 0, kElectric},
    {"hp", D::kPower, 74569987158227022, 14, ""},
    {"PS", D::kPower, 73549875, 5, ""},
    {"VA", D::kApparentPower, 1, 0, "kM"},
    {"var", D::kReactivePower, 1, 0, "kM"},
    {"VAh", D::kApparentEnergy, 1, 0, "kM"},
    // Data, in bits.
    {"bit", D::kData, 1, 0, kLarge},
    {"b", D::kData, 1, 0, "MGTP"},
    {"B", D::kData, 8, 0, kLarge},
    {"bit/s", D::kDataRate, 1, 0, kLarge},
    {"bps", D::kDataRate, 1, 0, kLarge},
    {"Bps", D::kDataRate, 8, 0, kLarge},
    // Frequency and electricity.
    {"Hz", D::kFrequency, 1, 0, "kMGT"},
    {"rpm", D::kRotation, 1, 0, ""},
    {"V", D::kVoltage, 1, 0, "nμumkM"},
    {"A", D::kCurrent, 1, 0, "pnμumk"},
    {"Ah", D::kCharge, 1, 0, "mk"},
    {"ohm", D::kResistance, 1, 0, "μumkMG"},
    {"Ω", D::kResistance, 1, 0, "μumkMG"},
    {"farad", D::kCapacitance, 1, 0, ""},
    {"henry", D::kInductance, 1, 0, ""},
    // Others.
    {"mol", D::kAmount, 1, 0, "pnμumk"},
    {"N", D::kForce, 1, 0, "mkM"},
    {"kgf", D::kForce, 980665, 5, ""},
    {"lbf", D::kForce, 44482216152605, 13, ""},
    {"Nm", D::kTorque, 1, 0, "k"},
    {"lbfft", D::kTorque, 13558179483314004, 16, ""},
    {"deg", D::kAngle, 1, 0, ""},
    {"%", D::kShare, 1, 0, ""},
    {"‰", D::kShare, 1, 1, ""},
    {"ppm", D::kShare, 1, 4, ""},
    {"ppb", D::kShare, 1, 7, ""},
    {"pcs", D::kCount, 1, 0, ""},
    {"pair", D::kCount, 2, 0, ""},
    {"dozen", D::kCount, 12, 0, ""},
    {"gross", D::kCount, 144, 0, ""},
    {"dpi", D::kResolution, 1, 0, ""},
    {"px", D::kPixels, 1, 0, "kM"},
    {"dB", D::kLevel, 1, 0, ""},
    {"lm", D::kLuminousFlux, 1, 0, "k"},
    {"lx", D::kIlluminance, 1, 0, "k"},
    {"IU", D::kActivity, 1, 0, "mk"},
    {"Bq", D::kRadioactivity, 1, 0, "kMGT"},
    {"L/100km", D::kConsumption, 1, 0, ""},
};

constexpr absl::string_view kWriteOut =
    "unit: American and imperial ones differ; write US or imp., or set the "
    "channel's region";
constexpr absl::string_view kWhichTon =
    "unit: a ton is metric (t), short or long; write which";
constexpr absl::string_view kWhichKilobyte =
    "unit: KB is 1000 or 1024 bytes; write kB or KiB";
constexpr absl::string_view kBitOrByte =
    "unit: it is bits or bytes; write Mbit or MB";
constexpr absl::string_view kCalories =
    "unit: a calorie is 4.184 J or a kilocalorie; write kcal, or kJ";
constexpr absl::string_view kDegrees =
    "unit: degrees of what; write °C, °F or deg";

constexpr AmbiguousUnit kAmbiguous[] = {
    {"gal", "galUS", "galUK", "", kWriteOut},
    {"gals", "galUS", "galUK", "", kWriteOut},
    {"gallon", "galUS", "galUK", "", kWriteOut},
    {"gallons", "galUS", "galUK", "", kWriteOut},
    {"qt", "qtUS", "qtUK", "", kWriteOut},
    {"quart", "qtUS", "qtUK", "", kWriteOut},
    {"quarts", "qtUS", "qtUK", "", kWriteOut},
    {"pt", "ptUS", "ptUK", "", kWriteOut},
    {"pint", "ptUS", "ptUK", "", kWriteOut},
    {"pints", "ptUS", "ptUK", "", kWriteOut},
    {"floz", "flozUS", "flozUK", "", kWriteOut},
    {"fluidounce", "flozUS", "flozUK", "", kWriteOut},
    {"fluidounces", "flozUS", "flozUK", "", kWriteOut},
    {"cwt", "cwtUS", "cwtUK", "", kWriteOut},
    {"hundredweight", "cwtUS", "cwtUK", "", kWriteOut},
    {"cup", "cupUS", "", "", kWriteOut},
    {"cups", "cupUS", "", "", kWriteOut},
    {"tbsp", "tbspUS", "", "", kWriteOut},
    {"tsp", "tspUS", "", "", kWriteOut},
    {"ton", "tonUS", "", "t", kWhichTon},
    {"tons", "tonUS", "", "", kWhichTon},
    {"kt", "", "", "", "unit: kt is a knot or a kiloton; write kn or Mkg"},
    {"gr", "", "", "g", "unit: gr is a gram or a grain; write g or grain"},
    {"ct", "", "", "", "unit: ct is a carat or a count; write carat or pcs"},
    {"cal", "", "", "", kCalories},
    {"calorie", "", "", "", kCalories},
    {"calories", "", "", "", kCalories},
    {"kalorien", "", "", "", kCalories},
    {"kb", "", "", "", kWhichKilobyte},
    {"mb", "", "", "", kBitOrByte},
    {"gb", "", "", "", kBitOrByte},
    {"tb", "", "", "", kBitOrByte},
    {"°", "", "", "", kDegrees},
    {"degrees", "", "", "", kDegrees},
    {"grad", "", "", "", kDegrees},
};

}  // namespace

absl::Span<const UnitSymbol> UnitSymbols() { return kSymbols; }

absl::Span<const AmbiguousUnit> AmbiguousUnits() { return kAmbiguous; }

}  // namespace concordat::readers
