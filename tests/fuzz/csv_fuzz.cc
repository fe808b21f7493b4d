// Files in the long formats (CSV, JSON lines, either of them compressed): what
// ReadItems of import_file.h says must hold.
//
// Input: a letter for the kind (f, r, l, c), then the file.
#include "client/import/item_reader.h"
#include "tests/fuzz/import_file.h"
#include "tests/fuzz/input.h"

namespace concordat {
namespace {

client::ItemKind KindOf(uint8_t letter) {
  switch (letter) {
    case 'r':
      return client::ItemKind::kRelations;
    case 'l':
      return client::ItemKind::kLinks;
    case 'c':
      return client::ItemKind::kClaims;
    default:
      return client::ItemKind::kFacts;
  }
}

}  // namespace
}  // namespace concordat

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  fuzz::Input input(data, size);
  const client::ItemKind kind = KindOf(input.Byte());
  const fuzz::MemoryFile file(input.Rest());
  fuzz::ReadItems({.path = file.path(),
                   .kind = kind,
                   .mapping = std::nullopt,
                   .entity_types = {"customer", "order"}});
  return 0;
}
