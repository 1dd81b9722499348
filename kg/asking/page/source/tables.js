// The tables: the same data for keyboard and screen reader, a page of rows at a time.
import { data } from "./data.js";
import { button, find, make, number, showDay } from "./elements.js";
import { periodOf, relationText, shown } from "./filters.js";
import { kindName } from "./cards.js";
import { openItem, state, t } from "./state.js";

const ROWS = 200;
const rowsShown = { edge: ROWS, node: ROWS };

const EDGE_COLUMNS = [
  ["who", (e) => data.nodes[e.from].label], ["relations", relationText],
  ["whom", (e) => data.nodes[e.to].label], ["layer", (e) => t()[e.layer]],
  ["count", (e) => e.count, "number"], ["tone", (e) => t().tones[e.tone]],
  ["when", (e) => [...new Set(periodOf(e))].map((day) => showDay(day)).join(" – "), "wide"],
];
const NODE_COLUMNS = [
  ["name", (n) => n.label], ["kind", (n) => kindName(n.kind)],
  ["acts", (n) => n.acts, "number"], ["concerned", (n) => n.concerned, "number"],
  ["nMentions", (n) => n.mentions, "number wide"],
];
const SORT_BY = {
  tone: (e) => e.score ?? 99, when: (e) => periodOf(e).join(),
  total: (n) => n.acts + n.concerned,
};

export function renderTables({ fromTop = false } = {}) {
  if (state.view !== "table") return;
  if (fromTop) Object.assign(rowsShown, { edge: ROWS, node: ROWS });
  fillTable("edge", t().edges, EDGE_COLUMNS, [...shown.edges.values()]);
  const nodes = [...shown.nodes].map(([place, sums]) => ({ ...data.nodes[place], ...sums }));
  fillTable("node", t().actors, NODE_COLUMNS, nodes);
}

function fillTable(kind, caption, columns, rows) {
  sortRows(rows, kind, columns);
  const heads = columns.map(([name, , style]) => headCell(kind, name, style));
  const body = rows.slice(0, rowsShown[kind]).map((row) => bodyRow(kind, columns, row));
  find(`${kind}-table`).replaceChildren(make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
  const left = rows.length - rowsShown[kind];
  const more = left > 0 ? [button(t().more(number(left)), () => showMore(kind))] : [];
  find(`${kind}-more`).replaceChildren(...more);
}

function showMore(kind) {
  const before = rowsShown[kind];
  rowsShown[kind] += 5 * ROWS;
  renderTables();
  find(`${kind}-table`).tBodies[0].rows[before]?.querySelector("button")?.focus();
}

function sortRows(rows, kind, columns) {
  const [column, direction] = state.sort[kind];
  const value = SORT_BY[column] || columns.find(([name]) => name === column)[1];
  const { compare } = new Intl.Collator(state.lang);
  const keyed = rows.map((row) => [value(row), row]);
  keyed.sort(([a, x], [b, y]) =>
    direction * (typeof a === "string" ? compare(a, b) : a - b) || x.place - y.place);
  keyed.forEach(([, row], at) => { rows[at] = row; });
}

function headCell(kind, name, style) {
  const [column, direction] = state.sort[kind];
  const sorted = column === name ? (direction > 0 ? "ascending" : "descending") : null;
  const sort = () => {
    state.sort[kind] = [name, column === name ? -direction : 1];
    renderTables();
    find(`${kind}-table`).querySelector(`[data-column="${name}"]`).focus();
  };
  return make("th", { scope: "col", class: style || null, "aria-sort": sorted },
    button(t()[name], sort, { "data-column": name }));
}

function bodyRow(kind, columns, row) {
  return make("tr", { class: row.layer || null }, ...columns.map(([, text, style], at) => {
    const content = String(text(row));
    if (at) return make("td", { class: style || null }, content);
    return make("th", { scope: "row" }, button(content, () => openItem({ [kind]: row.place })));
  }));
}
