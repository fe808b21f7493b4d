// Goal: what channels say is weighed by how reliable they are, copies are one
// witness, and what is claimed to be probable is so often true. Method: worlds
// whose truth is known, made from seeds.
#include "consistency/fusion/fuse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/fusion/learning.h"
#include "consistency/fusion/observations.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "tests/consistency/fusion_world.h"

namespace concordat {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::Gt;
using testing::Lt;

std::vector<WorldChannel> Independent(const std::vector<double>& accuracies,
                                      double coverage = 0.8) {
  std::vector<WorldChannel> channels;
  channels.reserve(accuracies.size());
  for (const double accuracy : accuracies) {
    channels.push_back(
        {absl::StrCat("own", channels.size()), {accuracy}, coverage});
  }
  return channels;
}

// `count` copies of a source, the source before them.
std::vector<WorldChannel> WithCopies(std::vector<WorldChannel> channels,
                                     double accuracy, double rate, int count,
                                     double coverage) {
  channels.push_back({"source", {accuracy}, coverage});
  for (int i = 0; i < count; ++i) {
    channels.push_back({absl::StrCat("copy", i),
                        {accuracy},
                        coverage == 1 ? 1 : 0.9,
                        "source",
                        rate});
  }
  return channels;
}

struct WorldCase {
  const char* name;
  World world;
  int known_every;
  // What must at least, or at most, come out.
  double picked_min;
  double over_majority_min;
  double decided_right_min;
  double calibration_max;
};
void PrintTo(const WorldCase& test, std::ostream* out) { *out << test.name; }

class FusionWorldTest : public testing::TestWithParam<WorldCase> {};

TEST_P(FusionWorldTest, PicksTheTruthAndSaysHowSure) {
  const WorldCase& test = GetParam();
  for (const uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    World world = test.world;
    world.seed = seed;
    const std::vector<WorldItem> items = MakeWorld(world);
    const ReliabilityModel model =
        LearnReliability(Observe(items, test.known_every));
    const FusionScore score = Score(items, model, test.known_every);
    EXPECT_GE(score.picked, test.picked_min);
    EXPECT_GE(score.picked - score.majority, test.over_majority_min);
    EXPECT_GE(score.decided_right, test.decided_right_min);
    EXPECT_LE(score.calibration, test.calibration_max);
    RecordProperty(absl::StrCat("picked", seed), absl::StrCat(score.picked));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, FusionWorldTest,
    testing::Values(
        WorldCase{"IndependentChannels",
                  {.channels = Independent({0.9, 0.8, 0.7, 0.6, 0.85})},
                  0,
                  0.92,
                  0.005,
                  0.96,
                  0.06},
        WorldCase{"OneGoodAmongMiddling",
                  {.channels = Independent({0.97, 0.6, 0.6, 0.55, 0.5})},
                  0,
                  0.88,
                  0.03,
                  0.93,
                  0.08},
        WorldCase{"ManyChannelsThatKnowLittle",
                  {.attributes = 3,
                   .channels = Independent(
                       {0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
                        0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95},
                       0.3)},
                  0,
                  0.93,
                  0.01,
                  0.97,
                  0.06},
        WorldCase{"FalseValuesThatAreCommon",
                  {.false_values = 3,
                   .channels = Independent({0.9, 0.8, 0.7, 0.6, 0.6, 0.6})},
                  0,
                  0.88,
                  0.01,
                  0.94,
                  0.07},
        WorldCase{"ACopierMajorityThatMirrorsItsSource",
                  {.channels = WithCopies(Independent({0.85, 0.85, 0.8}), 0.4,
                                          0.97, 5, 0.8)},
                  0,
                  0.85,
                  0.3,
                  0.95,
                  0.1},
        WorldCase{"ACopierMajorityWithoutGaps",
                  {.channels = WithCopies(Independent({0.9, 0.85, 0.8}, 1), 0.4,
                                          0.99, 5, 1)},
                  0,
                  0.92,
                  0.4,
                  0.95,
                  0.15},
        WorldCase{
            "CopiersThatAlsoHaveTheirOwn",
            {.channels = WithCopies(Independent({0.85, 0.85, 0.8, 0.75, 0.8}),
                                    0.6, 0.9, 4, 0.8)},
            0,
            0.95,
            0.1,
            0.97,
            0.07},
        WorldCase{"AGoodChannelThatIsCopied",
                  {.channels = WithCopies(Independent({0.6, 0.6, 0.5}), 0.9,
                                          0.97, 3, 0.8)},
                  0,
                  0.82,
                  -0.02,
                  0.9,
                  0.08},
        WorldCase{"ThreeGoodAndOneBadAndLittleIsKnown",
                  {.channels = Independent({0.99, 0.98, 0.97, 0.6}, 1)},
                  20,
                  0.98,
                  -0.005,
                  0.98,
                  0.06}),
    [](const auto& test) { return std::string(test.param.name); });

double ReliabilityOf(const ReliabilityModel& model, absl::string_view channel,
                     absl::string_view attribute) {
  return model.Of(model.FindChannel(channel), model.FindAttribute(attribute))
      .mean();
}

TEST(LearnReliabilityTest, AChannelMayBeGoodAtOneAttributeAndBadAtAnother) {
  const World world = {.channels = {{"x", {0.95, 0.4}},
                                    {"y", {0.5, 0.95}},
                                    {"z", {0.8, 0.8}},
                                    {"w", {0.7, 0.7}}}};
  const std::vector<WorldItem> items = MakeWorld(world);
  const ReliabilityModel model = LearnReliability(Observe(items));
  EXPECT_GT(ReliabilityOf(model, "x", "a0"), 0.85);
  EXPECT_LT(ReliabilityOf(model, "x", "a1"), 0.55);
  EXPECT_LT(ReliabilityOf(model, "y", "a0"), 0.65);
  EXPECT_GT(ReliabilityOf(model, "y", "a1"), 0.85);
  EXPECT_GT(Score(items, model).picked, Score(items, model).majority);
}

TEST(LearnReliabilityTest, NumbersCarryTheirSampleSizes) {
  const std::vector<WorldItem> items =
      MakeWorld({.channels = Independent({0.9, 0.8, 0.7}, 1)});
  const ReliabilityModel model = LearnReliability(Observe(items, 2));
  EXPECT_EQ(model.items, 600);
  EXPECT_NEAR(static_cast<double>(model.known_items), 300, 30);
  for (const ReliabilityModel::Channel& channel : model.channels) {
    EXPECT_GT(channel.overall.samples, 500) << channel.name;
    EXPECT_LE(channel.overall.samples, 600.001) << channel.name;
    ASSERT_EQ(channel.attributes.size(), 2) << channel.name;
    EXPECT_THAT(channel.attributes[0].reliability.samples +
                    channel.attributes[1].reliability.samples,
                DoubleNear(channel.overall.samples, 1e-6));
  }
  for (const ReliabilityModel::Attribute& attribute : model.attributes) {
    EXPECT_EQ(attribute.items, 300);
  }
}

// A few items say little: the attribute's reliability stays near the channel's.
TEST(LearnReliabilityTest, SmallSamplesAreDrawnToTheChannelsReliability) {
  std::vector<WorldItem> items = MakeWorld(
      {.attributes = 1, .channels = Independent({0.95, 0.9, 0.85}, 1)});
  items.push_back({"rare", "a1", {{"own0", 1}, {"own1", 0}, {"own2", 0}}, 0});
  const ReliabilityModel model = LearnReliability(Observe(items));
  EXPECT_THAT(ReliabilityOf(model, "own0", "a1"), DoubleNear(0.87, 0.06));
  EXPECT_GT(ReliabilityOf(model, "own0", "a1"), 0.8);
}

TEST(LearnReliabilityTest, CopiesAreOneWitnessAndOthersAreNot) {
  const World world = {
      .channels =
          WithCopies(Independent({0.85, 0.85, 0.8, 0.75}), 0.5, 0.97, 3, 0.8)};
  const ReliabilityModel model = LearnReliability(Observe(MakeWorld(world)));
  const auto shared = [&](const char* a, const char* b) {
    return model.DependenceOf(model.FindChannel(a), model.FindChannel(b));
  };
  EXPECT_GT(shared("source", "copy0"), 0.8);
  EXPECT_GT(shared("copy2", "copy1"), 0.6);
  EXPECT_LT(shared("own0", "own1"), 0.2);
  EXPECT_LT(shared("own0", "copy0"), 0.2);
  EXPECT_EQ(shared("own0", "copy0"), shared("copy0", "own0"));
}

// Nobody can tell which of two channels is the better until the truth of some
// items is known.
TEST(LearnReliabilityTest, KnownTruthOfAPartImprovesTheRest) {
  const std::vector<WorldItem> items =
      MakeWorld({.entities = 500, .channels = Independent({0.55, 0.92}, 1)});
  const FusionScore blind = Score(items, LearnReliability(Observe(items)));
  const FusionScore told =
      Score(items, LearnReliability(Observe(items, 10)), 10);
  EXPECT_LT(blind.picked, 0.8);
  EXPECT_GT(told.picked, 0.88);
  EXPECT_LT(told.calibration, 0.06);
}

// What three channels agree on is the surer, the seldomer they are seen to be
// wrong together.
TEST(LearnReliabilityTest, KnownTruthSaysHowOftenAllAreMisled) {
  std::vector<WorldItem> items =
      MakeWorld({.channels = Independent({0.9, 0.9, 0.9}, 1)});
  const auto sure = [](const ReliabilityModel& model) {
    const auto fused =
        Fuse(model, "a0", {{"own0", 0}, {"own1", 0}, {"own2", 0}}, 1);
    return fused.ok() ? fused->values[0] : 0;
  };
  EXPECT_THAT(sure(LearnReliability(Observe(items))), DoubleNear(0.95, 0.02));
  EXPECT_GT(sure(LearnReliability(Observe(items, 1))), 0.98);
  for (size_t i = 0; i < items.size(); i += 5) {
    for (auto& [channel, value] : items[i].said) value = 7;
  }
  EXPECT_LT(sure(LearnReliability(Observe(items, 1))), 0.88);
}

TEST(LearnReliabilityTest, TheOrderOfTheInputDoesNotMatter) {
  std::vector<WorldItem> items =
      MakeWorld({.entities = 60,
                 .channels = WithCopies(Independent({0.9, 0.8, 0.7}), 0.5, 0.95,
                                        2, 0.8)});
  Encoder forward;
  LearnReliability(Observe(items)).Encode(forward);
  std::reverse(items.begin(), items.end());
  for (WorldItem& item : items) {
    std::reverse(item.said.begin(), item.said.end());
    // Nor do the numbers of values.
    for (auto& [channel, value] : item.said) value = 40 - value;
  }
  Encoder backward;
  LearnReliability(Observe(items)).Encode(backward);
  EXPECT_EQ(forward.bytes(), backward.bytes());
}

TEST(LearnReliabilityTest, NothingObservedIsTheEmptyModel) {
  const ReliabilityModel model = LearnReliability(Observe({}));
  EXPECT_TRUE(model.channels.empty());
  EXPECT_EQ(model.items, 0);
  const WorldItem alone = {"e", "a", {{"web", 0}}, std::nullopt};
  const ReliabilityModel one = LearnReliability(Observe({alone}));
  EXPECT_EQ(one.channels.size(), 1);
  EXPECT_EQ(one.channels[0].overall.samples, 0);
}

class ModelCodecTest : public testing::Test {
 protected:
  ModelCodecTest() {
    const World world = {.entities = 40,
                         .channels = WithCopies(Independent({0.9, 0.8, 0.7}),
                                                0.5, 0.95, 2, 0.8)};
    model_ = LearnReliability(Observe(MakeWorld(world), 7));
    model_.Encode(encoder_);
  }

  ReliabilityModel model_;
  Encoder encoder_;
};

TEST_F(ModelCodecTest, GivesTheSameModel) {
  const auto decoded = ReliabilityModel::Decode(encoder_.bytes());
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, model_);
}

TEST_F(ModelCodecTest, RefusesEveryTruncation) {
  const absl::string_view bytes = encoder_.bytes();
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto decoded = ReliabilityModel::Decode(bytes.substr(0, size));
    EXPECT_EQ(decoded.status().code(), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_FALSE(ReliabilityModel::Decode(absl::StrCat(bytes, "x")).ok());
}

// Whatever is accepted is a model that can be used.
TEST_F(ModelCodecTest, BrokenBytesAreAnErrorOrAModel) {
  for (size_t at = 0; at < encoder_.bytes().size(); ++at) {
    for (const char flip : {'\x01', '\x40', '\xff'}) {
      std::string bytes = encoder_.bytes();
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      const auto decoded = ReliabilityModel::Decode(bytes);
      if (!decoded.ok()) {
        EXPECT_EQ(decoded.status().code(), absl::StatusCode::kDataLoss);
        continue;
      }
      const auto fused = Fuse(*decoded, "a0", {{"own0", 0}, {"copy1", 1}}, 2);
      ASSERT_TRUE(fused.ok());
      EXPECT_THAT(fused->values[0] + fused->values[1] + fused->none,
                  DoubleNear(1, 1e-6))
          << at;
    }
  }
}

TEST(FuseTest, NobodyHeardIsUndecided) {
  const auto fused = Fuse({}, "tier", {}, 0);
  ASSERT_TRUE(fused.ok());
  EXPECT_EQ(fused->none, 1);
  EXPECT_FALSE(fused->likeliest.has_value());
  EXPECT_FALSE(fused->decided.has_value());
}

struct FuseCase {
  const char* name;
  // Of channels of which nothing is known.
  std::vector<Testimony> testimonies;
  bool decided;
};
void PrintTo(const FuseCase& test, std::ostream* out) { *out << test.name; }

class UnknownChannelsTest : public testing::TestWithParam<FuseCase> {};

TEST_P(UnknownChannelsTest, LittleEvidenceIsUndecided) {
  const auto fused =
      Fuse({.common_error = {1, 24}}, "tier", GetParam().testimonies, 3);
  ASSERT_TRUE(fused.ok());
  double sum = fused->none;
  for (const double probability : fused->values) sum += probability;
  EXPECT_THAT(sum, DoubleNear(1, 1e-9));
  EXPECT_EQ(fused->decided.has_value(), GetParam().decided);
}

INSTANTIATE_TEST_SUITE_P(
    All, UnknownChannelsTest,
    testing::Values(
        FuseCase{"One", {{"web", 0}}, false},
        FuseCase{"OneAgainstOne", {{"web", 0}, {"app", 1}}, false},
        FuseCase{"TwoAgree", {{"web", 0}, {"app", 0}}, true},
        FuseCase{"EachAnother", {{"web", 0}, {"app", 1}, {"shop", 2}}, false}),
    [](const auto& test) { return std::string(test.param.name); });

// Three channels of which nothing is known but that the third copies.
ReliabilityModel Known(double right_of_first) {
  ReliabilityModel model;
  model.attributes = {{"tier", 2, 100}};
  for (const char* name : {"app", "shop", "web"}) {
    const double right = model.channels.empty() ? right_of_first : 80;
    const Reliability reliability = {{right, 100 - right}, 95};
    model.channels.push_back({name, reliability, {{0, reliability}}});
  }
  model.shared = {{1, 2, 0.95}};
  model.common_error = {1, 99};
  return model;
}

TEST(FuseTest, OneGoodChannelOutweighsTwoThatAreOneWitness) {
  const auto fused =
      Fuse(Known(95), "tier", {{"app", 0}, {"shop", 1}, {"web", 1}}, 2);
  ASSERT_TRUE(fused.ok());
  EXPECT_EQ(fused->likeliest, 0);
  EXPECT_THAT(fused->witnesses, DoubleNear(2, 0.1));
  EXPECT_THAT(fused->evidence[1].weight, DoubleNear(0.51, 0.01));
  EXPECT_EQ(fused->evidence[1].reliability.samples, 95);
}

TEST(FuseTest, ThePossibleValuesShareTheProbability) {
  const auto fused =
      Fuse(Known(80), "tier", {{"app", 0}, {"shop", 1}, {"web", 2}}, 3);
  ASSERT_TRUE(fused.ok());
  EXPECT_THAT(fused->values, Each(Gt(0.2)));
  EXPECT_THAT(fused->values, Each(Lt(0.4)));
  EXPECT_GT(fused->none, 0.02);
  EXPECT_FALSE(fused->decided.has_value());
}

TEST(FuseTest, AnAttributeThatWasNeverLearnedTakesTheChannelsReliability) {
  const ReliabilityModel model = Known(95);
  const Reliability tier = model.Of(0, 0);
  const Reliability other = model.Of(0, std::nullopt);
  EXPECT_THAT(other.mean(), DoubleNear(tier.mean(), 1e-9));
  EXPECT_EQ(other.samples, 0);
  EXPECT_TRUE(Fuse(model, "email", {{"app", 0}, {"web", 0}}, 1).ok());
}

TEST(FuseTest, BadTestimoniesAreRefused) {
  const auto code = [](const auto& result) { return result.status().code(); };
  EXPECT_EQ(code(Fuse({}, "tier", {{"web", 1}}, 1)),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(Fuse({}, "tier", {{"web", 0}, {"web", 0}}, 1)),
            absl::StatusCode::kInvalidArgument);
  std::vector<std::string> names;
  for (int i = 0; i <= limits::kFusionChannelsMax; ++i) {
    names.push_back(absl::StrCat("c", i));
  }
  std::vector<Testimony> many;
  many.reserve(names.size());
  for (const std::string& name : names) many.push_back({name, 0});
  EXPECT_EQ(DetailOf(Fuse({}, "tier", many, 1).status())->reason,
            ErrorReason::kLimitExceeded);
}

struct DoubtCase {
  const char* name;
  std::vector<Testimony> testimonies;
  std::optional<size_t> authority;
  bool suspect;
};
void PrintTo(const DoubtCase& test, std::ostream* out) { *out << test.name; }

class DoubtAuthorityTest : public testing::TestWithParam<DoubtCase> {};

TEST_P(DoubtAuthorityTest, NeedsIndependentWitnessesThatAgree) {
  const auto doubt =
      DoubtAuthority(Known(95), "tier", GetParam().testimonies,
                     GetParam().authority, {.authority_error = 0.05});
  ASSERT_TRUE(doubt.ok());
  EXPECT_EQ(doubt->suspect, GetParam().suspect);
  EXPECT_GE(doubt->probability, doubt->value_probability);
  EXPECT_TRUE(!doubt->suspect || doubt->probability >= 0.5);
}

INSTANTIATE_TEST_SUITE_P(
    All, DoubtAuthorityTest,
    testing::Values(
        DoubtCase{"TwoWitnesses", {{"app", 0}, {"web", 0}}, std::nullopt, true},
        DoubtCase{"OneWitness", {{"app", 0}}, std::nullopt, false},
        DoubtCase{
            "OneAndItsCopy", {{"shop", 0}, {"web", 0}}, std::nullopt, false},
        DoubtCase{"TheyDiffer", {{"app", 0}, {"web", 1}}, std::nullopt, false},
        DoubtCase{"TheyAgreeWithIt", {{"app", 0}, {"web", 0}}, 0, false},
        DoubtCase{"Nobody", {}, std::nullopt, false}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(DoubtAuthorityTest, AnAuthorityThatIsNeverWrongIsNotDoubted) {
  const std::vector<Testimony> all = {{"app", 0}, {"shop", 0}, {"web", 0}};
  const auto sure = DoubtAuthority(Known(95), "tier", all, std::nullopt,
                                   {.authority_error = 1e-6});
  const auto frail = DoubtAuthority(Known(95), "tier", all, std::nullopt,
                                    {.authority_error = 0.1});
  ASSERT_TRUE(sure.ok() && frail.ok());
  EXPECT_FALSE(sure->suspect);
  EXPECT_LT(sure->probability, 0.01);
  EXPECT_TRUE(frail->suspect);
  EXPECT_GT(frail->value_probability, 0.8);
}

struct BadItemCase {
  const char* name;
  std::vector<ObservationsBuilder::Said> said;
  int times;
};
void PrintTo(const BadItemCase& test, std::ostream* out) { *out << test.name; }

class BadItemTest : public testing::TestWithParam<BadItemCase> {};

TEST_P(BadItemTest, IsRefused) {
  ObservationsBuilder builder;
  absl::Status status;
  for (int i = 0; i < GetParam().times && status.ok(); ++i) {
    status = builder.Add("e", "a", GetParam().said, std::nullopt);
  }
  if (status.ok()) status = std::move(builder).Build().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadItemTest,
    testing::Values(BadItemCase{"ChannelTwice", {{"web", 0}, {"web", 1}}, 1},
                    BadItemCase{"ItemTwice", {{"web", 0}}, 2},
                    BadItemCase{"NegativeValue", {{"web", -1}}, 1}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ObservationsTest, ChannelsAreLimited) {
  ObservationsBuilder builder;
  absl::Status status;
  for (int i = 0; i <= limits::kFusionChannelsMax; ++i) {
    const std::string name = absl::StrCat("c", i);
    status = builder.Add(name, "a", {{name, 0}}, std::nullopt);
    if (!status.ok()) break;
  }
  EXPECT_EQ(DetailOf(status)->reason, ErrorReason::kLimitExceeded);
}

}  // namespace
}  // namespace concordat
