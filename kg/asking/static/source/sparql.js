// The page that asks: YASGUI on the endpoint beside it, and the stock questions.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./sparql.css";

const settings = JSON.parse(document.getElementById("settings").textContent);
const endpoint = new URL("sparql", document.baseURI).href;

const isFirstVisit = localStorage.length === 0 && !location.hash;
globalThis.knownPrefixes = settings.prefixes;
const sheets = new Set();
globalThis.addSheet = (text) => {
  if (sheets.has(text)) return;
  sheets.add(text);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
};

const { Yasqe, Yasr } = Yasgui;

// Only what this page knows by itself: variables and the prefixes of the project.
Yasqe.defaults.autocompleters = ["variables", "prefixes"];
Yasqe.Autocompleters.prefixes.get = async () =>
  Object.entries(settings.prefixes).map(([name, iri]) => `${name}: <${iri}>`).sort();
Yasr.defaults.prefixes = settings.prefixes;
Yasr.defaults.plugins.table.dynamicConfig = { compact: true, isEllipsed: true };

const yasgui = new Yasgui(document.getElementById("yasgui"), {
  requestConfig: { endpoint, method: "POST" },
  copyEndpointOnNewTab: false,
  endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: [] },
  populateFromUrl: (tab) => ({ ...tab, requestConfig: { ...tab.requestConfig, endpoint } }),
  persistenceId: "newskg",
  persistencyExpire: 60 * 60 * 24 * 30,
  yasqe: { value: settings.query, createShortLink: undefined, editorHeight: "19rem" },
});

const here = (tab) => tab && tab.getEndpoint() !== endpoint && tab.setEndpoint(endpoint);
here(yasgui.getTab());
yasgui.on("tabSelect", (_, id) => here(yasgui.getTab(id)));

const ask = (name, value) => {
  yasgui.addTab(true, { name, yasqe: { value } });
  yasgui.getTab().getYasqe().query().catch(() => {});
};

// A node of the graph opens here, with all that is said of it; other links leave the page.
document.getElementById("yasgui").addEventListener("click", (event) => {
  const link = event.target.closest(".yasr_results a");
  const iri = link?.getAttribute("href") ?? "";
  if (!iri.startsWith(settings.base) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const node = `<${iri.replace(/[<>"{}|^`\\\s]/g, encodeURIComponent)}>`;
  ask("node", `SELECT DISTINCT ?subject ?relation ?object ?graph WHERE {
  VALUES ?node { ${node} }
  GRAPH ?graph {
    { ?node ?relation ?object BIND(?node AS ?subject) }
    UNION { ?subject ?relation ?node BIND(?node AS ?object) }
  }
}
ORDER BY ?graph ?relation
LIMIT 200
`);
});

const questions = document.getElementById("questions");
for (const { name, title } of settings.questions) questions.append(new Option(title, name));
questions.addEventListener("change", () => {
  const question = settings.questions.find(({ name }) => name === questions.value);
  questions.value = "";
  if (question) ask(question.name, question.text);
});
questions.closest("label").hidden = settings.questions.length === 0;

if (isFirstVisit) yasgui.getTab().getYasqe().query().catch(() => {});
