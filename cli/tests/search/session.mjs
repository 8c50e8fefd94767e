// node session.mjs ENGINE FOLDER TRUTH COUNT [SEED]: what a reader loads who asks COUNT different Chinese queries, pieces of titles and
// descriptions, in one session. FOLDER is an index of `indexes_to_measure`: see README.md.
import fs from "node:fs";
import { open, seeded } from "./engine.mjs";

const [engine, folder, truth, count, seed = "7"] = process.argv.slice(2);
const methods = fs.readFileSync(truth, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const search = open(engine, folder);
const random = seeded(Number(seed));
const any = (list) => list[Math.floor(random() * list.length)];
const queries = new Set();
for (let tries = 0; queries.size < Number(count) && tries < 100 * Number(count); tries++) {
  const { title, texts } = any(methods);
  const text = tries % 2 || !texts.length ? title : any(texts);
  const [word] = [any(text.match(/[\u4e00-\u9fff]{2,}/g) ?? [""])];
  if (word) queries.add(word.slice(0, 2 + Math.floor(random() * 4)));
}
search.ask("xx");
const first = search.compressed();
console.log(`names and fields: ${first.gzip} bytes`);
let asked = 0, next = 1;
for (const query of queries) {
  search.ask(query);
  if (++asked < next) continue;
  const { gzip, files } = search.compressed();
  console.log(`after ${asked} queries: ${gzip - first.gzip} bytes more, in ${files - first.files} files`);
  next *= 2;
}
