// node links.mjs ENGINE SITE: every page and anchor that the search may lead to is there.
import fs from "node:fs";
import path from "node:path";
import { open } from "./engine.mjs";

const [engineFile, site] = process.argv.slice(2);
const search = open(engineFile, site);
const { engine } = search;
search.ask("get");
const { methods, fields } = engine;
const missing = [];
let links = 0;
const ids = (text) => new Set([...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id.replaceAll("&#60;", "<").replaceAll("&#62;", ">").replaceAll("&#34;", '"').replaceAll("&#39;", "'").replaceAll("&#38;", "&")));
for (const category of methods.categories) {
  const page = methods.page(category.first).replace(/[^/]*$/, "index.html");
  if (!fs.existsSync(path.join(site, page))) missing.push(page);
}
for (let method = 0; method < methods.count; method++) {
  const page = methods.page(method);
  const there = ids(fs.readFileSync(path.join(site, page), "utf8"));
  const wanted = [];
  for (let node = fields.starts[method]; node < fields.starts[method + 1]; node++) {
    wanted.push((node < fields.splits[method] ? "p-" : "r-") + fields.path(node));
  }
  for (const id of methods.typesOf[method]) {
    if (methods.withType[id].some(([owner, anchored]) => anchored && owner === method)) wanted.push(`t-${methods.types.shown[id]}`);
  }
  for (const id of methods.codesOf[method]) wanted.push(`e-${methods.codes.shown[id]}`);
  links += wanted.length;
  for (const id of wanted) if (!there.has(id.replace(/\s/g, "_"))) missing.push(`${page}#${id}`);
}
console.log(`${links} places, ${missing.length} missing`);
if (missing.length) console.log(missing.slice(0, 20).join("\n"));
process.exitCode = missing.length ? 1 : 0;
