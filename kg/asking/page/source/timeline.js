// The histogram of statements over time and the two handles that cut a period out of it.
import { find, make, number, showDay } from "./elements.js";
import { binOf, bins, shown } from "./filters.js";
import { changed, state, t } from "./state.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 40;
const last = Math.max(bins.length - 1, 1);

// The bins that the period begins with and ends before.
const edgesOfPeriod = () => [
  state.since ? binOf(state.since) : 0,
  state.until && state.until < bins[last] ? binOf(state.until) : last,
];

function dayNames(bin) {
  const month = { month: "short", year: "numeric" };
  return showDay(bins[bin], bins.unit === "month" ? month : undefined);
}

export function renderTimeline() {
  find("timeline").hidden = bins.length < 2;
  if (bins.length < 2) return;
  const [from, to] = edgesOfPeriod();
  find("since").value = String(from);
  find("until").value = String(to);
  find("since").setAttribute("aria-valuetext", t().fromDay(dayNames(from)));
  find("until").setAttribute("aria-valuetext", t().toDay(dayNames(to - 1)));
  const whole = from === 0 && to === last;
  const names = [...new Set([dayNames(from), dayNames(to - 1)])].join(" – ");
  find("period").textContent = whole ? `${names} (${t().wholePeriod})` : names;
  find("undated").textContent = shown.undated ? t().undated(number(shown.undated)) : "";
  find("marks").replaceChildren(...timeMarks());
  drawBars();
  find("histogram").style.setProperty("--from", `${(100 * from) / last}%`);
  find("histogram").style.setProperty("--to", `${(100 * to) / last}%`);
}

function drawBars() {
  const picture = find("bars");
  const counts = shown.bins.slice(0, last);
  const most = Math.max(1, ...counts.map(([all]) => all));
  picture.setAttribute("viewBox", `0 0 ${last} ${HEIGHT}`);
  const parts = ["", ""];
  counts.forEach((both, bin) => both.forEach((count, layer) => {
    if (!count) return;
    const tall = Math.max(1.5, Math.sqrt(count / most) * (HEIGHT - 2));
    parts[layer] += `M${bin + 0.06},${HEIGHT}v${-tall.toFixed(1)}h0.88v${tall.toFixed(1)}z`;
  }));
  const paths = parts.map((d, layer) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", layer ? "bars in" : "bars");
    path.setAttribute("d", d);
    return path;
  });
  picture.replaceChildren(...paths);
  find("histogram").title = t().histogram(number(most), bins.unit);
}

function move(end) {
  const other = end === "since" ? "until" : "since";
  let value = Number(find(end).value);
  const fixed = Number(find(other).value);
  value = end === "since" ? Math.min(value, fixed - 1) : Math.max(value, fixed + 1);
  if (end === "since") state.since = value === 0 ? "" : bins[value];
  else state.until = value === last ? "" : bins[value];
  changed("filters");
}

export function startTimeline() {
  if (bins.length < 2) return;
  for (const end of ["since", "until"]) {
    Object.assign(find(end), { min: "0", max: String(last), step: "1" });
    find(end).addEventListener("input", () => move(end));
  }
  listenToBars();
}

// Drawing over the histogram chooses a period, a click one bin.
function listenToBars() {
  const area = find("bars");
  let start = null;
  const binAt = (event) => {
    const { left, width } = area.getBoundingClientRect();
    return Math.max(0, Math.min(last - 1, Math.floor(((event.clientX - left) / width) * last)));
  };
  const choose = (event) => {
    const [a, b] = [start, binAt(event)].sort((x, y) => x - y);
    state.since = a === 0 ? "" : bins[a];
    state.until = b + 1 === last ? "" : bins[b + 1];
    changed("filters");
  };
  area.addEventListener("pointerdown", (event) => {
    start = binAt(event);
    area.setPointerCapture(event.pointerId);
    choose(event);
  });
  area.addEventListener("pointermove", (event) => { if (start !== null) choose(event); });
  for (const end of ["pointerup", "pointercancel"]) area.addEventListener(end, () => { start = null; });
}

// A few days or years under the bars, none on another.
function timeMarks() {
  const months = bins.unit === "month";
  const most = Math.max(2, Math.min(9, Math.floor(find("marks").clientWidth / 70)));
  const step = Math.max(1, Math.ceil(last / most));
  const marks = [];
  let before = -Infinity;
  for (let bin = 0; bin < last; bin += 1) {
    const begins = months && last > 24 ? bins[bin].endsWith("-01-01") : bin % step === 0;
    if (!begins || bin - before < last / most || bin > last * (1 - 0.6 / most)) continue;
    const text = !months ? showDay(bins[bin], { day: "numeric", month: "short" })
      : last > 24 ? bins[bin].slice(0, 4) : dayNames(bin);
    const mark = make("span", {}, text);
    mark.style.left = `${(100 * bin) / last}%`;
    marks.push(mark);
    before = bin;
  }
  return marks;
}
