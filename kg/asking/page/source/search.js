// Search with suggestions: names and other names, without regard to case and accents.
import { data } from "./data.js";
import { find, make } from "./elements.js";
import { kindName } from "./cards.js";

const plainText = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const searchable = data.nodes.map((node) => [node.label, ...node.aliases].map(plainText));
let suggested = []; // [position, the other name that was found, if it was one]
let marked = -1;

function suggest() {
  const wanted = plainText(find("search").value.trim());
  const found = [];
  if (wanted) {
    searchable.forEach((names, place) => {
      const at = names.findIndex((name) => name.includes(wanted));
      if (at < 0) return;
      const starts = names.some((name) => name.startsWith(wanted)) ? 0 : 1;
      found.push([starts, -data.nodes[place].weight, place, at]);
    });
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  suggested = found.slice(0, 8).map(([, , place, at]) => [place, at ? data.nodes[place].aliases[at - 1] : null]);
  marked = suggested.length ? 0 : -1;
  renderSuggestions();
}

let choose = () => {};

function renderSuggestions() {
  const items = suggested.map(([place, alias], number) => {
    const node = data.nodes[place];
    const item = make("li", { role: "option", id: `option-${number}`, "aria-selected": String(number === marked) },
      node.label, alias ? make("small", {}, `= ${alias}`) : null, make("small", {}, kindName(node.kind)));
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      pick(place);
    });
    return item;
  });
  find("suggestions").replaceChildren(...items);
  find("suggestions").hidden = !items.length;
  find("search").setAttribute("aria-expanded", String(items.length > 0));
  if (marked >= 0) find("search").setAttribute("aria-activedescendant", `option-${marked}`);
  else find("search").removeAttribute("aria-activedescendant");
}

function closeSuggestions() {
  suggested = [];
  marked = -1;
  renderSuggestions();
}

function pick(place) {
  closeSuggestions();
  find("search").value = data.nodes[place].label;
  choose(place);
}

function onKey(event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!suggested.length) return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    marked = (marked + step + suggested.length) % suggested.length;
    renderSuggestions();
    event.preventDefault();
  } else if (event.key === "Enter" && marked >= 0) {
    pick(suggested[marked][0]);
  } else if (event.key === "Escape" && suggested.length) {
    closeSuggestions();
    event.preventDefault();
    event.stopPropagation();
  }
}

export function startSearch(whenChosen) {
  choose = whenChosen;
  find("search").addEventListener("input", suggest);
  find("search").addEventListener("keydown", onKey);
  find("search").addEventListener("blur", closeSuggestions);
}
