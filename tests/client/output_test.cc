#include "client/cli/output.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client/times.h"
#include "concordat/v1/client_files.pb.h"
#include "concordat/v1/knowledge.pb.h"
#include "proto/yaml_reader.h"

namespace concordat::client {
namespace {

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("Zoë"), 3u);
  EXPECT_EQ(DisplayWidth("Zoe\u0308"), 3u);
  EXPECT_EQ(DisplayWidth("東京"), 4u);
  EXPECT_EQ(DisplayWidth("🎉"), 2u);
  EXPECT_EQ(DisplayWidth("\xC3"), 1u);
}

TEST(Printable, DisarmsTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[31mb\nc\td\x7f"), "a?[31mb c d?");
  EXPECT_EQ(Printable("a\u202Eb"), "a?b");
  EXPECT_EQ(Printable("Zoë 東京"), "Zoë 東京");
}

TEST(TableText, AlignsByWidth) {
  TableText table({"NAME", "N"}, 0);
  const std::vector<TableRow> first = {{"東京", "1"}, {"Zoë Long", "2"}};
  EXPECT_EQ(table.Page(first), "NAME      N\n東京      1\nZoë Long  2\n");
  const std::vector<TableRow> second = {{"b", ""}};
  EXPECT_EQ(table.Page(second), "b\n");
}

TEST(TableText, ShortensToTheTerminal) {
  TableText table({"NAME", "VALUE"}, 10);
  const std::vector<TableRow> rows = {{"abcd", "0123456789"}};
  EXPECT_EQ(table.Page(rows), "NAME  VAL…\nabcd  012…\n");
}

TEST(CsvLine, QuotesWhatNeedsIt) {
  EXPECT_EQ(CsvLine({"a", "b,c", "d\"e", "f\ng", " h", ""}, false),
            "a,\"b,c\",\"d\"\"e\",\"f\ng\",\" h\",\n");
}

TEST(CsvLine, GuardsFormulasOnlyWhereAsked) {
  EXPECT_EQ(CsvLine({"=cmd()", "+49", "-1+1", "-1", "@x", "a"}, true),
            "'=cmd(),'+49,'-1+1,-1,'@x,a\n");
  EXPECT_EQ(CsvLine({"=cmd()", "+49", "-1", "@x"}, false),
            "=cmd(),+49,-1,@x\n");
}

TEST(ToYaml, IsReadBackAsItWas) {
  v1::ContextsFile contexts;
  contexts.set_current("no");
  (*contexts.mutable_contexts())["no"].set_server("localhost:7400");
  (*contexts.mutable_contexts())["a: \"b\"\n#"].set_server("unix:/x y");
  v1::ContextsFile read;
  const YamlResult result = ReadYaml(ToYaml(contexts), read);
  ASSERT_TRUE(result.ok()) << result.problems[0].message;
  EXPECT_EQ(read.current(), "no");
  EXPECT_EQ(read.contexts().at("no").server(), "localhost:7400");
  EXPECT_EQ(read.contexts().at("a: \"b\"\n#").server(), "unix:/x y");
}

TEST(ToYaml, WritesTimesAndLists) {
  v1::GetEntityResponse response;
  response.mutable_entity()->set_type("customer");
  response.mutable_entity()->set_id("1");
  v1::RecordedFact& fact = *response.add_facts();
  fact.mutable_fact()->set_attribute("tier");
  fact.mutable_recorded_at()->set_seconds(1767312000);
  EXPECT_EQ(ToYaml(response),
            "entity:\n"
            "  type: customer\n"
            "  id: \"1\"\n"
            "facts:\n"
            "  -\n"
            "    fact:\n"
            "      attribute: tier\n"
            "    recorded_at: \"2026-01-02T00:00:00Z\"\n");
}

TEST(ToJson, UsesProtoJsonNames) {
  v1::Fact fact;
  fact.mutable_valid_from()->set_seconds(0);
  EXPECT_EQ(ToJson(fact, false), "{\"validFrom\":\"1970-01-01T00:00:00Z\"}\n");
}

TEST(ShortName, DropsThePrefix) {
  EXPECT_EQ(ShortName("VERDICT_STALE", "VERDICT_"), "STALE");
  EXPECT_EQ(ShortName("STALE", "VERDICT_"), "STALE");
}

TEST(ParseTime, ReadsInstantsAndDates) {
  google::protobuf::Timestamp time;
  ASSERT_TRUE(ParseTime("2026-01-02", &time));
  EXPECT_EQ(FormatTime(time), "2026-01-02T00:00:00Z");
  ASSERT_TRUE(ParseTime("2026-01-02t03:04:05.25+01:00", &time));
  EXPECT_EQ(FormatTime(time), "2026-01-02T02:04:05.250Z");
  ASSERT_TRUE(ParseTime("0001-01-01", &time));
  ASSERT_TRUE(ParseTime("9999-12-31T23:59:59Z", &time));
  for (const char* text : {"", "2026", "2026-13-01", "2026-02-30", "02.01.2026",
                           "2026-01-02T03:04:05", "2026-01-02T25:00:00Z", "now",
                           "0000-01-01", "infinite-future", "2026-01-02 extra"})
    EXPECT_FALSE(ParseTime(text, &time)) << text;
}

}  // namespace
}  // namespace concordat::client
