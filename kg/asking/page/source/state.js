// What the reader has chosen. Everything else follows from it and from the data.
import { TEXTS } from "./texts.js";
import { data } from "./data.js";

export const state = {
  lang: data.lang, view: "graph", theme: "auto", colour: "kind",
  plain: true, claim: true, least: 1,
  type: new Set(), tone: new Set(), kind: new Set(), // what alone is shown; empty: everything
  since: "", until: "", // days, half-open; empty: from the first, to the last
  open: null, // {node: position} or {edge: position}
  sort: { edge: ["count", -1], node: ["total", -1] },
};

export const t = () => TEXTS[state.lang];

const listeners = [];
export const whenChanged = (listener) => listeners.push(listener);

// Tell all parts of the page that something is different: "filters", "open", "look" or "all".
export function changed(what) {
  for (const listener of listeners) listener(what);
}

export function openItem(item) {
  state.open = item;
  changed("open");
}
