// Neighbourhoods and paths as a terminal shows them. Pure.
#ifndef CONCORDAT_CLIENT_CLI_NEIGHBOURS_TEXT_H_
#define CONCORDAT_CLIENT_CLI_NEIGHBOURS_TEXT_H_

#include <string>
#include <vector>

#include "client/cli/output.h"
#include "concordat/v1/knowledge.pb.h"

namespace concordat::client {

// The entities as a tree from the starts: each beneath the first through which
// it was found, and where another relation leads to it, named once more. Where
// entities on the way are not part of the answer there is no tree: a list of
// what was found, and through which entity.
std::string NeighboursText(const v1::GetNeighbourhoodResponse& response);

// A row an entity, with the relation that it was found by: steps, type, id,
// relation, through_type, through_id, facts.
TableRow NeighboursHeader();
std::vector<TableRow> NeighbourRows(
    const v1::GetNeighbourhoodResponse& response);

// `customer/ada -[works_for]-> organisation/acme -[employs]-> customer/bob`, or
// `<-[works_for]-` where the vocabulary has no inverse.
std::string PathText(const v1::RelationPath& path);

// A line a limit that struck, with what to do about it; empty for none.
std::string CutsText(
    const google::protobuf::RepeatedPtrField<v1::WalkCut>& cuts);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_NEIGHBOURS_TEXT_H_
