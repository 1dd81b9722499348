// The picture: sigma draws what the filters let through; labels find free places of their own.
import { MultiDirectedGraph } from "graphology";
import Sigma from "sigma";
import { FAMILY_OF, colour, communityColour, faded, forgetColours } from "./colours.js";
import { data } from "./data.js";
import { find } from "./elements.js";
import { relationText, shown } from "./filters.js";
import { drawLabels } from "./labels.js";
import { arrowProgram, discProgram } from "./programs.js";
import { openItem, state, t } from "./state.js";

const LARGE = 3000; // edges above which bows are drawn straight and thin
const BEND = { plain: 0.1, claim: 0.22 };
const large = data.edges.length > LARGE;
const narrow = window.matchMedia("(max-width: 760px)");

let sigma = null;
let hovered = null; // the same form as state.open
let isPlaced = false; // until the camera stands, edges are not drawn
let discScale = 1;
let near = null; // the nodes that are not faded; null: none is

export function hasWebGL() {
  try {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  } catch {
    return false;
  }
}

function makeGraph() {
  const graph = new MultiDirectedGraph();
  for (const { place, x, y, radius } of data.nodes) graph.addNode(place, { x, y, size: radius });
  for (const { place, from, to } of data.edges) graph.addEdgeWithKey(place, from, to);
  return graph;
}

// A layout that is wider than high, on a stage that is higher than wide, is turned.
function turnUpright() {
  const { width, height } = find("picture").getBoundingClientRect();
  const [xs, ys] = [data.nodes.map((node) => node.x), data.nodes.map((node) => node.y)];
  if (!xs.length || width > height || most(xs) - least(xs) < most(ys) - least(ys)) return;
  for (const node of data.nodes) [node.x, node.y] = [node.y, -node.x];
}

// Discs are smaller where the stage has less room than the layout was made for.
function findDiscScale() {
  const project = projection({ cameraState: { x: 0.5, y: 0.5, ratio: 1, angle: 0 } });
  const [a, b] = [project({ x: 0, y: 0 }), project({ x: 100, y: 0 })];
  discScale = Math.max(0.35, Math.min(1, (Math.hypot(b.x - a.x, b.y - a.y) / 100) ** 0.6));
}

const radiusOf = (node) => sigma.scaleSize(node.radius * discScale);

// --- what one node and one edge look like

export const nodeColour = (node) =>
  (state.colour === "community" ? communityColour(node.community) : FAMILY_OF[node.kind] || "group");

function reduceNode(place, attributes) {
  const node = data.nodes[place];
  if (!shown.nodes.has(node.place)) return { ...attributes, hidden: true };
  const name = nodeColour(node);
  const size = node.radius * discScale;
  if (near && !near.has(node.place)) return { ...attributes, size, color: faded(name, 0.82), zIndex: 0 };
  return { ...attributes, size, color: colour(name), zIndex: 1 };
}

function isMeant(edge) {
  if (!state.open) return true;
  if ("edge" in state.open) return state.open.edge === edge.place;
  return edge.from === state.open.node || edge.to === state.open.node;
}

function reduceEdge(place) {
  const edge = isPlaced && shown.edges.get(Number(place));
  if (!edge) return { hidden: true, type: data.edges[place].layer };
  const chosen = state.open && state.open.edge === edge.place;
  const meant = isMeant(edge);
  if (large && !meant) return { hidden: true, type: edge.layer };
  const thickness = Math.min((large ? 0.7 : 1.3) + 0.8 * Math.log2(edge.count), 4.5);
  return {
    type: edge.layer,
    size: chosen ? Math.max(4, thickness) : thickness,
    color: meant ? colour(edge.tone) : faded(edge.tone, 0.88),
    zIndex: chosen ? 2 : Number(meant),
  };
}

function findNear() {
  if (!state.open) return null;
  if ("edge" in state.open) {
    const edge = data.edges[state.open.edge];
    return new Set([edge.from, edge.to]);
  }
  const found = new Set([state.open.node]);
  for (const edge of shown.nodes.get(state.open.node)?.edges || []) found.add(edge.from).add(edge.to);
  return found;
}

// --- from places in the data to pixels, and back to what lies there

// A function from a place in the data to one on the stage: the same for all, so found once.
function projection(options) {
  const [zero, right, up] = [[0, 0], [1, 0], [0, 1]].map(([x, y]) =>
    sigma.graphToViewport({ x, y }, options));
  return ({ x, y }) => ({
    x: zero.x + (right.x - zero.x) * x + (up.x - zero.x) * y,
    y: zero.y + (right.y - zero.y) * x + (up.y - zero.y) * y,
  });
}

function distanceToBow(point, a, b, bend) {
  const bow = { x: (a.x + b.x) / 2 - (b.y - a.y) * bend, y: (a.y + b.y) / 2 + (b.x - a.x) * bend };
  let nearest = Infinity;
  let before = a;
  for (let step = 1; step <= 8; step += 1) {
    const [s, r] = [step / 8, 1 - step / 8];
    const next = {
      x: r * r * a.x + 2 * r * s * bow.x + s * s * b.x,
      y: r * r * a.y + 2 * r * s * bow.y + s * s * b.y,
    };
    nearest = Math.min(nearest, distanceToPiece(point, before, next));
    before = next;
  }
  return nearest;
}

function distanceToPiece(point, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const along = ((point.x - a.x) * dx + (point.y - a.y) * dy) / (dx * dx + dy * dy || 1);
  const at = Math.max(0, Math.min(1, along));
  return Math.hypot(point.x - a.x - at * dx, point.y - a.y - at * dy);
}

// The topmost node at a point. Sigma would read it back from the graphics card at every move of
// the mouse, which takes long where the "card" is a program.
function nodeAt(point) {
  const project = projection();
  let found = null;
  let nearest = Infinity;
  for (const place of shown.nodes.keys()) {
    const node = data.nodes[place];
    const at = project(node);
    const distance = Math.hypot(at.x - point.x, at.y - point.y) / (radiusOf(node) + 2);
    if (distance < 1 && distance < nearest) [found, nearest] = [String(place), distance];
  }
  return found;
}

const bendOf = (layer) => (large ? BEND[layer] / 2.5 : BEND[layer]);

function edgeAt(point, reach) {
  const project = projection();
  const places = new Map([...shown.nodes.keys()].map((place) => [place, project(data.nodes[place])]));
  let found = null;
  let nearest = reach;
  for (const edge of shown.edges.values()) {
    const [a, b] = [places.get(edge.from), places.get(edge.to)];
    const most = reach + 0.25 * (Math.abs(a.x - b.x) + Math.abs(a.y - b.y));
    if (point.x < Math.min(a.x, b.x) - most || point.x > Math.max(a.x, b.x) + most) continue;
    if (point.y < Math.min(a.y, b.y) - most || point.y > Math.max(a.y, b.y) + most) continue;
    const distance = distanceToBow(point, a, b, -bendOf(edge.layer)) + (isMeant(edge) ? 0 : 2);
    if (distance < nearest) [found, nearest] = [edge, distance];
  }
  return found;
}

// Where on the stage the middle of an edge is, and a node: for tests and for the tooltip.
export function placeOf(item) {
  const project = projection();
  if ("node" in item) return project(data.nodes[item.node]);
  const { from, to, layer } = data.edges[item.edge];
  const [a, b] = [project(data.nodes[from]), project(data.nodes[to])];
  const bend = -bendOf(layer) / 2;
  return { x: (a.x + b.x) / 2 - (b.y - a.y) * bend, y: (a.y + b.y) / 2 + (b.x - a.x) * bend };
}

// --- moving

function fittingState() {
  const start = { x: 0.5, y: 0.5, ratio: 1, angle: 0 };
  const places = [...shown.nodes.keys()].map((place) => data.nodes[place]);
  if (!places.length) return start;
  const project = projection({ cameraState: start });
  const points = places.map(project);
  const [xs, ys] = [points.map((p) => p.x), points.map((p) => p.y)];
  const [left, right, top, bottom] = [least(xs), most(xs), least(ys), most(ys)];
  const { width, height } = sigma.getDimensions();
  const sides = narrow.matches ? 60 : 150;
  const ratio = Math.max((right - left) / Math.max(width - sides, 60),
    (bottom - top) / Math.max(height - 70, 60), 0.2);
  const middle = sigma.viewportToFramedGraph(
    { x: (left + right) / 2, y: (top + bottom) / 2 }, { cameraState: start });
  return { ...start, x: middle.x, y: middle.y, ratio };
}

const least = (values) => values.reduce((a, b) => Math.min(a, b));
const most = (values) => values.reduce((a, b) => Math.max(a, b));

export function fitPicture({ slowly = true } = {}) {
  if (!isVisible()) return;
  const camera = sigma.getCamera();
  if (slowly && !calm()) camera.animate(fittingState(), { duration: 250 });
  else camera.setState(fittingState());
}

const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export function zoomBy(factor) {
  if (!sigma) return;
  const camera = sigma.getCamera();
  camera.setState({ ratio: camera.getBoundedRatio(camera.ratio / factor) });
}

export function centreOn(place) {
  if (!sigma || !shown.nodes.has(place)) return;
  const { x, y } = sigma.getNodeDisplayData(place);
  const camera = sigma.getCamera();
  const target = { x, y, ratio: Math.min(camera.ratio, large ? 0.3 : 0.8) };
  if (calm()) camera.setState(target);
  else camera.animate(target, { duration: 250 });
}

function moveByKey(event) {
  const camera = sigma.getCamera();
  const step = 0.08 * camera.ratio;
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
  if (moves[event.key]) {
    const [dx, dy] = moves[event.key];
    camera.setState({ x: camera.x + dx, y: camera.y + dy });
  } else if (event.key === "+" || event.key === "=") zoomBy(1.3);
  else if (event.key === "-") zoomBy(1 / 1.3);
  else if (event.key === "0") fitPicture();
  else return;
  event.preventDefault();
}

// --- pointing and clicking

function showTip(item, point) {
  const tip = find("tip");
  hovered = item;
  sigma.getContainer().classList.toggle("pointing", Boolean(item));
  tip.hidden = !item || !("edge" in item);
  if (tip.hidden) return;
  const edge = shown.edges.get(item.edge);
  const names = `${data.nodes[edge.from].label} → ${data.nodes[edge.to].label}`;
  tip.textContent = `${names}: ${relationText(edge)}${edge.layer === "claim" ? ` (${t().claim})` : ""}`;
  const { width } = sigma.getDimensions();
  tip.style.left = `${Math.min(point.x + 12, Math.max(width - 260, 0))}px`;
  tip.style.top = `${point.y + 14}px`;
}

function listen() {
  sigma.on("clickNode", ({ node }) => openItem({ node: Number(node) }));
  sigma.on("clickStage", ({ event }) => {
    const edge = edgeAt(event, narrow.matches ? 14 : 8);
    if (edge) openItem({ edge: edge.place });
    else if (state.open) openItem(null);
  });
  sigma.on("enterNode", ({ node }) => {
    showTip({ node: Number(node) });
    sigma.scheduleRender();
  });
  sigma.on("leaveNode", () => {
    showTip(null);
    sigma.scheduleRender();
  });
  let waiting = false;
  sigma.on("moveBody", ({ event }) => {
    if (waiting || (hovered && "node" in hovered)) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (hovered && "node" in hovered) return;
      const edge = sigma.getMouseCaptor().isMoving ? null : edgeAt(event, 6);
      showTip(edge && { edge: edge.place }, event);
    });
  });
  sigma.getContainer().addEventListener("pointerleave", () => showTip(null));
  sigma.getContainer().addEventListener("keydown", moveByKey);
}

const labelOrder = [...data.nodes].sort((a, b) => b.weight - a.weight || a.place - b.place);

function renderLabels() {
  const context = sigma.getCanvases().labels.getContext("2d");
  const first = [state.open?.node, hovered?.node].filter((place) => place !== undefined);
  drawLabels(context, {
    nodes: labelOrder.filter((node) => shown.nodes.has(node.place)),
    first, near, project: projection(), radiusOf,
    size: sigma.getDimensions(), colours: { ink: colour("ink"), halo: colour("paper") },
  });
}

export function startPicture() {
  const alpha = () => (large && !state.open ? 35 / Math.sqrt(data.edges.length) : 1);
  const look = { pieces: large ? 2 : data.edges.length > 600 ? 6 : 12, alpha };
  const disc = discProgram(large ? 0.6 : 1);
  turnUpright();
  find("picture").replaceChildren();
  sigma = new Sigma(makeGraph(), find("picture"), {
    renderLabels: false, zIndex: true, stagePadding: 0, minCameraRatio: 0.01, maxCameraRatio: 4,
    defaultNodeType: "disc", nodeProgramClasses: { disc },
    nodeHoverProgramClasses: { disc }, defaultDrawNodeHover: () => {},
    defaultEdgeType: "plain",
    edgeProgramClasses: {
      plain: arrowProgram({ ...look, bend: bendOf("plain"), dash: 0 }),
      claim: arrowProgram({ ...look, bend: bendOf("claim"), dash: 10 }),
    },
    hideEdgesOnMove: data.edges.length > 8000, allowInvalidContainer: true,
    nodeReducer: reduceNode, edgeReducer: reduceEdge,
  });
  sigma.getNodeAtPosition = nodeAt;
  sigma.on("afterRender", renderLabels);
  listen();
  findDiscScale();
  sigma.on("resize", findDiscScale);
  fitPicture({ slowly: false });
  isPlaced = true;
}

const isVisible = () => Boolean(sigma && sigma.getContainer().offsetWidth);

export function refreshPicture({ recolour = false } = {}) {
  if (recolour) forgetColours();
  if (!isVisible()) return;
  near = findNear();
  if (hovered) showTip(null);
  sigma.refresh({ schedule: true });
}

// All layers on one canvas. What WebGL has drawn is there only until the next frame.
export function copyPicture() {
  sigma.refresh();
  const canvases = sigma.getCanvases();
  const copy = document.createElement("canvas");
  copy.width = canvases.nodes.width;
  copy.height = canvases.nodes.height;
  const context = copy.getContext("2d");
  context.fillStyle = colour("paper");
  context.fillRect(0, 0, copy.width, copy.height);
  for (const name of ["edges", "nodes", "labels"]) context.drawImage(canvases[name], 0, 0);
  return copy;
}
