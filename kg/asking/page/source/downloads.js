// The visible part as files: its statements as CSV, its picture as PNG.
import { data } from "./data.js";
import { legend } from "./controls.js";
import { find } from "./elements.js";
import { shown } from "./filters.js";
import { copyPicture } from "./drawing.js";
import { colour } from "./colours.js";
import { t } from "./state.js";

const COLUMNS = {
  who: (s, e) => data.nodes[e.from].label, relation: (s) => s.relation,
  whom: (s, e) => data.nodes[e.to].label, layer: (s, e) => e.layer,
  event_type: (s) => s.type, score: (s) => s.score, modality: (s) => s.modality,
  speaker: (s) => s.speaker, published: (s) => s.date,
  publisher: (s) => data.articles[s.article].outlet, title: (s) => data.articles[s.article].title,
  url: (s) => data.articles[s.article].url, sentence: (s) => s.text, statement: (s) => s.iri,
  who_iri: (s, e) => data.nodes[e.from].iri, whom_iri: (s, e) => data.nodes[e.to].iri,
};

// A text that a spreadsheet would take for a formula gets a ' in front.
function cell(value) {
  if (value === null || value === undefined) return "";
  let text = String(value);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function tableText() {
  const lines = [Object.keys(COLUMNS).join(",")];
  for (const edge of shown.edges.values()) {
    for (const statement of edge.statements) {
      lines.push(Object.values(COLUMNS).map((column) => cell(column(statement, edge))).join(","));
    }
  }
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

function hand(blob, ending) {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  Object.assign(anchor, { href: address, download: `${fileName()}.${ending}` });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

const fileName = () => data.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "newskg";

export const saveTable = () => hand(new Blob([tableText()], { type: "text/csv;charset=utf-8" }), "csv");

export function savePicture() {
  const drawn = copyPicture();
  const scale = window.devicePixelRatio || 1;
  const width = drawn.width / scale;
  const rows = legendRows(drawn.getContext("2d"), width);
  const copy = document.createElement("canvas");
  copy.width = drawn.width;
  copy.height = drawn.height + Math.round((HEAD + LINE * rows.length + 14) * scale);
  const context = copy.getContext("2d");
  context.fillStyle = colour("paper");
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(drawn, 0, Math.round(HEAD * scale));
  context.setTransform(scale, 0, 0, scale, 0, 0);
  drawHead(context, width);
  rows.forEach((row, at) => row.forEach((item) =>
    drawLegendItem(context, item, HEAD + drawn.height / scale + LINE * at + 10)));
  copy.toBlob((blob) => hand(blob, "png"), "image/png");
}

const HEAD = 54;
const LINE = 18;
const SMALL = "12px system-ui, sans-serif";

function drawHead(context, width) {
  const about = [find("period").textContent, t().made].filter(Boolean).join(" · ");
  Object.assign(context, { fillStyle: colour("ink"), font: "bold 16px system-ui, sans-serif" });
  context.fillText(data.title, 14, 26, width - 28);
  Object.assign(context, { fillStyle: colour("soft"), font: SMALL });
  context.fillText(about, 14, 44, width - 28);
}

// The items of the legend with their places from the left, in rows.
function legendRows(context, width) {
  const rows = [];
  let left = width;
  context.font = SMALL;
  for (const item of legend) {
    const wide = context.measureText(item.text).width + 40;
    if (left + wide > width - 14) {
      rows.push([]);
      left = 14;
    }
    rows[rows.length - 1].push({ ...item, left });
    left += wide;
  }
  return rows;
}

function drawLegendItem(context, { mark, name, text, left }, y) {
  Object.assign(context, { fillStyle: colour(name), strokeStyle: colour(name), lineWidth: 3, font: SMALL });
  context.setLineDash(mark === "dash claim" ? [5, 3] : []);
  context.beginPath();
  if (mark === "dot") context.arc(left + 8, y, 5.5, 0, 2 * Math.PI);
  else context.rect(left, y, 18, 0);
  if (mark === "dot") context.fill();
  else context.stroke();
  context.fillStyle = colour("soft");
  context.fillText(text, left + 23, y + 4);
}
