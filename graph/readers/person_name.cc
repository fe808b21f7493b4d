#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {

Outcome ReadPersonName(absl::string_view writing, const Context& context) {
  static_cast<void>(context);
  return Scalar(PersonName{FoldText(writing)});
}

}  // namespace concordat::readers
