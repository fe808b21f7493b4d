// Plots as inline SVG, with a title and a description for who does not see
// them.
#ifndef CONCORDAT_CLIENT_REPORT_SVG_H_
#define CONCORDAT_CLIENT_REPORT_SVG_H_

#include <cstdint>
#include <string>
#include <vector>

namespace concordat::client::report {

// A point of a line; all of them text of ours or of others, which is escaped.
struct PlotPoint {
  double x = 0;
  double y = 0;  // 0 to 1
  // Interval around y.
  double low = 0;
  double high = 0;
  // What hovering over it says.
  std::string title;
};

// Shares over time, as a line in its interval. The vertical axis begins below
// the lowest point, not at zero, and says so. Points are in order of x; empty:
// nothing is drawn.
std::string SharePlot(const std::vector<PlotPoint>& points,
                      const std::string& first_label,
                      const std::string& last_label, const std::string& id,
                      const std::string& title);

struct PlotBar {
  std::string label;
  int64_t count = 0;
};

// Counts as bars.
std::string BarPlot(const std::vector<PlotBar>& bars, const std::string& id,
                    const std::string& title);

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_SVG_H_
