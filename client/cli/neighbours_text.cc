#include "client/cli/neighbours_text.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/fact_text.h"

namespace concordat::client {
namespace {

// The relation as read in the direction in which it was followed.
std::string NameOf(const v1::WalkedRelation& walked) {
  if (!walked.backwards()) return walked.relation().relation();
  if (!walked.inverse().empty()) return walked.inverse();
  return absl::StrCat("<- ", walked.relation().relation());
}

std::string FactsText(const v1::Neighbour& neighbour) {
  std::string text;
  for (const v1::RecordedFact& fact : neighbour.facts())
    absl::StrAppend(&text, text.empty() ? "" : ", ", fact.fact().attribute(),
                    ": ", Printable(ValueText(fact)));
  return text;
}

// What was found as a tree.
class Tree {
 public:
  explicit Tree(const v1::GetNeighbourhoodResponse& response) {
    for (const v1::Neighbour& neighbour : response.entities())
      entities_[EntityText(neighbour.entity())] = &neighbour;
    for (const v1::WalkedRelation& walked : response.relations())
      relations_[EntityText(walked.near())].push_back(&walked);
  }

  // False: something leads on from an entity that is not part of the answer.
  bool IsWhole() const {
    for (const auto& entry : relations_)
      if (entities_.find(entry.first) == entities_.end()) return false;
    return true;
  }

  // The start and all beneath it. Not deeper than a walk may go.
  void Print(const v1::Neighbour& start, std::string& text) {
    absl::StrAppend(&text, Named(EntityText(start.entity())), "\n");
    PrintBeneath(EntityText(start.entity()), start.depth(), "", text);
  }

 private:
  std::string Named(const std::string& entity) const {
    const std::string facts = FactsText(*entities_.at(entity));
    return absl::StrCat(Printable(entity), facts.empty() ? "" : "  ", facts);
  }

  void PrintBeneath(const std::string& entity, int depth,
                    const std::string& indent, std::string& text) {
    const auto found = relations_.find(entity);
    if (found == relations_.end()) return;
    for (size_t i = 0; i < found->second.size(); ++i) {
      const v1::WalkedRelation& walked = *found->second[i];
      const bool last = i + 1 == found->second.size();
      const std::string far = EntityText(walked.far());
      const auto child = entities_.find(far);
      const bool first = child != entities_.end() &&
                         child->second->depth() == depth + 1 &&
                         shown_.insert(far).second;
      absl::StrAppend(&text, indent, last ? "└─ " : "├─ ",
                      Printable(NameOf(walked)), " ",
                      first ? Named(far) : Printable(far),
                      first ? "" : " (elsewhere)", "\n");
      if (first)
        PrintBeneath(far, depth + 1, indent + (last ? "   " : "│  "), text);
    }
  }

  std::map<std::string, const v1::Neighbour*> entities_;
  std::map<std::string, std::vector<const v1::WalkedRelation*>> relations_;
  std::set<std::string> shown_;
};

// What a limit means, and what to do about it.
struct CutWords {
  v1::WalkLimit limit;
  const char* what;
};
constexpr CutWords kCutWords[] = {
    {v1::WALK_LIMIT_DEPTH, "nothing beyond was looked at; more with --depth"},
    {v1::WALK_LIMIT_FAN_OUT,
     "there is more to follow from there; narrow it with --relation, or more "
     "with --fan-out"},
    {v1::WALK_LIMIT_WORK,
     "the search ended there; narrow it with --relation or --depth"},
    {v1::WALK_LIMIT_RESULTS, "the search ended there; more with --limit"},
    {v1::WALK_LIMIT_PATHS, "there are more as short; more with --limit"},
    {v1::WALK_LIMIT_MESSAGE_BYTES,
     "what comes after does not fit into one answer; narrow it with --type or "
     "--depth"},
};

}  // namespace

std::string NeighboursText(const v1::GetNeighbourhoodResponse& response) {
  Tree tree(response);
  std::string text;
  if (tree.IsWhole()) {
    for (const v1::Neighbour& neighbour : response.entities())
      if (neighbour.depth() == 0) tree.Print(neighbour, text);
    return text;
  }
  TableText table({"STEPS", "ENTITY", "RELATION", "THROUGH", "FACTS"},
                  TerminalWidth());
  std::vector<TableRow> rows;
  for (const TableRow& row : NeighbourRows(response))
    rows.push_back({row[0], absl::StrCat(row[1], "/", row[2]), row[3],
                    row[4].empty() ? "" : absl::StrCat(row[4], "/", row[5]),
                    row[6]});
  return table.Page(rows);
}

TableRow NeighboursHeader() {
  return {"steps",        "type",       "id",   "relation",
          "through_type", "through_id", "facts"};
}

std::vector<TableRow> NeighbourRows(
    const v1::GetNeighbourhoodResponse& response) {
  std::map<std::string, const v1::WalkedRelation*> through;
  for (const v1::WalkedRelation& walked : response.relations())
    through.emplace(EntityText(walked.far()), &walked);
  std::vector<TableRow> rows;
  for (const v1::Neighbour& neighbour : response.entities()) {
    TableRow row = {absl::StrCat(neighbour.depth()), neighbour.entity().type(),
                    neighbour.entity().id()};
    const auto found = through.find(EntityText(neighbour.entity()));
    if (neighbour.depth() == 0 || found == through.end()) {
      row.insert(row.end(), 3, "");
    } else {
      const v1::EntityRef& near = found->second->near();
      row.insert(row.end(), {NameOf(*found->second), near.type(), near.id()});
    }
    row.push_back(FactsText(neighbour));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string PathText(const v1::RelationPath& path) {
  std::string text;
  for (const v1::WalkedRelation& walked : path.relations()) {
    if (text.empty()) text = Printable(EntityText(walked.near()));
    const bool against = walked.backwards() && walked.inverse().empty();
    const std::string& name = walked.backwards() && !against
                                  ? walked.inverse()
                                  : walked.relation().relation();
    absl::StrAppend(&text, against ? " <-[" : " -[", Printable(name),
                    against ? "]- " : "]-> ",
                    Printable(EntityText(walked.far())));
  }
  return text;
}

std::string CutsText(
    const google::protobuf::RepeatedPtrField<v1::WalkCut>& cuts) {
  std::string text;
  for (const v1::WalkCut& cut : cuts) {
    absl::StrAppend(&text, "cut: ",
                    ShortName(v1::WalkLimit_Name(cut.limit()), "WALK_LIMIT_"),
                    " ", cut.allowed());
    if (!cut.entities().empty())
      absl::StrAppend(&text, " at ", Printable(EntityText(cut.entities(0))));
    if (cut.entity_count() > 1)
      absl::StrAppend(&text, " and ", cut.entity_count() - 1, " more");
    for (const CutWords& words : kCutWords)
      if (words.limit == cut.limit()) absl::StrAppend(&text, ": ", words.what);
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace concordat::client
