// The long formats: one item a row, columns by their names.
#ifndef CONCORDAT_CLIENT_IMPORT_LONG_ROWS_H_
#define CONCORDAT_CLIENT_IMPORT_LONG_ROWS_H_

#include <memory>
#include <set>
#include <string>

#include "client/import/row_mapper.h"

namespace concordat::client {

// What a long row needs to know beside itself.
struct LongRowOptions {
  // A claim's subject TYPE/ID with one of these types is the graph's id.
  std::set<std::string, std::less<>> entity_types;
  // Identity of the file, for IdentifyClaim.
  std::string fingerprint;
  // Whose claims they are where no column says it; empty: one must.
  std::string channel;
};

// facts:     entity_type,entity_id,attribute,value[,valid_from,valid_to,
//            source,reason]; an empty value: known that there is none
// relations: from_type,from_id,relation,to_type,to_id[,valid_from,valid_to,
//            source]
// links:     channel,subject,entity_type,entity_id[,source]
// claims:    channel,subject,attribute,value[,said_at,as_of,exposure,claim_id,
//            label.NAME …]; an empty value: the channel says there is none
// In any order; other columns are an error, so that a slip of the pen in a
// name does not lose data.
std::unique_ptr<RowMapper> NewLongRowMapper(ItemKind kind,
                                            LongRowOptions options);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_LONG_ROWS_H_
