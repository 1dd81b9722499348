// The data of the page, as objects. In the file it lies in columns, and a text that occurs
// often lies there once and is pointed to.
import { packed } from "./packed.js";

function unpack({ length, names, columns }) {
  const keys = Object.keys(columns);
  const lists = keys.map((key) => {
    const words = names[key];
    return words ? columns[key].map((place) => (place < 0 ? null : words[place])) : columns[key];
  });
  const rows = new Array(length);
  for (let place = 0; place < length; place += 1) {
    const row = { place };
    for (let key = 0; key < keys.length; key += 1) row[keys[key]] = lists[key][place];
    rows[place] = row;
  }
  return rows;
}

export const data = {
  title: packed.title, lang: packed.lang, first: packed.first, last: packed.last,
  leftOut: packed.left_out,
  nodes: unpack(packed.nodes),
  edges: unpack(packed.edges),
  statements: unpack(packed.statements),
  articles: unpack(packed.articles),
};

for (const node of data.nodes) {
  node.lines = node.lines || [node.label];
  node.edges = [];
  node.said = []; // the statements that it is the speaker of
}

let next = 0;
for (const edge of data.edges) {
  edge.statements = data.statements.slice(next, next + edge.count);
  edge.total = edge.count;
  next += edge.count;
  data.nodes[edge.from].edges.push(edge);
  if (edge.to !== edge.from) data.nodes[edge.to].edges.push(edge);
  for (const statement of edge.statements) {
    statement.edge = edge.place;
    statement.date = data.articles[statement.article].date;
    if (statement.by >= 0) data.nodes[statement.by].said.push(statement);
  }
}

// The sides between conflict and cooperation; a single statement has one, an edge their mean.
export const TONES = ["conflict-strong", "conflict", "neutral", "cooperation",
  "cooperation-strong", "untyped"];

export function toneOf(score) {
  if (score === null) return "untyped";
  if (Math.abs(score) < 1) return "neutral";
  const side = score < 0 ? "conflict" : "cooperation";
  return Math.abs(score) >= 5 ? `${side}-strong` : side;
}

for (const statement of data.statements) statement.tone = toneOf(statement.score);

export const communityNames = new Map(); // the two leading actors of each community, as kg network names them
export const communitySizes = new Map();
{
  const isInside = ({ from, to }) => data.nodes[from].community === data.nodes[to].community;
  const weigh = (edges) => edges.reduce((sum, edge) => sum + edge.total, 0);
  for (const node of data.nodes) node.weight = weigh(node.edges);
  const order = data.nodes.map((node) => [weigh(node.edges.filter(isInside)), node]);
  const isBefore = (a, b) => (a < b ? -1 : Number(a > b)); // as Python sorts, in any language
  order.sort(([a, x], [b, y]) => b - a || isBefore(x.label, y.label) || x.place - y.place);
  for (const [, node] of order) {
    const names = communityNames.get(node.community) || [];
    if (names.length < 2) names.push(node.label);
    communityNames.set(node.community, names);
    communitySizes.set(node.community, (communitySizes.get(node.community) || 0) + 1);
  }
}
