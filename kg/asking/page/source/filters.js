// What the filters let through: edges and nodes with their counts, the numbers beside each
// choice, and the histogram.
import { data, toneOf } from "./data.js";
import { state } from "./state.js";

const LAYER = 1, TYPE = 2, TONE = 4, KIND = 8, PERIOD = 16, ALL = 31;

// edges and nodes by position; counts beside the choices; statements a bin of the histogram.
export const shown = {
  edges: new Map(), nodes: new Map(), statements: 0,
  counts: { type: new Map(), tone: new Map(), kind: new Map() },
  bins: [], undated: 0,
};

// --- the bins of the histogram: days, or months where days would be too many

const DAY = 24 * 3600 * 1000;
export const bins = makeBins(data.first, data.last); // the days on which bins begin, and the end

function makeBins(first, last) {
  if (!first || Number.isNaN(Date.parse(first)) || Number.isNaN(Date.parse(last))) return [];
  const unit = (Date.parse(last) - Date.parse(first)) / DAY <= 92 ? "day" : "month";
  const starts = [];
  const date = new Date(`${unit === "day" ? first : `${first.slice(0, 7)}-01`}T00:00:00Z`);
  while (starts.length < 1200) {
    starts.push(date.toISOString().slice(0, 10));
    if (starts[starts.length - 1] > last) break;
    if (unit === "day") date.setUTCDate(date.getUTCDate() + 1);
    else date.setUTCMonth(date.getUTCMonth() + 1);
  }
  return Object.assign(starts, { unit });
}

export function binOf(day) {
  let low = 0;
  let high = bins.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (bins[middle] <= day) low = middle;
    else high = middle;
  }
  return low;
}

const binOfStatement = data.statements.map((s) => (s.date && bins.length ? binOf(s.date) : -1));

// --- one pass over the statements

function isInPeriod(day) {
  if (!day) return !state.since && !state.until;
  return (!state.since || day >= state.since) && (!state.until || day < state.until);
}

const lets = (chosen, name) => !chosen.size || chosen.has(name);

function maskOf(statement, edge) {
  const kinds = [data.nodes[edge.from].kind, data.nodes[edge.to].kind];
  return (state[edge.layer] ? LAYER : 0) |
    (lets(state.type, statement.type || "-") ? TYPE : 0) |
    (lets(state.tone, statement.tone) ? TONE : 0) |
    (kinds.every((kind) => lets(state.kind, kind)) ? KIND : 0) |
    (isInPeriod(statement.date) ? PERIOD : 0);
}

// A statement with two objects makes two edges, but is counted once.
const counted = { shown: new Set(), type: new Set(), tone: new Set(), bin: new Set() };
const once = (kind, { iri }) => !counted[kind].has(iri) && Boolean(counted[kind].add(iri));

const addTo = (counts, name) => counts.set(name, (counts.get(name) || 0) + 1);

export function applyFilters() {
  shown.edges = new Map();
  shown.nodes = new Map();
  shown.statements = 0;
  shown.counts = { type: new Map(), tone: new Map(), kind: new Map() };
  shown.bins = bins.map(() => [0, 0]);
  shown.undated = 0;
  for (const seen of Object.values(counted)) seen.clear();
  const withoutKind = new Set();
  for (const edge of data.edges) {
    const kept = [];
    for (const statement of edge.statements) {
      const mask = maskOf(statement, edge);
      if (mask === ALL) kept.push(statement);
      if ((mask | TYPE) === ALL && once("type", statement)) addTo(shown.counts.type, statement.type || "-");
      if ((mask | TONE) === ALL && once("tone", statement)) addTo(shown.counts.tone, statement.tone);
      if ((mask | KIND) === ALL) withoutKind.add(edge.from).add(edge.to);
      if ((mask | PERIOD) === ALL && once("bin", statement)) countInBin(statement, mask === ALL);
    }
    if (kept.length && kept.length >= state.least) showEdge(edge, kept);
  }
  for (const place of withoutKind) addTo(shown.counts.kind, data.nodes[place].kind);
}

function countInBin(statement, inPeriod) {
  const bin = binOfStatement[statement.place];
  if (bin < 0) shown.undated += 1;
  else {
    shown.bins[bin][0] += 1;
    if (inPeriod) shown.bins[bin][1] += 1;
  }
}

function showEdge(edge, statements) {
  let [sum, typed] = [0, 0];
  for (const { score } of statements) {
    if (score !== null) [sum, typed] = [sum + score, typed + 1];
  }
  const score = typed ? sum / typed : null;
  const { place, from, to, layer } = edge;
  const summary = { place, from, to, layer, statements, count: statements.length, score, tone: toneOf(score) };
  shown.edges.set(place, summary);
  shown.statements += statements.filter((statement) => once("shown", statement)).length;
  for (const [end, side] of [[from, "acts"], [to, "concerned"]]) {
    const sums = shown.nodes.get(end) || { acts: 0, concerned: 0, edges: [] };
    sums[side] += statements.length;
    sums.edges.push(summary);
    shown.nodes.set(end, sums);
  }
}

export function relationsOf(edge) {
  const counts = new Map();
  for (const { relation } of edge.statements) addTo(counts, relation);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

export function relationText(edge) {
  const names = relationsOf(edge).slice(0, 4);
  return names.map(([name, n]) => (n > 1 ? `${name} (${n})` : name)).join(", ");
}

export function periodOf(edge) {
  const days = edge.statements.map((s) => s.date).filter(Boolean).sort();
  return [days[0] || "", days[days.length - 1] || ""];
}

export const hasFilters = () =>
  !state.plain || !state.claim || state.least > 1 || state.since !== "" || state.until !== "" ||
  state.type.size + state.tone.size + state.kind.size > 0;
