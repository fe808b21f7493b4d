#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "client/import/item_reader.h"
#include "client/import/row_text.h"
#include "client/import/wide_rows.h"
#include "tests/client/temporary_file.h"

namespace concordat::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Items of a file, one a line: `line: proto`, and problems:
// `line! column: reason`.
std::vector<std::string> ItemsOf(const std::string& text, ItemKind kind,
                                 const std::string& mapping_yaml = "") {
  const TemporaryFile file(text);
  ItemReaderOptions options;
  options.path = file.path();
  options.kind = kind;
  options.entity_types = {"customer"};
  if (!mapping_yaml.empty()) {
    absl::StatusOr<Mapping> mapping = ParseMapping(mapping_yaml, "m.yaml");
    if (!mapping.ok()) return {std::string(mapping.status().message())};
    options.mapping = *std::move(mapping);
  }
  auto reader = ItemReader::Open(std::move(options));
  if (!reader.ok()) return {std::string(reader.status().message())};
  Batch batch(kind);
  std::vector<std::string> items;
  while (true) {
    const size_t before = batch.size();
    const auto event = (*reader)->Next(batch);
    if (!event.ok()) return {std::string(event.status().message())};
    if (*event == ItemReader::Event::kEnd) return items;
    if (*event == ItemReader::Event::kBad) {
      const RowProblem& problem = (*reader)->problem();
      items.push_back(std::to_string(problem.line) + "! " + problem.column +
                      ": " + problem.reason);
    }
    for (size_t i = before; i < batch.size(); ++i) {
      const google::protobuf::Message* message = nullptr;
      const int index = static_cast<int>(i);
      if (kind == ItemKind::kClaims) {
        batch.claims().mutable_claims(index)->clear_claim_id();
        message = &batch.claims().claims(index);
      } else {
        message = &batch.write().changes(index);
      }
      items.push_back(std::to_string(batch.line(i)) + ": " +
                      message->ShortDebugString());
    }
  }
}

struct Case {
  std::string name;
  ItemKind kind;
  std::string mapping;
  std::string text;
  std::vector<std::string> items;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

class RowsTest : public testing::TestWithParam<Case> {};

TEST_P(RowsTest, BecomeItems) {
  EXPECT_EQ(ItemsOf(GetParam().text, GetParam().kind, GetParam().mapping),
            GetParam().items);
}

INSTANTIATE_TEST_SUITE_P(
    Long, RowsTest,
    testing::ValuesIn(std::vector<Case>{
        {"Facts",
         ItemKind::kFacts,
         "",
         "entity_type,entity_id,attribute,value,valid_from\n"
         "customer,1,email,a@b.c,2026-01-02\ncustomer,1,phone,,\n",
         {"2: put_fact { entity { type: \"customer\" id: \"1\" } attribute: "
          "\"email\" value: \"a@b.c\" valid_from { seconds: 1767312000 } }",
          "3: put_fact { entity { type: \"customer\" id: \"1\" } attribute: "
          "\"phone\" }"}},
        {"Relations",
         ItemKind::kRelations,
         "",
         "from_type,from_id,relation,to_type,to_id\ncustomer,1,owns,order,2\n",
         {"2: put_relation { from { type: \"customer\" id: \"1\" } relation: "
          "\"owns\" to { type: \"order\" id: \"2\" } }"}},
        {"Links",
         ItemKind::kLinks,
         "",
         "entity_id,channel,subject,entity_type\n9,web,u1,customer\n",
         {"2: put_link { channel: \"web\" subject: \"u1\" entity { type: "
          "\"customer\" id: \"9\" } }"}},
        {"FactsWithValidation",
         ItemKind::kFacts,
         "",
         "entity_type,entity_id,attribute,value,validation\n"
         "customer,1,email,a@b.c,verified\ncustomer,1,phone,,\n"
         "customer,1,phone,5,checked\n",
         {"2: put_fact { entity { type: \"customer\" id: \"1\" } attribute: "
          "\"email\" value: \"a@b.c\" validation: VALIDATION_VERIFIED }",
          "3: put_fact { entity { type: \"customer\" id: \"1\" } attribute: "
          "\"phone\" }",
          "4! validation: not one of VERIFIED, UNVERIFIED, INVALID"}},
        {"RelationsWithReason",
         ItemKind::kRelations,
         "",
         "from_type,from_id,relation,to_type,to_id,reason\n"
         "customer,1,owns,order,2,bought\n",
         {"2: put_relation { from { type: \"customer\" id: \"1\" } relation: "
          "\"owns\" to { type: \"order\" id: \"2\" } reason: "
          "\"bought\" }"}},
        {"LinksOverTime",
         ItemKind::kLinks,
         "",
         "channel,subject,entity_type,entity_id,source,valid_from,valid_to,"
         "reason\nweb,u1,customer,9,,2026-01-02,,moved\n"
         "web,u1,customer,9,,,soon,\n",
         {"2: put_link { channel: \"web\" subject: \"u1\" entity { type: "
          "\"customer\" id: \"9\" } valid_from { seconds: 1767312000 } "
          "reason: \"moved\" }",
          "3! valid_to: not a time: write RFC 3339, such as "
          "2026-03-01T12:00:00Z, or "
          "a date"}},
        {"ClaimsWithLabelsAndEntities",
         ItemKind::kClaims,
         "",
         "channel,subject,attribute,value,exposure,label.team\n"
         "web,customer/7,tier,gold,told,night\nweb,a/7,tier,,,\n",
         {"2: channel: \"web\" entity { type: \"customer\" id: \"7\" } "
          "attribute: \"tier\" value: \"gold\" exposure: EXPOSURE_TOLD labels "
          "{ key: \"team\" value: \"night\" }",
          "3: channel: \"web\" subject: \"a/7\" attribute: \"tier\""}},
        {"JsonLines",
         ItemKind::kClaims,
         "",
         "{\"channel\":\"web\",\"subject\":\"s\",\"attribute\":\"tier\","
         "\"saidAt\":\"2026-01-02T00:00:00Z\"}\n\n{\"chanel\":1}\n",
         {"1: channel: \"web\" subject: \"s\" attribute: \"tier\" said_at { "
          "seconds: 1767312000 }",
          "3! chanel: not a JSON object with the fields of "
          "concordat.v1.Claim"}},
        {"BadCellsNameLineAndColumn",
         ItemKind::kClaims,
         "",
         "channel,subject,attribute,value,said_at\nweb,s,tier,gold,soon\n"
         "web,s\nweb,s,tier,gold,2026-01-02T03:04:05+01:00\n",
         {"2! said_at: not a time: write RFC 3339, such as "
          "2026-03-01T12:00:00Z, or a date",
          "3! : the row has 2 columns, the header 5",
          "4: channel: \"web\" subject: \"s\" attribute: \"tier\" value: "
          "\"gold\" said_at { seconds: 1767319445 }"}},
        {"MissingColumn",
         ItemKind::kLinks,
         "",
         "channel,subject\n",
         {"the header lacks entity_type, entity_id for links; a file of "
          "another shape needs --mapping"}},
        {"RepeatedColumn",
         ItemKind::kLinks,
         "",
         "channel,channel\n",
         {"column `channel` is there twice"}},
        {"Empty",
         ItemKind::kLinks,
         "",
         "",
         {"the file is empty; it needs a header"}},
    }),
    [](const testing::TestParamInfo<Case>& test) { return test.param.name; });

constexpr char kClaims[] =
    "kind: claims\nchannel: '{src}'\nsubject: 's-{id}'\ncolumns: [a]\n"
    "attributes: {b: '{x}-{y}'}\nabsence_tokens: [none]\n";

INSTANTIATE_TEST_SUITE_P(
    Wide, RowsTest,
    testing::ValuesIn(std::vector<Case>{
        {"Claims",
         ItemKind::kClaims,
         kClaims,
         "src,id,a,x,y\nweb,1,v,p,q\napp,2,none,,\n",
         {"2: channel: \"web\" subject: \"s-1\" attribute: \"a\" value: \"v\"",
          "2: channel: \"web\" subject: \"s-1\" attribute: \"b\" value: "
          "\"p-q\"",
          "3: channel: \"app\" subject: \"s-2\" attribute: \"a\"",
          "3: channel: \"app\" subject: \"s-2\" attribute: \"b\""}},
        {"EmptyChannelIsABadRow",
         ItemKind::kClaims,
         kClaims,
         "src,id,a,x,y\n,1,v,p,q\n",
         {"2! src: the channel is empty"}},
        {"FactsSkipWhatIsEmptyAndWhatWasThere",
         ItemKind::kFacts,
         "kind: facts\nentity_type: f\nentity_id: '{id}'\ncolumns: [a]\n"
         "distinct: true\n",
         "id,a\n1,v\n1,v\n1,w\n2,\n",
         {"2: put_fact { entity { type: \"f\" id: \"1\" } attribute: \"a\" "
          "value: \"v\" }",
          "4: put_fact { entity { type: \"f\" id: \"1\" } attribute: \"a\" "
          "value: \"w\" }"}},
        {"Links",
         ItemKind::kLinks,
         "kind: links\nchannel: web\nsubject: '{s}'\nentity_type: c\n"
         "entity_id: '{e}'\ndelimiter: ';'\n",
         "s;e\nu;9\n",
         {"2: put_link { channel: \"web\" subject: \"u\" entity { type: \"c\" "
          "id: \"9\" } }"}},
    }),
    [](const testing::TestParamInfo<Case>& test) { return test.param.name; });

struct BadMapping {
  std::string name;
  std::string yaml;
  std::string problem;
};

void PrintTo(const BadMapping& test, std::ostream* out) { *out << test.name; }

class BadMappingTest : public testing::TestWithParam<BadMapping> {};

TEST_P(BadMappingTest, NamesFileLineAndField) {
  const auto mapping = ParseMapping(GetParam().yaml, "m.yaml");
  ASSERT_TRUE(absl::IsInvalidArgument(mapping.status()));
  EXPECT_THAT(std::string(mapping.status().message()),
              HasSubstr(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BadMappingTest,
    testing::ValuesIn(std::vector<BadMapping>{
        {"Kind", "kind: claim\n", "m.yaml:1: kind: write `facts`"},
        {"Unknown", "kind: links\nchanel: x\n", "m.yaml:2: chanel"},
        {"Missing", "kind: links\nsubject: x\n", "channel: links need it"},
        {"NotOfItsKind", "kind: facts\nsaid_at: x\n",
         "m.yaml:2: said_at: facts do not have it"},
        {"Brace", "kind: links\nchannel: '{x'\n",
         "m.yaml:2: channel: write a column as {name}"},
        {"TwoSubjects",
         "kind: claims\nchannel: x\nsubject: y\nentity_type: z\n"
         "entity_id: q\ncolumns: [a]\n",
         "m.yaml:3: subject: claims need either"},
        {"NoAttributes", "kind: claims\nchannel: x\nsubject: y\n",
         "columns: name at least one"},
        {"Delimiter", "kind: claims\ndelimiter: ab\n",
         "m.yaml:2: delimiter: write one character"},
        {"EmptyWord", "kind: claims\nempty: maybe\n",
         "m.yaml:2: empty: write `absent` or `skip`"},
    }),
    [](const testing::TestParamInfo<BadMapping>& test) {
      return test.param.name;
    });

TEST(RowText, SaysWhichColumnIsMissing) {
  absl::StatusOr<RowText> text = RowText::Parse("{a}{{}}{emial}");
  ASSERT_TRUE(text.ok());
  const std::vector<absl::string_view> header = {"a", "email"};
  EXPECT_THAT(std::string(text->Bind(header).message()),
              HasSubstr("no column `emial`; did you mean `email`"));
}

TEST(ClaimIds, DependOnContentPlaceAndFile) {
  v1::Claim claim;
  claim.set_channel("web");
  claim.set_subject("s");
  claim.set_attribute("a");
  const auto id = [](const std::string& file, int64_t line, v1::Claim copy) {
    IdentifyClaim(file, line, copy);
    return copy.claim_id();
  };
  const std::string first = id("f", 1, claim);
  EXPECT_EQ(first.size(), 32u);
  EXPECT_EQ(id("f", 1, claim), first);
  EXPECT_NE(id("g", 1, claim), first);
  EXPECT_NE(id("f", 2, claim), first);
  claim.set_value("");
  EXPECT_NE(id("f", 1, claim), first);
  claim.mutable_said_at()->set_seconds(1);
  EXPECT_EQ(id("f", 1, claim), "");
}

// The mapping files that ship with Concordat are read as they are.
TEST(ShippedMappings, AreValid) {
  for (const std::string name : {"flights_facts", "flights_claims", "crm_facts",
                                 "crm_links", "crm_claims"}) {
    const std::string path = std::string(CONCORDAT_SOURCE_DIR) +
                             "/config/mappings/" + name + ".yaml";
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    const auto mapping = ParseMapping(text.str(), path);
    EXPECT_TRUE(mapping.ok()) << mapping.status();
  }
}

}  // namespace
}  // namespace concordat::client
