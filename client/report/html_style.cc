// How the page looks: on a screen, light or dark, and on paper.
#include "client/report/html_assets.h"

namespace concordat::client::report {

absl::string_view PageStyle() {
  return R"css(
:root {
  color-scheme: light dark;
  --back: #ffffff; --text: #1a1c20; --soft: #565b66; --line: #d5d8de;
  --panel: #f5f6f8; --accent: #1d57b8; --band: #c6d8f5;
  --good: #1b6b36; --bad: #b3261e;
  --h1: #fdecea; --h2: #f9cfca; --h3: #f2a59d; --h4: #8f1d16;
  --h4text: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14161a; --text: #e7e9ee; --soft: #a7adb9; --line: #3a3f49;
    --panel: #1e2127; --accent: #8db4f5; --band: #24406e;
    --good: #7fd39a; --bad: #ffb4ab;
    --h1: #35211f; --h2: #55211d; --h3: #7a231c; --h4: #ffb4ab;
    --h4text: #3b0906;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem; max-width: 80rem;
  background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .4rem 0; max-width: 60rem; }
a { color: var(--accent); }
.soft { color: var(--soft); }
.warning {
  border: 2px solid var(--bad); padding: .5rem .8rem; border-radius: .4rem;
}
.tiles {
  display: flex; flex-wrap: wrap; gap: .8rem; margin: 1rem 0; padding: 0;
  list-style: none;
}
.tiles li {
  background: var(--panel); border: 1px solid var(--line);
  border-radius: .5rem; padding: .6rem .9rem; min-width: 8rem;
}
.tiles strong { display: block; font-size: 1.5rem; line-height: 1.3; }
.tiles .bad { color: var(--bad); }
.tiles .good { color: var(--good); }
dl.facts {
  display: grid; grid-template-columns: max-content 1fr;
  gap: .1rem 1rem; margin: .6rem 0;
}
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--accent); }
table { border-collapse: collapse; font-size: .9rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
@media (min-width: 50rem) { caption { white-space: nowrap; } }
th, td {
  text-align: left; padding: .25rem .6rem; vertical-align: top;
  border-bottom: 1px solid var(--line);
}
thead th { border-bottom: 2px solid var(--line); }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.v {
  unicode-bidi: isolate; overflow-wrap: anywhere;
  min-width: 7rem; max-width: 22rem;
}
td.t { white-space: nowrap; }
tbody th { overflow-wrap: anywhere; min-width: 7rem; max-width: 24rem; }
.scroll + .scroll { margin-top: 1rem; }
.id {
  font-weight: normal; font-family: ui-monospace, monospace; font-size: .85em;
}
.h1 { background: var(--h1); }
.h2 { background: var(--h2); }
.h3 { background: var(--h3); }
.h4 { background: var(--h4); color: var(--h4text); }
.plot { width: 100%; max-width: 55rem; height: auto; display: block; }
.plot text { fill: var(--soft); font-size: 12px; }
.plot .grid { stroke: var(--line); }
.plot .line { fill: none; stroke: var(--accent); stroke-width: 2; }
.plot .dot, .plot .bar { fill: var(--accent); }
.plot .band { fill: var(--band); }
.controls { display: flex; flex-wrap: wrap; gap: .6rem; margin: .6rem 0; }
.controls label { display: block; font-size: .85rem; color: var(--soft); }
.controls[hidden], .controls label[hidden] { display: none; }
input, select, button {
  font: inherit; color: inherit; background: var(--panel);
  border: 1px solid var(--line); border-radius: .3rem; padding: .2rem .5rem;
}
th button {
  background: none; border: none; padding: 0; font-weight: inherit;
  cursor: pointer; text-align: inherit;
}
th button:hover { text-decoration: underline; }
th[aria-sort="ascending"] button::after { content: " \25B2"; }
th[aria-sort="descending"] button::after { content: " \25BC"; }
button:disabled { color: var(--soft); cursor: default; }
@media print {
  :root {
    --back: #ffffff; --text: #000000; --soft: #444444; --line: #999999;
    --panel: #ffffff; --accent: #1d57b8; --band: #c6d8f5;
    --good: #1b6b36; --bad: #b3261e;
    --h1: #fdecea; --h2: #f9cfca; --h3: #f2a59d; --h4: #8f1d16;
    --h4text: #ffffff;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .controls { display: none; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  h2, h3 { break-after: avoid; }
  tr, .plot, .tiles li { break-inside: avoid; }
  thead { display: table-header-group; }
  .bar, .band, td { print-color-adjust: exact; }
}
)css";
}

}  // namespace concordat::client::report
