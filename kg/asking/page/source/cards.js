// The card beside the picture: one actor, the sentences of one edge, or an overview.
import { COMMUNITIES, FAMILY_OF, communityColour } from "./colours.js";
import { communityNames, communitySizes, data } from "./data.js";
import { badge, button, counted, find, link, make, number, showDay } from "./elements.js";
import { relationText, relationsOf, shown } from "./filters.js";
import { openItem, state, t } from "./state.js";

const OFFICE = "organisation"; // the role of the organisation in "X is chairman of Y"
const MOST = 12;

export const kindName = (kind) => t().kinds[kind] || kind;
export const typeName = (type) => (type === "-" ? t().withoutType : t().types[type] || type);

export function renderCard() {
  const card = find("card");
  const parts = !state.open ? overview()
    : "node" in state.open ? nodeCard(data.nodes[state.open.node]) : edgeCard(state.open.edge);
  card.replaceChildren(...parts.filter(Boolean));
  card.classList.toggle("open", Boolean(state.open));
  card.scrollTop = 0;
}

export function focusCard(preventScroll) {
  const heading = find("card").querySelector("h2");
  if (heading) heading.focus({ preventScroll });
}

function closeButton() {
  return button("✕", () => openItem(null), { class: "close", "aria-label": t().close, title: `${t().close} (Esc)` });
}

// --- nothing chosen: where to begin

function overview() {
  const actors = [...shown.nodes].map(([place, sums]) => ({ node: data.nodes[place], sum: sums.acts + sums.concerned }));
  actors.sort((a, b) => b.sum - a.sum || a.node.place - b.node.place);
  const left = data.leftOut.actors;
  return [
    make("p", {}, data.edges.length ? t().hint : t().nothing),
    left ? make("p", { class: "note" }, t().heart(number(data.nodes.length), number(data.nodes.length + left))) : null,
    actors.length ? make("h3", {}, t().mainActors) : null,
    actorList(actors.slice(0, 10)),
    ...(state.colour === "community" ? communityList() : []),
  ];
}

const actorList = (actors) => make("ul", {}, ...actors.map(({ node, sum }) =>
  make("li", {}, rowButton(node.label, number(sum), () => openItem({ node: node.place }), FAMILY_OF[node.kind]))));

function rowButton(text, mark, click, family) {
  const dot = family ? make("i", { class: "dot", colour: `var(--${family})` }) : null;
  return make("button", { type: "button", class: "partner", click }, dot,
    make("span", {}, text), make("span", {}, mark));
}

function communityList() {
  const shownOnes = [...communityNames].filter(([place]) => place < COMMUNITIES).sort((a, b) => a[0] - b[0]);
  const items = shownOnes.map(([place, names]) => make("li", { class: "community" },
    make("i", { class: "dot", colour: `var(--${communityColour(place)})` }),
    make("span", {}, `${names.join(", ")} (${counted(communitySizes.get(place), "nodes")})`)));
  return [make("h3", {}, t().communities), make("ul", {}, ...items)];
}

// --- one actor

function nodeCard(node) {
  const sums = shown.nodes.get(node.place);
  const edges = sums ? sums.edges : [];
  const counts = [counted(node.mentions, "mentions"), counted(node.articles, "articles")].join(" · ");
  const aliases = node.aliases.length ? `${t().aliases}: ${node.aliases.join(" · ")}` : "";
  return [
    make("header", {}, make("h2", { tabindex: -1 }, node.label), closeButton()),
    make("p", {}, badge(`family-${FAMILY_OF[node.kind]}`, kindName(node.kind))),
    make("p", { class: "soft" }, counts),
    sums ? make("p", { class: "soft" }, t().actsCounts(number(sums.acts), number(sums.concerned))) : null,
    aliases ? make("p", { class: "soft aliases" }, aliases) : null,
    sums ? null : make("p", { class: "note" }, t().actorHidden),
    ...officeList(node),
    ...topPartners(node, edges),
    ...partnerList(t().actsOn, edges.filter((edge) => edge.from === node.place), "to"),
    ...partnerList(t().actedOn, edges.filter((edge) => edge.to === node.place), "from"),
    ...quoteList(node),
    make("p", { class: "soft" }, make("code", {}, node.iri)),
  ];
}

function officeList(node) {
  const offices = new Set();
  for (const edge of node.edges.filter((e) => e.from === node.place && e.layer === "plain")) {
    for (const statement of edge.statements) {
      if (statement.role === OFFICE && /^\p{Lu}/u.test(statement.relation)) {
        offices.add(`${statement.relation}, ${data.nodes[edge.to].label}`);
      }
    }
  }
  if (!offices.size) return [];
  return [make("h3", {}, t().offices), make("ul", { class: "plain" }, ...[...offices].map((o) => make("li", {}, o)))];
}

function topPartners(node, edges) {
  const sums = new Map();
  for (const edge of edges) {
    const other = edge.from === node.place ? edge.to : edge.from;
    sums.set(other, (sums.get(other) || 0) + edge.count);
  }
  if (sums.size < 3) return [];
  const best = [...sums].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 5);
  return [make("h3", {}, t().partners), actorList(best.map(([place, sum]) => ({ node: data.nodes[place], sum })))];
}

function partnerList(heading, edges, side) {
  if (!edges.length) return [];
  const order = [...edges].sort((a, b) => b.count - a.count || a.place - b.place);
  const items = order.map((edge) => {
    const what = `${data.nodes[edge[side]].label}: ${relationText(edge)}`;
    const marks = edge.layer === "claim" ? `${edge.count} (${t().claim})` : String(edge.count);
    return make("li", {}, rowButton(what, marks, () => openItem({ edge: edge.place })));
  });
  return [make("h3", {}, heading), ...folded(items)];
}

function quoteList(node) {
  if (!node.said.length) return [];
  const items = [...new Map(node.said.map((s) => [s.iri, s])).values()].map((s) => sentenceItem(s));
  return [make("h3", {}, `${t().quotes}: ${number(items.length)}`), ...folded(items, "ol", 5)];
}

// A long list shows its beginning and a button for the rest.
function folded(items, tag = "ul", most = MOST) {
  const list = make(tag, {}, ...items.slice(0, most));
  if (items.length <= most) return [list];
  const more = button(t().more(number(items.length - most)), () => {
    list.append(...items.slice(most));
    more.remove();
    items[most].querySelector("button, a, blockquote")?.focus();
  });
  return [list, more];
}

// --- one edge

function edgeCard(place) {
  const edge = shown.edges.get(place);
  const { from, to, layer } = data.edges[place];
  const names = [from, to].map((end) => data.nodes[end].label);
  const ends = [from, to].map((end, at) => button(names[at], () => openItem({ node: end })));
  const heading = make("h2", { tabindex: -1 }, names.join(" → "));
  const note = make("p", { class: layer === "claim" ? "claim-note" : "soft" },
    layer === "claim" ? t().claimNote : t().plainNote);
  if (!edge) return [make("header", {}, heading, closeButton()), make("p", { class: "note" }, t().noLongerShown)];
  return [
    make("header", {}, heading, closeButton()),
    make("p", {}, badge(`tone-${edge.tone}`, t().tones[edge.tone]),
      relationsOf(edge).slice(0, 12).map(([name, n]) => `${name} ${n}`).join(" · ")),
    note,
    make("p", { class: "ends" }, ...ends),
    make("h3", {}, `${t().sentences}: ${number(edge.count)}`),
    ...folded(edge.statements.map((s) => sentenceItem(s)), "ol", 100),
    ...between(edge),
  ];
}

function between(edge) {
  const others = shown.nodes.get(edge.from).edges.filter((other) => other.place !== edge.place &&
    (other.from === edge.to || other.to === edge.to));
  if (!others.length) return [];
  const items = others.map((other) => {
    const names = `${data.nodes[other.from].label} → ${data.nodes[other.to].label}: ${relationText(other)}`;
    const marks = other.layer === "claim" ? `${other.count} (${t().claim})` : String(other.count);
    return make("li", {}, rowButton(names, marks, () => openItem({ edge: other.place })));
  });
  return [make("h3", {}, t().between), ...folded(items)];
}

function sentenceItem(statement) {
  const article = data.articles[statement.article];
  const title = article.title || article.source || t().untitled;
  const facts = [
    statement.relation,
    statement.type ? typeName(statement.type) : null,
    t().modalities[statement.modality] || null,
    statement.speaker ? t().says(statement.speaker) : null,
  ].filter(Boolean);
  const where = [showDay(article.date), article.outlet].filter(Boolean).join(" · ");
  return make("li", { class: "sentence" },
    make("blockquote", { tabindex: -1 }, statement.text),
    make("p", {}, ...facts.map((fact) => badge("soft", fact))),
    make("p", {}, article.url ? link(article.url, title) : title),
    where ? make("p", { class: "soft" }, where) : null,
    make("code", {}, statement.iri));
}
