// The part of the address after '#': what is open, shown and filtered, so that it can be
// sent to somebody. Names and days only; what is not a name of this page is passed over.
import { TONES, data } from "./data.js";
import { state } from "./state.js";
import { TEXTS } from "./texts.js";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const allowed = {
  type: new Set(data.statements.map((s) => s.type || "-")),
  tone: new Set(TONES),
  kind: new Set(data.nodes.map((n) => n.kind)),
};

function openPart() {
  if (!state.open) return [];
  if ("node" in state.open) return [`node=${encodeURIComponent(data.nodes[state.open.node].iri)}`];
  const edge = data.edges[state.open.edge];
  const ends = [data.nodes[edge.from].iri, data.nodes[edge.to].iri, edge.layer];
  return [`edge=${ends.map(encodeURIComponent).join(",")}`];
}

export function address() {
  const parts = openPart();
  if (state.view === "table") parts.push("view=table");
  if (state.plain !== state.claim) parts.push(`layer=${state.plain ? "plain" : "claim"}`);
  if (!state.plain && !state.claim) parts.push("layer=none");
  for (const name of ["type", "tone", "kind"]) {
    if (state[name].size) parts.push(`${name}=${[...state[name]].map(encodeURIComponent).join(",")}`);
  }
  if (state.least > 1) parts.push(`least=${state.least}`);
  for (const end of ["since", "until"]) if (state[end]) parts.push(`${end}=${state[end]}`);
  if (state.colour !== "kind") parts.push(`colour=${state.colour}`);
  if (state.theme !== "auto") parts.push(`theme=${state.theme}`);
  if (state.lang !== data.lang) parts.push(`lang=${state.lang}`);
  return parts.join("&");
}

// Browsers let the address change only so often; while a handle is drawn it can wait.
let waiting = null;
let written = null;

export function saveAddress({ later = false } = {}) {
  clearTimeout(waiting);
  if (later) {
    waiting = setTimeout(saveAddress, 250);
    return;
  }
  const text = address();
  if (text === written || (written === null && !text)) return;
  written = text;
  history.replaceState(null, "", `#${text}`);
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

export function readAddress() {
  const parts = new Map(location.hash.slice(1).split("&").map((part) => part.split("=", 2)));
  const get = (name) => parts.get(name) || "";
  const list = (name) => get(name).split(",").map(decode);
  state.lang = Object.hasOwn(TEXTS, get("lang")) ? get("lang") : data.lang;
  state.view = get("view") === "table" ? "table" : "graph";
  state.theme = ["light", "dark"].includes(get("theme")) ? get("theme") : "auto";
  state.colour = get("colour") === "community" ? "community" : "kind";
  state.plain = !["claim", "none"].includes(get("layer"));
  state.claim = !["plain", "none"].includes(get("layer"));
  for (const name of ["type", "tone", "kind"]) {
    state[name] = new Set(list(name).filter((word) => allowed[name].has(word)));
  }
  state.least = Math.max(1, Number.parseInt(get("least"), 10) || 1);
  for (const end of ["since", "until"]) state[end] = DAY.test(get(end)) ? get(end) : "";
  if (state.since && state.until && state.since >= state.until) state.until = "";
  state.open = readOpen(decode(get("node")), list("edge"));
}

function readOpen(iri, [from, to, layer]) {
  const node = iri ? data.nodes.find((n) => n.iri === iri) : null;
  if (node) return { node: node.place };
  const edge = !from ? null : data.edges.find((e) =>
    data.nodes[e.from].iri === from && data.nodes[e.to].iri === to && e.layer === layer);
  return edge ? { edge: edge.place } : null;
}
