#include "client/import/row_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/did_you_mean.h"

namespace concordat::client {

absl::StatusOr<RowText> RowText::Parse(absl::string_view text) {
  RowText result;
  std::string constant;
  const auto flush = [&] {
    if (constant.empty()) return;
    result.pieces_.push_back({std::move(constant), false, 0});
    constant.clear();
  };
  for (size_t at = 0; at < text.size(); ++at) {
    const bool doubled = at + 1 < text.size() && text[at + 1] == text[at];
    if ((text[at] == '{' || text[at] == '}') && doubled) {
      constant += text[at++];
    } else if (text[at] == '{') {
      const size_t close = text.find('}', at);
      if (close == text.npos || close == at + 1)
        return absl::InvalidArgumentError(
            "write a column as {name}, and a brace as {{ or }}");
      flush();
      result.pieces_.push_back(
          {std::string(text.substr(at + 1, close - at - 1)), true, 0});
      at = close;
    } else if (text[at] == '}') {
      return absl::InvalidArgumentError(
          "a brace closes that was not opened; write a brace as }}");
    } else {
      constant += text[at];
    }
  }
  flush();
  return result;
}

absl::Status RowText::Bind(absl::Span<const absl::string_view> header) {
  for (Piece& piece : pieces_) {
    if (!piece.is_column) continue;
    const auto found = std::find(header.begin(), header.end(), piece.text);
    if (found == header.end())
      return absl::InvalidArgumentError(
          absl::StrCat("the file has no column `", piece.text, "`",
                       DidYouMean(piece.text, {header.begin(), header.end()})));
    piece.index = static_cast<size_t>(found - header.begin());
  }
  return absl::OkStatus();
}

absl::string_view RowText::Render(absl::Span<const absl::string_view> cells) {
  if (pieces_.empty()) return "";
  if (pieces_.size() == 1)
    return pieces_[0].is_column ? cells[pieces_[0].index]
                                : absl::string_view(pieces_[0].text);
  rendered_.clear();
  bool all_empty = true;
  for (const Piece& piece : pieces_) {
    const absl::string_view text =
        piece.is_column ? cells[piece.index] : absl::string_view(piece.text);
    if (piece.is_column && !text.empty()) all_empty = false;
    rendered_.append(text.data(), text.size());
  }
  return all_empty ? absl::string_view() : absl::string_view(rendered_);
}

absl::string_view RowText::column() const {
  for (const Piece& piece : pieces_)
    if (piece.is_column) return piece.text;
  return "";
}

}  // namespace concordat::client
