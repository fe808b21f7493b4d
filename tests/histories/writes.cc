#include "tests/histories/writes.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/facts.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "tests/histories/customer.h"
#include "tests/histories/history.h"
#include "tests/histories/truth.h"

namespace concordat::histories {
namespace {

FactRecord MakeFact(int64_t number, const Attribute& attribute, Random& random,
                    absl::Time from) {
  // Of anybody: values may be those that channels have said.
  Values values(attribute, number, random);
  FactRecord fact;
  fact.entity = {kCustomer, absl::StrCat("C", number)};
  fact.attribute = attribute.name;
  fact.value = values.NextTrue();
  fact.valid.from = from;
  fact.recorded.source = "crm";
  return fact;
}

}  // namespace

absl::Status WriteMore(const MoreWrites& options, Runner& runner,
                       const Vocabulary& vocabulary) {
  Random random(17);
  std::vector<const Attribute*> attributes;
  for (const auto& entry :
       vocabulary.schema.FindEntityType(kCustomer)->attributes) {
    attributes.push_back(&entry.second);
  }
  const int64_t batch_max = limits::kChangesPerWriteMax;
  for (int64_t done = 0; done < options.writes;) {
    std::vector<Change> changes;
    for (; done < options.writes &&
           static_cast<int64_t>(changes.size()) < batch_max;
         ++done) {
      const Attribute& attribute =
          *attributes[random.Below(static_cast<uint32_t>(attributes.size()))];
      const bool known = random.PerMille(100);
      const int64_t number = known ? random.Between(0, options.entities - 1)
                                   : options.entities + done;
      const absl::Time from =
          BeginOf(0) +
          Between(random, absl::ZeroDuration(), 2 * kChapters * kChapterLength);
      changes.push_back(MakeFact(number, attribute, random, from));
    }
    CONCORDAT_RETURN_IF_ERROR(runner.Write(std::move(changes)));
  }
  return absl::OkStatus();
}

}  // namespace concordat::histories
