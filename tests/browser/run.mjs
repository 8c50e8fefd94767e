// Makes the site, serves it, and runs the cases in a browser. See ../browser.sh.
//
// A case is `{ name, on, needs, run }`: `on` is "folder", "served" or "both" (the default), `needs` an option without which it is skipped,
// `run` gets a `Stage`. It fails by throwing.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createRequire } from "node:module";
import { copies } from "./copies.mjs";
import { Stage, open } from "./stage.mjs";

const { OPENTOP, TOOLS, FOLDER } = process.env;
const { values: options } = parseArgs({
  options: {
    spec: { type: "string" },
    methods: { type: "string" },
    lighthouse: { type: "boolean" },
    shots: { type: "string" },
    only: { type: "string" },
  },
});
if (options.shots) mkdirSync(options.shots, { recursive: true });

const methods = options.methods === undefined ? 0 : Number(options.methods);
let spec = options.spec && resolve(options.spec);
if (methods > 0) spec = copies(spec ?? resolve("spec"), join(FOLDER, "spec"), methods);

/// Starts `docs --serve`. Gives its address, and its folder.
async function serve(more = [], environment = {}) {
  const out = join(FOLDER, `site-${more.length}`);
  const words = ["docs", "--serve", "--port", "0", "--out", out, ...(spec ? ["--spec", spec] : []), ...more];
  // In a folder without specs, so that the built-in ones are found.
  const server = spawn(OPENTOP, words, { cwd: FOLDER, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "inherit"] });
  process.on("exit", () => server.kill());
  let said = "";
  const ready = new Promise((done, fail) => {
    server.stdout.on("data", (piece) => {
      said += piece;
      const address = said.match(/http:\/\/127\.0\.0\.1:\d+\//);
      if (address && said.includes("It listens")) done(address[0]);
    });
    once(server, "exit").then(([code]) => fail(new Error(`docs --serve ended with ${code}: ${said}`)));
  });
  return { address: await ready, out, server };
}

const began = Date.now();
const site = await serve();
console.log(`the site is made and served after ${Date.now() - began} ms`);
const require = createRequire(join(TOOLS, "node_modules/"));
const browser = await open(require);
const files = readdirSync(new URL("cases/", import.meta.url)).filter((file) => file.endsWith(".mjs")).sort();
const cases = [];
for (const file of files) cases.push(...(await import(`./cases/${file}`)).default);

let failed = 0, passed = 0;
for (const { name, on = "both", needs, run } of cases) {
  if (options.only && !name.includes(options.only)) continue;
  if (needs && !options[needs]) {
    console.log(`skipped        ${name}: say --${needs}`);
    continue;
  }
  for (const way of ["folder", "served"]) {
    if (on !== "both" && on !== way) continue;
    const base = way === "served" ? site.address : `${pathToFileURL(site.out).href}/`;
    const stage = new Stage({ browser, require, base, out: site.out, spec, way, serve, options });
    const start = Date.now();
    try {
      await stage.begin();
      await run(stage);
      stage.quiet();
      passed += 1;
      console.log(`ok      ${way.padEnd(6)} ${name} (${Date.now() - start} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${way.padEnd(6)} ${name}\n${String(error.stack ?? error).replace(/^/gm, "        ")}`);
      if (options.shots) await stage.page?.screenshot({ path: join(options.shots, `failed-${failed}.png`) }).catch(() => {});
    } finally {
      await stage.end();
    }
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
