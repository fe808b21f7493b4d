// The part of graph/readers/person_name_words.h that knows Chinese and Korean.
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "graph/readers/person_name_words.h"

namespace concordat::readers {
namespace {

// The frequent surnames of China (Ministry of Public Security, 2020), in
// simplified characters.
constexpr absl::string_view kSurnames =
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡"
    "潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方"
    "侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万覃武钱严赖洪莫孔汤向常温"
    "康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包"
    "宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻"
    "祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜"
    "冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲"
    "虞敖巩明佘池查麻苑迟邝封官谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟";

constexpr absl::string_view kCompound[] = {
    "欧阳", "司马", "上官", "诸葛", "司徒", "东方", "独孤", "南宫", "夏侯",
    "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "轩辕", "端木"};

// As surnames these are read otherwise than most often.
constexpr std::pair<absl::string_view, absl::string_view> kReadings[] = {
    {"曾", "zeng"},       {"单", "shan"}, {"仇", "qiu"},   {"解", "xie"},
    {"任", "ren"},        {"查", "zha"},  {"翟", "zhai"},  {"乐", "yue"},
    {"尉迟", "yuchi"},    {"覃", "qin"},  {"缪", "miao"},  {"车", "che"},
    {"长孙", "zhangsun"}, {"沈", "shen"}, {"盛", "sheng"}, {"葛", "ge"},
};

constexpr size_t kHanBytes = 3;

constexpr absl::string_view kOnsets[] = {
    "zh", "ch", "sh", "kk", "hy", "ky", "gy", "ry", "by", "my", "ny",
    "b",  "p",  "m",  "f",  "d",  "t",  "n",  "l",  "g",  "k",  "h",
    "j",  "q",  "x",  "r",  "z",  "c",  "s",  "y",  "w",  ""};

constexpr absl::string_view kRimes[] = {
    "iang", "iong", "uang", "eong", "oung", "oong", "ang", "eng", "ong", "ian",
    "iao",  "uai",  "uan",  "ing",  "eon",  "eol",  "eok", "eom", "oon", "ook",
    "eun",  "eul",  "oul",  "ung",  "ai",   "ei",   "ao",  "ou",  "an",  "en",
    "er",   "ia",   "ie",   "iu",   "in",   "ua",   "uo",  "ui",  "un",  "ue",
    "ae",   "eo",   "eu",   "oo",   "ee",   "wa",   "oe",  "ah",  "oh",  "uk",
    "ok",   "ik",   "ak",   "il",   "al",   "ol",   "ul",  "im",  "am",  "om",
    "um",   "on",   "ip",   "op",   "ap",   "a",    "o",   "e",   "i",   "u"};

}  // namespace

HanSurname ChineseSurnameOf(absl::string_view name) {
  if (name.size() < kHanBytes) return {};
  HanSurname surname;
  for (const absl::string_view compound : kCompound) {
    if (absl::StartsWith(name, compound) && name.size() > compound.size()) {
      surname.length = compound.size();
    }
  }
  if (surname.length == 0) {
    const absl::string_view first = name.substr(0, kHanBytes);
    const size_t found = kSurnames.find(first);
    if (found == absl::string_view::npos || found % kHanBytes != 0) return {};
    surname.length = kHanBytes;
  }
  for (const auto& [characters, reading] : kReadings) {
    if (name.substr(0, surname.length) == characters) {
      surname.reading = reading;
    }
  }
  return surname;
}

bool IsEastAsianSyllable(absl::string_view base) {
  if (base.empty() || base.size() > 6) return false;
  for (const absl::string_view onset : kOnsets) {
    if (!absl::StartsWith(base, onset)) continue;
    const absl::string_view rest = base.substr(onset.size());
    for (const absl::string_view rime : kRimes) {
      if (rest == rime) return true;
    }
  }
  return false;
}

}  // namespace concordat::readers
