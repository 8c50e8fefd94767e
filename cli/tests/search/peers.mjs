// node peers.mjs ENGINE FOLDER PEERS COUNT [SEED]: our search, MiniSearch and pagefind on the same queries. See README.md.
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";
import { open, shown } from "./engine.mjs";
import { GOALS, queries } from "./queries.mjs";

const [engine, folder, peers, count, seed = "1"] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(peers), "node_modules/"));
const methods = fs.readFileSync(path.join(folder, "truth.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
const byName = new Map(methods.map((one) => [one.method, one]));
const asked = queries(methods, Number(count), Number(seed));
const plain = (text) => text.replace(/<[^<>]*>/g, " ").replace(/\s+/g, " ").trim();
const gzip = (data) => zlib.gzipSync(data, { level: 9 }).length;
const seconds = ({ user, system }) => (user + system) / 1e6;

// Asks everything, and says what was found among the first as the goals want it.
async function judge(name, ask, costs) {
  const found = {}, times = [];
  for (const { kind, query, holds } of asked) {
    const began = process.cpuUsage();
    const names = await ask(query);
    times.push(seconds(process.cpuUsage(began)) * 1000);
    const rank = names.findIndex((method) => byName.has(method) && holds(byName.get(method)));
    found[kind] ??= [0, 0];
    found[kind][1]++;
    if (rank >= 0 && rank < GOALS[kind][1]) found[kind][0]++;
  }
  times.sort((one, other) => one - other);
  const shares = Object.entries(found).map(([kind, [good, all]]) => `${kind} ${((100 * good) / all).toFixed(1)} %`);
  const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(2);
  console.log(`${name}: ${shares.join(", ")}; CPU ms here: median ${at(0.5)}, 99 % ${at(0.99)}; ${JSON.stringify(costs())}`);
}

const ours = open(engine, folder);
await judge("ours", (query) => shown(ours.ask(query).answer).map(({ name }) => name), () => ours.compressed());

// Chinese as bigrams, else words.
function bigrams(text) {
  const words = text.toLowerCase().match(/[a-z0-9]+|[\u4e00-\u9fff]+/g) ?? [];
  return words.flatMap((word) => (word.charCodeAt(0) < 128 || word.length === 1 ? [word] : Array.from({ length: word.length - 1 }, (_, at) => word.slice(at, at + 2))));
}
const MiniSearch = require("minisearch").default ?? require("minisearch");
for (const [name, fields] of [["MiniSearch, names and titles", ["name", "title"]], ["MiniSearch, everything", ["name", "title", "fields", "types", "codes", "text"]]]) {
  const searchOptions = { boost: { name: 4, title: 3 }, prefix: true, fuzzy: 0.2, combineWith: "AND" };
  const mini = new MiniSearch({ fields, tokenize: bigrams, searchOptions });
  const began = process.cpuUsage();
  mini.addAll(methods.map((one) => ({
    id: one.method, name: one.method, title: plain(one.title), fields: one.fields.join(" "), types: one.types.join(" "), codes: one.codes.join(" "),
    text: one.texts.map(plain).join("\n"),
  })));
  const build = seconds(process.cpuUsage(began));
  const json = JSON.stringify(mini);
  await judge(name, (query) => mini.search(query).slice(0, 20).map(({ id }) => id), () => ({ raw: json.length, gzip: gzip(json), build }));
}

const pagefind = await import(pathToFileURL(path.resolve(peers, "node_modules/pagefind/lib/index.js")).href);
const { index } = await pagefind.createIndex({ forceLanguage: "zh-cn" });
for (const one of methods) {
  const content = [one.method, one.method.replaceAll(".", " "), plain(one.title), ...one.types, ...one.fields, ...one.codes, ...one.texts.map(plain)].join("\n");
  await index.addCustomRecord({ url: `/${one.method}`, content, language: "zh-cn", meta: { title: one.method } });
}
const out = fs.mkdtempSync(path.join(os.tmpdir(), "pagefind-"));
await index.writeFiles({ outputPath: path.join(out, "pagefind") });
await pagefind.close();
fs.writeFileSync(path.join(out, "index.html"), '<!DOCTYPE html><html lang="zh-cn"><title>x</title></html>');
const fetched = new Map();
const MIMES = { ".js": "text/javascript", ".html": "text/html", ".json": "application/json" };
const server = http.createServer((request, response) => {
  const file = path.join(out, new URL(request.url, "http://x").pathname);
  try {
    const data = fs.readFileSync(file);
    if (!file.endsWith(".html")) fetched.set(file, gzip(data));
    response.setHeader("content-type", MIMES[path.extname(file)] ?? "application/octet-stream");
    response.end(data);
  } catch {
    response.statusCode = 404;
    response.end();
  }
}).listen(0, "127.0.0.1");
await new Promise((ready) => server.on("listening", ready));
const { chromium } = require("playwright-core");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/index.html`);
await page.evaluate(async () => {
  window.pagefind = await import("/pagefind/pagefind.js");
  await window.pagefind.init();
});
const ask = (query) => page.evaluate(async (query) => {
  const { results } = await window.pagefind.search(query);
  const data = await Promise.all(results.slice(0, 20).map((result) => result.data()));
  return data.map(({ meta }) => meta.title);
}, query);
await judge("pagefind", ask, () => ({ files: fetched.size, gzip: [...fetched.values()].reduce((sum, size) => sum + size, 0), note: "its CPU is the browser's, not counted" }));
await browser.close();
server.close();
fs.rmSync(out, { recursive: true });
