// Building elements: always from text, never from markup.
import { state, t } from "./state.js";

export const find = (id) => document.getElementById(id);

export function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "click") element.addEventListener("click", value);
    else if (name === "colour") element.style.setProperty("--mark", value);
    else if (value !== null && value !== false) element.setAttribute(name, value);
  }
  for (const child of children) {
    if (child !== null) element.append(child); // a string becomes a text node
  }
  return element;
}

export const badge = (colour, text) =>
  make("span", { class: `badge ${colour}` }, make("span", {}, text));

export const button = (text, click, options = {}) =>
  make("button", { type: "button", click, ...options }, text);

// A link only where a browser may follow it; anything else stays text.
export function link(url, text) {
  let target = null;
  try {
    target = new URL(url);
  } catch {
    return make("span", {}, text);
  }
  if (target.protocol !== "https:" && target.protocol !== "http:") return make("span", {}, text);
  return make("a", { href: target.href, target: "_blank", rel: "noopener noreferrer" }, text);
}

export function showDay(day, options = { dateStyle: "medium" }) {
  const date = new Date(`${day}T00:00:00Z`);
  if (!day || Number.isNaN(date.getTime())) return day || "";
  return new Intl.DateTimeFormat(state.lang, { ...options, timeZone: "UTC" }).format(date);
}

export const number = (value) => value.toLocaleString(state.lang);

export const counted = (value, name) => `${number(value)} ${t()[name][value === 1 ? 0 : 1]}`;
