#include "client/cli/neighbours_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace concordat::client {
namespace {

void AddEntity(const std::string& type, const std::string& id, int depth,
               v1::GetNeighbourhoodResponse& response) {
  v1::Neighbour* neighbour = response.add_entities();
  neighbour->mutable_entity()->set_type(type);
  neighbour->mutable_entity()->set_id(id);
  neighbour->set_depth(depth);
}

// Ids are of persons, except that of the household h.
v1::EntityRef Ref(const std::string& id) {
  v1::EntityRef ref;
  ref.set_type(id == "h" ? "household" : "person");
  ref.set_id(id);
  return ref;
}

void Walk(const std::string& near, const std::string& relation,
          const std::string& far, bool backwards, const std::string& inverse,
          v1::WalkedRelation* walked) {
  *walked->mutable_near() = Ref(near);
  *walked->mutable_far() = Ref(far);
  walked->mutable_relation()->set_relation(relation);
  *walked->mutable_relation()->mutable_from() = Ref(backwards ? far : near);
  *walked->mutable_relation()->mutable_to() = Ref(backwards ? near : far);
  walked->set_backwards(backwards);
  walked->set_inverse(inverse);
}

v1::GetNeighbourhoodResponse Household() {
  v1::GetNeighbourhoodResponse response;
  AddEntity("household", "h", 0, response);
  AddEntity("person", "ada", 1, response);
  AddEntity("person", "bob", 1, response);
  AddEntity("person", "eve", 2, response);
  v1::Fact* name = response.mutable_entities(1)->add_facts()->mutable_fact();
  name->set_attribute("name");
  name->set_value("Ada\x1b");
  response.mutable_entities(1)->add_facts()->mutable_fact()->set_attribute(
      "phone");
  Walk("h", "member_of", "ada", true, "has_member", response.add_relations());
  Walk("h", "member_of", "bob", true, "has_member", response.add_relations());
  Walk("ada", "knows", "bob", false, "", response.add_relations());
  Walk("ada", "knows", "eve", true, "", response.add_relations());
  Walk("bob", "knows", "eve", false, "", response.add_relations());
  return response;
}

TEST(NeighboursText, IsATreeThatNamesEachEntityOnce) {
  EXPECT_EQ(NeighboursText(Household()),
            "household/h\n"
            "├─ has_member person/ada  name: Ada?, phone: (none)\n"
            "│  ├─ knows person/bob (elsewhere)\n"
            "│  └─ <- knows person/eve\n"
            "└─ has_member person/bob\n"
            "   └─ knows person/eve (elsewhere)\n");
}

TEST(NeighboursText, IsAListWhereTheWayIsNotPartOfTheAnswer) {
  v1::GetNeighbourhoodResponse response = Household();
  // Only persons were asked for, from eve on.
  response.clear_entities();
  response.clear_relations();
  AddEntity("person", "ada", 0, response);
  AddEntity("person", "bob", 2, response);
  Walk("h", "member_of", "bob", true, "has_member", response.add_relations());
  EXPECT_EQ(NeighboursText(response),
            "STEPS  ENTITY      RELATION    THROUGH      FACTS\n"
            "0      person/ada\n"
            "2      person/bob  has_member  household/h\n");
}

TEST(NeighbourRows, NameTheRelationThatFoundAnEntityFirst) {
  const std::vector<TableRow> rows = NeighbourRows(Household());
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0], (TableRow{"0", "household", "h", "", "", "", ""}));
  EXPECT_EQ(rows[2], (TableRow{"1", "person", "bob", "has_member", "household",
                               "h", ""}));
  EXPECT_EQ(rows[3],
            (TableRow{"2", "person", "eve", "<- knows", "person", "ada", ""}));
  EXPECT_EQ(rows[0].size(), NeighboursHeader().size());
}

TEST(PathText, ReadsInTheDirectionOfThePath) {
  v1::RelationPath path;
  Walk("ada", "member_of", "h", false, "", path.add_relations());
  Walk("h", "member_of", "bob", true, "has_member", path.add_relations());
  Walk("bob", "knows", "eve", true, "", path.add_relations());
  EXPECT_EQ(PathText(path),
            "person/ada -[member_of]-> household/h -[has_member]-> person/bob "
            "<-[knows]- person/eve");
}

TEST(CutsText, SaysWhichLimitWhereAndWhatToDo) {
  v1::GetNeighbourhoodResponse response;
  EXPECT_EQ(CutsText(response.cuts()), "");
  // Every limit of the API has words.
  const auto* limits = v1::WalkLimit_descriptor();
  for (int i = 1; i < limits->value_count(); ++i) {
    v1::WalkCut* cut = response.add_cuts();
    cut->set_limit(static_cast<v1::WalkLimit>(limits->value(i)->number()));
    cut->set_allowed(7);
    *cut->add_entities() = Ref("ada");
    cut->set_entity_count(3);
    const std::string text = CutsText(response.cuts());
    EXPECT_NE(text.find(absl::StrCat(limits->value(i)->name().substr(11),
                                     " 7 at person/ada and 2 more: ")),
              std::string::npos)
        << text;
    response.clear_cuts();
  }
}

}  // namespace
}  // namespace concordat::client
