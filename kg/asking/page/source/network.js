// The page of a network of actors: no request, no markup made from data.
import { startControls, renderControls, renderLegend, renderStatus, renderTexts } from "./controls.js";
import { focusCard, renderCard } from "./cards.js";
import { readAddress, saveAddress } from "./address.js";
import { data } from "./data.js";
import { fitPicture, centreOn, hasWebGL, placeOf, refreshPicture, startPicture } from "./drawing.js";
import { find } from "./elements.js";
import { applyFilters } from "./filters.js";
import { startSearch } from "./search.js";
import { openItem, state, t, whenChanged } from "./state.js";
import { renderTables } from "./tables.js";
import { renderTimeline, startTimeline } from "./timeline.js";

const narrow = window.matchMedia("(max-width: 760px)");
const canDraw = hasWebGL();
let drawn = false;
let cameFrom = null; // what had the focus before a card was opened

function showView() {
  const graph = state.view === "graph" && canDraw;
  find("stage").hidden = !graph;
  find("tables").hidden = graph;
  find("legend-box").hidden = !graph;
  find("no-webgl").hidden = canDraw;
  if (!canDraw) state.view = "table";
  if (graph && !drawn) {
    drawn = true;
    startPicture();
  }
}

function render(what) {
  if (what !== "open") applyFilters();
  if (what === "all" || what === "look") {
    document.documentElement.dataset.theme = state.theme;
    renderTexts();
  }
  showView();
  renderStatus();
  renderControls();
  renderTimeline();
  renderLegend();
  refreshPicture({ recolour: what === "look" || what === "all" });
  if (what !== "open") renderTables({ fromTop: what === "filters" });
  renderCard();
}

function onChange(what) {
  const focused = document.activeElement;
  render(what);
  saveAddress({ later: what === "filters" });
  if (what !== "open") return;
  if (state.open) {
    if (!find("card").contains(focused) && focused !== document.body) cameFrom = focused;
    focusCard(!narrow.matches);
  } else if (cameFrom && cameFrom.isConnected) cameFrom.focus({ preventScroll: true });
  else find("search").focus({ preventScroll: true });
}

function start() {
  find("title").textContent = data.title;
  const foldFilters = () => { find("filters").open = !narrow.matches; };
  narrow.addEventListener("change", foldFilters);
  foldFilters();
  readAddress();
  startControls();
  startTimeline();
  startSearch((place) => {
    openItem({ node: place });
    if (state.view === "graph") centreOn(place);
  });
  whenChanged(onChange);
  render("all");
  window.addEventListener("hashchange", () => {
    readAddress();
    render("all");
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => render("look"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.open && !event.defaultPrevented) openItem(null);
  });
  let width = window.innerWidth; // a telephone's address bar changes the height alone
  window.addEventListener("resize", () => {
    if (window.innerWidth !== width || !narrow.matches) requestAnimationFrame(() => fitPicture({ slowly: false }));
    width = window.innerWidth;
    renderTimeline();
  });
  document.documentElement.dataset.ready = t().lang;
}

// Where things are on the stage, for those who drive the page by machine.
window.addEventListener("newskg-place", (event) => {
  const { x, y } = placeOf(event.detail);
  const { left, top } = find("picture").getBoundingClientRect();
  event.detail.found = { x: left + x, y: top + y };
});

start();
