// What the page does by itself.
#include "client/report/html_assets.h"

namespace concordat::client::report {

absl::string_view PageScript() {
  return R"js(
"use strict";
addEventListener("load", () => setTimeout(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("findings").textContent);
  const rows = data.rows;
  const PAGE = 50;
  const columns = data.columns;
  const at = Object.fromEntries(columns.map((c, i) => [c.key, i]));
  const named = ["attribute", "verdict", "change", "state", "cause"];
  const shown = (row, i) => {
    const value = row[i];
    const column = columns[i];
    if (value === null) return column.none || "";
    if (column.names) return column.names[value] ?? String(value);
    if (column.texts && typeof value === "number") return data.texts[value];
    if (column.time)
      return new Date(value * 1000).toISOString().replace(".000", "");
    return String(value);
  };
  const state = {sort: -1, down: false, page: 0, picked: rows, words: ""};

  const body = $("rows");
  const draw = () => {
    const from = state.page * PAGE;
    const some = state.picked.slice(from, from + PAGE);
    const fragment = document.createDocumentFragment();
    for (const row of some) {
      const line = document.createElement("tr");
      for (let i = 0; i < columns.length; ++i) {
        const cell = document.createElement(i ? "td" : "th");
        if (!i) cell.scope = "row";
        cell.className = columns[i].style;
        cell.textContent = shown(row, i);
        line.append(cell);
      }
      fragment.append(line);
    }
    body.replaceChildren(fragment);
    const count = state.picked.length;
    const number = (n) => n.toLocaleString("en");
    $("status").textContent = count
      ? number(from + 1) + " to " + number(from + some.length) + " of " +
        number(count) + " findings"
      : "No finding is like that.";
    $("back").disabled = from === 0;
    $("on").disabled = from + PAGE >= count;
  };

  const compare = (i) => {
    const column = columns[i];
    const sign = state.down ? -1 : 1;
    return (a, b) => {
      let x = a[i];
      let y = b[i];
      if (x === y) return 0;
      if (x === null) return 1;
      if (y === null) return -1;
      if (column.texts && typeof x !== typeof y)
        return typeof x === "number" ? 1 : -1;
      if (column.names && !column.ordered) {
        x = column.names[x];
        y = column.names[y];
      }
      return (x < y ? -1 : 1) * sign;
    };
  };

  const pick = () => {
    const words = $("words").value.toLowerCase();
    const wanted = [];
    for (const name of named) {
      const value = $("by-" + name).value;
      if (value !== "") wanted.push([at[name], Number(value)]);
    }
    const texts = ["id", "who", "said", "truth"].map((key) => at[key]);
    state.picked = rows.filter((row) =>
      wanted.every(([i, value]) =>
        value < 0 ? row[i] === null : row[i] === value) &&
      (words === "" || texts.some((i) =>
        typeof row[i] === "string" && row[i].toLowerCase().includes(words))));
    if (state.sort >= 0) state.picked.sort(compare(state.sort));
    state.page = 0;
    draw();
  };

  for (const name of named) {
    const select = $("by-" + name);
    const names = columns[at[name]].names;
    const used = new Set(rows.map((row) => row[at[name]]));
    const order = [...names.keys()].filter((i) => used.has(i));
    if (!columns[at[name]].ordered)
      order.sort((a, b) => names[a] < names[b] ? -1 : 1);
    for (const i of order) select.append(new Option(names[i], i));
    if (used.has(null)) select.append(new Option("none", -1));
    select.parentElement.hidden = used.size < 2;
    select.addEventListener("change", pick);
  }
  let waiting = 0;
  $("words").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(pick, 150);
  });
  document.querySelectorAll("#table thead th").forEach((head, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      state.down = state.sort === i && !state.down;
      state.sort = i;
      document.querySelectorAll("#table thead th").forEach((other) =>
        other.removeAttribute("aria-sort"));
      head.setAttribute(
        "aria-sort", state.down ? "descending" : "ascending");
      pick();
    });
  });
  $("back").addEventListener("click", () => { --state.page; draw(); });
  $("on").addEventListener("click", () => { ++state.page; draw(); });
  for (const id of ["controls", "pages"]) $(id).hidden = false;
  draw();
}));
)js";
}

}  // namespace concordat::client::report
