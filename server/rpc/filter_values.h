// What the filters of watches and lists name: bounded, and known to the
// vocabulary, because a name of nothing would match nothing for ever.
#ifndef CONCORDAT_SERVER_RPC_FILTER_VALUES_H_
#define CONCORDAT_SERVER_RPC_FILTER_VALUES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "concordat/v1/common.pb.h"
#include "consistency/vocabulary.h"
#include "google/protobuf/repeated_field.h"

namespace concordat {

using FilterNames = google::protobuf::RepeatedPtrField<std::string>;

// `field` is the path of the list, for errors; `vocabulary` may be null, for
// there is nothing to name without one. Errors: LIMIT_EXCEEDED,
// INVALID_FIELD, UNKNOWN_ENTITY_TYPE, UNKNOWN_CHANNEL.
absl::Status CheckFilterCount(absl::string_view field, int count);
absl::Status CheckEntityTypes(absl::string_view field, const FilterNames& names,
                              const Vocabulary* vocabulary);
absl::Status CheckChannels(absl::string_view field, const FilterNames& names,
                           const Vocabulary* vocabulary);
// Attributes by canonical name, and relations.
absl::Status CheckAttributes(absl::string_view field, const FilterNames& names,
                             const Vocabulary* vocabulary);
absl::Status CheckEntity(absl::string_view field, const v1::EntityRef& entity,
                         const Vocabulary* vocabulary);

// The same of one name, which may be empty: all.
absl::Status CheckEntityType(absl::string_view field, const std::string& name,
                             const Vocabulary* vocabulary);
absl::Status CheckChannel(absl::string_view field, const std::string& name,
                          const Vocabulary* vocabulary);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_FILTER_VALUES_H_
