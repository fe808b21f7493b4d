#include "consistency/fusion/observations.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

using Names = absl::flat_hash_map<std::string, uint32_t>;

absl::Status Within(absl::string_view limit, size_t actual, int64_t allowed) {
  const auto count = static_cast<int64_t>(actual);
  if (count <= allowed) return absl::OkStatus();
  return errors::LimitExceeded(limit, count, allowed);
}

// The names in order; `places` gets the place of each former index.
std::vector<std::string> Sorted(const Names& names,
                                std::vector<uint32_t>* places) {
  std::vector<std::pair<std::string, uint32_t>> pairs(names.begin(),
                                                      names.end());
  std::sort(pairs.begin(), pairs.end());
  std::vector<std::string> sorted;
  places->resize(pairs.size());
  for (auto& [name, index] : pairs) {
    (*places)[index] = static_cast<uint32_t>(sorted.size());
    sorted.push_back(std::move(name));
  }
  return sorted;
}

// Numbers the values anew, in the order of the channels that say them.
size_t Renumber(std::vector<Report>* reports, int* truth) {
  std::vector<uint16_t> numbers;
  for (Report& report : *reports) {
    const auto found = std::find(numbers.begin(), numbers.end(), report.value);
    const auto number = static_cast<uint16_t>(found - numbers.begin());
    if (found == numbers.end()) numbers.push_back(report.value);
    report.value = number;
  }
  if (*truth >= 0) {
    const auto found = std::find(numbers.begin(), numbers.end(), *truth);
    *truth = found == numbers.end() ? kTruthUnsaid
                                    : static_cast<int>(found - numbers.begin());
  }
  return numbers.size();
}

}  // namespace

ItemView Observations::item(size_t index) const {
  const Item& item = items_[index];
  return {item.attribute,
          absl::MakeConstSpan(reports_).subspan(item.begin, item.reports),
          item.values, item.truth};
}

absl::Status ObservationsBuilder::Add(absl::string_view key,
                                      absl::string_view attribute,
                                      absl::Span<const Said> said,
                                      std::optional<int> truth) {
  CONCORDAT_RETURN_IF_ERROR(
      Within("fusion_items_max", items_.size() + 1, limits::kFusionItemsMax));
  CONCORDAT_RETURN_IF_ERROR(Within("fusion_reports_max", reports_ + said.size(),
                                   limits::kFusionReportsMax));
  Pending item;
  item.key = std::string(key);
  item.truth = truth.value_or(kTruthUnknown);
  item.attribute =
      attributes_.try_emplace(attribute, attributes_.size()).first->second;
  CONCORDAT_RETURN_IF_ERROR(Within("fusion_attributes_max", attributes_.size(),
                                   limits::kFusionAttributesMax));
  for (const Said& one : said) {
    const uint32_t channel =
        channels_.try_emplace(one.channel, channels_.size()).first->second;
    CONCORDAT_RETURN_IF_ERROR(Within("fusion_channels_max", channels_.size(),
                                     limits::kFusionChannelsMax));
    if (one.value < 0 || one.value >= limits::kFusionChannelsMax) {
      return errors::InvalidField("value", "is out of range");
    }
    item.reports.push_back(
        {static_cast<uint16_t>(channel), static_cast<uint16_t>(one.value)});
  }
  reports_ += said.size();
  items_.push_back(std::move(item));
  return absl::OkStatus();
}

absl::StatusOr<Observations> ObservationsBuilder::Build() && {
  Observations built;
  std::vector<uint32_t> channels;
  std::vector<uint32_t> attributes;
  built.channels_ = Sorted(channels_, &channels);
  built.attributes_ = Sorted(attributes_, &attributes);
  for (Pending& item : items_) item.attribute = attributes[item.attribute];
  const auto place = [](const Pending& item) {
    return std::tie(item.attribute, item.key);
  };
  std::sort(
      items_.begin(), items_.end(),
      [&](const Pending& a, const Pending& b) { return place(a) < place(b); });
  built.reports_.reserve(reports_);
  for (size_t i = 0; i < items_.size(); ++i) {
    Pending& item = items_[i];
    if (i > 0 && place(items_[i - 1]) == place(item)) {
      return errors::InvalidField("item", "is there twice");
    }
    for (Report& report : item.reports) {
      report.channel = static_cast<uint16_t>(channels[report.channel]);
    }
    std::sort(
        item.reports.begin(), item.reports.end(),
        [](const Report& a, const Report& b) { return a.channel < b.channel; });
    for (size_t k = 1; k < item.reports.size(); ++k) {
      if (item.reports[k].channel == item.reports[k - 1].channel) {
        return errors::InvalidField("channel", "reports an item twice");
      }
    }
    const size_t values = Renumber(&item.reports, &item.truth);
    built.items_.push_back(
        {item.attribute, static_cast<uint32_t>(built.reports_.size()),
         static_cast<uint16_t>(item.reports.size()),
         static_cast<uint16_t>(values), static_cast<int16_t>(item.truth)});
    built.reports_.insert(built.reports_.end(), item.reports.begin(),
                          item.reports.end());
  }
  return built;
}

}  // namespace concordat
