// How the channels of the simulated world write values.
#ifndef CONCORDAT_CLIENT_SIMULATE_WRITING_H_
#define CONCORDAT_CLIENT_SIMULATE_WRITING_H_

#include <string>

#include "client/simulate/attributes.h"
#include "client/simulate/channels.h"
#include "client/simulate/random.h"

namespace concordat::simulate {

// `value`, as facts write it, in the channel's habits: the same meaning to
// whoever knows what the vocabulary declares. Empty: the channel's way to say
// that there is none.
std::string WriteValue(const ChannelInfo& channel, Attr attribute,
                       const std::string& value, Random& random);

// A phone number (E.164) without the country: "151 23456789".
std::string WritePhoneWithoutCountry(const std::string& value);

// Something that cannot be read as the attribute's type, or only by guessing;
// empty for types that read everything.
std::string WriteUnreadable(const ChannelInfo& channel, Attr attribute,
                            Random& random);

}  // namespace concordat::simulate

#endif  // CONCORDAT_CLIENT_SIMULATE_WRITING_H_
