// The page that asks: YASGUI on the endpoint beside it, and the stock questions.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./sparql.css";

const settings = JSON.parse(document.getElementById("settings").textContent);
const endpoint = new URL("sparql", document.baseURI).href;

const { Yasqe, Yasr } = Yasgui;

// Only what this page knows by itself: variables and the prefixes of the project.
Yasqe.defaults.autocompleters = ["variables", "prefixes"];
Yasqe.Autocompleters.prefixes.get = async () =>
  Object.entries(settings.prefixes).map(([name, iri]) => `${name}: <${iri}>`).sort();
Yasr.defaults.prefixes = settings.prefixes;

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

const questions = document.getElementById("questions");
for (const { name, title } of settings.questions) questions.append(new Option(title, name));
questions.addEventListener("change", () => {
  const question = settings.questions.find(({ name }) => name === questions.value);
  questions.value = "";
  if (!question) return;
  yasgui.addTab(true, { name: question.name, yasqe: { value: question.text } });
  yasgui.getTab().getYasqe().query().catch(() => {});
});
questions.closest("label").hidden = settings.questions.length === 0;
