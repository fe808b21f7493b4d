// A world in which every personal value can be told from every other, and all
// calls whose answers may hold one.
#ifndef CONCORDAT_TESTS_ACCESS_PERSONAL_WORLD_H_
#define CONCORDAT_TESTS_ACCESS_PERSONAL_WORLD_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/access/raw_call.h"
#include "tests/service/fake_backend.h"
#include "tests/service/test_server.h"

namespace concordat {

// What is known, and what channels say, of one attribute of c-1.
struct Secret {
  const char* attribute;
  const char* truth;
  const char* earlier;  // the truth before it
  const char* partner;  // what the channel partner says
  const char* web;      // what the channel web says
  // By which each is found in bytes, however it is written: parts of their
  // normal forms.
  std::vector<std::string> traces;
};
const std::vector<Secret>& Secrets();

// One way by which values may leave.
struct Path {
  // "KnowledgeService/GetEntity"
  std::string method;
  // In text format; each is a call of its own, or all are one stream.
  std::vector<std::string> requests;
  bool is_stream = false;
  // Responses after which a stream that has no end is left.
  size_t responses_max = 100;
  // Attributes of which it shows no value though nothing is withheld.
  std::vector<std::string> without;
};

// The vocabulary has grants of `grants` (YAML, below `access:`), which may be
// empty. Customers c-1, linked to partner/p-1, and c-2, which is not; the
// channels partner and web.
class PersonalWorldTest : public ServiceTest {
 protected:
  void SetUp() override;
  std::string InitialVocabulary() const override;
  ServerOptions Options() const override;
  virtual std::string Access() const { return ""; }

  // Every path there is.
  std::vector<Path> Paths();
  // Makes the calls of a path, one after another.
  RawAnswer Take(const Path& path, const Headers& headers);
  // The paths of c-1's sibling c-2, which are the same.
  static Path OfTheOther(Path path);

 private:
  void Audit();

  FakeBackend backend_;
  std::string finding_;  // ids
  std::vector<std::string> findings_of_partner_;
  std::string audit_;
  std::string revision_;
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_ACCESS_PERSONAL_WORLD_H_
