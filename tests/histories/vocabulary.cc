#include "tests/histories/vocabulary.h"

#include <cstdio>
#include <cstdlib>

#include "config/vocabulary_loader.h"

namespace concordat::histories {
namespace {

constexpr absl::string_view kYaml = R"(
name: histories
writing: {date_order: YMD, decimal_mark: "."}
sources: [crm]
code_lists:
  tariff:
    codes:
      amber: {aliases: [bernstein]}
      basalt: {}
      copper: {aliases: [kupfer]}
      diamond: {aliases: [diamant]}
      ebony: {}
      flint: {}
      granite: {aliases: [granit]}
      honey: {aliases: [honig]}
      iron: {aliases: [eisen]}
      jade: {}
      kelp: {}
      linen: {aliases: [leinen]}
      marble: {aliases: [marmor]}
      nickel: {}
      opal: {}
      pearl: {aliases: [perle]}
entity_types:
  customer:
    attributes:
      tariff: {type: code, code_list: tariff}
      email: {type: email, identifying: true, personal: true}
      phone: {type: phone, identifying: true, personal: true, settle: 1h}
      city: {type: text, confusable_with: [billing_city], settle: 6h}
      billing_city: {type: text, confusable_with: [city]}
      balance_due: {type: money, confusable_with: [balance_net], settle: 30m}
      balance_net: {type: money, confusable_with: [balance_due]}
      delivery_date: {type: date, settle: 2h}
      points: {type: integer}
channels:
  web:
    subject_type: customer
    clock_skew: 5s
    promise: 15m
    contract:
      customer:
        attributes:
          tariff: {required: true}
          email: {required: true}
          phone: {}
          city: {required: true}
          billing_city: {}
          balance_due: {promise: 5m}
          delivery_date: {}
          points: {promise: 1h}
  app:
    subject_type: customer
    clock_skew: 30s
    promise: 1h
    contract:
      customer:
        attributes:
          tariff: {required: true}
          email: {required: true}
          phone: {}
          city: {}
          balance_due: {required: true}
          balance_net: {}
          delivery_date: {required: true}
          points: {}
  call_centre:
    subject_type: customer
    clock_skew: 1m
    promise: 4h
    contract:
      customer:
        attributes:
          tariff: {promise: 1d}
          email: {}
          phone: {required: true}
          city: {}
          billing_city: {required: true}
          balance_due: {}
          balance_net: {required: true}
          delivery_date: {required: true}
          points: {}
  partner_centre:
    partner: true
    subject_type: customer
    clock_skew: 5m
    promise: 1d
    contract:
      customer:
        attributes:
          tariff: {required: true}
          phone: {required: true}
          city: {}
          delivery_date: {promise: 4h}
  shop:
    subject_type: customer
    clock_skew: 2m
    contract:
      customer:
        attributes:
          tariff: {required: true}
          email: {}
          phone: {}
          points: {required: true}
  billing:
    subject_type: customer
    promise: 12h
    contract:
      customer:
        attributes:
          tariff: {promise: 0s}
          email: {required: true}
          phone: {promise: 0s}
          city: {}
          billing_city: {required: true}
          balance_due: {required: true, promise: 0s}
          balance_net: {required: true}
          points: {promise: 0s}
)";

}  // namespace

std::shared_ptr<const Vocabulary> MakeVocabulary() {
  LoadedVocabulary loaded = LoadVocabulary(kYaml, "histories.yaml", 1);
  if (loaded.vocabulary == nullptr) {
    std::fprintf(stderr, "%s\n", ToStatus(loaded).ToString().c_str());
    std::abort();
  }
  return std::move(loaded.vocabulary);
}

}  // namespace concordat::histories
