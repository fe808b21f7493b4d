#include "client/report/svg.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/report/escape.h"
#include "client/report/text.h"

namespace concordat::client::report {
namespace {

constexpr double kWidth = 760;
constexpr double kHeight = 220;
constexpr double kLeft = 64;
constexpr double kRight = 12;
constexpr double kTop = 14;
constexpr double kBottom = 30;
constexpr double kInnerWidth = kWidth - kLeft - kRight;
constexpr double kInnerHeight = kHeight - kTop - kBottom;
constexpr int kGridLines = 4;

std::string Begin(const std::string& id, const std::string& title,
                  const std::string& description) {
  return absl::StrCat(
      absl::StrFormat("<svg class=\"plot\" viewBox=\"0 0 %.0f %.0f\" "
                      "role=\"img\" aria-labelledby=\"",
                      kWidth, kHeight),
      id, "-t ", id, "-d\"><title id=\"", id, "-t\">", Markup(title),
      "</title><desc id=\"", id, "-d\">", Markup(description), "</desc>");
}

std::string Label(double x, double y, const char* anchor,
                  const std::string& text) {
  return absl::StrCat(
      absl::StrFormat("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y,
                      anchor),
      Markup(text), "</text>");
}

std::string GridLine(double y) {
  return absl::StrFormat(
      "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
      kLeft, y, kWidth - kRight, y);
}

// Where the vertical axis of shares begins: a round number below all of them.
double AxisBegin(const std::vector<PlotPoint>& points) {
  double lowest = 1;
  for (const PlotPoint& point : points) lowest = std::min(lowest, point.low);
  for (const double step : {0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0}) {
    if (1 - lowest <= step * kGridLines) {
      return std::max(0.0, 1 - step * kGridLines);
    }
  }
  return 0;
}

}  // namespace

std::string SharePlot(const std::vector<PlotPoint>& points,
                      const std::string& first_label,
                      const std::string& last_label, const std::string& id,
                      const std::string& title) {
  if (points.empty()) return "";
  const double begin = AxisBegin(points);
  const double span = points.back().x - points.front().x;
  const auto x = [&](const PlotPoint& point) {
    return span > 0 ? kLeft + kInnerWidth * (point.x - points.front().x) / span
                    : kLeft + kInnerWidth / 2;
  };
  const auto y = [begin](double share) {
    return kTop + kInnerHeight * (1 - share) / (1 - begin);
  };
  std::string svg =
      Begin(id, title,
            absl::StrCat(points.size(), " audits; the newest ",
                         Percent(points.back().y), ". The axis begins at ",
                         Percent(begin), "."));
  for (int i = 0; i <= kGridLines; ++i) {
    const double share = 1 - (1 - begin) * i / kGridLines;
    absl::StrAppend(&svg, GridLine(y(share)),
                    Label(kLeft - 6, y(share) + 4, "end", Percent(share)));
  }
  std::string upper;
  std::string lower;
  std::string line;
  for (size_t i = 0; i < points.size(); ++i) {
    const PlotPoint& point = points[i];
    const PlotPoint& opposite = points[points.size() - 1 - i];
    absl::StrAppendFormat(&upper, "%.1f,%.1f ", x(point), y(point.high));
    absl::StrAppendFormat(&lower, "%.1f,%.1f ", x(opposite), y(opposite.low));
    absl::StrAppendFormat(&line, "%.1f,%.1f ", x(point), y(point.y));
  }
  absl::StrAppend(&svg, "<polygon class=\"band\" points=\"", upper, lower,
                  "\"/><polyline class=\"line\" points=\"", line, "\"/>");
  for (const PlotPoint& point : points)
    absl::StrAppend(
        &svg,
        absl::StrFormat("<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" "
                        "r=\"3.5\"><title>",
                        x(point), y(point.y)),
        Markup(point.title), "</title></circle>");
  if (span > 0)
    absl::StrAppend(&svg, Label(kLeft, kHeight - 8, "start", first_label),
                    Label(kWidth - kRight, kHeight - 8, "end", last_label));
  else
    absl::StrAppend(&svg, Label(kLeft + kInnerWidth / 2, kHeight - 8, "middle",
                                last_label));
  return absl::StrCat(svg, "</svg>\n");
}

std::string BarPlot(const std::vector<PlotBar>& bars, const std::string& id,
                    const std::string& title) {
  int64_t highest = 1;
  int64_t all = 0;
  for (const PlotBar& bar : bars) {
    highest = std::max(highest, bar.count);
    all += bar.count;
  }
  std::string svg = Begin(id, title, absl::StrCat(Grouped(all), " in all"));
  absl::StrAppend(&svg, GridLine(kTop + kInnerHeight));
  const double slot = kInnerWidth / static_cast<double>(bars.size());
  for (size_t i = 0; i < bars.size(); ++i) {
    const PlotBar& bar = bars[i];
    const double height = (kInnerHeight - 14) * static_cast<double>(bar.count) /
                          static_cast<double>(highest);
    const double left = kLeft + slot * static_cast<double>(i);
    const double top = kTop + kInnerHeight - height;
    const std::string count = Grouped(bar.count);
    absl::StrAppend(
        &svg,
        absl::StrFormat("<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" "
                        "width=\"%.1f\" height=\"%.1f\"><title>",
                        left + slot * 0.12, top, slot * 0.76, height),
        Markup(absl::StrCat(bar.label, ": ", count)), "</title></rect>",
        Label(left + slot / 2, top - 4, "middle", count),
        Label(left + slot / 2, kHeight - 10, "middle", bar.label));
  }
  return absl::StrCat(svg, "</svg>\n");
}

}  // namespace concordat::client::report
