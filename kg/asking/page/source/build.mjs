// Builds ../network.js and ../LICENSES.txt: npm install && npm run build
import { build } from "esbuild";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const result = await build({
  entryPoints: { network: "boot.js" },
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  outdir: "..",
});

// Licences: those of the packages whose code is inside the bundle.
const inside = new Set();
for (const source of Object.keys(result.metafile.inputs)) {
  const found = source.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/);
  if (found) inside.add(found[1]);
}

function licence(name) {
  const folder = join("node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((f) => /^(licen[cs]e|copying)/i.test(f));
  const text = readFileSync(join(folder, file), "utf8").trim();
  return `${name} ${about.version}: ${about.license}\n\n${text}`;
}

const rule = "-".repeat(72);
const parts = [...inside].sort().map((name) => `${rule}\n${licence(name)}`);
writeFileSync(
  "../LICENSES.txt",
  "What network.js is made of, and its licences.\n\n" +
    parts.join("\n\n").replace(/\r/g, "").replace(/[ \t]+$/gm, "") + "\n",
);
for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) console.log(file, bytes);
