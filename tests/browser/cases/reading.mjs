// Reading: open, fold, link to a place, go back, switch the language.
import assert from "node:assert/strict";

/// A method whose page has something folded.
const folded = (stage) => stage.method("<details id=");

export default [
  {
    name: "a reader goes from the index over a category to a method, and back",
    async run(stage) {
      const { page } = stage;
      await stage.go();
      // Where there are few methods, the index shows them below their categories.
      await page.locator(".categories a, h2 a").first().click();
      await page.locator(".crumbs a").first().waitFor();
      const category = page.url();
      await page.locator(".methods a").first().click();
      await page.locator("#parameters").waitFor();
      await page.goBack();
      await page.locator(".methods a").first().waitFor();
      assert.equal(page.url(), category);
      await page.locator(".crumbs a").first().click();
      await page.locator(".categories a, h2 a").first().waitFor();
    },
  },
  {
    name: "a link to a field opens what it is folded into",
    async run(stage) {
      const { page } = stage;
      const path = stage.pageOf(folded(stage));
      await stage.go(path);
      const ids = await page.locator(".tree details [id]").evaluateAll((all) => all.map(({ id }) => id));
      const id = ids.at(-1) ?? assert.fail(`nothing in ${path} can be linked to`);
      await stage.go(`${path}#${encodeURIComponent(id)}`);
      await page.reload();
      const shown = page.locator(`[id="${id}"]`);
      await shown.waitFor();
      assert.ok(await shown.evaluate((element) => element.getBoundingClientRect().top >= 0 && element.getBoundingClientRect().top < innerHeight), `${id} is out of sight`);
    },
  },
  {
    name: "objects fold, each and all",
    async run(stage) {
      const { page } = stage;
      await stage.go(stage.pageOf(folded(stage)));
      const first = page.locator(".tree details").first();
      const before = await first.evaluate(({ open }) => open);
      await first.locator("summary").first().click();
      assert.equal(await first.evaluate(({ open }) => open), !before);
      const all = page.locator(".fold-all").first();
      if ((await all.count()) === 0) return;
      const tree = page.locator(".fold-all + .tree").first();
      const states = () => tree.locator("details").evaluateAll((all) => all.map(({ open }) => open));
      for (let press = 0; press < 3; press += 1) {
        await all.click();
        const now = await states();
        assert.equal(new Set(now).size, 1, `some are open, some are not: ${now}`);
      }
    },
  },
  {
    name: "the language is switched, and stays switched on the next page",
    async run(stage) {
      const { page } = stage;
      const method = stage.pageOf(stage.method());
      await stage.go(method);
      const title = page.locator("#parameters");
      assert.equal((await title.innerText()).trim(), "参数");
      await page.locator("#language").click();
      assert.equal((await title.innerText()).trim(), "Parameters");
      // A page from a folder may have no storage that others share.
      if (stage.way === "served") {
        await stage.go("index.html");
        await stage.go(method);
        assert.equal((await title.innerText()).trim(), "Parameters");
        await page.locator("#try form").waitFor();
        assert.equal((await page.locator("#try-title").innerText()).trim(), "Try it");
      }
    },
  },
  {
    name: "light and dark can be chosen",
    async run(stage) {
      const { page } = stage;
      await stage.go();
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const before = await ground();
      await page.locator("#theme").click();
      assert.notEqual(await ground(), before);
    },
  },
  {
    name: "what is copied is what is shown",
    on: "served",
    async run(stage) {
      const { page } = stage;
      await stage.go(stage.pageOf(stage.method()));
      const pane = page.locator(".pane:visible").first();
      await pane.locator(".copy").click();
      await page.waitForTimeout(100);
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.equal(copied.trim(), (await pane.locator("pre").innerText()).trim());
    },
  },
];
