// node quality.mjs ENGINE FOLDER TRUTH COUNT SEED: asks COUNT queries of each kind; fails if a goal is missed.
import fs from "node:fs";
import { open, shown } from "./engine.mjs";
import { GOALS, queries } from "./queries.mjs";

const [engine, folder, truth, count, seed] = process.argv.slice(2);
const methods = fs.readFileSync(truth, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const byName = new Map(methods.map((one) => [one.method, one]));
const search = open(engine, folder);
const results = {};
const times = [];
const missed = [];
for (const { kind, query, holds } of queries(methods, Number(count), Number(seed))) {
  const { answer, slowest } = search.ask(query);
  times.push(slowest);
  const rows = shown(answer);
  const rank = rows.findIndex((row) => byName.has(row.name) && holds(byName.get(row.name)));
  const found = rank >= 0 && rank < GOALS[kind][1];
  const of = (results[kind] ??= { asked: 0, found: 0 });
  of.asked++;
  if (found) of.found++;
  else missed.push(`${kind}: ${JSON.stringify(query)} ${rank < 0 ? "is not shown" : `is number ${rank + 1}`}; first is ${rows[0]?.kind} ${rows[0]?.key ?? ""} ${rows[0]?.name}`);
}
times.sort((one, other) => one - other);
let failed = false;
for (const [kind, { asked, found }] of Object.entries(results)) {
  const [share, first] = GOALS[kind];
  const good = found >= share * asked;
  failed ||= !good;
  console.log(`${kind}: ${found} of ${asked} among the first ${first}, expected ${share * 100} %${good ? "" : " MISSED"}`);
}
const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(2);
console.log(`ms: median ${at(0.5)}, 99 % ${at(0.99)}, slowest ${at(1)}; loaded ${JSON.stringify(search.compressed())}`);
if (failed || process.env.OPENTOP_SEARCH_MISSED) console.log(missed.join("\n"));
process.exitCode = failed ? 1 : 0;
