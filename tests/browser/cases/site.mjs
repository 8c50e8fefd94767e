// Every kind of page: opens without a complaint, is accessible, fits a phone.
import assert from "node:assert/strict";
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
