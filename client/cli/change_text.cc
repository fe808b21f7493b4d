#include "client/cli/change_text.h"

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/fact_text.h"

namespace concordat::client {
namespace {

std::string RelationText(const v1::Relation& relation) {
  return absl::StrCat(EntityText(relation.from()), " ", relation.relation());
}

std::string LinkText(const v1::Link& link) {
  return absl::StrCat(link.channel(), "/", link.subject());
}

}  // namespace

std::string ChangeKindText(const v1::Change& change) {
  switch (change.change_case()) {
    case v1::Change::kPutFact:
      return "put fact";
    case v1::Change::kRetractFact:
      return "retract fact";
    case v1::Change::kPutRelation:
      return "put relation";
    case v1::Change::kRetractRelation:
      return "retract relation";
    case v1::Change::kPutLink:
      return "put link";
    case v1::Change::kRetractLink:
      return "retract link";
    case v1::Change::kEndFact:
      return "end fact";
    case v1::Change::kEndRelation:
      return "end relation";
    case v1::Change::kEndLink:
      return "end link";
    case v1::Change::kMerge:
      return "merge";
    case v1::Change::kSplit:
      return "split";
    case v1::Change::kDeclareDistinct:
      return "declare distinct";
    case v1::Change::kRetractDistinct:
      return "retract distinct";
    case v1::Change::CHANGE_NOT_SET:
      break;
  }
  return "change of a newer version";
}

std::string ChangeSubjectText(const v1::Change& change) {
  switch (change.change_case()) {
    case v1::Change::kPutFact:
      return absl::StrCat(EntityText(change.put_fact().entity()), " ",
                          change.put_fact().attribute());
    case v1::Change::kRetractFact:
      return absl::StrCat(EntityText(change.retract_fact().entity()), " ",
                          change.retract_fact().attribute());
    case v1::Change::kPutRelation:
      return RelationText(change.put_relation());
    case v1::Change::kRetractRelation:
      return RelationText(change.retract_relation());
    case v1::Change::kPutLink:
      return LinkText(change.put_link());
    case v1::Change::kRetractLink:
      return LinkText(change.retract_link());
    case v1::Change::kEndFact:
      return absl::StrCat(EntityText(change.end_fact().entity()), " ",
                          change.end_fact().attribute());
    case v1::Change::kEndRelation:
      return absl::StrCat(EntityText(change.end_relation().from()), " ",
                          change.end_relation().relation());
    case v1::Change::kEndLink:
      return absl::StrCat(change.end_link().channel(), "/",
                          change.end_link().subject());
    case v1::Change::kMerge:
      return EntityText(change.merge().duplicate());
    case v1::Change::kSplit:
      return EntityText(change.split().duplicate());
    case v1::Change::kDeclareDistinct:
      return EntityText(change.declare_distinct().a());
    case v1::Change::kRetractDistinct:
      return EntityText(change.retract_distinct().a());
    case v1::Change::CHANGE_NOT_SET:
      break;
  }
  return "";
}

std::string ChangeValueText(const v1::Change& change) {
  switch (change.change_case()) {
    case v1::Change::kPutFact:
      return ValueText(change.put_fact());
    case v1::Change::kPutRelation:
      return EntityText(change.put_relation().to());
    case v1::Change::kRetractRelation:
      return EntityText(change.retract_relation().to());
    case v1::Change::kPutLink:
      return EntityText(change.put_link().entity());
    case v1::Change::kMerge:
      return EntityText(change.merge().survivor());
    case v1::Change::kSplit:
      return EntityText(change.split().survivor());
    case v1::Change::kDeclareDistinct:
      return EntityText(change.declare_distinct().b());
    case v1::Change::kRetractDistinct:
      return EntityText(change.retract_distinct().b());
    default:
      return "";
  }
}

}  // namespace concordat::client
