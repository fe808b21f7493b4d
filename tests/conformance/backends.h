// The storage engines that the conformance suite runs on.
//
// To join: one row in Backends(), and a factory that opens the engine in a
// directory with kTestSpaces.
//
// Where CONCORDAT_MUTANT names a defect of tests/conformance/mutant_store.h,
// the only engine is a store that has it: mutants_test runs the suite so, and
// expects it to fail.
#ifndef CONCORDAT_TESTS_CONFORMANCE_BACKENDS_H_
#define CONCORDAT_TESTS_CONFORMANCE_BACKENDS_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/status_macros.h"
#include "graph/store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat {

struct Backend {
  std::string name;
  std::function<absl::StatusOr<std::unique_ptr<Store>>(const std::string&)>
      open;
  // Keeps its rows when it is closed and opened again.
  bool durable = false;
  // Close and open between the steps of each case.
  bool reopens = false;
  // Its directory is on the disk; others are in memory where there is a place
  // for that, because a sync of a disk takes longer than all else together.
  bool on_disk = false;
};

inline void PrintTo(const Backend& backend, std::ostream* out) {
  *out << backend.name;
}

std::vector<Backend> Backends();

// A case writes with Put and friends, calls Step() between its steps, and
// reads: on a backend that reopens, all it finds has been through a close.
class StoreTest : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override { Open(); }

  Store& store() { return *store_; }

  // Nothing of the store may be in use.
  void Step() {
    if (GetParam().reopens) Reopen();
  }

  void Reopen() {
    Close();
    Open();
  }

  void Close() { store_.reset(); }

  void Put(Space space, const Rows& rows) {
    const absl::Status status = PutRows(store(), space, rows);
    ASSERT_TRUE(status.ok()) << status;
    Step();
  }

  void Delete(Space space, absl::string_view key) {
    const absl::Status status = DeleteRow(store(), space, key);
    ASSERT_TRUE(status.ok()) << status;
    Step();
  }

  // Runs `work` as one write, which must be acknowledged.
  void Commit(absl::FunctionRef<absl::Status(Transaction&)> work) {
    const absl::Status status = store().Write(work);
    ASSERT_TRUE(status.ok()) << status;
    Step();
  }

  // Runs `work` as one write that fails at its end.
  void Abandon(absl::FunctionRef<absl::Status(Transaction&)> work) {
    const absl::Status status =
        store().Write([&](Transaction& transaction) -> absl::Status {
          CONCORDAT_RETURN_IF_ERROR(work(transaction));
          return absl::AbortedError("on purpose");
        });
    EXPECT_EQ(status, absl::AbortedError("on purpose"));
    Step();
  }

  // Puts without a step: a snapshot that is kept rules out reopening.
  void PutNow(Space space, const Rows& rows) {
    const absl::Status status = PutRows(store(), space, rows);
    ASSERT_TRUE(status.ok()) << status;
  }

  std::unique_ptr<Reader> Snapshot() {
    auto reader = store().Snapshot();
    EXPECT_TRUE(reader.ok()) << reader.status();
    return *std::move(reader);
  }

 private:
  void Open() {
    auto opened = GetParam().open(directory_.path());
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

  TemporaryDirectory directory_{GetParam().on_disk
                                    ? std::filesystem::temp_directory_path()
                                    : TemporaryDirectory::MemoryParent()};
  std::unique_ptr<Store> store_;
};

inline std::string BackendName(const testing::TestParamInfo<Backend>& info) {
  return info.param.name;
}

}  // namespace concordat

// Runs a suite derived from StoreTest on every engine.
#define CONCORDAT_ON_EVERY_BACKEND(suite)                              \
  INSTANTIATE_TEST_SUITE_P(Backends, suite,                            \
                           testing::ValuesIn(::concordat::Backends()), \
                           ::concordat::BackendName)

#endif  // CONCORDAT_TESTS_CONFORMANCE_BACKENDS_H_
