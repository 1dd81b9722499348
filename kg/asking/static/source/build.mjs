// Builds ../sparql.js, ../sparql.css and ../LICENSES.txt: npm install && npm run build
import { build } from "esbuild";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

// What is changed in the editor: the list of prefixes that comes with it is a copy of a
// public site, with some of its spam, and goes; the prefixes that the endpoint knows by
// itself (sparql.js names them) count as declared; the table's own style comes as a sheet
// and not as an element, which the page's policy does not let in.
const CHANGES = [
  [/(?:\w+ = "[^"]*", )+(prefixes_default = )\{[^}]*\}/, "$1{}"],
  [/(lastPredicateOffset: e\.indentUnit \|\| 2,\s+prefixes: )\{\}/, "$1{ ...globalThis.knownPrefixes }"],
  [/(l\(this, "createStyle", \(function\(e, n\) \{)/, "$1 return globalThis.addSheet(n);"],
];

const withChanges = {
  name: "with-changes",
  setup({ onLoad }) {
    onLoad({ filter: /yasgui\.esm\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [found, instead] of CHANGES) {
        if (!found.test(contents)) throw new Error(`look at the new release: no ${found}`);
        contents = contents.replace(found, instead);
      }
      return { contents, loader: "js" };
    });
  },
};

const result = await build({
  entryPoints: { sparql: "sparql.js" },
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  outdir: "..",
  plugins: [withChanges],
});

// Licences: those of the packages whose code is inside, by the names in the bundle's map.
const map = JSON.parse(readFileSync("node_modules/@zazuko/yasgui/build/yasgui.esm.js.map", "utf8"));
const inside = new Set(["@zazuko/yasgui", "@zazuko/yasqe", "@zazuko/yasr", "@zazuko/yasgui-utils"]);
for (const source of map.sources) {
  const found = source.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/);
  if (found) inside.add(found[1]);
}

// Some packages name the MIT licence and bring no copy of it.
function ofMIT(author) {
  const folder = "node_modules/codemirror";
  const text = readFileSync(join(folder, "LICENSE"), "utf8");
  return `Copyright (c) ${author}\n\n${text.slice(text.indexOf("Permission is")).trim()}`;
}

function licence(name) {
  const folder = join("node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((f) => /^(licen[cs]e|copying)/i.test(f));
  const kind = about.license ?? (about.licenses?.map((l) => l.type).join(" OR ") || "see below");
  const author = typeof about.author === "string" ? about.author : about.author?.name;
  const people = author ? `by ${author.replace(/\s*[<(].*/, "")}` : "";
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : ofMIT(author);
  return { head: `${name}: ${kind} ${people}`.trim(), text };
}

const known = [...inside].sort().map((name) => licence(name));
const rule = "-".repeat(72);
const parts = known.map(({ head, text }) => `${rule}\n${head}\n\n${text}`.trim());
writeFileSync(
  "../LICENSES.txt",
  "What sparql.js and sparql.css are made of, and its licences.\n\n" +
    parts.join("\n\n").replace(/\r/g, "").replace(/[ \t]+$/gm, "") + "\n",
);
for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) console.log(file, bytes);
