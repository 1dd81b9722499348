// Takes the data out of the page, where it lies as JSON or, if it is much, as gzip in base64,
// and then starts the page.
import { fill } from "./packed.js";

async function readData() {
  const holder = document.getElementById("data");
  if (!holder.type.includes("gzip")) return holder.textContent;
  const text = atob(holder.textContent);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

readData().then((text) => {
  fill(JSON.parse(text));
  return import("./network.js");
});
