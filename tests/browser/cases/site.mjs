// Every kind of page: opens without a complaint, is accessible, fits a phone.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { lighthouse } from "../lighthouse.mjs";

/// One page of each kind.
function kinds(stage) {
  const method = stage.pageOf(stage.method());
  const category = stage.pages().find((path) => path === method.replace(/[^/]*$/, "index.html"));
  return Object.entries({ index: "index.html", category, method }).filter(([, path]) => path);
}

export default [
  {
    name: "axe finds nothing serious or critical, in light and dark, wide and narrow",
    async run(stage) {
      for (const colorScheme of ["light", "dark"]) {
        for (const width of [1280, 390]) {
          await stage.begin({ colorScheme, viewport: { width, height: 800 } });
          for (const [kind, path] of kinds(stage)) {
            await stage.go(path);
            assert.deepEqual(await stage.axe(), [], `${kind}, ${colorScheme}, ${width}`);
            if (colorScheme === "light") await stage.shot(`${stage.way}-${kind}-${width}`);
            const wide = await stage.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            assert.ok(wide <= 0, `${kind} is ${wide} pixels wider than a window of ${width}`);
          }
        }
      }
    },
  },
  {
    name: "no page is over 100 kB compressed, no file of the search over 200 kB",
    on: "folder",
    async run(stage) {
      const files = readdirSync(stage.out, { recursive: true }).map((path) => path.replaceAll("\\", "/")).filter((path) => /\.(html|js|css)$/.test(path));
      const sizes = files.map((path) => [gzipSync(readFileSync(join(stage.out, path)), { level: 6 }).length, path]).sort(([one], [other]) => other - one);
      const [[page, path]] = sizes.filter(([, path]) => path.endsWith(".html"));
      const [[script, of]] = sizes.filter(([, path]) => path.endsWith(".js"));
      console.log(`        largest page: ${page} bytes (${path}); largest script: ${script} bytes (${of})`);
      assert.ok(page <= 100_000 && script <= 200_000);
    },
  },
  {
    name: "no Markdown file of the generated crate is over 400 kB",
    on: "folder",
    needs: "methods",
    async run(stage) {
      const crate = join(process.env.FOLDER, "crate");
      execFileSync(process.env.OPENTOP, ["regen", "--layout", "crates", "--spec", stage.spec, "--out", crate, "--runtime", "0.1"], { stdio: ["ignore", "ignore", "inherit"] });
      const files = readdirSync(crate, { recursive: true }).filter((path) => path.endsWith(".md"));
      const [[size, path]] = files.map((path) => [statSync(join(crate, path)).size, path]).sort(([one], [other]) => other - one);
      console.log(`        ${files.length} files, the largest: ${size} bytes (${path})`);
      assert.ok(size <= 400_000);
    },
  },
  {
    name: "lighthouse gives 95 or more, as a phone",
    on: "served",
    needs: "lighthouse",
    async run(stage) {
      for (const [kind, path] of kinds(stage)) {
        const { scores, cost } = await lighthouse(stage.require, stage.base + path);
        console.log(`        ${kind}: ${JSON.stringify(scores)} ${cost.join(", ")}`);
        assert.ok(scores.performance >= 95 && scores.accessibility >= 95, `${kind}: ${JSON.stringify(scores)}`);
      }
    },
  },
];
