#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {

Outcome ReadOrganisationName(absl::string_view writing,
                             const Context& context) {
  static_cast<void>(context);
  return Scalar(OrganisationName{FoldText(writing)});
}

}  // namespace concordat::readers
