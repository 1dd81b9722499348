"use strict";
// The page of a network of actors. No library, no request, no markup made from data:
// every text goes through textContent, every link is checked again before it is set.
(() => {
  const TEXTS = {
    de: {
      viewGraph: "Netz", viewTable: "Tabelle", otherLanguage: "English",
      switchLanguage: "Switch to English", search: "Akteur suchen", suggestions: "Vorschläge",
      filters: "Filter", layerPlain: "Fakten der Artikel", layerClaim: "Behauptungen (gestrichelt)",
      least: "Aussagen mindestens", since: "von", until: "bis", reset: "zurücksetzen",
      pictureLabel: "Netz der Akteure; die Tabelle zeigt dieselben Daten",
      zoomIn: "vergrößern", zoomOut: "verkleinern", zoomFit: "alles zeigen",
      legend: "Legende", details: "Einzelheiten", made: "erstellt mit newskg",
      nodes: ["Akteur", "Akteure"], connections: ["Verbindung", "Verbindungen"],
      statements: ["Aussage", "Aussagen"], mentions: ["Nennung", "Nennungen"],
      articles: ["Artikel", "Artikel"],
      leftOut: ["weiterer Akteur ist nicht gezeigt", "weitere Akteure sind nicht gezeigt"],
      nothing: "Keine Handlungen zwischen Akteuren gefunden",
      filteredOut: "Mit diesen Filtern bleibt nichts übrig.",
      hint: "Ein Klick auf einen Akteur zeigt seine Karte, ein Klick auf eine Linie die Sätze dahinter.",
      aliases: "auch",
      actsOn: "handelt gegenüber", actedOn: "ist betroffen von Handlungen von", close: "schließen",
      plainNote: "Das stellen die Artikel selbst fest.",
      claimNote: "Das stellen die Artikel nicht selbst fest: Es ist gesagt, gefordert, geplant oder nur möglich.",
      sentences: "Sätze", says: (who) => `laut ${who}`, untitled: "ohne Titel",
      noLongerShown: "Mit diesen Filtern ist diese Verbindung nicht zu sehen.",
      edges: "Verbindungen", actors: "Akteure", who: "wer", whom: "gegenüber wem", relations: "was",
      layer: "Ebene", count: "Aussagen", tone: "Richtung", first: "erste", last: "letzte",
      name: "Name", kind: "Art", nMentions: "Nennungen", acts: "handelt", concerned: "betroffen",
      plain: "Fakt", claim: "Behauptung",
      tones: { "conflict-strong": "starker Konflikt", conflict: "Konflikt", neutral: "neutral",
        cooperation: "Zusammenarbeit", "cooperation-strong": "starke Zusammenarbeit",
        untyped: "nicht eingeordnet" },
      families: { person: "Person", state: "Staat, Regierung", organisation: "Organisation",
        party: "Partei", armed: "Militär, bewaffnete Gruppe", business: "Unternehmen, Medium",
        group: "Gruppe" },
      kinds: { Person: "Person", Group: "Gruppe", Organisation: "Organisation",
        PoliticalParty: "Partei", ArmedGroup: "bewaffnete Gruppe", Military: "Militär",
        Company: "Unternehmen", Media: "Medium", Government: "Regierung",
        InternationalOrganisation: "internationale Organisation", Alliance: "Bündnis",
        State: "Staat" },
      types: { Agree: "Einigung", Consult: "Beratung", Support: "Unterstützung",
        Concede: "Zugeständnis", Cooperate: "Zusammenarbeit", Aid: "Hilfe", Retreat: "Rückzug",
        Request: "Forderung", Accuse: "Vorwurf", Reject: "Ablehnung", Threaten: "Drohung",
        Protest: "Protest", Sanction: "Strafmaßnahme", Mobilize: "Mobilisierung",
        Coerce: "Zwang", Assault: "Angriff" },
      modalities: { possible: "möglich", necessary: "notwendig", intended: "beabsichtigt",
        demanded: "gefordert", hypothetical: "nur angenommen", future: "künftig" },
    },
    en: {
      viewGraph: "Network", viewTable: "Table", otherLanguage: "Deutsch",
      switchLanguage: "Auf Deutsch umschalten", search: "Find an actor", suggestions: "Suggestions",
      filters: "Filters", layerPlain: "Facts of the articles", layerClaim: "Claims (dashed)",
      least: "Statements at least", since: "from", until: "to", reset: "reset",
      pictureLabel: "Network of actors; the table shows the same data",
      zoomIn: "zoom in", zoomOut: "zoom out", zoomFit: "show all",
      legend: "Legend", details: "Details", made: "made with newskg",
      nodes: ["actor", "actors"], connections: ["connection", "connections"],
      statements: ["statement", "statements"], mentions: ["mention", "mentions"],
      articles: ["article", "articles"],
      leftOut: ["more actor is not shown", "more actors are not shown"],
      nothing: "No dealings between actors found",
      filteredOut: "Nothing is left with these filters.",
      hint: "Click an actor for its card, click a line for the sentences behind it.",
      aliases: "also",
      actsOn: "acts on", actedOn: "is acted on by", close: "close",
      plainNote: "The articles themselves assert this.",
      claimNote: "The articles do not assert this themselves: it is said, demanded, planned or only possible.",
      sentences: "Sentences", says: (who) => `according to ${who}`, untitled: "untitled",
      noLongerShown: "These filters hide this connection.",
      edges: "Connections", actors: "Actors", who: "who", whom: "on whom", relations: "what",
      layer: "layer", count: "statements", tone: "direction", first: "first", last: "last",
      name: "name", kind: "kind", nMentions: "mentions", acts: "acts", concerned: "is concerned",
      plain: "fact", claim: "claim",
      tones: { "conflict-strong": "strong conflict", conflict: "conflict", neutral: "neutral",
        cooperation: "cooperation", "cooperation-strong": "strong cooperation",
        untyped: "not classified" },
      families: { person: "person", state: "state, government", organisation: "organisation",
        party: "party", armed: "military, armed group", business: "company, media",
        group: "group" },
      kinds: { Person: "person", Group: "group", Organisation: "organisation",
        PoliticalParty: "party", ArmedGroup: "armed group", Military: "military",
        Company: "company", Media: "media", Government: "government",
        InternationalOrganisation: "international organisation", Alliance: "alliance",
        State: "state" },
      types: { Agree: "agreement", Consult: "consultation", Support: "support",
        Concede: "concession", Cooperate: "cooperation", Aid: "aid", Retreat: "retreat",
        Request: "request", Accuse: "accusation", Reject: "rejection", Threaten: "threat",
        Protest: "protest", Sanction: "sanction", Mobilize: "mobilisation",
        Coerce: "coercion", Assault: "assault" },
      modalities: { possible: "possible", necessary: "necessary", intended: "intended",
        demanded: "demanded", hypothetical: "only supposed", future: "future" },
    },
  };

  const find = (id) => document.getElementById(id);
  const data = JSON.parse(find("data").textContent);
  const picture = find("picture");
  const world = find("world");
  const narrow = window.matchMedia("(max-width: 760px)");
  const mostStatements = Math.max(1, ...data.edges.map((edge) => edge.found.length));

  const state = {
    lang: data.lang, view: "graph", plain: true, claim: true, least: 1, since: "", until: "",
    open: null, // {node: position} or {edge: position}
    sort: { edge: ["count", -1], node: ["total", -1] },
  };
  let shown = { edges: new Map(), nodes: new Map() }; // position -> what is visible of it
  const camera = { x: 0, y: 0, k: 1 };

  const t = () => TEXTS[state.lang];
  const counted = (number, name) => `${number} ${t()[name][number === 1 ? 0 : 1]}`;

  // --- building elements, always from text

  function make(tag, options = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(options)) {
      if (name === "click") element.addEventListener("click", value);
      else if (value !== null && value !== false) element.setAttribute(name, value);
    }
    for (const child of children) {
      if (child !== null) element.append(child); // a string becomes a text node
    }
    return element;
  }

  const badge = (colour, text) =>
    make("span", { class: `badge ${colour}` }, make("span", {}, text));

  function draw(tag, attributes = {}) {
    const element = document.createElementNS(picture.namespaceURI, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function link(url, text) {
    let target = null;
    try {
      target = new URL(url);
    } catch {
      return make("span", {}, text);
    }
    if (target.protocol !== "https:" && target.protocol !== "http:") return make("span", {}, text);
    return make("a", { href: target.href, target: "_blank", rel: "noopener noreferrer" }, text);
  }

  function showDay(day) {
    if (!day) return "";
    const options = { dateStyle: "medium", timeZone: "UTC" };
    return new Intl.DateTimeFormat(state.lang, options).format(new Date(`${day}T00:00:00Z`));
  }

  // --- what the filters let through

  function isInPeriod(statement) {
    const day = data.articles[statement.article].date;
    if (!day) return !state.since && !state.until;
    return (!state.since || day >= state.since) && (!state.until || day <= state.until);
  }

  function toneOf(score) {
    if (score === null) return "untyped";
    if (Math.abs(score) < 1) return "neutral";
    const side = score < 0 ? "conflict" : "cooperation";
    return Math.abs(score) >= 5 ? `${side}-strong` : side;
  }

  function countNames(names) {
    const counts = new Map();
    for (const name of names) counts.set(name, (counts.get(name) || 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  }

  function summarise(statements) {
    const scores = statements.map((s) => s.score).filter((score) => score !== null);
    const mean = scores.length ? scores.reduce((a, b) => a + b, 0) / scores.length : null;
    const days = statements.map((s) => data.articles[s.article].date).filter(Boolean).sort();
    return {
      statements, count: statements.length, score: mean, tone: toneOf(mean),
      relations: countNames(statements.map((s) => s.relation)),
      first: days[0] || "", last: days[days.length - 1] || "",
    };
  }

  function applyFilters() {
    shown = { edges: new Map(), nodes: new Map() };
    data.edges.forEach((edge, position) => {
      if (!state[edge.layer]) return;
      const statements = edge.found.map((s) => data.statements[s]).filter(isInPeriod);
      if (statements.length < state.least || !statements.length) return;
      shown.edges.set(position, { ...edge, ...summarise(statements) });
    });
    for (const edge of shown.edges.values()) {
      for (const [end, side] of [[edge.from, "acts"], [edge.to, "concerned"]]) {
        const sums = shown.nodes.get(end) || { acts: 0, concerned: 0 };
        sums[side] += edge.count;
        shown.nodes.set(end, sums);
      }
    }
  }

  // --- the picture

  const nodeParts = [];
  const edgeParts = [];

  function buildPicture() {
    const edgeLayer = draw("g");
    const nodeLayer = draw("g");
    const labelLayer = draw("g");
    data.edges.forEach((edge, position) => {
      const group = draw("g", { class: "edge" });
      const parts = {
        group, title: draw("title"), line: draw("path", { class: "line" }),
        head: draw("path", { class: "head" }), hit: draw("path", { class: "hit" }),
      };
      group.append(parts.title, parts.line, parts.head, parts.hit);
      group.addEventListener("click", () => openItem({ edge: position }));
      edgeParts.push(parts);
      edgeLayer.append(group);
    });
    data.nodes.forEach((node, position) => {
      const group = draw("g", { class: `node family-${node.family}` });
      const parts = { group, circle: draw("circle"), label: draw("text", { class: "label" }) };
      const title = draw("title");
      title.textContent = node.label;
      group.append(title, parts.circle);
      parts.lines = node.lines.map((line) => {
        const span = draw("tspan");
        span.textContent = line;
        parts.label.append(span);
        return span;
      });
      group.addEventListener("click", () => openItem({ node: position }));
      nodeParts.push(parts);
      nodeLayer.append(group);
      labelLayer.append(parts.label);
    });
    world.append(edgeLayer, nodeLayer, labelLayer);
  }

  const grow = () => Math.min(1.4, Math.max(0.45, Math.sqrt(camera.k)));

  function placeEdge(parts, edge) {
    const a = data.nodes[edge.from];
    const b = data.nodes[edge.to];
    const k = camera.k;
    const from = [a.x * k, a.y * k];
    const to = [b.x * k, b.y * k];
    const across = [to[0] - from[0], to[1] - from[1]];
    const bend = edge.layer === "plain" ? 0.1 : 0.22;
    const bow = [
      (from[0] + to[0]) / 2 + across[1] * bend,
      (from[1] + to[1]) / 2 - across[0] * bend,
    ];
    const width = Math.min(1.1 + 0.8 * Math.log2(edge.count), 4.5);
    const head = (5 + 1.5 * width) * Math.max(0.7, grow());
    const start = shift(from, bow, a.radius * grow() + 1);
    const tip = shift(to, bow, b.radius * grow() + 2);
    const neck = shift(tip, bow, head);
    const side = shift([0, 0], [-(tip[1] - neck[1]), tip[0] - neck[0]], head * 0.42);
    const curve = `M${round(start)}Q${round(bow)} ${round(neck)}`;
    parts.line.setAttribute("d", curve);
    parts.hit.setAttribute("d", curve);
    parts.line.setAttribute("stroke-width", width.toFixed(1));
    const wings = [1, -1].map((s) => round([neck[0] + s * side[0], neck[1] + s * side[1]]));
    parts.head.setAttribute("d", `M${round(tip)}L${wings[0]}L${wings[1]}Z`);
  }

  function shift(from, towards, distance) {
    const across = [towards[0] - from[0], towards[1] - from[1]];
    const length = Math.hypot(...across) || 1;
    return [from[0] + (across[0] / length) * distance, from[1] + (across[1] / length) * distance];
  }

  const round = (point) => `${point[0].toFixed(1)},${point[1].toFixed(1)}`;

  function placeAll() {
    for (const [position, edge] of shown.edges) placeEdge(edgeParts[position], edge);
    for (const position of shown.nodes.keys()) {
      const node = data.nodes[position];
      const { circle } = nodeParts[position];
      circle.setAttribute("cx", (node.x * camera.k).toFixed(1));
      circle.setAttribute("cy", (node.y * camera.k).toFixed(1));
      circle.setAttribute("r", (node.radius * grow()).toFixed(1));
    }
    placeLabels();
    moveWorld();
  }

  // Labels keep their size; where they would cover one another the weightier actor's stays.
  function placeLabels() {
    const taken = [];
    const order = [...shown.nodes.keys()].sort((a, b) => labelWeight(b) - labelWeight(a) || a - b);
    const partners = chosenNodes();
    for (const position of order) {
      const node = data.nodes[position];
      const parts = nodeParts[position];
      const box = labelBox(node);
      const free = !taken.some((other) => touch(box, other));
      const visible = free && (!partners || partners.has(position));
      parts.label.toggleAttribute("hidden", !visible);
      parts.label.style.display = visible ? "" : "none";
      if (!visible) continue;
      taken.push(box);
      parts.lines.forEach((span, number) => {
        span.setAttribute("x", (node.x * camera.k).toFixed(1));
        span.setAttribute("y", (box.top + 12 + 15 * number).toFixed(1));
      });
    }
  }

  function labelWeight(position) {
    const sums = shown.nodes.get(position);
    const chosen = state.open && state.open.node === position ? 1e9 : 0;
    return sums.acts + sums.concerned + chosen;
  }

  function labelBox(node) {
    const half = (Math.max(...node.lines.map((line) => line.length)) * 6.6) / 2 + 2;
    const height = 15 * node.lines.length + 2;
    const radius = node.radius * grow() + 2;
    const top = node.y * camera.k + (node.above ? -radius - height : radius);
    const x = node.x * camera.k;
    return { left: x - half, right: x + half, top, bottom: top + height };
  }

  const touch = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  function moveWorld() {
    world.setAttribute("transform", `translate(${camera.x.toFixed(1)},${camera.y.toFixed(1)})`);
  }

  function fitPicture() {
    const nodes = [...shown.nodes.keys()].map((position) => data.nodes[position]);
    const { width, height } = picture.getBoundingClientRect();
    if (!nodes.length || !width) return;
    const [left, right] = [Math.min(...nodes.map((n) => n.x)), Math.max(...nodes.map((n) => n.x))];
    const [top, bottom] = [Math.min(...nodes.map((n) => n.y)), Math.max(...nodes.map((n) => n.y))];
    const sides = narrow.matches ? 130 : 170;
    const room = [Math.max(width - sides, 80), Math.max(height - 150, 80)];
    camera.k = Math.min(room[0] / (right - left || 1), room[1] / (bottom - top || 1), 1.5);
    camera.x = width / 2 - ((left + right) / 2) * camera.k;
    camera.y = (height - 40) / 2 - ((top + bottom) / 2) * camera.k;
    placeAll();
  }

  function zoomBy(factor, x, y) {
    const k = Math.min(8, Math.max(0.05, camera.k * factor));
    camera.x = x - ((x - camera.x) / camera.k) * k;
    camera.y = y - ((y - camera.y) / camera.k) * k;
    camera.k = k;
    placeAll();
  }

  function centreOn(node) {
    const { width, height } = picture.getBoundingClientRect();
    camera.x = width / 2 - node.x * camera.k;
    camera.y = height / 2 - node.y * camera.k;
    moveWorld();
  }

  function chosenNodes() {
    if (!state.open) return null;
    if ("edge" in state.open) {
      const edge = data.edges[state.open.edge];
      return new Set([edge.from, edge.to]);
    }
    const near = new Set([state.open.node]);
    for (const edge of shown.edges.values()) {
      if (edge.from === state.open.node) near.add(edge.to);
      if (edge.to === state.open.node) near.add(edge.from);
    }
    return near;
  }

  function isChosenEdge(position, edge) {
    if (!state.open) return true;
    if ("edge" in state.open) return state.open.edge === position;
    return edge.from === state.open.node || edge.to === state.open.node;
  }

  function renderPicture() {
    const near = chosenNodes();
    data.edges.forEach((_, position) => {
      const edge = shown.edges.get(position);
      const { group, title } = edgeParts[position];
      group.style.display = edge ? "" : "none";
      if (!edge) return;
      const chosen = state.open && state.open.edge === position;
      const dim = isChosenEdge(position, edge) ? "" : " dim";
      const names = [data.nodes[edge.from].label, data.nodes[edge.to].label];
      group.setAttribute("class", `edge ${edge.layer} tone-${edge.tone}${dim}${chosen ? " chosen" : ""}`);
      title.textContent = `${names.join(" → ")}: ${relationText(edge)}`;
    });
    data.nodes.forEach((node, position) => {
      const { group, label } = nodeParts[position];
      const visible = shown.nodes.has(position);
      group.style.display = visible ? "" : "none";
      if (!visible) label.style.display = "none";
      const chosen = state.open && state.open.node === position ? " chosen" : "";
      const dim = near && !near.has(position) ? " dim" : "";
      group.setAttribute("class", `node family-${node.family}${chosen}${dim}`);
    });
    placeAll();
  }

  function renderLegend() {
    const list = find("legend");
    const families = new Set([...shown.nodes.keys()].map((n) => data.nodes[n].family));
    const edges = [...shown.edges.values()];
    const tones = new Set(edges.map((edge) => edge.tone));
    const items = [];
    for (const [family, text] of Object.entries(t().families)) {
      if (families.has(family)) items.push(legendItem(`family-${family}`, "node", text));
    }
    for (const [tone, text] of Object.entries(t().tones)) {
      if (tones.has(tone)) items.push(legendItem(`tone-${tone}`, "edge plain", text));
    }
    if (edges.some((edge) => edge.layer === "claim")) {
      items.push(legendItem("tone-neutral", "edge claim", t().claim));
    }
    list.replaceChildren(...items);
    list.hidden = !items.length;
  }

  function legendItem(colour, mark, text) {
    const swatch = draw("svg", { "aria-hidden": "true", class: `${mark} ${colour}` });
    if (mark === "node") swatch.append(draw("circle", { cx: 10, cy: 5, r: 5 }));
    else swatch.append(draw("path", { class: "line", d: "M0,5H20", "stroke-width": 2.5 }));
    return make("li", {}, swatch, text);
  }

  // --- the card: one actor, or the sentences of one edge

  function relationText(edge) {
    return edge.relations.slice(0, 4).map(([name, n]) => (n > 1 ? `${name} (${n})` : name)).join(", ");
  }

  function openItem(item) {
    state.open = item;
    renderPicture();
    renderCard();
    saveHash();
    if (!item) return;
    const heading = find("card").querySelector("h2");
    if (heading) heading.focus({ preventScroll: !narrow.matches });
  }

  function renderCard() {
    const card = find("card");
    if (!state.open) {
      const left = data.left_out.actors;
      card.replaceChildren(
        make("p", {}, data.edges.length ? t().hint : t().nothing),
        left ? make("p", { class: "soft" }, counted(left, "leftOut")) : "",
      );
      return;
    }
    card.replaceChildren(...("node" in state.open ? nodeCard(state.open.node) : edgeCard(state.open.edge)));
    card.scrollTop = 0;
  }

  const closeButton = () => make("button", { type: "button", click: () => openItem(null) }, t().close);

  function nodeCard(position) {
    const node = data.nodes[position];
    const edges = [...shown.edges].map(([place, edge]) => ({ place, ...edge }));
    const counts = [counted(node.mentions, "mentions"), counted(node.articles, "articles")].join(" · ");
    return [
      make("h2", { tabindex: -1 }, node.label),
      make("p", {}, badge(`family-${node.family}`, t().kinds[node.kind] || node.kind)),
      make("p", { class: "soft" }, counts),
      node.aliases.length ? make("p", { class: "soft" }, `${t().aliases}: ${node.aliases.join(" · ")}`) : null,
      ...partnerList(t().actsOn, edges.filter((edge) => edge.from === position), "to"),
      ...partnerList(t().actedOn, edges.filter((edge) => edge.to === position), "from"),
      make("p", { class: "soft" }, make("code", {}, node.iri)),
      closeButton(),
    ].filter(Boolean);
  }

  function partnerList(heading, edges, side) {
    if (!edges.length) return [];
    edges.sort((a, b) => b.count - a.count || a.place - b.place);
    const items = edges.slice(0, 12).map((edge) => {
      const what = `${data.nodes[edge[side]].label}: ${relationText(edge)}`;
      const marks = edge.layer === "claim" ? `${edge.count} (${t().claim})` : String(edge.count);
      const open = () => openItem({ edge: edge.place });
      const button = make("button", { type: "button", class: "partner", click: open },
        make("span", {}, what), make("span", {}, marks));
      return make("li", {}, button);
    });
    return [make("h3", {}, heading), make("ul", {}, ...items)];
  }

  function edgeCard(position) {
    const edge = shown.edges.get(position);
    const { from, to, layer } = data.edges[position];
    const [who, whom] = [from, to].map((end) =>
      make("button", { type: "button", click: () => openItem({ node: end }) }, data.nodes[end].label));
    const heading = make("h2", { tabindex: -1 }, `${data.nodes[from].label} → ${data.nodes[to].label}`);
    const note = make("p", { class: layer === "claim" ? "claim-note" : "soft" },
      layer === "claim" ? t().claimNote : t().plainNote);
    if (!edge) return [heading, make("p", {}, t().noLongerShown), closeButton()];
    return [
      heading,
      make("p", {}, badge(`tone-${edge.tone}`, t().tones[edge.tone]),
        edge.relations.map(([name, n]) => `${name} ${n}`).join(" · ")),
      note,
      make("h3", {}, `${t().sentences}: ${edge.count}`),
      make("ol", {}, ...edge.statements.slice(0, 300).map(sentenceItem)),
      make("p", {}, who, " ", whom, " ", closeButton()),
    ];
  }

  function sentenceItem(statement) {
    const article = data.articles[statement.article];
    const title = article.title || article.source || t().untitled;
    const facts = [
      statement.relation,
      statement.type ? t().types[statement.type] || statement.type : null,
      t().modalities[statement.modality] || null,
      statement.speaker ? t().says(statement.speaker) : null,
    ].filter(Boolean);
    const where = [showDay(article.date), article.outlet].filter(Boolean).join(" · ");
    return make("li", { class: "sentence" },
      make("blockquote", {}, statement.text),
      make("p", {}, ...facts.map((fact) => badge("soft", fact))),
      make("p", {}, article.url ? link(article.url, title) : title),
      where ? make("p", { class: "soft" }, where) : null,
      make("code", {}, statement.iri));
  }

  // --- the tables: the same data for keyboard and screen reader

  const EDGE_COLUMNS = [
    ["who", (e) => data.nodes[e.from].label], ["relations", relationText],
    ["whom", (e) => data.nodes[e.to].label], ["layer", (e) => t()[e.layer], "day wide"],
    ["count", (e) => e.count, "number"], ["tone", (e) => t().tones[e.tone]],
    ["first", (e) => showDay(e.first), "day wide"], ["last", (e) => showDay(e.last), "day wide"],
  ];
  const NODE_COLUMNS = [
    ["name", (n) => n.label], ["kind", (n) => t().kinds[n.kind] || n.kind],
    ["acts", (n) => n.acts, "number"], ["concerned", (n) => n.concerned, "number"],
    ["nMentions", (n) => n.mentions, "number wide"],
  ];
  const SORT_BY = { tone: (e) => e.score ?? 99, first: (e) => e.first, last: (e) => e.last, total: (n) => n.acts + n.concerned };

  function renderTables() {
    if (state.view !== "table") return;
    const edges = [...shown.edges].map(([place, edge]) => ({ place, ...edge }));
    const nodes = [...shown.nodes].map(([place, sums]) => ({ place, ...data.nodes[place], ...sums }));
    fillTable("edge", t().edges, EDGE_COLUMNS, edges);
    fillTable("node", t().actors, NODE_COLUMNS, nodes);
  }

  function fillTable(kind, caption, columns, rows) {
    const [column, direction] = state.sort[kind];
    const value = SORT_BY[column] || columns.find(([name]) => name === column)[1];
    rows.sort((a, b) => direction * compare(value(a), value(b)) || a.place - b.place);
    const heads = columns.map(([name, , style]) => {
      const sorted = column === name ? (direction > 0 ? "ascending" : "descending") : null;
      const sort = () => {
        state.sort[kind] = [name, column === name ? -direction : 1];
        renderTables();
        find(`${kind}-table`).querySelector(`[data-column="${name}"]`).focus();
      };
      return make("th", { scope: "col", class: style || null, "aria-sort": sorted },
        make("button", { type: "button", click: sort, "data-column": name }, t()[name]));
    });
    const body = rows.map((row) => make("tr", {}, ...columns.map(([, text, style], number) => {
      const shownText = String(text(row));
      const open = () => openItem({ [kind]: row.place });
      const content = number ? shownText : make("button", { type: "button", click: open }, shownText);
      return make(number ? "td" : "th", { class: style || null, scope: number ? null : "row" }, content);
    })));
    find(`${kind}-table`).replaceChildren(make("caption", {}, caption),
      make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
  }

  function compare(a, b) {
    return typeof a === "string" ? a.localeCompare(b, state.lang) : a - b;
  }

  // --- search

  const plainText = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const searchable = data.nodes.map((node) => [node.label, ...node.aliases].map(plainText));
  let suggested = [];
  let marked = -1;

  function suggest() {
    const wanted = plainText(find("search").value.trim());
    suggested = !wanted ? [] : data.nodes.map((_, position) => position)
      .filter((position) => searchable[position].some((name) => name.includes(wanted)))
      .sort((a, b) => startRank(a, wanted) - startRank(b, wanted) || data.nodes[b].mentions - data.nodes[a].mentions)
      .slice(0, 8);
    marked = suggested.length ? 0 : -1;
    renderSuggestions();
  }

  const startRank = (position, wanted) =>
    searchable[position].some((name) => name.startsWith(wanted)) ? 0 : 1;

  function renderSuggestions() {
    const items = suggested.map((position, number) => {
      const node = data.nodes[position];
      const item = make("li", { role: "option", id: `option-${number}`, "aria-selected": String(number === marked) },
        node.label, make("small", {}, t().kinds[node.kind] || node.kind));
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        choose(position);
      });
      return item;
    });
    find("suggestions").replaceChildren(...items);
    find("suggestions").hidden = !items.length;
    find("search").setAttribute("aria-expanded", String(items.length > 0));
    if (marked >= 0) find("search").setAttribute("aria-activedescendant", `option-${marked}`);
    else find("search").removeAttribute("aria-activedescendant");
  }

  function choose(position) {
    suggested = [];
    marked = -1;
    renderSuggestions();
    find("search").value = data.nodes[position].label;
    openItem({ node: position });
    if (state.view === "graph") centreOn(data.nodes[position]);
  }

  function onSearchKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!suggested.length) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      marked = (marked + step + suggested.length) % suggested.length;
      renderSuggestions();
      event.preventDefault();
    } else if (event.key === "Enter" && marked >= 0) {
      choose(suggested[marked]);
    } else if (event.key === "Escape") {
      suggested = [];
      marked = -1;
      renderSuggestions();
    }
  }

  // --- the address after '#'

  function saveHash() {
    const parts = [];
    if (state.open && "node" in state.open) {
      parts.push(`node=${encodeURIComponent(data.nodes[state.open.node].iri)}`);
    } else if (state.open) {
      const edge = data.edges[state.open.edge];
      const ends = [data.nodes[edge.from].iri, data.nodes[edge.to].iri, edge.layer];
      parts.push(`edge=${ends.map(encodeURIComponent).join(",")}`);
    }
    if (state.view === "table") parts.push("view=table");
    if (state.lang !== data.lang) parts.push(`lang=${state.lang}`);
    history.replaceState(null, "", `#${parts.join("&")}`);
  }

  function readHash() {
    const parts = new Map(location.hash.slice(1).split("&").map((part) => part.split("=", 2)));
    const decode = (text) => {
      try {
        return decodeURIComponent(text);
      } catch {
        return "";
      }
    };
    if (parts.get("lang") in TEXTS) state.lang = parts.get("lang");
    state.view = parts.get("view") === "table" ? "table" : "graph";
    state.open = null;
    if (parts.has("node")) {
      const node = data.nodes.findIndex((n) => n.iri === decode(parts.get("node")));
      if (node >= 0) state.open = { node };
    } else if (parts.has("edge")) {
      const [from, to, layer] = (parts.get("edge") || "").split(",").map(decode);
      const edge = data.edges.findIndex((e) =>
        data.nodes[e.from].iri === from && data.nodes[e.to].iri === to && e.layer === layer);
      if (edge >= 0) state.open = { edge };
    }
  }

  // --- all together

  function renderTexts() {
    document.documentElement.lang = state.lang;
    for (const element of document.querySelectorAll("[data-text]")) {
      element.textContent = t()[element.dataset.text];
    }
    for (const element of document.querySelectorAll("[data-label]")) {
      element.setAttribute("aria-label", t()[element.dataset.label]);
    }
    for (const element of document.querySelectorAll("[data-placeholder]")) {
      element.setAttribute("placeholder", t()[element.dataset.placeholder]);
    }
  }

  function renderStatus() {
    let statements = 0;
    for (const edge of shown.edges.values()) statements += edge.count;
    const parts = [
      counted(shown.nodes.size, "nodes"), counted(shown.edges.size, "connections"),
      counted(statements, "statements"),
    ];
    if (data.first) parts.push([...new Set([data.first, data.last])].map(showDay).join(" – "));
    if (data.left_out.actors) parts.push(counted(data.left_out.actors, "leftOut"));
    if (!shown.edges.size && data.edges.length) parts.push(t().filteredOut);
    find("status").textContent = parts.join(" · ");
  }

  function renderAll() {
    applyFilters();
    renderTexts();
    find("stage").hidden = state.view !== "graph";
    find("tables").hidden = state.view !== "table";
    find("view-graph").setAttribute("aria-pressed", String(state.view === "graph"));
    find("view-table").setAttribute("aria-pressed", String(state.view === "table"));
    find("least-shown").textContent = String(state.least);
    renderStatus();
    renderPicture();
    renderLegend();
    renderTables();
    renderCard();
  }

  function setView(view) {
    state.view = view;
    renderAll();
    saveHash();
    if (view === "graph") fitPicture();
  }

  function listenToTools() {
    find("view-graph").addEventListener("click", () => setView("graph"));
    find("view-table").addEventListener("click", () => setView("table"));
    find("language").addEventListener("click", () => {
      state.lang = state.lang === "de" ? "en" : "de";
      renderAll();
      saveHash();
    });
    for (const layer of ["plain", "claim"]) {
      find(`layer-${layer}`).addEventListener("change", (event) => {
        state[layer] = event.target.checked;
        renderAll();
      });
    }
    find("least").max = String(mostStatements);
    find("least").addEventListener("input", (event) => {
      state.least = Number(event.target.value);
      renderAll();
    });
    for (const end of ["since", "until"]) {
      find(end).min = data.first || "";
      find(end).max = data.last || "";
      find(end).addEventListener("change", (event) => {
        state[end] = event.target.value;
        renderAll();
      });
    }
    find("reset").addEventListener("click", resetFilters);
    find("search").addEventListener("input", suggest);
    find("search").addEventListener("keydown", onSearchKey);
    find("search").addEventListener("blur", () => {
      suggested = [];
      renderSuggestions();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && state.open && event.target !== find("search")) openItem(null);
    });
  }

  function resetFilters() {
    Object.assign(state, { plain: true, claim: true, least: 1, since: "", until: "" });
    find("layer-plain").checked = find("layer-claim").checked = true;
    find("least").value = "1";
    find("since").value = find("until").value = "";
    renderAll();
    fitPicture();
  }

  function listenToPicture() {
    const fingers = new Map();
    let moved = 0;
    picture.addEventListener("pointerdown", (event) => {
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      moved = 0;
    });
    window.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = [event.clientX, event.clientY];
      moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
      if (moved > 4) picture.classList.add("dragging");
      if (fingers.size === 2) pinch(fingers, event.pointerId, now);
      else if (moved > 4) {
        camera.x += now[0] - before[0];
        camera.y += now[1] - before[1];
        moveWorld();
      }
      fingers.set(event.pointerId, now);
    });
    const release = (event) => {
      fingers.delete(event.pointerId);
      picture.classList.remove("dragging");
    };
    window.addEventListener("pointerup", release);
    window.addEventListener("pointercancel", release);
    picture.addEventListener("click", (event) => {
      if (moved > 4) event.stopPropagation(); // a drag is no click
      else if (event.target === picture && state.open) openItem(null);
    }, true);
    picture.addEventListener("wheel", (event) => {
      event.preventDefault();
      const { left, top } = picture.getBoundingClientRect();
      zoomBy(Math.exp(-event.deltaY * 0.0015), event.clientX - left, event.clientY - top);
    }, { passive: false });
    for (const [id, factor] of [["zoom-in", 1.4], ["zoom-out", 1 / 1.4]]) {
      find(id).addEventListener("click", () => {
        const { width, height } = picture.getBoundingClientRect();
        zoomBy(factor, width / 2, height / 2);
      });
    }
    find("zoom-fit").addEventListener("click", fitPicture);
  }

  function pinch(fingers, moving, now) {
    const [other] = [...fingers].filter(([id]) => id !== moving).map(([, place]) => place);
    const before = fingers.get(moving);
    const { left, top } = picture.getBoundingClientRect();
    const apart = Math.hypot(before[0] - other[0], before[1] - other[1]) || 1;
    const factor = Math.hypot(now[0] - other[0], now[1] - other[1]) / apart;
    zoomBy(factor, (now[0] + other[0]) / 2 - left, (now[1] + other[1]) / 2 - top);
  }

  function start() {
    find("title").textContent = data.title;
    const foldFilters = () => { find("filters").open = !narrow.matches; };
    narrow.addEventListener("change", foldFilters);
    foldFilters();
    buildPicture();
    listenToTools();
    listenToPicture();
    readHash();
    renderAll();
    fitPicture();
    window.addEventListener("hashchange", () => {
      readHash();
      renderAll();
    });
    let width = window.innerWidth; // a telephone's address bar changes the height alone
    window.addEventListener("resize", () => {
      if (window.innerWidth !== width || !narrow.matches) fitPicture();
      width = window.innerWidth;
    });
  }

  start();
})();
