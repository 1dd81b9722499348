// The filters, switches, status line and legend.
import { COMMUNITIES, FAMILY_OF, communityColour } from "./colours.js";
import { kindName, typeName } from "./cards.js";
import { TONES, communityNames, data } from "./data.js";
import { fitPicture, nodeColour, zoomBy } from "./drawing.js";
import { counted, find, make, number, showDay } from "./elements.js";
import { savePicture, saveTable } from "./downloads.js";
import { hasFilters, shown } from "./filters.js";
import { changed, state, t } from "./state.js";

const mostStatements = data.edges.reduce((most, edge) => Math.max(most, edge.total), 1);

const PRESENT = {
  type: countOf(data.statements.map((s) => s.type || "-")),
  tone: TONES.filter((tone) => data.statements.some((s) => s.tone === tone)),
  kind: countOf(data.nodes.map((n) => n.kind)),
};

// The names that occur, the most frequent first, "-" last.
function countOf(names) {
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) || 0) + 1);
  const order = ([a, n], [b, m]) => (a === "-") - (b === "-") || m - n || a.localeCompare(b);
  return [...counts].sort(order).map(([name]) => name);
}

const NAMES = { type: typeName, tone: (tone) => t().tones[tone], kind: kindName };
const MARKS = { tone: (tone) => tone, kind: (kind) => FAMILY_OF[kind] };

// --- texts

export function renderTexts() {
  document.documentElement.lang = state.lang;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = t()[element.dataset.text];
  }
  for (const [key, attribute] of [["label", "aria-label"], ["placeholder", "placeholder"], ["title", "title"]]) {
    for (const element of document.querySelectorAll(`[data-${key}]`)) {
      element.setAttribute(attribute, t()[element.dataset[key]]);
    }
  }
}

export function renderStatus() {
  const parts = [
    counted(shown.nodes.size, "nodes"), counted(shown.edges.size, "connections"),
    counted(shown.statements, "statements"),
  ];
  if (data.first) parts.push([...new Set([data.first, data.last])].map((day) => showDay(day)).join(" – "));
  if (data.leftOut.actors) parts.push(t().heart(number(data.nodes.length), number(data.nodes.length + data.leftOut.actors)));
  if (!shown.edges.size && data.edges.length) parts.push(t().filteredOut);
  const text = parts.join(" · ");
  if (find("status").textContent !== text) find("status").textContent = text;
}

// --- the choices

export function renderControls() {
  find("view-graph").setAttribute("aria-pressed", String(state.view === "graph"));
  find("view-table").setAttribute("aria-pressed", String(state.view === "table"));
  find("theme").value = state.theme;
  for (const layer of ["plain", "claim"]) find(`layer-${layer}`).checked = state[layer];
  find("least").value = String(state.least);
  find("least-shown").textContent = number(state.least);
  find("least-part").hidden = mostStatements < 2;
  find("reset").disabled = !hasFilters();
  find("png").disabled = state.view !== "graph";
  for (const colour of ["kind", "community"]) {
    find(`colour-${colour}`).setAttribute("aria-pressed", String(state.colour === colour));
  }
  for (const facet of ["type", "tone", "kind"]) renderFacet(facet);
  find("choice-note").hidden = Object.values(PRESENT).every((names) => names.length < 2);
}

function renderFacet(facet) {
  const list = find(facet);
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.name : null;
  const items = PRESENT[facet].map((name) => {
    const count = shown.counts[facet].get(name) || 0;
    const mark = MARKS[facet] ? make("i", { class: facet === "tone" ? "dash" : "dot", colour: `var(--${MARKS[facet](name)})` }) : null;
    const chip = make("button", { type: "button", class: "chip", "data-name": name,
      "aria-pressed": String(state[facet].has(name)), click: () => toggle(facet, name) },
    mark, make("span", {}, NAMES[facet](name)), make("small", {}, number(count)));
    chip.classList.toggle("none", !count);
    return make("li", {}, chip);
  });
  list.replaceChildren(...items);
  if (focused) list.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  find(`${facet}-part`).hidden = PRESENT[facet].length < 2;
}

function toggle(facet, name) {
  if (!state[facet].delete(name)) state[facet].add(name);
  changed("filters");
}

function resetFilters() {
  Object.assign(state, { plain: true, claim: true, least: 1, since: "", until: "" });
  for (const facet of ["type", "tone", "kind"]) state[facet].clear();
  changed("filters");
  fitPicture();
}

// --- the legend

// What the colours mean, also for those who draw the legend elsewhere.
export let legend = [];

export function renderLegend() {
  const names = new Set([...shown.nodes.keys()].map((place) => nodeColour(data.nodes[place])));
  const edges = [...shown.edges.values()];
  const tones = new Set(edges.map((edge) => edge.tone));
  legend = [];
  const kinds = state.colour === "kind" && PRESENT.kind.length > 1;
  for (const [name, text] of nodeTexts()) {
    if (names.has(name)) legend.push({ mark: "dot", name, text, doubled: kinds });
  }
  for (const tone of TONES) {
    const doubled = PRESENT.tone.length > 1;
    if (tones.has(tone)) legend.push({ mark: "dash", name: tone, text: t().tones[tone], doubled });
  }
  if (edges.some((edge) => edge.layer === "claim")) {
    legend.push({ mark: "dash claim", name: "neutral", text: t().claim });
  }
  find("legend").replaceChildren(...legend.map(legendItem));
}

function nodeTexts() {
  if (state.colour === "kind") return Object.entries(t().families);
  const texts = [];
  for (let place = 0; place < COMMUNITIES; place += 1) {
    const names = communityNames.get(place);
    if (names) texts.push([communityColour(place), names[0]]);
  }
  return [...texts, ["community-other", t().otherCommunities]];
}

// What the filters beside the picture tell as well is left out of the legend on wide screens.
const legendItem = ({ mark, name, text, doubled }) =>
  make("li", { class: doubled ? "doubled" : null }, make("i", { class: mark, colour: `var(--${name})` }), make("span", {}, text));

// --- listening

function setView(view) {
  state.view = view;
  changed("view");
}

export function startControls() {
  find("view-graph").addEventListener("click", () => setView("graph"));
  find("view-table").addEventListener("click", () => setView("table"));
  find("language").addEventListener("click", () => {
    state.lang = state.lang === "de" ? "en" : "de";
    changed("look");
  });
  find("theme").addEventListener("change", (event) => {
    state.theme = event.target.value;
    changed("look");
  });
  for (const colour of ["kind", "community"]) {
    find(`colour-${colour}`).addEventListener("click", () => {
      state.colour = colour;
      changed("view");
    });
  }
  for (const layer of ["plain", "claim"]) {
    find(`layer-${layer}`).addEventListener("change", (event) => {
      state[layer] = event.target.checked;
      changed("filters");
    });
  }
  find("least").max = String(mostStatements);
  find("least").addEventListener("input", (event) => {
    state.least = Number(event.target.value);
    changed("filters");
  });
  find("reset").addEventListener("click", resetFilters);
  find("csv").addEventListener("click", saveTable);
  find("png").addEventListener("click", savePicture);
  find("zoom-in").addEventListener("click", () => zoomBy(1.4));
  find("zoom-out").addEventListener("click", () => zoomBy(1 / 1.4));
  find("zoom-fit").addEventListener("click", () => fitPicture());
}
