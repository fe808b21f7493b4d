#include "graph/memory_store.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "graph/status_macros.h"

namespace concordat {
namespace internal {

// A treap: ordered by key, and a heap by `priority`. The priority is a hash of
// the key, so the shape depends on the keys alone and the depth is logarithmic
// whatever the order of insertion.
struct RowNode {
  // Shared by all the copies of a node, so that a path is copied without its
  // bytes.
  struct Row {
    std::string key;
    std::string value;
  };

  std::shared_ptr<const Row> row;
  size_t priority;
  std::shared_ptr<const RowNode> left;
  std::shared_ptr<const RowNode> right;
};

}  // namespace internal

namespace {

using internal::RowNode;
using Tree = std::shared_ptr<const RowNode>;

size_t PriorityOf(absl::string_view key) {
  return std::hash<std::string_view>()(
      std::string_view(key.data(), key.size()));
}

Tree WithChildren(const RowNode& node, Tree left, Tree right) {
  return std::make_shared<const RowNode>(
      RowNode{node.row, node.priority, std::move(left), std::move(right)});
}

// All rows of `left` sort before all rows of `right`.
Tree Merge(const Tree& left, const Tree& right) {
  if (left == nullptr) return right;
  if (right == nullptr) return left;
  if (left->priority >= right->priority) {
    return WithChildren(*left, left->left, Merge(left->right, right));
  }
  return WithChildren(*right, Merge(left, right->left), right->right);
}

// The rows before `key` and the rows after it; a row at `key` is dropped.
std::pair<Tree, Tree> SplitAround(const Tree& tree, absl::string_view key) {
  if (tree == nullptr) return {nullptr, nullptr};
  const int order = key.compare(tree->row->key);
  if (order == 0) return {tree->left, tree->right};
  if (order < 0) {
    auto [before, after] = SplitAround(tree->left, key);
    return {std::move(before),
            WithChildren(*tree, std::move(after), tree->right)};
  }
  auto [before, after] = SplitAround(tree->right, key);
  return {WithChildren(*tree, tree->left, std::move(before)), std::move(after)};
}

Tree Insert(const Tree& tree, std::shared_ptr<const RowNode::Row> row,
            size_t priority) {
  if (tree == nullptr || priority > tree->priority) {
    auto [before, after] = SplitAround(tree, row->key);
    return std::make_shared<const RowNode>(
        RowNode{std::move(row), priority, std::move(before), std::move(after)});
  }
  const int order = row->key.compare(tree->row->key);
  if (order == 0) {
    return std::make_shared<const RowNode>(
        RowNode{std::move(row), tree->priority, tree->left, tree->right});
  }
  if (order < 0) {
    return WithChildren(*tree, Insert(tree->left, std::move(row), priority),
                        tree->right);
  }
  return WithChildren(*tree, tree->left,
                      Insert(tree->right, std::move(row), priority));
}

// Returns `tree` itself where there is no such row.
Tree Erase(const Tree& tree, absl::string_view key) {
  if (tree == nullptr) return nullptr;
  const int order = key.compare(tree->row->key);
  if (order == 0) return Merge(tree->left, tree->right);
  if (order < 0) {
    Tree left = Erase(tree->left, key);
    if (left == tree->left) return tree;
    return WithChildren(*tree, std::move(left), tree->right);
  }
  Tree right = Erase(tree->right, key);
  if (right == tree->right) return tree;
  return WithChildren(*tree, tree->left, std::move(right));
}

std::optional<std::string> Find(const Tree& tree, absl::string_view key) {
  const RowNode* node = tree.get();
  while (node != nullptr) {
    const int order = key.compare(node->row->key);
    if (order == 0) return node->row->value;
    node = order < 0 ? node->left.get() : node->right.get();
  }
  return std::nullopt;
}

struct Range {
  absl::string_view begin;
  absl::string_view end;  // Empty: unbounded.
};

// Returns false once `visit` has.
bool Visit(
    const RowNode* node, const Range& range,
    absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) {
  if (node == nullptr) return true;
  const absl::string_view key = node->row->key;
  const bool begun = key >= range.begin;
  const bool ended = !range.end.empty() && key >= range.end;
  if (begun && !Visit(node->left.get(), range, visit)) return false;
  if (begun && !ended && !visit(key, node->row->value)) return false;
  return ended || Visit(node->right.get(), range, visit);
}

// Serves as the snapshot's reader and, with the two writing methods, as the
// transaction.
template <typename Port>
class StateReader : public Port {
 public:
  explicit StateReader(MemoryStore::State state) : state_(std::move(state)) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    return Find(state_[space.id], key);
  }

  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit)
      const override {
    Visit(state_[space.id].get(), Range{.begin = begin, .end = end}, visit);
    return absl::OkStatus();
  }

 protected:
  MemoryStore::State state_;
};

class MemoryTransaction final : public StateReader<Transaction> {
 public:
  using StateReader::StateReader;

  absl::Status Put(Space space, absl::string_view key,
                   absl::string_view value) override {
    auto row = std::make_shared<const RowNode::Row>(
        RowNode::Row{std::string(key), std::string(value)});
    Tree& tree = state_[space.id];
    tree = Insert(tree, std::move(row), PriorityOf(key));
    return absl::OkStatus();
  }

  absl::Status Delete(Space space, absl::string_view key) override {
    Tree& tree = state_[space.id];
    tree = Erase(tree, key);
    return absl::OkStatus();
  }

  MemoryStore::State TakeState() && { return std::move(state_); }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> MemoryStore::Snapshot() {
  MutexLock lock(&state_mutex_);
  return std::make_unique<StateReader<Reader>>(state_);
}

absl::Status MemoryStore::Write(
    absl::FunctionRef<absl::Status(Transaction&)> work) {
  MutexLock writer_lock(&writer_mutex_);
  State state;
  {
    MutexLock lock(&state_mutex_);
    state = state_;
  }
  MemoryTransaction transaction(std::move(state));
  CONCORDAT_RETURN_IF_ERROR(work(transaction));
  // The old roots may be the last owners of many nodes: they are freed after
  // the lock, not under it.
  State retired = std::move(transaction).TakeState();
  {
    MutexLock lock(&state_mutex_);
    std::swap(state_, retired);
  }
  return absl::OkStatus();
}

}  // namespace concordat
