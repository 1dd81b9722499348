// The visible part as files: its statements as CSV, its picture as PNG.
import { data } from "./data.js";
import { showDay } from "./elements.js";
import { shown } from "./filters.js";
import { copyPicture } from "./drawing.js";
import { colour } from "./colours.js";
import { state, t } from "./state.js";

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
  const copy = copyPicture();
  const context = copy.getContext("2d");
  const scale = window.devicePixelRatio || 1;
  const days = [...new Set([state.since || data.first, state.until || data.last])].filter(Boolean);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  Object.assign(context, { fillStyle: colour("ink"), font: "bold 16px system-ui, sans-serif" });
  context.fillText(data.title, 14, 26);
  Object.assign(context, { fillStyle: colour("soft"), font: "12px system-ui, sans-serif" });
  context.fillText([days.map((day) => showDay(day)).join(" – "), t().made].filter(Boolean).join(" · "), 14, 44);
  copy.toBlob((blob) => hand(blob, "png"), "image/png");
}
