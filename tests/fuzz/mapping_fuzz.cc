// Mapping files and the wide files that they explain: a mapping is refused, or
// it reads any file as ReadItems of import_file.h says.
//
// Input: the mapping, a line "====", then the file.
#include "client/import/item_reader.h"
#include "client/import/wide_rows.h"
#include "tests/fuzz/import_file.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  fuzz::Input input(data, size);
  absl::StatusOr<client::Mapping> mapping =
      client::ParseMapping(input.Before("\n====\n"), "fuzzed.yaml");
  if (!mapping.ok()) return 0;
  const fuzz::MemoryFile file(input.Rest());
  const client::ItemKind kind = mapping->kind;
  fuzz::ReadItems({.path = file.path(),
                   .kind = kind,
                   .mapping = *std::move(mapping),
                   .entity_types = {}});
  return 0;
}
