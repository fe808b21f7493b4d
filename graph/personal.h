// Personal parts of a row: what is known of a person lies in the row apart from
// the rest, one part a person, so that it can be sealed with that person's own
// key (server/security/sealed_store.h) and becomes unreadable when the key is
// deleted, in old history and in backups too.
//
//   row  = 0x00 count (subject state content)* body      with personal values
//   row  = body                                          without
//   body = the record; where it holds a value stands a number:
//          0 no value, 1 the value follows, 2 it was erased,
//          n the next value of part n - 3
//
// A body never begins with 0x00, because the number of its layout does. So
// whoever only seals and opens parts needs not know what a row is about, and a
// row of a build without parts reads as one that has none.
#ifndef CONCORDAT_GRAPH_PERSONAL_H_
#define CONCORDAT_GRAPH_PERSONAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/codec.h"
#include "graph/ids.h"

namespace concordat {

// Whom a part is about: the entity; or where a channel's own id led to none,
// that id. Bytes that sort an entity's as its keys sort, and that no two
// subjects share.
std::string SubjectOf(const EntityId& entity);
std::string SubjectOf(absl::string_view channel, absl::string_view subject);
// What is about nobody by itself, but lets a value be guessed by trying: hashes
// of requests and claims. Its key is the store's own.
std::string SubjectOfStore();

enum class PartState : uint8_t {
  kOpen = 0,    // content: the values, each with its length
  kSealed = 1,  // content: as the store that sealed it wrote
  kErased = 2,  // content: empty; the values are gone for ever
};

struct PersonalPart {
  absl::string_view subject;
  PartState state = PartState::kOpen;
  absl::string_view content;
};

// A row taken apart. Valid as long as the row's bytes.
struct PersonalRow {
  std::vector<PersonalPart> parts;
  absl::string_view body;
};

// Whether the row says that it has parts.
bool HasPersonalParts(absl::string_view row);
// nullopt where the row is not one that has parts, or is malformed.
std::optional<PersonalRow> SplitPersonalRow(absl::string_view row);
// The row again; its body alone where it has no parts.
std::string JoinPersonalRow(const PersonalRow& row);

// A value of a row, and whether it belongs to a person.
struct StoredValue {
  std::optional<std::string> text;
  bool personal = false;
  // There was a value, which nobody can read any more; `text` is empty.
  bool erased = false;
};

// The same, of a view of the row.
struct StoredValueView {
  std::optional<absl::string_view> text;
  bool personal = false;
  bool erased = false;
};

// Encodes a record whose values may be personal.
class RowEncoder : public Encoder {
 public:
  // `subject` is whom the value belongs to where `personal` is set.
  RowEncoder& Value(absl::string_view subject,
                    std::optional<absl::string_view> text, bool personal,
                    bool erased);
  // The whole row; the encoder is used up.
  std::string TakeRow();

 private:
  struct Part {
    std::string subject;
    Encoder values;
  };
  size_t PartOf(absl::string_view subject);

  std::vector<Part> parts_;
  size_t last_ = 0;
  // Only once there are several.
  absl::flat_hash_map<std::string, size_t> by_subject_;
};

// Reads what a RowEncoder wrote, whether or not its parts were erased since.
class RowDecoder : public Decoder {
 public:
  // `row` must outlive this.
  explicit RowDecoder(absl::string_view row)
      : RowDecoder(SplitOrBody(row), row) {}

  StoredValue Value();
  // Valid as long as the row.
  StoredValueView ValueView();
  // The same, into the members of a record.
  void Value(std::optional<std::string>& text, bool& personal, bool& erased) {
    StoredValue value = Value();
    text = std::move(value.text);
    personal = value.personal;
    erased = value.erased;
  }
  // DATA_LOSS also where a part is still sealed: the row was read past the
  // store that has the keys.
  absl::Status Finish(absl::string_view record_name) const;

 private:
  struct Part {
    PartState state;
    Decoder values;
  };
  static std::optional<PersonalRow> SplitOrBody(absl::string_view row);
  RowDecoder(const std::optional<PersonalRow>& split, absl::string_view row);

  std::vector<Part> parts_;
  bool sealed_ = false;
  bool bad_part_ = false;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_PERSONAL_H_
